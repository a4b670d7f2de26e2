"""Facts → tables: columns and rows of cells, as CSV files and workbooks hold them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from rulecheck.facts.documents.cells import Unclear, cell_value
from rulecheck.facts.documents.headings import AS_OF, HEADINGS, SHEETS, WORDS
from rulecheck.facts.documents.tables import COLUMNS

Data = Mapping[str, Any]
CANONICAL = ""
"""No language: the names of the format itself."""


class Sheet(NamedTuple):
    """A table. ``columns`` are canonical names, ``kinds`` the kinds of their values; cells are texts, ints or None."""

    name: str
    columns: tuple[str, ...]
    kinds: tuple[str, ...]
    rows: list[list[Any]]


def sheets(data: Data, language: str = CANONICAL, everything: bool = False) -> list[Sheet]:
    """The tables of the facts. ``everything``: with every column a table may have, for somebody to fill in."""
    found = [_plan(data, language)]
    for group in COLUMNS:
        if group == "plan":
            continue
        rows = data.get(group)
        if group == "calendar":
            rows = [{"event": name, "date": day} for name, days in (rows or {}).items() for day in days or [None]]
        if rows or everything:
            found.append(_table(group, rows or [], language, everything))
    return found


def _plan(data: Data, language: str) -> Sheet:
    rows = [["plan", data.get("plan")], [AS_OF.get(language, "as_of"), data.get("as_of")]]
    return Sheet("plan", ("key", "value"), ("text", "text"), [row for row in rows if row[1] is not None or language])


def _table(group: str, rows: Sequence[Data], language: str, everything: bool) -> Sheet:
    dimensions = sorted({name for row in rows for name in row.get("dimensions") or ()})
    known = [key for key in COLUMNS[group] if key != "dimensions"]
    columns = [key for key in known if everything or any(key in row for row in rows)]
    kinds = [COLUMNS[group][key] for key in columns]
    cells = [
        [
            *(_cell(kind, row.get(key), language) for key, kind in zip(columns, kinds, strict=True)),
            *((row.get("dimensions") or {}).get(name) for name in dimensions),
        ]
        for row in rows
    ]
    headings = (*columns, *(f"dimensions.{name}" for name in dimensions))
    return Sheet(group, headings, (*kinds, *("text" for _ in dimensions)), cells)


def _cell(kind: str, value: Any, language: str) -> Any:
    if value is None:
        return None
    if kind in ("members", "origins"):
        return _listed(kind, value)
    if kind == "truth":
        word = "true" if value else "false"
        return WORDS[word].get(language, word)
    if kind in ("status", "verdict"):
        return WORDS[value].get(language, value) if value in WORDS else value
    return unambiguous(str(value)) if kind in ("number", "count") and not isinstance(value, int) else value


def _listed(kind: str, value: Any) -> str:
    """Names one a line, where they are read as the same names again; else as JSON."""
    if kind == "members":
        text = "\n".join(value) + ("\n" if len(value) == 1 and ";" in value[0] else "")
    else:
        text = "\n".join(f"{member} = {'; '.join(names)}" for member, names in value.items())
    try:
        same = bool(value) and cell_value(kind, text) == value
    except Unclear:
        same = False
    return text if same else json.dumps(value, ensure_ascii=False)


def unambiguous(text: str) -> str:
    """A number as written, with an exponent of nothing where the point could be taken for a separator of thousands."""
    try:
        cell_value("number", text)
    except Unclear:
        return f"{text}e0"
    return text


def title(name: str, language: str) -> str:
    """What a table is called."""
    return SHEETS[name].get(language, name)


def heading(column: str, language: str) -> str:
    """What a column is called; dimensions keep the plan's names."""
    return HEADINGS[column].get(language, column) if column in HEADINGS else column
