"""``facts.json`` → facts. Every problem of the file is found in one run; nothing of a file with a problem is judged."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property, lru_cache
from itertools import accumulate
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from rulecheck.facts.digest import sha256
from rulecheck.facts.facts import (
    Assessment,
    Event,
    EventName,
    Fact,
    Facts,
    Forecast,
    Measurement,
    MeasureName,
    Vocabulary,
)
from rulecheck.facts.period import Period, parse_day, parse_period
from rulecheck.facts.problem import InvalidFacts, Path, Place, Problem, Severity, dotted, nearest
from rulecheck.facts.quantity import Exact, NotExact, decimals, exact, exact_decimal, parse_number

if TYPE_CHECKING:
    from rulecheck.facts.json_positions import Positions

VERDICTS = ("fulfilled", "on-track", "at-risk", "missed")
JSON_ERRORS = (
    "expecting property name enclosed in double quotes",
    "expecting ':' delimiter",
    "expecting ',' delimiter",
    "expecting value",
    "extra data",
    "unterminated string starting",
    "invalid control character",
    "invalid \\escape",
    "illegal trailing comma before end of object",
    "illegal trailing comma before end of array",
)
"""What the standard library says of text that is not JSON; here to be translated."""
SHOWN = 60
"""So many characters of a wrong value are shown."""
MAX_DEPTH = 8
"""So deep are the brackets of a file that is said to be nested too deeply; four are needed."""

COMMON = {
    "id": ("text", "a name of your own for the fact; one is made when it is left out"),
    "reported": ("day", "the day the fact was reported; without it the fact is known at all times"),
    "source": ("text", "where the fact comes from"),
    "by": ("text", "who states it"),
    "note": ("text", "a remark, shown with the fact"),
    "status": ("status", "final (the default) or preliminary; a preliminary fact never settles a verdict"),
    "withdrawn": ("truth", "true takes an earlier fact about the same thing back"),
    "dimensions": ("dimensions", 'the part of the whole it is about, such as {"district": "fyn"}'),
}
FIELDS: dict[str, dict[str, tuple[str, str]]] = {
    "measurements": {
        "measure": ("name", "a measure of the plan"),
        "period": ("period", "2024, 2024-H1, 2024-T2, 2024-Q3, 2024-05 or 2024-01-01/2024-08-31"),
        "at": ("day", "for a level: the day it was measured"),
        "total": ("number", "a mean: the sum over all items; a total: the sum"),
        "count": ("count", "a mean: how many items"),
        "numerator": ("count", "a share: how many items have the property"),
        "denominator": ("count", "a share: how many items there are"),
        "value": ("number", "the figure by itself; a share as a fraction of 1"),
        **COMMON,
    },
    "events": {
        "event": ("name", "an event of the plan"),
        "subject": ("text", "whom or what it is about, where the plan names subjects"),
        "date": ("day", "the day it happened"),
        **COMMON,
    },
    "forecasts": {
        "event": ("name", "an event of the plan"),
        "subject": ("text", "whom or what it is about"),
        "expected": ("day", "the day the event is expected"),
        "measure": ("name", "a measure of the plan"),
        "period": ("period", "the period whose volume or value is expected"),
        "count": ("count", "a mean: the expected number of items"),
        "denominator": ("count", "a share: the expected number of items"),
        "value": ("number", "the expected value"),
        **COMMON,
    },
    "assessments": {
        "target": ("name", "a target of the plan"),
        "verdict": ("verdict", "fulfilled, on-track, at-risk or missed"),
        "date": ("day", "the day the judgement was made"),
        "reason": ("text", "why"),
        **COMMON,
    },
}
TOP = {
    "plan": "the plan's id",
    "as_of": "the day to judge, unless --as-of says otherwise",
    "measurements": "numbers for periods",
    "events": "things that happened",
    "forecasts": "expected days, volumes and values",
    "assessments": "documented judgements",
    "calendar": "due dates of recurring duties",
    "records": "case records to compute measures from",
}
CONTENT = ("total", "count", "numerator", "denominator", "value", "date", "expected", "verdict")


class Unread(str):
    """A number as written that Python can hold as none: ``NaN``, ``Infinity``, or one with thousands of digits."""


class Document:
    """A facts file as JSON values, before any meaning is given to them.

    ``repeats`` tells that some object has a name twice, ``unread`` that some number is an ``Unread``.
    """

    def __init__(self, data: dict[str, Any], text: str, file: str, repeats: bool, unread: bool) -> None:
        self.data, self.text, self.file, self.repeats, self.unread = data, text, file, repeats, unread

    @cached_property
    def positions(self) -> "Positions":
        """Where everything stands. Raises InvalidFacts when the file is nested deeper than Python's stack."""
        from rulecheck.facts.json_positions import positions  # only a message needs it

        try:
            return positions(self.text)
        except RecursionError:
            raise _too_deep(self.text, self.file) from None

    @cached_property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    def place(self, path: Path) -> Place:
        """Where ``path`` stands; where its nearest enclosing value stands, if it is not there itself."""
        shown = path
        while path not in self.positions.values:
            path = path[:-1]
        return Place(self.file, *self.positions.values[path], dotted(shown))

    def problem(
        self, code: str, path: Path, message: str, remedy: str, severity: Severity = "error", **values: object
    ) -> Problem:
        place = self.place(path)
        return Problem(code, message, place, remedy, values, self.lines[place.line - 1], severity)


