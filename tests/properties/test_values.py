"""Laws 6, 7 and 8: better is never worse, the bound itself holds, and how a year is cut does not matter."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rulecheck.engine.edges import edges
from rulecheck.engine.evaluate import evaluate
from rulecheck.engine.testing.laws import law_6, law_8
from rulecheck.engine.testing.laws.split import cut
from rulecheck.engine.testing.pick import Pick
from rulecheck.facts.period import Period, parse_period
from rulecheck.facts.quantity import exact, plain, round_half_up
from rulecheck.rules.criteria import Bound
from rulecheck.rules.plan import Plan

from tests.generators import plans, read
from tests.generators.cases import picks
from tests.generators.plans import built
from tests.properties.laws import examples, hold

DAY = timedelta(1)
Data = dict[str, Any]


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("side", ["at_least", "at_most"])
@pytest.mark.parametrize("step", [None, 1, 2, Fraction(1, 2)])
def test_law_07_edges_are_where_rounded_values_turn(step: Any, side: Any, strict: bool) -> None:
    for end in range(-3, 4):
        bound = Bound(side, end if side == "at_least" else None, end if side == "at_most" else None, "", strict)
        for value in (Fraction(eighths, 8) for eighths in range(-48, 49)):
            compared = value if step is None else round_half_up(value, step)
            assert edges(bound, step).holds(value) == bound.holds(compared), (end, value)


# --- 6. monotone ---


@examples(300)
@given(plans(), picks())
def test_law_06_monotone(plan: Plan, pick: Pick) -> None:
    """A better number, an earlier event, a shorter list or a milder judgement, all else equal, gives no worse verdict.

    Preconditions: no rule compares with the past (R3 with the best quarter, R8); a measure is bounded on one side, the
    same in every target; no event requires another (one moved to a day before its prerequisite stops counting), nor is
    it the second of an order; an event that had not happened by D does not come into view late; no contradiction.
    """
    hold(law_6.LAW, plan, pick)


@pytest.mark.parametrize("kind", ["measure", "trend", "set_change", "milestone", "order", "recurring", "assessment"])
@examples(60)
@given(data=st.data())
def test_law_06_monotone_of_each_kind(kind: str, data: st.DataObject) -> None:
    """The same of plans of one kind of criterion."""
    hold(law_6.LAW, data.draw(plans(kinds=(kind,))), data.draw(picks()))


# --- 7. boundary ---

KEYS = {"mean": ("total", "count"), "share": ("numerator", "denominator"), "total": ("total", "")}


def one_target(require: Data, *, signed: bool = False, **plan: Any) -> Plan:
    kind = next(
        k for k in require if k in ("mean", "share", "total", "level", "figure", "milestone", "recurring", "order")
    )
    names: Data = {}
    if kind not in ("milestone", "recurring", "order"):
        names = {"measures": {"m": {"kind": kind, "signed": "true" if signed else "false"}}}
    return built({"plan": "p", "period": "2024", "goals": [{"goal": "1", "targets": [{"target": "1", "require": require}]}],
                  **names, **plan})  # fmt: skip


def verdict_of(plan: Plan, as_of: date, **facts: Any) -> str:
    (found,) = evaluate(plan, read(facts, plan), as_of).verdicts
    return found.verdict


def whole_period(kind: str, period: Period, value: Fraction, volume: int) -> Data:
    """One measurement of the whole period that comes to exactly this value."""
    if kind == "level":
        return {"measure": "m", "at": period.last.isoformat(), "value": plain(exact(value))}
    row: Data = {"measure": "m", "period": period.label}
    if kind in ("mean", "share"):
        amount, count = KEYS[kind]
        return {**row, amount: plain(exact(value * volume)), count: volume}
    return {**row, "total" if kind == "total" else "value": plain(exact(value))}


@pytest.mark.parametrize("kind", ["mean", "share", "total", "level", "figure"])
@pytest.mark.parametrize("operator", ["at_most", "at_least", "exactly", "between"])
@examples(25)
@given(hundredths=st.integers(0, 100), months=st.sampled_from(("2024", "2024-Q3", "2024-02", "2024-02-29")))
def test_law_07_boundary_of_a_value(kind: str, operator: str, hundredths: int, months: str) -> None:
    """Exactly at the bound holds; one unit beyond fails, be the unit ever so small."""
    period, bound = parse_period(months), Fraction(hundredths, 100)
    text = plain(exact(bound))
    plan = one_target({kind: "m", "over": months, operator: [text, text] if operator == "between" else text})
    volume = 1000

    def judged(value: Fraction) -> str:
        return verdict_of(plan, period.last, measurements=[whole_period(kind, period, value, volume)])

    assert judged(bound) == "fulfilled"
    unit = Fraction(1, volume)
    beyond = {"at_most": [1], "at_least": [-1]}.get(operator, [1, -1])
    for sense in beyond:
        value = bound + sense * unit
        if value >= 0 and not (kind == "share" and value > 1):
            assert judged(value) == "missed"
    inside = {"at_most": -1, "at_least": 1}.get(operator)
    if inside and bound + inside * unit >= 0 and not (kind == "share" and bound + inside * unit > 1):
        assert judged(bound + inside * unit) == "fulfilled"


@examples(100)
@given(st.integers(1, 400), st.sampled_from(("0.5", "1", "10")), st.sampled_from(("at_most", "at_least")))
def test_law_07_boundary_of_a_rounded_value(bound: int, step: str, operator: str) -> None:
    """Where the plan compares rounded, halves away from zero, half a step is what turns the verdict."""
    whole = bound * Fraction(step)
    plan = one_target({"mean": "m", "over": "2024", operator: plain(exact(whole)), "rounded_to": step})

    def judged(value: Fraction) -> str:
        return verdict_of(
            plan, date(2024, 12, 31), measurements=[whole_period("mean", parse_period("2024"), value, 1000)]
        )

    half, bit = Fraction(step) / 2, Fraction(1, 1000)
    up = whole + half  # rounds to the next step
    down = whole - half  # rounds to the bound itself
    if operator == "at_most":
        assert (judged(up - bit), judged(up)) == ("fulfilled", "missed")
    else:
        assert (judged(down), judged(down - bit)) == ("fulfilled", "missed")


@examples(100)
@given(st.dates(date(2024, 1, 2), date(2024, 12, 31)), st.integers(0, 60))
def test_law_07_boundary_of_a_day(by: date, lag: int) -> None:
    """On the last day is in time, the day after is late; silence counts the day after the lag, not on its last day."""
    require = {"milestone": "e", "by": by.isoformat(), "reporting_lag": f"{lag} days"}
    plan = one_target(require, events={"e": {}})
    closes = by + timedelta(lag)
    assert verdict_of(plan, by, events=[{"event": "e", "date": by.isoformat()}]) == "fulfilled"
    assert verdict_of(plan, by - DAY, events=[{"event": "e", "date": by.isoformat()}]) == "on-track"
    late = [{"event": "e", "date": (by + DAY).isoformat()}]
    assert verdict_of(plan, by + DAY, events=late) == "missed"
    assert verdict_of(plan, closes) == "on-track"
    assert verdict_of(plan, closes + DAY) == "missed"


@examples(60)
@given(st.dates(date(2024, 1, 2), date(2024, 12, 31)), st.integers(0, 60))
def test_law_07_boundary_of_a_due_date(due: date, lag: int) -> None:
    """A recurring duty is met on its due date and broken the day after."""
    plan = one_target({"recurring": "e", "on": [due.isoformat()], "reporting_lag": f"{lag} days"}, events={"e": {}})

    def judged(day: date, as_of: date) -> str:
        events = [{"event": "e", "subject": due.isoformat(), "date": day.isoformat()}]
        return verdict_of(plan, as_of, events=events)

    assert judged(due, due) == "fulfilled"
    assert judged(due + DAY, due + DAY) == "missed"
    assert verdict_of(plan, due + timedelta(lag)) in ("on-track", "at-risk")
    assert verdict_of(plan, due + timedelta(lag) + DAY) == "missed"


# --- 8. split-invariant ---


@examples(300)
@given(plans(kinds=("measure", "measure", "total", "trend")), picks())
def test_law_08_split_invariant(plan: Plan, pick: Pick) -> None:
    """Cutting a period into pieces with the same sums changes nothing.

    Preconditions: the pieces end on or before D (a piece that has ended earlier is known earlier), are final, and no
    part of one covers a period the whole does not; no risk rule looks at single pieces (R3 with the best quarter, R8).
    """
    hold(law_8.LAW, plan, pick)


def test_law_08_the_cases_do_get_cut() -> None:
    """The cuts keep the sums, so that the law above is about something."""
    row = {"measure": "m", "period": "2024", "numerator": 7, "denominator": 10}

    class Middle(Pick):
        def number(self, low: int, high: int) -> int:
            return (low + high) // 2

    first, second = cut(row, Middle())
    assert (first["denominator"], second["denominator"]) == (5, 5)
    assert Fraction(first["numerator"]) + Fraction(second["numerator"]) == 7
