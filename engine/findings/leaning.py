"""The risk rules that look at a value while it can still change: R1, R2, R3, R4, R8 and R9."""

from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise

from rulecheck.engine.findings.base import Base
from rulecheck.engine.findings.finding import Data, Setting, signed_integer
from rulecheck.engine.findings.value import combined, nearest_bound, rate_of, rounded
from rulecheck.facts.cover import Cover
from rulecheck.facts.facts import Forecast, Measurement
from rulecheck.facts.quantity import Exact, distance, exact, plain
from rulecheck.facts.timeline import only
from rulecheck.rules.criteria import Threshold
from rulecheck.rules.plan import Risks


def lean(
    leaf: Threshold,
    tiled: Cover,
    value: Exact | None,
    risks: Risks,
    setting: Setting,
    numbers: dict[str, int],
    data: Data,
    base: Base | None,
) -> list[str]:
    """The risk rules that look at the value: R1, R2, R3, R4, R8, R9. Returns the further facts they rest on."""
    cited: list[str] = []
    whole = tiled.reach == leaf.over.last
    bound = leaf.bound if base is None else base.so_far(leaf)
    growing = leaf.kind == "total" and not whole and bound.operator != "at_most" and bound is leaf.bound
    few = base is not None and base.too_few(tiled)
    volumes = [f for f in setting.view.volumes.get((leaf.measure, leaf.dimensions, leaf.over), ()) if not f.withdrawn]
    expected = [f for f in volumes if f.volume is not None and f.volume >= tiled.volume]
    secured = False
    if expected and combined(tiled, leaf):
        outlooks = [_at_volume(leaf, tiled, f.volume or 0) for f in expected]
        secured = all(o == "secured" for o in outlooks)
        numbers["r9"] = -int(any(o == "out-of-reach" for o in outlooks))
        data["expected"] = [
            {"fact": f.id, "volume": plain(f.volume or 0), "outlook": o}
            for f, o in zip(expected, outlooks, strict=True)
        ]
        cited += [f.id for f in expected]
    if value is not None and not secured and not growing and not few:
        compared = rounded(leaf, value) or 0
        margin = bound.margin(compared)
        numbers["r1"] = signed_integer(margin, bound.strict)
        if risks.margin is not None and bound.operator != "exactly" and bound.holds(compared):
            allowed = (
                risks.margin * distance(nearest_bound(bound, value), 0) if risks.margin_is_relative else risks.margin
            )
            numbers["r2"] = signed_integer(margin - allowed)
            data["allowed_margin"] = plain(exact(allowed))
    if risks.required_rate is not None and not secured and not whole:
        cited += _required_rate(leaf, tiled, expected, risks, setting, numbers, data)
    values = [f for f in volumes if f.value is not None]
    if values:
        inside = [(leaf.bound.margin(rounded(leaf, f.value) or 0), leaf.bound.margin(f.value or 0), f) for f in values]
        margin, _, worst = min(inside, key=lambda found: found[:2])
        numbers["r4"] = signed_integer(margin, leaf.bound.strict)
        data["forecast"] = {"fact": worst.id, "value": plain(worst.value or 0)}
        cited.append(worst.id)
    if risks.trend and not secured and (run := _worsening(leaf, tiled, risks.trend, setting)):
        numbers["r8"] = -1
        data["worsening"] = [p.id for p in run]
        cited += [p.id for p in run]
    return cited


def _at_volume(leaf: Threshold, tiled: Cover, volume: Exact) -> str:
    """What the expected volume leaves possible: ``secured``, ``out-of-reach`` or ``open``. Exact bounds, semantics §4."""
    if leaf.signed or not volume:
        return "open"
    least = Fraction(tiled.amount) / volume
    if leaf.bound.above(rounded(leaf, least) or 0):
        return "out-of-reach"
    if leaf.kind == "mean":
        lowest_holds = leaf.bound.operator == "at_least" and leaf.bound.holds(rounded(leaf, least) or 0)
        return "secured" if lowest_holds else "open"
    most = (tiled.amount + volume - tiled.volume) / Fraction(volume)
    if all(leaf.bound.holds(rounded(leaf, x) or 0) for x in (least, most)):
        return "secured"
    return "out-of-reach" if leaf.bound.below(rounded(leaf, most) or 0) else "open"


def required_mean(leaf: Threshold, tiled: Cover, volume: Exact) -> Exact | None:
    """What the rest must average (a mean or share) for the value at ``volume`` to lie on the bound; None: no rest."""
    bound = leaf.bound.high if leaf.bound.operator == "at_most" else leaf.bound.low
    rest = volume - tiled.volume
    if bound is None or rest <= 0:
        return None
    return exact(Fraction(bound * volume - tiled.amount) / rest)


def _required_rate(
    leaf: Threshold,
    tiled: Cover,
    expected: Sequence[Forecast],
    risks: Risks,
    setting: Setting,
    numbers: dict[str, int],
    data: Data,
) -> list[str]:
    """R3. A mean or share needs the expected volume; a total is reckoned by the day."""
    if leaf.bound.operator not in ("at_most", "at_least"):
        return []
    if leaf.kind == "total":
        days = (leaf.over.last - (tiled.reach or leaf.over.first - timedelta(1))).days
        bound = leaf.bound.high if leaf.bound.operator == "at_most" else leaf.bound.low
        required = [exact(Fraction(bound - tiled.amount) / days)] if bound is not None and days else []
    elif leaf.kind in ("mean", "share") and combined(tiled, leaf):
        required = [r for f in expected if (r := required_mean(leaf, tiled, f.volume or 0)) is not None]
    else:
        required = []
    if not required:
        return []
    sense = 1 if leaf.bound.operator == "at_most" else -1
    worst = min(required, key=lambda r: sense * r)
    reference, cited = risks.required_rate, []
    if reference == "best-quarter":
        known = setting.view.measurements.get((leaf.measure, leaf.dimensions), {})
        quarters = [m for variants in known.values() for m in only(variants) if m.period.is_quarter]
        rated = [(rate, m) for m in quarters if (rate := rate_of(leaf, m)) is not None]
        if not rated:
            return []
        reference, best = min(rated, key=lambda pair: (sense * pair[0], pair[1].id))
        cited = [best.id]
    assert reference is not None
    assert not isinstance(reference, str)
    numbers["r3"] = signed_integer(sense * (worst - reference))
    data["required"] = {"rate": plain(worst), "reference": plain(reference), **({"fact": cited[0]} if cited else {})}
    return cited


def _worsening(leaf: Threshold, tiled: Cover, count: int, setting: Setting) -> list[Measurement]:
    """The last ``count`` pieces, if each is worse than the one before; else none."""
    pieces_: list[Measurement] = list(tiled.pieces)
    if leaf.kind == "level":
        known = setting.view.measurements.get((leaf.measure, leaf.dimensions), {})
        levels = [only(v)[0] for p, v in known.items() if only(v) and p.within(leaf.over)]
        pieces_ = sorted(levels, key=lambda m: m.period.last)
    rated = [(p, rate) for p in pieces_ if (rate := rate_of(leaf, p)) is not None][-count:]
    if len(rated) < count or count < 2:
        return []

    def goodness(rate: Exact) -> Exact:
        operator = leaf.bound.operator
        return -rate if operator == "at_most" else rate if operator == "at_least" else leaf.bound.margin(rate)

    falling = all(goodness(a) > goodness(b) for (_, a), (_, b) in pairwise(rated))
    return [p for p, _ in rated] if falling else []
