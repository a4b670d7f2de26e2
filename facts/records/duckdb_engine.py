"""Case records in DuckDB: embedded, locked down, with bounded memory."""

import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path as File
from typing import Any

import duckdb
import narwhals as nw
from rulecheck.facts.problem import InvalidFacts
from rulecheck.facts.records.cells import DIGITS, TIME, ZONE
from rulecheck.facts.records.columns import columns_of
from rulecheck.facts.records.definition import Definition
from rulecheck.facts.records.frame import NO_NUMBER, UNREADABLE, Layout
from rulecheck.facts.records.parts import files_of, is_several
from rulecheck.facts.records.source import Source, check_columns, format_of, read_heading
from rulecheck.facts.records.staging import staged
from rulecheck.facts.records.zone import lookup

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
def opened(source: Source, written: File | None = None) -> Iterator["DuckTable"]:
    """The table, open for questions; ``written`` may be written besides. Raises InvalidFacts for what is no table."""
    with tempfile.TemporaryDirectory(prefix="rulecheck-") as folder:
        kind = format_of(source)
        staged_file = staged(source, File(folder)) if kind in ("xlsx", "sqlite") else source.path
        if kind == "parquet":
            plain = [linked(file, File(folder) / f"records{n}.parquet") for n, file in enumerate(files_of(source))]
        else:
            plain = [linked(staged_file, File(folder) / "records.csv")]
            _check_lines(source, staged_file)
        connection = duckdb.connect(":memory:", config=_settings(folder))
        try:
            _lock(connection, *plain, *([written] if written else ()))
            with _told(source):
                yield DuckTable(connection, source, plain, kind == "parquet", staged_file)
        finally:
            connection.close()


def as_parquet(source: Source, folder: File) -> File:
    """A table that is no Parquet file as one, all cells text, for engines that read nothing else. Raises InvalidFacts."""
    target = folder / "records.parquet"
    with opened(source, target) as table:
        columns = ", ".join(f"{table.quoted(column)} AS {quoted(column)}" for column in table.columns)
        query = f"SELECT {columns} FROM {table.scan.format(number='')}"
        table.connection.execute(f"COPY ({query}) TO {literal(str(target))} (FORMAT parquet)")
    return target


def rows_before(source: Source) -> tuple[int, ...]:
    """How many rows stand before each of several Parquet files, which are all alike. Raises InvalidFacts."""
    if not is_several(source.path):
        return (0,)
    with opened(source) as table:
        return tuple(table.rows_before[:-1])


def linked(path: File, link: File) -> File:
    """The file under a plain name: ``*`` and ``[`` in a path are read as a pattern, by DuckDB, and among several by Polars."""
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


def _lock(connection: Any, *files: File) -> None:
    """From here on these files can be opened, nothing else, and no setting can be changed."""
    connection.execute(f"SET allowed_paths = [{', '.join(literal(str(file)) for file in files)}]")
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
        return _too_long(source, number)
    if "state machine" in told:
        return source.refused(
            "lines of `{file}` end in different ways", "save the file again, or export the table again"
        )
    if line:
        return source.broken(
            "a row of `{file}` does not have the columns of its heading",
            "correct the row, or export the table again",
            number,
        )
    first = " ".join(told.split())[:160]
    return source.refused("`{file}` cannot be read as a table: {told}", "export the table again", told=first)


def _too_long(source: Source, line: int) -> InvalidFacts:
    return source.broken(
        "a line of `{file}` is longer than {most} bytes", "export the table again", line, most=LONGEST_LINE
    )


