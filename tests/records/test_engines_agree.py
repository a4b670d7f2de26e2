"""Law: every engine gives what the page says, row by row, and no row is lost."""

import os
from collections import Counter
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rulecheck.facts.records.definition import Definition
from rulecheck.facts.records.duckdb_engine import as_parquet
from rulecheck.facts.records.engine import Answer, answer, answers, opened_by
from rulecheck.facts.records.frame import Span
from rulecheck.facts.records.measure import extract_of
from rulecheck.facts.records.parts import content_hash
from rulecheck.facts.records.source import Source
from rulecheck.facts.records.zone import offsets

from tests.records import naive
from tests.records.engines import EMBEDDED, ENGINES, SPARK, in_spark
from tests.records.tables import World, span, typed_worlds, worlds, write_csv, write_parquet

IN_SPARK = int(os.environ.get("RULECHECK_TEST_SPARK_EXAMPLES", "6"))
"""A query costs Spark half a second, whatever the table; `make cluster` asks for more."""
TypedWorld = tuple[World, dict[str, str], list[list[Any]]]


def readable(engine: str, file: Path) -> Path:
    """The table as the engine reads it: a cluster reads Parquet only."""
    return (
        as_parquet(Source("cases", file), file.parent)
        if engine.startswith("spark://") and file.suffix == ".csv"
        else file
    )


def asked(engine: str, definition: Definition, span: Span, file: Path) -> Answer:
    source = Source("cases", readable(engine, file))
    with opened_by(engine)(source) as table:
        return answer(table, definition, span, source)


def agrees(found: Answer, definition: Definition, rows: list[dict[str, Any]], span: Span, file: Path) -> None:
    """The engine's answer is the naive one, in sums, in what became of every row, and in the sample."""
    sums, ends, sample = naive.answer(definition, rows, span)
    assert {(g.code, g.members): (g.total, g.number) for g in found.groups if g.code >= 0} == sums
    source = Source("cases", file)
    extract = extract_of(definition, found, source, content_hash(source), "x")
    told = Counter(
        {"counted": extract.counted, "filtered": extract.filtered, "open": extract.open, "outside": extract.outside}
    )
    told.update({("rejected", (reason, column)): number for reason, column, number in extract.reasons})
    assert +told == ends
    assert [tuple(row) for row in extract.sample] == sample
    assert extract.rows == len(rows)
    assert extract.rows == extract.counted + extract.filtered + extract.open + extract.outside + extract.rejected


def text_table_is_right(engine: str, world: World) -> None:
    definition, columns, rows, span = world
    with TemporaryDirectory() as folder:
        file = Path(folder) / "cases.csv"
        write_csv(file, columns, rows)
        agrees(asked(engine, definition, span, file), definition, rows, span, file)


@pytest.mark.parametrize("engine", EMBEDDED)
@settings(max_examples=25)
@given(world=worlds())
def test_text_tables(engine: str, world: World) -> None:
    text_table_is_right(engine, world)


@in_spark
@settings(max_examples=IN_SPARK)
@given(world=worlds())
def test_text_tables_in_spark(world: World) -> None:
    text_table_is_right(SPARK, world)


def typed_table_is_right(engine: str, made: TypedWorld, cuts: list[int] | None) -> None:
    """Of dates, moments, whole numbers and truth values in Parquet the answers are those of the same as text.

    So they are where the rows are cut into several files of a folder.
    """
    (definition, columns, rows, span), types, values = made
    with TemporaryDirectory() as folder:
        table = Path(folder) / "cases.parquet"
        if cuts is None:
            write_parquet(table, columns, types, values)
        else:
            table.mkdir()
            (table / "_SUCCESS").touch()
            for name, (first, last) in zip(PARTS, pairwise([0, *sorted(cuts), len(values)]), strict=False):
                write_parquet(table / name, columns, types, values[first:last])
        agrees(asked(engine, definition, span, table), definition, rows, span, table)


PARTS = ("a [1]*.parquet", "b æ%20.parquet", "b.parquet", "ø.PARQUET")
CUTS = st.none() | st.lists(st.integers(0, 12), max_size=3)


@pytest.mark.parametrize("engine", EMBEDDED)
@settings(max_examples=25)
@given(made=typed_worlds(), cuts=CUTS)
def test_typed_tables(engine: str, made: TypedWorld, cuts: list[int] | None) -> None:
    typed_table_is_right(engine, made, cuts)


@in_spark
@settings(max_examples=IN_SPARK)
@given(made=typed_worlds(), cuts=CUTS)
def test_typed_tables_in_spark(made: TypedWorld, cuts: list[int] | None) -> None:
    typed_table_is_right(SPARK, made, cuts)


CHANGES = st.sampled_from(["", "where", "zone", "dimensions", "id", "having"])


@pytest.mark.parametrize("engine", EMBEDDED)
@settings(max_examples=6)
@given(world=worlds(), other=CHANGES)
def test_several_measures_in_one_reading(engine: str, world: World, other: str) -> None:
    together_as_alone(engine, world, other)


@in_spark
@settings(max_examples=max(IN_SPARK // 3, 1))
@given(world=worlds(), other=CHANGES)
def test_several_measures_in_one_reading_in_spark(world: World, other: str) -> None:
    together_as_alone(SPARK, world, other)


def together_as_alone(engine: str, world: World, other: str) -> None:
    """Whether a table is read once for several measures or once for each, the answers are the same."""
    definition, columns, rows, span = world
    changes: dict[str, Any] = {
        "": {"kind": "total", "start": (), "end": (), "done": (), "deadline": (), "value": "", "having": ()},
        "where": {"where": ()},
        "zone": {"zone": "Asia/Kathmandu"},
        "dimensions": {"dimensions": ()},
        "id": {"id": definition.period[0]},
        "having": {"period": tuple(reversed(definition.dates[-2:]))},
    }
    several = [definition, attrs.evolve(definition, measure="n", **changes[other]), definition]
    shorter = Span(span.pieces[:1], span.as_of)
    asked_for = list(zip(several, (span, shorter, shorter), strict=True))
    with TemporaryDirectory() as folder:
        file = Path(folder) / "cases.csv"
        write_csv(file, columns, rows)
        source = Source("cases", readable(engine, file))
        with opened_by(engine)(source) as table:
            together = answers(table, asked_for, source)
            alone = [answer(table, d, s, source) for d, s in asked_for]
    assert together == alone


@pytest.mark.parametrize("engine", ENGINES)
def test_a_sum_beyond_64_bits_is_exact(engine: str, tmp_path: Path) -> None:
    file = tmp_path / "cases.csv"
    file.write_text("day,value\n" + "2024-01-01,999999999999999\n" * 9_999 + "2024-01-01,-7\n", "utf-8")
    found = asked(engine, Definition("m", "total", "cases", ("day",), value="value"), span(date(2024, 3, 31)), file)
    assert [(g.number, g.total) for g in found.groups] == [(10_000, 999_999_999_999_999 * 9_999 - 7)]


def test_a_zone_changes_to_the_second() -> None:
    """Summer time began in Denmark at 01:00 UTC on 31 March 2024 and ended at 01:00 UTC on 27 October."""
    table = dict(offsets("Europe/Copenhagen"))
    for day, hours in (((3, 31), 2), ((10, 27), 1)):
        assert table[int(datetime(2024, *day, 1, tzinfo=UTC).timestamp())] == hours * 3600
