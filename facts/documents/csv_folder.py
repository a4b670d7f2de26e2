"""A folder of CSV files as a document: one file a table, with the separator a spreadsheet of the country writes."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path as File
from typing import Any

from rulecheck.facts.documents.document import Complaint
from rulecheck.facts.documents.headings import BESIDE_OF, HEADING_OF, SHEET_OF, folded
from rulecheck.facts.documents.tables import TableDocument, tables
from rulecheck.facts.problem import InvalidFacts, Place, Problem, nearest

MAX_BYTES = 50_000_000
MAX_FIELD = 100_000
"""Characters in one field; a note is a few hundred."""
FORMULA = "=+-@\t\r'"
"""What begins a text that a spreadsheet may take for a formula; written with an apostrophe before it."""
SEPARATORS = ";,\t"


def read_csv_folder(folder: File) -> TableDocument:
    """The tables of a folder. Raises InvalidFacts, OSError."""
    grids: list[tuple[str, CsvGrid]] = []
    complaints: list[Complaint] = []
    taken: dict[str, File] = {}
    problems: list[Problem] = []
    for file in sorted(f for f in folder.iterdir() if f.suffix.lower() == ".csv"):
        word = folded(file.stem)
        name = SHEET_OF.get(word)
        if name is None:
            if word not in BESIDE_OF:
                problems.append(_unknown(file))
        elif name in taken:
            message, remedy = "`{name}` and `{other}` are the same table", "keep one of the two"
            values = {"name": taken[name].name, "other": file.name}
            problems.append(Problem("facts-table", message, Place(str(file)), remedy, values))
        else:
            taken[name] = file
            grids.append((name, CsvGrid(str(file), _text(file))))
    if not grids and not problems:
        message, remedy = "there is no table in the folder", "name the files {known}"
        values = {"known": ", ".join(f"{name}.csv" for name in ("plan", "measurements", "events"))}
        problems.append(Problem("facts-table", message, Place(str(folder)), remedy, values))
    if problems:
        raise InvalidFacts(problems)
    return tables(str(folder), grids, complaints)


def _unknown(file: File) -> Problem:
    guess = nearest(folded(file.stem), SHEET_OF)
    remedy = "did you mean `{guess}`?" if guess else "known are: {known}"
    values = {
        "what": "table",
        "word": file.stem[:60],
        "guess": guess,
        "known": ", ".join(sorted(set(SHEET_OF.values()))),
    }
    return Problem("facts-table", "unknown {what} `{word}`", Place(str(file)), remedy, values)


def _text(file: File) -> str:
    size = file.stat().st_size
    if size > MAX_BYTES:
        message, remedy = (
            "the file has {size} bytes",
            "a table of facts has at most {most}; case records are read from Parquet or a database",
        )
        raise InvalidFacts(
            [Problem("facts-size", message, Place(str(file)), remedy, {"size": size, "most": MAX_BYTES})]
        )
    content = file.read_bytes()
    remedy = "save the file as UTF-8; in Excel: Save As, CSV UTF-8"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        message = "the file is UTF-16, not UTF-8"
        raise InvalidFacts([Problem("facts-encoding", message, Place(str(file), 1, 1), remedy)])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode().split("\n")
        place = Place(str(file), len(before), len(before[-1]) + 1)
        shown = content.decode("utf-8-sig", "replace").split("\n")[len(before) - 1]
        message = "the file is not UTF-8: byte `{byte}` cannot be read"
        values = {"byte": f"0x{error.object[error.start]:02x}"}
        raise InvalidFacts([Problem("facts-encoding", message, place, remedy, values, shown)]) from None


class CsvGrid:
    """One CSV file."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        first, _, rest = text.partition("\n")
        self.skipped = 0
        self.separator = ""
        if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:  # Excel's own way to say it
            self.separator, text, self.skipped = first.strip()[4], rest, 1
        self.text = text
        self.separator = self.separator or separator(text)
        self.starts: list[int] = []

    def rows(self) -> Iterator[tuple[int, Sequence[Any]]]:
        """Raises InvalidFacts for a field without end."""
        csv.field_size_limit(MAX_FIELD)
        lines = io.StringIO(self.text, newline="")
        reader = csv.reader(lines, delimiter=self.separator, strict=True)
        before = 0
        number = 0
        while True:
            try:
                row = next(reader, None)
            except csv.Error as error:
                line = before + 1 + self.skipped
                long = "field larger" in str(error)
                message = "a field is longer than {most} characters" if long else "the quotes of this line do not match"
                remedy = "a quote that is never closed is usual; correct it at the mark"
                text = self.text.split("\n")[before][:2000]
                problem = Problem("facts-csv", message, Place(self.file, line, 1), remedy, {"most": MAX_FIELD}, text)
                raise InvalidFacts([problem]) from None
            if row is None:
                return
            self.starts.append(before)
            before = reader.line_num
            yield number, [_unescaped(field) for field in row]
            number += 1

    @cached_property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    def broken(self) -> Iterable[tuple[int, int, str, str, str]]:
        """None: a CSV file holds what it shows."""
        return ()

    def place(self, row: int, column: int) -> tuple[Place, str]:
        """Line and column of the field's first character, and its line."""
        if row >= len(self.starts):
            return Place(self.file, 1 + self.skipped, 1), ""
        lines = self.lines
        line, at, quoted, field = self.starts[row], 0, False, 0
        while field < column and line < len(lines):
            if at >= len(lines[line]):
                if not quoted:
                    break
                line, at = line + 1, 0
                continue
            sign = lines[line][at]
            quoted ^= sign == '"'
            field += sign == self.separator and not quoted
            at += 1
        if field < column:
            at = 0  # the line is shorter than that: its beginning stands for it
        text = lines[line].rstrip("\r") if line < len(lines) else ""
        return Place(self.file, line + 1 + self.skipped, at + 1), text


def _unescaped(field: str) -> str:
    """The text of a field: an apostrophe keeps a spreadsheet from taking what follows for a formula."""
    return field[1:] if len(field) > 1 and field[0] == "'" and field[1] in FORMULA else field


def separator(text: str) -> str:
    """The sign that makes most known headings of the first line."""
    first = text.lstrip("\r\n").partition("\n")[0][:10_000]

    def known(sign: str) -> tuple[int, int]:
        words = [folded(word.strip().strip('"')) for word in first.split(sign)]
        return sum(word in HEADING_OF for word in words), len(words)

    return max(SEPARATORS, key=known)
