"""The ``records`` of a facts file → the tables it names."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path as File
from typing import TYPE_CHECKING, Any

from rulecheck.facts.period import parse_day
from rulecheck.facts.problem import Path, Place, nearest
from rulecheck.facts.records.source import DATABASES, Source, database_of

if TYPE_CHECKING:
    from rulecheck.facts.documents.document import Document

FIELDS = {
    "path": "the file, or a folder of Parquet files, relative to the facts file; or a database: postgresql://HOST/DATABASE",
    "table": "a sheet of a workbook, or a table of an SQLite file or a database",
    "snapshot": "the last day the extract is complete for; figures made of it are known from that day",
    "since": "the first day the extract is complete for",
}
Wrong = tuple[Path, str, str, dict[str, object]]


def wrong_in(records: object) -> Iterator[Wrong]:
    """Everything wrong with a ``records`` value: path, message, remedy, values."""
    if not isinstance(records, dict):
        yield ("records",), "an object is wanted here", 'write {{"cases": "cases.parquet"}}', {}
        return
    for name, entry in records.items():
        path: Path = ("records", name)
        if isinstance(entry, str) and entry:
            continue
        if not isinstance(entry, dict):
            yield path, "a file's name is wanted here", 'write "cases.parquet", or {{"path": "cases.parquet"}}', {}
            continue
        yield from _wrong_in_entry(path, entry)


def _wrong_in_entry(path: Path, entry: dict[str, Any]) -> Iterator[Wrong]:
    for key in entry:
        if key not in FIELDS:
            guess = nearest(key, FIELDS)
            remedy = "did you mean `{guess}`?" if guess else "known are: {known}"
            words: dict[str, object] = {"what": "key", "word": key[:60], "guess": guess, "known": ", ".join(FIELDS)}
            yield (*path, key), "unknown {what} `{word}`", remedy, words
    if not entry.get("path"):
        yield path, "`{name}` is missing", "give the file", {"name": "path"}
    for key in ("path", "table"):
        if entry.get(key) is not None and not isinstance(entry[key], str):
            yield (*path, key), "text is wanted here", "write it in quotes", {}
    for key in ("snapshot", "since"):
        if entry.get(key) is not None and _day(entry[key]) is None:
            yield (
                (*path, key),
                "`{text}` is no date",
                "write year-month-day, such as 2024-03-31",
                {"text": str(entry[key])[:60]},
            )


def _day(value: object) -> date | None:
    try:
        return parse_day(value) if isinstance(value, str) else None
    except ValueError:
        return None


def sources_of(document: "Document", given: Mapping[str, str]) -> dict[str, Source]:
    """The tables of a facts file, and those ``given`` on the command line, which come first. In order of name."""
    folder = File(document.file).parent
    found: dict[str, Source] = {}
    records = document.data.get("records")
    for name, entry in records.items() if isinstance(records, dict) else ():
        fields = {"path": entry} if isinstance(entry, str) else entry
        place, text = document.places([("records", name)])[0]
        days = _day(fields.get("snapshot")), _day(fields.get("since"))
        found[name] = _source(name, folder, fields["path"], fields.get("table") or "")._replace(
            snapshot=days[0], since=days[1], place=place, text=text
        )
    for name, path in given.items():
        found[name] = _source(name, File(), path, "")
    return dict(sorted(found.items()))


def _source(name: str, folder: File, path: str, table: str) -> Source:
    if not path.startswith(DATABASES):
        return Source(name, folder / path, table, place=Place(path))
    url, _, fragment = path.partition("#")
    return Source(name, File(database_of(url)), table or fragment, place=Place(database_of(url)), url=url)
