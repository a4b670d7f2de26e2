"""What every engine answers, and which engines there are."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple, Protocol

from rulecheck.facts.records.definition import Definition
from rulecheck.facts.records.frame import FILTERED, LOW, REJECTED, UNSETTLED, Layout, Rows, Span, grouped
from rulecheck.facts.records.source import Source

ENGINES = {"duckdb": "duckdb_engine", "polars": "polars_engine", "spark": "spark_engine"}
"""Engine → module; each has ``opened``."""
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

    in_order: bool
    """Whether a frame has an order, that of the rows in the file."""

    def frame(self, definitions: Sequence[Definition], numbered: bool) -> tuple[Any, list[Layout]]:
        """The columns the definitions need, under neutral names; ``numbered``: with the number of each row."""

    def rows(self, frame: Any) -> list[tuple[Any, ...]]:
        """Run the query."""


Opened = Callable[[Source], AbstractContextManager[Table]]


def opened_by(engine: str) -> Opened:
    """The engine's way to open a table; ``spark://…`` is Spark on a cluster. Raises ImportError when it is not installed."""
    name, *cluster = engine.split(":", 1)
    opened = import_module(f"rulecheck.facts.records.{ENGINES[name]}").opened
    found: Opened = partial(opened, master=engine) if cluster else opened
    return found


def answers(table: Table, asked: Iterable[tuple[Definition, Span]], source: Source) -> list[Answer]:
    """Ask an open table for several measures, in one reading if that can be. Raises InvalidFacts."""
    wanted = list(asked)
    together = [one for one in wanted if not one[0].id]  # an id needs a reading of its own
    found = dict(zip(together, _asked(table, together) or (), strict=False)) if len(together) > 1 else {}
    return [found.get((definition, span)) or answer(table, definition, span, source) for definition, span in wanted]


def answer(table: Table, definition: Definition, span: Span, source: Source) -> Answer:
    """Ask an open table for one measure. Raises InvalidFacts."""
    found = _asked(table, [(definition, span)])
    if found is None:
        raise source.refused(
            "the dimensions of `{measure}` have more than {most} members in `{file}`",
            "name columns with few different values, such as a district",
            measure=definition.measure,
            most=MOST_GROUPS,
        )
    return found[0]


def _asked(table: Table, asked: Sequence[tuple[Definition, Span]]) -> list[Answer] | None:
    """The answers of one reading; None where rows end in too many different ways."""
    frame, layouts = table.frame([definition for definition, _ in asked], numbered=False)
    several = [
        Rows(definition, layout, span, number)
        for number, ((definition, span), layout) in enumerate(zip(asked, layouts, strict=True))
    ]
    query, names = grouped(frame, several, table.total is not None)
    found = table.rows(query.head(MOST_GROUPS + 1))
    if len(found) > MOST_GROUPS:
        return None
    return [_answer(table, rows, list(_merged(found, names, rows))) for rows in several]


def _answer(table: Table, rows: Rows, found: Iterable[Group]) -> Answer:
    """One definition's groups, and the first rows it rejects."""
    groups = _with_filtered(sorted(found), table.total)
    many = min(SAMPLE, sum(group.number for group in groups if rejected(group.code)))
    sample: list[tuple[Any, ...]] = []
    if many:
        frame, (layout,) = table.frame([rows.definition], numbered=True)
        sample = table.rows(Rows(rows.definition, layout, rows.span).sample(frame, many, table.in_order))
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


def _merged(found: Sequence[tuple[Any, ...]], names: Sequence[str], rows: Rows) -> Iterator[Group]:
    """One definition's groups, with no difference between a null and an empty member, and none at all for rows not counted."""
    at = {name: i for i, name in enumerate(names)}
    members = [at[rows.layout.texts[column]] for _, column in rows.definition.dimensions]
    sums: dict[tuple[int, tuple[str, ...]], list[int]] = {}
    for row in found:
        code = int(row[at[rows.k]])
        key = tuple((row[i] or "") if code >= 0 else "" for i in members)
        entry = sums.setdefault((code, key), [0, 0, 0])
        entry[0] += int(row[at["n"]])
        if code >= 0:
            entry[1] += int(row[at[rows.v]]) + (int(row[at[rows.h]]) * LOW if rows.h in at else 0)
            entry[2] = max(entry[2], int(row[at[rows.p]]))
    for (code, key), (count, total, last) in sums.items():
        yield Group(code, key, count, total, last)
