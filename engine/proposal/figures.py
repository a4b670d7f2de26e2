"""The figures that meet a threshold or a trend."""

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction

from rulecheck.engine.edges import Edges, edges_of, room
from rulecheck.engine.findings import with_base
from rulecheck.engine.proposal.draft import Data, Draft, Impossible
from rulecheck.facts.facts import Measurement
from rulecheck.facts.period import ONE_DAY, Period
from rulecheck.facts.quantity import Exact, exact_text
from rulecheck.rules.criteria import Threshold


def meet_threshold(draft: Draft, leaf: Threshold, data: Data) -> None:
    """What is still to come of a measure, exactly on its bound."""
    if leaf.trend is not None:
        leaf = _based(draft, leaf, data)
    if data.get("left_out"):
        raise Impossible("figures outside the cover stand in the way")
    pieces = [draft.known[p["fact"]] for p in data["pieces"]]
    known = [p for p in pieces if isinstance(p, Measurement)]
    found = edges_of(leaf)
    if leaf.kind in ("level", "figure"):
        _single(draft, leaf, known, found)
        return
    reach = date.fromisoformat(data["reach"]) if "reach" in data else None
    if known and any(p.amount is None for p in known):
        _alone(draft, leaf, known, reach, found)
        return
    for piece in known:
        if piece.preliminary:
            _confirm(draft, piece)
    if reach == leaf.over.last:
        _corrected(draft, leaf, known, found)
        return
    amount = sum((p.amount or 0 for p in known), start=0)
    volume = sum((p.volume or 0 for p in known), start=0)
    first = reach + ONE_DAY if reach else leaf.over.first
    _measured(draft, leaf, Period(first, leaf.over.last), *_rest(draft, leaf, data, amount, volume, found))


def _rest(draft: Draft, leaf: Threshold, data: Data, amount: Exact, volume: Exact, found: Edges) -> tuple[Exact, Exact]:
    """Amount and volume of what is still to come, barely enough."""
    if leaf.kind == "total":
        return _barely(room(found, 1, amount, False), None if leaf.signed else 0, None), 0
    sizes = [exact_text(e["volume"]) - volume for e in data.get("expected", ())[:1]]
    least = (leaf.trend.minimum or 0) if leaf.trend is not None else 0
    for size in sizes or [*_volumes_to_try(leaf, found, amount, volume), least - volume]:
        if size <= 0 or volume + size < least:
            continue
        span = room(found, volume + size, amount, leaf.kind == "share")
        try:
            return _barely(span, None if leaf.signed else 0, size if leaf.kind == "share" else None), size
        except Impossible:
            continue
    raise Impossible("not even a perfect rest is enough")


def _corrected(draft: Draft, leaf: Threshold, known: Sequence[Measurement], found: Edges) -> None:
    """All days are covered and some figures preliminary: they are confirmed, or the last corrected to the bound."""
    amount = sum((p.amount or 0 for p in known), start=0)
    volume = sum((p.volume or 0 for p in known), start=0) if leaf.kind != "total" else 1
    loose = [p for p in known if p.preliminary]
    if not volume:
        raise Impossible("covered without a single item")
    if found.holds(Fraction(amount) / Fraction(volume)):
        return
    if not loose:
        raise Impossible("covered by final figures")
    last = loose[-1]
    span = room(found, volume, amount - (last.amount or 0), leaf.kind == "share")
    most = last.volume if leaf.kind == "share" else None
    _measured(draft, leaf, last.period, _barely(span, None if leaf.signed else 0, most), last.volume or 0)


def _alone(draft: Draft, leaf: Threshold, known: Sequence[Measurement], reach: date | None, found: Edges) -> None:
    """A figure without a count cannot be added to: the whole period is wanted as one figure, or this one final."""
    piece = known[0]
    if reach == leaf.over.last and piece.value is not None and found.holds(piece.value):
        _confirm(draft, piece)
        return
    most = 1 if leaf.kind == "share" else None
    value = _barely(room(found, 1, 0, False), None if leaf.signed else 0, most)
    draft.add(
        Measurement(
            **draft.head(f"{leaf.measure}{_named(leaf)}/{leaf.over.label}"),
            measure=leaf.measure,
            period=leaf.over,
            value=value,
            dimensions=leaf.dimensions,
        )
    )


