"""Plain plan data → Plan. What a value means, and what it inherits from its target and plan.

The data has passed ``shape``; what can still be wrong is found here and collected, each with the path it stands at.
Criteria are read in ``criteria/``, names and deadlines in ``reader``.
"""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from rulecheck.facts.period import parse_day
from rulecheck.facts.problem import Path, nearest
from rulecheck.facts.quantity import Exact, Quantity, exact, parse_quantity
from rulecheck.rules.criteria import Assessed, Criterion, Leaf, Milestone, Order, Recurring, leaves, read_criterion
from rulecheck.rules.plan import (
    FOLLOW_UP,
    RISK_RULES,
    Complaint,
    Covered,
    Dependency,
    Goal,
    Plan,
    Risks,
    Target,
    Version,
)
from rulecheck.rules.reader import Context, Data, Shape, days
from rulecheck.rules.readings import ReadingsReader, read_readings
from rulecheck.rules.versions import Promised, amended, as_signed

DEFAULT_LAG = 15
"""Days; semantics §2."""


def build_plan(data: Data, sha256: str, shape_of: Shape | None = None) -> tuple[Plan, list[Complaint], list[Complaint]]:
    """The plan, its errors and its warnings. With errors the plan is good for further checks and for nothing else.

    ``shape_of`` checks what parameters make of a criterion; without it their values are known to be right.
    """
    builder = _Builder(data, shape_of)
    plan = builder.plan(sha256)
    return plan, builder.errors, builder.warnings


