"""What a plan leaves open changes nothing by being written as a parameter, and is never fulfilled by being left open."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from hypothesis import given
from rulecheck.engine.evaluate import evaluate
from rulecheck.engine.proof import Step
from rulecheck.engine.testing.pick import Pick
from rulecheck.rules.criteria import Assessed, leaves
from rulecheck.rules.parameters import LISTS, NUMBERS, PERIODS

from tests.generators import Case, cases, read
from tests.generators.cases import picks
from tests.generators.plans import built, defects
from tests.properties.canonical import verdicts
from tests.properties.laws import examples, judge

Data = dict[str, Any]
SAID = {"declared": "2024-01-01", "source": "a letter", "because": "the plan leaves it open"}


def criteria(data: Data) -> Iterator[Data]:
    """Every criterion of plan data, the parts of combinations too."""
    targets = [target for goal in data["goals"] for target in goal["targets"]]
    targets += [target for version in data.get("versions", ()) for target in version.get("targets", {}).values()]
    waiting = [target["require"] for target in targets if target.get("require")]
    while waiting:
        criterion = waiting.pop()
        yield criterion
        for key in ("all_of", "any_of", "of"):
            waiting += criterion.get(key, [])


def opened(pick: Pick, plan: Data, declared: bool) -> Data:
    """The plan with some of its numbers, periods, days and lists written as parameters."""
    data: Data = deepcopy(plan)
    data["parameters"] = {}
    for criterion in criteria(data):
        for field in (*NUMBERS, *PERIODS, *LISTS):
            if criterion.get(field) is not None and pick.chance(40):
                _open(criterion, field, data["parameters"], declared)
    return data


def _open(criterion: Data, field: str, parameters: Data, declared: bool) -> None:
    holder, key = criterion, field
    if isinstance(holder[field], dict):  # the members of a dimension
        holder, key = holder[field], next(iter(holder[field]))
    name = f"p{len(parameters)}"
    parameters[name] = {"value": holder[key], **SAID} if declared else {"because": "nobody has said"}
    holder[key] = f"${name}"


@examples(300)
@given(cases(), picks())
def test_a_declared_parameter_is_the_value_itself(case: Case, pick: Pick) -> None:
    data = opened(pick, case.plan_data, declared=True)
    assert defects(data) == []
    again = evaluate(built(data), case.facts, case.as_of, case.known_at)
    assert verdicts(again) == verdicts(judge(case))


def said(step: Step) -> set[str]:
    """The verdicts of the parts."""
    return {step.verdict}.union(*(said(premise) for premise in step.premises)) if step.premises else {step.verdict}


@examples(300)
@given(cases(), picks())
def test_law_11_what_nobody_has_declared_is_fulfilled_by_an_assessment_only(case: Case, pick: Pick) -> None:
    data = opened(pick, case.plan_data, declared=False)
    assert defects(data) == []
    plan = built(data)
    facts = read({**case.facts_data, "assessments": []}, plan)
    found = evaluate(plan, facts, case.as_of, case.known_at)
    for verdict in found.verdicts:
        waiting = [leaf for leaf in leaves(verdict.target.criterion) if isinstance(leaf, Assessed) and leaf.undeclared]
        assert {name for leaf in waiting for name in leaf.undeclared} == set(verdict.target.parameters)
        if waiting and len(waiting) == len(leaves(verdict.target.criterion)):
            assert verdict.verdict in ("on-track", "at-risk")
            assert "at-risk" not in said(verdict.step.premises[0]) or min(leaf.by for leaf in waiting) < case.as_of
