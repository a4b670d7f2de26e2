"""Tables with a row of headings → a document, whether they come from a workbook or from a folder of CSV files."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from rulecheck.facts.documents.cells import Unclear, cell_value
from rulecheck.facts.documents.document import Complaint, Document, Unread
from rulecheck.facts.documents.headings import DIMENSION, HEADING_OF, HEADINGS, KEY_OF, folded
from rulecheck.facts.problem import Path, Place, nearest
from rulecheck.facts.rows.fields import FIELDS
from rulecheck.facts.rows.words import shown

COLUMNS: dict[str, dict[str, str]] = {
    **{group: {key: kind for key, (kind, _) in fields.items()} for group, fields in FIELDS.items()},
    "plan": {"key": "text", "value": "text"},
    "calendar": {"event": "name", "date": "day"},
}
"""Table → column → kind of value."""
EMPTY = (None, "")


class Grid(Protocol):
    """The cells of one table. Rows and columns count from 0."""

    def rows(self) -> Iterator[tuple[int, Sequence[Any]]]:
        """Each row with its number; empty ones may be left out."""

    def place(self, row: int, column: int) -> tuple[Place, str]:
        """Where a cell stands, and the text to show."""

    def broken(self) -> Iterable[tuple[int, int, str, str, str]]:
        """Cells that hold no value, though they seem to: row, column, code, message, remedy."""


class Cell(NamedTuple):
    """A cell of a table."""

    grid: Grid
    row: int
    column: int


class TableDocument(Document):
    """A facts file made of tables. ``cells`` knows the cell of each path that has one, row paths included."""

    def __init__(self, data: dict[str, Any], file: str, found: "_Found") -> None:
        super().__init__(data, file, found.complaints)
        self.found = found

    def places(self, paths: Sequence[Path]) -> list[tuple[Place, str]]:
        """The cell of each path; of what is missing from a row, the row's first cell."""
        places = []
        for path in paths:
            cell = self.found.cell(path)
            places.append(cell.grid.place(cell.row, cell.column) if cell else (Place(self.file), ""))
        return places

    def order(self, path: Path) -> tuple[int, ...]:
        """By table, row and column."""
        cell = self.found.cell(path)
        return (self.found.grids.index(cell.grid), cell.row, cell.column) if cell else ()


class _Found:
    """What reading the tables gathers: values, complaints, and which cell each path is."""

    def __init__(self) -> None:
        self.data: dict[str, Any] = {}
        self.complaints: list[Complaint] = []
        self.grids: list[Grid] = []
        self.single: dict[Path, Cell] = {}
        self.lines: dict[str, list[int]] = {}
        self.columns: dict[str, dict[str, int]] = {}
        self.of_group: dict[str, Grid] = {}

    def cell(self, path: Path) -> Cell | None:
        if path in self.single:
            return self.single[path]
        if not path or path[0] not in self.of_group:
            return None
        group = str(path[0])
        grid = self.of_group[group]
        if len(path) == 1 or not isinstance(path[1], int):
            return self.cell(path[:-1]) if len(path) > 1 else Cell(grid, 0, 0)
        columns = self.columns[group]
        name = ".".join(str(part) for part in path[2:])
        return Cell(
            grid, self.lines[group][path[1]], columns.get(name, columns.get(str(path[2]), 0) if len(path) > 2 else 0)
        )


def tables(file: str, grids: Iterable[tuple[str, Grid]], complaints: Iterable[Complaint] = ()) -> TableDocument:
    """The document of the tables, each given with its canonical name."""
    found = _Found()
    found.complaints.extend(complaints)
    for group, grid in grids:
        found.grids.append(grid)
        found.of_group[group] = grid
        _read(group, grid, found)
    return TableDocument(found.data, file, found)


def _read(group: str, grid: Grid, found: _Found) -> None:
    rows = grid.rows()
    broken = {(row, column): told for row, column, *told in grid.broken()}
    heading_row, headings = next(((n, row) for n, row in rows if any(c not in EMPTY for c in row)), (0, ()))
    columns = _columns(group, grid, heading_row, headings, found)
    found.columns[group] = {name: number for number, name in columns.items()}
    found.lines[group] = []
    kinds = COLUMNS[group]
    table: list[dict[str, Any]] = []
    for number, row in rows:
        if all(cell in EMPTY for cell in row) and not any(at[0] == number for at in broken):
            continue
        line: dict[str, Any] = {}
        here = len(found.lines[group])
        found.lines[group].append(number)
        for column in range(max(len(row), *(c + 1 for c in columns), 0) if columns else len(row)):
            value = row[column] if column < len(row) else None
            name = columns.get(column)
            if name is None:
                if value not in EMPTY and (column >= len(headings) or headings[column] in EMPTY):
                    _complain(
                        found,
                        (group, here, f"#{column}"),
                        Cell(grid, number, column),
                        *NO_HEADING,
                        {"text": shown(value)},
                    )
                continue
            path: Path = (group, here, *_path(name))
            if (number, column) in broken:
                code, message, remedy = broken[number, column]
                found.complaints.append(Complaint(code, path, message, remedy))
                value = Unread(str(value))
            elif value in EMPTY:
                value = None
            else:
                value = _value(kinds.get(name, "text"), value, path, found)
            _put(line, name, value)
        table.append(line)
    if group == "plan":
        _plan(table, grid, found)
    elif group == "calendar":
        _calendar(table, grid, found)
    else:
        found.data[group] = table