def read_document(content: bytes, file: str) -> Document:
    """Bytes → JSON values. Raises InvalidFacts for anything that is not one JSON object with each name once."""

    def broken(message: str, remedy: str, line: int, column: int, **values: object) -> InvalidFacts:
        text = content.decode("utf-8-sig", "replace").split("\n")[line - 1]
        return InvalidFacts([Problem("facts-json", message, Place(file, line, column, "$"), remedy, values, text)])

    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode().split("\n")
        raise broken(
            "the file is not UTF-8: byte `{byte}` cannot be read",
            "save the file as UTF-8",
            len(before),
            len(before[-1]) + 1,
            byte=f"0x{error.object[error.start]:02x}",
        ) from None
    if not text.strip():
        raise broken(
            "the file is empty",
            "write the facts as one JSON object, or make a template: {command}",
            1,
            1,
            command="rulecheck facts template",
        )
    repeats = unread = False

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal repeats
        found = dict(pairs)
        repeats = repeats or len(found) != len(pairs)
        return found

    def constant(word: str) -> Unread:
        nonlocal unread
        unread = True
        return Unread(word)

    def careful(read: Callable[[str], Any]) -> Callable[[str], Any]:
        """``read``, for numbers of any size."""

        def number(word: str) -> Any:
            try:
                return read(word)
            except (ValueError, ArithmeticError):
                return constant(word)

        return number

    def load(integer: Callable[[str], Any] = int, fraction: Callable[[str], Any] = Decimal) -> Any:
        return json.loads(
            text, parse_int=integer, parse_float=fraction, parse_constant=constant, object_pairs_hook=unique
        )

    try:
        try:
            data = load()
        except json.JSONDecodeError:
            raise
        except (ValueError, ArithmeticError):  # more digits than Python reads: slower, but to the end
            data = load(careful(int), careful(Decimal))
    except json.JSONDecodeError as error:
        at = min(error.pos, len(text.rstrip()))  # where a text ends too early, not the blank line after it
        raise broken(
            "this is not JSON: {error}",
            "correct the text at the mark; a missing comma, quote or bracket is usual",
            text.count("\n", 0, at) + 1,
            at - text.rfind("\n", 0, at),
            error=(error.msg[:1].lower() + error.msg[1:]).removesuffix(" at"),
        ) from None
    except RecursionError:
        raise _too_deep(text, file) from None
    if not isinstance(data, dict):
        raise broken(
            "the file holds {found}, not an object",
            "a facts file is one object: plan, measurements, events, forecasts, assessments",
            1,
            1,
            found=_kind(data),
        )
    return Document(data, text, file, repeats, unread)


def _too_deep(text: str, file: str) -> InvalidFacts:
    """The problem of a file whose brackets are nested beyond sense, at the first bracket that is too deep."""
    signs = list(re.finditer(r'"(?:[^"\\]|\\.)*"|[][{}]', text))
    depths = accumulate({"[": 1, "{": 1, "]": -1, "}": -1}.get(sign.group(), 0) for sign in signs)
    at = next(sign.start() for sign, depth in zip(signs, depths, strict=True) if depth > MAX_DEPTH)
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    return InvalidFacts(
        [
            Problem(
                "facts-json",
                "the brackets are nested too deeply",
                Place(file, line, column, "$"),
                "a facts file needs four levels",
                {},
                text.split("\n")[line - 1],
            )
        ]
    )


