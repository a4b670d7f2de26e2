"""A proposal while it is made: what is known, what is supposed so far, and why there may be none."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from rulecheck.engine.findings.events import Thing
from rulecheck.engine.scenario import SUPPOSED, thing
from rulecheck.facts.facts import Event, Fact, Facts
from rulecheck.facts.timeline import view
from rulecheck.rules.plan import Plan

Data = Mapping[str, Any]


class Impossible(Exception):
    """No admissible future meets the criterion, or none can be told: the message says why."""


class Draft:
    """Facts supposed so far (``found``, by what they are about) and due dates set (``calendar``), beside those known."""

    def __init__(self, plan: Plan, facts: Facts) -> None:
        self.plan = plan
        self.view = view(facts, date.max, None)
        self.known = facts.by_id()
        self.events: dict[Thing, Event] = {(e.event, e.subject): e for e in facts.events}
        self.found: dict[tuple[Any, ...], Fact] = {}
        self.calendar: dict[str, tuple[date, ...]] = dict(facts.calendar)

    def head(self, name: str) -> dict[str, Any]:
        """What marks the next fact as supposed."""
        return {"id": f"{SUPPOSED}:{name}", "index": (SUPPOSED, len(self.found))}

    def add(self, fact: Fact) -> None:
        """Suppose ``fact``, in the place of what was supposed of the same thing."""
        self.found[thing(fact)] = fact
