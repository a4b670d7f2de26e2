"""Facts → an Excel workbook: plain to read again, or with all that helps to fill it in. The same facts, the same bytes."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, NamedTuple

from rulecheck.facts.documents.headings import BESIDE, WORDS
from rulecheck.facts.documents.workbook import letters
from rulecheck.facts.rows.fields import VERDICTS
from rulecheck.facts.writing.sheets import Sheet, heading, title

CREATED = datetime(2024, 1, 1)
"""Of every workbook, so that the same facts give the same bytes."""
SPARE = 200
"""Empty rows below the template's, open to be filled in like them."""
WIDEST, NARROWEST = 60, 12
LONGEST = 32_767
"""Characters in a cell of Excel."""
CHOICES = {
    "status": ("final", "preliminary"),
    "verdict": VERDICTS,
    "truth": ("true",),
}


class Unwritable(ValueError):
    """A text that no cell of a workbook can hold."""


class Guide(NamedTuple):
    """What helps to fill a workbook in: the words of the explanation, and the names to choose from by column."""

    explanation: Sequence[tuple[str, str]]
    names: Mapping[str, Sequence[str]]
    wrong_title: str
    wrong: str


def workbook(tables: list[Sheet], language: str = "", guide: Guide | None = None) -> bytes:
    """The bytes of an .xlsx file. Raises Unwritable."""
    from xlsxwriter import Workbook

    stream = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = Workbook(stream, options)
    book.set_properties({"created": CREATED})
    styles = {
        "head": book.add_format({"bold": True, "bg_color": "#DDE6EE", "bottom": 1, "text_wrap": True, "valign": "top"}),
        "text": book.add_format({"num_format": "@", "locked": False, "valign": "top"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd", "locked": False, "valign": "top"}),
        "number": book.add_format({"locked": False, "valign": "top"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    lists = _lists(guide, language) if guide else {}
    for table in tables:
        _write(book.add_worksheet(title(table.name, language)), table, language, styles, guide, lists)
    if guide:
        _explain(book.add_worksheet(BESIDE["explanation"][language]), guide, styles)
        sheet = book.add_worksheet(BESIDE["lists"][language])
        for column, (name, words) in enumerate(lists.items()):
            sheet.write_column(0, column, [name, *words])
        sheet.hide()
    book.close()
    return stream.getvalue()


def _write(
    sheet: Any, table: Sheet, language: str, styles: Any, guide: Guide | None, lists: dict[str, list[str]]
) -> None:
    for column, name in enumerate(table.columns):
        sheet.write_string(0, column, _text(heading(name, language)), styles["head"])
        kind = table.kinds[column]
        style = styles[_style(kind)]
        widths = [len(str(row[column] or "")) for row in table.rows]
        sheet.set_column(
            column, column, min(WIDEST, max(NARROWEST, len(heading(name, language)) + 2, *widths, 0)), style
        )
        for number, row in enumerate(table.rows, 1):
            _put(sheet, number, column, kind, row[column], style)
    sheet.freeze_panes(1, 0)
    if not guide:
        return
    last = len(table.rows) + (SPARE if table.name != "plan" else 0)
    for column, (name, kind) in enumerate(zip(table.columns, table.kinds, strict=True)):
        _guard(sheet, column, last, name, kind, guide, lists, language)
    sheet.protect(
        "",
        dict.fromkeys(
            ("format_cells", "format_columns", "format_rows", "insert_rows", "delete_rows", "sort", "autofilter"), True
        ),
    )


def _style(kind: str) -> str:
    return "day" if kind == "day" else "number" if kind in ("number", "count") else "text"


def _put(sheet: Any, row: int, column: int, kind: str, cell: Any, style: Any) -> None:
    """One cell. A number is a number where a cell holds exactly what was written, else the text that was written."""
    if cell is None or cell == "":
        sheet.write_blank(row, column, None, style)
    elif kind in ("number", "count") and _holds(cell):
        sheet.write_number(row, column, float(cell), style)
    elif kind == "day":
        sheet.write_datetime(row, column, date.fromisoformat(str(cell)), style) if str(
            cell
        ) >= "1900-03-01" else sheet.write_string(row, column, str(cell), style)
    else:
        sheet.write_string(row, column, _text(str(cell)), style)


def _holds(cell: Any) -> bool:
    """Whether a binary number is read again as exactly this one, with as many decimals."""
    if isinstance(cell, int):
        return abs(cell) < 10**15
    number = float(cell)
    return not number.is_integer() and repr(number) == str(cell) and Decimal(repr(number)) == Decimal(cell)


def _text(text: str) -> str:
    """Raises Unwritable for what a cell cannot hold."""
    odd = next((c for c in text if (ord(c) < 32 and c not in "\n\t") or 0xFFFE <= ord(c) <= 0xFFFF), None)
    if odd is not None:
        raise Unwritable(f"U+{ord(odd):04X}")
    if len(text) > LONGEST:
        raise Unwritable(f"{text[:40]}…")
    return text


def _lists(guide: Guide, language: str) -> dict[str, list[str]]:
    """Column or kind → the words to choose from, in the reader's language."""
    chosen = {kind: [WORDS[word].get(language, word) for word in words] for kind, words in CHOICES.items()}
    return {**{name: list(words) for name, words in guide.names.items() if words}, **chosen}


def _guard(
    sheet: Any, column: int, last: int, name: str, kind: str, guide: Guide, lists: dict[str, list[str]], language: str
) -> None:
    """A drop-down where there is a choice, and a check of days."""
    key = name if name in lists and kind in ("name", "text") else kind if kind in CHOICES else ""
    told = {"error_title": guide.wrong_title, "error_message": guide.wrong}
    if key:
        place = letters(list(lists).index(key))
        source = f"='{BESIDE['lists'][language]}'!${place}$2:${place}${len(lists[key]) + 1}"
        lenient = "warning" if name == "subject" else "stop"
        sheet.data_validation(
            1, column, last, column, {"validate": "list", "source": source, "error_type": lenient, **told}
        )
    elif kind == "day":
        rule = {"validate": "date", "criteria": ">=", "value": date(1900, 3, 1), "error_type": "information"}
        sheet.data_validation(1, column, last, column, {**rule, **told})


def _explain(sheet: Any, guide: Guide, styles: Any) -> None:
    sheet.set_column(0, 0, 28, styles["wrap"])
    sheet.set_column(1, 1, 90, styles["wrap"])
    for number, (left, right) in enumerate(guide.explanation):
        style = styles["head"] if left and not right else styles["wrap"]
        sheet.write_string(number, 0, left, style)
        sheet.write_string(number, 1, right, style)
    sheet.protect("", {"format_columns": True, "format_rows": True})
