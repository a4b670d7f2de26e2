"""Single values of a fact: texts, names of the plan, days, periods, numbers."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from rulecheck.facts.documents.document import Document, Unread
from rulecheck.facts.facts import EventName, Vocabulary
from rulecheck.facts.period import Period, parse_day, parse_period
from rulecheck.facts.problem import Path
from rulecheck.facts.quantity import Exact, NotExact, exact_decimal, parse_number
from rulecheck.facts.rows.fields import VERDICTS
from rulecheck.facts.rows.report import Refused, Report
from rulecheck.facts.rows.words import listed, no_number, shown

RowPath = tuple[str, int]
Row = Mapping[str, Any]


class Values(Report):
    """Reads values; what cannot be read is reported, and Refused raised."""

    def __init__(self, document: Document, names: Vocabulary) -> None:
        super().__init__(document)
        self.names = names
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
            "members": self.members,
            "origins": self.origins,
        }

    def name(self, path: Path, row: Row, key: str) -> str:
        if row.get(key) is None:
            self.missing(path, key, "known are: {known}", known=listed(self.known_names[key]))
        return self.known((*path, key), row[key])

    def known(self, path: Path, value: object) -> str:
        """A name the plan knows, of the kind the key at the end of the path asks for."""
        key, word = str(path[-1]), self.text(path, value)
        if word not in self.known_names[key]:
            self.unknown("facts-name", path, key, word, self.known_names[key])
            raise Refused
        return word

    def event_name(self, path: Path, row: Row) -> tuple[str, EventName]:
        name = self.name(path, row, "event")
        return name, self.names.events[name]

    def text(self, path: Path, value: object) -> str:
        if isinstance(value, Unread):  # told already, wherever it stands
            raise Refused
        if not isinstance(value, str):
            self.wrong(path, "text", value)
            raise Refused
        try:
            value.encode()
        except UnicodeEncodeError:  # "\ud800" is half a character: it can be neither shown nor hashed
            self.report("facts-text", path, "the text holds half a character (a lone surrogate)", "write it again")
            raise Refused from None
        return value

    def status(self, path: Path, value: object) -> str:
        return self.one_of("facts-status", path, "status", value, ("final", "preliminary"))

    def verdict(self, path: Path, value: object) -> str:
        return self.one_of("facts-verdict", path, "verdict", value, VERDICTS)

    def one_of(self, code: str, path: Path, what: str, value: object, known: tuple[str, ...]) -> str:
        word = self.text(path, value)
        if word not in known:
            self.unknown(code, path, what, word, known)
            raise Refused
        return word

    def truth(self, path: Path, value: object) -> bool:
        if isinstance(value, Unread):
            raise Refused
        if not isinstance(value, bool):
            self.wrong(path, "true or false", value)
            raise Refused
        return value

    def dimensions(self, path: Path, value: object) -> tuple[tuple[str, str], ...]:
        if isinstance(value, Unread):
            raise Refused
        if not isinstance(value, dict):
            self.wrong(path, "an object", value)
            raise Refused
        return tuple(sorted((self.text((*path, k), k), self.text((*path, k), v)) for k, v in value.items()))

    def members(self, path: Path, value: object) -> tuple[str, ...]:
        """Names in order, each once."""
        if isinstance(value, Unread):
            raise Refused
        if not isinstance(value, list):
            self.wrong(path, "a list", value)
            raise Refused
        names = [self.text((*path, i), name).strip() for i, name in enumerate(value)]
        seen: set[str] = set()
        for i, name in enumerate(names):
            if not name:
                self.missing((*path, i), "name", "write the name of the member")
            if name in seen:
                self.report("facts-member", (*path, i), "`{name}` is there twice", "keep one of the two", name=name)
                raise Refused
            seen.add(name)
        return tuple(sorted(names))

    def origins(self, path: Path, value: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Which earlier members each member descends from."""
        if isinstance(value, Unread):
            raise Refused
        if not isinstance(value, dict):
            self.wrong(path, "an object", value)
            raise Refused
        found = [(self.text((*path, k), k).strip(), self.members((*path, k), names)) for k, names in value.items()]
        return tuple(sorted((member, names) for member, names in found if names))

    def day(self, path: Path, value: object) -> date:
        if isinstance(value, Unread):
            raise Refused
        if not isinstance(value, str):
            self.wrong(path, "a date such as 2024-03-31", value)
            raise Refused
        day = _day(value)
        if day is None:
            self.report(
                "facts-date",
                path,
                "`{text}` is no date",
                "write year-month-day, such as 2024-03-31",
                text=shown(value),
            )
            raise Refused
        return day

    def period(self, path: Path, value: object) -> Period:
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, Unread):
            raise Refused
        if not isinstance(value, str):
            self.wrong(path, "a period such as 2024-Q3", value)
            raise Refused
        try:
            return parse_period(value)
        except ValueError:
            backwards = "the interval runs backwards or a day does not exist: `{text}`"
            self.report(
                "facts-period",
                path,
                backwards if "/" in value else "`{text}` is no period",
                "write 2024, 2024-H1, 2024-T2, 2024-Q3, 2024-05 or 2024-01-01/2024-08-31",
                text=shown(value),
            )
            raise Refused from None

    def optional_period(self, path: Path, value: object) -> Period | None:
        try:
            return None if value is None else self.period(path, value)
        except Refused:
            return None

    def number(self, path: Path, value: object) -> Exact:
        if isinstance(value, Unread):
            raise Refused
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
            self.complaints.append(no_number(path, value))
            raise Refused from None
        self.wrong(path, "a number", value)
        raise Refused

    def count(self, path: Path, value: object) -> int:
        number = self.number(path, value)
        if number < 0 or not isinstance(number, int):
            what = "a count is negative: {text}" if number < 0 else "a count is not whole: {text}"
            self.report("facts-count", path, what, "counts are 0, 1, 2, …", text=shown(value))
            raise Refused
        return number


@lru_cache(maxsize=4096)
def _day(text: str) -> date | None:
    try:
        return parse_day(text)
    except ValueError:
        return None
