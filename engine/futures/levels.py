"""Levels that are still to come: a walk from the last value, each step one of the measure's own past changes."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from math import lcm
from typing import NamedTuple

import numpy as np
from rulecheck.engine.futures.draws import Draws, Numbers
from rulecheck.engine.futures.model import LEAST, Model, Unknowable
from rulecheck.engine.futures.series import FINEST, LARGEST, LENGTHS, Key
from rulecheck.facts.facts import Measurement
from rulecheck.facts.period import ONE_DAY, Period
from rulecheck.facts.timeline import only
from rulecheck.rules.criteria import Threshold


class Walk(NamedTuple):
    """A level: its last value and past changes in units of 1/scale, and how many steps lead to each day asked for."""

    key: Key
    scale: int
    last: int
    changes: tuple[int, ...]
    steps: Mapping[date, int]
    signed: bool
    model: Model

    @property
    def largest(self) -> int:
        """A number that no future exceeds, without its sign."""
        return abs(self.last) + max(map(abs, self.changes)) * max(self.steps.values())


def walk_of(key: Key, asked: Sequence[Threshold], known: Mapping[Period, tuple[Measurement, ...]], about: str) -> Walk:
    """The walk of a level to the last days of the criteria. Raises Unknowable."""
    values: dict[date, Measurement] = {}
    for period, told in sorted(known.items(), key=lambda item: item[0].last):
        stands = only(told)
        if len(told) == 1 and stands and stands[0].value is not None and _month_end(period.last):
            values[period.last] = stands[0]
    if not values:
        raise Unknowable("no value at the end of a month is known")
    last = max(values)
    ends = [leaf.over.last for leaf in asked]
    if any(not _month_end(day) for day in ends):
        raise Unknowable("the last day is not the end of a month")
    fitting = [n for n in LENGTHS if all(_between(last, day) % n == 0 for day in ends)]
    pairs = {n: [(a, b) for a in values for b in values if _between(a, b) == n] for n in fitting}
    length = max(fitting, key=lambda n: (len(pairs[n]), n))
    if len(pairs[length]) < LEAST:
        words = {"count": len(pairs[length]), "least": LEAST}
        raise Unknowable("past changes of its value: {count}; {least} are needed", **words)
    scale = lcm(*(Fraction(m.value or 0).denominator for m in values.values()))
    if scale > FINEST:
        raise Unknowable("its figures have more decimals than a forecast can draw")
    whole = {day: int(Fraction(m.value or 0) * scale) for day, m in values.items()}
    steps = {day: _between(last, day) // length for day in ends}
    if max(map(abs, whole.values())) * 2 * (max(steps.values()) + 1) * scale >= LARGEST:
        raise Unknowable("its figures are too large to draw")
    changes = tuple(whole[b] - whole[a] for a, b in pairs[length])
    data = {
        "pieces": [m.id for m in values.values()],
        "months": length,
        "changes": len(changes),
        "last": values[last].id,
    }
    return Walk(key, scale, whole[last], changes, steps, asked[0].signed, Model("walk", about, data))


def walked(walk: Walk, draws: Draws) -> dict[date, Numbers]:
    """The value on each day asked for, in each future; a level that cannot be negative stays at 0 where it would be."""
    changes = np.array(walk.changes, dtype=np.int64)
    value = np.full(draws.size, walk.last, dtype=np.int64)
    found = {0: value}
    for step in range(1, max(walk.steps.values()) + 1):
        value = value + changes[draws.choose(f"{walk.key} step {step}", len(changes))]
        value = value if walk.signed else np.maximum(value, 0)
        found[step] = value
    return {day: found[step] for day, step in walk.steps.items()}


def _month_end(day: date) -> bool:
    return day == date.max or (day + ONE_DAY).day == 1


def _between(a: date, b: date) -> int:
    return (b.year - a.year) * 12 + b.month - a.month
