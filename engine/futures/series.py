"""Figures that are still to come: a bootstrap of the measure's own past pieces, by season where a year of them is there.

What may come in a period is a table of candidates, made exactly of past pieces; a future draws one of them. Of a mean or
share whose volume is expected, the candidates have that volume. The candidates of all measures for a period are drawn under
one name, so measures with the same past periods draw the same past period. Shares draw their numerator from a binomial.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from math import lcm
from typing import Any, NamedTuple

import numpy as np
from rulecheck.engine.findings import with_base
from rulecheck.engine.futures.draws import Draws, Numbers
from rulecheck.engine.futures.model import LEAST, Model, Unknowable
from rulecheck.facts.facts import Dimensions, MeasureKind, Measurement
from rulecheck.facts.period import ONE_DAY, Period, months, pieces
from rulecheck.facts.quantity import Exact, exact_text
from rulecheck.facts.timeline import only
from rulecheck.rules.criteria import Threshold

Key = tuple[str, Dimensions]
LENGTHS = (1, 3, 4, 6, 12)
FINEST = 1_000_000
LARGEST = 1 << 62


class Wanted(NamedTuple):
    """An open criterion on a series: what is there of it, and the days that are not."""

    leaf: Threshold
    pieces: tuple[Measurement, ...]
    rest: Period | None
    expected: Exact | None
    expected_fact: str

    @property
    def amount(self) -> Exact:
        return sum((p.amount or 0 for p in self.pieces), start=0)

    @property
    def volume(self) -> Exact:
        return sum((p.volume or 0 for p in self.pieces), start=0)


class Slot(NamedTuple):
    """A period to come: what may come in it, amounts in units of 1/scale of the series."""

    period: Period
    amounts: tuple[int, ...]
    volumes: tuple[int, ...]


class Series(NamedTuple):
    """A measure (of a part) with its periods to come, in order, and the model they come from."""

    key: Key
    kind: MeasureKind
    scale: int
    slots: tuple[Slot, ...]
    model: Model

    def within(self, period: Period | None) -> tuple[int, ...]:
        """The places of the slots that make up the period."""
        return tuple(i for i, s in enumerate(self.slots) if period is not None and s.period.within(period))


def wanted(leaf: Threshold, data: Mapping[str, Any], known: Mapping[str, object]) -> Wanted:
    """What an open criterion on a mean, share or total still waits for. Raises Unknowable."""
    if leaf.trend is not None and "value" not in data["trend"]:
        raise Unknowable("what it is compared with is not known")
    if leaf.trend is not None and leaf.trend.base.label in data["trend"].get("few", ()):
        raise Unknowable("too few items to judge a change by")
    if data.get("left_out"):
        raise Unknowable("figures outside the cover stand in the way")
    told = [known[p["fact"]] for p in data["pieces"]]
    found = tuple(p for p in told if isinstance(p, Measurement))
    if any(p.amount is None for p in found):
        raise Unknowable("a figure without its count cannot be added to")
    leaf = with_base(leaf, data)
    reach = date.fromisoformat(data["reach"]) if "reach" in data else None
    whole = reach == leaf.over.last
    rest = None if whole else Period(reach + ONE_DAY if reach else leaf.over.first, leaf.over.last)
    expected = next(iter(data.get("expected", ())), None)
    return Wanted(
        leaf,
        found,
        rest,
        exact_text(expected["volume"]) if expected else None,
        expected["fact"] if expected else "",
    )


def series_of(key: Key, asked: Sequence[Wanted], known: Mapping[Period, tuple[Measurement, ...]], about: str) -> Series:
    """The periods to come of a series, with what may come in each. Raises Unknowable."""
    leaf = asked[0].leaf
    rests = [w.rest for w in asked if w.rest is not None]
    whole = {p: m for p, told in known.items() if (m := _usable(told, leaf.kind))}
    if not rests:
        scale = _scale([p for w in asked for p in w.pieces])
        return Series(key, leaf.kind, scale, (), Model("confirmed", about, {}))
    length = _length(rests, whole)
    past = [whole[p] for p in sorted(whole, key=lambda p: p.first) if p in pieces(p, length)]
    ahead = pieces(Period(min(r.first for r in rests), max(r.last for r in rests)), length)
    ahead = [p for p in ahead if any(p.within(rest) for rest in rests)]
    scale = _scale([*past, *(p for w in asked for p in w.pieces)])
    volumes, assumed = _expected(asked, ahead)
    pairs = _pairs(past, whole, leaf.kind)
    bases = [whole.get(_year_before(p)) for p in ahead]
    seasonal = len(pairs) >= LEAST and all(base is not None and _grows(base, leaf.kind) for base in bases)
    as_they_were = [(Fraction(m.amount or 0), _items(m)) for m in past]
    slots = []
    for n, period in enumerate(ahead):
        candidates = _changed(leaf.kind, whole[_year_before(period)], pairs) if seasonal else as_they_were
        rows = [_row(leaf, amount, items, volumes[n] if volumes else None, scale) for amount, items in candidates]
        slots.append(Slot(period, tuple(a for a, _ in rows), tuple(v for _, v in rows)))
    binomial = leaf.kind == "share"
    data: dict[str, Any] = {
        "pieces": [m.id for m in past],
        "months": length,
        "slots": [slot.period.label for slot in slots],
    }
    if seasonal:
        data["pairs"] = [[a.id, b.id] for a, b in pairs]
    if assumed:
        data["expected"] = assumed
    model = Model(
        ("seasonal-binomial" if binomial else "seasonal") if seasonal else ("binomial" if binomial else "bootstrap"),
        about,
        data,
    )
    return Series(key, leaf.kind, scale, tuple(slots), model)


def sampled(series: Series, draws: Draws) -> list[tuple[Numbers, Numbers]]:
    """Amount and volume of each slot, in each future."""
    found = []
    for slot in series.slots:
        index = draws.choose(slot.period.label, len(slot.amounts))
        amounts = np.array(slot.amounts, dtype=np.int64)
        volumes = np.array(slot.volumes, dtype=np.int64)
        volume = volumes[index]
        if series.kind == "share":
            rates = amounts / np.maximum(volumes, 1) / series.scale  # a probability, drawn from; never compared
            stream = draws.stream(f"{slot.period.label} {series.key}")
            amount = stream.binomial(volume, np.clip(rates, 0, 1)[index]) * series.scale
        else:
            amount = amounts[index]
        found.append((amount, volume))
    return found


# --- what is there ---


def _usable(told: Sequence[Measurement], kind: MeasureKind) -> Measurement | None:
    """The one figure of a period that can be added to others; None where there is none, or more than one."""
    stands = only(told)
    if len(told) != 1 or not stands or stands[0].amount is None:
        return None
    piece = stands[0]
    return piece if kind == "total" or piece.volume else None


def _length(rests: Sequence[Period], whole: Mapping[Period, Measurement]) -> int:
    """Months of the pieces the days to come are cut into: the length with most past pieces. Raises Unknowable."""
    fitting = [n for n in LENGTHS if all(_tiles(rest, n) for rest in rests)]
    if not fitting:
        raise Unknowable("the days that are not covered yet are not whole months")
    counts = {n: sum(p in pieces(p, n) for p in whole) for n in fitting}
    length = max(fitting, key=lambda n: (counts[n], n))
    if counts[length] < LEAST:
        words = {"count": counts[length], "least": LEAST}
        raise Unknowable("past pieces of that length: {count}; {least} are needed", **words)
    return length


def _tiles(rest: Period, length: int) -> bool:
    found = pieces(rest, length)
    return bool(found) and found[0].first == rest.first and found[-1].last == rest.last


def _scale(figures: Sequence[Measurement]) -> int:
    """The units that make every amount a whole number. Raises Unknowable."""
    scale = lcm(*(Fraction(m.amount or 0).denominator for m in figures)) if figures else 1
    if scale > FINEST or any(Fraction(m.volume or 0).denominator != 1 for m in figures):
        raise Unknowable("its figures have more decimals than a forecast can draw")
    return scale


def _expected(asked: Sequence[Wanted], ahead: Sequence[Period]) -> tuple[list[int], str]:
    """The volume of each period to come, where that of all of them together is expected; and by which fact."""
    for one in asked:
        if one.rest is None or one.expected is None:
            continue
        rest = Fraction(one.expected - one.volume)
        if rest.denominator == 1 and rest > 0 and ahead[0].first == one.rest.first and ahead[-1].last == one.rest.last:
            each, more = divmod(int(rest), len(ahead))
            return [each + (n < more) for n in range(len(ahead))], one.expected_fact
    return [], ""


def _year_before(period: Period) -> Period:
    first, after = period.first, period.last + ONE_DAY
    return months(first.year - 1, first.month, (after.year - first.year) * 12 + after.month - first.month)


def _pairs(
    past: Sequence[Measurement], whole: Mapping[Period, Measurement], kind: MeasureKind
) -> list[tuple[Measurement, Measurement]]:
    """Pieces a year apart, of which the later can be said to be so many times the earlier."""
    found = [(whole[before], m) for m in past if (before := _year_before(m.period)) in whole]
    return [(a, b) for a, b in found if _grows(a, kind) and _grows(b, kind)]


def _grows(piece: Measurement, kind: MeasureKind) -> bool:
    """Whether something can be so many times as large; shares change by points."""
    return kind == "share" or (piece.amount or 0) > 0


# --- candidates ---


def _changed(
    kind: MeasureKind, base: Measurement, pairs: Sequence[tuple[Measurement, Measurement]]
) -> list[tuple[Fraction, int]]:
    """Amount and items of the piece a year before, changed as past pieces changed within a year."""
    if kind == "total":
        return [(Fraction(base.amount or 0) * Fraction(b.amount or 0) / Fraction(a.amount or 1), 0) for a, b in pairs]
    found = []
    for a, b in pairs:
        if kind == "share":
            rate = min(Fraction(1), max(Fraction(0), _rate(base) + _rate(b) - _rate(a)))
        else:
            rate = _rate(base) * _rate(b) / _rate(a)
        items = round(Fraction(_items(base) * _items(b), _items(a)))
        found.append((rate * items, items))
    return found


def _row(leaf: Threshold, amount: Fraction, items: int, volume: int | None, scale: int) -> tuple[int, int]:
    """In whole units and items, at the volume that is expected. Raises Unknowable."""
    if volume is not None and items:
        amount, items = amount * volume / items, volume
    units = round(amount * scale)
    if leaf.kind == "share":
        units = min(units, items * scale)
    if max(abs(units), items) * scale >= LARGEST:
        raise Unknowable("its figures are too large to draw")
    return units, items


def _items(piece: Measurement) -> int:
    return int(piece.volume or 0)


def _rate(piece: Measurement) -> Fraction:
    return Fraction(piece.amount or 0) / Fraction(piece.volume or 1)
