"""What a measure still needs: the rest of its period, its base, and what must become final."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

from rulecheck.engine.edges import Edges, edges_of
from rulecheck.engine.findings import with_base
from rulecheck.engine.needed.events import Data, Shown, final
from rulecheck.facts.period import ONE_DAY
from rulecheck.facts.quantity import Exact, exact, exact_text, plain
from rulecheck.rules.criteria import Threshold


def needed_figure(criterion: Threshold, data: Shown) -> Iterator[Data]:
    """What is still to come of a measure, and of a trend its base."""
    yield from _base(criterion, data)
    criterion = with_base(criterion, data)
    pieces = data["pieces"]
    yield from final(p for p in pieces if p["status"] == "preliminary")
    reach = date.fromisoformat(data["reach"]) if "reach" in data else None
    if reach == criterion.over.last:
        return
    alone = any("amount" not in p for p in pieces)  # a figure without a count: nothing can be added to it
    first = reach + ONE_DAY if reach and not alone else criterion.over.first
    entry: Data = {
        "what": criterion.kind,
        "measure": criterion.measure,
        "bound": data["bound"],
        "from": (criterion.over.last if criterion.kind == "level" else first).isoformat(),
        "to": criterion.over.last.isoformat(),
        "over": criterion.over.label,
    }
    if "dimensions" in data:
        entry["dimensions"] = data["dimensions"]
    amount = sum(exact_text(p.get("amount", "0")) for p in pieces)
    volume = sum(exact_text(p.get("volume", "0")) for p in pieces)
    unbounded = criterion.bound.low is None and criterion.bound.high is None  # a trend whose base is not known
    if unbounded or alone or criterion.kind in ("level", "figure"):
        yield entry
        return
    turns = edges_of(criterion)
    if criterion.rounded_to is not None:
        entry["turns"] = _turns(turns)
    if criterion.kind == "total":
        yield from _rest_of_total(criterion, turns, amount, entry)
        return
    if volume:
        entry["without"] = _without_volume(turns, amount, volume)
    for expected in data.get("expected", ())[:1]:
        entry |= _rest_of_volume(criterion, turns, amount, volume, expected)
    yield entry


def _base(criterion: Threshold, data: Shown) -> Iterator[Data]:
    """Of a trend: figures of its base period, while it is not known."""
    shown = data.get("trend")
    if criterion.trend is None or shown is None:
        return
    yield from final(p for p in shown["pieces"] if p["status"] == "preliminary")
    if "value" not in shown:
        base = criterion.trend.base
        yield {"what": "base", "measure": criterion.measure, "from": base.first.isoformat(), "to": base.last.isoformat(),
               **({"dimensions": data["dimensions"]} if "dimensions" in data else {})}  # fmt: skip


def _turns(turns: Edges) -> Data:
    """Where the bound turns for values that are rounded, and whether it still holds there."""
    ends = (("low", turns.low), ("high", turns.high))
    return {name: {"limit": plain(end.limit), "attained": end.attained} for name, end in ends if end is not None}


def _rest_of_total(criterion: Threshold, turns: Edges, amount: Exact, entry: Data) -> Iterator[Data]:
    """What may still come, or must: one number of a one-sided bound, two of the others.

    A sum that cannot fall and has reached its bound waits only for its preliminary figures to become final; where it has
    gone beyond by them, nothing can be added, and the figures of the whole period are wanted.
    """
    low, high = (None if end is None else exact(end.limit - amount) for end in turns)
    if not criterion.signed:
        if high is not None and high < 0:
            yield entry | {"from": criterion.over.first.isoformat()}
            return
        if low is not None and low <= 0:
            if high is None:
                return
            low = 0
    ends = [plain(end) for end in (low, high) if end is not None]
    yield entry | ({"rest": ends[0]} if criterion.bound.operator in ("at_most", "at_least") else {"rests": ends})


def _rest_of_volume(criterion: Threshold, turns: Edges, amount: Exact, volume: Exact, told: Any) -> Data:
    """What the rest of the expected volume must average; unrounded, so that the proposal is the exact word."""
    expected = exact_text(told["volume"])
    rest = expected - volume
    if rest <= 0:
        return {}
    required = [exact(Fraction(end.limit * expected - amount) / rest) for end in turns if end is not None]
    entry: Data = {"rest": plain(exact(rest)), "assuming": told["fact"]}
    if told["outlook"] == "secured":
        return entry | {"secured": True}
    out = told["outlook"] == "out-of-reach"
    if out:
        entry["out_of_reach"] = True
    if criterion.bound.operator in ("at_most", "at_least"):
        entry["required"] = plain(required[0])
        if criterion.kind == "share":
            late = rest - required[0] * rest
            strict = turns.low is not None and not turns.low.attained
            one_less = int(strict and late == int(late))  # exactly so many are one too many
            entry["late_left"] = None if out else str(int(late) - one_less)
    else:
        entry["between"] = [plain(number) for number in required]
    return entry


def _without_volume(turns: Edges, amount: Exact, volume: Exact) -> Data:
    """The answer whatever the volume: ``balance`` is what the items so far have to spare against the bound, in all.

    Exactly then the bound holds at the end: the rest, item by item, loses no more than that against the bound (makes up
    at least as much, where the balance is negative). Of a two-sided bound there is one for each end.
    """
    found: Data = {}
    if turns.low is not None:
        found["above_low"] = plain(exact(amount - turns.low.limit * volume))
    if turns.high is not None:
        found["below_high"] = plain(exact(turns.high.limit * volume - amount))
    return found
