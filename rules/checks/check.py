"""What a check is, and what it looks at: the plan as read, the document it was read from, and where its rules stand there."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, Literal, NamedTuple

import attrs
from rulecheck.facts.period import Period, parse_period
from rulecheck.facts.problem import Path
from rulecheck.rules.criteria import Assessed, Combination, Criterion, kind_of
from rulecheck.rules.plan import Complaint, Plan, Target, Version

Level = Literal["error", "warning"]


class Source(NamedTuple):
    """The document a plan quotes, as it was found: its words with single blanks, and the hash of its bytes."""

    words: str
    sha256: str


class Place(NamedTuple):
    """A criterion, a leaf or a combination: as read, as written, and where it is written."""

    version: Version
    target: Target
    path: Path
    data: Mapping[str, Any]
    criterion: Criterion

    def parameters(self, field: str) -> list[str]:
        """The parameters the field's value comes from: what the text leaves open, and somebody else decides."""
        value = self.data.get(field)
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else (value,)
        return list(dict.fromkeys(one[1:] for one in inner if isinstance(one, str) and one.startswith("$")))

    def told_of(self, field: str) -> Path:
        """Where a defect of the field is told: at the one parameter its value comes from, else in the criterion itself."""
        named = self.parameters(field)
        return ("parameters", named[0], "value") if len(named) == 1 else (*self.path, field)

    def period(self, field: str, plan: Plan) -> Period | None:
        """The period or day in a field, a parameter's value included; None when there is none, or nobody has declared it."""
        value = self.data.get(field)
        for name in self.parameters(field):
            value = plan.parameters[name].value if name in plan.parameters else None
        try:
            return parse_period(value) if isinstance(value, str) else None
        except ValueError:  # a parameter that is no period: told by the reader
            return None


class Written(NamedTuple):
    """A target of a version with its document: its merged fields, and where each of them stands."""

    version: Version
    target: Target
    fields: Mapping[str, Any]
    paths: Mapping[str, Path]

    def path(self, field: str) -> Path:
        return self.paths.get(field) or self.paths["target"]


@attrs.frozen(eq=False, repr=False, slots=False)
class Document:
    """A plan beside the plain data it was read from. ``source`` None: the document it quotes was not looked at."""

    plan: Plan
    data: Any
    source: Source | None = None

    @cached_property
    def targets(self) -> tuple[Written, ...]:
        """Every target of every version; what two versions share is told once, because it is told of the same place."""
        return tuple(_targets(self.plan, self.data))

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Every criterion of these targets, each combination before its parts. A measure for each member stays one."""
        return tuple(place for written in self.targets for place in _places(written))

    @cached_property
    def alternatives(self) -> tuple[Place, ...]:
        """What targets require where they are read otherwise; judged beside, so that it must be possible too."""
        return tuple(place for written in self.targets for place in _alternatives(written))

    def leaves(self, written: Written) -> list[Place]:
        """The criteria of one target that are no combinations of others."""
        kinds = ("all_of", "any_of", "at_least")
        return [
            place
            for place in self.places
            if place.target is written.target
            and not (isinstance(place.criterion, Combination) and place.criterion.label in kinds)
        ]


class Check(NamedTuple):
    """One thing that is looked for in every plan.

    ``what`` and ``why`` are message ids of the catalogues; ``bad`` and ``good`` are whole plans: of the first exactly
    this check complains, of the second none does. ``document`` holds the words both quote, where that matters.
    """

    id: str
    name: str
    level: Level
    what: str
    why: str
    bad: str
    good: str
    find: Callable[[Document], Iterator[Complaint]]
    document: str = ""


def _targets(plan: Plan, data: Any) -> Iterator[Written]:
    fields: dict[str, dict[str, Any]] = {}
    paths: dict[str, dict[str, Path]] = {}
    for n, version in enumerate(plan.versions):
        for name, (path, change) in _changes(data, n):
            if change.get("withdrawn"):
                fields.pop(name, None)
                paths.pop(name, None)
                continue
            fields[name] = {**fields.get(name, {}), **change}
            paths[name] = {**paths.get(name, {}), "target": path, **{field: (*path, field) for field in change}}
        for target in version.targets:
            if target.id in fields:
                yield Written(version, target, fields[target.id], paths[target.id])


def _changes(data: Any, n: int) -> Iterator[tuple[str, tuple[Path, Mapping[str, Any]]]]:
    """What a version writes of its targets; the first writes all of them."""
    if n:
        amended = data["versions"][n - 1].get("targets") or {}
        for name, change in amended.items():
            yield name, (("versions", n - 1, "targets", name), change)
        return
    for i, goal in enumerate(data["goals"]):
        for j, target in enumerate(goal["targets"]):
            yield target["target"], (("goals", i, "targets", j), target)


def _places(written: Written) -> Iterator[Place]:
    required = written.fields.get("require")
    if required is not None:
        yield from _within(written, required, written.target.criterion, written.path("require"))


def _alternatives(written: Written) -> Iterator[Place]:
    readings = written.fields.get("readings") or {}
    for reading in written.target.readings:
        for i, other in enumerate(reading.alternatives):
            data = readings[reading.name]["alternatives"][i]
            if other.criterion is not None and isinstance(data, dict) and data.get("require"):
                path = (*written.path("readings"), reading.name, "alternatives", i, "require")
                yield from _within(written, data["require"], other.criterion, path)


def _within(written: Written, data: Mapping[str, Any], criterion: Criterion, path: Path) -> Iterator[Place]:
    if isinstance(criterion, Assessed) and criterion.instead is not None:
        yield from _within(written, data, criterion.instead, path)  # a parameter without a value
        return
    yield Place(written.version, written.target, path, data, criterion)
    kind = kind_of(data)
    if isinstance(criterion, Combination) and kind in ("all_of", "any_of", "at_least"):
        key = "of" if kind == "at_least" else kind
        for i, (part, inner) in enumerate(zip(data[key], criterion.parts, strict=True)):
            yield from _within(written, part, inner, (*path, key, i))
