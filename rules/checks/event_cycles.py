"""RC002: events that require each other."""

from collections.abc import Iterator
from itertools import pairwise

from rulecheck.rules.checks.check import Check, Document
from rulecheck.rules.checks.circles import circle
from rulecheck.rules.criteria import Milestone, leaves
from rulecheck.rules.plan import Complaint

BAD = """\
plan: offices
period: 2024
goals:
  - goal: "1"
    targets:
      - {target: "1.1", require: {milestone: office_opened, by: 2024}}
events:
  office_opened: {label: Office opened}
  office_painted: {label: Office painted}
dependencies:
  - {before: office_painted, then: office_opened}
  - {before: office_opened, then: office_painted}
"""
GOOD = BAD.removesuffix("  - {before: office_opened, then: office_painted}\n")


def find(document: Document) -> Iterator[Complaint]:
    """No event requires itself, directly or through others."""
    plan = document.plan
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
    found = circle(needs)
    if found:
        path = next((declared[pair] for pair in pairwise(found) if pair in declared), ("goals",))
        yield (
            path,
            "events require each other in a circle: {circle}",
            "remove one of the dependencies",
            {"circle": " → ".join(reversed(found))},
        )


CHECK = Check(
    "RC002",
    "event-cycles",
    "error",
    "No event requires itself, directly or through others.",
    "An event counts only after what it requires; in a circle none of them could ever count.",
    BAD,
    GOOD,
    find,
)
