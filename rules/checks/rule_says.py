"""What a target's rule says in numbers, days and names, each with the place it is written at."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from rulecheck.facts.period import Period, parse_period
from rulecheck.facts.problem import Path
from rulecheck.facts.quantity import Exact, exact, parse_quantity
from rulecheck.rules.checks.check import Document, Place, Written
from rulecheck.rules.criteria import Combination, Order, kind_of, leaves
from rulecheck.rules.parameters import references
from rulecheck.rules.plan import EventType

BOUNDS = ("at_most", "at_least", "exactly", "between", "band")


class Figure(NamedTuple):
    """A number of the rule as people say it (90 of ``90 %``). ``demanded``: the text must say it."""

    value: Exact
    text: str
    path: Path
    demanded: bool


class Days(NamedTuple):
    """A period or day of the rule. ``demanded``: the text must say it, or the day it ends with."""

    period: Period
    text: str
    path: Path
    demanded: bool


class Members(NamedTuple):
    """The members a rule lists, by the names a text may call them; and those it could list and does not."""

    names: Mapping[str, str]
    others: Mapping[str, str]
    path: Path
    of: str
    """The event or dimension whose members they are."""


class Said(NamedTuple):
    """Everything a rule says."""

    figures: tuple[Figure, ...]
    days: tuple[Days, ...]
    members: tuple[Members, ...]


def rule_says(document: Document, written: Written) -> Said:
    """What the rule of a target says. What comes from a parameter may be said and need not be."""
    places = [place for place in document.places if place.target is written.target]
    figures = [figure for place in places for figure in (*_figures(place), *_lent_numbers(document, place))]
    days = [day for place in places for day in _days(document, place)]
    members = [found for place in places for found in _members(document, place)]
    plan = document.plan.period
    days.append(Days(plan, plan.label, ("period",), False))
    return Said(tuple(figures), tuple(days), tuple(members))


def _figures(place: Place) -> Iterator[Figure]:
    data, kind = place.data, kind_of(place.data)
    if kind == "at_least" or isinstance(place.criterion, Combination):
        parts = len(place.criterion.parts) if isinstance(place.criterion, Combination) else 0
        yield Figure(parts, str(parts), place.path, False)
    if kind == "at_least":
        if not place.parameters("at_least"):
            yield _count(data["at_least"], (*place.path, "at_least"))
        return
    for field in BOUNDS:
        given = data.get(field)
        for text in given if isinstance(given, list) else [given]:
            if isinstance(text, str) and not text.startswith("$"):
                yield Figure(_as_said(text, kind), text, (*place.path, field), True)
    for field in ("count", "minimum"):
        if data.get(field) and not place.parameters(field):
            yield _count(data[field], (*place.path, field))
    if isinstance(data.get("on"), list):
        yield Figure(len(data["on"]), str(len(data["on"])), (*place.path, "on"), False)


def _count(text: str, path: Path) -> Figure:
    """One of something is what an article says."""
    return Figure(int(text), text, path, text != "1")


def _as_said(text: str, kind: str | None) -> Exact:
    number = parse_quantity(text)
    percent = number.unit == "%" or (kind == "share" and number.unit == "")
    return exact(number.value * 100) if percent else number.value


def _lent_numbers(document: Document, place: Place) -> Iterator[Figure]:
    """The numbers parameters stand for."""
    for reference in references(place.data):
        parameter = document.plan.parameters.get(reference.name)
        for text in _texts(parameter.value if parameter else None):
            try:
                value = _as_said(text, kind_of(place.data))
            except ValueError:  # a day
                continue
            yield Figure(value, text, ("parameters", reference.name, "value"), False)


def _texts(value: Any) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)


def _days(document: Document, place: Place) -> Iterator[Days]:
    end = document.plan.period.last
    for field in ("by", "over", "base"):
        period = place.period(field, document.plan)
        if period is not None:
            lent = bool(place.parameters(field))
            demanded = not lent and (field == "base" or period.last != end)
            yield Days(period, str(place.data[field]), place.told_of(field), demanded)
    for i, text in enumerate(place.data.get("on") or ()):
        if not text.startswith("$"):
            yield Days(parse_period(text), text, (*place.path, "on", i), True)


def _members(document: Document, place: Place) -> Iterator[Members]:
    listed = place.data.get("for_each")
    if not listed or place.parameters("for_each"):
        return
    if isinstance(listed, dict):  # a dimension has no labels
        for dimension, names in listed.items():
            yield Members({name: name for name in names}, {}, (*place.path, "for_each", dimension), dimension)
        return
    event = _event(document, place)
    known = dict(event.subjects or {}) if event else {}
    names = {name: known.get(name, name) for name in listed}
    others = {name: label for name, label in known.items() if name not in names}
    yield Members(names, others, (*place.path, "for_each"), event.id if event else "")


def _event(document: Document, place: Place) -> EventType | None:
    for leaf in leaves(place.criterion):
        name = leaf.then if isinstance(leaf, Order) else getattr(leaf, "event", None)
        if name is not None:
            return document.plan.events.get(name)
    return None