def read_facts(document: Document, names: Vocabulary) -> tuple[Facts, tuple[Problem, ...]]:
    """Facts and warnings. Raises InvalidFacts with every problem of the file."""
    reader = _Reader(document, names)
    facts = reader.read()
    problems = reader.problems()
    errors = [p for p in problems if p.severity == "error"]
    if errors:
        raise InvalidFacts(errors)
    return facts, tuple(problems)


class _Refused(Exception):
    """One value of one fact cannot be read; the problem is already recorded."""


class _Reader:
    def __init__(self, document: Document, names: Vocabulary) -> None:
        self.document, self.names = document, names
        self.found: list[tuple[str, Path, str, str, Severity, dict[str, object]]] = []
        self.unfilled = 0
        self.nearest = cache(nearest)  # one misspelling may stand in every row
        self.known_names: dict[str, Mapping[str, object]] = {
            "measure": names.measures,
            "event": names.events,
            "target": dict.fromkeys(names.targets),
        }
        self.kinds: dict[str, Callable[[Path, object], object]] = {
            "text": self.text,
            "name": self.known,
            "day": self.day,
            "period": self.period,
            "number": self.number,
            "count": self.count,
            "status": self.status,
            "truth": self.truth,
            "verdict": self.verdict,
            "dimensions": self.dimensions,
        }

    def read(self) -> Facts:
        data = self.document.data
        if self.document.repeats:
            for path in self.document.positions.repeated:
                self.report(
                    "facts-repeated",
                    path,
                    "the name `{name}` is given twice in one object",
                    "keep one of the two",
                    name=path[-1],
                )
        if self.document.unread:
            for path, word in _unread(data):
                self.no_number(path, word)
        for key in data:
            if key not in TOP:
                self.unknown("facts-key", (key,), "key", key, TOP)
        if data.get("records"):
            self.report(
                "facts-records",
                ("records",),
                "case records are not read by this version",
                "give the measurements with total and count, or numerator and denominator",
            )
        plan = data.get("plan")
        if plan is not None and not isinstance(plan, str):
            self.wrong(("plan",), "text", plan)
        as_of = self.optional_period(("as_of",), data.get("as_of"))
        calendar = self.calendar(data.get("calendar"))
        measurements = self.entries("measurements", self.measurement)
        events = self.entries("events", lambda index, entry: self.event(index, entry, calendar))
        forecasts = self.entries("forecasts", self.forecast)
        assessments = self.entries("assessments", self.assessment)
        if self.unfilled:
            self.report(
                "facts-unfilled",
                (),
                "rows of the template that are not filled in yet: {count}",
                "they are left out until they have a value",
                "warning",
                count=self.unfilled,
            )
        digest = sha256()
        for group in (measurements, events, forecasts, assessments):
            for key, _ in group:
                digest.update(repr(key).encode())
        digest.update(repr(sorted(calendar.items())).encode())
        return Facts(
            plan if isinstance(plan, str) else None,
            as_of.last if as_of else None,
            _named(measurements),
            _named(events),
            _named(forecasts),
            _named(assessments),
            calendar,
            digest.hexdigest(),
        )

    # --- problems ---

    def report(
        self, code: str, path: Path, message: str, remedy: str, severity: Severity = "error", **values: object
    ) -> None:
        self.found.append((code, path, message, remedy, severity, values))

    def problems(self) -> list[Problem]:
        return [self.document.problem(c, p, m, r, s, **v) for c, p, m, r, s, v in self.found]

    def unknown(self, code: str, path: Path, what: str, word: str, known: Iterable[str]) -> None:
        guess = self.nearest(word, tuple(known))
        message = "unknown {what} `{word}`"
        word = _shown(word)
        if guess:
            self.report(code, path, message, "did you mean `{guess}`?", what=what, word=word, guess=guess)
        else:
            self.report(code, path, message, "known are: {known}", what=what, word=word, known=_names(known))

    def wrong(self, path: Path, wanted: str, value: object) -> None:
        self.report(
            "facts-type",
            path,
            "{found} stands where {wanted} is wanted: `{text}`",
            "write {wanted}",
            found=_kind(value),
            wanted=wanted,
            text=_shown(value),
        )

    def no_number(self, path: Path, value: object) -> None:
        self.report(
            "facts-number",
            path,
            "`{text}` is not a number that can be used",
            "write an exact decimal with a point and no spaces, of at most 30 digits",
            text=_shown(value),
        )

    # --- entries ---

    def entries(self, group: str, read: Callable[[tuple[str, int], dict[str, Any]], Any]) -> list[tuple[Any, Any]]:
        rows = self.document.data.get(group)
        if rows is None:
            return []
        if not isinstance(rows, list):
            self.wrong((group,), "a list", rows)
            return []
        known = FIELDS[group]
        kept: dict[Any, Any] = {}
        for i, row in enumerate(rows):
            path = (group, i)
            if not isinstance(row, dict):
                self.wrong(path, "an object", row)
                continue
            for key in row:
                if key not in known:
                    self.unknown("facts-key", (*path, key), "key", key, known)
            if any(k in row for k in CONTENT) and all(row.get(k) is None for k in CONTENT) and not row.get("withdrawn"):
                self.unfilled += 1
                continue
            before = len(self.found)
            try:
                fact = read(path, row)
            except _Refused:
                self.others(path, row, known, before)
                continue
            if len(self.found) == before or all(f[4] == "warning" for f in self.found[before:]):
                kept.setdefault(_content(fact), fact)
        return sorted(kept.items(), key=itemgetter(0))

    def common(self, path: tuple[str, int], row: dict[str, Any]) -> dict[str, Any]:
        fields: dict[str, Any] = {"id": "", "index": path}
        for key in ("id", "source", "by", "note"):
            if row.get(key) is not None:
                fields[key] = self.text((*path, key), row[key])
        if row.get("reported") is not None:
            fields["reported"] = self.day((*path, "reported"), row["reported"])
        if row.get("status") is not None:
            fields["preliminary"] = self.status((*path, "status"), row["status"]) == "preliminary"
        if row.get("withdrawn") is not None:
            fields["withdrawn"] = self.truth((*path, "withdrawn"), row["withdrawn"])
        if row.get("dimensions") is not None:
            fields["dimensions"] = self.dimensions((*path, "dimensions"), row["dimensions"])
        return fields

    def others(self, path: Path, row: dict[str, Any], known: Mapping[str, tuple[str, str]], before: int) -> None:
        """What else is wrong with a fact that cannot be read: each of its values by itself."""
        told = {found[1][: len(path) + 1] for found in self.found[before:]}
        for key, value in row.items():
            if key in known and value is not None and (*path, key) not in told:
                with suppress(_Refused):
                    self.kinds[known[key][0]]((*path, key), value)

    def measurement(self, path: tuple[str, int], row: dict[str, Any]) -> Measurement:
        fields = self.common(path, row)
        name = self.measure_name(path, row)
        measure = self.names.measures[name]
        for dimension, member in fields.get("dimensions", ()):
            members = measure.dimensions.get(dimension)
            if members is not None and member not in members:
                self.unknown("facts-member", (*path, "dimensions", dimension), dimension, member, members)
        period = self.measured(path, row, measure)
        if not fields.get("withdrawn"):
            fields.update(self.content(path, row, measure))
        if not period.overlaps(self.names.period):
            self.report(
                "facts-outside",
                (*path, "period"),
                "the period {period} lies outside the plan's ({plan})",
                "correct the period, if it is wrong",
                "warning",
                period=period.label,
                plan=self.names.period.label,
            )
        reported = fields.get("reported")
        if reported and reported < period.last and not fields.get("preliminary"):
            self.report(
                "facts-early",
                (*path, "reported"),
                "reported on {reported}, before {last}, when the period ends",
                'if the figure is not final, write "status": "preliminary"',
                "warning",
                reported=reported.isoformat(),
                last=period.last.isoformat(),
            )
        return Measurement(measure=name, period=period, **fields)

    def measured(self, path: tuple[str, int], row: dict[str, Any], measure: MeasureName) -> Period:
        if measure.kind == "level":
            if row.get("at") is None:
                self.missing(path, "at", "a level is measured on a day")
            day = self.day((*path, "at"), row["at"])
            return Period(day, day)
        if row.get("at") is not None:
            self.report("facts-at", (*path, "at"), "only a level is measured on a day", "write the period instead")
        if row.get("period") is None:
            self.missing(path, "period", "a measurement is of a period")
        return self.period((*path, "period"), row["period"])

    def content(self, path: tuple[str, int], row: dict[str, Any], measure: MeasureName) -> dict[str, Any]:
        """The numbers of a measurement, by the kind of its measure."""
        pair = {"mean": ("total", "count"), "share": ("numerator", "denominator")}.get(measure.kind)
        sums = {"mean": "total", "share": "numerator", "total": "total"}.get(measure.kind, "value")
        allowed = {*(pair or ()), "value", sums}
        for key in ("total", "count", "numerator", "denominator", "value"):
            if row.get(key) is not None and key not in allowed:
                self.report(
                    "facts-content",
                    (*path, key),
                    "`{key}` does not belong to a measure of kind {kind}",
                    "give {wanted}",
                    key=key,
                    kind=measure.kind,
                    wanted=_wanted(measure.kind),
                )
                raise _Refused
        volume = self.count((*path, pair[1]), row[pair[1]]) if pair and row.get(pair[1]) is not None else None
        given = [key for key in dict.fromkeys((sums, "value")) if row.get(key) is not None]
        if len(given) != 1:
            if given:
                self.report(
                    "facts-content",
                    (*path, "value"),
                    "the figure is given twice: `{sums}` and `value`",
                    "keep one of the two",
                    sums=sums,
                )
            else:
                self.missing(path, sums, "give {wanted}", wanted=_wanted(measure.kind))
            raise _Refused
        key = given[0]
        number = self.number((*path, key), row[key])
        if number < 0 and not (measure.signed and measure.kind != "share"):
            self.report(
                "facts-negative",
                (*path, key),
                "`{key}` is negative: {number}",
                "correct the sign; a measure that may be negative says `signed: true` in the plan",
                key=key,
                number=_shown(row[key]),
            )
            raise _Refused
        if measure.kind == "share":
            self.share(path, key, number, row, volume)
        if key == "value" and measure.kind in ("mean", "share"):
            if number and volume == 0:
                self.nothing(path, key, number)
            step = exact(Fraction(1, 10 ** decimals(str(row[key]))))
            amount = None if volume is None else exact(Fraction(number * volume))
            return {
                "value": number,
                "volume": volume,
                "amount": amount,
                "step": step if volume is None else step * volume,
            }
        if measure.kind in ("level", "figure"):
            return {"value": number}
        if pair and volume is None:
            self.missing(path, pair[1], "`{other}` needs it", other=sums)
        if pair and number and volume == 0:
            self.nothing(path, key, number)
        return {"amount": number, "volume": volume}

    def share(self, path: Path, key: str, number: Exact, row: dict[str, Any], volume: Exact | None) -> None:
        if key == "value" and number > 1:
            self.report(
                "facts-share",
                (*path, key),
                "a share above one: {number}",
                "write a fraction of 1: 0.964 for 96.4 %",
                number=_shown(row[key]),
            )
            raise _Refused
        if key == "numerator":
            self.count((*path, key), row[key])
            if volume is not None and volume and number > volume:
                self.report(
                    "facts-share",
                    (*path, key),
                    "a share above one: {number} of {volume}",
                    "the numerator counts some of the items the denominator counts",
                    number=str(number),
                    volume=str(volume),
                )
                raise _Refused

    def nothing(self, path: Path, key: str, number: Exact) -> None:
        self.report(
            "facts-nothing",
            (*path, key),
            "something out of nothing: {number} of 0",
            "correct one of the two numbers",
            number=str(number),
        )
        raise _Refused

    def event(self, path: tuple[str, int], row: dict[str, Any], calendar: Mapping[str, tuple[date, ...]]) -> Event:
        fields = self.common(path, row)
        name, event = self.event_name(path, row)
        subject = self.subject(path, row, name, event, calendar)
        day = None
        if not fields.get("withdrawn") or row.get("date") is not None:
            if row.get("date") is None:
                self.missing(path, "date", "an event happened on a day; an expected one is a forecast")
            day = self.day((*path, "date"), row["date"])
            plan = self.names.period
            if not plan.first <= day <= plan.last:
                self.report(
                    "facts-outside",
                    (*path, "date"),
                    "the day {day} lies outside the plan's period ({plan})",
                    "correct the date, if it is wrong",
                    "warning",
                    day=day.isoformat(),
                    plan=plan.label,
                )
            reported = fields.get("reported")
            if reported and reported < day:
                self.report(
                    "facts-early",
                    (*path, "reported"),
                    "reported on {reported}, before it happened on {day}",
                    "what is only expected is a forecast",
                    "warning",
                    reported=reported.isoformat(),
                    day=day.isoformat(),
                )
        return Event(event=name, subject=subject, date=day, **fields)

    def forecast(self, path: tuple[str, int], row: dict[str, Any]) -> Forecast:
        fields = self.common(path, row)
        if (row.get("event") is None) == (row.get("measure") is None):
            self.report(
                "facts-forecast",
                path,
                "a forecast is of an event or of a measure",
                "give `event` and `expected`, or `measure`, `period` and the expected number",
            )
            raise _Refused
        if row.get("event") is not None:
            name, event = self.event_name(path, row)
            subject = self.subject(path, row, name, event, {})
            expected = None
            if not fields.get("withdrawn"):
                if row.get("expected") is None:
                    self.missing(path, "expected", "the day the event is expected")
                expected = self.day((*path, "expected"), row["expected"])
            return Forecast(event=name, subject=subject, expected=expected, **fields)
        measure = self.names.measures[name := self.measure_name(path, row)]
        if row.get("period") is None:
            self.missing(path, "period", "a forecast of a measure is of a period")
        period = self.period((*path, "period"), row["period"])
        counted = {"mean": "count", "share": "denominator"}.get(measure.kind)
        for key in ("count", "denominator"):
            if row.get(key) is not None and key != counted:
                self.report(
                    "facts-content",
                    (*path, key),
                    "`{key}` does not belong to a measure of kind {kind}",
                    "give {wanted}",
                    key=key,
                    kind=measure.kind,
                    wanted=f"`{counted or 'value'}`",
                )
                raise _Refused
        volume = self.count((*path, counted), row[counted]) if counted and row.get(counted) is not None else None
        value = self.number((*path, "value"), row["value"]) if row.get("value") is not None else None
        if volume is None and value is None and not fields.get("withdrawn"):
            self.missing(path, counted or "value", "the expected number")
        return Forecast(measure=name, period=period, volume=volume, value=value, **fields)

    def assessment(self, path: tuple[str, int], row: dict[str, Any]) -> Assessment:
        fields = self.common(path, row)
        target = self.name(path, row, "target")
        verdict, day, reason = "", None, ""
        if row.get("verdict") is not None:
            verdict = self.verdict((*path, "verdict"), row["verdict"])
        if row.get("reason") is not None:
            reason = self.text((*path, "reason"), row["reason"])
        if row.get("date") is not None:
            day = self.day((*path, "date"), row["date"])
        if not fields.get("withdrawn"):
            if row.get("verdict") is None:
                self.missing(path, "verdict", "fulfilled, on-track, at-risk or missed")
            if row.get("date") is None:
                self.missing(path, "date", "the day the judgement was made")
            if not fields.get("by"):
                self.missing(path, "by", "who judged")
        fields.setdefault("reported", day)  # a judgement is known from the day it is made, unless said otherwise
        return Assessment(target=target, verdict=verdict, date=day, reason=reason, **fields)

    def calendar(self, value: object) -> dict[str, tuple[date, ...]]:
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.wrong(("calendar",), "an object", value)
            return {}
        found = {}
        duties = [name for name, event in self.names.events.items() if event.dated]
        for name, days in value.items():
            path: Path = ("calendar", name)
            if name not in duties:
                self.unknown("facts-name", path, "recurring duty", name, duties)
            elif not isinstance(days, list):
                self.wrong(path, "a list", days)
            else:
                try:
                    found[name] = tuple(sorted({self.day((*path, i), day) for i, day in enumerate(days)}))
                except _Refused:
                    continue
        return found

    # --- names and values ---

    def missing(self, path: Path, key: str, why: str, **values: object) -> None:
        self.report("facts-missing", path, "`{name}` is missing", why, "error", name=key, **values)
        raise _Refused

    def measure_name(self, path: Path, row: dict[str, Any]) -> str:
        return self.name(path, row, "measure")

    def event_name(self, path: Path, row: dict[str, Any]) -> tuple[str, EventName]:
        name = self.name(path, row, "event")
        return name, self.names.events[name]

    def name(self, path: Path, row: dict[str, Any], key: str) -> str:
        if row.get(key) is None:
            self.missing(path, key, "known are: {known}", known=_names(self.known_names[key]))
        return self.known((*path, key), row[key])

    def known(self, path: Path, value: object) -> str:
        """A name the plan knows, of the kind the key at the end of the path asks for."""
        key, word = str(path[-1]), self.text(path, value)
        if word not in self.known_names[key]:
            self.unknown("facts-name", path, key, word, self.known_names[key])
            raise _Refused
        return word

    def subject(
        self, path: Path, row: dict[str, Any], name: str, event: EventName, calendar: Mapping[str, tuple[date, ...]]
    ) -> str:
        subject = self.text((*path, "subject"), row["subject"]) if row.get("subject") is not None else ""
        place = (*path, "subject")
        if event.dated:
            if not subject:
                self.missing(path, "subject", "the due date it answers to, such as 2024-03-31")
            due = self.day(place, subject)
            if name in calendar and due not in calendar[name]:
                known = ", ".join(d.isoformat() for d in calendar[name])
                self.report(
                    "facts-name",
                    place,
                    "`{due}` is no due date of `{name}`",
                    "the calendar says: {known}",
                    due=subject,
                    name=name,
                    known=known,
                )
                raise _Refused
        elif event.subjects is None:
            if subject:
                self.report(
                    "facts-subject", place, "the event `{name}` has no subjects", "leave `subject` out", name=name
                )
                raise _Refused
        elif not subject:
            self.missing(path, "subject", "one of: {known}", known=", ".join(sorted(event.subjects)) or "…")
        elif event.closed and subject not in event.subjects:
            self.unknown("facts-name", place, "subject", subject, event.subjects)
            raise _Refused
        return subject

    def text(self, path: Path, value: object) -> str:
        if not isinstance(value, str):
            self.wrong(path, "text", value)
            raise _Refused
        try:
            value.encode()
        except UnicodeEncodeError:  # "\ud800" is half a character: it can be neither shown nor hashed
            self.report("facts-text", path, "the text holds half a character (a lone surrogate)", "write it again")
            raise _Refused from None
        return value

    def status(self, path: Path, value: object) -> str:
        return self.one_of("facts-status", path, "status", value, ("final", "preliminary"))

    def verdict(self, path: Path, value: object) -> str:
        return self.one_of("facts-verdict", path, "verdict", value, VERDICTS)

    def one_of(self, code: str, path: Path, what: str, value: object, known: tuple[str, ...]) -> str:
        word = self.text(path, value)
        if word not in known:
            self.unknown(code, path, what, word, known)
            raise _Refused
        return word

    def truth(self, path: Path, value: object) -> bool:
        if not isinstance(value, bool):
            self.wrong(path, "true or false", value)
            raise _Refused
        return value

    def dimensions(self, path: Path, value: object) -> tuple[tuple[str, str], ...]:
        if not isinstance(value, dict):
            self.wrong(path, "an object", value)
            raise _Refused
        return tuple(sorted((self.text((*path, k), k), self.text((*path, k), v)) for k, v in value.items()))

    def day(self, path: Path, value: object) -> date:
        if not isinstance(value, str):
            self.wrong(path, "a date such as 2024-03-31", value)
            raise _Refused
        try:
            return _day(value)
        except ValueError:
            self.report(
                "facts-date",
                path,
                "`{text}` is no date",
                "write year-month-day, such as 2024-03-31",
                text=_shown(value),
            )
            raise _Refused from None

    def period(self, path: Path, value: object) -> Period:
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            self.wrong(path, "a period such as 2024-Q3", value)
            raise _Refused
        try:
            return parse_period(value)
        except ValueError:
            backwards = "the interval runs backwards or a day does not exist: `{text}`"
            self.report(
                "facts-period",
                path,
                backwards if "/" in value else "`{text}` is no period",
                "write 2024, 2024-H1, 2024-T2, 2024-Q3, 2024-05 or 2024-01-01/2024-08-31",
                text=_shown(value),
            )
            raise _Refused from None

    def optional_period(self, path: Path, value: object) -> Period | None:
        try:
            return None if value is None else self.period(path, value)
        except _Refused:
            return None

    def number(self, path: Path, value: object) -> Exact:
        if isinstance(value, Unread):  # all of these are told at once, wherever they stand
            raise _Refused
        try:
            if isinstance(value, str):
                return parse_number(value.strip())
            if isinstance(value, Decimal):
                return exact_decimal(value)
            if isinstance(value, int) and not isinstance(value, bool):
                if abs(value) >= 10**30:
                    raise NotExact
                return value
        except NotExact:
            self.no_number(path, value)
            raise _Refused from None
        self.wrong(path, "a number", value)
        raise _Refused

    def count(self, path: Path, value: object) -> int:
        number = self.number(path, value)
        if number < 0 or not isinstance(number, int):
            what = "a count is negative: {text}" if number < 0 else "a count is not whole: {text}"
            self.report("facts-count", path, what, "counts are 0, 1, 2, …", text=_shown(value))
            raise _Refused
        return number


