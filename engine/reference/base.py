"""The base of a trend: its value, and what a value is held against."""

from datetime import date

from rulecheck.engine.reference.figures import DAY, chain_of, rounded, value_of
from rulecheck.facts.facts import Measurement
from rulecheck.facts.period import Period
from rulecheck.facts.quantity import Exact, distance
from rulecheck.rules.criteria import Bound, Threshold, Trend


class Base:
    """The base value, and what a value is held against."""

    def __init__(self, before: Threshold, trend: Trend, figures: list[Measurement]) -> None:
        self.trend, self.figures = trend, figures
        if before.kind == "level":
            self.tiles = sorted(figures, key=lambda m: m.period.last)[-1:]
        else:
            self.tiles = figures if before.kind == "figure" else chain_of(before, figures)
        covered = bool(self.tiles) and self.tiles[-1].period.last == trend.base.last
        value = value_of(before, self.tiles) if covered else None
        self.value = None if value is None else rounded(before, value)
        self.final = self.value is not None and not any(m.preliminary for m in self.tiles)
        self.few = self.value is not None and self.too_few(self.tiles)

    def too_few(self, tiles: list[Measurement]) -> bool:
        return self.trend.minimum is not None and sum(m.volume or 0 for m in tiles) < self.trend.minimum

    def bound(self, base: Exact) -> Bound:
        """rise: more than base + band; not-rise: at most that. fall: less than base - band; not-fall: at least that."""
        band = self.trend.band * distance(base, 0) if self.trend.relative else self.trend.band
        match self.trend.direction:
            case "rise":
                return Bound("at_least", base + band, None, strict=True)
            case "not-rise":
                return Bound("at_most", None, base + band)
            case "fall":
                return Bound("at_most", None, base - band, strict=True)
            case "not-fall":
                return Bound("at_least", base - band, None)

    def so_far(self, criterion: Threshold, reach: date | None) -> Bound | None:
        """For an unfinished total: the bound from as many months and days of the base; None: not known."""
        over, base = criterion.over, self.trend.base
        ends = (over.last + DAY, base.last + DAY, over.first, base.first)
        lasting = [
            (later.year - first.year) * 12 + later.month - first.month
            for later, first in zip(ends, ends[2:], strict=False)
        ]
        if criterion.kind != "total" or reach is None or reach == over.last:
            return None
        if any(day.day != 1 for day in ends) or lasting[0] != lasting[1]:
            return None
        after = reach + DAY
        months_in = (after.year - over.first.year) * 12 + after.month - over.first.month + base.first.month - 1
        try:
            last = date(base.first.year + months_in // 12, months_in % 12 + 1, after.day) - DAY
        except ValueError:
            return None
        tiles = chain_of(criterion, self.figures, Period(base.first, last))
        if not tiles or tiles[-1].period.last != last:
            return None
        return self.bound(sum(m.amount or 0 for m in tiles))
