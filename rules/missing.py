"""What is due by a day and not there: which fact, from whom, by when."""

from collections.abc import Iterable
from datetime import date
from typing import Literal, NamedTuple

from rulecheck.facts.facts import Fact, Facts
from rulecheck.facts.period import ONE_DAY, Period
from rulecheck.facts.timeline import View, view
from rulecheck.rules.criteria import Recurring, leaves
from rulecheck.rules.needs import Need, needs
from rulecheck.rules.plan import Plan


class Missing(NamedTuple):
    """A fact that is due, or so many of them. ``preliminary``: there is one, but no final one."""

    need: Need
    state: Literal["missing", "preliminary"]


def missing(plan: Plan, facts: Facts, as_of: date) -> list[Missing]:
    """What was due on or before ``as_of`` and is not there, the longest overdue first."""
    known = view(facts, as_of, None)
    wanted = [need for need in [*needs(plan), *_by_calendar(plan, facts)] if need.due <= as_of]
    found = []
    for need in wanted:
        if need.anyone:
            lacking = need.anyone - _joined(known, need.name)
            if lacking > 0:
                found.append(Missing(need._replace(anyone=lacking), "missing"))
        elif not _there(need, known, facts, final=True):
            found.append(Missing(need, "preliminary" if _there(need, known, facts, final=False) else "missing"))
    return sorted(found, key=lambda entry: entry.need.due)


def _by_calendar(plan: Plan, facts: Facts) -> Iterable[Need]:
    """The reports of recurring duties whose due dates the facts give."""
    for target in plan.versions[-1].targets:
        for leaf in leaves(target.criterion):
            if isinstance(leaf, Recurring) and leaf.dates is None:
                for day in leaf.due_dates(facts.calendar):
                    yield Need("event", leaf.event, target.id, target.owner, day + leaf.lag, None, day.isoformat())


def _counts(variants: Iterable[Fact], final: bool) -> bool:
    return any(not fact.withdrawn and not (final and fact.preliminary) for fact in variants)


def _joined(known: View, event: str) -> int:
    """How many subjects of an open set have had their event."""
    return sum(_happened(known, event, subject, final=True) for subject in known.events.get(event, {}))


def _happened(known: View, event: str, subject: str, final: bool) -> bool:
    told = known.events.get(event, {}).get(subject, ())
    return _counts((e for e in told if e.date is not None and e.date <= known.as_of), final)


def _there(need: Need, known: View, facts: Facts, final: bool) -> bool:
    match need.kind:
        case "measurement":
            assert need.period is not None
            told = known.measurements.get((need.name, need.dimensions), {})
            return _covered(need.period, [period for period, variants in told.items() if _counts(variants, final)])
        case "list":
            assert need.period is not None
            days = known.lists.get((need.name, ()), {})
            first = date.min if need.period.first == need.period.last else need.period.first
            return any(_counts(told, final) for day, told in days.items() if first <= day <= need.period.last)
        case "event":
            return _happened(known, need.name, need.subject, final)
        case "calendar":
            return bool(facts.calendar.get(need.name))
        case "assessment":
            signed = (a for a in known.assessments.get(need.name, ()) if _by_one_of(need.roles, a.by))
            return _counts(signed, final)


def _by_one_of(roles: tuple[str, ...], by: str) -> bool:
    """Whether one of the roles signed: ``Rigspolitiet``, or ``Rigspolitiet, Koncernstyring``."""
    signed = by.casefold()
    return not roles or any(signed == role.casefold() or signed.startswith(f"{role.casefold()},") for role in roles)


def _covered(period: Period, pieces: Iterable[Period]) -> bool:
    """Whether every day of the period lies within some piece; for a level, whether it was measured on one of them."""
    day = period.first
    for piece in sorted((p for p in pieces if p.overlaps(period)), key=lambda p: p.first):
        if piece.first == piece.last:  # a level, measured on a day
            return True
        if piece.first > day:
            return False
        if piece.last >= period.last:
            return True
        day = max(day, piece.last + ONE_DAY)
    return False
