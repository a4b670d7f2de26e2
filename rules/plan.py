"""A plan as frozen data: goals, targets, measures, events, dependencies, and its versions."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import attrs
from rulecheck.facts.facts import EventName, MeasureKind, MeasureName, Vocabulary
from rulecheck.facts.period import Period
from rulecheck.facts.problem import Path
from rulecheck.facts.quantity import Exact
from rulecheck.rules.criteria import Criterion, Graduation

Texts = Mapping[str, str]
"""A text by language. The key of the plan's own language is always there when the mapping is not empty."""
Modality = Literal["must", "should", "may"]
Complaint = tuple[Path, str, str, dict[str, object]]
"""Something wrong with a plan document: path, message, remedy, values."""

FOLLOW_UP = {"monthly": 1, "quarterly": 3, "tertial": 4, "half-yearly": 6, "yearly": 12}
"""Months between the days figures fall due."""

RISK_RULES = {
    "value-breaches": "R1",
    "margin": "R2",
    "required-rate": "R3",
    "slip": "R4",
    "lead-time": "R5",
    "dependency": "R6",
    "evidence": "R7",
    "trend": "R8",
    "out-of-reach": "R9",
}
"""The risk rules of semantics §5. R1, R4, R6, R7 and R9 need no number and are on unless a plan says ``off``."""


class Risks(NamedTuple):
    """Declared risk rules of a target. A rule whose number is None does not apply."""

    lead_time: int | None = None
    margin: Exact | None = None
    margin_is_relative: bool = True
    required_rate: Exact | Literal["best-quarter"] | None = None
    trend: int | None = None
    off: frozenset[str] = frozenset()


class Parameter(NamedTuple):
    """What the plan leaves open and somebody has declared, or nobody yet (``value`` None)."""

    name: str
    label: Texts
    value: str | tuple[str, ...] | None
    declared: str
    """The day it was declared, as written; empty while it is not."""
    source: str
    because: Texts
    origin: Literal["plan", "file"]
    sha256: str
    """Of the file it comes from; empty when it comes from the plan."""


class Covered(NamedTuple):
    """A normative sentence of the document that no target, goal or dependency quotes, and where it went."""

    quote: str
    where: str
    went: Literal["target", "sub-criterion", "dependency", "plan-rule", "no-rule"]
    target: str
    """The target it went to; empty when it went to none."""
    because: Texts


class Alternative(NamedTuple):
    """What else the text could mean; ``criterion`` is what it requires then, None where that cannot be computed."""

    texts: Texts
    criterion: Criterion | None = None


class Reading(NamedTuple):
    """A declared answer to what the text leaves open."""

    name: str
    chosen: Texts
    because: Texts
    alternatives: tuple[Alternative, ...] = ()
    of: tuple[str, ...] = ()
    """The words of the quote, or of the rule, that it answers."""


@attrs.frozen(eq=False, repr=False)
class Target:
    """What the plan promises, how it is judged, and what it is worth."""

    id: str
    goal: str
    weight: Exact | None
    owner: str
    title: Texts
    quote: str
    where: str
    criterion: Criterion
    risks: Risks
    modality: Modality
    graduated: Graduation
    readings: tuple[Reading, ...]
    notes: Texts
    depends_on: tuple[str, ...]
    """Ids of the targets it depends on: declared, or because its events require events of theirs."""
    parameters: tuple[str, ...] = ()
    """Names of the parameters its criterion uses, declared or not."""

    @property
    def otherwise(self) -> tuple[tuple[Reading, Texts, Criterion], ...]:
        """The alternatives that can be judged: of which reading, in which words, and what they require."""
        return tuple(
            (reading, other.texts, other.criterion)
            for reading in self.readings
            for other in reading.alternatives
            if other.criterion is not None
        )


class Goal(NamedTuple):
    """Targets that belong together. ``weight``, when given, is the sum of theirs."""

    id: str
    title: Texts
    weight: Exact | None
    quote: str
    targets: tuple[Target, ...]


class Dependency(NamedTuple):
    """``then`` counts only if ``before`` had happened on or before its day, for the same subject if ``per_subject``."""

    before: str
    then: str
    per_subject: bool
    quote: str
    path: Path = ()
    """Where the plan document declares it."""


