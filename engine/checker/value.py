"""What the pieces of a measure come to."""

from datetime import date
from fractions import Fraction
from typing import NamedTuple

from rulecheck.engine.checker.context import Data
from rulecheck.facts.facts import Measurement
from rulecheck.facts.quantity import Exact, exact, plain, round_half_up
from rulecheck.rules.criteria import Bound, Threshold


class Seen(NamedTuple):
    """What the pieces of a measure come to. ``compared`` is the value as it is held against the bound."""

    pieces: list[Measurement]
    reach: date | None
    covered: bool
    final: bool
    amount: Exact
    volume: Exact
    value: Exact | None
    compared: Exact | None


def seen_of(criterion: Threshold, pieces: list[Measurement], reach: date | None) -> Seen:
    """What these pieces come to."""
    amount = sum(p.amount or 0 for p in pieces)
    volume = sum(p.volume or 0 for p in pieces)
    value: Exact | None = None
    if pieces and (criterion.kind in ("level", "figure") or pieces[0].amount is None):
        value = pieces[0].value
    elif pieces and criterion.kind == "total":
        value = amount
    elif volume:
        value = exact(Fraction(amount) / volume)
    compared = None if value is None else rounded(criterion, value)
    final = not any(p.preliminary for p in pieces)
    return Seen(pieces, reach, reach == criterion.over.last, final, amount, volume, value, compared)


def rounded(criterion: Threshold, value: Exact) -> Exact:
    """The value as it is compared with the bound."""
    return value if criterion.rounded_to is None else round_half_up(value, criterion.rounded_to)


def rate_of(criterion: Threshold, figure: Measurement) -> Exact:
    """The value of one figure; a total by the day."""
    if criterion.kind == "total":
        days = (figure.period.last - figure.period.first).days + 1
        return exact(Fraction(figure.amount or 0) / days)
    if criterion.kind in ("level", "figure") or figure.amount is None or figure.volume is None:
        return figure.value or 0
    return exact(Fraction(figure.amount) / Fraction(figure.volume))


def bound_shown(bound: Bound) -> Data:
    """A bound as a proof shows it."""
    ends = (("low", bound.low), ("high", bound.high))
    return {
        "operator": bound.operator,
        "unit": bound.unit,
        **{key: plain(end) for key, end in ends if end is not None},
        **({"strict": True} if bound.strict else {}),
    }


def same_measure(criterion: Threshold) -> dict[str, object]:
    """What a fact about the same measure and part has."""
    return {"measure": criterion.measure, "dimensions": criterion.dimensions}
