"""Forecasts of past days with what was known then, held against what came.

Within the plan's own period every target that has come to an end is tested at the ends of the quarters before it did. Targets
on measures are tested in each earlier year as well: the same bound, asked of that year's figures. What was certain already on
the day is left out, or it would flatter the forecast.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

import attrs
import numpy as np
from rulecheck.engine.closing import judged_on
from rulecheck.engine.evaluate import Evaluation, evaluate
from rulecheck.engine.futures.draws import Draws
from rulecheck.engine.futures.judging import FULFILLED
from rulecheck.engine.futures.setting import futures_of
from rulecheck.engine.futures.worlds import outcomes, world_of
from rulecheck.facts.period import ONE_DAY, Period, pieces
from rulecheck.rules.criteria import Combination, Criterion, Threshold, leaves
from rulecheck.rules.plan import Plan, Target, Version

BINS = 5
MOST_YEARS = 30


class Tested(NamedTuple):
    """A forecast of one target on one day: how likely fulfilment was, and whether it came."""

    target: str
    period: Period
    day: date
    chance: Fraction
    fulfilled: bool


class Bin(NamedTuple):
    """The forecasts between two probabilities: how many, their mean, and the part that came true."""

    low: Fraction
    high: Fraction
    size: int
    forecast: Fraction | None
    came: Fraction | None


class Backtest(NamedTuple):
    """All of them. ``brier`` is the mean square of the error (0 is perfect), ``always`` that of always saying the mean."""

    tested: tuple[Tested, ...]
    brier: Fraction | None
    always: Fraction | None
    bins: tuple[Bin, ...]
    futures: int
    seed: int


def backtest(
    evaluation: Evaluation, futures: int, seed: int, tell: Callable[[int, int], None] = lambda *_: None
) -> Backtest:
    """Test the forecasts on the facts of an evaluation, as its ``known_at`` knows them. ``tell``: which day, of how many."""
    asked = [(plan, ended, day) for plan, ended in _plans(evaluation) for day in _days(plan, evaluation)]
    found: list[Tested] = []
    for number, (plan, ended, day) in enumerate(asked, 1):
        tell(number, len(asked))
        found += _tested(plan, ended, day, evaluation, futures, seed)
    rows = tuple(found)
    if not rows:
        return Backtest((), None, None, (), futures, seed)
    brier = sum(((r.chance - r.fulfilled) ** 2 for r in rows), start=Fraction(0)) / len(rows)
    came = Fraction(sum(r.fulfilled for r in rows), len(rows))
    return Backtest(rows, brier, came * (1 - came), tuple(_bins(rows)), futures, seed)


def _plans(evaluation: Evaluation) -> Iterator[tuple[Plan, Evaluation]]:
    """The plan itself, and as it would be in earlier years; with the verdicts it came to."""
    e = evaluation
    first = min((m.period.first.year for m in e.facts.measurements), default=e.plan.period.first.year)
    for years in range(min(MOST_YEARS, e.plan.period.first.year - first), 0, -1):
        plan = _earlier(e.plan, e.version, years)
        if plan is not None:
            end = max(judged_on(t, {}) for t in plan.versions[0].targets)
            yield plan, evaluate(plan, e.facts, min(end, e.as_of), e.known_at)
    yield attrs.evolve(e.plan, versions=(e.version,)), e


def _days(plan: Plan, evaluation: Evaluation) -> list[date]:
    """The ends of all quarters of the plan but the last, before the day that is judged."""
    return [quarter.last for quarter in pieces(plan.period, 3)[:-1] if quarter.last < evaluation.as_of]


def _tested(
    plan: Plan, ended: Evaluation, day: date, evaluation: Evaluation, futures: int, seed: int
) -> Iterator[Tested]:
    came = {v.target.id: v.verdict == "fulfilled" for v in ended.verdicts if v.definitive}
    known_at = min(day + timedelta(plan.lag), evaluation.known_at or date.max)
    setting = futures_of(evaluate(plan, evaluation.facts, day, known_at))
    asked = [
        p for p in setting.prospects if p.node is not None and not p.verdict.definitive and p.verdict.target.id in came
    ]
    if not asked:
        return
    setting = setting._replace(prospects=tuple(asked))
    world = world_of(setting, Draws(seed, 0, futures))
    for prospect, outcome in zip(asked, outcomes(setting, world), strict=True):
        assert outcome is not None
        fulfilled = np.broadcast_to(outcome.codes == FULFILLED, (futures,))
        chance = Fraction(int(np.count_nonzero(fulfilled)), futures)
        name = prospect.verdict.target.id
        yield Tested(name, plan.period, day, chance, came[name])


def _bins(rows: tuple[Tested, ...]) -> Iterator[Bin]:
    for n in range(BINS):
        low, high = Fraction(n, BINS), Fraction(n + 1, BINS)
        inside = [r for r in rows if low <= r.chance < high or (n == BINS - 1 and r.chance == 1)]
        if inside:
            mean = sum((r.chance for r in inside), start=Fraction(0)) / len(inside)
            yield Bin(low, high, len(inside), mean, Fraction(sum(r.fulfilled for r in inside), len(inside)))
        else:
            yield Bin(low, high, 0, None, None)


# --- the plan some years earlier ---


def _earlier(plan: Plan, version: Version, years: int) -> Plan | None:
    """The targets on measures, asked of a period so many years earlier; None where there are none."""
    goals = []
    for goal in version.goals:
        members = tuple(_target(t, years) for t in goal.targets if _on_measures(t.criterion))
        goals.append(goal._replace(targets=members))
    if not any(goal.targets for goal in goals):
        return None
    start = version.in_force_from - timedelta(366 * years)
    moved = Version(version.id, start, version.reason, version.decided_by, tuple(goals), {})
    return attrs.evolve(plan, period=back(plan.period, years), versions=(moved,))


def _on_measures(criterion: Criterion) -> bool:
    return all(isinstance(leaf, Threshold) and leaf.trend is None for leaf in leaves(criterion))


def _target(target: Target, years: int) -> Target:
    return attrs.evolve(target, criterion=_criterion(target.criterion, years), depends_on=(), readings=())


def _criterion(criterion: Criterion, years: int) -> Criterion:
    if isinstance(criterion, Combination):
        return attrs.evolve(criterion, parts=tuple(_criterion(part, years) for part in criterion.parts))
    assert isinstance(criterion, Threshold)
    over = back(criterion.over, years)
    return attrs.evolve(criterion, over=over, closes=over.last + (criterion.closes - criterion.over.last))


def back(period: Period, years: int) -> Period:
    """The same days so many years earlier; a period that ends with February ends with it there too."""
    after = period.last + ONE_DAY
    return Period(_back(period.first, years), _back(after, years) - ONE_DAY)


def _back(day: date, years: int) -> date:
    leap = day.month == 2 and day.day == 29
    return day.replace(year=day.year - years, day=28) if leap else day.replace(year=day.year - years)
