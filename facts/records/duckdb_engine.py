"""Case records in DuckDB: embedded, locked down, with bounded memory."""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path as File
from typing import Any

import duckdb
import narwhals as nw
from rulecheck.facts.problem import InvalidFacts
from rulecheck.facts.records.cells import DIGITS, TIME, ZONE
from rulecheck.facts.records.definition import Definition
from rulecheck.facts.records.frame import NO_NUMBER, UNREADABLE, Layout
from rulecheck.facts.records.source import Source, check_columns, format_of, read_heading
from rulecheck.facts.records.staging import staged
from rulecheck.facts.records.zone import offsets

MEMORY = "700MB"
"""DuckDB's own limit; beyond it, it spills to a folder of its own."""
LONGEST_LINE = 2_000_000
"""Bytes; a CSV line longer than this is damage or an attack."""
INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "HUGEINT")


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def opened(source: Source) -> Iterator["DuckTable"]:
    """The table, open for questions. Raises InvalidFacts for what is not one."""
    with tempfile.TemporaryDirectory(prefix="rulecheck-") as folder:
        kind = format_of(source)
        staged_file = staged(source, File(folder)) if kind in ("xlsx", "sqlite") else source.path
        suffix = ".parquet" if kind == "parquet" else ".csv"
        plain = _linked(staged_file, File(folder) / f"records{suffix}")
        connection = duckdb.connect(":memory:", config=_settings(folder))
        try:
            _lock(connection, plain)
            with _told(source):
                yield DuckTable(connection, source, plain, kind == "parquet", staged_file)
        finally:
            connection.close()


def _linked(path: File, link: File) -> File:
    """The file under a plain name: DuckDB reads ``*`` and ``[`` in a path as a pattern."""
    if path == link:
        return link
    try:
        link.symlink_to(path.resolve())
    except OSError:  # a system without links
        return path
    return link


def _settings(folder: str) -> dict[str, Any]:
    """No extensions, bounded memory, and a folder of our own to spill to."""
    return {
        "memory_limit": MEMORY,
        "temp_directory": os.path.join(folder, "spill"),
        "threads": str(os.cpu_count() or 1),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
    }


