"""Facts with other facts laid over them: what is known by a day, and what is supposed to come.

A supposed fact takes the place of every fact about the same thing. Nothing here judges anything.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import attrs
from rulecheck.facts.facts import Assessment, Event, Fact, Facts, Forecast, Listing, Measurement
from rulecheck.facts.timeline import only, view

SUPPOSED = "supposed"
"""The group of the index of facts that no file holds."""


def thing(fact: Fact) -> tuple[Any, ...]:
    """What a fact is about; two facts about the same thing cannot both stand."""
    match fact:
        case Measurement():
            return ("measurement", fact.measure, fact.period, fact.dimensions)
        case Listing():
            return ("list", fact.measure, fact.at, fact.dimensions)
        case Event():
            return ("event", fact.event, fact.subject, fact.dimensions)
        case Forecast():
            return ("forecast", fact.event, fact.subject, fact.measure, fact.period, fact.dimensions)
        case _:
            assert isinstance(fact, Assessment)
            return ("assessment", fact.target)


def all_facts(facts: Facts) -> list[Fact]:
    """Every fact, in canonical order."""
    return [*facts.measurements, *facts.lists, *facts.events, *facts.forecasts, *facts.assessments]


def made_of(facts: Facts, chosen: Iterable[Fact]) -> Facts:
    """The same file with ``chosen`` as its facts."""
    kept = list(chosen)
    return attrs.evolve(
        facts,
        measurements=tuple(f for f in kept if isinstance(f, Measurement)),
        lists=tuple(f for f in kept if isinstance(f, Listing)),
        events=tuple(f for f in kept if isinstance(f, Event)),
        forecasts=tuple(f for f in kept if isinstance(f, Forecast)),
        assessments=tuple(f for f in kept if isinstance(f, Assessment)),
    )


def present(facts: Facts, as_of: date, known_at: date | None) -> Facts:
    """Only what stands on ``as_of`` as known at ``known_at``: what the file tells of later days is left out."""
    seen = view(facts, as_of, known_at)
    found: list[Fact] = []
    for series in seen.measurements.values():
        for variants in series.values():
            found += only(variants)
    for days in seen.lists.values():
        for listed in days.values():
            found += only(listed)
    for subjects in seen.events.values():
        for told in subjects.values():
            found += [e for e in told if not e.withdrawn and e.date is not None and e.date <= as_of]
    for forecasts in (*seen.expected.values(), *seen.volumes.values()):
        found += only(forecasts)
    for assessments in (*seen.assessments.values(), *seen.waivers.values()):
        found += only(assessments)
    return made_of(facts, found)


def overlaid(facts: Facts, supposed: Sequence[Fact]) -> Facts:
    """``facts`` with ``supposed`` in place of whatever is told about the same things."""
    about = {thing(fact) for fact in supposed}
    return made_of(facts, [*(f for f in all_facts(facts) if thing(f) not in about), *supposed])


def without(facts: Facts, left_out: str) -> Facts:
    """All facts but the one with this id."""
    return made_of(facts, [f for f in all_facts(facts) if f.id != left_out])
