"""Case records in Polars. Streams: memory does not grow with the table.

Parquet is read as it is. Other tables are first made Parquet by DuckDB, so that what is no table is refused by every engine
alike: Polars fills up a short row of CSV.
"""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path as File
from typing import Any

import narwhals as nw
import polars as pl
from polars.selectors import by_name
from rulecheck.facts.problem import InvalidFacts
from rulecheck.facts.records.cells import DIGITS, TIME, ZONE
from rulecheck.facts.records.columns import columns_of
from rulecheck.facts.records.definition import Definition
from rulecheck.facts.records.duckdb_engine import as_parquet, linked, rows_before
from rulecheck.facts.records.frame import NO_NUMBER, UNREADABLE, Layout
from rulecheck.facts.records.parts import files_of
from rulecheck.facts.records.source import Source, check_columns, format_of
from rulecheck.facts.records.zone import lookup

Expr = Any


@contextmanager
def opened(source: Source) -> Iterator["PolarsTable"]:
    """The table, open for questions. Raises InvalidFacts for what is not one."""
    with tempfile.TemporaryDirectory(prefix="rulecheck-") as folder:
        if format_of(source) == "parquet":
            rows_before(source)  # all files are alike
            files = [linked(file, File(folder) / f"records{n}.parquet") for n, file in enumerate(files_of(source))]
        else:
            files = [as_parquet(source, File(folder))]
        try:
            yield PolarsTable(source, files)
        except (pl.exceptions.PolarsError, OSError) as error:
            raise _problem(source, str(error)) from None


def _problem(source: Source, told: str) -> InvalidFacts:
    first = " ".join(told.split())[:160]
    return source.refused("`{file}` cannot be read as a table: {told}", "export the table again", told=first)


class PolarsTable:
    """Parquet files in Polars."""

    def __init__(self, source: Source, files: list[File]) -> None:
        self.source, self.files = source, files
        self.version = f"polars {pl.__version__}"
        self.in_order = True
        self.total: int | None = pl.scan_parquet(files, glob=False).select(pl.len()).collect().item()
        self.types = dict(pl.read_parquet_schema(files[0]))
        check_columns(source, [name.casefold() for name in self.types])
        self.names = {column: f"c{i}" for i, column in enumerate(self.types)}
        self.columns = tuple(self.types)
        self.row = "r" * (1 + max(map(len, self.columns), default=0))  # no column's name

    def scan(self, numbered: bool) -> Any:
        row: dict[str, Any] = {"row_index_name": self.row, "row_index_offset": 1} if numbered else {}
        # exactly these names: `*` and `^…$` are patterns elsewhere
        neutral = [by_name(column).alias(name) for column, name in self.names.items()]
        return pl.scan_parquet(self.files, glob=False, **row).select(
            *neutral, *([by_name(self.row)] if numbered else ())
        )

    def rows(self, frame: Any) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = frame.to_native().collect(engine="streaming").rows()
        return found

    def frame(self, definitions: Sequence[Definition], numbered: bool) -> tuple[Any, list[Layout]]:
        columns = columns_of(definitions)
        selected: dict[str, Expr] = {name: self.day(column, zone) for (column, zone), name in columns.days.items()}
        selected |= {name: self.text(column) for column, name in columns.texts.items()}
        selected |= {name: self.whole(column) for column, name in columns.values.items()}
        if numbered:
            selected["r"] = pl.col(self.row)
        return nw.from_native(self.scan(numbered).select(**selected)), columns.layouts(self.doubtful)

    def doubtful(self, column: str, zone: str) -> bool:
        return self.types[column] == pl.String or (self.zoned(column) and not zone)

    def zoned(self, column: str) -> bool:
        kind = self.types[column]
        return isinstance(kind, pl.Datetime) and kind.time_zone is not None

    def day(self, column: str, zone: str) -> Expr:
        """The day of a cell, as days since 1970."""
        cell, kind = pl.col(self.names[column]), self.types[column]
        if kind == pl.Date:
            return cell.cast(pl.Int32)
        if kind == pl.String:
            return _day_of_text(cell, zone)
        if self.zoned(column):
            if zone:
                return _day_of_instant(cell.dt.epoch("us").floordiv(1_000_000), zone)
            return pl.when(cell.is_not_null()).then(pl.lit(UNREADABLE)).cast(pl.Int32)
        if isinstance(kind, pl.Datetime):
            return cell.dt.date().cast(pl.Int32)
        raise self.source.mistyped(column, self.types[column], "a date")

    def text(self, column: str) -> Expr:
        cell, kind = pl.col(self.names[column]), self.types[column]
        if kind == pl.String:
            return cell
        if kind.is_integer() or kind in (pl.Boolean, pl.Categorical, pl.Enum):
            return cell.cast(pl.String)
        raise self.source.mistyped(column, self.types[column], "text")

    def whole(self, column: str) -> Expr:
        """A whole number of at most 15 digits."""
        cell, kind = pl.col(self.names[column]), self.types[column]
        if kind.is_integer():
            small = cell.is_between(-999_999_999_999_999, 999_999_999_999_999)
            return pl.when(cell.is_null()).then(None).when(small).then(cell.cast(pl.Int64)).otherwise(NO_NUMBER)
        if kind == pl.String:
            number = pl.when(cell.str.contains(f"^(?:{DIGITS})$") & ~cell.str.contains("\n")).then(cell)
            read = number.cast(pl.Int64)
            return (
                pl.when(cell.is_null() | (cell == ""))
                .then(None)
                .when(read.is_not_null())
                .then(read)
                .otherwise(NO_NUMBER)
            )
        raise self.source.mistyped(column, self.types[column], "a whole number")


