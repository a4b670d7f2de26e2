"""The meaning once more: naive, short, straight from docs/semantics.md, without findings, rules, timeline or cover.

It decides nothing a user sees while durable-rules is there; it has to agree with it on every evaluation. Where
durable-rules cannot be imported, it decides. It shares with the engine only the data: facts, plan, periods, numbers.
"""

from collections.abc import Collection, Sequence
from datetime import date

import attrs
from rulecheck.engine.reference.events import assessment_verdict, milestone_verdict, order_verdict, recurring_verdict
from rulecheck.engine.reference.lists import set_change_verdict
from rulecheck.engine.reference.measures import threshold_verdict, trend_verdict
from rulecheck.engine.reference.world import Judged, World, agreed, choices_of, distinct
from rulecheck.facts.facts import Facts
from rulecheck.rules.criteria import Assessed, Combination, Criterion, Milestone, Order, SetChange, Threshold
from rulecheck.rules.plan import Plan, Target, Version

__all__ = ["Day", "reference_verdicts", "verdict_of", "verdicts_otherwise"]
ORDER = ("missed", "at-risk", "on-track", "fulfilled")


def reference_verdicts(plan: Plan, facts: Facts, as_of: date, known_at: date | None = None) -> dict[str, str]:
    """The verdict of every target of the version in force on ``as_of``."""
    version = plan.version_on(as_of)
    judged = _version(version, World(plan, facts, as_of, known_at))
    return {target.id: judged[target.id][0] for target in version.targets}


def verdict_of(plan: Plan, facts: Facts, as_of: date, known_at: date | None, target: str) -> str:
    """The verdict of one target; of the others only those it depends on are judged."""
    version = plan.version_on(as_of)
    depends_on = {t.id: t.depends_on for t in version.targets}
    wanted = {target}
    for name in reversed(version.judging_order):
        if name in wanted:
            wanted.update(depends_on[name])
    return _version(version, World(plan, facts, as_of, known_at), wanted)[target][0]


def verdicts_otherwise(
    plan: Plan, facts: Facts, as_of: date, known_at: date | None, asked: Sequence[tuple[Target, Criterion]]
) -> list[str]:
    """The verdict of each target if it required the criterion beside it, all others standing as they are."""
    world = World(plan, facts, as_of, known_at)
    apart = not any(target.depends_on for target, _ in asked)
    judged = {} if apart else _version(plan.version_on(as_of), world)
    return [_target(attrs.evolve(target, criterion=criterion), world, judged)[0] for target, criterion in asked]


class Day:
    """What was known of one day, looked at once, so that targets can be judged by it as they are and as they are not."""

    def __init__(self, plan: Plan, facts: Facts, as_of: date, known_at: date | None = None) -> None:
        self._world = World(plan, facts, as_of, known_at)
        self._targets = {target.id: target for target in plan.version_on(as_of).targets}
        self._order = plan.version_on(as_of).judging_order
        self._judged = _version(plan.version_on(as_of), self._world)

    @property
    def verdicts(self) -> dict[str, str]:
        """The verdict of every target of the version in force."""
        return {target: self._judged[target][0] for target in self._targets}

    def verdicts_with(self, other: Target) -> dict[str, str]:
        """The verdicts that differ if ``other`` stood in the place of the target of its id."""
        judged, changed = dict(self._judged), {other.id}
        for name in self._order:
            target = other if name == other.id else self._targets[name]
            if name in changed or changed.intersection(target.depends_on):
                judged[name] = _target(target, self._world, judged)
                if judged[name] != self._judged[name]:
                    changed.add(name)
        return {name: judged[name][0] for name in judged if judged[name][0] != self._judged[name][0]}


def _version(version: Version, world: "World", wanted: Collection[str] | None = None) -> dict[str, Judged]:
    targets = {target.id: target for target in version.targets}
    judged: dict[str, Judged] = {}
    for name in version.judging_order:
        if wanted is None or name in wanted:
            judged[name] = _target(targets[name], world, judged)
    return judged


def _target(target: Target, world: "World", judged: dict[str, Judged]) -> Judged:
    verdict, done = _criterion(target.criterion, target, world)
    if target.modality == "may":
        verdict = "fulfilled" if verdict == "fulfilled" else "on-track"
    elif target.modality == "should" and verdict == "missed":
        verdict = "at-risk"
    elif verdict == "on-track":
        for other in target.depends_on:
            state, delivered = judged[other]
            if state == "at-risk" or (state == "missed" and delivered is None):
                verdict = "at-risk"
    return verdict, done


def _criterion(criterion: Criterion, target: Target, world: "World") -> Judged:
    if isinstance(criterion, Combination):
        parts = [_criterion(part, target, world) for part in criterion.parts]
        best_first = sorted((v for v, _ in parts), key=ORDER.index, reverse=True)
        days = sorted(day for _, day in parts if day is not None)
        return best_first[criterion.count - 1], days[criterion.count - 1] if len(days) >= criterion.count else None
    if isinstance(criterion, Threshold):
        judge = threshold_verdict if criterion.trend is None else trend_verdict
        return judge(criterion, target, world), None
    if isinstance(criterion, SetChange):
        return set_change_verdict(criterion, target, world), None
    if isinstance(criterion, Assessed):
        told = world.told("assessment", criterion.target)
        return agreed(assessment_verdict(criterion, a, world) for a in told or [None]), None
    things = world.closure(criterion)
    told_of = [world.told("event", thing) or [None] for thing in things]
    by_now = [distinct(v, world.by_now) if len(v) > 1 else v for v in told_of]
    outcomes = []
    for choice in choices_of(by_now):
        log = dict(zip(things, choice, strict=True))
        if isinstance(criterion, Milestone):
            outcomes.append(milestone_verdict(criterion, target, world, log))
        elif isinstance(criterion, Order):
            outcomes.append((order_verdict(criterion, target, world, log), None))
        else:
            outcomes.append((recurring_verdict(criterion, target, world, log), None))
    if not outcomes:
        return "at-risk", None
    days = [day for _, day in outcomes if day is not None]
    return agreed(v for v, _ in outcomes), max(days) if len(days) == len(outcomes) else None