class _Builder(ReadingsReader):
    def plan(self, sha256: str) -> Plan:
        data = self.data
        self.lag = days(data.get("reporting_lag"), DEFAULT_LAG)
        versions = self.all_versions()
        self.join()
        self.check_names()
        self.check_parameters()
        self.imply_events()
        follow_up = data.get("follow_up")
        return Plan(
            id=data["plan"],
            title=self.texts(data.get("title")),
            authority=data.get("authority") or "",
            language=self.language,
            period=self.period,
            follow_up=FOLLOW_UP[follow_up] if follow_up else None,
            lag=self.lag,
            deadline_rule=self.shift,
            source=data.get("source") or {},
            measures=self.measures,
            events=self.events,
            dependencies=tuple(self.dependencies),
            versions=versions,
            sha256=sha256,
            parameters=self.parameters,
            unlisted=frozenset(self.unlisted),
            coverage=self.covered(versions),
        )

    def covered(self, versions: tuple[Version, ...]) -> tuple[Covered, ...]:
        """Where the document's other normative sentences went."""
        targets = dict.fromkeys(target.id for version in versions for target in version.targets)
        found = []
        for i, entry in enumerate(self.data.get("coverage") or ()):
            target, path = entry.get("target") or "", ("coverage", i)
            if target and target not in targets:
                guess = nearest(target, targets)
                remedy = "did you mean `{guess}`?" if guess else "known are: {known}"
                words = {"name": target, "guess": guess, "known": ", ".join(targets)}
                self.error((*path, "target"), "unknown target `{name}`", remedy, **words)
            if not target and entry["as"] in ("target", "sub-criterion"):
                self.error(path, "`{key}` is missing", "say which target it went to", key="target")
            where, because = entry.get("where") or "", self.texts(entry["because"])
            found.append(Covered(entry["quote"], where, entry["as"], target, because))
        return tuple(found)

    # --- versions, goals, targets ---

    def all_versions(self) -> tuple[Version, ...]:
        data = self.data
        first = parse_day(data["in_force_from"]) if data.get("in_force_from") else self.period.first
        signed = (data.get("source") or {}).get("signed")
        promised = as_signed(data, self)
        versions = [self.version(data.get("version") or signed or "1", first, "", "", promised)]
        for n, amendment in enumerate(data.get("versions") or ()):
            path: Path = ("versions", n)
            day = parse_day(amendment["in_force_from"])
            name = amendment.get("version") or day.isoformat()
            self.follows(versions, name, day, path)
            promised = amended(promised, amendment, path, self)
            versions.append(self.version(name, day, amendment["reason"], amendment["decided_by"], promised))
        return tuple(versions)

    def follows(self, versions: list[Version], name: str, day: date, path: Path) -> None:
        """A version comes into force after the one before it, and has a name of its own."""
        if day <= versions[-1].in_force_from:
            self.error(
                (*path, "in_force_from"),
                "the version is in force from {day}, no later than the one before",
                "write the versions in order",
                day=day.isoformat(),
            )
        if any(name == earlier.id for earlier in versions):
            what = "version"
            self.error(path, "the {what} `{name}` is there twice", "give each its own id", what=what, name=name)

    def version(
        self,
        name: str,
        day: date,
        reason: str,
        decided_by: str,
        promised: Promised,
    ) -> Version:
        order, targets, weights, withdrawn = promised
        built = {target: self.target(goal, *targets[target]) for goal, members in order.items() for target in members}
        needs = self.event_dependencies(built)
        for target, (path, data) in targets.items():
            for other in data.get("depends_on") or ():
                if target in built and other not in built:
                    self.error(
                        (*path, "depends_on"),
                        "unknown target `{name}`",
                        "known are: {known}",
                        name=other,
                        known=", ".join(built),
                    )
        goals = []
        for entry in self.data["goals"]:
            members = tuple(_with_dependencies(built[t], needs.get(t, ())) for t in order[entry["goal"]] if t in built)
            path, weight = weights[entry["goal"]]
            goals.append(
                Goal(
                    entry["goal"],
                    self.texts(entry.get("title")),
                    None if weight is None else self.points(weight, path),
                    entry.get("quote") or "",
                    members,
                )
            )
        return Version(name, day, reason, decided_by, tuple(goals), withdrawn)

    def event_dependencies(self, targets: Mapping[str, Target]) -> dict[str, tuple[str, ...]]:
        """Which targets a target depends on because its events require events of theirs."""
        owners: dict[str, list[str]] = {}
        for target in targets.values():
            for leaf in leaves(target.criterion):
                for event in _events_of(leaf):
                    owners.setdefault(event, []).append(target.id)
        found: dict[str, list[str]] = {}
        for dependency in self.dependencies:
            for then in owners.get(dependency.then, ()):
                for before in owners.get(dependency.before, ()):
                    if then != before and before not in found.setdefault(then, []):
                        found[then].append(before)
        return {target: tuple(others) for target, others in found.items()}

    def points(self, text: str, path: Path) -> Exact:
        quantity = parse_quantity(text)
        value = quantity.value * 100 if quantity.unit == "%" else quantity.value
        if value < 0:
            self.error(path, "the weight is negative: {text}", "weights are 0 or more", text=text)
        return exact(Fraction(value))

    def target(self, goal: str, path: Path, data: Data) -> Target:
        context = self.inherited(data)
        required = data.get("require")
        criterion: Criterion
        if required is None:
            criterion = Assessed(context.path, context.target, (), self.period.last)
        else:
            criterion = read_criterion(required, (*path, "require"), context, self)
        for i, text in enumerate(data.get("requires") or ()):
            words = text.split(" before ")
            if len(words) != 2:
                self.error((*path, "requires", i), "`{text}` is no dependency", "write `X before Y`", text=text[:60])
            else:
                here = (*path, "requires", i)
                required = Dependency(words[0].strip(), words[1].strip(), True, "", here)
                if required not in self.dependencies:  # a target is read once for each version
                    self.dependencies.append(required)
                self.used["event"] += [(here, required.before), (here, required.then)]
        weight = data.get("weight")
        return Target(
            id=data["target"],
            goal=goal,
            weight=None if weight is None else self.points(weight, (*path, "weight")),
            owner=data.get("owner") or "",
            title=self.texts(data.get("title")),
            quote=data.get("quote") or "",
            where=data.get("where") or "",
            criterion=criterion,
            risks=self.risks({**(self.data.get("risk") or {}), **(data.get("risk") or {})}, (*path, "risk")),
            modality=data.get("modality") or "must",
            graduated=data.get("graduated") or "none",
            readings=read_readings(data, path, criterion, lambda: self.inherited(data), self),
            notes=self.texts(data.get("note")),
            depends_on=tuple(data.get("depends_on") or ()),
            parameters=tuple(dict.fromkeys(context.parameters)),
        )

    def inherited(self, data: Data) -> Context:
        """What a criterion of the target inherits."""
        return Context(
            path=data["target"],
            lag=days(data.get("reporting_lag"), self.lag),
            rounded_to=data.get("rounded_to") or self.data.get("rounded_to"),
            if_empty=data.get("if_empty"),
            undocumented=data.get("undocumented"),
            target=data["target"],
        )

    def risks(self, data: Data, path: Path) -> Risks:
        margin = parse_quantity(data["margin"]) if data.get("margin") else None
        reference: Any = None
        if data.get("required-rate"):
            reference = data["required-rate"]["reference"]
            if reference != "best-quarter":
                reference = parse_quantity(reference).value
        return Risks(
            lead_time=days(data["lead-time"], 0) if data.get("lead-time") else None,
            margin=_in_unit(margin) if margin else None,
            margin_is_relative=bool(margin and margin.unit == "%"),
            required_rate=reference,
            trend=int(data["trend"]) if data.get("trend") else None,
            off=frozenset(RISK_RULES[name] for name, value in data.items() if value == "off"),
        )


def _in_unit(margin: Quantity) -> Exact:
    """The number of a margin; percentage points are hundredths of a share."""
    return exact(Fraction(margin.value) / 100) if margin.unit == "pp" else margin.value


def _events_of(leaf: Leaf) -> tuple[str, ...]:
    match leaf:
        case Milestone() | Recurring():
            return (leaf.event,)
        case Order():
            return (leaf.before, leaf.then)
        case _:
            return ()


def _with_dependencies(target: Target, found: tuple[str, ...]) -> Target:
    if not found:
        return target
    import attrs

    return attrs.evolve(target, depends_on=tuple(dict.fromkeys((*target.depends_on, *found))))
