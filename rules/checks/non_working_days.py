"""RC015: deadlines on days nobody works."""

from collections.abc import Iterator
from datetime import date

from rulecheck.rules.checks.check import Check, Document, Place
from rulecheck.rules.criteria import Milestone, Order, Recurring
from rulecheck.rules.plan import Complaint
from rulecheck.rules.wording import Span, mentions

BAD = """\
plan: offices
period: 2024
goals:
  - goal: "1"
    targets:
      - {target: "1.1", require: {milestone: office_opened, by: 2024-Q2}}
events:
  office_opened: {label: Office opened}
"""
GOOD = BAD.replace("period: 2024\n", "period: 2024\ndeadlines: {non_working_day: stay}\n")


def find(document: Document) -> Iterator[Complaint]:
    """For a deadline on a Saturday or Sunday the plan says whether it moves, or a reading names the day."""
    if document.data.get("deadlines"):
        return
    for place in document.places:
        for field, day in _days(place):
            if day.weekday() >= 5 and not _read(document, place, day):
                yield (
                    place.told_of(field),
                    "the deadline {day} is no working day",
                    "say under `deadlines` whether it moves, or name the day in the `of` of a reading",
                    {"day": day.isoformat()},
                )


def _days(place: Place) -> Iterator[tuple[str, date]]:
    match place.criterion:
        case Milestone(by=by) | Order(by=by):
            yield "by", by
        case Recurring(dates=tuple() as dates):
            for day in dates:
                yield "on", day


def _read(document: Document, place: Place, day: date) -> bool:
    years = (document.plan.period.first.year,)
    said = [m for r in place.target.readings for text in r.of for m in mentions(text, document.plan.language, years)]
    return any(isinstance(m, Span) and m.period.last == day for m in said)


CHECK = Check(
    "RC015",
    "non-working-days",
    "warning",
    "For a deadline on a Saturday or Sunday the plan says whether it moves, or a reading names the day.",
    "Whether Monday is in time is asked first when it is Monday.",
    BAD,
    GOOD,
    find,
)
