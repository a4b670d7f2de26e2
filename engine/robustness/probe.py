"""The target judged again with one fact changed."""

from functools import cached_property
from typing import Literal, NamedTuple

from rulecheck.engine.evaluate import Evaluation, TargetVerdict
from rulecheck.engine.reference import verdict_of
from rulecheck.engine.scenario import all_facts, made_of
from rulecheck.facts.facts import Fact, Facts
from rulecheck.facts.quantity import Exact
from rulecheck.facts.timeline import View, view


class Flip(NamedTuple):
    """The verdict becomes ``verdict`` when the fact is wrong by this much.

    Of a measure: ``limit`` is the exact value at which it turns; ``attained`` tells whether it has turned exactly there,
    or only beyond; ``error`` is the change of that value, ``relative`` the same as a part of it (None when it is zero).
    ``of`` says whose value that is: the measure's (``value``), that of the base period of a trend (``base``), that of the
    one ``figure`` which the fact tells, what a ``forecast`` expects, or the ``volume`` it expects. ``items``: the change of a numerator in whole items. ``days``: the change of
    the date of an event, or of its forecast. ``members``: so many more or fewer members of a list.
    """

    path: str
    fact: str
    verdict: str
    limit: Exact | None = None
    attained: bool = True
    error: Exact | None = None
    relative: Exact | None = None
    items: int | None = None
    days: int | None = None
    members: int | None = None
    of: Literal["value", "base", "figure", "forecast", "volume"] = "value"


class Probe:
    """One verdict, and what it would be if a fact said otherwise."""

    def __init__(self, evaluation: Evaluation, verdict: TargetVerdict) -> None:
        self.evaluation, self.verdict = evaluation, verdict
        self.target, self.now = verdict.target, str(verdict.verdict)
        self.known = evaluation.facts.by_id()
        self._all = all_facts(evaluation.facts)

    @cached_property
    def view(self) -> View:
        """The facts that count for the day that is judged."""
        return view(self.evaluation.facts, self.evaluation.as_of, self.evaluation.known_at)

    def judged(self, facts: Facts) -> str:
        """The verdict by these facts."""
        e = self.evaluation
        return verdict_of(e.plan, facts, e.as_of, e.known_at, self.target.id)

    def judged_with(self, fact: Fact) -> str:
        """The verdict with ``fact`` in the place of the one of its id."""
        return self.judged(made_of(self.evaluation.facts, [fact if f.id == fact.id else f for f in self._all]))
