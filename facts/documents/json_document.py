"""``facts.json`` as a document."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import accumulate
from typing import Any

from rulecheck.facts.documents.document import Complaint, Document, Unread
from rulecheck.facts.problem import InvalidFacts, Path, Place, Problem, dotted
from rulecheck.facts.rows.words import kind, no_number

JSON_ERRORS = {
    "expecting property name enclosed in double quotes": "a name in double quotes is missing here",
    "expecting ':' delimiter": "a colon is missing here",
    "expecting ',' delimiter": "a comma is missing here",
    "expecting value": "a value is missing here",
    "extra data": "something stands behind the end",
    "unterminated string starting": "a text has no closing quotes",
    "invalid control character": "a control character is not allowed here",
    "invalid \\escape": "a backslash begins no escape here",
    "illegal trailing comma before end of object": "a comma too many at the end of the object",
    "illegal trailing comma before end of array": "a comma too many at the end of the list",
}
"""What the standard library says of text that is not JSON, and what we say instead."""
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""What a workbook begins with: a ZIP archive, or what spreadsheets wrote before 2007."""
MAX_DEPTH = 8
"""So deep are the brackets of a file that is said to be nested too deeply; four are needed."""


class Repeating(dict[str, Any]):
    """An object with a name given twice; ``pairs`` has everything that was written, the dict the later values."""

    pairs: tuple[tuple[str, Any], ...]


class JsonDocument(Document):
    """A facts file in JSON, with its text for the places."""

    def __init__(self, data: dict[str, Any], text: str, file: str, repeats: bool, unread: bool) -> None:
        super().__init__(data, file, _defects(data) if repeats or unread else ())
        self.text = text

    def keys(self, value: dict[str, Any]) -> Iterable[str]:
        return (name for name, _ in value.pairs) if isinstance(value, Repeating) else value

    def places(self, paths: Sequence[Path]) -> list[tuple[Place, str]]:
        """Line and column of each path, and its line. Raises InvalidFacts when the file is nested too deeply."""
        from rulecheck.facts.documents.json_places import offsets  # only a message needs it

        try:
            found = offsets(self.text, paths)
        except RecursionError:
            raise _too_deep(self.text, self.file) from None
        places: list[tuple[Place, str]] = []
        lines: dict[int, int] = {}
        line = before = 0
        for offset in sorted(set(found.values())):
            line += self.text.count("\n", before, offset)
            lines[offset] = line + 1
            before = offset
        for path in paths:
            known = path
            while known not in found:
                known = known[:-1]
            offset = found[known]
            start = self.text.rfind("\n", 0, offset) + 1
            end = self.text.find("\n", offset)
            shown = self.text[start : end if end >= 0 else len(self.text)]
            places.append((Place(self.file, lines[offset], offset - start + 1, dotted(path)), shown))
        return places


