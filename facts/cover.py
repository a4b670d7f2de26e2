"""Which measurements tile a period, and which figures cannot all be true.

The *cover* of a period is the chain of measurements without gap or overlap that starts on its first day and reaches
furthest; among equals the one with the fewest preliminary pieces, then the fewest pieces. (Preliminary before few: a
preliminary yearly figure beside four final quarters must not unsettle what the quarters have settled.)
"""

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from itertools import combinations, pairwise
from math import lcm
from typing import NamedTuple

from rulecheck.facts.facts import MeasureKind, Measurement
from rulecheck.facts.period import ONE_DAY, Period
from rulecheck.facts.quantity import Exact

MAX_WRONG = 2
"""Contradicting figures are reconciled by taking at most this many of them to be wrong."""
MAX_FIGURES = 24
"""With more figures than this in one contradiction no reconciliation is tried."""


class Cover(NamedTuple):
    """The pieces in order. ``reach`` is the last day covered, None when nothing starts on the first day."""

    pieces: tuple[Measurement, ...]
    reach: date | None

    @property
    def amount(self) -> Exact:
        return sum((p.amount for p in self.pieces if p.amount is not None), start=0)

    @property
    def volume(self) -> Exact:
        return sum((p.volume for p in self.pieces if p.volume is not None), start=0)


def combines(piece: Measurement, kind: MeasureKind) -> bool:
    """Whether the piece can be added to others: a mean or share without its count can only stand alone."""
    return piece.amount is not None and (kind == "total" or piece.volume is not None)


def cover(known: Iterable[Measurement], period: Period, kind: MeasureKind) -> Cover:
    """The cover of ``period`` by the known measurements (one a period). Linear in their number but for sorting."""
    inside = sorted((m for m in known if m.period.within(period)), key=lambda m: (m.period.first, m.period.last))
    best: dict[date, _Chain] = {period.first: _Chain((0, 0, ()), ())}
    ends: list[tuple[date, _Chain]] = []
    for piece in inside:
        chain = best.get(piece.period.first)
        if chain is None:
            continue
        longer = chain.extended(piece)
        if combines(piece, kind):
            if piece.period.last == date.max:
                ends.append((piece.period.last, longer))
                continue
            after = piece.period.last + ONE_DAY
            if after not in best or longer.rank < best[after].rank:
                best[after] = longer
        elif not chain.pieces:
            ends.append((piece.period.last, longer))
    ends += [(day - ONE_DAY, chain) for day, chain in best.items() if chain.pieces]
    if not ends:
        return Cover((), None)
    reach, chain = min(ends, key=lambda end: (-end[0].toordinal(), end[1].rank))
    return Cover(chain.pieces, reach)


class _Chain:
    __slots__ = ("pieces", "rank")

    def __init__(self, rank: tuple[int, int, tuple[int, ...]], pieces: tuple[Measurement, ...]) -> None:
        self.rank, self.pieces = rank, pieces

    def extended(self, piece: Measurement) -> "_Chain":
        preliminary, count, ends = self.rank
        rank = (preliminary + piece.preliminary, count + 1, (*ends, -piece.period.last.toordinal()))
        return _Chain(rank, (*self.pieces, piece))


def reconciled(figures: Sequence[Measurement], kind: MeasureKind, signed: bool) -> list[tuple[Measurement, ...]] | None:
    """The sets of figures that can be true, taking as few of the given ones as possible to be wrong.

    One set (all of them) when nothing contradicts. None when there is no such set within the limits above.
    """
    if possible(figures, kind, signed):
        return [tuple(figures)]
    if len(figures) > MAX_FIGURES:
        return None
    for wrong in range(1, MAX_WRONG + 1):
        found = [kept for kept in combinations(figures, len(figures) - wrong) if possible(kept, kind, signed)]
        if found:
            return found
    return None


def possible(figures: Sequence[Measurement], kind: MeasureKind, signed: bool) -> bool:
    """Whether sums over intervals can all be true together.

    A figure over [a, b] says S(b+1) - S(a) = v for the running sum S; sums of what cannot be negative never fall. That
    is a system of difference constraints, which has a solution exactly when its graph has no negative cycle
    (Cormen et al., Introduction to Algorithms, 24.4). A value written with n decimals may have been rounded, so it
    stands for every number within half a unit of its last place.
    """
    summed = [m for m in figures if combines(m, kind)]
    amounts = [_Span(m, m.amount or 0, m.step) for m in summed]
    if not _solvable(amounts, rising=not signed):
        return False
    if kind in ("mean", "share"):
        volumes = [_Span(m, m.volume or 0, 0) for m in summed]
        if not _solvable(volumes, rising=True):
            return False
    if kind == "share":
        others = [_Span(m, (m.volume or 0) - (m.amount or 0), m.step) for m in summed]
        if not _solvable(others, rising=True):
            return False
    return all(_agrees(alone, summed, kind) for alone in figures if not combines(alone, kind))


class _Span:
    __slots__ = ("end", "high", "low", "start")

    def __init__(self, figure: Measurement, value: Exact, step: Exact) -> None:
        self.start, self.end = figure.period.first.toordinal(), figure.period.last.toordinal() + 1
        half = Fraction(step) / 2 if step else 0
        self.low, self.high = value - half, value + half


def _solvable(spans: Sequence[_Span], rising: bool) -> bool:
    points = sorted({p for s in spans for p in (s.start, s.end)})
    # in units that make every limit a whole number, with which Python calculates ten times as fast as with fractions
    unit = lcm(*(limit.denominator for s in spans for limit in (s.low, s.high)))
    edges = [(s.start, s.end, int(s.high * unit)) for s in spans] + [
        (s.end, s.start, int(-s.low * unit)) for s in spans
    ]
    if rising:
        edges += [(later, earlier, 0) for earlier, later in pairwise(points)]
    bound = dict.fromkeys(points, 0)
    for _ in points:
        changed = False
        for source, target, most in edges:
            if bound[source] + most < bound[target]:
                bound[target] = bound[source] + most
                changed = True
        if not changed:
            return True
    return not points


def _agrees(alone: Measurement, summed: Sequence[Measurement], kind: MeasureKind) -> bool:
    tiled = cover(summed, alone.period, kind)
    if tiled.reach != alone.period.last or not tiled.volume or alone.value is None:
        return True
    return abs(Fraction(tiled.amount) / tiled.volume - alone.value) <= Fraction(alone.step) / 2
