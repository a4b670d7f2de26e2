"""Exact intervals for many quantities at once: differences of two of them, bounded above, and which of them are there.

A day, a value of a measure and a judgement are all quantities. ``x - y <= most`` is kept for every pair, closed under
addition, so that contradictions show as soon as they arise, and every quantity that is left has an exact interval.
Whole quantities are only compared with whole ones, so that the ends of their intervals are whole as well.
"""

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import Literal, NamedTuple

from rulecheck.facts.facts import Dimensions
from rulecheck.facts.period import Period
from rulecheck.facts.quantity import Exact, exact

Kind = Literal["zero", "day", "value", "ratio", "judgement", "new", "growth"]


class Unknown(NamedTuple):
    """One thing facts tell of. ``copy`` tells apart two worlds that are compared.

    ``day``: when the event ``name`` happened for ``subject``, as an ordinal. ``value``: a measure over ``period``; with
    ``step`` the number of steps it is rounded to. ``ratio``: its relative change since ``base``. ``new`` and ``growth``:
    members a list has gained, and by how many it has grown. ``judgement``: 1 fulfilled, 0 missed.
    """

    kind: Kind
    name: str = ""
    subject: str = ""
    dimensions: Dimensions = ()
    period: Period | None = None
    base: Period | date | None = None
    step: Exact | None = None
    low: Exact | None = None
    high: Exact | None = None
    copy: int = 0

    @property
    def whole(self) -> bool:
        return self.kind in ("day", "judgement", "new", "growth") or self.step is not None


ZERO = Unknown("zero")
"""What a quantity is compared with to be held against a number."""


class Within(NamedTuple):
    """Both quantities are there, and ``x - y <= most`` (``strict``: less)."""

    x: Unknown
    y: Unknown
    most: Exact
    strict: bool = False


class Given(NamedTuple):
    """The quantity is there (the event happened, the figure is reported), or it is not."""

    x: Unknown
    there: bool = True


Limit = tuple[Exact, int]
"""A number and 0 where it is itself excluded, else 1: the smaller is the tighter."""
Interval = tuple[Limit | None, Limit | None]
"""Lowest and highest; None where that side is open. A lowest excluded end is marked by 0 too."""


class System:
    """Constraints that do not contradict each other. ``most`` is how many quantities may be there at the same time."""

    def __init__(self, most: int | None = None) -> None:
        self.most = most
        self.there: dict[Unknown, bool] = {ZERO: True}
        self.limits: dict[Unknown, dict[Unknown, Limit]] = {ZERO: {ZERO: (0, 1)}}

    def copied(self) -> "System":
        """The same constraints, to be added to apart."""
        other = System(self.most)
        other.there = dict(self.there)
        other.limits = {x: dict(row) for x, row in self.limits.items()}
        return other

    def add(self, atom: Within | Given) -> bool:
        """Take the constraint in; False when it contradicts those that are there."""
        if isinstance(atom, Given):
            return self._is(atom.x, atom.there)
        if not (self._is(atom.x, True) and self._is(atom.y, True)):
            return False
        return self._bounded(atom.x, atom.y, (atom.most, 0 if atom.strict else 1))

    def _is(self, x: Unknown, there: bool) -> bool:
        known = self.there.get(x)
        if known is not None:
            return known == there
        self.there[x] = there
        if not there:
            return True
        if self.most is not None and len(self.given()) > self.most:
            return False
        self.limits[x] = {x: (0, 1)}
        low = x.low is None or self._bounded(ZERO, x, (-x.low, 1))
        return low and (x.high is None or self._bounded(x, ZERO, (x.high, 1)))

    def _bounded(self, x: Unknown, y: Unknown, limit: Limit) -> bool:
        if x.whole or y.whole:
            most, attained = limit
            limit = (floor(most) if attained else ceil(most) - 1, 1)
        held = self.limits[x].get(y)
        if held is not None and held <= limit:
            return True
        back = self.limits[y].get(x)
        if back is not None and _sum(back, limit) < (0, 1):
            return False
        ahead = [(b, after) for b, after in self.limits[y].items()]
        for row in [row for row in self.limits.values() if x in row]:
            before = _sum(row[x], limit)
            for b, after in ahead:
                found = _sum(before, after)
                if b not in row or found < row[b]:
                    row[b] = found
        return True

    def given(self) -> list[Unknown]:
        """The quantities that are there."""
        return [x for x, there in self.there.items() if there and x is not ZERO]

    def interval(self, x: Unknown) -> Interval:
        """What is left of the quantity."""
        low = self.limits[ZERO].get(x)
        return (None if low is None else (exact(Fraction(-low[0])), low[1])), self.limits[x].get(ZERO)

    def alone(self, x: Unknown) -> bool:
        """Whether the quantity is only compared with numbers, and on one side."""
        return self.limits[x].keys() <= {x, ZERO} and not any(x in row for y, row in self.limits.items() if y != x)

    def chosen(self, choose: Callable[[Unknown, Interval], Exact]) -> Mapping[Unknown, Exact]:
        """A number for every quantity that is there, taken one after the other from what is left of it."""
        system = self.copied()
        found: dict[Unknown, Exact] = {}
        for x in self.given():
            number = found[x] = choose(x, system.interval(x))
            if system.alone(x):
                continue  # whatever it is, nothing else is any nearer
            fits = system.add(Within(x, ZERO, number)) and system.add(Within(ZERO, x, -number))
            assert fits, "a number outside its interval"
        return found


def _sum(one: Limit, other: Limit) -> Limit:
    return one[0] + other[0], min(one[1], other[1])


def simplest(x: Unknown, interval: Interval) -> Exact:
    """A number of the interval at an end that some constraint gave it, the highest first; else just inside such an end.

    An end that the quantity has by nature, such as no case at all, tells nothing about a bound and comes last.
    """
    low, high = interval
    given = [end for end, own in ((high, x.high), (low, x.low)) if end is not None and end[0] != own]
    for end in (*given, *(end for end in (high, low) if end is not None)):
        if end[1]:
            return exact(Fraction(end[0]))
        if given:
            return _inside(interval, below=end is high, least=Fraction(1, 100) if x.high == 1 else Fraction(1))
    return _inside(interval, below=False, least=Fraction(1)) if low is not None else 0


def _inside(interval: Interval, below: bool, least: Fraction) -> Exact:
    """A round number at one end of the interval, no farther from it than ``least``, a tenth of it, and so on."""
    low, high = interval
    step = least
    while True:
        number = exact(Fraction(high[0] - step if below else low[0] + step))  # type: ignore[index]
        above = low is None or number > low[0] or (number == low[0] and low[1])
        under = high is None or number < high[0] or (number == high[0] and high[1])
        if above and under:
            return number
        step /= 10
