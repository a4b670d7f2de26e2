"""The table of case records that the facts name: which file, in which format, with which columns, and its hash."""

import csv
import io
from datetime import date
from os.path import isdir
from pathlib import Path as File
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from rulecheck.facts.problem import InvalidFacts, Place, Problem, nearest

FORMATS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".parquet": "parquet",
    ".xlsx": "xlsx",
    ".sqlite": "sqlite",
    ".sqlite3": "sqlite",
    ".db": "sqlite",
}
ANY = "*"
"""In a file's name: whatever letters."""
_LONGEST_HEADING = 1 << 20


EXTRAS = {"duckdb": "data", "polars": "data", "spark": "data,cluster"}
"""Engine → what is to be installed for it."""
DATABASES = ("postgresql://", "postgres://")


def database_of(url: str) -> str:
    """The name of a database, of its address."""
    return unquote(urlsplit(url).path.strip("/")) or "postgresql"


class Source(NamedTuple):
    """A table of records, complete from ``since`` to ``snapshot``, so far as they are given.

    ``place`` and ``text`` are where the facts, or the command line, name it.
    """

    name: str
    path: File
    table: str = ""
    snapshot: date | None = None
    since: date | None = None
    place: Place = Place("")
    text: str = ""
    url: str = ""
    """Where the table is in a database; ``path`` is then the database's name, or a copy of the table."""

    @property
    def shown(self) -> str:
        """The file's name, without its folder, or the database's, without its host: outputs name no paths."""
        name = database_of(self.url) if self.url else self.path.name or "."
        if ANY in name and not self.url:
            name = f"{self.path.parent.name}/{name}"
        return name + (f"#{self.table}" if self.table else "")

    def refused(self, message: str, remedy: str, **values: object) -> InvalidFacts:
        """A problem of this table, at the place that names it."""
        return InvalidFacts(
            [Problem("facts-records", message, self.place, remedy, {"file": self.shown, **values}, self.text)]
        )

    def unreadable(self, extra: str) -> InvalidFacts:
        """That a package is missing which reading this table needs, and what to install."""
        return self.refused(
            "reading `{file}` needs a package that is not installed",
            "install it: pip install 'target-rulecheck[{extra}]'",
            extra=extra,
        )

    def mistyped(self, column: str, kind: object, wanted: str) -> InvalidFacts:
        """A column whose type cannot be read as what is wanted of it."""
        return self.refused(
            "the column `{column}` of `{file}` is of type {kind}, where {wanted} is wanted",
            "export it as {wanted}",
            column=column,
            kind=str(kind).lower()[:40],
            wanted=wanted,
        )

    def broken(self, message: str, remedy: str, line: int, **values: object) -> InvalidFacts:
        """A problem within the table's file, at a line of it."""
        place = Place(str(self.path), line, 1)
        return InvalidFacts([Problem("facts-records", message, place, remedy, {"file": self.shown, **values})])


def format_of(source: Source) -> str:
    """``csv``, ``parquet``, ``xlsx`` or ``sqlite``, by the file's name; of a folder, ``parquet``. Raises InvalidFacts."""
    several = isdir(source.path) or ANY in source.path.name
    found = FORMATS.get(source.path.suffix.lower()) or ("parquet" if several else None)
    if found is None:
        raise source.refused(
            "case records are not read from `{file}`",
            "give a file that ends in {known}, a folder of Parquet files, or a database: postgresql://HOST/DATABASE#TABLE",
            known=", ".join(FORMATS),
        )
    return found


class Heading(NamedTuple):
    """The first line of a CSV file: its columns and what separates them."""

    columns: tuple[str, ...]
    delimiter: str


def read_heading(source: Source) -> Heading:
    """The heading of a CSV file, in UTF-8. The separator is the one of ``;``, tab, ``|`` and ``,`` it holds most of."""
    with source.path.open("rb") as file:
        raw = file.readline(_LONGEST_HEADING)
    if b"\0" in raw or (len(raw) == _LONGEST_HEADING and not raw.endswith(b"\n")):
        raise source.refused("`{file}` is not a CSV file", "export the table as CSV or Parquet")
    try:
        line = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise source.broken("`{file}` is not UTF-8", "save the file as UTF-8", 1) from None
    delimiter = max(",;\t|", key=line.count)
    try:
        columns = next(csv.reader(io.StringIO(line), delimiter=delimiter, strict=True), [])
    except csv.Error:
        columns = []
    if not any(columns):
        raise source.broken("`{file}` has no heading", "write the names of the columns into the first line", 1)
    check_columns(source, columns)
    return Heading(tuple(columns), delimiter)


def check_columns(source: Source, columns: list[str]) -> None:
    """No column twice: which one is meant could not be told. Raises InvalidFacts."""
    for i, name in enumerate(columns):
        if name in columns[:i]:
            raise source.refused("`{file}` has the column `{column}` twice", "rename one of the two", column=name)


def check_needed(source: Source, there: tuple[str, ...], needed: tuple[str, ...], measure: str) -> None:
    """Every column a measure needs is there. Raises InvalidFacts with a did-you-mean for each that is not."""
    problems: list[Problem] = []
    for column in needed:
        if column not in there:
            guess = nearest(column, there)
            remedy = "did you mean `{guess}`?" if guess else "its columns are: {known}"
            message = "`{file}` has no column `{column}`, which `{measure}` needs"
            shown = ", ".join(there[:20]) + (", …" if len(there) > 20 else "")
            problems += source.refused(
                message, remedy, column=column, measure=measure, guess=guess, known=shown
            ).problems
    if problems:
        raise InvalidFacts(problems)
