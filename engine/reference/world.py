"""The facts known at K, and what has to have happened before an event counts."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import product
from typing import Any

from rulecheck.facts.facts import Assessment, Event, Fact, Facts, Forecast, Listing, Measurement
from rulecheck.facts.period import Period
from rulecheck.rules.criteria import Milestone, Order, Recurring, Threshold
from rulecheck.rules.plan import Plan, Target

TRIED = 64
"""So many ways in which contradicting facts can be true are tried; with more, nothing is certain."""
Judged = tuple[str, date | None]
"""The verdict, and the day by which everything needed had happened, if it had."""


class World:
    """The facts known at K, by what they are about; of each thing only what was reported last."""

    def __init__(self, plan: Plan, facts: Facts, as_of: date, known_at: date | None) -> None:
        self.plan, self.facts, self.as_of = plan, facts, as_of
        self.needs: dict[str, list[tuple[str, bool]]] = {}
        for d in plan.dependencies:
            self.needs.setdefault(d.then, []).append((d.before, d.per_subject))
        things: dict[tuple[str, Any], list[Any]] = {}

        def tell(kind: str, about: Any, fact: Fact) -> None:
            if known_at is None or fact.reported is None or fact.reported <= known_at:
                things.setdefault((kind, about), []).append(fact)

        for m in facts.measurements:
            tell("measurement", (m.measure, m.dimensions, m.period), m)
        for found in facts.lists:
            if not found.dimensions and found.at <= as_of:
                tell("list", (found.measure, found.at), found)
        for e in facts.events:
            if not e.dimensions:
                tell("event", (e.event, e.subject), e)
        for f in facts.forecasts:
            if f.reported is None or f.reported <= as_of:
                tell("forecast", (f.measure, f.dimensions, f.period) if f.period else (f.event, f.subject), f)
        for a in facts.assessments:
            if not a.waiver and (a.date is None or a.date <= as_of):
                tell("assessment", a.target, a)
        self.things = {thing: told if len(told) == 1 else self._last(told) for thing, told in things.items()}
        self.series: dict[Any, list[tuple[Period, list[Measurement]]]] = {}
        self.subjects_of: dict[str, set[str]] = {}
        self.firsts: dict[Any, list[list[tuple[str, str]]]] = {}
        for (kind, about), told in self.things.items():
            if kind == "measurement" and about[2].last <= as_of:
                self.series.setdefault(about[:2], []).append((about[2], told))
            elif kind in ("event", "forecast") and len(about) == 2:
                self.subjects_of.setdefault(about[0], set()).add(about[1])

    @staticmethod
    def _last(told: list[Any]) -> list[Any]:
        newest = max(f.reported or date.min for f in told)
        latest = [f for f in told if (f.reported or date.min) == newest]
        latest.sort(key=lambda f: (f.preliminary, getattr(f, "step", 0)), reverse=True)  # the weightiest comes last
        return distinct(latest, _says) if len(latest) > 1 else latest

    def told(self, kind: str, about: Any) -> list[Any]:
        return self.things.get((kind, about), [])

    def happening(self, event: Event | None) -> bool:
        return event is not None and not event.withdrawn and event.date is not None and event.date <= self.as_of

    def by_now(self, event: Event) -> object:
        """What the event says by D."""
        return self.happening(event) and (event.date, event.preliminary)

    def forecast_day(self, event: str, subject: str) -> date | None:
        days = [f.expected for f in self.told("forecast", (event, subject)) if not f.withdrawn and f.expected]
        return max(days, default=None)

    def before(self, event: str, subject: str, after: tuple[str, ...] = ()) -> list[list[tuple[str, str]]]:
        """What must have happened before ``event`` counts for ``subject``: one of each of these."""
        if not after and event not in self.needs:
            return []
        asked = (event, subject, after)
        if asked not in self.firsts:
            self.firsts[asked] = self._before(event, subject, after)
        return self.firsts[asked]

    def _before(self, event: str, subject: str, after: tuple[str, ...]) -> list[list[tuple[str, str]]]:
        needs = list(self.needs.get(event, ()))
        for name in after:
            both = self.has_subjects(name) and self.has_subjects(event)
            needs.append((name, both))
        found = []
        for name, per_subject in needs:
            if not self.has_subjects(name):
                found.append([(name, "")])
            elif per_subject:
                found.append([(name, subject)])
            elif self.plan.events[name].subjects:
                found += [[(name, s)] for s in self.plan.events[name].subjects or ()]
            else:  # an open set: nobody can say when all have happened, so one is enough
                found.append([(name, s) for s in self.heard(name) or [""]])
        return found

    def heard(self, event: str) -> list[str]:
        """The subjects that facts tell of."""
        return sorted(self.subjects_of.get(event, ()))

    def measured(self, criterion: Threshold) -> list[tuple[Period, list[Measurement]]]:
        """What is told of each period that ends by D."""
        return self.series.get((criterion.measure, criterion.dimensions), [])

    def has_subjects(self, event: str) -> bool:
        return event in self.plan.events and self.plan.events[event].subjects is not None

    def subjects(self, criterion: Milestone) -> list[str]:
        if criterion.members is not None:
            return list(criterion.members)
        if not self.has_subjects(criterion.event):
            return [""]
        things = [(criterion.event, s) for s in self.heard(criterion.event)]
        return [
            thing[1]
            for thing in things
            if self.forecast_day(*thing) is not None or any(self.happening(e) for e in self.told("event", thing))
        ]

    def closure(self, criterion: Milestone | Order | Recurring) -> list[tuple[str, str]]:
        """The events a criterion rests on, with all they require."""
        if isinstance(criterion, Milestone):
            things = [(criterion.event, s) for s in self.subjects(criterion)]
            things += [b for e, s in things for group in self.before(e, s, criterion.after) for b in group]
        elif isinstance(criterion, Order):
            things = [(e, s) for e in (criterion.before, criterion.then) for s in criterion.subjects]
        else:
            things = [(criterion.event, d.isoformat()) for d in self.due_dates(criterion)]
        for event, subject in things:  # grows while it is walked
            things += [b for group in self.before(event, subject) for b in group if b not in things]
        return list(dict.fromkeys(things))

    def due_dates(self, criterion: Recurring) -> Sequence[date]:
        if criterion.dates is not None:
            return criterion.dates
        return [day for day in self.facts.calendar.get(criterion.event, ()) if day <= criterion.by]

    def recognised(
        self, thing: tuple[str, str], log: dict[Any, Event | None], after: tuple[str, ...] = ()
    ) -> Event | None:
        """The event as it counts: None unless all it requires had happened on or before its day."""
        event = log[thing]
        if event is None or not self.happening(event):
            return None
        return event if all(self.earlier(group, event, log) for group in self.before(*thing, after)) else None

    def earlier(
        self, group: list[tuple[str, str]], event: Event, log: dict[Any, Event | None]
    ) -> list[tuple[str, str]]:
        """Those of the group that count and had happened on or before the event's day."""
        found = [(thing, self.recognised(thing, log)) for thing in group]
        return [thing for thing, e in found if e is not None and e.date <= event.date]  # type: ignore[operator]

    def is_final(self, thing: tuple[str, str], log: dict[Any, Event | None], after: tuple[str, ...] = ()) -> bool:
        event = log[thing]
        assert event is not None
        if event.preliminary:
            return False
        return all(
            any(self.is_final(b, log) for b in self.earlier(group, event, log)) for group in self.before(*thing, after)
        )


