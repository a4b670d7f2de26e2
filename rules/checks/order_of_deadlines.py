"""RC008: deadlines that come before those of what they require."""

from collections.abc import Iterator
from datetime import date

from rulecheck.rules.checks.check import Check, Document, Place, Written
from rulecheck.rules.criteria import Milestone, Order, Recurring, horizon
from rulecheck.rules.plan import Complaint, Version

BAD = """\
plan: offices
period: 2024
goals:
  - goal: "1"
    targets:
      - {target: "1.1", require: {milestone: plan_written, by: 2024-Q3}}
      - {target: "1.2", require: {milestone: office_opened, by: 2024-07, after: plan_written}}
events:
  plan_written: {label: Plan written}
  office_opened: {label: Office opened}
"""
GOOD = BAD.replace("2024-Q3", "2024-05")


def find(document: Document) -> Iterator[Complaint]:
    """Nothing is due before what it requires is due."""
    for version in document.plan.versions:
        places = [place for place in document.places if place.version is version]
        due = _due(places)
        for place in places:
            if isinstance(place.criterion, Milestone) and not place.parameters("by"):
                needed = [
                    *place.criterion.after,
                    *(d.before for d in document.plan.requirements.get(place.criterion.event, ())),
                ]
                for before in dict.fromkeys(needed):
                    if before in due and place.criterion.by < due[before]:
                        yield (
                            place.told_of("by"),
                            "`{then}` is due {day}, and requires `{before}`, which is due {other}",
                            "correct one of the two deadlines, or the dependency",
                            {
                                "then": place.criterion.event,
                                "day": place.criterion.by.isoformat(),
                                "before": before,
                                "other": due[before].isoformat(),
                            },
                        )
        for written in document.targets:
            if written.version is version:
                yield from _targets(version, written)


def _due(places: list[Place]) -> dict[str, date]:
    """For each event the first day by which some target demands it."""
    due: dict[str, date] = {}
    for place in places:
        leaf = place.criterion
        if place.parameters("by"):
            continue
        names = (
            (leaf.before, leaf.then)
            if isinstance(leaf, Order)
            else (leaf.event,)
            if isinstance(leaf, Milestone | Recurring)
            else ()
        )
        for name in names:
            due[name] = min(due.get(name, date.max), getattr(leaf, "by", date.max))
    return due


def _targets(version: Version, written: Written) -> Iterator[Complaint]:
    """What the plan itself says of targets; what follows from their events was told of the events."""
    own = horizon(written.target.criterion)
    horizons = {target.id: horizon(target.criterion) for target in version.targets}
    for name in written.fields.get("depends_on") or ():
        if name in horizons and own < horizons[name]:
            yield (
                written.path("depends_on"),
                "target {then} is due {day}, and depends on {before}, which is due {other}",
                "correct one of the two deadlines, or the dependency",
                {
                    "then": written.target.id,
                    "day": own.isoformat(),
                    "before": name,
                    "other": horizons[name].isoformat(),
                },
            )


CHECK = Check(
    "RC008",
    "order-of-deadlines",
    "warning",
    "Nothing is due before what it requires is due.",
    "Who keeps the later deadline to the day breaks the earlier one: the plan's text allows what its rules forbid.",
    BAD,
    GOOD,
    find,
)
