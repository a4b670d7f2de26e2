"""What measures, lists and judgements come to once they are known."""

from fractions import Fraction
from math import ceil, floor

from rulecheck.engine.edges import edges_of
from rulecheck.engine.proofs.constraints import ZERO, Given, Kind, Unknown, Within
from rulecheck.engine.proofs.formula import NEVER, Formula, either, every
from rulecheck.engine.proofs.tree import Part, at_least, at_most
from rulecheck.facts.quantity import exact
from rulecheck.rules.criteria import Assessed, SetChange, Threshold, Trend


def value(leaf: Threshold) -> Part:
    """A measure within its bound, or its change since the base within its band."""
    if leaf.trend is not None:
        return _change(leaf, leaf.trend)
    x = value_of(leaf)
    low, high = edges_of(leaf)
    inside: list[Formula] = [Given(x)]
    if low is not None:
        inside.append(at_least(x, low.limit, not low.attained))
    if high is not None:
        inside.append(at_most(x, high.limit, not high.attained))
    outside = [_rounds_below(x, leaf)] if leaf.bound.low is not None else []
    outside += [_rounds_above(x, leaf)] if leaf.bound.high is not None else []
    way = "inside" if len(outside) == 2 else "more" if leaf.bound.high is None else "less"
    return _measured(leaf, every(*inside), outside, (x,), way)


def _measured(leaf: Threshold, inside: Formula, outside: list[Formula], told: tuple[Unknown, ...], way: str) -> Part:
    """With what silence means: nothing, or a miss."""
    silent = either(*(Given(x, False) for x in told))
    unshown, unbased = Given(told[0], False), every(Given(told[0]), *(Given(x, False) for x in told[1:]))
    if leaf.undocumented == "missed":
        undecided: Formula = unbased if len(told) > 1 else NEVER
        return Part(leaf, inside, either(unshown, *outside), undecided, ((told[0], way),), every())
    return Part(leaf, inside, either(*outside), silent, ((told[0], way),), every())


def value_of(leaf: Threshold) -> Unknown:
    """The value of a measure over its period; a level is measured on the last day."""
    over = leaf.over.__class__(leaf.over.last, leaf.over.last) if leaf.kind == "level" else leaf.over
    return Unknown(
        "value",
        leaf.measure,
        dimensions=leaf.dimensions,
        period=over,
        low=None if leaf.signed and leaf.kind != "share" else 0,
        high=1 if leaf.kind == "share" else None,
    )


def _rounds_below(x: Unknown, leaf: Threshold) -> Formula:
    """What is rounded to less than the lower bound: to the next multiple below it, or less."""
    low, step = leaf.bound.low, leaf.rounded_to
    assert low is not None
    if step is None:
        return at_most(x, low, not leaf.bound.strict)
    most = (ceil(Fraction(low) / step) - 1 + (leaf.bound.strict and Fraction(low) / step == low // step)) * step
    return at_most(x, exact(most + Fraction(step) / 2), most >= 0)  # halves away from zero


def _rounds_above(x: Unknown, leaf: Threshold) -> Formula:
    """What is rounded to more than the upper bound."""
    high, step = leaf.bound.high, leaf.rounded_to
    assert high is not None
    if step is None:
        return at_least(x, high, not leaf.bound.strict)
    least = (floor(Fraction(high) / step) + 1 - (leaf.bound.strict and Fraction(high) / step == high // step)) * step
    return at_least(x, exact(least - Fraction(step) / 2), least <= 0)


def _change(leaf: Threshold, trend: Trend) -> Part:
    """A value against that of the base period; rounded ones are counted in steps.

    A band in per cent is held against the relative change, as a quantity of its own beside the value.
    """
    plain = value_of(leaf)
    over, step = plain.period, leaf.rounded_to
    assert over is not None
    base = over.__class__(trend.base.last, trend.base.last) if leaf.kind == "level" else trend.base
    if trend.relative:
        least = None if plain.low is None else -1
        x = plain._replace(kind="ratio", base=base, low=least, high=None)
        told, difference, band = (plain, x), (x, ZERO), trend.band
    else:
        scale = 1 if step is None else Fraction(1) / Fraction(step)
        x = plain._replace(step=step, high=None if plain.high is None else exact(plain.high * scale))
        y = x._replace(period=base)
        told, difference, band = (x, y), (x, y), exact(trend.band * scale)
    up, down = difference, difference[::-1]
    match trend.direction:
        case "rise":
            inside, outside = Within(*down, -band, True), Within(*up, band)
        case "fall":
            inside, outside = Within(*up, -band, True), Within(*down, band)
        case "not-rise":
            inside, outside = Within(*up, band), Within(*down, -band, True)
        case "not-fall":
            inside, outside = Within(*down, band), Within(*up, -band, True)
    way = "more" if trend.operator == "at_least" else "less"
    there = every(*(Given(one) for one in told))
    part = _measured(leaf, every(there, inside), [every(there, outside)], told, way)
    return part._replace(ordered=((x, way),))


def listed(leaf: SetChange) -> Part:
    """Members nobody had on the list before, or fewer members than before."""
    no_new = leaf.direction == "no-new"
    kind: Kind = "new" if no_new else "growth"
    x = Unknown(kind, leaf.measure, period=leaf.over, base=leaf.base, low=0 if no_new else None)
    good, bad = (at_most(x, 0), at_least(x, 1)) if no_new else (at_most(x, -1), at_least(x, 0))
    silent = Given(x, False)
    if leaf.undocumented == "missed":
        return Part(leaf, good, either(silent, bad), NEVER, ((x, "less"),), every())
    return Part(leaf, good, bad, silent, ((x, "less"),), every())


def judged(leaf: Assessed) -> Part:
    """A judgement that somebody gives: 1 for fulfilled, 0 for not."""
    x = Unknown("judgement", leaf.target, low=0, high=1)
    return Part(leaf, at_least(x, 1), at_most(x, 0), Given(x, False), ((x, "more"),), every())
