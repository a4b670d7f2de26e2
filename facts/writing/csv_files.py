"""Facts → CSV files, as a Nordic spreadsheet opens them: semicolons, UTF-8 with its mark."""

import csv
import io

from rulecheck.facts.documents.csv_folder import FORMULA
from rulecheck.facts.writing.sheets import Sheet, heading, title


def csv_files(tables: list[Sheet], language: str = "") -> dict[str, bytes]:
    """File name → content."""
    return {f"{title(table.name, language).lower()}.csv": _content(table, language) for table in tables}


def _content(table: Sheet, language: str) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow(_safe("text", heading(column, language)) for column in table.columns)
    for row in table.rows:
        writer.writerow(_safe(kind, cell) for kind, cell in zip(table.kinds, row, strict=True))
    return stream.getvalue().encode("utf-8-sig")


def _safe(kind: str, cell: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if cell is None else str(cell)
    risky = kind not in ("number", "count") and len(text) > 0 and text[0] in FORMULA
    return f"'{text}" if risky else text
