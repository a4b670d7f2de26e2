"""The smallest error in a figure of a measure that changes the verdict.

All points at which something may turn are tried in the order of how much the one figure would have to be wrong. The
first flip is told. When it is one at which a rule about single figures turns, the first at which the value as a whole
does is told as well: an error in the value may come of any of its figures.
"""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Literal, NamedTuple

import attrs
from rulecheck.engine.proof import Step
from rulecheck.engine.robustness.forecasts import forecast_flips
from rulecheck.engine.robustness.probe import Flip, Probe
from rulecheck.engine.robustness.seen import Seen, number_of, parts_of, quotient, seen_of
from rulecheck.engine.robustness.trial import NUDGE, outwards, sides, turned
from rulecheck.engine.robustness.turning import base_limits, own_numbers, value_limits
from rulecheck.facts.facts import Measurement
from rulecheck.facts.quantity import Exact, distance, exact
from rulecheck.rules.criteria import Threshold


class _Point(NamedTuple):
    """A figure's number at which something may turn, and what it means for the value that ``of`` names.

    ``now`` and ``limit`` are that value as it is and as it would be; ``volume`` is the change of the number for a
    change of the value by one.
    """

    figure: Measurement
    number: Exact
    of: Literal["value", "base", "figure"]
    now: Exact
    limit: Exact
    volume: Exact

    @property
    def change(self) -> Exact:
        return exact(Fraction(self.number) - number_of(self.figure))


def figure_flips(probe: Probe, leaf: Threshold, step: Step) -> Iterator[Flip]:
    """At most one flip of the value, one of a single figure where less of an error is enough, one of a trend's base.

    And one of a forecast of the measure.
    """
    seen = seen_of(probe, leaf, step.data)
    if seen is None:
        return
    search = _Search(probe, seen, step.path)
    base = seen.base.pieces if seen.base else ()
    own = list(_own(seen))
    yield from search.nearest([*_value(seen, own), *(p for p in own if p.figure not in base)])
    if base:
        yield from search.nearest([*_base(seen), *(p for p in own if p.figure in base)])
    yield from forecast_flips(probe, seen, step.path)


def _value(seen: Seen, own: Sequence[_Point]) -> Iterator[_Point]:
    """The points of the value, once for each figure that it makes a difference to take."""
    if seen.value is None:
        return
    special = {p.figure.id for p in own}
    for limit in dict.fromkeys(value_limits(seen)):
        points = [_point(figure, "value", seen.value, limit, seen.volume) for figure in seen.pieces]
        yield from _one_of_each(points, special, seen.leaf)


def _base(seen: Seen) -> Iterator[_Point]:
    """The same of the base of a trend; a figure that only tells a part of it stands for itself."""
    base = seen.base
    assert base is not None
    special = {p.id for p in (*base.part, *(m for m, _ in seen.quarters))}
    for limit in dict.fromkeys(base_limits(seen)):
        points = [_point(figure, "base", base.value, limit, base.volume) for figure in base.pieces]
        yield from _one_of_each(points, special, seen.leaf)
        for figure in base.part:
            if figure not in base.pieces:
                yield _point(figure, "figure", number_of(figure), number_of(figure) + limit - base.value, 1)


def _point(
    figure: Measurement, of: Literal["value", "base", "figure"], now: Exact, limit: Exact, volume: Exact
) -> _Point:
    return _Point(figure, exact(number_of(figure) + (limit - now) * volume), of, now, limit, volume)


def _own(seen: Seen) -> Iterator[_Point]:
    """The points of single figures. Of a total its sum is told, though figures are compared by the day."""
    total = seen.leaf.kind == "total"
    for figure, number in own_numbers(seen):
        parts = 1 if total else parts_of(seen.leaf, figure)
        yield _Point(
            figure, number, "figure", quotient(number_of(figure), parts), quotient(number, parts), Fraction(parts)
        )


def _one_of_each(points: Sequence[_Point], special: Iterable[str], leaf: Threshold) -> Iterator[_Point]:
    """Of the figures of which it does not matter which one is wrong, the largest that can be, final and preliminary."""
    enough: set[bool] = set()
    for point in sorted(points, key=lambda p: (-(p.figure.volume or 0), p.figure.id)):
        figure = point.figure
        if figure.id in special:
            yield point
        elif figure.preliminary not in enough:
            yield point
            if all(_moved_by(figure, change, leaf) for change in _beyond(point, leaf)):
                enough.add(figure.preliminary)


class _Search:
    def __init__(self, probe: Probe, seen: Seen, path: str) -> None:
        self.probe, self.seen, self.path = probe, seen, path

    def nearest(self, points: Sequence[_Point]) -> Iterator[Flip]:
        """The first flip of the value, and before it that of a single figure if there is one."""
        alone: Flip | None = None
        turned: set[str] = set()
        of_value = {p.figure.id for p in points if p.of != "figure"}
        for point in sorted(points, key=self.size):
            name = point.figure.id
            if name in turned or (alone and name not in of_value):
                continue
            flip = self.at(point)
            if flip is None:
                continue
            turned.add(name)
            if point.of != "figure":
                yield flip
                break
            alone = alone or flip
        if alone:
            yield alone

    def size(self, point: _Point) -> tuple[Exact, bool, Exact, str]:
        """How much the number would have to be wrong; one without a count counts as if it were of all items.

        Of equals the value comes before single figures, the largest figure first, of single figures the latest.
        """
        figure, own = point.figure, point.of == "figure"
        weight = 1 if figure.amount is not None else self.seen.volume
        before: Exact = figure.period.last.toordinal() if own else figure.volume or 0
        return distance(point.change, 0) * weight, own, -before, figure.id

    def at(self, point: _Point) -> Flip | None:
        """The flip exactly at the point or just beyond it, if there is one."""

        def judged(change: Exact) -> str | None:
            moved = _moved_by(point.figure, change, self.seen.leaf)
            return None if moved is None else self.probe.judged_with(moved)

        whole = _in_items(point.figure, self.seen.leaf)
        found = turned(judged, self.probe.now, point.change, NUDGE * point.volume, whole)
        if found is None:
            return None
        error = exact(Fraction(point.limit) - point.now)
        return Flip(
            self.path,
            point.figure.id,
            found.verdict,
            exact(Fraction(point.limit)),
            found.attained,
            error,
            quotient(error, point.now) if point.now else None,
            int(found.wrong_by) if whole else None,
            of=point.of,
        )


def _beyond(point: _Point, leaf: Threshold) -> Iterator[Exact]:
    """How wrong the number is just beyond the point: on either side, when it is the number as it stands."""
    for side in sides(point.change):
        change = point.change + side * NUDGE * point.volume
        yield outwards(change) if _in_items(point.figure, leaf) else change


def _in_items(figure: Measurement, leaf: Threshold) -> bool:
    """Whether the number is of items, of which there are no parts."""
    return leaf.kind == "share" and figure.amount is not None


def _moved_by(piece: Measurement, change: Exact, leaf: Threshold) -> Measurement | None:
    """The piece with another number; None where the number would be one that no fact can have."""
    key = "value" if piece.amount is None else "amount"
    number = exact(Fraction(number_of(piece)) + change)
    if number < 0 and not leaf.signed:
        return None
    if leaf.kind == "share" and number > (piece.volume if key == "amount" and piece.volume is not None else 1):
        return None
    return attrs.evolve(piece, value=number) if key == "value" else attrs.evolve(piece, amount=number)