class Measure(NamedTuple):
    """A number that facts give: its name, unit and kind, and what is left out of it."""

    id: str
    label: Texts
    unit: str
    kind: MeasureKind
    signed: bool
    excludes: tuple[str, ...] = ()
    notes: Texts = MappingProxyType({})
    records: Mapping[str, Any] | None = None
    """How it is computed from case records, as written; ``records.definition_of`` gives it meaning when it is needed."""


class EventType(NamedTuple):
    """``subjects`` None: the event has none; ``closed`` False: others than the named ones may join."""

    id: str
    label: Texts
    subjects: Mapping[str, str] | None
    closed: bool
    dated: bool


@attrs.frozen(eq=False, repr=False, slots=False)
class Version:
    """The plan as it is in force from a day on."""

    id: str
    in_force_from: date
    reason: str
    decided_by: str
    goals: tuple[Goal, ...]
    withdrawn: Mapping[str, str]
    """Targets taken out by this version, with the reason."""

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        return tuple(target for goal in self.goals for target in goal.targets)

    @cached_property
    def judging_order(self) -> tuple[str, ...]:
        """Target ids so that each comes after those it depends on; the plan's order where none does."""
        needs = {target.id: target.depends_on for target in self.targets}
        if not any(needs.values()):
            return tuple(needs)
        from graphlib import TopologicalSorter

        return tuple(TopologicalSorter(needs).static_order())

    @cached_property
    def weighted(self) -> bool:
        return any(target.weight is not None for target in self.targets)


@attrs.frozen(eq=False, repr=False, slots=False)
class Plan:
    """A plan document, read and checked."""

    id: str
    title: Texts
    authority: str
    language: str
    period: Period
    follow_up: int | None
    """Months between the days figures fall due; None when the plan says nothing."""
    lag: int
    deadline_rule: str
    """How deadlines on a non-working day are read: ``stay`` or ``next-working-day``."""
    source: Mapping[str, str]
    measures: Mapping[str, Measure]
    events: Mapping[str, EventType]
    dependencies: tuple[Dependency, ...]
    versions: tuple[Version, ...]
    """In order of coming into force; the first is the plan as signed."""
    sha256: str
    parameters: Mapping[str, Parameter] = MappingProxyType({})
    unlisted: frozenset[tuple[str, str]] = frozenset()
    """Measure and dimension of lists of members that nobody has declared."""
    coverage: tuple[Covered, ...] = ()

    def version_on(self, day: date) -> Version:
        """The version in force on ``day``; before the first comes into force, the first."""
        found = self.versions[0]
        for version in self.versions:
            if version.in_force_from <= day:
                found = version
        return found

    @cached_property
    def requirements(self) -> Mapping[str, tuple[Dependency, ...]]:
        """For each event, what must have happened before it counts."""
        found: dict[str, list[Dependency]] = {}
        for dependency in self.dependencies:
            found.setdefault(dependency.then, []).append(dependency)
        return {event: tuple(needed) for event, needed in found.items()}

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The names facts may use."""
        from rulecheck.rules.criteria import Threshold, leaves_facts_may_be_of

        members: dict[str, dict[str, set[str]]] = {}
        bases: dict[str, list[Period]] = {}
        for version in self.versions:
            for target in version.targets:
                read = (target.criterion, *(criterion for _, _, criterion in target.otherwise))
                for leaf in (leaf for one in read for leaf in leaves_facts_may_be_of(one)):
                    if isinstance(leaf, Threshold):
                        for dimension, member in leaf.dimensions:
                            if (leaf.measure, dimension) in self.unlisted:
                                continue
                            members.setdefault(leaf.measure, {}).setdefault(dimension, set()).add(member)
                        if leaf.trend is not None:
                            bases.setdefault(leaf.measure, []).append(leaf.trend.base)
        return Vocabulary(
            self.id,
            self.period,
            {
                m.id: MeasureName(
                    m.kind,
                    m.signed,
                    {d: frozenset(s) for d, s in members.get(m.id, {}).items()},
                    tuple(bases.get(m.id, ())),
                )
                for m in self.measures.values()
            },
            {
                e.id: EventName(None if e.subjects is None else frozenset(e.subjects), e.closed, e.dated)
                for e in self.events.values()
            },
            frozenset(t.id for v in self.versions for t in v.targets),
        )
