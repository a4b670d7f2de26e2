"""A plan without the rules a law has to do without, and criteria changed wherever they stand."""

from collections.abc import Callable

import attrs
from rulecheck.rules.criteria import Combination, Criterion, Leaf, Milestone
from rulecheck.rules.plan import Plan, Target


def with_targets(plan: Plan, change: Callable[[Target], Target]) -> Plan:
    """The plan with every target of every version changed."""
    versions = tuple(
        attrs.evolve(
            version,
            goals=tuple(
                goal._replace(targets=tuple(change(target) for target in goal.targets)) for goal in version.goals
            ),
        )
        for version in plan.versions
    )
    return attrs.evolve(plan, versions=versions)


def with_leaves(plan: Plan, change: Callable[[Leaf], Leaf]) -> Plan:
    """The plan with every leaf criterion of every version changed."""
    return with_targets(plan, lambda target: attrs.evolve(target, criterion=_changed(target.criterion, change)))


def _changed(criterion: Criterion, change: Callable[[Leaf], Leaf]) -> Criterion:
    if isinstance(criterion, Combination):
        return attrs.evolve(criterion, parts=tuple(_changed(part, change) for part in criterion.parts))
    return change(criterion)


def not_against_the_past(plan: Plan) -> Plan:
    """The plan without the risk rules that measure the present against the past (R3 with the best quarter, R8).

    A better past raises their bar, and they look at single pieces.
    """

    def eased(target: Target) -> Target:
        rate = None if target.risks.required_rate == "best-quarter" else target.risks.required_rate
        return attrs.evolve(target, risks=target.risks._replace(trend=None, required_rate=rate))

    return with_targets(plan, eased)


def requiring_nothing(plan: Plan) -> Plan:
    """The plan in which no event requires another."""
    free = with_leaves(plan, lambda leaf: attrs.evolve(leaf, after=()) if isinstance(leaf, Milestone) else leaf)
    return attrs.evolve(free, dependencies=())
