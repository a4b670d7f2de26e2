"""Rows → facts. Every problem of the file is found in one run; nothing of a file with a problem is judged."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from operator import itemgetter
from typing import Any

from rulecheck.facts.digest import sha256
from rulecheck.facts.documents.document import Document
from rulecheck.facts.facts import Facts, Listing, Vocabulary
from rulecheck.facts.period import Period
from rulecheck.facts.problem import InvalidFacts, Path, Problem
from rulecheck.facts.rows.assessment import assessment
from rulecheck.facts.rows.event import calendar, event
from rulecheck.facts.rows.fields import CONTENT, FIELDS, TOP
from rulecheck.facts.rows.forecast import forecast
from rulecheck.facts.rows.identity import content, more_exact, named
from rulecheck.facts.rows.listing import check_origins
from rulecheck.facts.rows.measurement import measurement
from rulecheck.facts.rows.report import Refused
from rulecheck.facts.rows.scalars import Row, RowPath, Values


def read_facts(document: Document, names: Vocabulary) -> tuple[Facts, Sequence[Problem]]:
    """Facts and warnings. Raises InvalidFacts with every problem of the file."""
    values = Values(document, names)
    facts = _facts(values)
    errors = values.errors()
    if errors is not None:
        raise InvalidFacts(errors)
    return facts, values.warnings()


def _facts(values: Values) -> Facts:
    data = values.document.data
    for key in data:
        if key not in TOP:
            values.unknown("facts-key", (key,), "key", key, TOP)
    if data.get("records") is not None:
        from rulecheck.facts.records.named import wrong_in  # most files name no case records

        for path, message, remedy, words in wrong_in(data["records"]):
            values.report("facts-records", path, message, remedy, "error", **words)
    plan = data.get("plan")
    if plan is not None and not isinstance(plan, str):
        values.wrong(("plan",), "text", plan)
    as_of = _optional_period(values, ("as_of",), data.get("as_of"))
    days = calendar(values, data.get("calendar"))
    rows = _Rows(values)
    measurements = rows.read("measurements", measurement)
    events = rows.read("events", lambda values, path, row: event(values, path, row, days))
    forecasts = rows.read("forecasts", forecast)
    assessments = rows.read("assessments", assessment)
    told = named(measurements)
    lists = tuple(fact for fact in told if isinstance(fact, Listing))
    check_origins(values, lists)
    if rows.unfilled:
        values.report(
            "facts-unfilled",
            (),
            "rows of the template that are not filled in yet: {count}",
            "they are left out until they have a value",
            "warning",
            count=rows.unfilled,
        )
    digest = sha256()
    for group in (measurements, events, forecasts, assessments):
        for key, _ in group:
            digest.update(repr(key).encode())
    digest.update(repr(sorted(days.items())).encode())
    return Facts(
        plan if isinstance(plan, str) else None,
        as_of.last if as_of else None,
        tuple(fact for fact in told if not isinstance(fact, Listing)) if lists else told,
        named(events),
        named(forecasts),
        named(assessments),
        days,
        digest.hexdigest(),
        lists=lists,
    )


def _optional_period(values: Values, path: Path, value: object) -> Period | None:
    try:
        return None if value is None else values.period(path, value)
    except Refused:
        return None


class _Rows:
    """Reads the tables of a document, and counts the rows that are not filled in yet."""

    def __init__(self, values: Values) -> None:
        self.values = values
        self.unfilled = 0

    def read(self, group: str, read: Callable[[Values, RowPath, Row], Any]) -> list[tuple[Any, Any]]:
        """The facts of one table in canonical order, each with what makes it what it is; repetitions once."""
        values = self.values
        rows = values.document.data.get(group)
        if rows is None:
            return []
        if not isinstance(rows, list):
            values.wrong((group,), "a list", rows)
            return []
        known = FIELDS[group]
        kept: dict[Any, Any] = {}
        for i, row in enumerate(rows):
            path = (group, i)
            if not isinstance(row, dict):
                values.wrong(path, "an object", row)
                continue
            for key in row:
                if key not in known:
                    values.unknown("facts-key", (*path, key), "key", key, known)
            if not any(map(row.get, CONTENT)) and _unfilled(row):
                self.unfilled += 1
                continue
            before = len(values.complaints)
            try:
                fact = read(values, path, row)
            except Refused:
                self._others(path, row, known, before)
                continue
            if len(values.complaints) == before or all(c.severity == "warning" for c in values.complaints[before:]):
                key = content(fact)
                kept[key] = more_exact(kept[key], fact) if key in kept else fact
        return sorted(kept.items(), key=itemgetter(0))

    def _others(self, path: Path, row: Row, known: Mapping[str, tuple[str, str]], before: int) -> None:
        """What else is wrong with a fact that cannot be read: each of its values by itself."""
        values = self.values
        told = {c.path[len(path)] for c in values.complaints[before:] if len(c.path) > len(path)}
        for key, value in row.items():
            if key in known and value is not None and key not in told:
                with suppress(Refused):
                    values.kinds[known[key][0]]((*path, key), value)


def _unfilled(row: Row) -> bool:
    """Whether a row has a place for what it would say, and nothing there."""
    return any(k in row for k in CONTENT) and all(row.get(k) is None for k in CONTENT) and not row.get("withdrawn")