def _check_lines(source: Source, file: File) -> None:
    """No line is longer than what DuckDB reads at once: the last one it would leave out without a word (DuckDB 2.0).

    A line that is too long fills at least one of the blocks; only where one has no end of a line are lines read.
    """
    with file.open("rb", buffering=0) as blocks:
        if all(b"\n" in block or b"\r" in block for block in iter(lambda: blocks.read(LONGEST_LINE // 2), b"")):
            return
    with file.open("rb") as lines:
        for number, line in enumerate(iter(lambda: lines.readline(LONGEST_LINE + 1), b""), 1):
            if len(line) > LONGEST_LINE:
                raise _too_long(source, number)


def _rows_in(connection: Any, file: File) -> int:
    counted = f"SELECT num_rows::BIGINT FROM parquet_file_metadata({literal(str(file))})"
    return int(connection.execute(counted).fetchone()[0])


def _types_in(connection: Any, file: File) -> dict[str, str]:
    """Column → type of a Parquet file."""
    described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({literal(str(file))})").fetchall()
    return {name: str(kind) for name, kind, *_ in described}


def _unlike(source: Source, number: int) -> InvalidFacts:
    first, other = (files_of(source)[n].name for n in (0, number))
    return source.refused(
        "`{other}` in `{file}` has other columns than `{first}`, or of other types",
        "export the table again, all files alike",
        first=first,
        other=other,
    )


class DuckTable:
    """A CSV file, or Parquet files, in DuckDB."""

    def __init__(
        self, connection: Any, source: Source, files: Sequence[File], parquet: bool, staged_file: File
    ) -> None:
        self.connection, self.source, self.parquet = connection, source, parquet
        self.version = f"duckdb {duckdb.__version__}"
        self.in_order = True  # DuckDB preserves it, by default
        self.total: int | None = None
        self.rows_before = [0]
        if parquet:
            self.rows_before += accumulate(_rows_in(connection, file) for file in files)
            self.total = self.rows_before[-1]
            self.scan = f"read_parquet([{', '.join(literal(str(file)) for file in files)}]{{number}})"
            self.types = _types_in(connection, files[0])
            check_columns(source, [name.casefold() for name in self.types])
            for n, file in enumerate(files[1:], 1):
                if _types_in(connection, file) != self.types:
                    raise _unlike(source, n)
        else:
            heading = read_heading(source._replace(path=staged_file))
            self.types = dict.fromkeys(heading.columns, "VARCHAR")
            names = [f"c{i}" for i in range(len(heading.columns))]
            columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
            self.scan = (
                f"read_csv({literal(str(files[0]))}, header=true, auto_detect=false, columns={{{{{columns}}}}}, "
                f"delim={literal(heading.delimiter)}, quote='\"', escape='\"', max_line_size={LONGEST_LINE}, "
                "null_padding=false, strict_mode=true)"
            )
            self.names = dict(zip(heading.columns, names, strict=True))
        self.columns = tuple(self.types)

    def quoted(self, column: str) -> str:
        return quoted(column if self.parquet else self.names[column])

    def rows(self, frame: Any) -> list[tuple[Any, ...]]:
        with _told(self.source):
            found: list[tuple[Any, ...]] = frame.to_native().fetchall()
        return found

    def frame(self, definitions: Sequence[Definition], numbered: bool) -> tuple[Any, list[Layout]]:
        columns, read, made, zoned = columns_of(definitions), dict[str, None](), list[str](), list[str]()
        for (column, zone), name in columns.days.items():
            day, seconds = self.day(column, zone, read)
            made.append(f"{day} AS {name}")
            if seconds:
                made.append(f"{seconds} AS u_{name}")
                local = _day_of_instant(f"u_{name}", zone)
                zoned.append(f"CASE WHEN u_{name} IS NULL THEN {name} ELSE {local} END AS {name}")
        made += [f"{self.text(column, read)} AS {name}" for column, name in columns.texts.items()]
        made += [f"{self.whole(column, read)} AS {name}" for column, name in columns.values.items()]
        number = ""
        if numbered:
            alone = self.parquet and len(self.rows_before) == 2  # of several files, each would begin anew
            number = ", file_row_number=true" if alone else ""
            read["file_row_number + 1 AS r" if alone else "row_number() OVER () AS r"] = None
            made.append("r")
        query = f"SELECT {', '.join(made)} FROM (SELECT {', '.join(read)} FROM {self.scan.format(number=number)})"
        if zoned:
            query = f"SELECT * REPLACE ({', '.join(zoned)}) FROM ({query})"
        return nw.from_native(self.connection.sql(query)), columns.layouts(self.doubtful)

    def doubtful(self, column: str, zone: str) -> bool:
        return self.types[column] == "VARCHAR" or (self.zoned(column) and not zone)

    def cell(self, column: str, read: dict[str, None]) -> str:
        """The name of a cell, after noting that it is read: each once, whatever is then made of it."""
        number = self.columns.index(column)
        read[f"{self.quoted(column)} AS x{number}"] = None
        return f"x{number}"

    def zoned(self, column: str) -> bool:
        return self.types[column] == "TIMESTAMP WITH TIME ZONE"

    def day(self, column: str, zone: str, read: dict[str, None]) -> tuple[str, str]:
        """SQL for the day of a cell and, where there can be one, for the second of its instant."""
        cell, kind = self.cell(column, read), self.types[column]
        if kind == "DATE":
            return f"({cell} - DATE '1970-01-01')::INTEGER", ""
        if kind == "VARCHAR":
            # parsed once, beside the cell: within a CASE it would be done again in each branch
            read[f"TRY_CAST({self.quoted(column)} AS DATE) AS y{cell}"] = None
            return _day_of_text(cell, f"y{cell}", zone)
        if self.zoned(column):
            if zone:
                return (
                    "NULL::INTEGER",
                    f"epoch_us({cell}) // 1000000 - CASE WHEN epoch_us({cell}) % 1000000 < 0 THEN 1 ELSE 0 END",
                )
            return f"CASE WHEN {cell} IS NOT NULL THEN {UNREADABLE} END::INTEGER", ""
        if kind.startswith("TIMESTAMP"):
            return f"({cell}::DATE - DATE '1970-01-01')::INTEGER", ""
        raise self.source.mistyped(column, self.types[column], "a date")

    def text(self, column: str, read: dict[str, None]) -> str:
        cell, kind = self.cell(column, read), self.types[column]
        if kind == "VARCHAR":
            return cell
        if kind in (*INTEGERS, "BOOLEAN") or kind.startswith("ENUM"):
            return f"{cell}::VARCHAR"
        raise self.source.mistyped(column, self.types[column], "text")

    def whole(self, column: str, read: dict[str, None]) -> str:
        """SQL for a whole number of at most 15 digits."""
        cell, kind = self.cell(column, read), self.types[column]
        if kind in INTEGERS:
            return f"CASE WHEN {cell} IS NULL THEN NULL WHEN {cell} BETWEEN -999999999999999 AND 999999999999999 THEN {cell}::BIGINT ELSE {NO_NUMBER} END"
        if kind == "VARCHAR":
            return f"CASE WHEN {cell} IS NULL OR {cell} = '' THEN NULL WHEN regexp_full_match({cell}, '{DIGITS}') THEN {cell}::BIGINT ELSE {NO_NUMBER} END"
        raise self.source.mistyped(column, self.types[column], "a whole number")


def _day_of_instant(seconds: str, zone: str) -> str:
    """SQL for the day of an instant on the zone's calendar; by the same table as in every other engine."""
    table = lookup(zone)
    # written as text and cast, the lists are one constant each; as expressions they would take a second to plan
    passed, since, shifts = (
        f"CAST('{list(numbers)}' AS BIGINT[])" for numbers in (table.passed, table.since, table.shifts)
    )
    bucket = f"greatest(least(({seconds} - ({table.first})) // {table.width}, {len(table.passed) - 1}), 0)"
    n = f"{passed}[{bucket} + 1]"
    shift = f"{shifts}[{n} + 1 + ({seconds} >= {since}[{n} + 1])::INTEGER]"
    # far from zero, because division cuts towards it
    return f"(({seconds} + {shift} + 86400000000) // 86400 - 1000000)::INTEGER"


def _day_of_text(cell: str, parsed: str, zone: str) -> tuple[str, str]:
    """SQL for the day of a cell of text, of which ``parsed`` is what DuckDB makes of it as a date.

    Written back, a day must be the same ten bytes: DuckDB also reads 2024-1-5, 2024/01/05, 44-03-15 (BC) and infinity.
    """
    ten = f"left({cell}, 10)"
    whole = f"strlen({cell}) = 10 AND {parsed}::VARCHAR = {cell}"
    begins = f"TRY_CAST({ten} AS DATE)::VARCHAR = {ten}"
    allowed = f"[T ]{TIME}{f'(?:{ZONE})?' if zone else ''}"
    day = (
        f"CASE WHEN {cell} IS NULL OR {cell} = '' THEN NULL WHEN {whole} THEN ({parsed} - DATE '1970-01-01')::INTEGER "
        f"WHEN strlen({cell}) > 10 AND regexp_full_match(substr({cell}, 11), '{allowed}') AND {begins} "
        f"THEN (TRY_CAST({ten} AS DATE) - DATE '1970-01-01')::INTEGER ELSE {UNREADABLE} END"
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
        f"CASE WHEN strlen({cell}) > 16 AND regexp_full_match(substr({cell}, 11), '[T ]{TIME}{ZONE}') AND {begins} "
        f"THEN (TRY_CAST({ten} AS DATE) - DATE '1970-01-01')::BIGINT * 86400 + substr({cell}, 12, 2)::INTEGER * 3600 "
        f"+ substr({cell}, 15, 2)::INTEGER * 60 + {second} - {shift} END"
    )
    return day, seconds
