"""What must happen by a day: milestone, order, recurring duty. Source: semantics §4."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

import attrs
from rulecheck.facts.period import parse_day
from rulecheck.facts.problem import Path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rulecheck.facts.period import Period
    from rulecheck.rules.criteria.example import Example
    from rulecheck.rules.reader import Context, Data, Reader
    from rulecheck.rules.shape import Object


@attrs.frozen(eq=False, repr=False)
class Milestone:
    """An event by a day: for every member of a set, for ``count`` distinct subjects, or once (no members, count 1).

    ``members`` None: any subject counts. ``closed`` tells whether members can be lost for good: of an open set more
    subjects may always come. ``after`` are events that must have happened on or before the day of this one.
    """

    path: str
    event: str
    by: date
    closes: date
    count: int
    members: tuple[str, ...] | None
    closed: bool
    after: tuple[str, ...] = ()
    shifted_from: date | None = None
    undocumented: Literal["at-risk", "missed"] = "missed"


@attrs.frozen(eq=False, repr=False)
class Order:
    """``before`` on or before the day of ``then``, for each subject, both by ``by``."""

    path: str
    before: str
    then: str
    by: date
    closes: date
    subjects: tuple[str, ...]
    """The empty text alone for events without subjects."""


@attrs.frozen(eq=False, repr=False)
class Recurring:
    """An event for each due date; the dates stand in the plan or, ``dates`` None, in the facts' calendar.

    The calendar may go on after ``by``: those dates are none of the criterion's.
    """

    path: str
    event: str
    dates: tuple[date, ...] | None
    by: date
    lag: timedelta

    def due_dates(self, calendar: "Mapping[str, tuple[date, ...]]") -> tuple[date, ...]:
        """The due dates, with the calendar of the facts."""
        if self.dates is not None:
            return self.dates
        return tuple(day for day in calendar.get(self.event, ()) if day <= self.by)


def shapes() -> dict[str, "Object"]:
    """How each kind is written, by kind."""
    from rulecheck.rules.shape import BY, COUNT, DAY, LAG, NAME, NAMES, TEXT, UNDOCUMENTED, Many, Object

    return {
        "milestone": Object(
            "a milestone",
            {
                "milestone": (NAME, "the event"),
                "for_each": (Many(TEXT, least=1), "the subjects it must happen for"),
                "count": (COUNT, "how many distinct subjects are enough"),
                "by": BY,
                "after": (NAMES, "events that must have happened on or before its day"),
                "undocumented": UNDOCUMENTED,
                "reporting_lag": LAG,
            },
            ("milestone", "by"),
        ),
        "order": Object(
            "an order of two events",
            {
                "order": (Many(NAME, least=2), "the event that comes first, and the one that follows"),
                "for_each": (Many(TEXT, least=1), "the subjects it must hold for"),
                "by": BY,
                "reporting_lag": LAG,
            },
            ("order",),
        ),
        "recurring": Object(
            "a recurring duty",
            {
                "recurring": (NAME, "the event, whose subject is its due date"),
                "on": (Many(DAY, least=1), "the due dates; without them the facts' calendar gives them"),
                "by": BY,
                "reporting_lag": LAG,
            },
            ("recurring",),
        ),
    }


def milestone(data: "Data", path: Path, context: "Context", reader: "Reader") -> Milestone:
    """An event by a day, as ``data`` asks for it."""
    by, stated = reader.deadline(data, path)
    listed = data.get("for_each")
    count = int(data["count"]) if data.get("count") else None
    if listed:
        reader.distinct(listed, (*path, "for_each"))
        event = reader.event(data["milestone"], "milestone", path, subjects=listed)
        members: tuple[str, ...] | None = tuple(listed)
        closed = True
    elif count is not None:
        event = reader.event(data["milestone"], "milestone", path, subjects=())
        closed = event.closed and bool(event.subjects)
        members = tuple(event.subjects or ()) if closed else None
    else:
        event = reader.event(data["milestone"], "milestone", path)
        members, closed = None, False
        if event.subjects is not None and not event.dated:
            reader.error(
                path,
                "`{name}` happens for several subjects",
                "say which with for_each, or how many with count",
                name=event.id,
            )
    needed = count or (len(members) if members else 1)
    return Milestone(
        context.path,
        event.id,
        by,
        by + timedelta(context.lag),
        needed,
        members,
        closed,
        _after(data, path, event.id, reader),
        None if stated == by else stated,
        context.undocumented or "missed",
    )


def _after(data: "Data", path: Path, event: str, reader: "Reader") -> tuple[str, ...]:
    given = data.get("after") or ()
    names = (given,) if isinstance(given, str) else tuple(given)
    for name in names:
        reader.used["event"].append(((*path, "after"), name))
        if name == event:
            reader.error((*path, "after"), "`{name}` cannot come after itself", "name another event", name=name)
    return names


def order(data: "Data", path: Path, context: "Context", reader: "Reader") -> Order:
    """One event before another, as ``data`` asks for it."""
    by, _ = reader.deadline(data, path)
    if len(data["order"]) != 2 or data["order"][0] == data["order"][1]:
        reader.error((*path, "order"), "an order is of two events", "write [first, second]")
    before, then = data["order"][0], data["order"][-1]
    listed = data.get("for_each")
    for name in (before, then):
        reader.event(name, "order", path, subjects=listed)
    if not listed and reader.events[then].subjects is not None:
        reader.error(path, "`{name}` happens for several subjects", "say which with for_each", name=then)
    return Order(context.path, before, then, by, by + timedelta(context.lag), tuple(listed or ("",)))


def recurring(data: "Data", path: Path, context: "Context", reader: "Reader") -> Recurring:
    """A duty on each of its due dates, as ``data`` asks for it."""
    by, _ = reader.deadline(data, path)
    reader.event(data["recurring"], "recurring", path, dated=True)
    dates = tuple(sorted({parse_day(d) for d in data["on"]})) if data.get("on") else None
    if dates and dates[-1] > by:
        reader.error(
            (*path, "on"),
            "the due date {day} lies after the last day {by}",
            "correct one of the two",
            day=dates[-1].isoformat(),
            by=by.isoformat(),
        )
    return Recurring(context.path, data["recurring"], dates, by, timedelta(context.lag))


def examples(period: "Period") -> "dict[str, Example]":
    """One example of each kind, fulfilled by the events of ``period``."""
    from rulecheck.facts.period import pieces
    from rulecheck.rules.criteria.example import Example

    label, first, last = period.label, period.first.isoformat(), period.last.isoformat()
    offices = {"north": "Office North", "south": "Office South"}
    due = [piece.last.isoformat() for piece in pieces(period, 6)] or [last]
    return {
        "milestone": Example(
            "The system in use",
            f"By the end of {label} the system is in use in the offices north and south.",
            {"milestone": "system_in_use", "for_each": [*offices], "by": label},
            {"events": [{"event": "system_in_use", "subject": office, "date": last} for office in offices]},
            events={"system_in_use": {"label": "The system in use", "subjects": offices}},
        ),
        "order": Example(
            "Trained before use",
            f"By the end of {label} the staff is trained, and then the new form is used.",
            {"order": ["staff_trained", "form_used"], "by": label},
            {"events": [{"event": "staff_trained", "date": first}, {"event": "form_used", "date": last}]},
            events={"staff_trained": {"label": "The staff trained"}, "form_used": {"label": "The new form used"}},
        ),
        "recurring": Example(
            "Progress reports",
            f"The agency reports its progress by {' and '.join(due)}.",
            {"recurring": "progress_reported", "on": due},
            {"events": [{"event": "progress_reported", "subject": day, "date": day} for day in due]},
            events={"progress_reported": {"label": "Progress reported"}},
        ),
    }
