"""A value near the bound, and the pieces of a period that facts give."""

from collections.abc import Sequence
from fractions import Fraction

from rulecheck.engine.testing.facts.teller import DAY, Teller
from rulecheck.facts.period import Period, pieces
from rulecheck.facts.quantity import Exact, plain, terminates
from rulecheck.rules.criteria import Threshold


def near(teller: Teller, leaf: Threshold) -> Exact:
    """A number near the bound, on the side the mood says."""
    pick = teller.pick
    end = pick.among([e for e in (leaf.bound.low, leaf.bound.high) if e is not None])
    steps: Sequence[Exact] = (0, 0, 1, Fraction(1, 10), 7)
    step = pick.among(steps)
    if leaf.bound.strict and pick.chance(60):
        step = step or 1
    if leaf.rounded_to is not None and pick.chance(40):
        step = Fraction(leaf.rounded_to) / 2
    inside = 1 if leaf.bound.operator == "at_least" else -1
    value = end + inside * step * {"well": 1, "mixed": pick.among((1, -1)), "badly": -1, "silent": 1}[teller.mood]
    value = value if leaf.signed else max(Fraction(0), Fraction(value))
    return min(Fraction(1), Fraction(value)) if leaf.kind == "share" else value


def cut(teller: Teller, period: Period) -> list[Period]:
    """The period in pieces: of the calendar where that fits, else anywhere."""
    pick = teller.pick
    parts = pieces(period, pick.among((3, 3, 6, 1, 4, 12)))
    tiles = parts and parts[0].first == period.first and parts[-1].last == period.last
    if tiles and pick.chance(90):
        return parts
    found, first = [], period.first
    for _ in range(pick.number(0, 2)):
        last = pick.day(first, period.last)
        if last < period.last:
            found.append(Period(first, last))
            first = last + DAY
    return [*found, Period(first, period.last)]


def given(teller: Teller, parts: list[Period]) -> list[Period]:
    """Which of the pieces are there: all, the first ones, or all but one."""
    pick = teller.pick
    if teller.tidy or pick.chance(60):
        return parts
    if teller.mood == "silent":
        return parts[: pick.number(0, 1)]
    if pick.chance(70):
        return parts[: pick.number(0, len(parts))]
    gap = pick.number(0, len(parts) - 1)
    return parts[:gap] + parts[gap + 1 :]


def text_of(number: Exact) -> str:
    """A number as facts write it."""
    assert terminates(number), number
    return plain(number)
