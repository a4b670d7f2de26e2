"""Trends: the base value from its pieces, the bound from it, and which part of it the figures so far are held against."""

from collections.abc import Sequence
from typing import NamedTuple

import attrs
from rulecheck.engine.checker.context import Context, Data, day_of, need, shows
from rulecheck.engine.checker.pieces import cited_piece, tiled
from rulecheck.engine.checker.value import Seen, seen_of
from rulecheck.facts.facts import Measurement
from rulecheck.facts.period import Period
from rulecheck.facts.quantity import Exact, distance, exact, exact_text, plain, terminates
from rulecheck.rules.criteria import Bound, Threshold, Trend


class Ground(NamedTuple):
    """``criterion`` has the bound the base gives; ``so_far`` is what an unfinished total is held against."""

    criterion: Threshold
    known: bool
    settles: bool
    pieces: Sequence[Measurement]
    volume: Exact
    so_far: Bound | None

    def too_few(self, volume: Exact) -> bool:
        trend = self.criterion.trend
        return trend is not None and trend.minimum is not None and volume < trend.minimum

    def few(self, seen: Seen) -> list[str]:
        """Which of the two periods has too few items to be judged."""
        trend = self.criterion.trend
        assert trend is not None
        found = [trend.base.label] if self.known and self.too_few(self.volume) else []
        whole = seen.covered and seen.compared is not None
        return [*found, self.criterion.over.label] if whole and self.too_few(seen.volume) else found


def ground_of(context: Context, criterion: Threshold, trend: Trend, shown: Data, seen: Seen) -> Ground:
    """The base as it is shown, re-derived from its pieces."""
    before = attrs.evolve(criterion, over=trend.base, trend=None)
    pieces = [cited_piece(context, before, piece) for piece in shown["pieces"]]
    base = seen_of(before, pieces, tiled(before, pieces))
    value = base.compared if base.covered else None
    if value is not None:
        criterion = attrs.evolve(criterion, bound=_bound(trend, value, criterion.bound.unit))
    if criterion.kind == "level":
        need(all(p.period.last > trend.base.last for p in seen.pieces), "the level is of the base period")
    so_far = _so_far(context, criterion, trend, shown.get("part"), seen)
    ground = Ground(criterion, value is not None, value is not None and base.final, pieces, base.volume, so_far)
    change = None if value is None or seen.compared is None else exact(seen.compared - value)
    known = base.value if value is not None else None
    shows(
        shown,
        direction=trend.direction,
        band=plain(trend.band),
        relative=trend.relative,
        over=trend.base.label,
        minimum=trend.minimum,
        few=None if trend.minimum is None else ground.few(seen),
        reach=None if base.reach is None else base.reach.isoformat(),
        value=None if known is None else plain(known),
        rounded=None if known is None or value is None or value == known else plain(value),
        change=None if change is None else plain(change),
    )
    need(("exact" in shown) == (known is not None and not terminates(known)), "the exact base value is missing")
    if known is not None and "exact" in shown:
        need(exact_text(shown["exact"]) == known, "the base value is {}, not {}", known, shown["exact"])
    return ground


def _bound(trend: Trend, base: Exact, unit: str) -> Bound:
    """rise and not-rise turn on base + band, fall and not-fall on base - band."""
    band = trend.band * distance(base, 0) if trend.relative else trend.band
    end = exact(base + band if trend.direction.endswith("rise") else base - band)
    strict = not trend.direction.startswith("not-")
    if trend.direction in ("rise", "not-fall"):
        return Bound("at_least", end, None, unit, strict)
    return Bound("at_most", None, end, unit, strict)


def _so_far(context: Context, criterion: Threshold, trend: Trend, part: Data | None, seen: Seen) -> Bound | None:
    """The bound from the same part of the base, where that is shown."""
    if part is None:
        return None
    need(criterion.kind == "total" and seen.reach is not None and not seen.covered, "there is no part to compare")
    assert seen.reach is not None
    same = trend.part(criterion.over, seen.reach)
    if same is None:
        raise KeyError("part")
    before = attrs.evolve(criterion, over=Period(trend.base.first, day_of(part["reach"])), trend=None)
    pieces = [cited_piece(context, before, piece) for piece in part["pieces"]]
    need(same == before.over and tiled(before, pieces) == same.last, "it is not the same part")
    amount = sum(p.amount or 0 for p in pieces)
    bound = _bound(trend, amount, criterion.bound.unit)
    compared = seen.amount if seen.compared is None else seen.compared
    shows(part, value=plain(amount), margin=plain(exact(bound.margin(compared))))
    return bound
