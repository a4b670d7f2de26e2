"""Which facts a plan needs, from whom and by when: one row of a template, one line of what is missing."""

from collections.abc import Iterator
from datetime import date
from typing import Literal, NamedTuple

from rulecheck.facts.facts import Dimensions
from rulecheck.facts.period import Period, pieces
from rulecheck.rules.criteria import Assessed, Leaf, Milestone, Order, Recurring, SetChange, Threshold, leaves
from rulecheck.rules.plan import Plan, Target

Kind = Literal["measurement", "list", "event", "assessment", "calendar"]


class Need(NamedTuple):
    """A fact a target waits for. ``due``: the last day on which it may still arrive (its end and the reporting lag).

    ``period`` of a list: the days within which one is wanted, or the base day, on or before which.
    ``anyone``: of so many subjects of an open set the event is wanted, whoever they are.
    """

    kind: Kind
    name: str
    target: str
    owner: str
    due: date
    period: Period | None = None
    subject: str = ""
    dimensions: Dimensions = ()
    roles: tuple[str, ...] = ()
    anyone: int = 0


def needs(plan: Plan) -> list[Need]:
    """Every fact the targets of the version now in force need, each once, in the order of the plan."""
    found: dict[tuple[object, ...], Need] = {}
    for target in plan.versions[-1].targets:
        for leaf in leaves(target.criterion):
            for need in _of_leaf(plan, target, leaf):
                about = (need.kind, need.name, need.subject, need.period, need.dimensions)
                if about not in found or need.due < found[about].due:
                    found[about] = need
    return list(found.values())


def _of_leaf(plan: Plan, target: Target, leaf: Leaf) -> Iterator[Need]:
    def need(kind: Kind, name: str, due: date, subject: str = "") -> Need:
        return Need(kind, name, target.id, target.owner, due, None, subject)

    match leaf:
        case Threshold():
            lag = leaf.closes - leaf.over.last
            follow_up = plan.follow_up if leaf.kind != "figure" else None
            if leaf.trend is not None:
                base = leaf.trend.base
                yield need("measurement", leaf.measure, base.last + lag)._replace(
                    period=base, dimensions=leaf.dimensions
                )
            for period in (pieces(leaf.over, follow_up) if follow_up else []) or [leaf.over]:
                yield need("measurement", leaf.measure, period.last + lag)._replace(
                    period=period, dimensions=leaf.dimensions
                )
        case SetChange():
            lag = leaf.closes - leaf.over.last
            for period in (Period(leaf.base, leaf.base), leaf.over):
                yield need("list", leaf.measure, period.last + lag)._replace(period=period)
        case Milestone():
            known = plan.events[leaf.event].subjects
            if leaf.members or known is None:
                for subject in leaf.members or ("",):
                    yield need("event", leaf.event, leaf.closes, subject)
            else:
                yield need("event", leaf.event, leaf.closes)._replace(anyone=leaf.count)
        case Order():
            for subject in leaf.subjects:
                for name in (leaf.before, leaf.then):
                    yield need("event", name, leaf.closes, subject)
        case Recurring():
            if leaf.dates is None:
                yield need("calendar", leaf.event, leaf.by)
            for day in leaf.dates or ():
                yield need("event", leaf.event, day + leaf.lag, day.isoformat())
        case Assessed():
            yield need("assessment", target.id, leaf.by)._replace(roles=leaf.roles)
