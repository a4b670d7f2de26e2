"""Evidence that lacks nothing: every period covered, every list and judgement there, everything final and told once."""

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from rulecheck.engine.testing.facts import AREAS, all_leaves, facts_data
from rulecheck.engine.testing.pick import Pick
from rulecheck.facts.facts import Dimensions
from rulecheck.facts.period import Period, parse_period
from rulecheck.facts.quantity import Exact, plain
from rulecheck.rules.criteria import SetChange, Threshold
from rulecheck.rules.plan import Plan

Data = dict[str, Any]
DAY = timedelta(1)
FIGURES = (10, 40, 0, 3, 100)
"""Values of what has no bound of its own: a trend, and what it is compared with."""


def told_once(data: Data) -> Data:
    """The facts without those that repeat, correct or overlap an earlier one about the same thing."""
    return {key: list(_first(rows)) if isinstance(rows, list) else rows for key, rows in data.items()}


def _first(rows: list[Data]) -> Iterator[Data]:
    seen: set[tuple[Any, ...]] = set()
    taken: dict[Any, list[Period]] = {}
    for row in rows:
        member = tuple(sorted(row.get("dimensions", {}).items()))
        thing = (*(row.get(key) for key in ("measure", "at", "period", "event", "subject", "target")), member)
        others = taken.setdefault((row.get("measure"), member), [])
        period = parse_period(row["period"]) if "period" in row else None
        if thing in seen or (period is not None and any(period.overlaps(other) for other in others)):
            continue
        if period is not None:
            others.append(period)
        seen.add(thing)
        yield row


def complete_data(pick: Pick, plan: Plan) -> Data:
    """Facts with everything that is asked for: about measures and lists told anew, about all else told once.

    Of events everything has happened, in time or late; every duty has its calendar, every judgement is made.
    """
    data = told_once(facts_data(pick, plan, tidy=True))
    data["measurements"] = [*_figures(pick, plan), *_lists(pick, plan)]
    return data


def _figures(pick: Pick, plan: Plan) -> Iterator[Data]:
    """Figures of every measure that tile all periods it is asked for at once."""
    asked: dict[tuple[str, Dimensions], list[Threshold]] = {}
    for leaf in all_leaves(plan):
        if isinstance(leaf, Threshold):
            asked.setdefault((leaf.measure, leaf.dimensions), []).append(leaf)
    for (measure, dimensions), uses in asked.items():
        head: Data = {"measure": measure, **({"dimensions": dict(dimensions)} if dimensions else {})}
        periods = [period for leaf in uses for period in periods_of(leaf)]
        for period in _figures_of(uses[0], periods):
            when = {"at": period.last.isoformat()} if uses[0].kind == "level" else {"period": period.label}
            yield {**head, **when, **_numbers(pick, pick.among(uses), uses)}


def periods_of(leaf: Threshold) -> list[Period]:
    """The period of a criterion, and of a trend that of its base."""
    return [leaf.over] if leaf.trend is None else [leaf.over, leaf.trend.base]


def _figures_of(leaf: Threshold, periods: list[Period]) -> list[Period]:
    """What a figure is given of: of each whole period, its last day, or of pieces that make up all of them."""
    if leaf.kind in ("figure", "level"):
        last = [Period(p.last, p.last) if leaf.kind == "level" else p for p in periods]
        return sorted(set(last), key=lambda p: (p.last, p.first))
    starts = sorted({day for period in periods for day in (period.first, period.last + DAY)})
    pieces = [Period(first, after - DAY) for first, after in pairwise(starts)]
    return [piece for piece in pieces if any(piece.within(period) for period in periods)]


def _numbers(pick: Pick, leaf: Threshold, uses: list[Threshold]) -> Data:
    """A value on the bound, beside it or far from it, of enough items for every trend."""
    ends = [end for end in (leaf.bound.low, leaf.bound.high) if end is not None]
    items = max([1, *(use.trend.minimum or 1 for use in uses if use.trend is not None)]) * pick.among((1, 10, 400))
    end = pick.among(ends) if ends else Fraction(pick.among(FIGURES), 200 if leaf.kind == "share" else 1)
    near: Exact = Fraction(end) + Fraction(pick.among((0, 1, -1, 7, -7)), 1000 if leaf.kind == "share" else 1)
    value = near if leaf.signed else max(Fraction(0), near)
    match leaf.kind:
        case "share":
            return {"numerator": min(items, int(value * items)), "denominator": items}
        case "mean":
            return {"total": plain(value * items), "count": items}
        case "total":
            return {"total": plain(value)}
        case _:
            return {"value": plain(value)}


def _lists(pick: Pick, plan: Plan) -> Iterator[Data]:
    """A list of each base day, and one of the last day of each period."""
    asked: dict[str, set[date]] = {}
    for leaf in all_leaves(plan):
        if isinstance(leaf, SetChange):
            asked.setdefault(leaf.measure, set()).update((leaf.base, leaf.over.last))
    for measure, days in asked.items():
        for day in sorted(days):
            yield {"measure": measure, "at": day.isoformat(), "members": pick.some(AREAS)}
