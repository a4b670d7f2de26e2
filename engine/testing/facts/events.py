"""What happened and what is expected to: events of milestones and orders with all they require, and reports that are due."""

from collections.abc import Sequence
from datetime import date, timedelta

from rulecheck.engine.testing.facts.teller import DAY, MOODS, Data, Teller
from rulecheck.rules.criteria import Milestone, Order, Recurring

OPEN_NAMES = ("p1", "p2", "p3", "p4", "p5", "p6")
"""Subjects of events that anybody may join."""


def happenings(teller: Teller) -> None:
    """Every event that a milestone or order names, or that one of those requires."""
    deadlines: dict[str, list[date]] = {}
    for leaf in teller.leaves:
        if isinstance(leaf, Milestone):
            deadlines.setdefault(leaf.event, []).append(leaf.by)
            for name in leaf.after:
                deadlines.setdefault(name, []).append(leaf.by)
        elif isinstance(leaf, Order):
            deadlines.setdefault(leaf.before, []).append(leaf.by)
            deadlines.setdefault(leaf.then, []).append(leaf.by)
    for dependency in reversed(teller.plan.dependencies):
        if dependency.then in deadlines and (teller.tidy or teller.pick.chance(85)):
            deadlines.setdefault(dependency.before, []).extend(deadlines[dependency.then])
    moods = MOODS[:4] if teller.tidy else MOODS
    mood, teller.orderly = teller.pick.among(moods), teller.pick.chance(50)
    for name in teller.order:
        if name in deadlines:
            teller.mood = mood if teller.pick.chance(70) else teller.pick.among(moods)
            for subject in _subjects(teller, name):
                _happening(teller, name, subject, teller.pick.among(deadlines[name]))


def _subjects(teller: Teller, name: str) -> Sequence[str]:
    """For whom it may happen."""
    event = teller.plan.events[name]
    if event.subjects is None:
        return ("",)
    others = teller.pick.some(OPEN_NAMES) if not event.closed else []
    return [*event.subjects, *others]


def _happening(teller: Teller, name: str, subject: str, by: date) -> None:
    """Tell that it happened, that it is expected, or both, or nothing."""
    pick = teller.pick
    head: Data = {"event": name, **({"subject": subject} if subject else {})}
    happens = {"well": 96, "mixed": 70, "badly": 65, "silent": 8}[teller.mood]
    if pick.chance(100 if teller.tidy else happens):
        day = _day(teller, by, teller.order.index(name))
        teller.told(teller.events, {**head, "date": day.isoformat()}, day, {"date": _day(teller, by, 9).isoformat()})
        if not teller.chance(15):
            return
    if not teller.tidy and pick.chance(45):
        _forecast(teller, head, by)


def _day(teller: Teller, by: date, place: int) -> date:
    """A day near the deadline; what comes first in the order of events tends to happen first."""
    pick = teller.pick
    first = min(by, teller.plan.period.first + timedelta(place * 9))
    mood = pick.among(("well", "badly")) if teller.mood == "mixed" else teller.mood
    if mood == "badly":
        return by + timedelta(pick.among((1, 1, 2, 16, 40)))
    if teller.orderly:
        return min(by, first + timedelta(pick.number(0, 8)))
    if pick.chance(35):
        return by - timedelta(pick.among((0, 0, 1)))
    return pick.day(first, min(by, first + timedelta(60)))


def _forecast(teller: Teller, head: Data, by: date) -> None:
    """Tell by when it is expected, at times once more and otherwise."""
    pick = teller.pick
    expected = by + timedelta(pick.among((0, 1, -1, 30, -30)))
    made = pick.day(teller.plan.period.first, by)
    entry = {**head, "expected": expected.isoformat(), "reported": made.isoformat()}
    if pick.chance(20):
        del entry["reported"]
    teller.forecasts.append(entry)
    if teller.chance(15):
        again = {**entry, "expected": (by + timedelta(pick.among((5, -5)))).isoformat()}
        teller.forecasts.append(again if pick.chance(50) else {**entry, "withdrawn": True})


def reports(teller: Teller, leaf: Recurring) -> None:
    """Tell of a report for each due date: in time, late, forecast or not at all; and the calendar, where the facts give it."""
    pick = teller.pick
    dates = leaf.dates
    if dates is None:
        if leaf.event not in teller.calendar and (teller.tidy or pick.chance(80)):
            last = min(o.by for o in teller.leaves if isinstance(o, Recurring) and o.event == leaf.event)
            days = {pick.day(teller.plan.period.first, last) for _ in range(pick.number(1, 3))}
            teller.calendar[leaf.event] = [d.isoformat() for d in sorted(days)]
        dates = tuple(day for d in teller.calendar.get(leaf.event, ()) if (day := date.fromisoformat(d)) <= leaf.by)
    for due in dates:
        head: Data = {"event": leaf.event, "subject": due.isoformat()}
        if pick.chance(100 if teller.tidy else {"well": 98, "mixed": 80, "badly": 70, "silent": 40}[teller.mood]):
            late = teller.mood == "badly" or (teller.mood == "mixed" and pick.chance(25))
            day = due + timedelta(pick.among((1, 3, 20)) if late else -pick.among((0, 0, 1, 9)))
            teller.told(teller.events, {**head, "date": day.isoformat()}, day, {"date": (due + DAY).isoformat()})
        elif pick.chance(40):
            _forecast(teller, head, due)
