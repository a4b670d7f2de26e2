"""How else a text could be read is told beside the verdict, is what it would be, and changes nothing."""

from copy import deepcopy
from typing import Any

import attrs
from hypothesis import assume, given
from rulecheck.cli.json_document import document
from rulecheck.engine.evaluate import Evaluation, evaluate
from rulecheck.engine.readings import readings_of
from rulecheck.engine.testing.pick import Pick
from rulecheck.rules.criteria import Criterion
from rulecheck.rules.plan import Plan

from tests.generators import Case, cases
from tests.generators.cases import picks
from tests.generators.plans import built, defects
from tests.properties.laws import examples, judge

Data = dict[str, Any]


def ambiguous(pick: Pick, plan: Data, other: Data) -> Data:
    """The plan with alternatives: requirements of another plan made of the same names, and roundings."""
    data = deepcopy(plan)
    required = [t["require"] for goal in other["goals"] for t in goal["targets"] if t.get("require")]
    for target in (target for goal in data["goals"] for target in goal["targets"]):
        others: list[Any] = ["not computed"]
        if required and pick.chance(70):
            others.append({"en": "otherwise", "require": pick.among(required)})
        if set(target.get("require") or ()) & {"mean", "share", "total", "level", "figure"}:
            others.append({"en": "rounded", "rounded_to": pick.among(("1", "0.5", "10"))})
        target["readings"] = {"open": {"chosen": "so", "because": "it says so", "alternatives": others}}
    return data


def without_readings(found: Evaluation) -> Data:
    told = document(found, list(found.verdicts))
    for verdict in told["verdicts"]:
        verdict.pop("readings", None)
    return told


def read_so(plan: Plan, target: str, criterion: Criterion) -> Plan:
    """The plan whose target requires the criterion, in every version."""
    versions = [
        attrs.evolve(
            version,
            goals=tuple(
                goal._replace(
                    targets=tuple(attrs.evolve(t, criterion=criterion) if t.id == target else t for t in goal.targets)
                )
                for goal in version.goals
            ),
        )
        for version in plan.versions
    ]
    return attrs.evolve(plan, versions=tuple(versions))


@examples(120)
@given(cases(), cases(), picks())
def test_alternatives_change_nothing_and_say_what_would_be(case: Case, other: Case, pick: Pick) -> None:
    data = ambiguous(pick, case.plan_data, other.plan_data)
    assume(not defects(data))  # such as a requirement outside this plan's period
    plan = built(data)
    found = evaluate(plan, case.facts, case.as_of, case.known_at)
    assert without_readings(found) == without_readings(judge(case))
    read = readings_of(found)
    for verdict in found.verdicts:
        computed = verdict.target.otherwise
        assert len(read[verdict.target.id].others if computed else ()) == len(computed)
        for n, (_, _, criterion) in enumerate(computed):
            told = read[verdict.target.id].others[n].verdict
            then = evaluate(read_so(plan, verdict.target.id, criterion), case.facts, case.as_of, case.known_at)
            assert told == next(v.verdict for v in then.verdicts if v.target.id == verdict.target.id)
        if computed:
            others = {o.verdict for o in read[verdict.target.id].others}
            assert read[verdict.target.id].agree == (others == {verdict.verdict})
