"""Thresholds and trends: what the figures settle, and which risk rules fire while they settle nothing."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import attrs
from rulecheck.engine.reference.base import Base
from rulecheck.engine.reference.figures import (
    DAY,
    addable,
    chain_of,
    holds,
    largest_sum,
    rate_of,
    rounded,
    told_of,
    upper_end,
    value_of,
    ways_of,
    within,
)
from rulecheck.engine.reference.world import TRIED, World, agreed, choices_of, lean
from rulecheck.facts.facts import Measurement
from rulecheck.facts.period import months
from rulecheck.facts.quantity import Exact, distance
from rulecheck.rules.criteria import Bound, Threshold
from rulecheck.rules.plan import Target


def threshold_verdict(criterion: Threshold, target: Target, world: World) -> str:
    """A value against its bound, for each way the figures can be true."""
    verdicts: list[str] = []
    choices = choices_of(told_of(criterion, world))
    if not choices:
        return "at-risk"
    for choice in choices:
        believable = ways_of(criterion, choice)
        if believable is None:
            return "at-risk"
        verdicts += [_measured(criterion, target, world, set_) for set_ in believable]
    return agreed(verdicts)


def trend_verdict(criterion: Threshold, target: Target, world: World) -> str:
    """A value against that of the base period, for each way the figures of both can be true."""
    trend = criterion.trend
    assert trend is not None
    before = attrs.evolve(criterion, over=trend.base, trend=None)
    told = told_of(criterion, world)
    verdicts = []
    for choice in choices_of([*told, *told_of(before, world)]):
        ways, base_ways = ways_of(criterion, choice[: len(told)]), ways_of(before, choice[len(told) :])
        if ways is None or base_ways is None or len(ways) * len(base_ways) > TRIED:
            return "at-risk"
        verdicts += [_measured(criterion, target, world, f, Base(before, trend, b)) for f in ways for b in base_ways]
    return agreed(verdicts)


def _measured(
    criterion: Threshold, target: Target, world: World, figures: list[Measurement], base: Base | None = None
) -> str:
    if base is not None and base.value is not None:
        criterion = attrs.evolve(criterion, bound=base.bound(base.value))
    over, today, bound = criterion.over, world.as_of, criterion.bound
    if criterion.kind == "level":
        tiles = sorted(figures, key=lambda m: m.period.last)[-1:]
    elif criterion.kind == "figure":
        tiles = figures
    else:
        tiles = chain_of(criterion, figures)
    reach = tiles[-1].period.last if tiles else None
    covered = reach == over.last
    settles = base is None or base.final
    final = settles and not any(m.preliminary for m in tiles)
    amount = sum(m.amount or 0 for m in tiles)
    volume = sum(m.volume or 0 for m in tiles)
    value = value_of(criterion, tiles)
    if base is not None and (base.few or (covered and value is not None and base.too_few(tiles))):
        return "at-risk"
    if covered and value is None:
        if criterion.if_empty != "fulfilled":
            return "at-risk"
        if final:
            return "fulfilled"
    elif covered and final:
        return "fulfilled" if holds(criterion, value) else "missed"
    if criterion.kind == "total" and not criterion.signed and settles:
        sure = [m for m in figures if not m.preliminary and m.period.within(over) and reach and m.period.first <= reach]
        settled = rounded(criterion, largest_sum(sure))
        if sure and bound.high is not None and not within(upper_end(bound), settled):
            return "missed"
        if sure and bound.operator == "at_least" and within(bound, settled):
            return "fulfilled"
    lag = criterion.closes - over.last
    if not covered and today > criterion.closes and criterion.undocumented == "missed":
        return "missed"
    if base is not None and base.value is None:
        if today > criterion.closes:
            return "at-risk"
        late = _late_evidence(criterion, world, tiles, reach, lag, base)
        return lean({"R7": late}, target)
    # open: does a risk rule fire?
    risks = target.risks
    held = criterion if base is None else attrs.evolve(criterion, bound=base.so_far(criterion, reach) or bound)
    forecasts = [f for f in world.told("forecast", (criterion.measure, criterion.dimensions, over)) if not f.withdrawn]
    volumes = [f.volume for f in forecasts if f.volume is not None and f.volume >= volume]
    countable = criterion.kind in ("mean", "share") and all(addable(criterion, m) for m in tiles)
    ends = [_ends(criterion, amount, volume, n) for n in volumes if countable and n and not criterion.signed]
    secured = (
        bool(volumes)
        and countable
        and len(ends) == len(volumes)
        and all(
            worst is not None and best is not None and holds(criterion, best) and holds(criterion, worst)
            for best, worst in ends
        )
    )
    if criterion.kind == "mean" and bound.operator == "at_least" and not secured:
        secured = bool(ends) and len(ends) == len(volumes) and all(holds(criterion, best) for best, _ in ends)
    partial_sum = criterion.kind == "total" and not covered and bound.operator != "at_most" and held.bound is bound
    few = base is not None and base.too_few(tiles)
    fires = dict.fromkeys(("R1", "R2", "R3", "R4", "R7", "R8", "R9"), False)
    if value is not None and not secured and not partial_sum and not few:
        fires["R1"] = not holds(held, value)
        if risks.margin is not None and bound.operator != "exactly" and not fires["R1"]:
            ends_ = [e for e in (held.bound.low, held.bound.high) if e is not None]
            nearest = min(ends_, key=lambda e: distance(value, e))
            allowed = risks.margin * distance(nearest, 0) if risks.margin_is_relative else risks.margin
            fires["R2"] = min(distance(rounded(criterion, value), e) for e in ends_) <= allowed
    if risks.required_rate is not None and not secured and not covered:
        fires["R3"] = _behind(criterion, target, world, amount, volume, volumes if countable else [], reach)
    fires["R4"] = any(f.value is not None and not holds(criterion, f.value) for f in forecasts)
    fires["R7"] = _late_evidence(criterion, world, tiles, reach, lag, base)
    if risks.trend and not secured:
        if criterion.kind == "level":
            tiles = sorted((m for m in _levels(criterion, world)), key=lambda m: m.period.last)
        rates = [r for m in tiles if (r := rate_of(criterion, m)) is not None][-risks.trend :]
        fires["R8"] = len(rates) == risks.trend > 1 and all(_better(criterion, a, b) for a, b in pairwise(rates))
    fires["R9"] = any(_lost(criterion, best, worst) for best, worst in ends)
    return lean(fires, target)


def _ends(criterion: Threshold, amount: Exact, volume: Exact, expected: Exact) -> tuple[Exact, Exact | None]:
    """The least and the greatest value still possible at the expected volume; a mean has no greatest."""
    least = Fraction(amount) / expected
    return least, Fraction(amount + expected - volume) / expected if criterion.kind == "share" else None


def _lost(criterion: Threshold, least: Exact, most: Exact | None) -> bool:
    bound = criterion.bound
    if bound.high is not None and not within(upper_end(bound), rounded(criterion, least)):
        return True
    highest = Bound("at_least", bound.low, None, strict=bound.strict)
    return most is not None and bound.low is not None and not within(highest, rounded(criterion, most))


def _better(criterion: Threshold, a: Exact, b: Exact) -> bool:
    operator = criterion.bound.operator
    if operator == "at_most":
        return a < b
    if operator == "at_least":
        return a > b
    return criterion.bound.margin(a) > criterion.bound.margin(b)


def _levels(criterion: Threshold, world: World) -> list[Measurement]:
    return [
        next(m for m in told if not m.withdrawn)
        for period, told in world.measured(criterion)
        if period.within(criterion.over) and any(not m.withdrawn for m in told)
    ]


def _behind(
    criterion: Threshold,
    target: Target,
    world: World,
    amount: Exact,
    volume: Exact,
    volumes: list[Exact],
    reach: date | None,
) -> bool:
    """R3: the rest must do better than the reference."""
    bound = criterion.bound
    if bound.operator not in ("at_most", "at_least"):
        return False
    limit = bound.high if bound.operator == "at_most" else bound.low
    assert limit is not None
    if criterion.kind == "total":
        days = (criterion.over.last - (reach or criterion.over.first - DAY)).days
        required = [Fraction(limit - amount) / days] if days else []
    elif criterion.kind in ("mean", "share"):
        required = [Fraction(limit * n - amount) / (n - volume) for n in volumes if n > volume]
    else:
        required = []
    reference = target.risks.required_rate
    if reference == "best-quarter":
        rates = [
            r
            for period, told in world.measured(criterion)
            if period.first.month in (1, 4, 7, 10) and period == months(period.first.year, period.first.month, 3)
            for m in told
            if not m.withdrawn and (r := rate_of(criterion, m)) is not None
        ]
        if not rates:
            return False
        reference = min(rates) if bound.operator == "at_most" else max(rates)
    return any(r < reference if bound.operator == "at_most" else r > reference for r in required)  # type: ignore[operator]


def _late_evidence(
    criterion: Threshold,
    world: World,
    tiles: list[Measurement],
    reach: date | None,
    lag: timedelta,
    base: Base | None,
) -> bool:
    """R7: a figure is due and not there, stale, or preliminary after its date."""
    today, over, step = world.as_of, criterion.over, world.plan.follow_up
    if any(m.preliminary and today > m.period.last + lag for m in [*tiles, *(base.tiles if base else ())]):
        return True
    if today > over.last + lag and reach != over.last:
        return True
    if not step or criterion.kind == "figure":
        return False
    for year in range(over.first.year, over.last.year + 1):
        for month in range(1, 13, step):
            piece = months(year, month, step)
            if piece.within(over) and today > piece.last + lag:
                wanted = piece.first if criterion.kind == "level" and piece.last < over.last else piece.last
                if reach is None or reach < wanted:
                    return True
    return False