@lru_cache(maxsize=4096)
def _day(text: str) -> date:
    return parse_day(text)


def _wanted(kind: str) -> str:
    return {"mean": "`total` and `count`, or `value`", "share": "`numerator` and `denominator`, or `value`"}.get(
        kind, "`value`"
    )


def _names(known: Iterable[str]) -> str:
    return ", ".join(sorted(known)) or "none"


def _shown(value: object) -> str:
    """A value as it is written in JSON, shortened."""
    if isinstance(value, list | dict):
        return "[…]" if isinstance(value, list) else "{…}"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _unread(data: object) -> Iterator[tuple[Path, Unread]]:
    """Every Unread in the file, with its path."""
    waiting: list[tuple[Path, object]] = [((), data)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, Unread):
            yield path, value
        elif isinstance(value, dict):
            waiting += [((*path, key), inner) for key, inner in value.items()]
        elif isinstance(value, list):
            waiting += [((*path, i), inner) for i, inner in enumerate(value)]


def _kind(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, Decimal, Unread)):
        return "a number"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, list) else "an object"


def _content(fact: Fact) -> tuple[Any, ...]:
    """What makes two facts exact repetitions of each other, and the canonical order of the file's facts."""
    head: tuple[Any, ...]
    match fact:
        case Measurement():
            head = (
                fact.measure,
                fact.period.label,
                fact.dimensions,
                str(fact.amount),
                str(fact.volume),
                str(fact.value),
            )
        case Event():
            head = (fact.event, fact.subject, fact.dimensions, str(fact.date))
        case Forecast():
            period = fact.period.label if fact.period else ""
            head = (
                fact.event,
                fact.subject,
                fact.measure,
                period,
                fact.dimensions,
                str(fact.expected),
                str(fact.volume),
                str(fact.value),
            )
        case _:
            assert isinstance(fact, Assessment)
            head = (fact.target, fact.verdict, str(fact.date), fact.dimensions, fact.reason)
    reported = fact.reported.isoformat() if fact.reported else ""
    return (*head, reported, fact.preliminary, fact.withdrawn, fact.source, fact.by, fact.note, fact.id)


