"""Cases that once broke a law, each as small as it gets, under the name of the law it broke."""

from datetime import date
from typing import Any

import pytest
from rulecheck.engine.evaluate import TargetVerdict, evaluate
from rulecheck.rules.plan import Plan

from tests.generators import read
from tests.generators.plans import built
from tests.properties.test_values import one_target

Data = dict[str, Any]


def judged(plan: Plan, facts: Data, as_of: str) -> TargetVerdict:
    (found,) = evaluate(plan, read(facts, plan), date.fromisoformat(as_of)).verdicts
    return found


def total(period: str, amount: int, status: str = "final") -> Data:
    return {"measure": "m", "period": period, "total": amount, "status": status}


def event(name: str, day: str, subject: str = "", status: str = "final") -> Data:
    return {"event": name, "date": day, "status": status, **({"subject": subject} if subject else {})}


@pytest.mark.parametrize("measurements", [[], [total("2024", 0, "preliminary")]])
def test_law_11_a_bound_of_nothing_is_not_reached_by_saying_nothing(measurements: list[Data]) -> None:
    """A total of at least 0 needs a final figure like every other."""
    plan = one_target({"total": "m", "over": "2024", "at_least": "0"})
    assert judged(plan, {"measurements": measurements}, "2024-12-31").verdict == "on-track"
    assert judged(plan, {"measurements": [total("2024-Q1", 0)]}, "2024-03-31").verdict == "fulfilled"


def test_law_03_a_preliminary_figure_does_not_unsettle_what_is_settled() -> None:
    """The first quarter exceeds the bound for good, whatever a preliminary figure that reaches further leaves out."""
    plan = one_target({"total": "m", "over": "2024-H1", "at_most": "90"})
    measurements = [total("2024-Q1", 100), total("2024-01", 40), total("2024-02-01/2024-04-30", 95, "preliminary")]
    for day in ("2024-03-31", "2024-04-30", "2024-06-30"):
        found = judged(plan, {"measurements": measurements}, day)
        assert (found.verdict, found.since) == ("missed", "2024-03-31")


def test_law_03_a_preliminary_event_does_not_mend_a_broken_order() -> None:
    """The second happened and the first had not; that the first happens later, preliminarily or not, changes nothing."""
    plan = one_target({"order": ["a", "b"], "by": "2024"}, events={"a": {}, "b": {}})
    facts = {"events": [event("b", "2024-03-01"), event("a", "2024-04-01", status="preliminary")]}
    assert judged(plan, facts, "2024-03-01").verdict == "missed"
    assert judged(plan, facts, "2024-04-01").verdict == "missed"


def test_law_03_a_further_subject_of_an_open_set_takes_nothing_back() -> None:
    """What requires an event of an open set requires one of them; that another joins later changes nothing."""
    plan = one_target(
        {"milestone": "opened", "by": "2024"},
        events={"begun": {"subjects": "open"}, "opened": {}},
        dependencies=[{"before": "begun", "then": "opened"}],
    )
    first, later = event("begun", "2024-02-01", "p1"), event("begun", "2024-05-01", "p2")
    facts = {"events": [first, later, event("opened", "2024-03-01")]}
    for day in ("2024-03-01", "2024-06-01"):
        assert judged(plan, facts, day).verdict == "fulfilled"
    alone = {"events": [later, event("opened", "2024-03-01")]}
    assert judged(plan, alone, "2024-06-01").verdict != "fulfilled"


def test_law_03_who_will_be_heard_of_later_waits_for_nothing_today() -> None:
    """A subject whose event lies after D is not one that a late prerequisite holds up on D."""
    plan = one_target(
        {"milestone": "running", "count": "1", "by": "2024"},
        events={"bought": {}, "running": {"subjects": "open"}},
        dependencies=[{"before": "bought", "then": "running"}],
    )
    forecast = {"event": "bought", "expected": "2025-02-01", "reported": "2024-01-10"}
    later = {"forecasts": [forecast], "events": [event("running", "2024-09-01", "p1")]}
    assert judged(plan, {"forecasts": [forecast]}, "2024-02-01").verdict == "on-track"
    assert judged(plan, later, "2024-02-01").verdict == "on-track"


@pytest.mark.parametrize("day", ["2024-01-21", "2024-06-30"])
def test_law_04_a_late_report_was_missed_when_the_lag_was_over(day: str) -> None:
    """A duty reported twenty days late was certain to be missed the day after its lag of fifteen days."""
    plan = one_target({"recurring": "e", "on": ["2024-01-01"]}, events={"e": {}})
    assert judged(plan, {"events": [event("e", "2024-01-21", "2024-01-01")]}, day).since == "2024-01-17"