def _says(fact: Fact) -> object:
    if fact.withdrawn:
        return "withdrawn"
    if isinstance(fact, Measurement):
        return (fact.amount, fact.volume) if fact.amount is not None else (fact.value,)
    if isinstance(fact, Listing):
        return (fact.members, fact.origins)
    if isinstance(fact, Event):
        return (fact.date,)
    if isinstance(fact, Forecast):
        return (fact.expected, fact.volume, fact.value)
    assert isinstance(fact, Assessment)
    return (fact.verdict, fact.date, fact.by, fact.expires)


def agreed(verdicts: Iterable[str]) -> str:
    """The verdict all alternatives agree on; at-risk when they do not (or there are too many to try)."""
    found = set(verdicts)
    return found.pop() if len(found) == 1 else "at-risk"


def choices_of(told: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Each way to believe one of the variants of everything told; none when they are too many to try."""
    size = 1
    for variants in told:
        size *= len(variants)
    return list(product(*told)) if size <= TRIED else []


def distinct(variants: Sequence[Any], key: Callable[[Any], object]) -> list[Any]:
    """One variant for each key."""
    return list({key(v): v for v in variants}.values())


def lean(fires: dict[str, bool], target: Target) -> str:
    """At risk when a risk rule fires that the plan has not switched off."""
    return "at-risk" if any(on and rule not in target.risks.off for rule, on in fires.items()) else "on-track"
