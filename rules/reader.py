"""What reading the parts of a plan shares: its problems, its names, its deadlines, and what a criterion inherits."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from rulecheck.facts.period import ONE_DAY, parse_period
from rulecheck.facts.problem import Path, nearest
from rulecheck.rules.criteria import kind_of
from rulecheck.rules.parameters import LISTS, PERIODS, Reference, declared, references, replaced, stand_in
from rulecheck.rules.plan import Complaint, Dependency, EventType, Measure, Texts

Data = Mapping[str, Any]
Shape = Callable[[Data, Path], Iterator[Complaint]]
"""What of a criterion is not of the right shape."""


class Reader:
    """The names of a plan as declared and as used, and what is wrong with it. ``build_plan`` reads the rest."""

    def __init__(self, data: Data, shape_of: Shape | None) -> None:
        self.data = data
        self.shape_of = shape_of
        self.errors: list[Complaint] = []
        self.warnings: list[Complaint] = []
        self.language: str = data.get("language") or "en"
        self.period = parse_period(data["period"])
        deadlines = data.get("deadlines") or {}
        self.shift = deadlines.get("non_working_day") or "stay"
        self.country = deadlines.get("country") or ""
        self.used: dict[str, list[tuple[Path, str]]] = {"measure": [], "event": []}
        self.parameters = declared(data, self.texts)
        self.lent: dict[Path, str] = {}
        """Places in criteria whose value comes from a parameter: what is wrong there is told of the parameter."""
        self.unlisted: set[tuple[str, str]] = set()
        """Measure and dimension of every list of members that nobody has declared: any member may be told of."""
        self.stood_in: set[Path] = set()
        """Fields of criteria that nobody has given a value: what seems wrong there is nobody's error."""
        self.dependencies = self.declared_dependencies()
        self.measures = self.declared_measures()
        self.events = self.declared_events()

    # --- problems ---

    def error(self, path: Path, message: str, remedy: str, **values: object) -> None:
        if any(path[:end] in self.stood_in for end in range(len(path) + 1)):
            return
        complaint = (self.told_of(path), message, remedy, values)
        if complaint not in self.errors:  # a target is read once for each version
            self.errors.append(complaint)

    def told_of(self, path: Path) -> Path:
        """The parameter a value comes from, if it comes from one; else the path itself."""
        for end in range(len(path), 0, -1):
            name = self.lent.get(path[:end])
            if name is not None:
                return ("parameters", name, "value")
        within = {name for where, name in self.lent.items() if where[:-1] == path} if path[-1] in LISTS else set()
        return ("parameters", within.pop(), "value") if len(within) == 1 else path

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
                entry.get("records"),
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
            for then in several(entry["then"]):
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

    def measure(self, name: str, kind: Any, path: Path, *, unit: str, key: str = "") -> Measure:
        """The measure as declared, or as its first use implies: its kind, and the unit of its bound."""
        self.used["measure"].append(((*path, key or kind), name))
        measure = self.measures.get(name) or Measure(name, {}, "", kind, False)
        if not measure.kind or name not in self.measures:
            measure = self.measures[name] = measure._replace(kind=kind, unit=measure.unit or unit)
        if measure.kind != kind:
            self.error(
                (*path, key or kind),
                "`{name}` is a {is_kind}, not a {kind}",
                "write `{is_kind}: {name}`",
                name=name,
                is_kind=measure.kind,
                kind=kind,
            )
        return measure

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

    # --- what the plan leaves open ---

    def resolved(self, data: Data, path: Path, context: "Context") -> tuple[Data, tuple[str, ...]]:
        """The criterion with its parameters' values, and the names of those nobody has declared."""
        found = references(data)
        if not found:
            return data, ()
        values: dict[Path, Any] = {}
        undeclared: list[str] = []
        for reference in found:
            value = self.value_of(reference, path)
            context.parameters.append(reference.name)
            if value is None:
                undeclared.append(reference.name)
                if reference.path[0] == "for_each" and len(reference.path) == 2:
                    self.unlisted.add((data[str(kind_of(data))], str(reference.path[1])))
            else:
                values[reference.path] = list(value) if isinstance(value, tuple) else value
                self.lent[(*path, *reference.path)] = reference.name
        wrong = self.misshapen(data, values, path)
        for field in {str(r.path[0]) for r in found if wrong or r.path not in values}:
            values = {where: value for where, value in values.items() if where[0] != field}
            values[field,] = self.stand_in(data, field)
            self.stood_in.add((*path, field))
        without = replaced(data, values)
        if "for_each" in data and "for_each" not in without:
            without.pop("count", None)
            if "milestone" in data:
                without["count"] = "1"
        return without, tuple(dict.fromkeys(undeclared))

    def value_of(self, reference: Reference, path: Path) -> str | tuple[str, ...] | None:
        if reference.name in self.parameters:
            return self.parameters[reference.name].value
        guess = nearest(reference.name, self.parameters)
        self.error(
            (*path, *reference.path),
            "unknown parameter `${name}`",
            "did you mean `${guess}`?" if guess else "declare it under `parameters`",
            name=reference.name[:60],
            guess=guess,
        )
        return None

    def misshapen(self, data: Data, values: Mapping[Path, Any], path: Path) -> bool:
        """Whether a declared value is no value for the place it is used in. Only a plan read for the first time is asked."""
        if self.shape_of is None or not values:
            return False
        wrong = list(self.shape_of(replaced(data, values), path))
        for where, message, remedy, words in wrong:
            self.error(where, message, remedy, **words)
        return bool(wrong)

    def stand_in(self, data: Data, field: str) -> Any:
        """Something to read the rest of the criterion with, where no parameter says what is meant."""
        if field == "for_each" and "order" in data:
            event = self.events.get(data["order"][-1])
            return list(event.subjects or ()) or None if event else None
        if field in PERIODS:  # the last day alone, so that whatever must come before it can
            last = self.period.last.isoformat()
            return f"{last}/{last}"
        return stand_in(field)

    def check_parameters(self) -> None:
        """Values come with their day, source and reason."""
        for name, entry in (self.data.get("parameters") or {}).items():
            path: Path = ("parameters", name)
            for key in ("declared", "source", "because"):
                if (entry or {}).get("value") is not None and not entry.get(key):
                    remedy = "a value is declared with its day, its source and the reason"
                    self.error(path, "`{key}` is missing", remedy, key=key)

    # --- deadlines ---

    def deadline(self, data: Data, path: Path) -> tuple[date, date]:
        """The deadline as read, and as written: the last day of the period given, the plan's last day if none is."""
        stated = parse_period(data["by"]).last if data.get("by") else self.period.last
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


class Context:
    """What a criterion inherits from where it stands."""

    def __init__(self, path: str, lag: int, rounded_to: Any, if_empty: Any, undocumented: Any, target: str) -> None:
        self.path, self.lag, self.target = path, lag, target
        self.rounded_to, self.if_empty, self.undocumented = rounded_to, if_empty, undocumented
        self.parameters: list[str] = []
        """The parameters used so far by the criterion of the target, shared by its parts."""

    def part(self, name: str) -> "Context":
        return self._with(f"{self.path}/{name}", {})

    def within(self, data: Data) -> "Context":
        return self._with(self.path, data)

    def _with(self, path: str, data: Data) -> "Context":
        inner = Context(
            path,
            days(data.get("reporting_lag"), self.lag),
            data.get("rounded_to") or self.rounded_to,
            data.get("if_empty") or self.if_empty,
            data.get("undocumented") or self.undocumented,
            self.target,
        )
        inner.parameters = self.parameters
        return inner


def several(value: Any) -> list[str]:
    """A text or a list of texts, as a list."""
    return [value] if isinstance(value, str) else list(value)


def days(text: str | None, default: int) -> int:
    """The number in `15 days`."""
    return default if text is None else int(text.split()[0])
