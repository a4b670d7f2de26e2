"""RC003: targets that depend on each other."""

from collections.abc import Iterator

from rulecheck.rules.checks.check import Check, Document
from rulecheck.rules.checks.circles import circle
from rulecheck.rules.plan import Complaint

BAD = """\
plan: offices
period: 2024
goals:
  - goal: "1"
    targets:
      - {target: "1.1", depends_on: ["1.2"], require: {milestone: office_opened, by: 2024}}
      - {target: "1.2", depends_on: ["1.1"], require: {milestone: office_painted, by: 2024}}
events:
  office_opened: {label: Office opened}
  office_painted: {label: Office painted}
"""
GOOD = BAD.replace(', depends_on: ["1.1"]', "")


def find(document: Document) -> Iterator[Complaint]:
    """No target depends on itself, directly or through others."""
    for version in document.plan.versions:
        found = circle({target.id: set(target.depends_on) for target in version.targets})
        if found:
            yield (
                ("goals",),
                "targets depend on each other in a circle: {circle}",
                "remove one of the dependencies",
                {"circle": " → ".join(reversed(found))},
            )


CHECK = Check(
    "RC003",
    "target-cycles",
    "error",
    "No target depends on itself, directly or through others.",
    "A target is judged after those it depends on; in a circle none comes first.",
    BAD,
    GOOD,
    find,
)
