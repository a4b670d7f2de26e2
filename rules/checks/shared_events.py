"""RC009: events that more than one target counts."""

from collections.abc import Iterator

from rulecheck.rules.checks.check import Check, Document, Place
from rulecheck.rules.criteria import Milestone, Order, Recurring
from rulecheck.rules.plan import Complaint
from rulecheck.rules.wording import named

BAD = """\
plan: offices
period: 2024
goals:
  - goal: "1"
    targets:
      - {target: "1.1", require: {milestone: office_opened, by: 2024-07}}
      - {target: "1.2", require: {milestone: office_opened, by: 2024-Q3}}
events:
  office_opened: {label: Office opened}
"""
GOOD = BAD.replace(
    '      - {target: "1.2", require: {milestone: office_opened, by: 2024-Q3}}',
    """\
      - target: "1.2"
        require: {milestone: office_opened, by: 2024-Q3}
        readings:
          twice: {chosen: the opening counts for both, because: the plan names it twice, of: [office_opened]}""",
)


def find(document: Document) -> Iterator[Complaint]:
    """No event decides two targets, unless a reading of one of them names it in its `of`."""
    for version in document.plan.versions:
        owners: dict[str, list[Place]] = {}
        for place in document.places:
            if place.version is version:
                for event in _events(place):
                    owners.setdefault(event, []).append(place)
        for event, places in owners.items():
            targets = {place.target.id: place for place in places}
            if len(targets) > 1 and not any(named(event, place.target) for place in places):
                first, second = list(targets.values())[:2]
                yield (
                    second.path,
                    "the event `{name}` counts for the targets {targets}",
                    "give each its own event, or name it in the `of` of a reading that says why it counts twice",
                    {"name": event, "targets": ", ".join(targets), "mark": event, "first": first.target.id},
                )


def _events(place: Place) -> tuple[str, ...]:
    match place.criterion:
        case Milestone(event=event) | Recurring(event=event):
            return (event,)
        case Order(then=then):
            return (then,)
    return ()


CHECK = Check(
    "RC009",
    "shared-events",
    "warning",
    "No event decides two targets, unless a reading of one of them names it in its `of`.",
    "One deed would be counted twice in the score.",
    BAD,
    GOOD,
    find,
)