def _single(draft: Draft, leaf: Threshold, known: Sequence[Measurement], found: Edges) -> None:
    """A level on the last day, or a figure for the whole period."""
    day = Period(leaf.over.last, leaf.over.last)
    period = leaf.over if leaf.kind == "figure" else day
    there = [p for p in known if p.period == period]
    if there and there[0].value is not None and found.holds(there[0].value):
        _confirm(draft, there[0])
        return
    value = _barely(room(found, 1, 0, False), None if leaf.signed else 0, None)
    draft.add(
        Measurement(
            **draft.head(f"{leaf.measure}{_named(leaf)}/{period.label}"),
            measure=leaf.measure,
            period=period,
            value=value,
            dimensions=leaf.dimensions,
        )
    )


def _measured(draft: Draft, leaf: Threshold, period: Period, amount: Exact, volume: Exact) -> None:
    draft.add(
        Measurement(
            **draft.head(f"{leaf.measure}{_named(leaf)}/{period.label}"),
            measure=leaf.measure,
            period=period,
            amount=amount,
            volume=None if leaf.kind == "total" else volume,
            dimensions=leaf.dimensions,
        )
    )


def _confirm(draft: Draft, piece: Measurement) -> None:
    """The same figure, final."""
    draft.add(
        Measurement(
            **draft.head(piece.id),
            measure=piece.measure,
            period=piece.period,
            amount=piece.amount,
            volume=piece.volume,
            value=piece.value,
            step=piece.step,
            dimensions=piece.dimensions,
        )
    )


def _based(draft: Draft, leaf: Threshold, data: Data) -> Threshold:
    """The criterion with the bound of its base, which is confirmed where it is preliminary."""
    shown, trend = data["trend"], leaf.trend
    assert trend is not None
    if "value" not in shown:
        raise Impossible("what it is compared with is not known")
    if trend.base.label in shown.get("few", ()) or leaf.over.label in shown.get("few", ()):
        raise Impossible("too few items to judge a change by")
    for piece in shown["pieces"]:
        fact = draft.known[piece["fact"]]
        if isinstance(fact, Measurement) and fact.preliminary:
            _confirm(draft, fact)
    return with_base(leaf, data)


def _named(leaf: Threshold) -> str:
    """The part a criterion is about, as ids of facts write it."""
    return "".join(f"[{dimension}={member}]" for dimension, member in leaf.dimensions)


def _barely(span: tuple[Exact | None, Exact | None], least: Exact | None, most: Exact | None) -> Exact:
    """The number within ``span`` that asks for least: on the edge of a one-sided bound. Raises Impossible."""
    low, high = span
    value = low if high is None else high
    assert value is not None
    if least is not None and value < least:
        value = least if low is not None and high is None else value
    if most is not None and value > most:
        value = most if high is not None else value
    inside = (low is None or value >= low) and (high is None or value <= high)
    admissible = (least is None or value >= least) and (most is None or value <= most)
    if not (inside and admissible):
        raise Impossible("not even a perfect rest is enough")
    return value


def _volumes_to_try(leaf: Threshold, found: Edges, amount: Exact, volume: Exact) -> Iterator[Exact]:
    """Without an expected volume: as much again as there is, else what it takes to make up for what was lost."""
    yield volume or 1
    for edge in (found.low, found.high):
        if edge is None:
            continue
        behind = Fraction(edge.limit) * volume - amount
        reserve = 1 - Fraction(edge.limit) if edge is found.low and leaf.kind == "share" else Fraction(edge.limit)
        if reserve > 0:
            yield int(abs(behind) / reserve) + 1
