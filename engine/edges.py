"""Where a bound turns: the exact limits of a value, rounding included, and whether the limit itself still holds."""

from fractions import Fraction
from typing import NamedTuple

from rulecheck.facts.quantity import Exact, exact
from rulecheck.rules.criteria import Bound, Threshold


class Edge(NamedTuple):
    """A value holds on the inner side of ``limit``; exactly on it when ``attained``. Half-up rounding leaves some open."""

    limit: Exact
    attained: bool


class Edges(NamedTuple):
    """The lower and upper edge of what holds; None where that side is open."""

    low: Edge | None
    high: Edge | None

    def holds(self, value: Exact) -> bool:
        """Whether ``value`` (unrounded) satisfies the bound."""
        low, high = self.low, self.high
        above = low is None or value > low.limit or (low.attained and value == low.limit)
        below = high is None or value < high.limit or (high.attained and value == high.limit)
        return above and below


def edges(bound: Bound, step: Exact | None) -> Edges:
    """The edges of ``bound`` for values that are rounded to ``step``, halves away from zero (None: not rounded)."""
    if step is None:
        return Edges(_plain(bound.low, bound.strict), _plain(bound.high, bound.strict))
    half = Fraction(step) / 2
    low = high = None
    if bound.low is not None:
        steps = -((-bound.low) // Fraction(step))  # the first multiple that holds
        least = exact(Fraction(steps + (bound.strict and steps * step == bound.low)) * step)
        low = Edge(exact(least - half), least > 0)
    if bound.high is not None:
        steps = bound.high // Fraction(step)
        most = exact(Fraction(steps - (bound.strict and steps * step == bound.high)) * step)
        high = Edge(exact(most + half), most < 0)
    return Edges(low, high)


def _plain(end: Exact | None, strict: bool) -> Edge | None:
    return None if end is None else Edge(end, not strict)


def edges_of(leaf: Threshold) -> Edges:
    """The edges of what a criterion on a measure demands of its value."""
    return edges(leaf.bound, leaf.rounded_to)


def room(found: Edges, volume: Exact, amount: Exact, whole: bool) -> tuple[Exact | None, Exact | None]:
    """The least and the most that may still be added to ``amount`` for the value at ``volume`` to hold.

    ``whole`` asks for whole numbers. A limit that does not hold itself is left by one unit of a whole number, else by a
    millionth. None: that side is open.
    """
    tiny = 1 if whole else Fraction(1, 1_000_000)
    low = high = None
    if found.low is not None:
        low = Fraction(found.low.limit) * volume - amount
        if whole:
            up = -((-low) // 1)
            low = Fraction(up + 1 if up == low and not found.low.attained else up)
        elif not found.low.attained:
            low += tiny
    if found.high is not None:
        high = Fraction(found.high.limit) * volume - amount
        if whole:
            down = high // 1
            high = Fraction(down - 1 if down == high and not found.high.attained else down)
        elif not found.high.attained:
            high -= tiny
    return None if low is None else exact(low), None if high is None else exact(high)
