"""Thresholds: the pieces, their arithmetic, and what they settle."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from rulecheck.engine.checker.context import Context, Data, day_of, need, shows
from rulecheck.engine.checker.leaning import expectations_shown, leanings
from rulecheck.engine.checker.pieces import apart, cited_piece, tiled
from rulecheck.engine.checker.trend import Ground, ground_of
from rulecheck.engine.checker.value import Seen, bound_shown, rounded, seen_of
from rulecheck.engine.proof import Step
from rulecheck.facts.facts import Measurement
from rulecheck.facts.quantity import exact, exact_text, plain, terminates
from rulecheck.rules.criteria import Threshold
from rulecheck.rules.plan import Target


def check_threshold(context: Context, criterion: Threshold, step: Step, target: Target) -> None:
    """The cover, the value, the bound, and what they settle."""
    data = step.data
    pieces = [cited_piece(context, criterion, piece) for piece in data["pieces"]]
    seen = seen_of(criterion, pieces, tiled(criterion, pieces))
    ground = None
    if criterion.trend is not None:
        ground = ground_of(context, criterion, criterion.trend, data["trend"], seen)
        criterion, seen = ground.criterion, seen._replace(final=seen.final and ground.settles)
        pieces = [*pieces, *ground.pieces]
    _figures_shown(criterion, data, seen, ground is None or ground.known)
    expectations_shown(context, criterion, data, seen)
    missing = _evidence_defects(context, criterion, data.get("defects", ()), pieces, seen.reach)
    missing = missing or (ground is not None and not ground.known and context.as_of > criterion.closes)
    whole = seen.covered and seen.final
    evidence = "overdue" if missing else "complete" if whole else "partial" if seen.pieces else "none"
    need(step.evidence == evidence, "the evidence is {}, not {}", evidence, step.evidence)
    settled = _settled(context, criterion, data, seen, ground)
    if step.rule in settled:
        need(settled[step.rule] == (True, step.verdict), "rule {} does not give {}", step.rule, step.verdict)
        return
    need(not any(holds for holds, _ in settled.values()), "the criterion is settled, not open")
    if ground is not None and not ground.known:
        context.open(step, target, {"R7": data.get("defects")})
        return
    few = ground is not None and ground.too_few(seen.volume)
    context.open(
        step, target, leanings(context, criterion, data, target, seen, None if ground is None else ground.so_far, few)
    )


def _settled(
    context: Context, criterion: Threshold, data: Data, seen: Seen, ground: Ground | None
) -> dict[str, tuple[bool, str]]:
    """Which settling rules hold, and what each of them gives."""
    known = ground is None or ground.known
    if ground is not None and ground.few(seen):
        return {"too-few": (True, "at-risk")}
    holds = known and seen.compared is not None and criterion.bound.holds(seen.compared)
    whole = seen.covered and seen.final
    empty = seen.covered and seen.value is None
    sure = apart(context, criterion, data["settled"]) if "settled" in data else seen.pieces
    sure = [p for p in sure if not p.preliminary]
    total = rounded(criterion, sum(p.amount or 0 for p in sure))
    grows = criterion.kind == "total" and not criterion.signed and bool(sure) and (ground is None or ground.settles)
    enough = grows and criterion.bound.operator == "at_least" and criterion.bound.holds(total)
    silent = criterion.undocumented == "missed" and context.as_of > criterion.closes
    return {
        "bound-holds": (whole and holds, "fulfilled"),
        "bound-fails": (whole and not empty and not holds, "missed"),
        "exceeded-for-good": (grows and criterion.bound.above(total), "missed"),
        "reached-for-good": (enough, "fulfilled"),
        "empty-fulfils": (whole and empty and criterion.if_empty == "fulfilled", "fulfilled"),
        "no-items": (empty and criterion.if_empty == "at-risk", "at-risk"),
        "undocumented": (not seen.covered and silent, "missed"),
        "no-base": (not known and context.as_of > criterion.closes and not (not seen.covered and silent), "at-risk"),
    }


def _figures_shown(criterion: Threshold, data: Data, seen: Seen, bounded: bool) -> None:
    """The period, the bound, the value and how far it is from the bound are as the proof says."""
    reach, value, compared = seen.reach, seen.value, seen.compared
    shows(
        data,
        kind=criterion.kind,
        measure=criterion.measure,
        dimensions=dict(criterion.dimensions) or None,
        over=criterion.over.label,
        closes=criterion.closes.isoformat(),
        bound=bound_shown(criterion.bound),
        rounded_to=None if criterion.rounded_to is None else plain(criterion.rounded_to),
        reach=None if reach is None else reach.isoformat(),
        value=plain(value) if value is not None else None,
        rounded=plain(compared) if compared is not None and compared != value else None,
        margin=plain(exact(Fraction(criterion.bound.margin(compared)))) if bounded and compared is not None else None,
    )
    need(("exact" in data) == (value is not None and not terminates(value)), "the exact value is missing")
    if value is not None and "exact" in data:
        need(exact_text(data["exact"]) == value, "the value is {}, not {}", value, data["exact"])


def _evidence_defects(
    context: Context, criterion: Threshold, defects: Sequence[Data], pieces: Sequence[Measurement], reach: date | None
) -> bool:
    """Each defect named is one by its date; whether a figure is missing or stale."""
    lag = criterion.closes - criterion.over.last
    preliminary = {p.id: p.period.last for p in pieces if p.preliminary}
    for defect in defects:
        if defect["defect"] == "preliminary":
            last = preliminary[defect["fact"]]
        else:
            last = day_of(defect["through"])
            need(last <= criterion.over.last and (reach is None or reach < last), "nothing is missing")
        shows(defect, since=(last + lag).isoformat())
        need(context.as_of > last + lag, "it is not due yet")
    return any(defect["defect"] in ("missing", "stale") for defect in defects)
