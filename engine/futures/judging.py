"""The verdicts of a criterion in many futures at once: a code of eight bits each, and the day from which it is fulfilled.

Everything is known by the day that is judged, so a criterion is fulfilled or missed, and at risk only where it cannot be
judged even then. Comparisons are of whole numbers, exact; what would not fit is refused before anything is drawn.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from rulecheck.engine.edges import Edge, Edges, edges_of
from rulecheck.engine.findings.events import Thing
from rulecheck.engine.futures.dates import NEVER, Diary
from rulecheck.engine.futures.draws import Days, Numbers
from rulecheck.engine.futures.model import Unknowable
from rulecheck.engine.futures.series import LARGEST, Key, Series, Wanted
from rulecheck.facts.period import Period
from rulecheck.rules.criteria import Milestone, Order, Threshold
from rulecheck.rules.plan import Dependency

Codes = npt.NDArray[np.int8]
MISSED, AT_RISK, ON_TRACK, FULFILLED = np.int8(0), np.int8(1), np.int8(2), np.int8(3)


class World(NamedTuple):
    """Some futures, judged on ``day``: pieces of each series to come, values of levels and figures, days of events."""

    day: int

    pieces: Mapping[Key, Sequence[tuple[Numbers, Numbers]]]
    levels: Mapping[Key, Mapping[date, Numbers]]
    figures: Mapping[Key, Mapping[Period, Numbers]]
    diary: Diary


class Outcome(NamedTuple):
    """Verdict codes, and the day from which each is fulfilled for good (never: not at all)."""

    codes: Codes
    since: Days


class Settled(NamedTuple):
    """What is certain already."""

    code: np.int8
    since: int


class Sum(NamedTuple):
    """A mean, share or total: the amount and volume there is, and the slots of its series that are to come."""

    leaf: Threshold
    edges: Edges
    series: Series
    slots: tuple[int, ...]
    amount: int
    volume: int


class Value(NamedTuple):
    """A level on the last day of its period, or the figure of the period."""

    leaf: Threshold
    edges: Edges
    key: Key
    scale: int


class Happening(NamedTuple):
    """An event by a day, for so many of the things."""

    leaf: Milestone
    things: tuple[Thing, ...]
    closed: bool
    after: tuple[Dependency, ...]


class Succession(NamedTuple):
    """One event before another, for each subject."""

    leaf: Order
    pairs: tuple[tuple[Thing, Thing], ...]


class Duty(NamedTuple):
    """A report for each due day."""

    things: tuple[Thing, ...]
    due: tuple[int, ...]


class Several(NamedTuple):
    """At least ``least`` of several."""

    least: int
    parts: tuple[Any, ...]


Node = Settled | Sum | Value | Happening | Succession | Duty | Several


def sum_of(one: Wanted, series: Series) -> Sum:
    """The criterion on the series, whose largest products fit into 64 bits. Raises Unknowable."""
    slots, found = series.within(one.rest), edges_of(one.leaf)
    amount, volume = int(one.amount * series.scale), int(one.volume)
    most = abs(amount) + sum(max(map(abs, series.slots[i].amounts), default=0) for i in slots)
    items = volume + sum(max(series.slots[i].volumes, default=0) for i in slots)
    if series.kind == "share":
        most += items * series.scale
    _must_fit(found, most, max(items, 1), series.scale)
    return Sum(one.leaf, found, series, slots, amount, volume)


def value_of(leaf: Threshold, key: Key, scale: int, largest: int) -> Value:
    """The criterion on a level or figure, whose largest products fit into 64 bits. Raises Unknowable."""
    found = edges_of(leaf)
    _must_fit(found, largest, 1, scale)
    return Value(leaf, found, key, scale)


def _must_fit(found: Edges, amount: int, volume: int, scale: int) -> None:
    for edge in (found.low, found.high):
        limit = Fraction(edge.limit) if edge is not None else Fraction(0)
        if max(amount * limit.denominator, abs(limit.numerator) * scale * volume) >= LARGEST:
            raise Unknowable("its figures are too large to draw")


def judge(node: Node, world: World) -> Outcome:
    """The node in each of the futures."""
    match node:
        case Settled(code, since):
            return Outcome(np.array(code, dtype=np.int8), np.array(since, dtype=np.int32))
        case Sum():
            return _sum(node, world)
        case Value(leaf, edges, key, scale):
            figure = leaf.kind == "figure"
            value = world.figures[key][leaf.over] if figure else world.levels[key][leaf.over.last]
            inside = holds(edges, value, np.array(1), scale)
            return _outcome(inside, leaf.over.last.toordinal())
        case Happening():
            return _happening(node, world.diary, world.day)
        case Succession(leaf, pairs):
            return _succession(leaf, pairs, world.diary)
        case Duty(things, due):
            days = [world.diary.counts(thing) for thing in things]
            late = [day > limit for day, limit in zip(days, due, strict=True)]
            return _outcome(~_any(late), _latest(days))
        case Several(least, parts):
            return _several(least, [judge(part, world) for part in parts])


def _outcome(fulfilled: Any, since: Any, otherwise: Any = MISSED) -> Outcome:
    codes = np.where(fulfilled, FULFILLED, otherwise).astype(np.int8)
    return Outcome(codes, np.where(fulfilled, since, NEVER).astype(np.int32))


def holds(found: Edges, amount: Any, volume: Any, scale: int) -> Any:
    """Whether amount / (scale x volume) lies within the edges."""
    inside: Any = np.array(True)
    for edge, side in ((found.low, 1), (found.high, -1)):
        if edge is not None:
            inside = inside & _within(edge, side, amount, volume, scale)
    return inside


def _within(edge: Edge, side: int, amount: Any, volume: Any, scale: int) -> Any:
    limit = Fraction(edge.limit)
    value, bound = amount * limit.denominator, volume * (limit.numerator * scale)
    if edge.attained:
        return value >= bound if side > 0 else value <= bound
    return value > bound if side > 0 else value < bound


def _sum(node: Sum, world: World) -> Outcome:
    leaf, kind = node.leaf, node.leaf.kind
    amount: Any = np.array(node.amount, dtype=np.int64)
    volume: Any = np.array(node.volume, dtype=np.int64)
    early: Any = np.array(NEVER, dtype=np.int32)
    reached = kind == "total" and not leaf.signed and leaf.bound.operator == "at_least"
    one = np.array(1, dtype=np.int64)
    for i in node.slots:
        more, items = world.pieces[node.series.key][i]
        amount, volume = amount + more, volume + items
        if reached:
            end = node.series.slots[i].period.last.toordinal()
            there = holds(node.edges, amount, one, node.series.scale)
            early = np.where(there & (early == NEVER), np.int32(end), early)
    inside = holds(node.edges, amount, one if kind == "total" else volume, node.series.scale)
    last = leaf.over.last.toordinal()
    found = _outcome(inside, np.minimum(early, np.int32(last)) if reached else last)
    if kind == "total":
        return found
    empty = _outcome(np.array(leaf.if_empty == "fulfilled"), last, AT_RISK)
    found = _chosen(volume == 0, empty, found)
    if leaf.trend is not None and leaf.trend.minimum is not None:
        few = Outcome(np.array(AT_RISK), np.array(NEVER, dtype=np.int32))
        found = _chosen(volume < leaf.trend.minimum, few, found)
    return found


def _chosen(where: Any, one: Outcome, other: Outcome) -> Outcome:
    return Outcome(
        np.where(where, one.codes, other.codes).astype(np.int8),
        np.where(where, one.since, other.since).astype(np.int32),
    )


def _happening(node: Happening, diary: Diary, today: int) -> Outcome:
    leaf, by = node.leaf, node.leaf.by.toordinal()
    days = [diary.counts(thing, node.after) for thing in node.things]
    day = _nth(days, leaf.count)
    if leaf.undocumented == "missed":
        return _outcome(day <= by, day)
    late: Any = sum(((d > by) & (d <= today)).astype(np.int32) for d in days)
    lost = late > len(node.things) - leaf.count if node.closed else np.array(False)
    return _outcome(day <= by, day, np.where(lost, MISSED, AT_RISK))


def _succession(leaf: Order, pairs: Sequence[tuple[Thing, Thing]], diary: Diary) -> Outcome:
    right: Any = np.array(True)
    last: list[Any] = []
    for first, second in pairs:
        a, b = diary.counts(first), diary.counts(second)
        right = right & (a <= b) & (b <= leaf.by.toordinal())
        last.append(b)
    return _outcome(right, _latest(last))


def _several(count: int, parts: Sequence[Outcome]) -> Outcome:
    """The count-th best code, and the day from which so many are fulfilled."""
    if count == len(parts):
        return Outcome(_least([p.codes for p in parts]), _latest([p.since for p in parts]))
    codes = np.sort(np.stack(np.broadcast_arrays(*(p.codes for p in parts))), axis=0)
    return Outcome(codes[-count].astype(np.int8), _nth([p.since for p in parts], count))


def _nth(days: Sequence[Any], count: int) -> Any:
    """The day by which so many have come."""
    if count > len(days):
        return np.array(NEVER, dtype=np.int32)
    if count == len(days):
        return _latest(days)
    return np.sort(np.stack(np.broadcast_arrays(*days)), axis=0)[count - 1]


def _latest(days: Sequence[Any]) -> Any:
    found = days[0]
    for other in days[1:]:
        found = np.maximum(found, other)
    return found


def _least(codes: Sequence[Any]) -> Any:
    found = codes[0]
    for other in codes[1:]:
        found = np.minimum(found, other)
    return found


def _any(found: Sequence[Any]) -> Any:
    whole = found[0]
    for other in found[1:]:
        whole = whole | other
    return whole
