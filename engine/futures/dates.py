"""Events that are still to come: their forecast day, moved by as much as forecasts of this plan were wrong before.

A slippage is how many days later than an earlier forecast of an event it happened, or is expected now. Nothing happens before
what it requires: an event waits for the latest of its prerequisites. What neither happened nor is forecast never happens.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from rulecheck.engine.findings.events import Thing, happened_by, one_is_enough, prerequisites
from rulecheck.engine.futures.draws import Days, Draws
from rulecheck.engine.futures.model import LEAST, Model, Unknowable
from rulecheck.facts.facts import Event, Facts, Forecast
from rulecheck.facts.timeline import View, only
from rulecheck.rules.plan import Dependency, Plan

NEVER = np.iinfo(np.int32).max
"""Later than every day."""


class Coming(NamedTuple):
    """An event by itself: the day it happened (``fixed``), or the days it may come, each as likely."""

    fixed: int | None
    days: tuple[int, ...]
    model: Model | None


class Slips(NamedTuple):
    """Days by which forecasts were wrong, and the facts they were taken from."""

    days: tuple[int, ...]
    forecasts: tuple[str, ...]


def slippages(facts: Facts, seen: View) -> Slips:
    """Of every earlier forecast of an event, how much later the event happened, or is expected now."""
    told: dict[Thing, list[Forecast]] = {}
    for forecast in facts.forecasts:
        known = seen.known_at is None or forecast.reported is None or forecast.reported <= seen.known_at
        made = forecast.reported is not None and forecast.reported <= seen.as_of
        if forecast.event and forecast.expected and known and made and not forecast.withdrawn:
            told.setdefault((forecast.event, forecast.subject), []).append(forecast)
    days, names = [], []
    for thing in sorted(told):
        earlier = sorted(told[thing], key=lambda f: (f.reported or date.min, f.id))
        event = happened(thing, seen)
        outcome = event.date if event is not None else None
        if outcome is None:
            outcome = earlier.pop().expected
        for forecast in earlier:
            if outcome is not None and forecast.expected is not None and (forecast.reported or outcome) <= outcome:
                days.append((outcome - forecast.expected).days)
                names.append(forecast.id)
    return Slips(tuple(days), tuple(names))


def happened(thing: Thing, seen: View) -> Event | None:
    """The event as told, if it had happened by the day."""
    variants = seen.events.get(thing[0], {}).get(thing[1], ())
    return variants[0] if variants and happened_by(variants[0], seen.as_of) else None


class Calendar:
    """The events of a plan, those of the past and those to come; what is asked for is worked out once."""

    def __init__(self, plan: Plan, seen: View, slips: Slips, further: Mapping[str, Sequence[Dependency]]) -> None:
        self.plan, self.seen, self.slips = plan, seen, slips
        self.further = further
        """What criteria require of an event beyond what the plan does."""
        self.coming: dict[Thing, Coming] = {}
        self.habits: dict[Thing, Coming] = {}
        self.silent: dict[Thing, Unknowable] = {}

    def ask(self, thing: Thing) -> None:
        """Take in an event with all it requires. Raises Unknowable where nothing says when it or they will come."""
        if thing in self.coming:
            return
        if thing in self.silent:
            raise self.silent[thing]
        try:
            self._ask(thing)
        except Unknowable as reason:
            self.coming.pop(thing, None)
            self.silent[thing] = reason
            raise

    def _ask(self, thing: Thing) -> None:
        event = happened(thing, self.seen)
        if event is not None and event.date is not None:
            self.coming[thing] = Coming(event.date.toordinal(), (), None)
        else:
            self.coming[thing] = self.habits.get(thing) or self.forecast(thing)
        for group in self.first(thing):
            known = self.known(group)
            if not known and event is None:  # what has happened already may lack what it required
                raise self.silent[group[0]]

    def known(self, things: Sequence[Thing]) -> list[Thing]:
        """Those of the things that have happened or may come."""
        found = []
        for thing in things:
            try:
                self.ask(thing)
                found.append(thing)
            except Unknowable:
                continue
        return found

    def forecast(self, thing: Thing) -> Coming:
        """The days an event may come by its latest forecast. Raises Unknowable."""
        name = f"{thing[0]}/{thing[1]}" if thing[1] else thing[0]
        told = [f for f in only(self.seen.expected.get(thing, ())) if f.expected is not None]
        if not told:
            raise Unknowable("nothing says when {event} will come", event=name)
        latest = max(told, key=lambda f: (f.expected or date.min, f.id))
        if len(self.slips.days) < LEAST:
            words = {"count": len(self.slips.days), "least": LEAST}
            raise Unknowable("forecasts of dates put to the test so far: {count}; {least} are needed", **words)
        assert latest.expected is not None
        start, today = latest.expected.toordinal(), self.seen.as_of.toordinal()
        days = tuple(start + slip for slip in self.slips.days if start + slip > today)
        if not days:
            raise Unknowable("{event} is later already than any forecast was wrong before", event=name)
        data = {"forecast": latest.id, "expected": latest.expected.isoformat(), "slips": list(self.slips.days),
                "tested": list(self.slips.forecasts), "possible": len(days)}  # fmt: skip
        return Coming(None, days, Model("slippage", name, data))

    def needs(self, thing: Thing, after: Sequence[Dependency] = ()) -> list[list[Thing]]:
        """What must have happened before the event counts: one of each of these."""
        found = []
        for need in (*self.plan.requirements.get(thing[0], ()), *after):
            before = prerequisites(need, thing[1], self.plan, self.seen)
            found += [before] if one_is_enough(need, self.plan) else [[one] for one in before]
        return found

    def first(self, thing: Thing) -> list[list[Thing]]:
        """What it waits for: what it requires, and what some criterion requires of it."""
        return self.needs(thing, self.further.get(thing[0], ()))


class Diary:
    """The days of all events in each of some futures, drawn as they are asked for."""

    def __init__(self, calendar: Calendar, draws: Draws) -> None:
        self.calendar, self.draws = calendar, draws
        self.raw: dict[Thing, Days] = {}
        self.memo: dict[Thing, Days] = {}

    def told(self, thing: Thing) -> Days:
        """The day facts will tell of, whether it counts or not."""
        if thing not in self.raw:
            self.raw[thing] = self._told(thing)
        return self.raw[thing]

    def _told(self, thing: Thing) -> Days:
        coming = self.calendar.coming.get(thing)
        if coming is None:
            return np.array(NEVER, dtype=np.int32)
        if coming.fixed is not None:
            return np.array(coming.fixed, dtype=np.int32)
        days = np.array(coming.days, dtype=np.int32)
        found: Days = days[self.draws.choose(f"day of {thing[0]}/{thing[1]}", len(days))]
        for group in self.calendar.first(thing):
            found = np.maximum(found, self.earliest(group))
        return found

    def counts(self, thing: Thing, after: Sequence[Dependency] = ()) -> Days:
        """The day from which it counts: its own, if all it requires had happened by then; else never."""
        if after:
            return self._counts(thing, after)
        if thing not in self.memo:
            self.memo[thing] = self._counts(thing, ())
        return self.memo[thing]

    def _counts(self, thing: Thing, after: Sequence[Dependency]) -> Days:
        day = self.told(thing)
        for group in self.calendar.needs(thing, after):
            day = np.where(self.earliest(group) <= day, day, np.int32(NEVER))
        return day

    def earliest(self, group: Sequence[Thing]) -> Days:
        """When the first of them counts."""
        found = self.counts(group[0])
        for other in group[1:]:
            found = np.minimum(found, self.counts(other))
        return found
