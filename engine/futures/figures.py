"""Figures that cannot be combined (a percentile, an index) and are still to come: one of those of earlier periods as long."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import NamedTuple

import numpy as np
from rulecheck.engine.futures.draws import Draws, Numbers
from rulecheck.engine.futures.model import LEAST, Model, Unknowable
from rulecheck.engine.futures.series import FINEST, LARGEST, LENGTHS, Key
from rulecheck.facts.facts import Measurement
from rulecheck.facts.period import Period, pieces
from rulecheck.facts.timeline import only
from rulecheck.rules.criteria import Threshold


class Figures(NamedTuple):
    """A measure: what may come in each period asked for, in units of 1/scale; ``there`` are those that have come."""

    key: Key
    scale: int
    values: Mapping[Period, tuple[int, ...]]
    there: frozenset[Period]
    model: Model

    @property
    def largest(self) -> int:
        """The largest number of all, without its sign."""
        return max(abs(value) for numbers in self.values.values() for value in numbers)


def figures_of(
    key: Key, asked: Sequence[Threshold], known: Mapping[Period, tuple[Measurement, ...]], about: str
) -> Figures:
    """The figures of the periods of the criteria. Raises Unknowable."""
    told = {
        period: stands[0]
        for period, variants in known.items()
        if len(variants) == 1 and (stands := only(variants)) and stands[0].value is not None
    }
    found = {leaf.over: _candidates(leaf.over, told) for leaf in asked}
    used = {m.id: m for candidates in found.values() for m in candidates}
    scale = lcm(*(Fraction(m.value or 0).denominator for m in used.values()))
    if scale > FINEST:
        raise Unknowable("its figures have more decimals than a forecast can draw")
    values = {over: tuple(int(Fraction(m.value or 0) * scale) for m in past) for over, past in found.items()}
    if max(abs(value) for numbers in values.values() for value in numbers) * scale >= LARGEST:
        raise Unknowable("its figures are too large to draw")
    there = frozenset(over for over in found if over in told)
    ahead = [over.label for over in sorted(found, key=lambda p: p.first) if over not in there]
    model = (
        Model("bootstrap", about, {"pieces": list(used), "slots": ahead}) if ahead else Model("confirmed", about, {})
    )
    return Figures(key, scale, values, there, model)


def drawn_figures(figures: Figures, draws: Draws) -> dict[Period, Numbers]:
    """The figure of each period, in each future."""
    return {
        over: np.array(values, dtype=np.int64)[draws.choose(over.label, len(values))]
        for over, values in figures.values.items()
    }


def _candidates(over: Period, told: Mapping[Period, Measurement]) -> list[Measurement]:
    """The figure itself, where it has come, else those of earlier periods of as many months. Raises Unknowable."""
    if over in told:
        return [told[over]]
    length = next((n for n in LENGTHS if pieces(over, n) == [over]), None)
    if length is None:
        raise Unknowable("the days that are not covered yet are not whole months")
    past = [told[p] for p in sorted(told, key=lambda p: p.first) if p.first < over.first and pieces(p, length) == [p]]
    if len(past) < LEAST:
        raise Unknowable("past pieces of that length: {count}; {least} are needed", count=len(past), least=LEAST)
    return past
