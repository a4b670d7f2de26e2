"""What the figures of a criterion come to: the numbers from which its turning points follow."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from rulecheck.engine.findings import with_base
from rulecheck.engine.findings.value import rate_of
from rulecheck.engine.robustness.probe import Probe
from rulecheck.facts.facts import Forecast, Measurement
from rulecheck.facts.period import parse_day
from rulecheck.facts.quantity import Exact, exact, exact_text
from rulecheck.facts.timeline import only
from rulecheck.rules.criteria import Bound, Threshold
from rulecheck.rules.plan import Risks

Figures = tuple[Measurement, ...]
Rated = tuple[tuple[Measurement, Exact], ...]
"""Figures, each with what it comes to by itself."""


class BaseSeen(NamedTuple):
    """The base of a trend: ``part`` are the figures of the same part of it, where an unfinished total is held to that."""

    pieces: Figures
    value: Exact
    volume: Exact
    part: Figures


class Seen(NamedTuple):
    """The figures of one criterion. ``items``: how many the pieces have; 0 where the value is no quotient.

    ``days``: those left of the period. ``whole``: the period is covered; ``final``: for good. ``expected``: the volumes
    expected; ``forecast``: the values. ``declared``: the reference the plan declares for the rest; ``quarters``: those
    among which the best is it. ``run``: the last figures, as many as R8 looks at.
    """

    leaf: Threshold
    risks: Risks
    pieces: Figures
    value: Exact | None
    amount: Exact
    items: Exact
    days: int
    whole: bool
    final: bool
    expected: tuple[Exact, ...]
    forecast: tuple[Exact, ...]
    declared: Exact | None
    quarters: Rated
    run: Rated
    base: BaseSeen | None

    @property
    def volume(self) -> Exact:
        """By what the sum is divided for the value."""
        return self.items or 1

    @property
    def held(self) -> Bound:
        """What the value so far is held against: of a trend at times the same part of its base."""
        trend, bound = self.leaf.trend, self.leaf.bound
        if trend is None or self.base is None or not self.base.part:
            return bound
        return trend.bound(amount_of(self.base.part), bound.unit)


def seen_of(probe: Probe, leaf: Threshold, data: Mapping[str, Any]) -> Seen | None:
    """What the proof of a measure shows; None when a base is not known, so that there is no bound yet."""
    leaf = with_base(leaf, data)
    if leaf.bound.low is None and leaf.bound.high is None:
        return None
    pieces = _figures(probe, data["pieces"])
    value = exact_text(data.get("exact", data["value"])) if "value" in data else None
    base = _base(probe, data)
    reach = parse_day(data["reach"]) if "reach" in data else leaf.over.first - timedelta(1)
    whole = reach == leaf.over.last
    told = (*pieces, *(base.pieces if base else ()))
    final = whole and not any(p.preliminary for p in told)
    risks = probe.target.risks
    best = risks.required_rate == "best-quarter"
    return Seen(
        leaf,
        risks,
        pieces,
        value,
        amount_of(pieces),
        _items(leaf.kind, pieces),
        (leaf.over.last - reach).days,
        whole,
        final,
        tuple(_expected(probe, data)),
        tuple(_forecast(probe, leaf)) if base is not None and not final else (),
        None if isinstance(risks.required_rate, str) else risks.required_rate,
        tuple(_quarters(probe, leaf)) if best and not whole else (),
        () if final else tuple(_run(probe, leaf, pieces)),
        base,
    )


def _figures(probe: Probe, shown: Iterable[Mapping[str, Any]]) -> Figures:
    facts = (probe.known[entry["fact"]] for entry in shown)
    return tuple(fact for fact in facts if isinstance(fact, Measurement))


def _base(probe: Probe, data: Mapping[str, Any]) -> BaseSeen | None:
    shown = data.get("trend", {})
    if "value" not in shown:
        return None
    pieces = _figures(probe, shown["pieces"])
    part = _figures(probe, shown["part"]["pieces"]) if "part" in shown else ()
    value = exact_text(shown.get("exact", shown["value"]))
    return BaseSeen(pieces, value, _items(data["kind"], pieces) or 1, part)


def amount_of(pieces: Figures) -> Exact:
    """The sum of the totals or numerators."""
    return sum((p.amount for p in pieces if p.amount is not None), start=0)


def _items(kind: str, pieces: Figures) -> Exact:
    if kind not in ("mean", "share") or not pieces or pieces[0].amount is None:
        return 0
    return sum((p.volume or 0 for p in pieces), start=0)


def _expected(probe: Probe, data: Mapping[str, Any]) -> Iterator[Exact]:
    for entry in data.get("expected", ()):
        forecast = probe.known[entry["fact"]]
        if isinstance(forecast, Forecast) and forecast.volume:
            yield forecast.volume


def _forecast(probe: Probe, leaf: Threshold) -> Iterator[Exact]:
    for forecast in probe.view.volumes.get((leaf.measure, leaf.dimensions, leaf.over), ()):
        if not forecast.withdrawn and forecast.value is not None:
            yield forecast.value


def _known(probe: Probe, leaf: Threshold) -> list[Measurement]:
    known = probe.view.measurements.get((leaf.measure, leaf.dimensions), {})
    return [m for variants in known.values() for m in only(variants)]


def _rated(leaf: Threshold, figures: list[Measurement]) -> Iterator[tuple[Measurement, Exact]]:
    for figure in figures:
        rate = rate_of(leaf, figure)
        if rate is not None:
            yield figure, rate


def _quarters(probe: Probe, leaf: Threshold) -> Iterator[tuple[Measurement, Exact]]:
    """The quarters of which the best is the reference of R3."""
    if leaf.kind in ("mean", "share", "total"):
        yield from _rated(leaf, [m for m in _known(probe, leaf) if m.period.is_quarter])


def _run(probe: Probe, leaf: Threshold, pieces: Figures) -> list[tuple[Measurement, Exact]]:
    """The figures of which R8 asks whether each is worse than the one before."""
    count = probe.target.risks.trend or 0
    if count < 2 or "R8" in probe.target.risks.off:
        return []
    figures = list(pieces)
    if leaf.kind == "level":
        known = (m for m in _known(probe, leaf) if m.period.within(leaf.over))
        figures = sorted(known, key=lambda m: m.period.last)
    found = list(_rated(leaf, figures))[-count:]
    return found if len(found) == count else []


def number_of(figure: Measurement) -> Exact:
    """The number that may be wrong: a total, a numerator, or a value by itself. Never a count."""
    return (figure.value if figure.amount is None else figure.amount) or 0


def parts_of(leaf: Threshold, figure: Measurement) -> Exact:
    """By what the number is divided for the rate at which figures are compared: items, days of a total, or 1."""
    if leaf.kind == "total":
        return (figure.period.last - figure.period.first).days + 1
    return (figure.volume or 1) if figure.amount is not None else 1


def end_of(bound: Bound) -> Exact | None:
    """The one end of a bound that has one: the side on which the rest is reckoned."""
    return bound.high if bound.operator == "at_most" else bound.low if bound.operator == "at_least" else None


def quotient(a: Exact, b: Exact) -> Exact:
    """a / b, exactly."""
    return exact(Fraction(a) / b)