def _day_of_instant(seconds: Expr, zone: str) -> Expr:
    """The day of an instant on the zone's calendar; by the same table as in every other engine."""
    table = lookup(zone)
    since, shifts = pl.Series(table.since), pl.Series(table.shifts)

    def shift(moments: pl.Series) -> pl.Series:
        return shifts.gather(since.search_sorted(moments, side="right"))

    return (seconds + seconds.map_batches(shift, pl.Int64, is_elementwise=True)).floordiv(86_400).cast(pl.Int32)


def _day_of_text(cell: Expr, zone: str) -> Expr:
    ten = cell.str.slice(0, 10)
    # written back it must be the same: 2024-1-5 and days that do not exist are not
    parsed = ten.str.to_date("%Y-%m-%d", strict=False)
    whole = (parsed.dt.to_string("%Y-%m-%d") == ten).fill_null(False)
    date_part = pl.when(whole).then(parsed.cast(pl.Int32)).otherwise(UNREADABLE)
    rest = cell.str.slice(10)
    timed = rest.str.contains(f"^[T ]{TIME}{f'(?:{ZONE})?' if zone else ''}$") & ~rest.str.contains("\n")
    empty = cell.is_null() | (cell == "")
    local = pl.when(empty).then(None).when(cell.str.len_chars() == 10).then(date_part).when(timed).then(date_part)
    day = local.otherwise(UNREADABLE).cast(pl.Int32)
    if not zone:
        return day

    def number(start: int, length: int) -> Expr:
        return cell.str.slice(start, length).cast(pl.Int64, strict=False)

    instant = rest.str.contains(f"^[T ]{TIME}{ZONE}$") & ~rest.str.contains("\n") & whole
    tail = cell.str.tail(6)
    sign = pl.when(tail.str.slice(0, 1) == "-").then(-1).otherwise(1)
    hours, minutes = (tail.str.slice(at, 2).cast(pl.Int64, strict=False) for at in (1, 4))
    shift = pl.when(cell.str.ends_with("Z")).then(0).otherwise(sign * (hours * 3600 + minutes * 60))
    second = pl.when(cell.str.slice(16, 1) == ":").then(number(17, 2)).otherwise(0)
    seconds = parsed.cast(pl.Int64) * 86_400 + number(11, 2) * 3600 + number(14, 2) * 60 + second - shift
    return pl.when(instant.fill_null(False)).then(_day_of_instant(seconds, zone)).otherwise(day)
