"""Laws 6, 7 and 8: better is never worse, the bound itself holds, and how a year is cut does not matter."""

import json
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rulecheck.engine.evaluate import Evaluation, evaluate
from rulecheck.engine.testing.pick import Pick
from rulecheck.engine.verdict import RANK
from rulecheck.facts.period import Period, parse_period
from rulecheck.facts.quantity import exact, plain
from rulecheck.rules.criteria import Threshold, leaves
from rulecheck.rules.plan import Plan

from tests.generators import Case, cases, read
from tests.generators.cases import picks
from tests.generators.plans import built
from tests.properties.canonical import verdicts
from tests.properties.laws import changed, examples, judge

DAY = timedelta(1)
Data = dict[str, Any]


def contradicts(found: Evaluation) -> bool:
    return any(step.rule.startswith("alternatives") for v in found.verdicts for step in v.step.walk())


# --- 6. monotone ---


def not_against_the_past(case: Case) -> Case:
    """The case without the risk rules that measure the present against the past: a better past raises their bar."""
    data = json.loads(json.dumps(case.plan_data))
    holders = [data, *(t for goal in data["goals"] for t in goal["targets"])]
    for holder in holders:
        holder.get("risk", {}).pop("trend", None)
        if holder.get("risk", {}).get("required-rate") == {"reference": "best-quarter"}:
            del holder["risk"]["required-rate"]
    return changed(case, plan_data=data, plan=built(data))


def better_measurement(row: Data, plan: Plan, pick: Pick) -> Data | None:
    """The row with a better number, as every target that uses the measure sees it; None where they do not agree."""
    uses = [leaf for v in plan.versions for t in v.targets for leaf in leaves(t.criterion)
            if isinstance(leaf, Threshold) and leaf.measure == row["measure"]]  # fmt: skip
    if not uses or len({leaf.bound.operator for leaf in uses}) > 1:
        return None
    operator = uses[0].bound.operator
    key = next((k for k in ("numerator", "total", "value") if row.get(k) is not None), None)
    if operator not in ("at_most", "at_least") or key is None or row.get("withdrawn"):
        return None
    number = Fraction(str(row[key]))
    step = pick.among((1, Fraction(1, 10), 5, 100)) * (1 if operator == "at_least" else -1)
    better = number + (int(step) or step / abs(step) if key == "numerator" else step)
    if not uses[0].signed:
        better = max(Fraction(0), better)
    if key == "numerator":
        better = min(better, Fraction(row["denominator"]))
    elif key == "value" and uses[0].kind == "share":
        better = min(better, Fraction(1))
    elif row.get("count") == 0:
        return None
    return {**row, key: plain(exact(better))}


@examples(400)
@given(cases(kinds=("measure",)), picks())
def test_law_06_monotone_a_better_value_is_never_worse(case: Case, pick: Pick) -> None:
    """A better number for one period, all else equal, never gives a worse verdict.

    Preconditions: the plan has no rule that compares with the past (R3 with the best quarter, R8); the measure is bounded on one side, the same in every target; the better figure contradicts no other.
    """
    rows = case.facts_data.get("measurements", [])
    assume(rows)
    case = not_against_the_past(case)
    n = pick.number(0, len(rows) - 1)
    row = better_measurement(rows[n], case.plan, pick)
    assume(row is not None)
    before = judge(case)
    facts = {**case.facts_data, "measurements": [*rows[:n], row, *rows[n + 1 :]]}
    after = evaluate(case.plan, read(facts, case.plan), case.as_of, case.known_at)
    assume(not contradicts(before) and not contradicts(after))
    for target, verdict in verdicts(after).items():
        assert RANK[verdict] >= RANK[verdicts(before)[target]], target  # type: ignore[index]


def requiring_nothing(case: Case) -> Case:
    """The case with a plan in which no event requires another."""
    data = json.loads(json.dumps(case.plan_data))
    data.pop("dependencies", None)
    targets = [t for goal in data["goals"] for t in goal["targets"]]
    for target in (*targets, *(t for version in data.get("versions", ()) for t in version["targets"].values())):
        target.pop("requires", None)
        target.get("require", {}).pop("after", None)
    return changed(case, plan_data=data, plan=built(data))  # type: ignore[no-any-return]


