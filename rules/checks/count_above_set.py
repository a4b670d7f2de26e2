"""RC006: counts that no set is large enough for."""

from collections.abc import Iterator

from rulecheck.rules.checks.check import Check, Document
from rulecheck.rules.criteria import Combination, Milestone
from rulecheck.rules.plan import Complaint

BAD = """\
plan: offices
period: 2024
goals:
  - goal: "1"
    targets:
      - {target: "1.1", require: {milestone: office_opened, count: 3, by: 2024}}
events:
  office_opened: {label: Office opened, subjects: {north: North, south: South}}
"""
GOOD = BAD.replace("count: 3", "count: 2")


def find(document: Document) -> Iterator[Complaint]:
    """No more members, subjects or criteria are asked for than there are."""
    for place in (*document.places, *document.alternatives):
        criterion = place.criterion
        match criterion:
            case Milestone(members=tuple() as members):
                size, path = len(members), place.told_of("count")
            case Combination(label="for_each"):
                size, path = len(criterion.parts), place.told_of("count")
            case Combination(label="at_least"):
                size, path = len(criterion.parts), (*place.path, "of")
            case _:
                continue
        if criterion.count > size:
            yield (
                path,
                "{count} of {size} cannot be reached",
                "ask for at most {size}",
                {"count": criterion.count, "size": size},
            )


CHECK = Check(
    "RC006",
    "count-above-set",
    "error",
    "No more members, subjects or criteria are asked for than there are.",
    "Three of two can never be reached: the target would be missed from its first day.",
    BAD,
    GOOD,
    find,
)
