"""Plain plan data → Plan. What a value means, and what it inherits from its target and plan.

The data has passed ``shape``; what can still be wrong is found here and collected, each with the path it stands at.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from rulecheck.facts.period import ONE_DAY, parse_day, parse_period
from rulecheck.facts.problem import Path, nearest
from rulecheck.facts.quantity import Exact, Quantity, exact, parse_quantity
from rulecheck.rules.criteria import (
    Assessed,
    Bound,
    Combination,
    Criterion,
    Leaf,
    Milestone,
    Order,
    Recurring,
    Threshold,
    leaves,
)
from rulecheck.rules.plan import (
    FOLLOW_UP,
    MEASURE_KINDS,
    RISK_RULES,
    Complaint,
    Dependency,
    EventType,
    Goal,
    Measure,
    Plan,
    Reading,
    Risks,
    Target,
    Texts,
    Version,
)

DEFAULT_LAG = 15
"""Days; semantics §2."""
KINDS = ("goal", "target")
Data = Mapping[str, Any]


def build_plan(data: Data, sha256: str) -> tuple[Plan, list[Complaint], list[Complaint]]:
    """The plan, its errors and its warnings. With errors the plan is good for further checks and for nothing else."""
    builder = _Builder(data)
    plan = builder.plan(sha256)
    return plan, builder.errors, builder.warnings


class _Builder:
    def __init__(self, data: Data) -> None:
        self.data = data
        self.errors: list[Complaint] = []
        self.warnings: list[Complaint] = []
        self.language: str = data.get("language") or "en"
        self.period = parse_period(data["period"])
        self.used: dict[str, list[tuple[Path, str]]] = {"measure": [], "event": []}

    def plan(self, sha256: str) -> Plan:
        data = self.data
        deadlines = data.get("deadlines") or {}
        self.shift = deadlines.get("non_working_day") or "stay"
        self.country = deadlines.get("country") or ""
        self.lag = _days(data.get("reporting_lag"), DEFAULT_LAG)
        self.dependencies = self.declared_dependencies()
        self.measures = self.declared_measures()
        self.events = self.declared_events()
        versions = self.all_versions()
        self.check_names()
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
        )

    # --- problems ---

    def error(self, path: Path, message: str, remedy: str, **values: object) -> None:
        complaint = (path, message, remedy, values)
        if complaint not in self.errors:  # a target is read once for each version
            self.errors.append(complaint)

    def warn(self, path: Path, message: str, remedy: str, **values: object) -> None:
        self.warnings.append((path, message, remedy, values))

    def texts(self, value: Any) -> Texts:
        if value is None:
            return {}
        return {self.language: value} if isinstance(value, str) else {k: v for k, v in value.items() if v}

    # --- names ---

    def declared_measures(self) -> dict[str, Measure]:
        found = {}
        kind: Any
        for name, entry in (self.data.get("measures") or {}).items():
            entry = entry or {}
            kind = entry.get("kind") or ""  # told by its first use
            found[name] = Measure(
                name,
                self.texts(entry.get("label")),
                entry.get("unit") or "",
                kind,
                entry.get("signed") == "true",
                tuple(entry.get("excludes") or ()),
                self.texts(entry.get("note")),
            )
        return found

    def declared_events(self) -> dict[str, EventType]:
        found = {}
        for name, entry in (self.data.get("events") or {}).items():
            entry = entry or {}
            subjects = entry.get("subjects")
            anyone = subjects == "open"
            found[name] = EventType(
                name,
                self.texts(entry.get("label")),
                {} if anyone else subjects,
                not (anyone or entry.get("open") == "true"),
                False,
            )
        return found

    def declared_dependencies(self) -> list[Dependency]:
        found = []
        for i, entry in enumerate(self.data.get("dependencies") or ()):
            for then in _several(entry["then"]):
                path: Path = ("dependencies", i)
                per_subject, quote = entry.get("per") == "subject", entry.get("quote") or ""
                found.append(Dependency(entry["before"], then, per_subject, quote, path))
                self.used["event"] += [((*path, "before"), entry["before"]), ((*path, "then"), then)]
        return found

    def check_names(self) -> None:
        """An undeclared name near a declared one that nobody uses is a typing error; else it is taken, with a warning."""
        for kind in ("measure", "event"):
            declared = self.data.get(f"{kind}s") or {}
            undeclared: dict[str, Path] = {}
            for path, name in self.used[kind]:
                if name not in declared:
                    undeclared.setdefault(name, path)
            orphans = declared.keys() - {name for _, name in self.used[kind]}
            for name, path in undeclared.items():
                guess = nearest(name, orphans) if orphans else None
                words = {"kind": kind, "name": name, "guess": guess}
                if guess:
                    self.error(path, "unknown {kind} `{name}`", "did you mean `{guess}`?", **words)
                else:
                    self.warn(path, "the {kind} `{name}` is not declared", "give it a label under `{kind}s`", **words)

    def imply_events(self) -> None:
        """Events that only dependencies or ``after`` name: with the subjects of what they are tied to."""
        for dependency in self.dependencies:
            for name, other in ((dependency.then, dependency.before), (dependency.before, dependency.then)):
                if name not in self.events and dependency.per_subject and other in self.events:
                    tied = self.events[other]
                    self.events[name] = EventType(name, {}, tied.subjects, tied.closed, False)
        for _, name in self.used["event"]:
            self.events.setdefault(name, EventType(name, {}, None, True, False))

    def event(
        self, name: str, key: str, path: Path, *, subjects: Iterable[str] | None = None, dated: bool = False
    ) -> EventType:
        """The event as declared, or as its use implies."""
        self.used["event"].append(((*path, key), name))
        event = self.events.get(name)
        listed = None if subjects is None else tuple(subjects)
        if event is None:
            event = EventType(name, {}, None if listed is None else {s: s for s in listed}, bool(listed), dated)
        elif dated and not event.dated:
            event = EventType(name, event.label, event.subjects, event.closed, True)
        elif listed is not None:
            known = dict(event.subjects or {})
            if event.subjects and event.closed:
                for subject in listed:
                    if subject not in known:
                        guess = nearest(subject, known)
                        self.error(
                            (*path, "for_each"),
                            "unknown subject `{name}`",
                            "did you mean `{guess}`?" if guess else "known are: {known}",
                            name=subject,
                            guess=guess,
                            known=", ".join(known),
                        )
            closed = event.closed if event.subjects is not None else bool(listed)
            event = EventType(name, event.label, {**{s: s for s in listed}, **known}, closed, event.dated)
        self.events[name] = event
        return event

    # --- versions, goals, targets ---

    def all_versions(self) -> tuple[Version, ...]:
        data = self.data
        first = parse_day(data["in_force_from"]) if data.get("in_force_from") else self.period.first
        signed = (data.get("source") or {}).get("signed")
        entries = [(i, g) for i, g in enumerate(data["goals"])]
        targets = {t["target"]: (("goals", i, "targets", j), t) for i, g in entries for j, t in enumerate(g["targets"])}
        order = {g["goal"]: [t["target"] for t in g["targets"]] for _, g in entries}
        weights = {g["goal"]: (("goals", i, "weight"), g.get("weight")) for i, g in entries}
        self.repeated(entries)
        versions = [self.version(data.get("version") or signed or "1", first, "", "", order, targets, weights, {})]
        withdrawn: dict[str, str] = {}
        for n, amendment in enumerate(data.get("versions") or ()):
            path: Path = ("versions", n)
            day = parse_day(amendment["in_force_from"])
            if day <= versions[-1].in_force_from:
                self.error(
                    (*path, "in_force_from"),
                    "the version is in force from {day}, no later than the one before",
                    "write the versions in order",
                    day=day.isoformat(),
                )
            for goal, weight in (amendment.get("goals") or {}).items():
                if goal not in weights:
                    self.error(
                        (*path, "goals", goal),
                        "unknown goal `{name}`",
                        "known are: {known}",
                        name=goal,
                        known=", ".join(weights),
                    )
                weights = {**weights, goal: ((*path, "goals", goal), weight)}
            for target, change in (amendment.get("targets") or {}).items():
                here = (*path, "targets", target)
                promised = [t for ts in order.values() for t in ts]
                if target in promised and change.get("withdrawn"):
                    withdrawn = {**withdrawn, target: change["withdrawn"]}
                    order = {g: [t for t in ts if t != target] for g, ts in order.items()}
                elif target in promised:
                    targets = {**targets, target: (here, {**targets[target][1], **change})}
                elif change.get("goal") in order and not change.get("withdrawn"):
                    targets = {**targets, target: (here, {**change, "target": target})}
                    order = {g: [*ts, target] if g == change["goal"] else ts for g, ts in order.items()}
                else:
                    guess = nearest(target, promised)
                    self.error(
                        here,
                        "unknown target `{name}`",
                        "did you mean `{guess}`?" if guess else "a new target names its `goal`",
                        name=target,
                        guess=guess,
                    )
            versions.append(
                self.version(
                    amendment.get("version") or day.isoformat(),
                    day,
                    amendment["reason"],
                    amendment["decided_by"],
                    order,
                    targets,
                    weights,
                    withdrawn,
                )
            )
        return tuple(versions)

    def repeated(self, entries: list[tuple[int, Data]]) -> None:
        seen: set[tuple[str, str]] = set()
        for i, goal in entries:
            names: list[tuple[str, str, Path]] = [(KINDS[0], goal["goal"], ("goals", i, "goal"))]
            names += [
                (KINDS[1], t["target"], ("goals", i, "targets", j, "target")) for j, t in enumerate(goal["targets"])
            ]
            for what, name, path in names:
                if (what, name) in seen:
                    self.error(path, "the {what} `{name}` is there twice", "give each its own id", what=what, name=name)
                seen.add((what, name))

    def version(
        self,
        name: str,
        day: date,
        reason: str,
        decided_by: str,
        order: Mapping[str, list[str]],
        targets: Mapping[str, tuple[Path, Data]],
        weights: Mapping[str, tuple[Path, str | None]],
        withdrawn: Mapping[str, str],
    ) -> Version:
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
        context = _Context(
            path=data["target"],
            lag=_days(data.get("reporting_lag"), self.lag),
            rounded_to=data.get("rounded_to") or self.data.get("rounded_to"),
            if_empty=data.get("if_empty"),
            undocumented=data.get("undocumented"),
            target=data["target"],
        )
        required = data.get("require")
        criterion: Criterion
        if required is None:
            criterion = Assessed(context.path, context.target, (), self.period.last)
        else:
            criterion = self.criterion(required, (*path, "require"), context)
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
        readings = tuple(
            Reading(
                name,
                self.texts(r["chosen"]),
                self.texts(r["because"]),
                tuple(self.texts(other) for other in r.get("alternatives") or ()),
            )
            for name, r in (data.get("readings") or {}).items()
        )
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
            readings=readings,
            notes=self.texts(data.get("note")),
            depends_on=tuple(data.get("depends_on") or ()),
        )

    def risks(self, data: Data, path: Path) -> Risks:
        margin = parse_quantity(data["margin"]) if data.get("margin") else None
        reference: Any = None
        if data.get("required-rate"):
            reference = data["required-rate"]["reference"]
            if reference != "best-quarter":
                reference = parse_quantity(reference).value
        return Risks(
            lead_time=_days(data["lead-time"], 0) if data.get("lead-time") else None,
            margin=margin.value if margin else None,
            margin_is_relative=bool(margin and margin.unit == "%"),
            required_rate=reference,
            trend=int(data["trend"]) if data.get("trend") else None,
            off=frozenset(RISK_RULES[name] for name, value in data.items() if value == "off"),
        )

    # --- criteria ---

    def criterion(self, data: Data, path: Path, context: "_Context") -> Criterion:
        if "of" in data and "at_least" in data:
            return self.combination("at_least", int(data["at_least"]), data["of"], (*path, "of"), context)
        for label in ("all_of", "any_of"):
            if label in data:
                parts = data[label]
                return self.combination(label, len(parts) if label == "all_of" else 1, parts, (*path, label), context)
        context = context.within(data)
        for kind in MEASURE_KINDS:
            if kind in data:
                return self.threshold(kind, data, path, context)
        if "milestone" in data:
            return self.milestone(data, path, context)
        if "order" in data:
            return self.order(data, path, context)
        if "recurring" in data:
            return self.recurring(data, path, context)
        roles = tuple(role for role in _several(data["assessment"]) if role != "anyone")
        by, _ = self.deadline(data, path)
        return Assessed(context.path, context.target, roles, by)

    def combination(self, label: Any, count: int, parts: list[Data], path: Path, context: "_Context") -> Combination:
        if count > len(parts):
            self.error(
                path, "{count} of {size} cannot be reached", "ask for at most {size}", count=count, size=len(parts)
            )
        built = tuple(self.criterion(p, (*path, i), context.part(str(i + 1))) for i, p in enumerate(parts))
        return Combination(context.path, label, count, built)

    def threshold(self, kind: Any, data: Data, path: Path, context: "_Context") -> Criterion:
        name = data[kind]
        self.used["measure"].append(((*path, kind), name))
        measure = self.measures.get(name)
        bound = self.bound(data, path, kind)
        unit = measure.unit if measure and measure.unit else bound.unit
        if measure is None or not measure.kind:
            measure = Measure(
                name,
                measure.label if measure else {},
                unit,
                kind,
                bool(measure and measure.signed),
                measure.excludes if measure else (),
                measure.notes if measure else {},
            )
            self.measures[name] = measure
        if measure.kind != kind:
            self.error(
                (*path, kind),
                "`{name}` is a {is_kind}, not a {kind}",
                "write `{is_kind}: {name}`",
                name=name,
                is_kind=measure.kind,
                kind=kind,
            )
        if kind == "share":
            unit = "%"
        if bound.unit not in ("", unit, "%" if unit == "%" else unit):
            self.error(
                path, "the bound is in {unit}, the measure in {other}", "use one unit", unit=bound.unit, other=unit
            )
        over = parse_period(data["over"])
        if not over.within(self.period):
            self.error(
                (*path, "over"),
                "{period} lies outside the plan's period {plan}",
                "correct one of the two",
                period=over.label,
                plan=self.period.label,
            )
        rounded = parse_quantity(context.rounded_to).value if context.rounded_to else None
        if rounded is not None and rounded <= 0:
            self.error(path, "rounding to {step} is not possible", "give a step above 0", step=context.rounded_to)
            rounded = None

        def leaf(path: str, dimensions: tuple[tuple[str, str], ...]) -> Threshold:
            return Threshold(
                path,
                kind,
                name,
                measure.signed,
                bound,
                over,
                over.last + timedelta(context.lag),
                dimensions,
                rounded,
                context.if_empty or "at-risk",
                context.undocumented or "at-risk",
            )

        members = data.get("for_each")
        if not members:
            if data.get("count"):
                self.error((*path, "count"), "`count` without `for_each`", "say which members are counted")
            return leaf(context.path, ())
        if len(members) != 1:
            self.error((*path, "for_each"), "for_each needs one dimension", "write for_each: {{district: [a, b]}}")
        ((dimension, names),) = list(members.items())[:1]
        self.distinct(names, (*path, "for_each", dimension))
        count = int(data.get("count") or len(names))
        if count > len(names):
            self.error(
                (*path, "count"),
                "{count} of {size} cannot be reached",
                "ask for at most {size}",
                count=count,
                size=len(names),
            )
        parts = tuple(leaf(f"{context.path}/{member}", ((dimension, member),)) for member in names)
        return Combination(context.path, "for_each", count, parts)

    def bound(self, data: Data, path: Path, kind: str) -> Bound:
        given: list[Any] = [op for op in ("at_most", "at_least", "exactly", "between") if data.get(op) is not None]
        if len(given) != 1:
            self.error(
                path,
                "a bound is missing" if not given else "there are two bounds",
                "give one of at_most, at_least, exactly, between",
            )
            return Bound("at_most", None, 0)
        operator = given[0]
        texts = data[operator] if operator == "between" else [data[operator]]
        numbers = [parse_quantity(text) for text in texts]
        units = {n.unit for n in numbers}
        if len(numbers) > 2 or len(units) > 1:
            self.error((*path, operator), "between needs two numbers in one unit", "write [a, b]")
        values = [n.value for n in numbers]
        if kind == "share":
            values = [self.share_bound(n, (*path, operator)) for n in numbers]
        if operator == "between" and values[0] > values[-1]:
            self.error(
                (*path, operator),
                "between {low} and {high} lies nothing",
                "write the smaller number first",
                low=texts[0],
                high=texts[-1],
            )
        low = values[0] if operator != "at_most" else None
        high = values[-1] if operator != "at_least" else None
        return Bound(operator, low, high, numbers[0].unit)

    def share_bound(self, number: Quantity, path: Path) -> Exact:
        if not 0 <= number.value <= 1:
            self.error(path, "a share lies between 0 and 1", "write it with its sign, such as `90 %`, or as 0.9")
        return number.value

    def milestone(self, data: Data, path: Path, context: "_Context") -> Milestone:
        by, stated = self.deadline(data, path)
        listed = data.get("for_each")
        count = int(data["count"]) if data.get("count") else None
        if listed:
            self.distinct(listed, (*path, "for_each"))
            event = self.event(data["milestone"], "milestone", path, subjects=listed)
            members: tuple[str, ...] | None = tuple(listed)
            closed = True
        elif count is not None:
            event = self.event(data["milestone"], "milestone", path, subjects=())
            closed = event.closed and bool(event.subjects)
            members = tuple(event.subjects or ()) if closed else None
        else:
            event = self.event(data["milestone"], "milestone", path)
            members, closed = None, False
            if event.subjects is not None and not event.dated:
                self.error(
                    path,
                    "`{name}` happens for several subjects",
                    "say which with for_each, or how many with count",
                    name=event.id,
                )
        needed = count or (len(members) if members else 1)
        if members is not None and needed > len(members):
            self.error(
                (*path, "count"),
                "{count} of {size} cannot be reached",
                "ask for at most {size}",
                count=needed,
                size=len(members),
            )
        after = tuple(_several(data["after"])) if data.get("after") else ()
        for name in after:
            self.used["event"].append(((*path, "after"), name))
            if name == event.id:
                self.error((*path, "after"), "`{name}` cannot come after itself", "name another event", name=name)
        return Milestone(
            context.path,
            event.id,
            by,
            by + timedelta(context.lag),
            needed,
            members,
            closed,
            after,
            None if stated == by else stated,
            context.undocumented or "missed",
        )

    def order(self, data: Data, path: Path, context: "_Context") -> Order:
        by, _ = self.deadline(data, path)
        if len(data["order"]) != 2 or data["order"][0] == data["order"][1]:
            self.error((*path, "order"), "an order is of two events", "write [first, second]")
        before, then = data["order"][0], data["order"][-1]
        listed = data.get("for_each")
        for name in (before, then):
            self.event(name, "order", path, subjects=listed)
        if not listed and self.events[then].subjects is not None:
            self.error(path, "`{name}` happens for several subjects", "say which with for_each", name=then)
        return Order(context.path, before, then, by, by + timedelta(context.lag), tuple(listed or ("",)))

    def recurring(self, data: Data, path: Path, context: "_Context") -> Recurring:
        by, _ = self.deadline(data, path)
        self.event(data["recurring"], "recurring", path, dated=True)
        dates = tuple(sorted({parse_day(d) for d in data["on"]})) if data.get("on") else None
        for day in dates or ():
            if day > self.period.last or day < self.period.first:
                self.error(
                    (*path, "on"),
                    "{day} lies outside the plan's period {plan}",
                    "correct one of the two",
                    day=day.isoformat(),
                    plan=self.period.label,
                )
        return Recurring(context.path, data["recurring"], dates, by, timedelta(context.lag))

    def deadline(self, data: Data, path: Path) -> tuple[date, date]:
        """The deadline as read, and as written: the last day of the period given, the plan's last day if none is."""
        stated = parse_period(data["by"]).last if data.get("by") else self.period.last
        if not self.period.first <= stated <= self.period.last:
            self.error(
                (*path, "by"),
                "the deadline {day} lies outside the plan's period {plan}",
                "correct one of the two",
                day=stated.isoformat(),
                plan=self.period.label,
            )
        if self.shift == "stay":
            return stated, stated
        return self.working_day(stated, path), stated

    def working_day(self, day: date, path: Path) -> date:
        try:
            from holidays import country_holidays
        except ImportError:
            self.error(
                path,
                "the plan moves deadlines to working days, and the calendar of holidays is not installed",
                "install it: pip install 'target-rulecheck[calendar]'",
            )
            return day
        try:
            free = country_holidays(self.country, years=(day.year, min(day.year + 1, 9998)))
        except NotImplementedError:
            self.error(
                ("deadlines", "country"),
                "no calendar of `{country}` is known",
                "write a code such as DK",
                country=self.country,
            )
            self.shift = "stay"
            return day
        while day.weekday() >= 5 or day in free:
            day += ONE_DAY
        return day

    def distinct(self, names: list[str], path: Path) -> None:
        for i, name in enumerate(names):
            if name in names[:i]:
                self.error((*path, i), "`{name}` is there twice", "keep one of the two", name=name)


class _Context:
    """What a criterion inherits from where it stands."""

    def __init__(self, path: str, lag: int, rounded_to: Any, if_empty: Any, undocumented: Any, target: str) -> None:
        self.path, self.lag, self.target = path, lag, target
        self.rounded_to, self.if_empty, self.undocumented = rounded_to, if_empty, undocumented

    def part(self, name: str) -> "_Context":
        path = f"{self.path}/{name}"
        return _Context(path, self.lag, self.rounded_to, self.if_empty, self.undocumented, self.target)

    def within(self, data: Data) -> "_Context":
        return _Context(
            self.path,
            _days(data.get("reporting_lag"), self.lag),
            data.get("rounded_to") or self.rounded_to,
            data.get("if_empty") or self.if_empty,
            data.get("undocumented") or self.undocumented,
            self.target,
        )


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


def _several(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _days(text: str | None, default: int) -> int:
    return default if text is None else int(text.split()[0])
