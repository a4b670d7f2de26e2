"""YAML 1.2 text → plain values with positions.

Every scalar stays the text it was written as, so nothing is guessed: no date becomes a number, no ``NO`` a boolean and
no ``1.10`` a ``1.1``; what a text means is for its reader to say. Aliases, anchors, tags, repeated keys, deep nesting
and large files are refused: plans and facts need none of them, and each has been used to make a small file a large program.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from rulecheck.facts.problem import InvalidInput, Path, Place, Problem

MAX_BYTES = 1_000_000
"""The largest plan that comes with rulecheck has 30,000, and a word takes as long to read as it has letters."""
MAX_PARTS = 30_000
"""Scalars, mappings and lists in one file, each with its end; the largest plan that comes with rulecheck has some 5,000.
So many are read in less than two seconds."""
MAX_DEPTH = 24

Positions = dict[Path, tuple[int, int]]


class YamlWords(NamedTuple):
    """What is said of a file that is no such document, message and remedy in turn."""

    code: str
    invalid: Callable[[list[Problem]], InvalidInput]
    large: str
    large_remedy: str
    second_remedy: str
    deep: str
    deep_remedy: str
    many_remedy: str


def as_text(text: str, plain: bool) -> str | None:
    """A scalar as a plan holds it: the text, or None where nothing is written."""
    return None if plain and text in ("", "null", "~") else text


def read_yaml(
    content: bytes, file: str, words: YamlWords, first: str, scalar: Callable[[str, bool], Any] = as_text
) -> tuple[Any, Positions]:
    """The document's value and where each path stands. ``first`` is the key it begins with.

    Raises what ``words`` says.

    ``scalar`` makes a value of a text, told whether it stands there plain, without quotes.
    """

    def broken(message: str, remedy: str, line: int = 0, column: int = 0, **values: object) -> InvalidInput:
        lines = content.decode("utf-8-sig", "replace").splitlines() or [""]
        if line > len(lines):  # what is wrong is that the text ends
            line, column = len(lines), len(lines[-1]) + 1
        shown = lines[line - 1] if line else ""
        return words.invalid([Problem(words.code, message, Place(file, line, column), remedy, values, shown)])

    if len(content) > MAX_BYTES:
        raise broken(words.large, words.large_remedy, size=len(content), most=MAX_BYTES)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        message, remedy = "the file is UTF-16, not UTF-8", "save the file as UTF-8"
        raise words.invalid([Problem(words.code, message, Place(file, 1, 1), remedy)])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode().splitlines() or [""]
        raise broken(
            "the file is not UTF-8: byte `{byte}` cannot be read",
            "save the file as UTF-8",
            len(before),
            len(before[-1]) + 1,
            byte=f"0x{error.object[error.start]:02x}",
        ) from None
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError
    from ruamel.yaml.events import (
        AliasEvent,
        DocumentStartEvent,
        MappingEndEvent,
        MappingStartEvent,
        ScalarEvent,
        SequenceEndEvent,
        SequenceStartEvent,
    )
    from ruamel.yaml.reader import ReaderError
    from rulecheck.facts.documents.yaml_mistakes import mistake_of

    positions: Positions = {}
    root: list[Any] = []
    stack: list[tuple[Any, Path]] = [(root, ())]
    key: list[str | None] = [None]
    documents = parts = 0
    line = column = 1

    def place(value: Any, line: int, column: int) -> Path:
        """Put a value where it belongs, and say which path that is."""
        holder, path = stack[-1]
        if isinstance(holder, dict):
            name = key[-1]
            assert name is not None
            here: Path = (*path, name)
            holder[name] = value
            key[-1] = None
        else:
            here = (*path, len(holder)) if len(stack) > 1 else ()
            holder.append(value)
        positions.setdefault(here, (line, column))
        return here

    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            mark = event.start_mark
            line, column = mark.line + 1, mark.column + 1
            parts += 1
            if parts > MAX_PARTS:
                message = "the file has more than {most} parts"
                raise broken(message, words.many_remedy, line, column, most=MAX_PARTS)
            if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
                raise broken("aliases and anchors are not allowed", "write the value again", line, column)
            tag = getattr(event, "ctag", None) or getattr(event, "tag", None)
            if tag and str(tag) not in ("None", "!"):
                raise broken("the tag `{tag}` is not allowed", "leave it out", line, column, tag=str(tag)[:60])
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise broken("a second document begins here", words.second_remedy, line, column)
            holder = stack[-1][0]
            in_key = isinstance(holder, dict) and key[-1] is None
            if isinstance(event, ScalarEvent):
                if not _whole(event.value):
                    raise broken("the text holds half a character (a lone surrogate)", "write it again", line, column)
                if in_key:
                    name = event.value
                    if name in holder:
                        raise broken(
                            "the key `{key}` is given twice", "keep one of the two", line, column, key=name[:60]
                        )
                    key[-1] = name
                    positions[(*stack[-1][1], name)] = (line, column)
                else:
                    place(scalar(event.value, event.style is None), line, column)
            elif isinstance(event, (MappingStartEvent, SequenceStartEvent)):
                if in_key:
                    raise broken("a key must be a plain text", "write one word before the colon", line, column)
                if len(stack) > MAX_DEPTH:
                    raise broken(
                        words.deep,
                        words.deep_remedy,
                        line,
                        column,
                        most=MAX_DEPTH,
                    )
                value: Any = {} if isinstance(event, MappingStartEvent) else []
                stack.append((value, place(value, line, column)))
                key.append(None)
            elif isinstance(event, (MappingEndEvent, SequenceEndEvent)):
                stack.pop()
                key.pop()
    except MarkedYAMLError as error:
        mistake, line, column, values = mistake_of(error)
        raise broken(mistake.message, mistake.remedy, line, column, **values) from None
    except ReaderError as error:  # a character no YAML may hold
        before = text[: error.position].splitlines() or [""]
        raise broken(
            "the character `{character}` is not allowed",
            "leave it out",
            len(before),
            len(before[-1]) + 1,
            character=f"U+{error.character:04X}",
        ) from None
    except (ValueError, OverflowError, RecursionError):  # an escape that is no character, a number without end
        raise broken("what follows here cannot be read", "correct the text", line, column) from None
    if not root or root[0] is None:
        raise broken("the file is empty", "begin with `{first}:`", 1, 1, first=first)
    return root[0], positions


def _whole(text: str) -> bool:
    """Whether the text can be written at all: ``"\\ud800"`` is half a character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
