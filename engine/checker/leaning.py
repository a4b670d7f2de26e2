"""The risk rules about a measure, from what the proof shows."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from rulecheck.engine.checker.context import Context, Data, Wrong, need, shows
from rulecheck.engine.checker.value import Seen, rate_of, rounded, same_measure
from rulecheck.facts.facts import Forecast, Measurement
from rulecheck.facts.period import ONE_DAY
from rulecheck.facts.quantity import Exact, distance, exact, exact_text, plain
from rulecheck.rules.criteria import Bound, Threshold
from rulecheck.rules.plan import Target


def leanings(
    context: Context,
    criterion: Threshold,
    data: Data,
    target: Target,
    seen: Seen,
    so_far: Bound | None = None,
    few: bool = False,
) -> dict[str, object]:
    """Which risk rules about a measure fire. ``so_far``: what an unfinished value is held against instead."""
    bound, expected = so_far or criterion.bound, data.get("expected", ())
    compared = None if few else seen.compared
    secured = bool(expected) and all(entry["outlook"] == "secured" for entry in expected)
    growing = criterion.kind == "total" and not seen.covered and bound.operator != "at_most" and so_far is None
    inside = None if compared is None or secured or growing else bound.margin(compared)
    holds = inside is not None and compared is not None and bound.holds(compared)
    allowed = _allowed_margin(bound, target, seen)
    near = holds and allowed is not None
    shows(data, allowed_margin=plain(allowed) if near and allowed is not None else None)
    behind = False
    if "required" in data:
        rate, reference = _required(context, criterion, data, target, seen)
        behind = rate < reference if bound.operator == "at_most" else rate > reference
    return {
        "R1": inside is not None and not holds,
        "R2": near and inside is not None and allowed is not None and inside <= allowed,
        "R3": behind,
        "R4": "forecast" in data
        and not criterion.bound.holds(rounded(criterion, exact_text(data["forecast"]["value"]))),
        "R7": data.get("defects"),
        "R8": "worsening" in data and _worsens(context, criterion, data["worsening"]) == target.risks.trend,
        "R9": any(entry["outlook"] == "out-of-reach" for entry in expected),
    }


def _allowed_margin(bound: Bound, target: Target, seen: Seen) -> Exact | None:
    """How near the bound a value may come before R2 fires; None when no margin is declared."""
    margin, value = target.risks.margin, seen.value
    if value is None or margin is None or bound.operator == "exactly":
        return None
    nearest = min((end for end in (bound.low, bound.high) if end is not None), key=lambda end: distance(value, end))
    return exact(Fraction(margin * distance(nearest, 0))) if target.risks.margin_is_relative else margin


def expectations_shown(context: Context, criterion: Threshold, data: Data, seen: Seen) -> None:
    """The expected volumes and value are as the forecasts say, and leave possible what is said."""
    about = {**same_measure(criterion), "period": criterion.over}
    for entry in data.get("expected", ()):
        expected = context.cited_as(Forecast, entry["fact"], **about).volume
        need(expected is not None and expected >= seen.volume, "{} expects less than there is", entry["fact"])
        shows(entry, volume=plain(expected), outlook=_outlook(criterion, seen, expected))
    if "forecast" in data:
        forecast = context.cited_as(Forecast, data["forecast"]["fact"], **about)
        shows(data["forecast"], value=plain(forecast.value))


def _outlook(criterion: Threshold, seen: Seen, expected: Exact) -> str:
    """What the expected volume leaves possible, from the least and the greatest value that the rest can bring."""
    if criterion.signed or not expected:
        return "open"
    bound = criterion.bound
    least = rounded(criterion, Fraction(seen.amount) / expected)
    most = None  # a mean has no greatest value
    if criterion.kind == "share":
        most = rounded(criterion, Fraction(seen.amount + expected - seen.volume) / expected)
    if bound.above(least) or (most is not None and bound.below(most)):
        return "out-of-reach"
    under = bound.high is None or (most is not None and not bound.above(most))
    return "secured" if under and not bound.below(least) else "open"


def _required(context: Context, criterion: Threshold, data: Data, target: Target, seen: Seen) -> tuple[Exact, Exact]:
    """R3: what the rest must achieve, and what it is measured by."""
    at_most = criterion.bound.operator == "at_most"
    bound = (criterion.bound.high if at_most else criterion.bound.low) or 0
    if criterion.kind == "total":
        rest = (criterion.over.last - (seen.reach or criterion.over.first - ONE_DAY)).days
        rates = [exact(Fraction(bound - seen.amount) / rest)]
    else:
        volumes = [exact_text(entry["volume"]) for entry in data["expected"]]
        rates = [exact(Fraction(bound * n - seen.amount) / (n - seen.volume)) for n in volumes if n > seen.volume]
    rate = min(rates) if at_most else max(rates)
    reference = target.risks.required_rate
    if reference == "best-quarter":
        best = context.cited_as(Measurement, data["required"]["fact"], **same_measure(criterion))
        need(best.period.is_quarter and best.period.last <= context.as_of, "{} is not of a quarter", best.id)
        reference = rate_of(criterion, best)
    if reference is None or isinstance(reference, str):
        raise Wrong("no reference is declared")
    shows(data["required"], rate=plain(rate), reference=plain(reference))
    return rate, reference


def _worsens(context: Context, criterion: Threshold, names: Sequence[str]) -> int:
    """How many figures there are, each worse than the one before."""
    figures = [context.cited_as(Measurement, name, **same_measure(criterion)) for name in names]
    for earlier, later in pairwise(figures):
        need(earlier.period.last < later.period.first, "{} does not follow {}", later.id, earlier.id)
        a, b = rate_of(criterion, earlier), rate_of(criterion, later)
        better = {"at_most": a < b, "at_least": a > b}
        worse = better.get(criterion.bound.operator, criterion.bound.margin(a) > criterion.bound.margin(b))
        need(worse, "{} is not worse than {}", later.id, earlier.id)
    return len(figures)
