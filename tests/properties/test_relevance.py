"""Laws 9, 10 and 11: what a verdict may rest on, and that it needs something to rest on."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rulecheck.engine.evaluate import evaluate
from rulecheck.engine.testing.facts import days_of_interest
from rulecheck.engine.testing.laws import law_10
from rulecheck.engine.testing.pick import Pick
from rulecheck.facts.problem import InvalidFacts
from rulecheck.rules.criteria import Assessed, Milestone, Order, Recurring, SetChange, Threshold, leaves
from rulecheck.rules.plan import Plan, Version

from tests.generators import Case, cases, plans, read
from tests.generators.cases import picks
from tests.properties.canonical import dump, skeleton, step_data, verdicts
from tests.properties.laws import examples, hold, judge

DAY = timedelta(1)
Data = dict[str, Any]
GROUPS = ("measurements", "events", "forecasts", "assessments")


# --- 9. irrelevance ---


def names_of(targets: set[str], version: Version, plan: Plan) -> set[object]:
    """Everything the rules of these targets name: measures with their members, events with what they require, targets."""
    found: set[object] = set()
    for target in version.targets:
        if target.id in targets:
            for leaf in leaves(target.criterion):
                match leaf:
                    case Threshold():
                        found.add((leaf.measure, leaf.dimensions))
                    case SetChange():
                        found.add((leaf.measure, ()))
                    case Milestone():
                        found |= {leaf.event, *leaf.after}
                    case Order():
                        found |= {leaf.before, leaf.then}
                    case Recurring():
                        found.add(leaf.event)
                    case Assessed():
                        found.add(("assessment of", leaf.target))
    return with_required(found, plan)


def with_required(found: set[object], plan: Plan) -> set[object]:
    size = 0
    while size != len(found):
        size = len(found)
        found |= {dependency.before for dependency in plan.dependencies if dependency.then in found}
    return found


def with_depended_on(target: str, version: Version) -> set[str]:
    """The target and those it depends on, directly or through others."""
    found, needs = {target}, {t.id: t.depends_on for t in version.targets}
    while more := {other for name in found for other in needs[name]} - found:
        found |= more
    return found


def named(row: Data, names: set[object]) -> bool:
    if "target" in row:
        return ("assessment of", row["target"]) in names
    if "event" in row:
        return row["event"] in names and not row.get("dimensions")
    return (row["measure"], tuple(sorted(row.get("dimensions", {}).items()))) in names


def only(data: Data, names: set[object], *, keep: bool = True) -> Data:
    """The facts that name one of the names; with ``keep`` False the others."""
    return {
        **data,
        **{group: [row for row in data.get(group, []) if named(row, names) == keep] for group in GROUPS},
        "calendar": {name: days for name, days in data.get("calendar", {}).items() if (name in names) == keep},
    }


@examples(200)
@given(cases())
def test_law_09_irrelevance_of_facts_no_rule_names(case: Case) -> None:
    """A target's proof is the same without the facts that neither it nor a target it depends on names.

    To name is to name a measure with its members, an event or what that event requires, or the target itself.
    """
    version = case.plan.version_on(case.as_of)
    full = {v.target.id: v.step for v in judge(case).verdicts}
    for target in version.targets:
        names = names_of(with_depended_on(target.id, version), version, case.plan)
        facts = read(only(case.facts_data, names), case.plan)
        found = evaluate(case.plan, facts, case.as_of, case.known_at)
        step = next(v.step for v in found.verdicts if v.target.id == target.id)
        assert dump(step_data(step)) == dump(step_data(full[target.id])), target.id


@examples(200)
@given(cases(), picks())
def test_law_09_irrelevance_of_sources_and_remarks(case: Case, pick: Pick) -> None:
    """Where a fact comes from and what is remarked about it decides nothing."""
    data = dict(case.facts_data)
    for group in GROUPS:
        data[group] = [
            {**row, "source": pick.among(("a", "b", "")), "note": pick.among(("", "seen")), **({} if "by" in row else {"by": "x"})}
            for row in data.get(group, [])
        ]  # fmt: skip
    again = evaluate(case.plan, read(data, case.plan), case.as_of, case.known_at)
    assert skeleton(again) == skeleton(judge(case))


@examples(200)
@given(cases(), picks())
def test_law_09_irrelevance_of_overrides_and_waivers(case: Case, pick: Pick) -> None:
    """A judgement of what is computed, and a waiver of whatever it may be, changes no verdict, no proof and no points."""
    targets = case.plan.version_on(case.as_of).targets
    first, last = case.plan.period.first, case.as_of
    rows = list(case.facts_data.get("assessments", ()))
    waived = set()
    for target in targets:
        computed = not any(isinstance(leaf, Assessed) for leaf in leaves(target.criterion))
        if pick.chance(40):
            day = pick.day(min(first, last), last)
            verdict = pick.among(("waived", "fulfilled", "missed", "on-track", "at-risk")) if computed else "waived"
            row = {
                "target": target.id,
                "verdict": verdict,
                "by": "Rigspolitiet",
                "date": day.isoformat(),
                "reason": "x",
            }
            if pick.chance(50):
                row["expires"] = pick.day(day, last + DAY).isoformat()
            rows.append(row)
            if verdict == "waived" and row.get("expires", "9999") >= last.isoformat():
                waived.add(target.id)
    facts = read({**case.facts_data, "assessments": rows}, case.plan)
    again, before = evaluate(case.plan, facts, case.as_of), evaluate(case.plan, case.facts, case.as_of)
    for was, now in zip(before.verdicts, again.verdicts, strict=True):
        assert dump(step_data(now.step)) == dump(step_data(was.step)), was.target.id
        stand = {judgement.kind for judgement in now.judgements if judgement.stands_beside}
        assert "waiver" in stand or was.target.id not in waived
    assert again.score._replace(waived=0) == before.score._replace(waived=0)
    unmet = sum(1 if v.target.weight is None else v.target.weight for v in again.verdicts if v.verdict != "fulfilled")
    assert again.score.waived <= unmet
    assert again.score.waived >= sum(
        1 if v.target.weight is None else v.target.weight
        for v in again.verdicts
        if v.target.id in waived and v.verdict != "fulfilled"
    )


# --- 10. dependency-safe ---


@examples(300)
@given(plans(kinds=("milestone", "milestone", "order", "recurring")), picks())
def test_law_10_dependency_safe(plan: Plan, pick: Pick) -> None:
    """Nothing a proof counts happened before what it requires, for the same subject where the plan says per subject.

    It stays so when every fact about a prerequisite is taken away, or moved to a later day; then nothing that rests on
    it is fulfilled.
    """
    hold(law_10.LAW, plan, pick)


# --- 11. no evidence, no fulfilment ---


@examples(250)
@given(cases(), st.data())
def test_law_11_no_evidence_no_fulfilment(case: Case, data: st.DataObject) -> None:
    """Without a single fact no target is fulfilled, on any day."""
    as_of = data.draw(st.sampled_from([case.as_of, *days_of_interest(case.plan, case.facts_data), date.max]))
    facts = read({}, case.plan)
    assert "fulfilled" not in verdicts(evaluate(case.plan, facts, as_of)).values()


@examples(200)
@given(cases())
def test_law_11_only_what_a_rule_names_fulfils_it(case: Case) -> None:
    """Whatever else is told, a target of whose names no fact tells is not fulfilled."""
    version = case.plan.version_on(case.as_of)
    for target in version.targets:
        names = names_of({target.id}, version, case.plan)
        facts = read(only(case.facts_data, names, keep=False), case.plan)
        assert verdicts(evaluate(case.plan, facts, case.as_of, case.known_at))[target.id] != "fulfilled"


WRONG = (True, False, [], {}, [1], "n/a", "12,5", "٣", "1e999", "0x1", "½", "")
CONTENT = ("total", "count", "numerator", "denominator", "value", "date", "expected", "at", "period", "subject", "event",
           "measure", "target", "verdict", "reported", "status", "withdrawn", "dimensions")  # fmt: skip


@examples(250)
@given(cases(), picks(), st.sampled_from(WRONG))
def test_law_11_ill_typed_facts_are_refused(case: Case, pick: Pick, wrong: object) -> None:
    """Text is never a number, ``true`` is never 1, a list is never a date: the file is refused and nothing is judged."""
    places = [
        (g, n, key) for g in GROUPS for n, row in enumerate(case.facts_data.get(g, [])) for key in row if key in CONTENT
    ]
    assume(places)
    group, n, key = pick.among(places)
    assume(not (key == "withdrawn" and isinstance(wrong, bool)) and not (key == "dimensions" and wrong == {}))
    assume(not (key == "subject" and isinstance(wrong, str)))  # any text may be a subject where others may join
    data = json.loads(json.dumps(case.facts_data))
    data[group][n][key] = wrong
    if data[group][n].get("withdrawn") and key in (*CONTENT[:7], "verdict"):
        return  # the content of a fact that is taken back is not read
    with pytest.raises(InvalidFacts):
        read(data, case.plan)


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e400", "01", "1_000", "1.", ".5"])
def test_law_11_what_is_no_number_is_refused(text: str) -> None:
    """A value that JSON or the decimal notation does not know is no value."""
    from rulecheck.facts.documents.json_document import read_json as read_document
    from rulecheck.facts.read_facts import read_facts

    from tests.properties.test_values import one_target

    plan = one_target({"total": "m", "over": "2024", "at_least": "0"})
    content = '{"measurements": [{"measure": "m", "period": "2024", "total": %s}]}'
    for written in (text, f'"{text}"'):
        with pytest.raises(InvalidFacts):
            read_facts(read_document((content % written).encode(), "f.json"), plan.vocabulary)