def _named(found: list[tuple[Any, Any]]) -> tuple[Any, ...]:
    """The facts, each with an id that depends on nothing but the facts: neither on their order nor on repetitions."""
    groups: dict[str, list[Fact]] = {}
    for _, fact in found:
        groups.setdefault(fact.id or _about(fact), []).append(fact)
    for name, group in groups.items():
        taken: dict[str, int] = {}
        group.sort(key=lambda f: f.reported or date.min)  # stable: canonical order within a day
        for fact in group:
            unique = name if len(group) == 1 or not fact.reported else f"{name}@{fact.reported.isoformat()}"
            taken[unique] = taken.get(unique, 0) + 1
            object.__setattr__(fact, "id", unique if taken[unique] == 1 else f"{unique}#{taken[unique]}")
    return tuple(fact for _, fact in found)


def _about(fact: Fact) -> str:
    parts = "".join(f"[{k}={v}]" for k, v in fact.dimensions)
    match fact:
        case Measurement():
            return f"{fact.measure}{parts}/{fact.period.label}"
        case Event():
            return f"{fact.event}{parts}" + (f"/{fact.subject}" if fact.subject else "")
        case Forecast(period=None):
            return f"forecast:{fact.event}" + (f"/{fact.subject}" if fact.subject else "")
        case Forecast():
            assert fact.period is not None
            return f"forecast:{fact.measure}{parts}/{fact.period.label}"
        case _:
            assert isinstance(fact, Assessment)
            return f"assessment:{fact.target}"
