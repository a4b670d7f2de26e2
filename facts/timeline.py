"""What was known at K, of what had happened by D.

Two facts are about the same thing when type, name, subject, period and dimensions are equal. The one reported last
stands; facts about the same thing reported on the same day with different content stand beside each other as variants.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple, TypeVar

from rulecheck.facts.facts import Assessment, Dimensions, Event, Fact, Facts, Forecast, Listing, Measurement
from rulecheck.facts.period import Period
from rulecheck.facts.quantity import Exact

BEFORE_ALL = date.min
"""When a fact without a reporting day was reported: before every other."""

Series = tuple[str, Dimensions]
F = TypeVar("F", bound=Fact)


class View(NamedTuple):
    """The facts that count for D as known at K. Each thing maps to its variants: one, or more when told differently.

    A thing that was taken back or, for an event, lies after D, keeps its variant: what a variant says by D is for the
    reader of the view (``Event.date > as_of`` has not happened).
    """

    as_of: date
    known_at: date | None
    measurements: Mapping[Series, Mapping[Period, tuple[Measurement, ...]]]
    events: Mapping[str, Mapping[str, tuple[Event, ...]]]
    expected: Mapping[tuple[str, str], tuple[Forecast, ...]]
    volumes: Mapping[tuple[str, Dimensions, Period], tuple[Forecast, ...]]
    assessments: Mapping[str, tuple[Assessment, ...]]
    waivers: Mapping[str, tuple[Assessment, ...]]
    replaced: Mapping[str, tuple[str, ...]]
    """Id of a standing fact → ids of the earlier ones about the same thing."""
    lists: Mapping[Series, Mapping[date, tuple[Listing, ...]]]


def view(facts: Facts, as_of: date, known_at: date | None) -> View:
    """Select the facts that count for ``as_of`` with what was known at ``known_at`` (None: everything)."""
    replaced: dict[str, tuple[str, ...]] = {}

    def known(fact: Fact) -> bool:
        return known_at is None or fact.reported is None or fact.reported <= known_at

    series: dict[Series, dict[Period, list[Measurement]]] = {}
    for m in facts.measurements:
        if m.period.last <= as_of and known(m):
            series.setdefault((m.measure, m.dimensions), {}).setdefault(m.period, []).append(m)
    lists: dict[Series, dict[date, list[Listing]]] = {}
    for found in facts.lists:
        if found.at <= as_of and known(found):
            lists.setdefault((found.measure, found.dimensions), {}).setdefault(found.at, []).append(found)
    events: dict[str, dict[str, list[Event]]] = {}
    for e in facts.events:
        if not e.dimensions and known(e):
            events.setdefault(e.event, {}).setdefault(e.subject, []).append(e)
    expected: dict[tuple[str, str], list[Forecast]] = {}
    volumes: dict[tuple[str, Dimensions, Period], list[Forecast]] = {}
    for f in facts.forecasts:
        if known(f) and (f.reported is None or f.reported <= as_of):
            if f.period is not None:
                volumes.setdefault((f.measure, f.dimensions, f.period), []).append(f)
            else:
                expected.setdefault((f.event, f.subject), []).append(f)
    assessments: dict[str, list[Assessment]] = {}
    waivers: dict[str, list[Assessment]] = {}
    for a in facts.assessments:
        if known(a) and (a.date is None or a.date <= as_of):
            (waivers if a.waiver else assessments).setdefault(a.target, []).append(a)
    return View(
        as_of,
        known_at,
        {s: {p: _standing(ms, replaced) for p, ms in periods.items()} for s, periods in series.items()},
        {name: {s: _standing(es, replaced) for s, es in subjects.items()} for name, subjects in events.items()},
        {thing: _standing(fs, replaced) for thing, fs in expected.items()},
        {thing: _standing(fs, replaced) for thing, fs in volumes.items()},
        {target: _standing(judged, replaced) for target, judged in assessments.items()},
        {target: _standing(judged, replaced) for target, judged in waivers.items()},
        replaced,
        {s: {day: _standing(ls, replaced) for day, ls in days.items()} for s, days in lists.items()},
    )


def _standing(told: list[F], replaced: dict[str, tuple[str, ...]]) -> tuple[F, ...]:
    if len(told) == 1:
        return (told[0],)
    last = max(fact.reported or BEFORE_ALL for fact in told)
    variants: dict[object, F] = {}
    for fact in told:
        if (fact.reported or BEFORE_ALL) == last:
            same = content(fact)
            if same not in variants or _weight(fact) < _weight(variants[same]):
                variants[same] = fact
    earlier = tuple(fact.id for fact in told if (fact.reported or BEFORE_ALL) != last)
    if earlier:
        for fact in variants.values():
            replaced[fact.id] = earlier
    return tuple(variants.values())


def _weight(fact: Fact) -> tuple[bool, Exact]:
    """Of facts that say the same, final comes before preliminary, and the one written with the most decimals first."""
    return fact.preliminary, fact.step if isinstance(fact, Measurement) else 0


def content(fact: Fact) -> tuple[object, ...]:
    """What a fact says of its thing. Facts with equal content are harmless duplicates; a final one outweighs the others."""
    if fact.withdrawn:
        return ("withdrawn",)
    match fact:
        case Measurement():
            return (fact.amount, fact.volume) if fact.amount is not None else (fact.value,)
        case Listing():
            return (fact.members, fact.origins)
        case Event():
            return (fact.date,)
        case Forecast():
            return (fact.expected, fact.volume, fact.value)
        case Assessment():
            return (fact.verdict, fact.date, fact.by, fact.expires)
    raise TypeError(fact)


def only(variants: Iterable[F]) -> list[F]:
    """The variants that say something: those not withdrawn."""
    return [fact for fact in variants if not fact.withdrawn]
