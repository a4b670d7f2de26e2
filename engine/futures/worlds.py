"""The futures themselves: what comes in each of them, and any one of them as facts that can be judged."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

import attrs
import numpy as np
from rulecheck.engine.futures.dates import NEVER, Diary
from rulecheck.engine.futures.draws import Draws
from rulecheck.engine.futures.figures import drawn_figures
from rulecheck.engine.futures.judging import Outcome, World, judge
from rulecheck.engine.futures.levels import walked
from rulecheck.engine.futures.series import Key, sampled
from rulecheck.engine.futures.setting import Futures
from rulecheck.engine.scenario import SUPPOSED, all_facts, overlaid, present
from rulecheck.facts.facts import Event, Fact, Facts, Measurement
from rulecheck.facts.period import Period
from rulecheck.facts.quantity import Exact, exact
from rulecheck.rules.plan import Modality


def world_of(futures: Futures, draws: Draws) -> World:
    """What comes, in as many futures as are drawn."""
    pieces = {key: sampled(series, draws) for key, series in futures.series.items()}
    levels = {key: walked(walk, draws) for key, walk in futures.levels.items()}
    figures = {key: drawn_figures(found, draws) for key, found in futures.figures.items()}
    return World(futures.day.toordinal(), pieces, levels, figures, Diary(futures.calendar, draws))


def outcomes(futures: Futures, world: World) -> Iterator[Outcome | None]:
    """The verdicts of each target in each future; None where there is no forecast."""
    for prospect in futures.prospects:
        if prospect.node is None:
            yield None
            continue
        found = judge(prospect.node, world)
        yield Outcome(_as_meant(found.codes, prospect.verdict.target.modality), found.since)


def _as_meant(codes: Any, modality: Modality) -> Any:
    """A may is never missed and at worst on track, a should at most at risk."""
    if modality == "must":
        return codes
    if modality == "should":
        return np.maximum(codes, np.int8(1))
    return np.maximum(codes, np.int8(2))


def facts_of(futures: Futures, world: World, n: int) -> Facts:
    """The n-th future as facts: what is present, confirmed where it is preliminary, and all that comes."""
    evaluation = futures.evaluation
    base = present(evaluation.facts, evaluation.as_of, evaluation.known_at)
    base = overlaid(
        base, [_confirmed(f) for f in all_facts(base) if f.preliminary and isinstance(f, Measurement | Event)]
    )
    return overlaid(base, list(_coming(futures, world, n)))


def _confirmed(fact: Fact) -> Fact:
    return attrs.evolve(fact, id=f"{SUPPOSED}:{fact.id}", preliminary=False)


def _coming(futures: Futures, world: World, n: int) -> Iterator[Fact]:
    for key, series in futures.series.items():
        for slot, (amounts, volumes) in zip(series.slots, world.pieces[key], strict=True):
            amount = exact(Fraction(_at(amounts, n), series.scale))
            volume = None if series.kind == "total" else _at(volumes, n)
            yield _measured(key, slot.period, amount, volume, None)
    for key, walk in futures.levels.items():
        for day, values in world.levels[key].items():
            if walk.steps[day]:
                yield _measured(key, Period(day, day), None, None, exact(Fraction(_at(values, n), walk.scale)))
    for key, figures in futures.figures.items():
        for period, values in world.figures[key].items():
            if period not in figures.there:
                yield _measured(key, period, None, None, exact(Fraction(_at(values, n), figures.scale)))
    for thing, coming in futures.calendar.coming.items():
        number = _at(world.diary.told(thing), n)
        if coming.fixed is None and number != NEVER:
            name = f"{SUPPOSED}:{thing[0]}/{thing[1]}"
            yield Event(id=name, index=(SUPPOSED, 0), event=thing[0], subject=thing[1], date=date.fromordinal(number))


def _measured(key: Key, period: Period, amount: Exact | None, volume: Exact | None, value: Exact | None) -> Fact:
    measure, dimensions = key
    part = "".join(f"[{dimension}={member}]" for dimension, member in dimensions)
    return Measurement(
        id=f"{SUPPOSED}:{measure}{part}/{period.label}",
        index=(SUPPOSED, 0),
        measure=measure,
        period=period,
        dimensions=dimensions,
        amount=amount,
        volume=volume,
        value=value,
    )


def _at(numbers: Any, n: int) -> int:
    return int(numbers) if np.ndim(numbers) == 0 else int(numbers[n])
