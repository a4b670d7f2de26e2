"""A sheet of an Excel workbook as rows of text.

python-calamine holds the sheet as a rectangle. It is let at a file only after the archive was unpacked once, piece by piece,
with nothing kept: bombs, and sheets that would be huge as a rectangle, are refused before they can grow.
"""

import zipfile
from collections.abc import Callable, Iterator
from typing import Any

from rulecheck.facts.documents.workbook import CHUNK, DAMAGES, OLD, broken_cells, extent, letters, sheet_paths
from rulecheck.facts.problem import InvalidFacts, Place
from rulecheck.facts.records.source import Source

MOST_CELLS = 12_000_000
"""Of the rectangle: as many rows as Excel has, of eleven columns. They take a third of a gigabyte."""
MOST_UNPACKED = 500_000_000
"""Bytes."""
MOST_COLUMNS = 2_000
_LONGEST_ROW = 16 * CHUNK


def sheet_rows(source: Source, choose: Callable[[Source, list[str]], str]) -> Iterator[list[Any]]:
    """The heading and the rows of the sheet that is chosen among their names. Raises InvalidFacts."""
    try:
        import python_calamine as calamine
    except ImportError:
        raise source.unreadable("data") from None
    try:
        with zipfile.ZipFile(source.path) as archive:
            there = sheet_paths(archive)
            chosen = choose(source, list(there))
            _checked(source, archive, there[chosen], chosen)
        with calamine.CalamineWorkbook.from_path(str(source.path)) as book:
            width = 0
            for row in book.get_sheet_by_name(chosen).iter_rows():
                width = width or len(row)
                yield [None if value == "" else value for value in row[:width]]
    except zipfile.BadZipFile:
        raise source.refused(*_no_workbook(source)) from None
    except (calamine.CalamineError, ValueError, *DAMAGES) as error:
        raise source.refused(
            "`{file}` cannot be read as a table: {told}", "check the file", told=" ".join(str(error).split())[:160]
        ) from None


def _no_workbook(source: Source) -> tuple[str, str]:
    with source.path.open("rb") as file:
        old = file.read(len(OLD)) == OLD
    if old:
        message = "`{file}` is protected by a password, or was saved by a spreadsheet of before 2007"
        return message, "save it as .xlsx, without a password"
    return "`{file}` is not a workbook", "save it as .xlsx, or export CSV"


def _checked(source: Source, archive: zipfile.ZipFile, chosen: str, sheet: str) -> None:
    """Unpacks everything once. Raises InvalidFacts for what is too large, for macros, and for cells without a value."""
    if any(name.lower().endswith("vbaproject.bin") for name in archive.namelist()):
        raise source.refused("`{file}` holds macros", "save it as .xlsx, without macros")
    total = 0
    for name in archive.namelist():
        rest, columns, last, counted = b"", 0, 0, 0
        with archive.open(name) as part:
            while piece := part.read(CHUNK):
                total += len(piece)
                if total > MOST_UNPACKED:
                    raise source.refused(
                        "`{file}` unpacks to more than {most} bytes", "export the table as CSV", most=MOST_UNPACKED
                    )
                if name != chosen:
                    continue
                raw, end, rest = (rest + piece).rpartition(b"</row>")
                if len(rest) > _LONGEST_ROW:
                    raise _too_wide(source)
                here = extent(raw + end)
                columns, last, counted = max(columns, here.columns), max(last, here.last), counted + here.rows
                if columns > MOST_COLUMNS:
                    raise _too_wide(source)
                if columns * max(last, counted) > MOST_CELLS:
                    raise source.refused(
                        "a sheet of `{file}` reaches to column {columns} and row {rows}, which is more than {most} cells",
                        "delete what stands far from the table, or export it as CSV or Parquet",
                        columns=letters(columns - 1),
                        rows=max(last, counted),
                        most=MOST_CELLS,
                    )
                _no_broken_cell(source, sheet, raw + end)


def _too_wide(source: Source) -> InvalidFacts:
    return source.refused("`{file}` has more than {most} columns", "leave out what is not needed", most=MOST_COLUMNS)


def _no_broken_cell(source: Source, sheet: str, raw: bytes) -> None:
    """Formulas without a saved value, and errors: read as empty they would be records that are not there."""
    for row, column, _, message, remedy in broken_cells(raw):
        found = source.refused(message, remedy).problems[0]
        place = Place(f"{source.path} {sheet}!{letters(column)}{row + 1}")
        raise InvalidFacts([found._replace(place=place, text="")])
