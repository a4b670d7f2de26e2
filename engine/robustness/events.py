"""By how many days the date of an event would have to be wrong."""

from collections.abc import Iterator
from datetime import date, timedelta

import attrs
from rulecheck.engine.proof import Step
from rulecheck.engine.robustness.probe import Flip, Probe
from rulecheck.facts.facts import Event
from rulecheck.rules.criteria import Milestone, Order, Recurring


def event_flips(probe: Probe, leaf: Milestone | Order | Recurring, step: Step) -> Iterator[Flip]:
    """The smallest number of days by which the date of one event changes the verdict."""
    found: list[Flip] = []
    for name in step.facts:
        fact = probe.known[name]
        if not isinstance(fact, Event) or fact.date is None:
            continue
        for day in _days_to_try(probe, leaf, fact):
            if day == fact.date or not date.min < day < date.max:
                continue
            verdict = probe.judged_with(attrs.evolve(fact, date=day))
            if verdict != probe.now:
                found.append(Flip(step.path, name, verdict, days=(day - fact.date).days))
    if found:
        yield min(found, key=lambda flip: (abs(flip.days or 0), flip.fact))


def _days_to_try(probe: Probe, leaf: Milestone | Order | Recurring, fact: Event) -> Iterator[date]:
    """A day may matter where it meets a deadline, the day of another event, or the day that is judged."""
    one = timedelta(1)
    marks = {probe.evaluation.as_of}
    if isinstance(leaf, Recurring):
        marks |= {date.fromisoformat(fact.subject)} if fact.event == leaf.event and fact.subject else set()
    else:
        marks.add(leaf.by)
    cited = set(probe.verdict.step.cited())
    marks |= {e.date for e in probe.evaluation.facts.events if e.date and e.id in cited}
    for mark in sorted(marks):
        yield from (mark - one, mark, mark + one)
