"""How a measure is computed from case records, as frozen data. The meaning of each field is docs/records.md."""

import datetime as dt
from typing import Literal

import attrs
from rulecheck.facts.facts import MeasureKind

Comparison = Literal["equals", "not_equals", "in", "not_in", "filled", "on_or_after", "on_or_before", "before", "after"]
DATED = ("on_or_after", "on_or_before", "before", "after")
"""Comparisons of dates."""
Columns = tuple[str, ...]
"""Columns of which the first that is filled in counts."""


@attrs.frozen
class Condition:
    """What a record must meet. ``values`` are the texts compared with; ``day`` the date; ``filled`` needs neither."""

    column: str
    comparison: Comparison
    values: tuple[str, ...] = ()
    day: dt.date | None = None


@attrs.frozen
class Definition:
    """A measure of case records.

    ``start`` and ``end`` are the dates between which days are counted; ``done`` and ``deadline`` those of the in-time
    rule, for which ``start`` is optional. ``value`` is a column of whole numbers, ``having`` what a share counts.
    """

    measure: str
    kind: MeasureKind
    source: str
    period: Columns
    where: tuple[Condition, ...] = ()
    start: Columns = ()
    end: Columns = ()
    done: Columns = ()
    deadline: Columns = ()
    open_is_late: bool = True
    value: str = ""
    having: tuple[Condition, ...] = ()
    dimensions: tuple[tuple[str, str], ...] = ()
    """Dimension and column, sorted by dimension."""
    id: str = ""
    zone: str = ""

    @property
    def dates(self) -> Columns:
        """Every column that is read as a date, once each."""
        compared = tuple(c.column for c in (*self.where, *self.having) if c.comparison in DATED)
        return tuple(dict.fromkeys((*compared, *self.period, *self.start, *self.end, *self.done, *self.deadline)))

    @property
    def texts(self) -> Columns:
        """Every column that is read as text, once each."""
        compared = (c.column for c in (*self.where, *self.having) if c.comparison not in DATED)
        members = (column for _, column in self.dimensions)
        return tuple(dict.fromkeys((*compared, *members, *([self.id] if self.id else ()))))

    @property
    def columns(self) -> Columns:
        """Every column the definition names."""
        return tuple(dict.fromkeys((*self.texts, *self.dates, *([self.value] if self.value else ()))))

    def told(self) -> str:
        """The definition on one line, in the plan's own terms, for provenance."""
        parts = []
        if self.start and self.end:
            parts.append(f"days from {_first(self.start)} to {_first(self.end)}")
        if self.done:
            late = "open: late" if self.open_is_late else "open: left-out"
            parts.append(f"{_first(self.done)} <= {_first(self.deadline)} ({late})")
        if self.value:
            parts.append(f"value {self.value}")
        if self.having:
            parts.append(f"having {_all(self.having)}")
        if not parts:
            parts.append("records")
        if self.where:
            parts.append(f"where {_all(self.where)}")
        parts.append(f"period by {_first(self.period)}")
        if self.id:
            parts.append(f"id {self.id}")
        if self.zone:
            parts.append(f"zone {self.zone}")
        return "; ".join(parts)


def _first(columns: Columns) -> str:
    return columns[0] if len(columns) == 1 else f"[{', '.join(columns)}]"


def _all(conditions: tuple[Condition, ...]) -> str:
    return " and ".join(_condition(condition) for condition in conditions)


def _condition(condition: Condition) -> str:
    column, word = condition.column, condition.comparison.replace("_", " ")
    match condition.comparison:
        case "in" | "not_in":
            return f"{column} {word} [{', '.join(condition.values)}]"
        case "filled":
            return f"{column} {'filled' if condition.values == ('true',) else 'not filled'}"
        case "equals" | "not_equals":
            return f"{column} {word} {condition.values[0]}"
    return f"{column} {word} {condition.day}"