NO_HEADING = ("facts-heading", "this cell has no heading above it: `{text}`", "write a heading, or empty the cell")


def _columns(group: str, grid: Grid, row: int, headings: Sequence[Any], found: _Found) -> dict[int, str]:
    """Column number → canonical name; complaints about headings that are unknown, repeated or missing."""
    columns: dict[int, str] = {}
    for number, heading in enumerate(headings):
        if heading in EMPTY:
            continue
        word = str(heading).strip()
        cell = Cell(grid, row, number)
        name = HEADING_OF.get(folded(word))
        dimension = next((word[len(p) :].strip() for p in DIMENSION if word.lower().startswith(p)), "")
        path: Path = (group, f"#{number}")
        if dimension and group in FIELDS:
            name = f"dimensions.{dimension}"
        elif name not in COLUMNS[group]:
            known = [w for key in COLUMNS[group] if key in HEADINGS for w in {key, *HEADINGS[key].values()}]
            found.single[path] = cell
            values = {"what": "heading", "word": word}
            found.complaints.append(
                Complaint("facts-heading", path, "unknown {what} `{word}`", "", "error", values, known)
            )
            name = HEADING_OF.get(folded(nearest(word.lower(), known) or ""))  # read on as what it was meant to be
        if name in columns.values():
            message = "the heading `{name}` is given twice"
            _complain(found, path, cell, "facts-repeated", message, "keep one of the two", {"name": shown(word)})
        elif name is not None:
            columns[number] = name
    return columns


def _complain(
    found: _Found, path: Path, cell: Cell, code: str, message: str, remedy: str, values: dict[str, object]
) -> None:
    found.single[path] = cell
    found.complaints.append(Complaint(code, path, message, remedy, "error", values))


def _path(name: str) -> tuple[str, ...]:
    head, dot, rest = name.partition(".")
    return (head, rest) if dot else (name,)


def _put(line: dict[str, Any], name: str, value: Any) -> None:
    head, dot, rest = name.partition(".")
    if not dot:
        line[name] = value
    elif value is not None:
        line.setdefault(head, {})[rest] = value


def _value(kind: str, value: Any, path: Path, found: _Found) -> Any:
    try:
        found_value = cell_value(kind, value)
        return found_value.strip() if path[-1] == "subject" and isinstance(found_value, str) else found_value
    except Unclear as unclear:
        values = {key: shown(word) for key, word in unclear.values.items()}
        found.complaints.append(Complaint(unclear.code, path, unclear.message, unclear.remedy, "error", values))
        return Unread(str(value))


def _plan(table: list[dict[str, Any]], grid: Grid, found: _Found) -> None:
    """The sheet ``plan``: the plan's id and the day to judge, a row each."""
    path: Path
    for number, line in zip(found.lines["plan"], table, strict=True):
        word = line.get("key")
        key = KEY_OF.get(folded(str(word or "")))
        cell = Cell(grid, number, found.columns["plan"].get("value", 0))
        if key is None:
            path = ("plan", number)
            found.single[path] = cell._replace(column=found.columns["plan"].get("key", 0))
            values: dict[str, object] = {"what": "key", "word": str(word or "")}
            known = [*KEY_OF]
            found.complaints.append(Complaint("facts-key", path, "unknown {what} `{word}`", "", "error", values, known))
            continue
        if key in found.data:
            path = ("plan", number)
            twice: dict[str, object] = {"key": shown(word)}
            at = cell._replace(column=found.columns["plan"].get("key", 0))
            _complain(found, path, at, "facts-repeated", "the key `{key}` is given twice", "keep one of the two", twice)
            continue
        found.single[(key,)] = cell
        value = line.get("value")
        found.data[key] = _value("day", value, (key,), found) if key == "as_of" and value is not None else value


def _calendar(table: list[dict[str, Any]], grid: Grid, found: _Found) -> None:
    """The sheet ``calendar``: one due date a row."""
    days: dict[str, list[Any]] = {}
    column = found.columns["calendar"]
    for number, line in zip(found.lines["calendar"], table, strict=True):
        name, day = line.get("event"), line.get("date")
        if name is None:
            path: Path = ("calendar", number)
            message = "`{name}` is missing"
            _complain(
                found,
                path,
                Cell(grid, number, column.get("event", 0)),
                "facts-missing",
                message,
                "name the recurring duty",
                {"name": "event"},
            )
            continue
        found.single.setdefault(("calendar", str(name)), Cell(grid, number, column.get("event", 0)))
        due = days.setdefault(str(name), [])
        if day is not None:
            found.single[("calendar", str(name), len(due))] = Cell(grid, number, column.get("date", 0))
            due.append(day)
    found.data["calendar"] = days
