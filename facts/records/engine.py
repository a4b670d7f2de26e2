"""What every engine answers, and which engines there are."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from importlib import import_module
from typing import Any, NamedTuple, Protocol

from rulecheck.facts.records.definition import Definition
from rulecheck.facts.records.frame import FILTERED, REJECTED, UNSETTLED, Layout, Rows, Span
from rulecheck.facts.records.source import Source

ENGINES = {"duckdb": "duckdb_engine", "polars": "polars_engine"}
"""Engine → module; each has ``opened``."""
EXTRAS = {"duckdb": "data", "polars": "data"}
SAMPLE = 5
"""So many rejected rows are shown."""
MOST_GROUPS = 100_000
"""A dimension with more members than this is no dimension."""


class Group(NamedTuple):
    """Rows that ended alike: ``code`` (see frame), member of each dimension column, how many, their sum, their last day."""

    code: int
    members: tuple[str, ...]
    number: int
    total: int
    last: int


class Answer(NamedTuple):
    """Everything an engine says of one measure."""

    groups: tuple[Group, ...]
    sample: tuple[tuple[int, int], ...]
    """(row number, code) of the first rejected rows."""
    reasons: tuple[tuple[str, str], ...]
    """(reason, column), by REJECTED − code."""


class Table(Protocol):
    """An open table of records in some engine."""

    columns: tuple[str, ...]
    version: str
    """Name and version of the engine."""

    total: int | None
    """How many rows there are, where that is known without reading them."""

    def frame(self, definition: Definition, numbered: bool) -> tuple[Any, Layout]:
        """The columns a definition needs, under neutral names; ``numbered``: with the number of each row."""

    def rows(self, frame: Any) -> list[tuple[Any, ...]]:
        """Run the query."""


Opened = Callable[[Source], AbstractContextManager[Table]]


def opened_by(engine: str) -> Opened:
    """The engine's way to open a table. Raises ImportError when it is not installed."""
    opened: Opened = import_module(f"rulecheck.facts.records.{ENGINES[engine]}").opened
    return opened


def answer(table: Table, definition: Definition, span: Span, source: Source) -> Answer:
    """Ask an open table for a measure."""
    frame, layout = table.frame(definition, numbered=False)
    rows = Rows(definition, layout, span)
    found = table.rows(rows.grouped(frame, table.total is not None).head(MOST_GROUPS + 1))
    if len(found) > MOST_GROUPS:
        raise source.refused(
            "the dimensions of `{measure}` have more than {most} members in `{file}`",
            "name columns with few different values, such as a district",
            measure=definition.measure,
            most=MOST_GROUPS,
        )
    groups = _with_filtered(sorted(_merged(found, rows)), table.total)
    sample: list[tuple[Any, ...]] = []
    if any(rejected(group.code) for group in groups):
        frame, layout = table.frame(definition, numbered=True)
        sample = table.rows(Rows(definition, layout, span).sample(frame, SAMPLE))
    return Answer(groups, tuple((int(row), int(code)) for row, code in sample), rows.reasons)


def rejected(code: int) -> bool:
    """Whether a code tells of a rejected row."""
    return UNSETTLED < code <= REJECTED


def _with_filtered(groups: list[Group], total: int | None) -> tuple[Group, ...]:
    """The groups, and the rows that were left out while reading as filtered out."""
    left = 0 if total is None else total - sum(group.number for group in groups)
    if not left:
        return tuple(groups)
    width = len(groups[0].members) if groups else 0
    return (*groups, Group(FILTERED, ("",) * width, left, 0, 0))


def _merged(found: list[tuple[Any, ...]], rows: Rows) -> Iterator[Group]:
    """The groups, with no difference between a null and an empty member, and none at all for rows not counted."""
    columns = list(dict.fromkeys(column for _, column in rows.definition.dimensions))
    sums: dict[tuple[int, tuple[str, ...]], list[int]] = {}
    for code, *members, count, total, last in found:
        named = dict(zip(columns, members, strict=True))
        key = tuple((named[column] or "") if code >= 0 else "" for _, column in rows.definition.dimensions)
        entry = sums.setdefault((int(code), key), [0, 0, 0])
        entry[0] += int(count)
        if code >= 0:
            entry[1] += int(total)
            entry[2] = max(entry[2], int(last))
    for (code, key), (count, total, last) in sums.items():
        yield Group(code, key, count, total, last)
