"""What a check looks at, and how it says what does not hold."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from rulecheck.engine.proof import Step
from rulecheck.facts.facts import Fact
from rulecheck.rules.plan import Plan, Target

Data = Mapping[str, Any]


class Wrong(Exception):
    """What does not hold in the step at hand."""


def need(holds: object, what: str, *parts: object) -> None:
    """Raises Wrong with ``what`` does not hold; it is put into words, with its parts, only then."""
    if not holds:
        raise Wrong(what.format(*parts))


def day_of(text: str) -> date:
    """A day as a proof writes it."""
    return date.fromisoformat(text)


def shows(shown: Data, **follows: object) -> None:
    """What is shown is what follows; None: nothing is."""
    for key, value in follows.items():
        if shown.get(key) != value:  # thousands of numbers agree; only one that does not is put into words
            raise Wrong(f"{key} is {value}, not {shown.get(key)}")


class Context:
    """The plan, the facts and the day; and which facts the step at hand says it rests on."""

    def __init__(
        self,
        plan: Plan,
        facts: Mapping[str, Fact],
        calendar: Mapping[str, tuple[date, ...]],
        as_of: date,
        known_at: date | None,
        steps: Mapping[str, Step],
    ) -> None:
        self.facts, self.calendar, self.as_of, self.known_at = facts, calendar, as_of, known_at
        self.plan, self.steps = plan, steps
        self.citing: frozenset[str] = frozenset()

    def cited_as(self, kind: type[Fact], name: str, **about: object) -> Any:
        """A cited fact of this kind that says something, about this."""
        fact = self.cited(name)
        if not isinstance(fact, kind) or fact.withdrawn:
            raise Wrong(f"{name} says nothing of the kind")
        if any(getattr(fact, key) != wanted for key, wanted in about.items()):
            raise Wrong(f"{name} is about something else")
        return fact

    def cited(self, name: str) -> Any:
        """A cited fact: there, known at K, and among those the step at hand says it rests on."""
        fact = self.facts.get(name)
        if fact is None:
            raise Wrong(f"cites a fact that is not there: {name}")
        if name not in self.citing:
            raise Wrong(f"{name} is used and not cited")
        if self.known_at is not None and fact.reported is not None and fact.reported > self.known_at:
            raise Wrong(f"cites a fact that was not known yet: {name}")
        return fact

    def open(self, step: Step, target: Target, fires: Mapping[str, object]) -> None:
        """An open step: at risk for exactly the risk rules that fire on what is shown; on track when none does."""
        fired = {rule for rule, on in fires.items() if on and rule not in target.risks.off}
        if fired != set(step.risks):
            raise Wrong(f"the rules that fire are {sorted(fired)}, not {sorted(step.risks)}")
        rule, verdict = ("still-open", "on-track") if not fired else (min(fired), "at-risk")
        need((step.rule, step.verdict) == (rule, verdict), "rule {} does not give {}", step.rule, step.verdict)

    def little_time(self, by: date, target: Target) -> bool:
        lead = target.risks.lead_time
        return lead is not None and (by - self.as_of).days < lead
