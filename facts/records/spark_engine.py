"""Case records in Spark: on this machine, or on a cluster whose workers see the file under the same path.

Parquet is read as it is, in parallel. On this machine other tables are first made Parquet by DuckDB, which refuses what it
always refuses; for a cluster somebody has to do that, because a copy that all workers can read is one that others can, too.
"""

import atexit
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache, reduce
from pathlib import Path as File
from typing import Any

import narwhals as nw
import pyspark
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql import functions as F  # noqa: N812 (what Spark's own pages call it)
from pyspark.sql import types as T  # noqa: N812
from rulecheck.facts.problem import InvalidFacts
from rulecheck.facts.records.cells import DIGITS, TIME, ZONE
from rulecheck.facts.records.columns import columns_of
from rulecheck.facts.records.definition import Definition
from rulecheck.facts.records.duckdb_engine import as_parquet, rows_before
from rulecheck.facts.records.frame import NO_NUMBER, UNREADABLE, Layout
from rulecheck.facts.records.parts import files_of
from rulecheck.facts.records.source import Source, check_columns, format_of
from rulecheck.facts.records.zone import lookup

Expr = Any
LOCAL = "local[*]"
"""The master when none is named: Spark within this process."""
SETTINGS = {
    "spark.sql.ansi.enabled": "false",  # what cannot be read is null here, and counted; not an error
    "spark.sql.caseSensitive": "true",  # names are compared character by character
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.int96RebaseModeInRead": "CORRECTED",
    "spark.sql.shuffle.partitions": "8",  # there are few groups
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.memory": "512m",
}


@contextmanager
def opened(source: Source, master: str = "") -> Iterator["SparkTable"]:
    """The table, open for questions; ``master`` is the cluster's, such as ``spark://host:7077``.

    Raises InvalidFacts for what is no table, and where there is no Spark.
    """
    if master and format_of(source) != "parquet":
        raise source.refused(
            "a Spark cluster reads case records from Parquet, and `{file}` is none",
            "export the table as Parquet into a folder that every worker sees, or leave out --records-engine",
        )
    session = _session(source, master or LOCAL)
    with tempfile.TemporaryDirectory(prefix="rulecheck-") as folder:
        before: tuple[int, ...] = (0,)
        if format_of(source) == "parquet":
            before, files = rows_before(source), [file.resolve() for file in files_of(source)]
        else:
            files = [as_parquet(source, File(folder))]
        try:
            yield SparkTable(session, source, files, before)
        except (PySparkException, Py4JError) as error:
            raise _problem(source, error, files, master) from None


