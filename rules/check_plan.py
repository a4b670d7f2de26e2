"""What must hold between the parts of a plan: a list of small checks, each yielding complaints."""

from collections.abc import Callable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from rulecheck.facts.quantity import plain
from rulecheck.rules.criteria import Milestone, leaves
from rulecheck.rules.plan import Complaint, Plan

Check = Callable[[Plan], Iterator[Complaint]]


def weights(plan: Plan) -> Iterator[Complaint]:
    """Weights are on every target or on none, sum to 100 in every version, and to each goal's own weight."""
    for n, version in enumerate(plan.versions):
        path = ("versions", n - 1) if n else ("goals",)
        if not version.weighted or len({target.id for target in version.targets}) < len(version.targets):
            continue  # what is there twice has no weight to sum
        bare = [target.id for target in version.targets if target.weight is None]
        if bare:
            yield (
                path,
                "targets without a weight: {targets}",
                "give every target a weight, or none",
                {"targets": ", ".join(bare)},
            )
            continue
        total = sum(target.weight or 0 for target in version.targets)
        if total != 100:
            yield (path, "the weights sum to {total}, not to 100", "correct the weights", {"total": plain(total)})
        for i, goal in enumerate(version.goals):
            own = sum(target.weight or 0 for target in goal.targets)
            if goal.weight is not None and goal.weight != own:
                yield (
                    ("goals", i, "weight") if not n else path,
                    "goal {goal} weighs {weight}, its targets {total}",
                    "correct one of the two",
                    {"goal": goal.id, "weight": plain(goal.weight), "total": plain(own)},
                )


def event_cycles(plan: Plan) -> Iterator[Complaint]:
    """No event requires itself, directly or through others."""
    needs: dict[str, set[str]] = {}
    for dependency in plan.dependencies:
        needs.setdefault(dependency.then, set()).add(dependency.before)
    for version in plan.versions:
        for target in version.targets:
            read = (target.criterion, *(criterion for _, _, criterion in target.otherwise))
            for leaf in (leaf for one in read for leaf in leaves(one)):
                if isinstance(leaf, Milestone):
                    needs.setdefault(leaf.event, set()).update(name for name in leaf.after if name != leaf.event)
    declared = {(dependency.before, dependency.then): dependency.path for dependency in plan.dependencies}
    circle = _circle(needs)
    if circle:
        path = next((declared[pair] for pair in pairwise(circle) if pair in declared), ("goals",))
        yield (
            path,
            "events require each other in a circle: {circle}",
            "remove one of the dependencies",
            {"circle": " → ".join(reversed(circle))},
        )


def target_cycles(plan: Plan) -> Iterator[Complaint]:
    """No target depends on itself, directly or through others."""
    for version in plan.versions:
        needs = {target.id: set(target.depends_on) for target in version.targets}
        circle = _circle(needs)
        if circle:
            yield (
                ("goals",),
                "targets depend on each other in a circle: {circle}",
                "remove one of the dependencies",
                {"circle": " → ".join(reversed(circle))},
            )


def _circle(needs: Mapping[str, set[str]]) -> list[str]:
    """Names of which each needs the one before it, the last being the first again; empty when there is no circle."""
    try:
        TopologicalSorter({name: sorted(needs[name]) for name in sorted(needs)}).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []


def records(plan: Plan) -> Iterator[Complaint]:
    """Measures that are computed from case records are computed in one way, which their kind has."""
    if any(measure.records is not None for measure in plan.measures.values()):
        from rulecheck.rules.records import record_complaints

        yield from record_complaints(plan)


CHECKS: tuple[Check, ...] = (weights, event_cycles, target_cycles, records)


def check_plan(plan: Plan) -> list[Complaint]:
    """Every complaint of every check."""
    return [complaint for check in CHECKS for complaint in check(plan)]
