"""RC001: the weights of a plan."""

from collections.abc import Iterator

from rulecheck.facts.quantity import plain
from rulecheck.rules.checks.check import Check, Document
from rulecheck.rules.plan import Complaint

BAD = """\
plan: offices
period: 2024
goals:
  - goal: "1"
    targets:
      - {target: "1.1", weight: 60, require: {milestone: office_opened, by: 2024}}
      - {target: "1.2", weight: 30, require: {milestone: office_painted, by: 2024}}
events:
  office_opened: {label: Office opened}
  office_painted: {label: Office painted}
"""
GOOD = BAD.replace("weight: 30", "weight: 40")


def find(document: Document) -> Iterator[Complaint]:
    """Weights are on every target or on none, sum to 100 in every version, and to each goal's own weight."""
    for n, version in enumerate(document.plan.versions):
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


CHECK = Check(
    "RC001",
    "weights",
    "error",
    "Weights are on every target or on none, sum to 100 in every version, and to each goal's own weight.",
    "The score is in points of a hundred; with other weights no number of points says anything.",
    BAD,
    GOOD,
    find,
)
