"""Targets, combined criteria and alternatives: what the leaves come to."""

from collections.abc import Callable, Sequence
from typing import Any

from rulecheck.engine.checker.assessed import check_assessed
from rulecheck.engine.checker.context import Context, need, shows
from rulecheck.engine.checker.measures import check_threshold
from rulecheck.engine.checker.milestone import check_milestone
from rulecheck.engine.checker.order import check_order
from rulecheck.engine.checker.recurring import check_recurring
from rulecheck.engine.checker.set_change import check_set_change
from rulecheck.engine.proof import Step
from rulecheck.rules.criteria import Assessed, Combination, Criterion, Milestone, Order, Recurring, SetChange, Threshold
from rulecheck.rules.plan import Target

_RANK = {"missed": 0, "at-risk": 1, "on-track": 2, "fulfilled": 3}
_ENOUGH = {"enough-fulfilled": 3, "enough-on-track": 2, "enough-at-risk": 1, "too-many-missed": 0}
"""Which rank each rule about combined criteria concludes."""


def check_target(context: Context, target: Target, step: Step) -> None:
    """A target by its criterion, its modality and the targets it depends on. Raises Wrong."""
    (inner,) = step.premises
    need(step.path == target.id, "the step {} stands where {} should", step.path, target.id)
    _criterion(context, target.criterion, inner, target)
    need(step.evidence == inner.evidence, "the evidence is {}, not {}", inner.evidence, step.evidence)
    others = {other: context.steps[other] for other in target.depends_on}
    blocked = [name for name, other in others.items() if _blocks(other)]
    shows(
        step.data,
        modality=target.modality,
        depends_on={name: other.verdict for name, other in others.items()} or None,
        blocked_by=blocked if others else None,
    )
    rank = _RANK[inner.verdict]
    if step.rule == "may":
        expected = "on-track" if target.modality == "may" and rank <= 1 else None
    elif step.rule == "should":
        expected = "at-risk" if target.modality == "should" and rank == 0 else None
    elif step.rule == "dependency":
        expected = "at-risk" if blocked and rank in (1, 2) and target.modality != "may" else None
    else:
        capped = (target.modality == "may" and rank <= 1) or (target.modality == "should" and rank == 0)
        expected = None if capped or step.rule != "as-judged" else inner.verdict
    need(step.verdict == expected, "rule {} does not give {}", step.rule, step.verdict)


def _criterion(context: Context, criterion: Criterion, step: Step, target: Target) -> None:
    need(step.path == criterion.path, "the step {} stands where {} should", step.path, criterion.path)
    context.citing = frozenset(step.facts)
    for fact in step.facts:
        context.cited(fact)
    if isinstance(criterion, Combination):
        _combination(context, criterion, step, target)
    elif step.rule.startswith("alternatives"):
        _alternatives(context, criterion, step, target)
    else:
        _LEAVES[type(criterion)](context, criterion, step, target)


def _combination(context: Context, criterion: Combination, step: Step, target: Target) -> None:
    need(len(step.premises) == len(criterion.parts), "not every part is judged")
    for part, premise in zip(criterion.parts, step.premises, strict=True):
        _criterion(context, part, premise, target)
    shows(
        step.data,
        kind=criterion.label,
        count=criterion.count,
        size=len(criterion.parts),
        fulfilled=sum(p.verdict == "fulfilled" for p in step.premises),
    )
    evidence = _evidence_of(step.premises)
    need(step.evidence == evidence, "the evidence is {}, not {}", evidence, step.evidence)
    need(_ENOUGH[step.rule] == _RANK[step.verdict], "rule {} does not give {}", step.rule, step.verdict)
    best_first = sorted((_RANK[p.verdict] for p in step.premises), reverse=True)
    need(
        _RANK[step.verdict] == best_first[criterion.count - 1],
        "{} is not the verdict of the {} best parts",
        step.verdict,
        criterion.count,
    )


def _alternatives(context: Context, criterion: Criterion, step: Step, target: Target) -> None:
    need(step.data["conflicts"], "no contradiction is named")
    for ids in step.data["conflicts"]:
        need(len(ids) > 1, "a contradiction takes two facts")
    for premise in step.premises:
        _criterion(context, criterion, premise, target)
    need(step.data["size"] == len(step.premises), "not every alternative is judged")
    told = tuple(dict.fromkeys(fact for ids in step.data["conflicts"] for fact in ids))
    need(step.facts == told and step.evidence == "conflicting", "the contradicting facts are others")
    found = {premise.verdict for premise in step.premises}
    agreed = len(found) == 1 and not step.data.get("unresolved")
    expected = found.pop() if agreed else "at-risk"
    need(step.verdict == expected, "the alternatives do not give this verdict")
    need((step.rule == "alternatives-agree") == agreed, "the alternatives agree or not")


def _evidence_of(premises: Sequence[Step]) -> str:
    """The evidence of combined criteria: the worst defect, what they all have, or partial."""
    found = {premise.evidence for premise in premises}
    for defect in ("conflicting", "overdue"):
        if defect in found:
            return defect
    return found.pop() if len(found) == 1 else "partial"


def _blocks(step: Step) -> bool:
    """Whether targets that depend on this one are at risk for it."""
    return step.verdict == "at-risk" or (step.verdict == "missed" and _delivered(step) is None)


def _delivered(step: Step) -> str | None:
    """The day by which everything needed had happened, if it had."""
    if step.data.get("kind") == "milestone":
        return step.data.get("delivered")
    days = sorted(day for premise in step.premises if (day := _delivered(premise)) is not None)
    count = step.data.get("count", len(step.premises)) if "kind" in step.data else len(step.premises)
    return days[count - 1] if step.premises and len(days) >= count else None


_LEAVES: dict[type, Callable[[Context, Any, Step, Target], None]] = {
    Threshold: check_threshold,
    SetChange: check_set_change,
    Milestone: check_milestone,
    Order: check_order,
    Recurring: check_recurring,
    Assessed: check_assessed,
}
