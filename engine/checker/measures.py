"""Thresholds: the pieces, their arithmetic, and what they settle."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise

from rulecheck.engine.checker.context import Context, Data, day_of, need, shows
from rulecheck.engine.checker.leaning import expectations_shown, leanings
from rulecheck.engine.checker.value import Seen, bound_shown, rounded, seen_of
from rulecheck.engine.proof import Step
from rulecheck.facts.facts import Measurement
from rulecheck.facts.period import ONE_DAY
from rulecheck.facts.quantity import Exact, exact, exact_text, plain, terminates
from rulecheck.rules.criteria import Threshold
from rulecheck.rules.plan import Target


def check_threshold(context: Context, criterion: Threshold, step: Step, target: Target) -> None:
    """The cover, the value, the bound, and what they settle."""
    data = step.data
    pieces = [cited_piece(context, criterion, piece) for piece in data["pieces"]]
    seen = seen_of(criterion, pieces, _tiled(criterion, pieces))
    _figures_shown(criterion, data, seen.reach, seen.value, seen.compared)
    expectations_shown(context, criterion, data, seen)
    missing = _evidence_defects(context, criterion, data.get("defects", ()), pieces, seen.reach)
    whole = seen.covered and seen.final
    evidence = "overdue" if missing else "complete" if whole else "partial" if pieces else "none"
    need(step.evidence == evidence, f"the evidence is {evidence}, not {step.evidence}")
    settled = _settled(context, criterion, data, seen)
    if step.rule in settled:
        need(settled[step.rule] == (True, step.verdict), f"rule {step.rule} does not give {step.verdict}")
        return
    need(not any(holds for holds, _ in settled.values()), "the criterion is settled, not open")
    context.open(step, target, leanings(context, criterion, data, target, seen))


def _settled(context: Context, criterion: Threshold, data: Data, seen: Seen) -> dict[str, tuple[bool, str]]:
    """Which settling rules hold, and what each of them gives."""
    holds = seen.compared is not None and criterion.bound.margin(seen.compared) >= 0
    whole = seen.covered and seen.final
    empty = seen.covered and seen.value is None
    sure = _apart(context, criterion, data["settled"]) if "settled" in data else seen.pieces
    sure = [p for p in sure if not p.preliminary]
    known = rounded(criterion, sum(p.amount or 0 for p in sure))
    low, high = criterion.bound.low, criterion.bound.high
    grows = criterion.kind == "total" and not criterion.signed and bool(sure)
    enough = criterion.bound.operator == "at_least" and low is not None and known >= low
    silent = criterion.undocumented == "missed" and context.as_of > criterion.closes
    return {
        "bound-holds": (whole and holds, "fulfilled"),
        "bound-fails": (whole and not empty and not holds, "missed"),
        "exceeded-for-good": (grows and high is not None and known > high, "missed"),
        "reached-for-good": (grows and enough, "fulfilled"),
        "empty-fulfils": (whole and empty and criterion.if_empty == "fulfilled", "fulfilled"),
        "no-items": (empty and criterion.if_empty == "at-risk", "at-risk"),
        "undocumented": (not seen.covered and silent, "missed"),
    }


def _figures_shown(
    criterion: Threshold, data: Data, reach: date | None, value: Exact | None, compared: Exact | None
) -> None:
    """The period, the bound, the value and how far it is from the bound are as the proof says."""
    known = value is not None and compared is not None
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
        margin=plain(exact(Fraction(criterion.bound.margin(compared)))) if known and compared is not None else None,
    )
    need(("exact" in data) == (value is not None and not terminates(value)), "the exact value is missing")
    if value is not None and "exact" in data:
        need(exact_text(data["exact"]) == value, f"the value is {value}, not {data['exact']}")


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


def cited_piece(context: Context, criterion: Threshold, piece: Data) -> Measurement:
    """A figure as it is shown: about this, by the day, and with these numbers."""
    fact = context.cited(piece["fact"])
    need(isinstance(fact, Measurement) and fact.measure == criterion.measure, f"{fact.id} measures something else")
    need(fact.dimensions == criterion.dimensions, f"{fact.id} is about another part")
    need(fact.period.last <= context.as_of, f"{fact.id} ends after the day that is judged")
    need(not fact.withdrawn, f"{fact.id} was taken back")
    shows(piece, period=fact.period.label, value=None if fact.value is None else plain(fact.value))
    for key, number in (("amount", fact.amount), ("volume", fact.volume)):
        shown = piece.get(key)
        need((shown is None) == (number is None), f"{fact.id}: {key}")
        if shown is not None:
            need(exact_text(shown) == number, f"{fact.id}: {key} is {number}, not {shown}")
    need(piece["status"] == ("preliminary" if fact.preliminary else "final"), f"{fact.id}: status")
    return fact  # type: ignore[no-any-return]


def _apart(context: Context, criterion: Threshold, shown: list[Data]) -> list[Measurement]:
    """Figures within the period, none overlapping the next."""
    figures = [cited_piece(context, criterion, piece) for piece in shown]
    for figure, following in pairwise(figures):
        need(figure.period.last < following.period.first, f"{following.id} overlaps")
    need(all(f.period.within(criterion.over) for f in figures), "a figure lies outside the period")
    return figures


def _tiled(criterion: Threshold, pieces: list[Measurement]) -> date | None:
    """The last day the pieces cover, which lie end to end from the first day of the period."""
    if not pieces:
        return None
    if criterion.kind == "level":
        need(len(pieces) == 1 and pieces[0].period.last <= criterion.over.last, "a level is one figure")
        return pieces[0].period.last
    if criterion.kind == "figure":
        need(len(pieces) == 1 and pieces[0].period == criterion.over, "a figure is of the whole period")
    day = criterion.over.first
    for piece in pieces:
        need(piece.period.first == day, f"{piece.id} leaves a gap or overlaps")
        addable = piece.amount is not None and (criterion.kind == "total" or piece.volume is not None)
        need(len(pieces) == 1 or addable, f"{piece.id} cannot be added")
        day = piece.period.last + ONE_DAY if piece.period.last < date.max else date.max
    need(pieces[-1].period.last <= criterion.over.last, "the pieces run past the period")
    return pieces[-1].period.last