def _lock(connection: Any, file: File) -> None:
    """From here on this file can be read, nothing else, and no setting can be changed."""
    connection.execute(f"SET allowed_paths = [{literal(str(file))}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


@contextmanager
def _told(source: Source) -> Iterator[None]:
    """DuckDB's errors about the file, as problems of the file."""
    try:
        yield
    except duckdb.Error as error:
        raise _problem(source, str(error)) from None


def _problem(source: Source, told: str) -> InvalidFacts:
    line = re.search(r"Line: (\d+)", told)
    number = int(line.group(1)) if line else 0
    if "nvalid unicode" in told or "not utf-8" in told.lower():
        return source.broken("`{file}` is not UTF-8", "save the file as UTF-8", number)
    if "Maximum line size" in told:
        return source.broken(
            "a line of `{file}` is longer than {most} bytes", "export the table again", number, most=LONGEST_LINE
        )
    if line:
        return source.broken(
            "a row of `{file}` does not have the columns of its heading",
            "correct the row, or export the table again",
            number,
        )
    first = " ".join(told.split())[:160]
    return source.refused("`{file}` cannot be read as a table: {told}", "export the table again", told=first)


class DuckTable:
    """A CSV or Parquet file in DuckDB."""

    def __init__(self, connection: Any, source: Source, file: File, parquet: bool, staged_file: File) -> None:
        self.connection, self.source, self.parquet = connection, source, parquet
        self.version = f"duckdb {duckdb.__version__}"
        self.total: int | None = None
        if parquet:
            counted = f"SELECT sum(num_rows)::BIGINT FROM parquet_file_metadata({literal(str(file))})"
            self.total = connection.execute(counted).fetchone()[0] or 0
            self.scan = f"read_parquet({literal(str(file))}{{number}})"
            described = connection.execute(f"DESCRIBE SELECT * FROM {self.scan.format(number='')}").fetchall()
            self.types = {name: str(kind) for name, kind, *_ in described}
            check_columns(source, [name.casefold() for name in self.types])
        else:
            heading = read_heading(source._replace(path=staged_file))
            self.types = dict.fromkeys(heading.columns, "VARCHAR")
            names = [f"c{i}" for i in range(len(heading.columns))]
            columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
            self.scan = (
                f"read_csv({literal(str(file))}, header=true, auto_detect=false, columns={{{{{columns}}}}}, "
                f"delim={literal(heading.delimiter)}, quote='\"', escape='\"', max_line_size={LONGEST_LINE}, "
                "null_padding=false, strict_mode=true)"
            )
            self.names = dict(zip(heading.columns, names, strict=True))
        self.columns = tuple(self.types)

    def identifier(self, column: str) -> str:
        return quoted(column if self.parquet else self.names[column])

    def rows(self, frame: Any) -> list[tuple[Any, ...]]:
        with _told(self.source):
            found: list[tuple[Any, ...]] = frame.to_native().fetchall()
        return found

    def frame(self, definition: Definition, numbered: bool) -> tuple[Any, Layout]:
        selected: list[str] = []
        zoned: list[str] = []
        days, texts, doubtful = {}, {}, set[str]()
        for i, column in enumerate(definition.dates):
            days[column] = f"d{i}"
            day, seconds = self.day(column, definition.zone)
            selected.append(f"{day} AS d{i}")
            if seconds:
                selected.append(f"{seconds} AS u{i}")
                local = _day_of_instant(f"u{i}", definition.zone)
                zoned.append(f"CASE WHEN u{i} IS NULL THEN d{i} ELSE {local} END AS d{i}")
            if self.types[column] == "VARCHAR" or (self.zoned(column) and not definition.zone):
                doubtful.add(column)
        for i, column in enumerate(definition.texts):
            texts[column] = f"t{i}"
            selected.append(f"{self.text(column)} AS t{i}")
        if definition.value:
            selected.append(f"{self.whole(definition.value)} AS v0")
        number = ""
        if numbered and self.parquet:
            number = ", file_row_number=true"
            selected.append("file_row_number + 1 AS r")
        elif numbered:
            selected.append("row_number() OVER () AS r")
        query = f"SELECT {', '.join(selected)} FROM {self.scan.format(number=number)}"
        if zoned:
            query = f"SELECT * REPLACE ({', '.join(zoned)}) FROM ({query})"
        relation = self.connection.sql(query)
        return nw.from_native(relation), Layout(days, texts, "v0", frozenset(doubtful))

    def zoned(self, column: str) -> bool:
        return self.types[column] == "TIMESTAMP WITH TIME ZONE"

    def day(self, column: str, zone: str) -> tuple[str, str]:
        """SQL for the day of a cell and, where there can be one, for the second of its instant."""
        cell, kind = self.identifier(column), self.types[column]
        if kind == "DATE":
            return f"({cell} - DATE '1970-01-01')::INTEGER", ""
        if kind == "VARCHAR":
            return _day_of_text(cell, zone)
        if self.zoned(column):
            if zone:
                return (
                    "NULL::INTEGER",
                    f"epoch_us({cell}) // 1000000 - CASE WHEN epoch_us({cell}) % 1000000 < 0 THEN 1 ELSE 0 END",
                )
            return f"CASE WHEN {cell} IS NOT NULL THEN {UNREADABLE} END::INTEGER", ""
        if kind.startswith("TIMESTAMP"):
            return f"({cell}::DATE - DATE '1970-01-01')::INTEGER", ""
        raise self.mistyped(column, "a date")

    def text(self, column: str) -> str:
        cell, kind = self.identifier(column), self.types[column]
        if kind == "VARCHAR":
            return cell
        if kind in (*INTEGERS, "BOOLEAN") or kind.startswith("ENUM"):
            return f"{cell}::VARCHAR"
        raise self.mistyped(column, "text")

    def whole(self, column: str) -> str:
        """SQL for a whole number of at most 15 digits."""
        cell, kind = self.identifier(column), self.types[column]
        if kind in INTEGERS:
            return f"CASE WHEN {cell} IS NULL THEN NULL WHEN {cell} BETWEEN -999999999999999 AND 999999999999999 THEN {cell}::BIGINT ELSE {NO_NUMBER} END"
        if kind == "VARCHAR":
            return f"CASE WHEN {cell} IS NULL OR {cell} = '' THEN NULL WHEN regexp_full_match({cell}, '{DIGITS}') THEN {cell}::BIGINT ELSE {NO_NUMBER} END"
        raise self.mistyped(column, "a whole number")

    def mistyped(self, column: str, wanted: str) -> InvalidFacts:
        return self.source.refused(
            "the column `{column}` of `{file}` is of type {kind}, where {wanted} is wanted",
            "export it as {wanted}",
            column=column,
            kind=self.types[column].lower()[:40],
            wanted=wanted,
        )


def _day_of_instant(seconds: str, zone: str) -> str:
    """SQL for the day of an instant on the zone's calendar; by the same table as in every other engine."""
    *changes, (_, first) = offsets(zone)
    cases = " ".join(f"WHEN {seconds} >= {since} THEN {shift}" for since, shift in changes)
    shift = f"CASE {cases} ELSE {first} END" if changes else str(first)
    # far from zero, because division cuts towards it
    return f"(({seconds} + {shift} + 86400000000) // 86400 - 1000000)::INTEGER"


def _day_of_text(cell: str, zone: str) -> tuple[str, str]:
    def date_part(text: str) -> str:
        # written back it must be the same: DuckDB also reads 2024-1-5, 2024/01/05 and infinity
        return (
            f"CASE WHEN TRY_CAST({text} AS DATE)::VARCHAR = {text} "
            f"THEN (TRY_CAST({text} AS DATE) - DATE '1970-01-01')::INTEGER ELSE {UNREADABLE} END"
        )

    ten = f"left({cell}, 10)"
    allowed = f"[T ]{TIME}{f'(?:{ZONE})?' if zone else ''}"
    day = (
        f"CASE WHEN {cell} IS NULL OR {cell} = '' THEN NULL WHEN length({cell}) = 10 THEN {date_part(cell)} "
        f"WHEN regexp_full_match(substr({cell}, 11), '{allowed}') THEN {date_part(ten)} ELSE {UNREADABLE} END"
    )
    if not zone:
        return day, ""
    sign = f"CASE WHEN left(right({cell}, 6), 1) = '-' THEN -1 ELSE 1 END"
    shift = (
        f"CASE WHEN right({cell}, 1) = 'Z' THEN 0 ELSE {sign} * (substr(right({cell}, 6), 2, 2)::INTEGER * 3600"
        f" + right({cell}, 2)::INTEGER * 60) END"
    )
    second = f"CASE WHEN substr({cell}, 17, 1) = ':' THEN substr({cell}, 18, 2)::INTEGER ELSE 0 END"
    seconds = (
        f"CASE WHEN length({cell}) > 16 AND regexp_full_match(substr({cell}, 11), '[T ]{TIME}{ZONE}') "
        f"AND TRY_CAST({ten} AS DATE)::VARCHAR = {ten} "
        f"THEN (TRY_CAST({ten} AS DATE) - DATE '1970-01-01')::BIGINT * 86400 + substr({cell}, 12, 2)::INTEGER * 3600 "
        f"+ substr({cell}, 15, 2)::INTEGER * 60 + {second} - {shift} END"
    )
    return day, seconds