def read_json(content: bytes, file: str) -> JsonDocument:
    """Bytes → JSON values. Raises InvalidFacts for anything that is not one JSON object with each name once."""

    def broken(message: str, remedy: str, line: int, column: int, **values: object) -> InvalidFacts:
        text = content.decode("utf-8-sig", "replace").split("\n")[line - 1]
        return InvalidFacts([Problem("facts-json", message, Place(file, line, column, "$"), remedy, values, text)])

    if content.startswith(WORKBOOK):
        remedy = "give it a name that ends in .xlsx"
        raise InvalidFacts([Problem("facts-json", "this is a workbook, not JSON", Place(file, 1, 1, "$"), remedy)])
    if content.startswith(UTF_16):
        message = "the file is UTF-16, not UTF-8"
        raise InvalidFacts([Problem("facts-json", message, Place(file, 1, 1, "$"), "save the file as UTF-8")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode().split("\n")
        raise broken(
            "the file is not UTF-8: byte `{byte}` cannot be read",
            "save the file as UTF-8",
            len(before),
            len(before[-1]) + 1,
            byte=f"0x{error.object[error.start]:02x}",
        ) from None
    if not text.strip():
        raise broken(
            "the file is empty",
            "write the facts as one JSON object, or make a template: {command}",
            1,
            1,
            command="rulecheck facts template",
        )
    repeats = unread = False

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal repeats
        found: dict[str, Any] = dict(pairs)
        if len(found) != len(pairs):
            repeats = True
            found = repeating = Repeating(found)
            repeating.pairs = tuple(pairs)
        return found

    def constant(word: str) -> Unread:
        nonlocal unread
        unread = True
        return Unread(word)

    def careful(read: Callable[[str], Any]) -> Callable[[str], Any]:
        """``read``, for numbers of any size."""

        def number(word: str) -> Any:
            try:
                return read(word)
            except (ValueError, ArithmeticError):
                return constant(word)

        return number

    def load(integer: Callable[[str], Any] = int, fraction: Callable[[str], Any] = Decimal) -> Any:
        return json.loads(
            text, parse_int=integer, parse_float=fraction, parse_constant=constant, object_pairs_hook=unique
        )

    try:
        try:
            data = load()
        except json.JSONDecodeError:
            raise
        except (ValueError, ArithmeticError):  # more digits than Python reads: slower, but to the end
            data = load(careful(int), careful(Decimal))
    except json.JSONDecodeError as error:
        at = min(error.pos, len(text.rstrip()))  # where a text ends too early, not the blank line after it
        said = (error.msg[:1].lower() + error.msg[1:]).removesuffix(" at")
        begun = bool(text[:at].strip())
        told = JSON_ERRORS.get(said, said) if begun else "a facts file begins with an opening brace"
        raise broken(
            "this is not JSON: {error}",
            "correct the text at the mark; a missing comma, quote or bracket is usual",
            text.count("\n", 0, at) + 1,
            at - text.rfind("\n", 0, at),
            error=told,
        ) from None
    except RecursionError:
        raise _too_deep(text, file) from None
    if not isinstance(data, dict):
        raise broken(
            "the file holds {found}, not an object",
            "a facts file is one object: plan, measurements, events, forecasts, assessments",
            1,
            1,
            found=kind(data),
        )
    return JsonDocument(data, text, file, repeats, unread)


def _too_deep(text: str, file: str) -> InvalidFacts:
    """The problem of a file whose brackets are nested beyond sense, at the first bracket that is too deep."""
    signs = list(re.finditer(r'"(?:[^"\\]|\\.)*"|[][{}]', text))
    depths = accumulate({"[": 1, "{": 1, "]": -1, "}": -1}.get(sign.group(), 0) for sign in signs)
    at = next(sign.start() for sign, depth in zip(signs, depths, strict=True) if depth > MAX_DEPTH)
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    return InvalidFacts(
        [
            Problem(
                "facts-json",
                "the brackets are nested too deeply",
                Place(file, line, column, "$"),
                "a facts file needs four levels",
                {},
                text.split("\n")[line - 1],
            )
        ]
    )


def _defects(data: dict[str, Any]) -> Iterator[Complaint]:
    """Every name given twice and every Unread number in the file."""
    waiting: list[tuple[Path, object]] = [((), data)]
    repeated: list[Complaint] = []
    unread: list[Complaint] = []
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, Unread):
            unread.append(no_number(path, value))
        elif isinstance(value, Repeating):
            names: set[str] = set()
            for key, inner in value.pairs:
                here = (*path, key)
                if key in names:
                    message = "the name `{name}` is given twice in one object"
                    remedy = "keep one of the two"
                    repeated.append(Complaint("facts-repeated", here, message, remedy, "error", {"name": key}))
                names.add(key)
                waiting.append((here, inner))
        elif isinstance(value, dict):
            waiting += [((*path, key), inner) for key, inner in value.items()]
        elif isinstance(value, list):
            waiting += [((*path, i), inner) for i, inner in enumerate(value)]
    yield from repeated
    yield from unread
