"""How wrong a forecast of a measure would have to be: of its value (R4), or of the volume expected (R3, R9, secured)."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal, NamedTuple

import attrs
from rulecheck.engine.edges import edges_of
from rulecheck.engine.robustness.probe import Flip, Probe
from rulecheck.engine.robustness.seen import Seen, end_of, quotient
from rulecheck.engine.robustness.trial import NUDGE, turned
from rulecheck.engine.robustness.turning import references
from rulecheck.facts.facts import Forecast
from rulecheck.facts.quantity import Exact, distance, exact


class _Point(NamedTuple):
    forecast: Forecast
    of: Literal["forecast", "volume"]
    now: Exact
    limit: Exact


def forecast_flips(probe: Probe, seen: Seen, path: str) -> Iterator[Flip]:
    """The smallest error in a forecast value that changes the verdict, and that in an expected volume."""
    for of in ("forecast", "volume"):
        points = (point for point in _points(probe, seen) if point.of == of)
        for point in sorted(points, key=lambda p: (distance(p.limit, p.now), p.forecast.id)):
            flip = _at(probe, seen, point, path)
            if flip:
                yield flip
                break


def _points(probe: Probe, seen: Seen) -> Iterator[_Point]:
    leaf = seen.leaf
    if seen.final:
        return
    for forecast in probe.view.volumes.get((leaf.measure, leaf.dimensions, leaf.over), ()):
        if forecast.withdrawn:
            continue
        if forecast.value is not None:
            for edge in edges_of(leaf):  # rounded as the values are
                if edge is not None:
                    yield _Point(forecast, "forecast", forecast.value, edge.limit)
        if forecast.volume is not None and leaf.kind in ("mean", "share"):
            for limit in _volumes(seen):
                yield _Point(forecast, "volume", forecast.volume, limit)


def _volumes(seen: Seen) -> Iterator[Exact]:
    """The expected volumes at which the rest has just enough room, or has to achieve just the reference."""
    leaf, end = seen.leaf, end_of(seen.leaf.bound)
    for edge in edges_of(leaf):
        if edge is None or leaf.signed:
            continue
        if edge.limit:
            yield quotient(seen.amount, edge.limit)
        if leaf.kind == "share" and edge.limit != 1:
            yield quotient(seen.items - seen.amount, 1 - edge.limit)
    if end is None or seen.whole:
        return
    for reference in references(seen):
        if end != reference:
            yield quotient(seen.amount - reference * seen.items, end - reference)


def _at(probe: Probe, seen: Seen, point: _Point, path: str) -> Flip | None:
    volume = point.of == "volume"
    whole = volume and isinstance(point.now, int)

    def judged(change: Exact) -> str | None:
        number = exact(Fraction(point.now + change))
        if volume:  # less than there is already is not believed
            return probe.judged_with(attrs.evolve(point.forecast, volume=number)) if number >= seen.items else None
        if number < 0 and not seen.leaf.signed:
            return None
        return probe.judged_with(attrs.evolve(point.forecast, value=number))

    change = exact(Fraction(point.limit) - point.now)
    found = turned(judged, probe.now, change, NUDGE, whole)
    if found is None:
        return None
    error = exact(Fraction(found.wrong_by if whole else change))
    limit = exact(Fraction(point.now + error))
    relative = quotient(error, point.now) if point.now else None
    return Flip(path, point.forecast.id, found.verdict, limit, found.attained or whole, error, relative, of=point.of)
