"""By how many days the date of an event, or its forecast, would have to be wrong."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

import attrs
from rulecheck.engine.proof import Step
from rulecheck.engine.robustness.probe import Flip, Probe
from rulecheck.facts.facts import Event, Forecast
from rulecheck.rules.criteria import Milestone, Order, Recurring


def event_flips(probe: Probe, leaf: Milestone | Order | Recurring, step: Step) -> Iterator[Flip]:
    """The smallest number of days by which the date of one event changes the verdict, and that of one forecast."""
    happened: list[Flip] = []
    expected: list[Flip] = []
    for name in step.facts:
        fact = probe.known[name]
        if isinstance(fact, Event) and fact.date is not None:
            happened += _flips(probe, leaf, step.path, fact, fact.date)
        elif isinstance(fact, Forecast) and fact.expected is not None:
            expected += _flips(probe, leaf, step.path, fact, fact.expected)
    for found in (happened, expected):
        if found:
            yield min(found, key=lambda flip: (abs(flip.days or 0), flip.fact))


def _flips(
    probe: Probe, leaf: Milestone | Order | Recurring, path: str, fact: Event | Forecast, now: date
) -> Iterator[Flip]:
    for day in _days_to_try(probe, leaf, fact):
        if day == now or not date.min < day < date.max:
            continue
        if isinstance(fact, Event):
            verdict = probe.judged_with(attrs.evolve(fact, date=day))
        else:
            verdict = probe.judged_with(attrs.evolve(fact, expected=day))
        if verdict != probe.now:
            of: Literal["value", "forecast"] = "value" if isinstance(fact, Event) else "forecast"
            yield Flip(path, fact.id, verdict, days=(day - now).days, of=of)


def _days_to_try(probe: Probe, leaf: Milestone | Order | Recurring, fact: Event | Forecast) -> Iterator[date]:
    """A day may matter where it meets a deadline, the day of another event, or the day that is judged."""
    one = timedelta(1)
    marks = {probe.evaluation.as_of}
    if isinstance(leaf, Recurring):
        marks |= {date.fromisoformat(fact.subject)} if fact.event == leaf.event and fact.subject else set()
    else:
        marks.add(leaf.by)
    cited = set(probe.verdict.step.cited())
    marks |= {e.date for e in probe.evaluation.facts.events if e.date and e.id in cited}
    if isinstance(fact, Forecast):
        marks |= {f.expected for f in probe.evaluation.facts.forecasts if f.expected and f.id in cited}
    for mark in sorted(marks):
        yield from (mark - one, mark, mark + one)
