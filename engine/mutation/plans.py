"""What can be wrong in a plan as a whole: weights, dependencies, when figures fall due, when an amendment is in force."""

from collections.abc import Iterator

import attrs
from rulecheck.engine.mutation.mutant import Mutant, beside
from rulecheck.engine.mutation.targets import target_mutants
from rulecheck.facts.quantity import plain
from rulecheck.rules.plan import FOLLOW_UP, Dependency, Plan, Target, Version


def mutants(plan: Plan) -> list[Mutant]:
    """Every small wrong version of the plan's rules, in the plan's order. Source: docs/quality/mutation-plans.md."""
    found = [*_amendments(plan), *_weights(plan), *_dependencies(plan), *_follow_up(plan)]
    for n, version in enumerate(plan.versions):
        for target in version.targets:
            made = target_mutants(target, plan)
            found += made if len(plan.versions) == 1 else (_in_version(mutant, plan, n) for mutant in made)
    return found


def _in_version(mutant: Mutant, plan: Plan, n: int) -> Mutant:
    """The mistake in one version of an amended plan: whoever judges by it has to see the whole plan."""
    assert mutant.target is not None
    version = with_target(plan.versions[n], mutant.target)
    where = mutant.where if n == 0 else f"{plan.versions[n].id}: {mutant.where}"
    return Mutant(where, mutant.kind, mutant.text, plan=with_version(plan, n, version))


def with_target(version: Version, target: Target) -> Version:
    """The version with the target in the place of the one of its id."""
    goals = tuple(
        goal._replace(targets=tuple(target if old.id == target.id else old for old in goal.targets))
        for goal in version.goals
    )
    return attrs.evolve(version, goals=goals)


def with_version(plan: Plan, n: int, version: Version) -> Plan:
    """The plan with another version in the place of its ``n``-th."""
    return attrs.evolve(plan, versions=(*plan.versions[:n], version, *plan.versions[n + 1 :]))


def _amendments(plan: Plan) -> Iterator[Mutant]:
    for n, version in enumerate(plan.versions[1:], 1):
        for kind, day in beside(version.in_force_from):
            text = f"in_force_from: {version.in_force_from.isoformat()} → {day.isoformat()}"
            made = with_version(plan, n, attrs.evolve(version, in_force_from=day))
            yield Mutant(version.id, f"in_force_from {kind}", text, plan=made)


def _weights(plan: Plan) -> Iterator[Mutant]:
    """Each weight exchanged for that of the next target that weighs something else."""
    for n, version in enumerate(plan.versions):
        targets = [target for target in version.targets if target.weight is not None]
        for i, one in enumerate(targets):
            other = next((t for t in targets[i + 1 :] if t.weight != one.weight), None)
            if other is None or one.weight is None or other.weight is None:
                continue
            swapped = with_target(version, attrs.evolve(one, weight=other.weight))
            swapped = with_target(swapped, attrs.evolve(other, weight=one.weight))
            text = f"weight: {plain(one.weight)} → {plain(other.weight)}, that of {other.id}"
            where = one.id if n == 0 else f"{version.id}: {one.id}"
            yield Mutant(where, f"weight of {other.id}", text, plan=with_version(plan, n, swapped))


def _dependencies(plan: Plan) -> Iterator[Mutant]:
    """Each dependency left out, turned round, and for each subject where it was for all. Declared twice, it is one."""
    for (before, then), one in {(d.before, d.then): d for d in plan.dependencies}.items():
        where = f"{before} before {then}"
        rest = tuple(d for d in plan.dependencies if (d.before, d.then) != (before, then))

        def with_other(
            kind: str, text: str, *others: Dependency, where: str = where, rest: tuple[Dependency, ...] = rest
        ) -> Mutant:
            return Mutant(where, kind, text, plan=attrs.evolve(plan, dependencies=(*rest, *others)))

        yield with_other("removed", "dependencies: removed")
        if not any(other.before == then for other in rest):  # turned round in a chain it would be a circle
            turned = one._replace(before=then, then=before)
            yield with_other("turned", f"dependencies: turned, {then} before {before}", turned)
        both = plan.events.get(before), plan.events.get(then)
        if all(event is not None and event.subjects is not None for event in both):
            per = "for all subjects together" if one.per_subject else "for each subject by itself"
            other = one._replace(per_subject=not one.per_subject)
            yield with_other("per subject", f"dependencies: {per}", other)


def _follow_up(plan: Plan) -> Iterator[Mutant]:
    """Figures falling due twice as often or half as often, or (where the plan says nothing) every quarter."""
    names = {months: name for name, months in FOLLOW_UP.items()}
    was = "nothing" if plan.follow_up is None else names[plan.follow_up]
    if plan.follow_up is None:
        return
    order = sorted(names)
    place = order.index(plan.follow_up)
    for other in (*order[max(0, place - 1) : place], *order[place + 1 : place + 2]):
        made = attrs.evolve(plan, follow_up=other)
        yield Mutant(plan.id, f"follow_up {names[other]}", f"follow_up: {was} → {names[other]}", plan=made)
