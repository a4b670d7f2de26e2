"""Reports of a recurring duty that are still to come: as many days after their due date as reports were before."""

from datetime import date

from rulecheck.engine.findings.events import Thing
from rulecheck.engine.futures.dates import Calendar, Coming, happened
from rulecheck.engine.futures.model import LEAST, Model, Unknowable
from rulecheck.facts.timeline import only
from rulecheck.rules.criteria import Recurring


def due_things(leaf: Recurring, calendar: Calendar, due: tuple[int, ...]) -> list[Thing]:
    """The reports the duty asks for, taken into the calendar. Raises Unknowable."""

    if not due:
        raise Unknowable("its due dates are not known")
    things = [(leaf.event, date.fromordinal(day).isoformat()) for day in due]
    for thing, day in zip(things, due, strict=True):
        forecast = any(f.expected for f in only(calendar.seen.expected.get(thing, ())))
        if happened(thing, calendar.seen) is None and not forecast and thing not in calendar.habits:
            calendar.habits[thing] = _by_habit(thing, day, calendar)
        calendar.ask(thing)
    return things


def _by_habit(thing: Thing, due: int, calendar: Calendar) -> Coming:

    late, names = [], []
    for subject in sorted(calendar.seen.events.get(thing[0], {})):
        event = happened((thing[0], subject), calendar.seen)
        if event is not None and event.date is not None:
            late.append((event.date - date.fromisoformat(subject)).days)
            names.append(event.id)
    if len(late) < LEAST:
        words = {"count": len(late), "least": LEAST}
        raise Unknowable("past reports of it: {count}; {least} are needed", **words)
    days = tuple(due + n for n in late if due + n > calendar.seen.as_of.toordinal())
    if not days:
        raise Unknowable("{event} is later already than any report was before", event=f"{thing[0]}/{thing[1]}")
    data = {"due": thing[1], "late": late, "reports": names, "possible": len(days)}
    return Coming(None, days, Model("punctuality", f"{thing[0]}/{thing[1]}", data))