def test_law_04_a_late_event_was_missed_when_the_lag_was_over() -> None:
    """The same for an event and for an order."""
    late = {"events": [event("a", "2024-09-01"), event("b", "2024-09-02")]}
    for require in ({"milestone": "b", "by": "2024-H1"}, {"order": ["a", "b"], "by": "2024-H1"}):
        plan = one_target(require, events={"a": {}, "b": {}})
        assert judged(plan, late, "2024-12-31").since == "2024-07-16"


def test_law_04_an_exceeded_total_stays_certain_since_the_piece_that_crossed() -> None:
    """When the year is covered the total is still certain since the first quarter."""
    plan = one_target({"total": "m", "over": "2024", "at_most": "90"})
    facts = {"measurements": [total("2024-Q1", 100), *(total(f"2024-Q{q}", 1) for q in (2, 3, 4))]}
    for day in ("2024-03-31", "2024-12-31"):
        assert judged(plan, facts, day).since == "2024-03-31"


def test_law_12_a_contradiction_names_all_who_contradict_each_other() -> None:
    """Only the figure of the whole can be wrong here; named are the parts it cannot be true with as well."""
    plan = one_target({"total": "m", "over": "2024-H1", "at_most": "90"})
    parts = [total("2024-01", 20), total("2024-02", 20), total("2024-03", 20), total("2024-Q2", 10)]
    found = judged(plan, {"measurements": [*parts, total("2024-H1", 30)]}, "2024-06-30")
    (conflict,) = found.step.premises[0].data["conflicts"]
    assert len(conflict) == 5
    assert found.verdict == "fulfilled"


def test_law_02_of_equal_values_the_one_written_most_exactly_counts() -> None:
    """0.5 and 0.50 say the same; whichever source sorts first, 0.50 contradicts a cover of 0.52 and 0.5 does not."""
    plan = one_target({"share": "m", "over": "2024-H1", "at_most": "0.6"})
    parts = [{"measure": "m", "period": f"2024-Q{q}", "numerator": 52, "denominator": 100} for q in (1, 2)]
    for sources in (("a", "b"), ("b", "a")):
        whole = [{"measure": "m", "period": "2024-H1", "value": value, "source": source}
                 for value, source in zip(("0.5", "0.50"), sources, strict=True)]  # fmt: skip
        found = judged(plan, {"measurements": [*parts, *whole]}, "2024-06-30")
        assert found.step.evidence == "conflicting"


def test_law_02_of_equal_values_the_order_in_the_file_does_not_matter() -> None:
    """The same from one source: which of 0.5 and 0.50 stands first must not matter."""
    plan = one_target({"share": "m", "over": "2024-H1", "at_most": "0.6"})
    parts = [{"measure": "m", "period": f"2024-Q{q}", "numerator": 52, "denominator": 100} for q in (1, 2)]
    evidence = set()
    for values in (("0.5", "0.50"), ("0.50", "0.5")):
        whole = [{"measure": "m", "period": "2024-H1", "value": value} for value in values]
        evidence.add(judged(plan, {"measurements": [*parts, *whole]}, "2024-06-30").step.evidence)
    assert evidence == {"conflicting"}, "0.50 is the more exact, and contradicts the parts"


def test_law_13_names_of_one_plan_do_not_reach_into_another() -> None:
    """A plan built twice from the same data is the same plan: building leaves its data alone."""
    data: Data = {"plan": "p", "period": "2024", "events": {"e": {"subjects": {"a": "A"}, "open": "true"}},
                  "goals": [{"goal": "1", "targets": [
                      {"target": "1", "require": {"milestone": "e", "for_each": ["a", "b"], "by": "2024"}}]}]}  # fmt: skip
    before = repr(data)
    built(data)
    assert repr(data) == before


def test_law_14_who_is_late_holds_nobody_up_when_enough_are_in_time() -> None:
    """One of two is enough and is there, preliminarily; that the other waits for something late is no risk."""
    plan = one_target(
        {"milestone": "used", "for_each": ["nord", "syd"], "count": "1", "by": "2024-H1"},
        events={name: {"subjects": {"nord": "Nord", "syd": "Syd"}} for name in ("bought", "used")},
        dependencies=[{"before": "bought", "then": "used", "per": "subject"}],
    )
    forecast = {"event": "bought", "subject": "syd", "expected": "2024-09-01", "reported": "2024-01-10"}
    done = [event("bought", "2024-01-05", "nord"), event("used", "2024-02-01", "nord", "preliminary")]
    assert judged(plan, {"events": done, "forecasts": [forecast]}, "2024-03-01").verdict == "on-track"
    assert judged(plan, {"events": done[:1], "forecasts": [forecast]}, "2024-03-01").verdict == "at-risk"
