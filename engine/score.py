"""Points: fulfilled, open, missed, what is still reachable; strict and graduated. Source: semantics §6."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

from rulecheck.engine.proof import Step
from rulecheck.facts.quantity import Exact
from rulecheck.rules.plan import Goal, Target, Version


class Score(NamedTuple):
    """Points of a set of targets. ``graduated`` credits declared part fulfilment; strict is all or nothing."""

    total: Exact
    fulfilled: Exact
    open: Exact
    missed: Exact
    graduated: Exact
    waived: Exact = 0
    """Of what is open or missed, the points of targets under a waiver. They stay open or missed."""

    @property
    def reachable(self) -> tuple[Exact, Exact]:
        return self.fulfilled, self.fulfilled + self.open


def score(
    targets: Iterable[Target],
    steps: Mapping[str, Step],
    buckets: Mapping[str, str],
    waived: frozenset[str] = frozenset(),
) -> Score:
    """The points of ``targets``; a target without a weight counts one. ``waived`` are those under a waiver."""
    points: dict[str, Exact] = {"fulfilled": 0, "open": 0, "missed": 0}
    graduated: Exact = 0
    set_aside: Exact = 0
    for target in targets:
        weight = 1 if target.weight is None else target.weight
        points[buckets[target.id]] += weight
        graduated += weight * reached_share(target, steps[target.id])
        if target.id in waived and buckets[target.id] != "fulfilled":
            set_aside += weight
    return Score(sum(points.values()), points["fulfilled"], points["open"], points["missed"], graduated, set_aside)


def reached_share(target: Target, step: Step) -> Exact:
    """How much of a target is fulfilled for good, as it declares part fulfilment to be counted: 0 to 1."""
    if step.verdict == "fulfilled":
        return 1
    if target.graduated == "none":
        return 0
    return _share(step.premises[0], target.graduated == "members")


def _share(step: Step, members: bool) -> Exact:
    if step.verdict == "fulfilled":
        return 1
    kind = step.data.get("kind")
    if kind in ("all_of", "any_of", "at_least", "for_each"):
        reached = sum(_share(premise, members) for premise in step.premises)
        return min(Fraction(1), Fraction(reached, int(step.data["count"])))
    if kind == "milestone" and members:
        return min(Fraction(1), Fraction(step.data["done"], step.data["count"]))
    return 0


def goal_scores(
    version: Version, steps: Mapping[str, Step], buckets: Mapping[str, str], waived: frozenset[str] = frozenset()
) -> list[tuple[Goal, Score]]:
    """The points of each goal, in the plan's order."""
    return [(goal, score(goal.targets, steps, buckets, waived)) for goal in version.goals]
