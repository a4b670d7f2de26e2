"""How likely each verdict is when all facts about the plan are there: a seeded simulation of what is still to come.

``setting`` makes of an evaluation what is to be drawn and judged; ``series``, ``levels``, ``dates`` and ``duties`` hold one
model each; ``worlds`` draws many futures at once, ``judging`` judges them. Nothing here changes a verdict, and where the
facts are too few for a model there is no forecast but a reason. Needs numpy (the extra ``forecast``).
"""

from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from math import lcm
from typing import NamedTuple

import numpy as np
from rulecheck.engine.evaluate import Evaluation, TargetVerdict
from rulecheck.engine.futures.draws import Draws
from rulecheck.engine.futures.judging import FULFILLED, Outcome
from rulecheck.engine.futures.model import Model, Unknowable
from rulecheck.engine.futures.setting import Futures, futures_of
from rulecheck.engine.futures.worlds import outcomes, world_of
from rulecheck.engine.verdict import ORDER
from rulecheck.facts.period import Period, pieces
from rulecheck.facts.quantity import Exact, exact

__all__ = ["Chances", "Fan", "Forecast", "Points", "forecast"]

PART = 100_000
"""So many futures are drawn at once: memory stays the same however many there are."""
MOST_DAYS = 7
"""A fan shows the points on so many days at most."""
STEPS = 1_000_000
"""Points finer than this part of the whole plan are not told apart."""


class Chances(NamedTuple):
    """In how many of the futures a target comes to each verdict; none of it where there is a reason why not."""

    verdict: TargetVerdict
    counts: dict[str, int]
    models: tuple[Model, ...]
    reason: Unknowable | None


class Points(NamedTuple):
    """In how many futures how many points are fulfilled, in order of the points. Only targets with a forecast count."""

    counts: tuple[tuple[Exact, int], ...]

    def quantile(self, part: Fraction) -> Exact:
        """The fewest points that at least ``part`` of the futures do not exceed."""
        wanted, sofar = part * sum(n for _, n in self.counts), 0
        for points, n in self.counts:
            sofar += n
            if sofar >= wanted:
                return points
        return self.counts[-1][0]

    def at_least(self, points: Exact) -> Fraction:
        """The part of the futures with so many points or more."""
        return Fraction(sum(n for p, n in self.counts if p >= points), sum(n for _, n in self.counts))

    @property
    def mean(self) -> Fraction:
        return Fraction(sum(Fraction(p) * n for p, n in self.counts), sum(n for _, n in self.counts))


class Fan(NamedTuple):
    """The points fulfilled for good on a day."""

    day: date
    points: Points


class Forecast(NamedTuple):
    """What ``futures`` futures, drawn from ``seed``, come to on ``day``. ``unforecast`` are points nothing is said of."""

    evaluation: Evaluation
    day: date
    futures: int
    seed: int
    chances: tuple[Chances, ...]
    points: Points
    fan: tuple[Fan, ...]
    unforecast: Exact


def forecast(
    evaluation: Evaluation, futures: int, seed: int, tell: Callable[[int, int], None] = lambda *_: None
) -> Forecast:
    """Draw ``futures`` futures (one at least) and judge every target in each of them. ``tell``: which part, of how many."""
    setting = futures_of(evaluation)
    tally = _Tally(setting)
    sizes = list(_parts(futures))
    for part, size in enumerate(sizes):
        tell(part + 1, len(sizes))
        world = world_of(setting, Draws(seed, part, size))
        tally.add(list(outcomes(setting, world)), size)
    return tally.forecast(futures, seed)


def _parts(futures: int) -> Iterator[int]:
    while futures > 0:
        yield min(PART, futures)
        futures -= PART


class _Tally:
    """Counts of verdicts and points, part after part."""

    def __init__(self, setting: Futures) -> None:
        self.setting = setting
        self.counts = np.zeros((len(setting.prospects), len(ORDER)), dtype=np.int64)
        weights = [_weight(p.verdict) for p in setting.prospects]
        self.unit = lcm(1, *(Fraction(w).denominator for w in weights))
        self.weights = [int(w * self.unit) for w in weights]
        self.coarse = max(1, -(-sum(self.weights) // STEPS))
        size = sum(self.weights) // self.coarse + 1
        self.days = _days_to_show(setting)
        self.points = np.zeros((len(self.days) + 1, size), dtype=np.int64)

    def add(self, found: list[Outcome | None], size: int) -> None:
        """Count the outcomes of one part."""
        totals = [np.zeros(size, dtype=np.int64) for _ in range(len(self.days) + 1)]
        for row, (outcome, weight) in enumerate(zip(found, self.weights, strict=True)):
            if outcome is None:
                continue
            if outcome.codes.ndim == 0:
                self.counts[row, int(outcome.codes)] += size
            else:
                self.counts[row] += np.bincount(outcome.codes, minlength=len(ORDER))
            fulfilled = outcome.codes == FULFILLED
            for total, day in zip(totals, self.days, strict=False):
                total += weight * (fulfilled & (outcome.since <= day.toordinal()))
            totals[-1] += weight * fulfilled
        for row, total in enumerate(totals):
            self.points[row] += np.bincount(total // self.coarse, minlength=self.points.shape[1])

    def forecast(self, futures: int, seed: int) -> Forecast:
        """What was counted."""
        setting = self.setting
        chances = tuple(
            Chances(
                p.verdict,
                {verdict: int(n) for verdict, n in zip(ORDER, row, strict=True)} if p.node is not None else {},
                p.models,
                p.reason,
            )
            for p, row in zip(setting.prospects, self.counts, strict=True)
        )
        unforecast = sum((_weight(p.verdict) for p in setting.prospects if p.node is None), start=0)
        fan = tuple(Fan(day, self.counted(row)) for row, day in enumerate(self.days))
        last = self.counted(len(self.days))
        return Forecast(setting.evaluation, setting.day, futures, seed, chances, last, fan, exact(Fraction(unforecast)))

    def counted(self, row: int) -> Points:
        step = Fraction(self.coarse, self.unit)
        return Points(tuple((exact(n * step), int(count)) for n, count in enumerate(self.points[row]) if count))


def _weight(verdict: TargetVerdict) -> Exact:
    return 1 if verdict.target.weight is None else verdict.target.weight


def _days_to_show(setting: Futures) -> list[date]:
    """The day of the evaluation, and the ends of the months to come of the plan's period; of long plans, of quarters or years."""
    today, last = setting.evaluation.as_of, setting.evaluation.plan.period.last
    if today >= last:
        return []
    for length in (1, 3, 6, 12):
        ends = [p.last for p in pieces(Period(setting.evaluation.plan.period.first, last), length)]
        days = [today, *(day for day in ends if day > today)]
        if len(days) <= MOST_DAYS:
            return days
    return days[:MOST_DAYS]
