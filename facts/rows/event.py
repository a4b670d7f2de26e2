"""A row of events, its subject, and the calendar of recurring duties."""

from collections.abc import Mapping
from datetime import date

from rulecheck.facts.facts import Event, EventName
from rulecheck.facts.problem import Path
from rulecheck.facts.rows.common import common
from rulecheck.facts.rows.report import Refused
from rulecheck.facts.rows.scalars import Row, RowPath, Values

Calendar = Mapping[str, tuple[date, ...]]


def event(values: Values, path: RowPath, row: Row, calendar: Calendar) -> Event:
    """Something that happened on a day. Raises Refused."""
    fields = common(values, path, row)
    name, event = values.event_name(path, row)
    subject = subject_of(values, path, row, name, event, calendar)
    day = None
    if not fields.get("withdrawn") or row.get("date") is not None:
        if row.get("date") is None:
            values.missing(path, "date", "an event happened on a day; an expected one is a forecast")
        day = values.day((*path, "date"), row["date"])
        _outside(values, (*path, "date"), day)
        reported = fields.get("reported")
        if reported and reported < day:
            values.report(
                "facts-early",
                (*path, "reported"),
                "reported on {reported}, before it happened on {day}",
                "what is only expected is a forecast",
                "warning",
                reported=reported.isoformat(),
                day=day.isoformat(),
            )
    return Event(event=name, subject=subject, date=day, **fields)


def subject_of(values: Values, path: Path, row: Row, name: str, event: EventName, calendar: Calendar) -> str:
    """Whom or what the event is about, where the plan names subjects. Raises Refused."""
    subject = values.text((*path, "subject"), row["subject"]) if row.get("subject") is not None else ""
    place = (*path, "subject")
    if event.dated:
        if not subject:
            values.missing(path, "subject", "the due date it answers to, such as 2024-03-31")
        due = values.day(place, subject)
        if name in calendar and due not in calendar[name]:
            known = ", ".join(d.isoformat() for d in calendar[name])
            values.report(
                "facts-name",
                place,
                "`{due}` is no due date of `{name}`",
                "the calendar says: {known}",
                due=subject,
                name=name,
                known=known,
            )
            raise Refused
    elif event.subjects is None:
        if subject:
            values.report(
                "facts-subject", place, "the event `{name}` has no subjects", "leave `subject` out", name=name
            )
            raise Refused
    elif not subject:
        values.missing(path, "subject", "one of: {known}", known=", ".join(sorted(event.subjects)) or "…")
    elif event.closed and subject not in event.subjects:
        values.unknown("facts-name", place, "subject", subject, event.subjects)
        raise Refused
    return subject


def calendar(values: Values, value: object) -> dict[str, tuple[date, ...]]:
    """The due dates of recurring duties."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        values.wrong(("calendar",), "an object", value)
        return {}
    found = {}
    duties = [name for name, event in values.names.events.items() if event.dated]
    for name, days in value.items():
        path: Path = ("calendar", name)
        if name not in duties:
            values.unknown("facts-name", path, "recurring duty", name, duties)
        elif not isinstance(days, list):
            values.wrong(path, "a list", days)
        else:
            try:
                read = [values.day((*path, i), day) for i, day in enumerate(days)]
            except Refused:
                continue
            for i, day in enumerate(read):
                _outside(values, (*path, i), day)
            found[name] = tuple(sorted(set(read)))
    return found


def _outside(values: Values, path: Path, day: date) -> None:
    """Warn of a day that is not of the plan's."""
    plan = values.names.period
    if not plan.first <= day <= plan.last:
        values.report(
            "facts-outside",
            path,
            "the day {day} lies outside the plan's period ({plan})",
            "correct the date, if it is wrong",
            "warning",
            day=day.isoformat(),
            plan=plan.label,
        )
