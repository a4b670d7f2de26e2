"""The data of a document, as every format can hold it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from rulecheck.facts.documents.document import Document
from rulecheck.facts.rows.fields import CONTENT, FIELDS, TOP

Data = dict[str, Any]
NUMBERS = ("number", "count")


def plain_data(document: Document) -> Data:
    """The facts of a document that was found to be valid. Keys that say nothing are left out, the
    others stand in the order of the format.

    Numbers are whole, or the texts they were written as: how many decimals a figure has is part of what it says.
    """
    found: Data = {}
    for key in TOP:
        value = document.data.get(key)
        if key in FIELDS and value is not None:
            found[key] = [_row(FIELDS[key], row) for row in value]
        elif value is not None:
            found[key] = str(value) if key == "as_of" else value
    return found


def _row(fields: Mapping[str, tuple[str, str]], row: Mapping[str, Any]) -> Data:
    unfilled = all(row.get(key) is None for key in CONTENT)
    kept: Data = {}
    for key, (kind, _) in fields.items():
        value = row.get(key)
        if value is not None:
            kept[key] = _value(kind, value)
        elif unfilled and key in CONTENT and key in row:
            kept[key] = None  # a row of the template that is still to be filled in
    return kept


def _value(kind: str, value: Any) -> Any:
    if kind in NUMBERS:
        text = str(value).strip()
        return int(text) if text.lstrip("-").isdigit() and len(text) <= 15 and not text.startswith("-0") else text
    return str(value) if kind == "period" and not isinstance(value, Decimal) else value
