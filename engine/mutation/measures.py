"""What can be wrong in a criterion about a measure or a list: bounds, operators, periods, bases, bands."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any, TypeVar

from rulecheck.engine.mutation.mutant import LAGS, Other, altered, beside, moved, step_in, written
from rulecheck.facts.period import Period
from rulecheck.facts.quantity import exact, plain
from rulecheck.rules.criteria import Bound, SetChange, Threshold, Trend

NEAR = {
    "rise": ("not-fall", "fall"),
    "fall": ("not-rise", "rise"),
    "not-rise": ("fall", "not-fall"),
    "not-fall": ("rise", "not-rise"),
}
"""For each direction: the one that differs by whether no change is enough, and the opposite."""


def thresholds(leaf: Threshold, plan: Period) -> Iterator[Other[Threshold]]:
    """A measure against a bound, or against its own base."""
    if leaf.trend is None:
        for bound in _bounds(leaf.bound, "%" if leaf.kind == "share" else leaf.bound.unit):
            yield Other(leaf.path, bound.kind, bound.text, altered(leaf, bound=bound.made))
    else:
        yield from _trends(leaf, leaf.trend)
    yield from _rounding(leaf)
    for kind, over in moved(leaf.over, plan):
        if leaf.kind == "level" and over.last == leaf.over.last:
            continue  # a level is judged by its last day
        if leaf.trend is None or leaf.trend.base.last < over.first:
            made = altered(leaf, over=over, closes=leaf.closes + (over.last - leaf.over.last))
            yield Other(leaf.path, f"over {kind}", f"over: {leaf.over.label} → {over.label}", made)
    if leaf.kind in ("mean", "share"):
        other = "fulfilled" if leaf.if_empty == "at-risk" else "at-risk"
        yield Other(leaf.path, "if_empty", f"if_empty: {leaf.if_empty} → {other}", altered(leaf, if_empty=other))
    yield from _silence(leaf)


L = TypeVar("L", Threshold, SetChange)


def _silence(leaf: L) -> Iterator[Other[L]]:
    other = "missed" if leaf.undocumented == "at-risk" else "at-risk"
    made = altered(leaf, undocumented=other)
    yield Other(leaf.path, "undocumented", f"undocumented: {leaf.undocumented} → {other}", made)
    lag = (leaf.closes - leaf.over.last).days
    for kind, step in LAGS:
        if lag + step.days >= 0:
            text = f"reporting_lag: {lag} days → {lag + step.days} days"
            yield Other(leaf.path, kind, text, altered(leaf, closes=leaf.closes + step))


def _bounds(bound: Bound, unit: str) -> Iterator[Other[Bound]]:
    name = bound.operator
    ends = [end for end in (bound.low, bound.high) if end is not None]
    if name == "exactly":
        (value,) = set(ends)
        for sign, kind in ((1, "a step up"), (-1, "a step down")):
            other = exact(value + sign * step_in(value, unit))
            text = f"{name}: {written(value, unit)} → {written(other, unit)}"
            yield Other("", kind, text, altered(bound, low=other, high=other))
    else:
        for side, end in (("low", bound.low), ("high", bound.high)):
            for sign, kind in ((1, "a step up"), (-1, "a step down")) if end is not None else ():
                assert end is not None
                other = exact(end + sign * step_in(end, unit))
                if unit != "%" or 0 <= other <= 1:
                    text = f"{name}: {written(end, unit)} → {written(other, unit)}"
                    yield Other("", f"{side} {kind}", text, altered(bound, **{side: other}))
        shown = " and ".join(written(end, unit) for end in ends)
        yield Other("", "strict", f"{name}: {shown}, itself no longer enough", altered(bound, strict=True))
    if name in ("at_most", "at_least"):
        turned = "at_least" if name == "at_most" else "at_most"
        made = altered(bound, operator=turned, low=bound.high, high=bound.low)
        yield Other("", "turned", f"{name}: {written(ends[0], unit)} → {turned}: {written(ends[0], unit)}", made)
    else:
        for one_sided, kept in (("at_most", {"low": None}), ("at_least", {"high": None})):
            end = ends[-1] if one_sided == "at_most" else ends[0]
            text = f"{name} → {one_sided}: {written(end, unit)}"
            yield Other("", one_sided, text, altered(bound, operator=one_sided, **kept))


def _rounding(leaf: Threshold) -> Iterator[Other[Threshold]]:
    if leaf.rounded_to is not None:
        text = f"rounded_to: {plain(leaf.rounded_to)} → none"
        yield Other(leaf.path, "unrounded", text, altered(leaf, rounded_to=None))
    elif leaf.trend is None and leaf.kind in ("mean", "share"):
        unit = "%" if leaf.kind == "share" else leaf.bound.unit
        ends = [end for end in (leaf.bound.low, leaf.bound.high) if end is not None]
        step = step_in(ends[0], unit)
        text = f"rounded_to: none → {written(step, unit)}"
        yield Other(leaf.path, "rounded", text, altered(leaf, rounded_to=step))


def _trends(leaf: Threshold, trend: Trend) -> Iterator[Other[Threshold]]:
    def made(kind: str, text: str, **changes: Any) -> Other[Threshold]:
        other = altered(trend, **changes)
        bound = Bound(other.operator, None, None, leaf.bound.unit, other.strict)
        return Other(leaf.path, kind, text, altered(leaf, trend=other, bound=bound))

    near, opposite = NEAR[trend.direction]
    yield made("no change", f"direction: {trend.direction} → {near}", direction=near)
    yield made("direction", f"direction: {trend.direction} → {opposite}", direction=opposite)
    unit = "%" if trend.relative or leaf.kind == "share" else leaf.bound.unit
    shown = written(trend.band, unit)
    if not trend.relative and leaf.kind == "share":
        shown = shown.replace("%", "pp")
    if trend.band:
        step = step_in(trend.band, unit)
        for kind, band in (("band a step up", trend.band + step), ("band a step down", trend.band - step)):
            text = f"band: {shown} → {written(exact(band), unit)}"
            yield made(kind, text, band=exact(band))
        if leaf.kind != "figure" and (trend.relative or leaf.kind == "share"):
            kind = "pp" if trend.relative else "%"
            yield made(
                "band unit",
                f"band: {shown} → {plain(exact(Fraction(trend.band) * 100))} {kind}",
                relative=not trend.relative,
            )
    if trend.minimum is not None:
        for kind, minimum in (("minimum a step up", trend.minimum + 1), ("minimum a step down", trend.minimum - 1)):
            yield made(kind, f"minimum: {trend.minimum} → {minimum}", minimum=minimum)
    for kind, base in moved(trend.base, Period(date.min, leaf.over.first)):
        if kind.startswith("moved"):
            yield made(f"base {kind}", f"base: {trend.base.label} → {base.label}", base=base)


def set_changes(leaf: SetChange, plan: Period) -> Iterator[Other[SetChange]]:
    """A list against an earlier one."""
    turned = "fewer" if leaf.direction == "no-new" else "no-new"
    yield Other(leaf.path, "direction", f"direction: {leaf.direction} → {turned}", altered(leaf, direction=turned))
    for kind, over in moved(leaf.over, plan):
        if leaf.base < over.first:
            made = altered(leaf, over=over, closes=leaf.closes + (over.last - leaf.over.last))
            yield Other(leaf.path, f"over {kind}", f"over: {leaf.over.label} → {over.label}", made)
    for kind, base in beside(leaf.base):
        if base < leaf.over.first:
            text = f"base: {leaf.base.isoformat()} → {base.isoformat()}"
            yield Other(leaf.path, f"base {kind}", text, altered(leaf, base=base))
    yield from _silence(leaf)