@cache
def _started(master: str) -> Any:
    """One session a process: starting another costs seconds. It ends with the process."""
    builder = SparkSession.builder.master(master).appName("rulecheck")
    for key, value in SETTINGS.items():
        builder = builder.config(key, value)
    if master == LOCAL:
        builder = builder.config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
    with _quiet():
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("OFF")
    atexit.register(session.stop)
    return session


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what Java says on standard error while it starts, to which no setting puts an end."""
    kept = os.dup(2)
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _session(source: Source, master: str) -> Any:
    try:
        return _started(master)
    except (
        Exception
    ) as error:  # Spark's own errors, py4j's, and those of a Java that is missing have no class in common
        told = " ".join(str(error).split())[:160]
        raise source.refused(
            "Spark cannot be started at {master}: {told}",
            "check the master, and that Java 17 or later is installed",
            master=master,
            told=told,
        ) from None


def _problem(source: Source, error: Exception, files: Sequence[File], master: str) -> InvalidFacts:
    java = getattr(error, "java_exception", None)
    told = str(error if java is None else java.getMessage())
    for address in (address for file in files for address in (file.as_uri(), f"file:{file}", str(file))):
        told = told.replace(address, source.shown)
    message, remedy = "`{file}` cannot be read as a table: {told}", "export the table again"
    if master:
        message, remedy = "Spark cannot read `{file}`: {told}", "check the cluster, and that every worker sees the file"
    return source.refused(message, remedy, told=" ".join(told.split())[:160])


def _address(file: File) -> str:
    """The file under its own name: Spark decodes no ``%20``, and reads ``*`` and ``[`` as a pattern."""
    return "file:" + re.sub(r"([\\*?\[\]{}])", r"\\\1", str(file))


class SparkTable:
    """Parquet files in Spark; ``before`` are the rows before each of them."""

    def __init__(self, session: Any, source: Source, files: Sequence[File], before: Sequence[int]) -> None:
        self.session, self.source, self.files, self.before = session, source, files, before
        self.version = f"spark {pyspark.__version__}"
        self.in_order = False
        self.table = session.read.parquet(*map(_address, files))
        self.types = {field.name: field.dataType for field in self.table.schema.fields}
        self.columns = tuple(self.types)
        check_columns(source, [name.casefold() for name in self.types])
        self.total: int | None = self.table.count()

    def rows(self, frame: Any) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in frame.to_native().collect()]

    def frame(self, definitions: Sequence[Definition], numbered: bool) -> tuple[Any, list[Layout]]:
        columns = columns_of(definitions)
        selected = [self.day(column, zone).alias(name) for (column, zone), name in columns.days.items()]
        selected += [self.text(column).alias(name) for column, name in columns.texts.items()]
        selected += [self.whole(column).alias(name) for column, name in columns.values.items()]
        if numbered:
            selected.append((F.col("_metadata.row_index") + 1 + self.earlier()).alias("r"))
        return nw.from_native(self.table.select(*selected)), columns.layouts(self.doubtful)

    def earlier(self) -> Expr:
        """How many rows stand in the files before the one that a row is in."""
        if len(self.files) == 1:
            return F.lit(0)
        path = self.session._jvm.org.apache.hadoop.fs.Path  # it knows how Spark writes what it says a row is in
        names = F.array(*(F.lit(path(f"file:{file}").toUri().toString()) for file in self.files))
        before = F.array(*map(F.lit, self.before))
        return F.element_at(before, F.array_position(names, F.col("_metadata.file_path")).cast("int"))

    def doubtful(self, column: str, zone: str) -> bool:
        return isinstance(self.types[column], T.StringType) or (self.zoned(column) and not zone)

    def zoned(self, column: str) -> bool:
        return isinstance(self.types[column], T.TimestampType)

    def cell(self, column: str) -> Expr:
        return self.table["`" + column.replace("`", "``") + "`"]

    def day(self, column: str, zone: str) -> Expr:
        """The day of a cell, as days since 1970."""
        cell = self.cell(column)
        match self.types[column]:
            case T.DateType():
                return F.unix_date(cell)
            case T.StringType():
                return _day_of_text(cell, zone)
            case T.TimestampType():
                if zone:
                    return _day_of_instant(F.unix_seconds(cell), zone)
                return F.when(cell.isNotNull(), F.lit(UNREADABLE))
            case T.TimestampNTZType():
                return F.unix_date(cell.cast("date"))
        raise self.source.mistyped(column, self.types[column].simpleString(), "a date")

    def text(self, column: str) -> Expr:
        match self.types[column]:
            case T.StringType():
                return self.cell(column)
            case T.IntegralType() | T.BooleanType():
                return self.cell(column).cast("string")
        raise self.source.mistyped(column, self.types[column].simpleString(), "text")

    def whole(self, column: str) -> Expr:
        """A whole number of at most 15 digits."""
        cell = self.cell(column)
        match self.types[column]:
            case T.IntegralType():
                small = cell.between(-999_999_999_999_999, 999_999_999_999_999)
                return F.when(small, cell.cast("long")).when(cell.isNotNull(), F.lit(NO_NUMBER))
            case T.StringType():
                return F.when(cell.rlike(rf"\A(?:{DIGITS})\z"), cell.cast("long")).when(cell != "", F.lit(NO_NUMBER))
        raise self.source.mistyped(column, self.types[column].simpleString(), "a whole number")


def _day_of_instant(seconds: Expr, zone: str) -> Expr:
    """The day of an instant on the zone's calendar; by the same table as in every other engine, not by Java's."""
    table = lookup(zone)
    # as text that is split and cast, each list is one constant of the query
    passed, since, shifts = (
        F.split(F.lit(",".join(map(str, numbers))), ",").cast("array<bigint>")
        for numbers in (table.passed, table.since, table.shifts)
    )
    bucket = F.floor((seconds - table.first) / table.width)  # a double, exact for instants within 2⁵³ seconds
    n = F.get(passed, F.greatest(F.least(bucket, F.lit(len(table.passed) - 1)), F.lit(0)).cast("int"))
    shift = F.get(shifts, (n + (seconds >= F.get(since, n.cast("int"))).cast("int")).cast("int"))
    # far from zero, because division cuts towards it
    moment = seconds + shift + F.lit(86_400_000_000)
    return ((moment - F.pmod(moment, F.lit(86_400))) / 86_400 - 1_000_000).cast("int")


def _day_of_text(cell: Expr, zone: str) -> Expr:
    begins = r"\A(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}"
    parsed = F.unix_date(F.substring(cell, 1, 10).try_cast("date"))
    timed = f"[T ]{TIME}{f'(?:{ZONE})?' if zone else ''}"
    looks = cell.rlike(rf"{begins}(?:{timed})?\z")
    day = F.when(looks & parsed.isNotNull(), parsed).when(cell != "", F.lit(UNREADABLE))
    if not zone:
        return day

    def number(start: int, length: int) -> Expr:
        return F.substring(cell, start, length).cast("long")

    tail = F.substring(cell, -6, 6)
    sign = F.when(F.substring(tail, 1, 1) == "-", F.lit(-1)).otherwise(F.lit(1))
    hours, minutes = (F.substring(tail, at, 2).cast("long") for at in (2, 5))
    shift = F.when(cell.endswith("Z"), F.lit(0)).otherwise(sign * (hours * 3600 + minutes * 60))
    second = F.when(F.substring(cell, 17, 1) == ":", number(18, 2)).otherwise(F.lit(0))
    parts = (parsed.cast("long") * 86_400, number(12, 2) * 3600, number(15, 2) * 60, second, -shift)
    instant = cell.rlike(rf"{begins}[T ]{TIME}{ZONE}\z") & parsed.isNotNull()
    return F.when(instant, _day_of_instant(reduce(lambda a, b: a + b, parts), zone)).otherwise(day)
