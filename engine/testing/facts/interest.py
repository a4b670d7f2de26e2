"""What of a plan facts are about: its criteria, its events in their order, and the days on which a verdict may turn."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from rulecheck.facts.period import parse_period
from rulecheck.rules.criteria import Assessed, Leaf, Milestone, Order, Recurring, SetChange, Threshold, leaves
from rulecheck.rules.plan import Plan

Data = dict[str, Any]


def all_leaves(plan: Plan) -> list[Leaf]:
    """The leaf criteria of every version of the plan."""
    return [leaf for version in plan.versions for target in version.targets for leaf in leaves(target.criterion)]


def in_order(plan: Plan) -> list[str]:
    """The plan's events, each after those that must have happened before it; else as the plan lists them."""
    needs: dict[str, list[str]] = {name: [] for name in plan.events}
    for dependency in plan.dependencies:
        needs.setdefault(dependency.then, []).append(dependency.before)
    for leaf in all_leaves(plan):
        if isinstance(leaf, Milestone):
            needs.setdefault(leaf.event, []).extend(leaf.after)
    found: list[str] = []

    def add(name: str) -> None:
        if name not in found:
            for before in needs.get(name, ()):
                add(before)
            if name not in found:
                found.append(name)

    for name in plan.events:
        add(name)
    return found


def days_of_interest(plan: Plan, data: Data) -> list[date]:
    """The days on which a verdict may turn: deadlines, ends of lags and pieces, days of events, and the days beside."""
    found = {plan.period.first, plan.period.last}
    for leaf in all_leaves(plan):
        match leaf:
            case SetChange():
                found |= {leaf.base, leaf.over.last, leaf.closes}
            case Threshold():
                found |= {leaf.over.last, leaf.closes}
                if leaf.trend is not None:
                    found.add(leaf.trend.base.last)
            case Milestone() | Order():
                found |= {leaf.by, leaf.closes}
            case Recurring():
                dates = leaf.dates or [date.fromisoformat(d) for d in data.get("calendar", {}).get(leaf.event, ())]
                found |= {leaf.by, *dates, *(d + leaf.lag for d in dates)}
            case Assessed():
                found.add(leaf.by)
    found |= {day for row in data.get("events", ()) if (day := _date(row.get("date")))}
    found |= {day for row in data.get("assessments", ()) if (day := _date(row.get("date")))}
    found |= set(_ends(data))
    return sorted({day + timedelta(beside) for day in found for beside in (-1, 0, 1)})


def _ends(data: Data) -> Iterator[date]:
    for row in data.get("measurements", ()):
        yield parse_period(row.get("period") or row["at"]).last


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
