"""An Excel workbook as a document.

python-calamine reads the values. It is let at a file only after the archive was unpacked once, piece by piece, with
nothing kept: a bomb is refused before it can grow, and so is a sheet that would be huge as a rectangle.
"""

import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import Any, NamedTuple
from xml.etree import ElementTree

from rulecheck.facts.documents.document import Complaint
from rulecheck.facts.documents.headings import BESIDE_OF, SHEET_OF, folded
from rulecheck.facts.documents.tables import TableDocument, tables
from rulecheck.facts.problem import InvalidFacts, Place, Problem, nearest

MAX_BYTES = 50_000_000
"""Of the file, and of any part of it unpacked."""
MAX_UNPACKED = 100_000_000
MAX_RATIO = 200
"""How many times as large as it was packed the whole may become; a sheet of empty template rows is packed 30 times."""
MAX_CELLS = 5_000_000
MAX_COLUMNS = 1_000
CHUNK = 1 << 20
OLD = b"\xd0\xcf\x11\xe0"
"""An OLE file: a workbook of before 2007, or one with a password."""

CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.S)
ADDRESS = re.compile(rb'\br="([A-Z]{1,4})([0-9]{1,8})"')
ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="([0-9]{1,8})"')
VALUE = re.compile(rb"<(?:\w+:)?(?:v|is)\b[^>]*>[^<]|<(?:\w+:)?is\b")
NO_VALUE = (
    "facts-formula",
    "the formula of this cell has no value saved with it",
    "open the workbook in a spreadsheet and save it, or write the value",
)
ERROR = (
    "facts-formula",
    "the cell holds an error, such as a division by zero",
    "correct the formula, or write the value",
)


def read_workbook(content: bytes, file: str) -> TableDocument:
    """The tables of an .xlsx file. Raises InvalidFacts."""
    archive = _archive(content, file)
    paths, linked = _checked(archive, content, file)
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    complaints: list[Complaint] = []
    grids: list[tuple[str, SheetGrid]] = []
    taken: dict[str, str] = {}
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        for sheet in book.sheets_metadata:
            name = SHEET_OF.get(folded(sheet.name))
            if name is None:
                complaints += _unknown(sheet.name, sheet.visible is SheetVisibleEnum.Visible)
            elif name in taken:
                message, remedy = "`{name}` and `{other}` are the same table", "keep one of the two"
                values: dict[str, object] = {"name": taken[name], "other": sheet.name}
                complaints.append(Complaint("facts-table", (), message, remedy, "error", values))
            else:
                taken[name] = sheet.name
                raw = archive.read(paths[sheet.name]) if sheet.name in paths else b""
                cells = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
                grids.append((name, SheetGrid(file, sheet.name, cells, raw)))
    except (CalamineError, zipfile.BadZipFile, KeyError, ValueError):
        raise _refused(file, "the workbook is damaged", DAMAGED) from None
    if not grids:
        complaints.append(
            Complaint(
                "facts-table",
                (),
                "there is no table in the workbook",
                "name the sheets {known}",
                "error",
                {"known": ", ".join(sorted(set(SHEET_OF.values())))},
            )
        )
    if linked:
        message = "the workbook refers to other workbooks; the values saved with it are taken"
        complaints.append(
            Complaint("facts-links", (), message, "write the values in, if they may have changed", "warning")
        )
    return tables(file, grids, complaints)


DAMAGES = (
    zipfile.BadZipFile, ElementTree.ParseError, KeyError, NotImplementedError, RuntimeError, OSError, EOFError, zlib.error
)  # fmt: skip
"""What the standard library says of archives that are none."""
DAMAGED = "open it in a spreadsheet and save it again as .xlsx"


def _refused(file: str, message: str, remedy: str, **values: object) -> InvalidFacts:
    return InvalidFacts([Problem("facts-workbook", message, Place(file), remedy, values)])


def _archive(content: bytes, file: str) -> zipfile.ZipFile:
    if len(content) > MAX_BYTES:
        raise _refused(file, "the file has {size} bytes", TOO_LARGE, size=len(content), most=MAX_BYTES)
    if content.startswith(OLD):
        message = "the workbook is protected by a password, or was saved by a spreadsheet of before 2007"
        raise _refused(file, message, "save it as .xlsx, without a password")
    try:
        return zipfile.ZipFile(BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError):
        raise _refused(file, "this is no workbook", DAMAGED) from None


TOO_LARGE = "a workbook of facts has at most {most}; case records are read from Parquet or a database"


def _checked(archive: zipfile.ZipFile, content: bytes, file: str) -> tuple[dict[str, str], bool]:
    """Sheet name → part of the archive, and whether there are links to other workbooks. Raises InvalidFacts."""
    names = archive.namelist()
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise _refused(file, "the workbook holds macros", "save it as .xlsx, without macros")
    total = 0
    limit = min(MAX_UNPACKED, max(len(content) * MAX_RATIO, CHUNK))
    try:
        for name in names:
            with archive.open(name) as part:
                while piece := part.read(CHUNK):
                    total += len(piece)
                    if total > limit:
                        message = "unpacked, the workbook is over {most} bytes, far more than it was packed"
                        raise _refused(file, message, DAMAGED, most=limit)
        for name in names:
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                _measured(archive.read(name), name, file)
        paths = sheet_paths(archive)
    except DAMAGES:
        raise _refused(file, "the workbook is damaged", DAMAGED) from None
    return paths, any(name.startswith("xl/externalLinks/") for name in names)


