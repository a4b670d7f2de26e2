"""The figures a proof shows: each as its fact says, end to end over the period."""

from datetime import date
from itertools import pairwise

from rulecheck.engine.checker.context import Context, Data, need, shows
from rulecheck.facts.facts import Measurement
from rulecheck.facts.period import ONE_DAY
from rulecheck.facts.quantity import exact_text, plain
from rulecheck.rules.criteria import Threshold


def cited_piece(context: Context, criterion: Threshold, piece: Data) -> Measurement:
    """A figure as it is shown: about this, by the day, and with these numbers."""
    fact = context.cited(piece["fact"])
    need(isinstance(fact, Measurement) and fact.measure == criterion.measure, "{} measures something else", fact.id)
    need(fact.dimensions == criterion.dimensions, "{} is about another part", fact.id)
    need(fact.period.last <= context.as_of, "{} ends after the day that is judged", fact.id)
    need(not fact.withdrawn, "{} was taken back", fact.id)
    shows(piece, period=fact.period.label, value=None if fact.value is None else plain(fact.value))
    for key, number in (("amount", fact.amount), ("volume", fact.volume)):
        shown = piece.get(key)
        need((shown is None) == (number is None), "{}: {}", fact.id, key)
        if shown is not None:
            need(exact_text(shown) == number, "{}: {} is {}, not {}", fact.id, key, number, shown)
    need(piece["status"] == ("preliminary" if fact.preliminary else "final"), "{}: status", fact.id)
    return fact  # type: ignore[no-any-return]


def apart(context: Context, criterion: Threshold, shown: list[Data]) -> list[Measurement]:
    """Figures within the period, none overlapping the next."""
    figures = [cited_piece(context, criterion, piece) for piece in shown]
    for figure, following in pairwise(figures):
        need(figure.period.last < following.period.first, "{} overlaps", following.id)
    need(all(f.period.within(criterion.over) for f in figures), "a figure lies outside the period")
    return figures


def tiled(criterion: Threshold, pieces: list[Measurement]) -> date | None:
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
        need(piece.period.first == day, "{} leaves a gap or overlaps", piece.id)
        addable = piece.amount is not None and (criterion.kind == "total" or piece.volume is not None)
        need(len(pieces) == 1 or addable, "{} cannot be added", piece.id)
        day = piece.period.last + ONE_DAY if piece.period.last < date.max else date.max
    need(pieces[-1].period.last <= criterion.over.last, "the pieces run past the period")
    return pieces[-1].period.last
