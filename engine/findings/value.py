"""The value of a measure over the pieces that cover its period, and how it stands to the bound."""

from bisect import bisect_left
from collections.abc import Sequence
from fractions import Fraction

from rulecheck.engine.findings.finding import Data, status
from rulecheck.facts.cover import Cover, combines
from rulecheck.facts.facts import Measurement
from rulecheck.facts.quantity import Exact, distance, exact, plain, round_half_up, terminates
from rulecheck.rules.criteria import Bound, Threshold


def value_of(leaf: Threshold, tiled: Cover) -> tuple[Exact | None, bool]:
    """The value over the cover, None when there is none; and whether the cover has any item at all."""
    if not tiled.pieces:
        return None, True
    first = tiled.pieces[0]
    if leaf.kind in ("level", "figure"):
        return first.value, True
    if leaf.kind == "total":
        return tiled.amount, True
    if not combines(first, leaf.kind):
        return first.value, True
    if not tiled.volume:
        return None, False
    return exact(Fraction(tiled.amount) / Fraction(tiled.volume)), True


def rounded(leaf: Threshold, value: Exact | None) -> Exact | None:
    """The value as it is compared with the bound."""
    return value if value is None or leaf.rounded_to is None else round_half_up(value, leaf.rounded_to)


def combined(tiled: Cover, leaf: Threshold) -> bool:
    """Whether the cover carries counts (or is empty), so that a rest can be added to it."""
    return leaf.kind in ("mean", "share") and all(combines(p, leaf.kind) for p in tiled.pieces)


def rate_of(leaf: Threshold, piece: Measurement) -> Exact | None:
    """The value of one piece: its mean or share, or a total by the day."""
    if leaf.kind == "total":
        return exact(Fraction(piece.amount or 0) / ((piece.period.last - piece.period.first).days + 1))
    if leaf.kind in ("level", "figure") or not combines(piece, leaf.kind):
        return piece.value
    return exact(Fraction(piece.amount or 0) / Fraction(piece.volume)) if piece.volume else None


def settled_figures(leaf: Threshold, figures: Sequence[Measurement], tiled: Cover) -> tuple[Measurement, ...]:
    """Of a total that cannot fall: final figures of the covered days, none overlapping another, with the largest sum.

    They are the final pieces of the cover, unless others come to more: what final figures had settled before a
    preliminary one reached further stays settled.
    """
    if leaf.kind != "total" or leaf.signed or tiled.reach is None:
        return ()
    final = tuple(p for p in tiled.pieces if not p.preliminary)
    inside = [f for f in figures if not f.preliminary and f.period.within(leaf.over) and f.period.first <= tiled.reach]
    inside.sort(key=lambda f: (f.period.last, f.period.first))
    ends = [f.period.last for f in inside]
    most: list[tuple[Exact, tuple[Measurement, ...]]] = [(0, ())]
    for figure in inside:
        amount, chain = most[bisect_left(ends, figure.period.first)]
        longer = (amount + (figure.amount or 0), (*chain, figure))
        most.append(longer if longer[0] >= most[-1][0] else most[-1])
    return final if final and most[-1][0] <= sum((p.amount or 0 for p in final), start=0) else most[-1][1]


def crossed(leaf: Threshold, total: Exact) -> int:
    """What a sum that cannot fall has done for good: -1 exceeded its bound, 1 reached it, 0 neither."""
    settled = rounded(leaf, total) or 0
    if leaf.bound.high is not None:
        return -1 if leaf.bound.above(settled) else 0
    return 1 if leaf.bound.low is not None and not leaf.bound.below(settled) else 0


def ratio(leaf: Threshold, tiled: Cover, value: Exact) -> str:
    """The value as the ratio of the sums, where those are whole."""
    if (
        leaf.kind in ("mean", "share")
        and isinstance(tiled.amount, int)
        and isinstance(tiled.volume, int)
        and tiled.volume
    ):
        return f"{tiled.amount}/{tiled.volume}"
    ratio = Fraction(value)
    return f"{ratio.numerator}/{ratio.denominator}"


def nearest_bound(bound: Bound, value: Exact) -> Exact:
    """The end of the bound that lies nearest."""
    ends = [end for end in (bound.low, bound.high) if end is not None]
    return min(ends, key=lambda end: distance(value, end))


def bound_data(bound: Bound) -> Data:
    """A bound as a proof and a verdict show it."""
    data: Data = {"operator": bound.operator, "unit": bound.unit}
    if bound.low is not None:
        data["low"] = plain(bound.low)
    if bound.high is not None:
        data["high"] = plain(bound.high)
    if bound.strict:
        data["strict"] = True
    return data


def piece_data(piece: Measurement) -> Data:
    """A figure as a proof shows it."""
    data: Data = {"fact": piece.id, "period": piece.period.label, "status": status(piece)}
    if piece.amount is not None:
        data["amount"] = plain(piece.amount)
        if not terminates(piece.amount):
            data["amount"] = f"{Fraction(piece.amount)}"
    if piece.volume is not None:
        data["volume"] = plain(piece.volume)
    if piece.value is not None:
        data["value"] = plain(piece.value)
    return data
