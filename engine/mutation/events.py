"""What can be wrong in a criterion about events: days, subjects, counts, order, what must have happened before."""

from collections.abc import Iterator
from datetime import date

from rulecheck.engine.mutation.mutant import LAGS, Other, altered, beside, quarters
from rulecheck.facts.period import Period
from rulecheck.rules.criteria import Milestone, Order, Recurring


def milestones(leaf: Milestone, plan: Period) -> Iterator[Other[Milestone]]:
    """An event by a day."""
    for kind, by in (*beside(leaf.by), *quarters(leaf.by, plan)):
        made = altered(leaf, by=by, closes=leaf.closes + (by - leaf.by), shifted_from=None)
        yield Other(leaf.path, f"by {kind}", _days("by", leaf.by, by), made)
    if leaf.shifted_from is not None:
        made = altered(leaf, by=leaf.shifted_from, shifted_from=None)
        yield Other(leaf.path, "by unshifted", _days("by", leaf.by, leaf.shifted_from), made)
    yield from _subjects(leaf)
    for name in leaf.after:
        rest = tuple(other for other in leaf.after if other != name)
        yield Other(leaf.path, f"after {name}", f"after: without {name}", altered(leaf, after=rest))
    other = "at-risk" if leaf.undocumented == "missed" else "missed"
    text = f"undocumented: {leaf.undocumented} → {other}"
    yield Other(leaf.path, "undocumented", text, altered(leaf, undocumented=other))
    yield from ((Other(leaf.path, kind, text, altered(leaf, closes=day))) for kind, text, day in _lags(leaf))


def _subjects(leaf: Milestone) -> Iterator[Other[Milestone]]:
    """For which subjects, and how many of them."""
    size = None if leaf.members is None else len(leaf.members)
    for n in (leaf.count - 1, leaf.count + 1):
        if n >= 1 and (size is None or n <= size) and (leaf.members is not None or leaf.count > 1):
            kind = "count one fewer" if n < leaf.count else "count one more"
            yield Other(leaf.path, kind, f"count: {leaf.count} → {n}", altered(leaf, count=n))
    if size is not None and size > 2 and leaf.count == size:
        yield Other(leaf.path, "any", "for_each: any instead of all", altered(leaf, count=1))
    for name in leaf.members or ():
        rest = tuple(other for other in leaf.members or () if other != name)
        if rest:
            made = altered(leaf, members=rest, count=min(leaf.count, len(rest)))
            yield Other(leaf.path, f"without {name}", f"for_each: without {name}", made)


def orders(leaf: Order, plan: Period) -> Iterator[Other[Order]]:
    """One event before another."""
    turned = altered(leaf, before=leaf.then, then=leaf.before)
    yield Other(leaf.path, "turned", f"order: {leaf.then} before {leaf.before}", turned)
    for kind, by in (*beside(leaf.by), *quarters(leaf.by, plan)):
        made = altered(leaf, by=by, closes=leaf.closes + (by - leaf.by))
        yield Other(leaf.path, f"by {kind}", _days("by", leaf.by, by), made)
    for name in leaf.subjects if len(leaf.subjects) > 1 else ():
        rest = tuple(other for other in leaf.subjects if other != name)
        yield Other(leaf.path, f"without {name}", f"for_each: without {name}", altered(leaf, subjects=rest))
    yield from ((Other(leaf.path, kind, text, altered(leaf, closes=day))) for kind, text, day in _lags(leaf))


def recurrences(leaf: Recurring, plan: Period) -> Iterator[Other[Recurring]]:
    """A duty on each of its due dates."""
    lag = leaf.lag.days
    for kind, step in LAGS:
        if lag + step.days >= 0:
            text = f"reporting_lag: {lag} days → {lag + step.days} days"
            yield Other(leaf.path, kind, text, altered(leaf, lag=leaf.lag + step))
    if leaf.dates is None:
        for kind, by in beside(leaf.by):
            yield Other(leaf.path, f"by {kind}", _days("by", leaf.by, by), altered(leaf, by=by))
        return
    for due in leaf.dates:
        rest = tuple(day for day in leaf.dates if day != due)
        if rest:
            made = altered(leaf, dates=rest)
            yield Other(leaf.path, f"without {due.isoformat()}", f"on: without {due.isoformat()}", made)
        for kind, day in beside(due):
            made = altered(leaf, dates=tuple(sorted({*rest, day})))
            yield Other(leaf.path, f"{due.isoformat()} {kind}", _days("on", due, day), made)


def _lags(leaf: Milestone | Order) -> Iterator[tuple[str, str, date]]:
    lag = (leaf.closes - leaf.by).days
    for kind, step in LAGS:
        if lag + step.days >= 0:
            yield kind, f"reporting_lag: {lag} days → {lag + step.days} days", leaf.closes + step


def _days(key: str, was: date, would: date) -> str:
    return f"{key}: {was.isoformat()} → {would.isoformat()}"
