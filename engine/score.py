"""Points: fulfilled, open, missed, what is still reachable; strict and graduated. Source: semantics §6."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

import attrs
from rulecheck.engine.proof import Step
from rulecheck.rules.plan import Goal, Target, Version, score_of


@attrs.frozen(eq=False, repr=False)
class Score:
    """Points of a set of targets. ``graduated`` credits declared part fulfilment; strict is all or nothing."""

    total: Fraction
    fulfilled: Fraction
    open: Fraction
    missed: Fraction
    graduated: Fraction

    @property
    def reachable(self) -> tuple[Fraction, Fraction]:
        return self.fulfilled, self.fulfilled + self.open


def score(targets: Iterable[Target], steps: Mapping[str, Step], buckets: Mapping[str, str]) -> Score:
    """The points of ``targets``; a target without a weight counts one."""
    points = {"fulfilled": Fraction(0), "open": Fraction(0), "missed": Fraction(0)}
    graduated = Fraction(0)
    for target in targets:
        weight = score_of(target.weight)
        points[buckets[target.id]] += weight
        graduated += weight * reached_share(target, steps[target.id])
    return Score(sum(points.values(), Fraction(0)), points["fulfilled"], points["open"], points["missed"], graduated)


def reached_share(target: Target, step: Step) -> Fraction:
    """How much of a target is fulfilled for good, as it declares part fulfilment to be counted: 0 to 1."""
    if step.verdict == "fulfilled":
        return Fraction(1)
    if target.graduated == "none":
        return Fraction(0)
    return _share(step.premises[0], target.graduated == "members") if step.premises else Fraction(0)


def _share(step: Step, members: bool) -> Fraction:
    if step.verdict == "fulfilled":
        return Fraction(1)
    kind = step.data.get("kind")
    if kind in ("all_of", "any_of", "at_least", "for_each"):
        parts = [_share(premise, members) for premise in step.premises]
        return min(Fraction(1), sum(parts, Fraction(0)) / int(step.data["count"]))
    if kind == "milestone" and members:
        return min(Fraction(1), Fraction(step.data["done"], step.data["count"]))
    return Fraction(0)


def goal_scores(version: Version, steps: Mapping[str, Step], buckets: Mapping[str, str]) -> list[tuple[Goal, Score]]:
    """The points of each goal, in the plan's order."""
    return [(goal, score(goal.targets, steps, buckets)) for goal in version.goals]
