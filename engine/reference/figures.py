"""Which figures of a measure can be true together, which of them cover its period, and what they come to."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations, pairwise
from math import lcm
from typing import Any

from rulecheck.engine.reference.world import World
from rulecheck.facts.facts import Measurement
from rulecheck.facts.period import Period
from rulecheck.facts.quantity import Exact, round_half_up
from rulecheck.rules.criteria import Bound, Threshold

DAY = timedelta(1)


def told_of(criterion: Threshold, world: World) -> list[list[Measurement]]:
    """What is told of each figure of the period; of a trend's level, of those after its base."""
    over, trend = criterion.over, criterion.trend
    found = []
    for p, told in world.measured(criterion):
        if criterion.kind == "level":
            counts = p.last <= over.last and (trend is None or p.last > trend.base.last)
        else:
            counts = p == over if criterion.kind == "figure" else p.overlaps(over)
        if counts:
            found.append(told)
    return found


def ways_of(criterion: Threshold, choice: Sequence[Measurement]) -> list[list[Measurement]] | None:
    """The sets of figures that can be true of those chosen."""
    figures = [m for m in choice if not m.withdrawn]
    return [figures] if criterion.kind in ("level", "figure") else _believable(criterion, figures)


def _believable(criterion: Threshold, figures: list[Measurement]) -> list[list[Measurement]] | None:
    """The figures, taking the fewest of those that touch the covered days to be wrong, so that the rest can be true."""
    tiles = chain_of(criterion, figures)
    if not tiles:
        return [figures]
    reach = tiles[-1].period.last
    near = [m for m in figures if m.period.first <= reach and m.period.last >= criterion.over.first]
    far = [m for m in figures if m not in near]
    if len(near) == len(tiles) or _can_be_true(criterion, near):
        return [figures]
    for wrong in (1, 2) if len(near) <= 24 else ():
        found = [[*kept, *far] for kept in combinations(near, len(near) - wrong) if _can_be_true(criterion, list(kept))]
        if found:
            return found
    return None


def _can_be_true(criterion: Threshold, figures: list[Measurement]) -> bool:
    """Whether running sums exist that give every figure, within the rounding of what was written as a value.

    Start with all running sums at their highest, 0, and lower them as long as a figure demands it; when that does not
    come to rest in as many rounds as there are days, the figures contradict each other.
    """
    counted = [m for m in figures if addable(criterion, m)]
    series: list[tuple[list[tuple[Measurement, Any, Any]], bool]] = [
        ([(m, m.amount, m.step) for m in counted], not criterion.signed)
    ]
    if criterion.kind != "total":
        series.append(([(m, m.volume, 0) for m in counted], True))
    if criterion.kind == "share":
        series.append(([(m, m.volume - m.amount, m.step) for m in counted], True))  # type: ignore[operator]
    for told, rising in series:
        limits: list[tuple[date, date, int]] = []
        unit = lcm(2, *(2 * Fraction(number).denominator for _, *numbers in told for number in numbers if number))
        for m, value, step in told:  # all as whole numbers of the smallest unit that is told of
            whole, half = int(value * unit), int(Fraction(step or 0) / 2 * unit)
            limits.append((m.period.first, m.period.last + DAY, whole + half))
            limits.append((m.period.last + DAY, m.period.first, half - whole))
        days = sorted({day for a, _, _ in limits for day in [a]})
        if rising:
            limits += [(later, earlier, 0) for earlier, later in pairwise(days)]
        highest = dict.fromkeys(days, 0)
        for _ in range(len(days) + 1):
            too_high = [(b, highest[a] + most) for a, b, most in limits if highest[b] > highest[a] + most]
            if not too_high:
                break
            for day, limit in too_high:
                highest[day] = min(highest[day], limit)
        else:
            return False
    for alone in figures:
        if not addable(criterion, alone):
            tiles = chain_of(criterion, counted, alone.period)
            if tiles and tiles[-1].period.last == alone.period.last and (n := sum(m.volume or 0 for m in tiles)):
                mean = Fraction(sum(m.amount or 0 for m in tiles)) / n
                if abs(mean - alone.value) > Fraction(alone.step) / 2:  # type: ignore[operator]
                    return False
    return True


def addable(criterion: Threshold, m: Measurement) -> bool:
    """Whether the figure can be added to others."""
    return m.amount is not None and (criterion.kind == "total" or m.volume is not None)


def chain_of(criterion: Threshold, figures: list[Measurement], over: Period | None = None) -> list[Measurement]:
    """Every chain from the first day tried; the one that reaches furthest, with fewest preliminary, then fewest pieces."""
    over = over or criterion.over
    inside = [m for m in figures if m.period.within(over)]
    tried: dict[date, list[Measurement]] = {}

    def best_from(day: date) -> list[Measurement]:
        if day not in tried:
            first = (m for m in inside if m.period.first == day and addable(criterion, m))
            tried[day] = min([[], *([m, *best_from(m.period.last + DAY)] for m in first)], key=rank)
        return tried[day]

    def rank(chain: list[Measurement]) -> Any:
        reach = chain[-1].period.last.toordinal() if chain else 0
        return (-reach, sum(m.preliminary for m in chain), len(chain), [-m.period.last.toordinal() for m in chain])

    alone = [[m] for m in inside if m.period.first == over.first and not addable(criterion, m)]
    return min([best_from(over.first), *alone], key=rank)


def value_of(criterion: Threshold, tiles: list[Measurement]) -> Exact | None:
    """What the figures come to; None without figures, and for a share or mean of nothing."""
    if not tiles:
        return None
    if criterion.kind in ("level", "figure") or not addable(criterion, tiles[0]):
        return tiles[0].value
    amount = sum(m.amount or 0 for m in tiles)
    if criterion.kind == "total":
        return amount
    volume = sum(m.volume or 0 for m in tiles)
    return Fraction(amount) / volume if volume else None


def largest_sum(figures: list[Measurement]) -> Exact:
    """Of figures that cannot be negative: the largest sum of some that do not overlap."""
    sums: list[tuple[date, Exact]] = []
    for m in sorted(figures, key=lambda m: m.period.last):
        before = max((total for last, total in sums if last < m.period.first), default=0)
        sums.append((m.period.last, (m.amount or 0) + before))
    return max((total for _, total in sums), default=0)


def rate_of(criterion: Threshold, m: Measurement) -> Exact | None:
    """What a figure comes to alone: of a total, a day."""
    if criterion.kind == "total":
        return Fraction(m.amount or 0) / ((m.period.last - m.period.first).days + 1)
    if criterion.kind in ("level", "figure") or not addable(criterion, m):
        return m.value
    return Fraction(m.amount or 0) / m.volume if m.volume else None


def rounded(criterion: Threshold, value: Exact) -> Exact:
    """The value as it is held against the bound."""
    return value if criterion.rounded_to is None else round_half_up(value, criterion.rounded_to)


def holds(criterion: Threshold, value: Exact | None) -> bool:
    """Whether the value, rounded, is within the bound."""
    assert value is not None
    return within(criterion.bound, rounded(criterion, value))


def within(bound: Bound, value: Exact) -> bool:
    """Whether the value is within the bound."""
    if bound.strict and value in (bound.low, bound.high):
        return False
    return (bound.low is None or value >= bound.low) and (bound.high is None or value <= bound.high)


def upper_end(bound: Bound) -> Bound:
    """Its upper end alone."""
    return Bound("at_most", None, bound.high, strict=bound.strict)
