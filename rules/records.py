"""A measure's ``records`` block → how it is computed from case records, and what the plan asks of it.

The block's shape stands in records_shape.py; what its keys mean together is checked here. The meaning is docs/records.md.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, get_args

from rulecheck.facts.facts import Dimensions
from rulecheck.facts.period import Period, parse_day
from rulecheck.facts.problem import Path
from rulecheck.facts.records.definition import DATED, Comparison, Condition, Definition
from rulecheck.facts.records.zone import known_zone
from rulecheck.rules.criteria import leaves
from rulecheck.rules.plan import Complaint, Measure, Plan

if TYPE_CHECKING:
    from rulecheck.facts.records.measure import Asked

COMPARISONS: tuple[Comparison, ...] = get_args(Comparison)
ALLOWED = {"mean": ("days", "value"), "share": ("in_time", "having"), "total": ("days", "value")}
"""What a measure of each kind is computed by; a total of neither counts the records."""
Error = Callable[..., None]


def definition_of(measure: Measure) -> Definition:
    """How a measure of a checked plan, one that has ``records``, is computed from them."""
    assert measure.records is not None
    found = _Builder(("measures", measure.id, "records"), lambda *_, **__: None).definition(measure, measure.records)
    assert found is not None
    return found


def record_complaints(plan: Plan) -> Iterator[Complaint]:
    """What is wrong with the plan's ``records`` blocks."""
    for measure in plan.measures.values():
        if measure.records is not None:
            found: list[Complaint] = []

            def error(path: Path, message: str, remedy: str, *, to: list[Complaint] = found, **values: object) -> None:
                to.append((path, message, remedy, values))

            _Builder(("measures", measure.id, "records"), error).definition(measure, measure.records)
            yield from found


class _Builder:
    def __init__(self, path: Path, error: Error) -> None:
        self.path, self.tell, self.wrong = path, error, False

    def error(self, path: Path, message: str, remedy: str, **values: object) -> None:
        self.wrong = True
        self.tell((*self.path, *path), message, remedy, **values)

    def definition(self, measure: Measure, data: Mapping[str, Any]) -> Definition | None:
        kind = measure.kind
        self.one_way(kind, data)
        zone = data.get("zone") or ""
        if zone and not known_zone(zone):
            self.error(("zone",), "`{zone}` is no time zone", "write an IANA name such as Europe/Copenhagen", zone=zone)
        days, in_time = data.get("days") or {}, data.get("in_time") or {}
        where = self.conditions("where", data)
        having = self.conditions("having", data)
        if self.wrong:
            return None
        return Definition(
            measure.id,
            kind,
            data["source"],
            _several(data["period"]),
            where,
            _several(days.get("from") or in_time.get("from")),
            _several(days.get("to")),
            _several(in_time.get("done")),
            _several(in_time.get("deadline")),
            (in_time.get("open") or "late") == "late",
            data.get("value") or "",
            having,
            tuple(sorted((data.get("dimensions") or {}).items())),
            data.get("id") or "",
            zone,
        )

    def one_way(self, kind: str, data: Mapping[str, Any]) -> None:
        """A measure is computed in exactly one way, one that its kind has."""
        if kind not in ALLOWED:
            told = "a measure of kind {kind} is not computed from records" if kind else "the measure has no `kind`"
            self.error((), told, "only mean, share and total are", kind=kind)
            return
        ways = [key for key in ("days", "value", "in_time", "having") if data.get(key)]
        allowed = ALLOWED[kind]
        for key in ways:
            if key not in allowed:
                self.error(
                    (key,),
                    "`{key}` does not belong to a measure of kind {kind}",
                    "give {wanted}",
                    key=key,
                    kind=kind,
                    wanted=" / ".join(f"`{way}`" for way in allowed),
                )
        if len(ways) > 1:
            self.error((ways[1],), "a measure is computed in one way", "keep one of: {ways}", ways=", ".join(ways))
        if not ways and kind != "total":
            self.error(
                (),
                "it is not said what is counted",
                "give {wanted}",
                wanted=" / ".join(f"`{way}`" for way in allowed),
            )

    def conditions(self, key: str, data: Mapping[str, Any]) -> tuple[Condition, ...]:
        found = []
        for i, entry in enumerate(data.get(key) or ()):
            given = [word for word in COMPARISONS if entry.get(word) is not None]
            if len(given) != 1:
                self.error(
                    (key, i),
                    "a condition compares its column in one way, not in {count}",
                    "give one of: {known}",
                    count=len(given),
                    known=", ".join(COMPARISONS),
                )
                continue
            word, value = given[0], entry[given[0]]
            if word in DATED:
                found.append(Condition(entry["column"], word, day=parse_day(value)))
            else:
                found.append(Condition(entry["column"], word, _several(value)))
        return tuple(found)


def _several(value: Any) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)


def asked_of(plan: Plan) -> "list[Asked]":
    """Every measure the plan computes from records: over which days, cut where, for which members."""
    from rulecheck.facts.records.measure import Asked

    periods: dict[str, list[Period]] = {}
    members: dict[str, set[Dimensions]] = {}
    for version in plan.versions:
        for target in version.targets:
            for leaf in leaves(target.criterion):
                measure = getattr(leaf, "measure", None)
                if measure is not None:
                    named = (getattr(leaf, name, None) for name in ("over", "base"))
                    periods.setdefault(measure, []).extend(span for span in named if isinstance(span, Period))
                    dimensions = getattr(leaf, "dimensions", ())
                    members.setdefault(measure, set()).update({dimensions} if dimensions else ())
    months = 1 if plan.follow_up == 1 else 3
    found = []
    for measure in plan.measures.values():
        if measure.records is not None:
            spans = [plan.period, *periods.get(measure.id, ())]
            cuts = {span.first for span in spans} | {_after(span.last) for span in spans}
            found.append(
                Asked(
                    definition_of(measure),
                    min(span.first for span in spans),
                    max(span.last for span in spans),
                    tuple(sorted(cuts)),
                    months,
                    tuple(sorted(members.get(measure.id, ()))),
                )
            )
    return found


def _after(day: date) -> date:
    return day + timedelta(1) if day < date.max else day