@examples(400)
@given(cases(kinds=("milestone", "milestone", "recurring")), picks())
def test_law_06_monotone_an_earlier_event_is_never_worse(case: Case, pick: Pick) -> None:
    """An event, or what is forecast, some days earlier never gives a worse verdict.

    Preconditions: no event requires another (one moved to a day before its prerequisite stops counting), and it is not
    the second of an order; no contradiction before or after.
    """
    case = requiring_nothing(case)
    group = pick.among(("events", "forecasts"))
    key = "date" if group == "events" else "expected"
    rows = case.facts_data.get(group, [])
    assume(rows)
    n = pick.number(0, len(rows) - 1)
    assume(rows[n].get(key))
    earlier = date.fromisoformat(rows[n][key]) - timedelta(pick.among((1, 2, 20, 90)))
    before = judge(case)
    facts = {**case.facts_data, group: [*rows[:n], {**rows[n], key: earlier.isoformat()}, *rows[n + 1 :]]}
    after = evaluate(case.plan, read(facts, case.plan), case.as_of, case.known_at)
    assume(not contradicts(before) and not contradicts(after))
    for target, verdict in verdicts(after).items():
        assert RANK[verdict] >= RANK[verdicts(before)[target]], target  # type: ignore[index]


@examples(200)
@given(cases(kinds=("assessment",)), picks())
def test_law_06_monotone_a_better_assessment_is_never_worse(case: Case, pick: Pick) -> None:
    """A judgement one step better never gives a worse verdict. Precondition: no contradiction before or after."""
    rows = case.facts_data.get("assessments", [])
    assume(rows)
    n = pick.number(0, len(rows) - 1)
    order = ("missed", "at-risk", "on-track", "fulfilled")
    assume(rows[n].get("verdict") in order[:-1])
    better = order[order.index(rows[n]["verdict"]) + 1]
    before = judge(case)
    facts = {**case.facts_data, "assessments": [*rows[:n], {**rows[n], "verdict": better}, *rows[n + 1 :]]}
    after = evaluate(case.plan, read(facts, case.plan), case.as_of, case.known_at)
    assume(not contradicts(before) and not contradicts(after))
    for target, verdict in verdicts(after).items():
        assert RANK[verdict] >= RANK[verdicts(before)[target]], target  # type: ignore[index]


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


@st.composite
def cut_cases(draw: Any) -> tuple[Case, list[Data]]:
    """A case with complete figures, and its measurements with some of them cut into pieces with the same sums."""
    case = draw(cases(tidy=True, kinds=("measure",)))
    pick = draw(picks())
    rows: list[Data] = []
    for row in case.facts_data["measurements"]:
        rows += cut(row, pick, case.as_of) if pick.chance(60) else [row]
    return case, rows


def cut(row: Data, pick: Pick, as_of: date) -> list[Data]:
    """The row in two, each with its part of the sums; rows that cannot be cut stay whole."""
    key = next((k for k in ("total", "numerator") if k in row), None)
    if key is None or "at" in row:
        return [row]
    period = parse_period(row["period"])
    if period.first == period.last or period.last > as_of:
        return [row]
    day = pick.day(period.first, period.last - DAY)
    amount, volume_key = Fraction(str(row[key])), "count" if "count" in row else "denominator"
    volume = row.get(volume_key, 0)
    first_volume = pick.number(0, volume)
    if key == "numerator":
        first_amount = Fraction(
            pick.number(max(0, int(amount) - (volume - first_volume)), min(first_volume, int(amount)))
        )
    elif volume and first_volume in (0, volume):
        first_amount = amount if first_volume else Fraction(0)
    else:
        first_amount = amount * Fraction(pick.number(0, 10), 10)
    parts = []
    for part, a, v in (
        (Period(period.first, day), first_amount, first_volume),
        (Period(day + DAY, period.last), amount - first_amount, volume - first_volume),
    ):
        new = {**row, "period": part.label, key: plain(exact(a))}
        parts.append({**new, volume_key: v} if volume_key in row else new)
    return parts


@examples(300)
@given(cut_cases())
def test_law_08_split_invariant(cut_case: tuple[Case, list[Data]]) -> None:
    """Cutting a period into pieces with the same sums changes nothing.

    Preconditions: the pieces end on or before D (a piece that has ended earlier is known earlier); they are final; no
    risk rule looks at single pieces (R3 with the best quarter, R8).
    """
    case, rows = cut_case
    assume(rows != case.facts_data["measurements"])
    case = not_against_the_past(case)
    facts = read({**case.facts_data, "measurements": rows}, case.plan)
    assert verdicts(evaluate(case.plan, facts, case.as_of)) == verdicts(evaluate(case.plan, case.facts, case.as_of))


def test_law_08_the_cases_do_get_cut() -> None:
    """The cuts keep the sums, so that the law above is about something."""
    row = {"measure": "m", "period": "2024", "numerator": 7, "denominator": 10}

    class Middle(Pick):
        def number(self, low: int, high: int) -> int:
            return (low + high) // 2

    first, second = cut(row, Middle(), date(2025, 1, 1))
    assert (first["denominator"], second["denominator"]) == (5, 5)
    assert Fraction(first["numerator"]) + Fraction(second["numerator"]) == 7