class Extent(NamedTuple):
    """How many columns a part of a sheet has, the number of its last row, and how many rows there are in it."""

    columns: int
    last: int
    rows: int


def extent(raw: bytes) -> Extent:
    """How far a sheet, or some whole rows of it, reach."""
    columns = 0
    addresses = ADDRESS.findall(raw)
    for name_of in {letters for letters, _ in addresses}:
        columns = max(columns, _number(name_of.decode()) + 1)
    last = max((int(digits) for digits in {digits for _, digits in addresses}), default=0)
    if raw.count(b"<c ") + raw.count(b"<c>") + raw.count(b"<c/>") > len(addresses):
        columns = max(columns, max((row.count(b"<c") for row in raw.split(b"<row")), default=0))
    return Extent(columns, max(last, *map(int, ROW.findall(raw)), 0), raw.count(b"<row"))


def _measured(raw: bytes, name: str, file: str) -> None:
    """Refuses a sheet that would not fit into a rectangle of MAX_CELLS."""
    columns, last, counted = extent(raw)
    rows = max(last, counted)
    if columns > MAX_COLUMNS or columns * rows > MAX_CELLS:
        message = "a sheet reaches to column {columns} and row {rows}"
        remedy = "delete what stands far from the table; a sheet of facts has at most {most} columns"
        raise _refused(file, message, remedy, columns=columns, rows=rows, most=MAX_COLUMNS, sheet=name)


def sheet_paths(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name → part of the archive."""
    relations = {
        element.get("Id"): element.get("Target", "") for element in _parsed(archive.read("xl/_rels/workbook.xml.rels"))
    }
    found = {}
    for element in _parsed(archive.read("xl/workbook.xml")).iter():
        if element.tag.endswith("}sheet"):
            key = next((v for k, v in element.attrib.items() if k.endswith("}id")), "")
            target = relations.get(key, "")
            path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            if path in archive.namelist():
                found[element.get("name", "")] = path
    return found


def _parsed(raw: bytes) -> ElementTree.Element:
    """A small part as a tree; document types, with which entities could be multiplied, are refused."""
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise zipfile.BadZipFile("a document type")
    return ElementTree.fromstring(raw)


def _unknown(name: str, visible: bool) -> Iterator[Complaint]:
    """An error for a sheet that was meant to be a table, a warning for another; hidden ones are nobody's facts."""
    if folded(name) in BESIDE_OF or not visible:
        return
    guess = nearest(folded(name), SHEET_OF)
    if guess:
        values: dict[str, object] = {"what": "sheet", "word": name[:60], "guess": guess}
        yield Complaint("facts-table", (), "unknown {what} `{word}`", "did you mean `{guess}`?", "error", values)
    else:
        message, remedy = "the sheet `{name}` is not read", "facts stand in the sheets {known}"
        values = {"name": name[:60], "known": ", ".join(sorted(set(SHEET_OF.values())))}
        yield Complaint("facts-table", (), message, remedy, "warning", values)


class SheetGrid:
    """One sheet of a workbook."""

    def __init__(self, file: str, name: str, cells: list[list[Any]], raw: bytes) -> None:
        self.file, self.name, self.cells, self.raw = file, name, cells, raw

    def rows(self) -> Iterator[tuple[int, Sequence[Any]]]:
        """Every row."""
        return enumerate(self.cells)

    def broken(self) -> Iterable[tuple[int, int, str, str, str]]:
        """Formulas without a saved value, and errors: read as empty they would be facts that are not there."""
        return broken_cells(self.raw)

    def place(self, row: int, column: int) -> tuple[Place, str]:
        """``facts.xlsx measurements!D7``."""
        return Place(f"{self.file} {self.name}!{letters(column)}{row + 1}"), ""


def broken_cells(raw: bytes) -> Iterator[tuple[int, int, str, str, str]]:
    """Row and column, counted from 0, code, message and remedy of each cell that has no value where it seems to have one."""
    if b"<f" not in raw and b'"e"' not in raw:
        return
    for cell in CELL.finditer(raw):
        head, body = cell[1], cell[2] or b""
        address = ADDRESS.search(head)
        if address is None:
            continue
        at = int(address[2]) - 1, _number(address[1].decode())
        if b't="e"' in head:
            yield (*at, *ERROR)
        elif b"<f" in body and not VALUE.search(body):
            yield (*at, *NO_VALUE)


def letters(column: int) -> str:
    """The name of a column, counted from 0: A, B, …, Z, AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _number(name: str) -> int:
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number - 1
