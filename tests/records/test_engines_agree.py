"""Law: every engine gives what the page says, row by row, and no row is lost."""

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from rulecheck.facts.records.definition import Definition
from rulecheck.facts.records.engine import Answer, answer, opened_by
from rulecheck.facts.records.frame import Span
from rulecheck.facts.records.measure import extract_of
from rulecheck.facts.records.source import Source, content_hash

from tests.records import naive
from tests.records.tables import worlds, write_csv

ENGINES = ["duckdb", "polars"]


def asked(engine: str, definition: Definition, span: Span, file: Path) -> Answer:
    source = Source("cases", file)
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


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=40)
@given(world=worlds())
def test_text_tables(engine: str, world: tuple[Definition, list[str], list[dict[str, Any]], Span]) -> None:
    definition, columns, rows, span = world
    with TemporaryDirectory() as folder:
        file = Path(folder) / "cases.csv"
        write_csv(file, columns, rows)
        agrees(asked(engine, definition, span, file), definition, rows, span, file)
