"""Tables that DuckDB cannot read without extensions (Excel, SQLite), row by row as CSV text in a folder of our own."""

import csv
import sqlite3
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path as File
from typing import Any

from rulecheck.facts.problem import InvalidFacts, nearest
from rulecheck.facts.records.sheet import MOST_COLUMNS, sheet_rows
from rulecheck.facts.records.source import Source, check_columns, format_of


def staged(source: Source, folder: File) -> File:
    """The table as a CSV file in ``folder``. Raises InvalidFacts."""
    found = _sqlite_rows(source) if format_of(source) == "sqlite" else sheet_rows(source, _chosen)
    rows = ([_text(value) for value in row] for row in found)
    target = folder / "staged.csv"
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        heading = next(rows, None)
        if not heading or not any(heading):
            raise source.refused("`{file}` has no heading", "write the names of the columns into the first line")
        if len(heading) > MOST_COLUMNS:
            raise source.refused(
                "`{file}` has more than {most} columns", "leave out what is not needed", most=MOST_COLUMNS
            )
        check_columns(source, heading)
        writer.writerow(heading)
        try:
            for row in rows:
                # one column alone: a row with an empty cell would be an empty line, which is no row
                writer.writerow(row if len(row) > 1 or row[0] else ["", ""][: len(heading)])
        except UnicodeEncodeError:
            raise source.refused("`{file}` holds text that is not Unicode", "export the table again") from None
    return target


def _text(value: Any) -> str:
    """A cell as text, whole numbers without a point, days and timestamps as ISO."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
        case date():
            return value.isoformat()
        case bytes():
            return f"<{len(value)} bytes>"
    return str(value)


def unknown_table(source: Source, there: list[str]) -> InvalidFacts:
    """No table of the name that is given, or no name and several tables."""
    guess = nearest(source.table, there) if source.table else None
    message = "`{file}` has no table of that name" if source.table else "`{file}` has several tables"
    remedy = "did you mean `{guess}`?" if guess else "name one with `table`: {known}"
    return source.refused(message, remedy, guess=guess, known=", ".join(there[:20]))


def _chosen(source: Source, there: list[str]) -> str:
    if source.table in there:
        return source.table
    if not source.table and len(there) == 1:
        return there[0]
    raise unknown_table(source, there)


def _sqlite_rows(source: Source) -> Iterator[list[Any]]:
    try:
        connection = sqlite3.connect(f"{source.path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    except sqlite3.Error as error:
        raise source.refused("`{file}` cannot be read as a table: {told}", "check the file", told=str(error)) from None
    try:
        names = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name"
        table = _chosen(source, [name for (name,) in connection.execute(names)])
        identifier = '"' + table.replace('"', '""') + '"'
        cursor = connection.execute(f"SELECT * FROM {identifier}")
        yield [str(column[0]) for column in cursor.description]
        for row in cursor:
            yield list(row)
    except sqlite3.Error as error:
        raise source.refused("`{file}` cannot be read as a table: {told}", "check the file", told=str(error)) from None
    finally:
        connection.close()
