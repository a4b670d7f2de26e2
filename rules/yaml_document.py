"""YAML 1.2 text → plain values with positions.

Every scalar stays the text it was written as, so nothing is guessed: no date becomes a number, no ``NO`` a boolean and
no ``1.10`` a ``1.1``; what a text means is for the schema to say. Aliases, anchors, tags, repeated keys, deep nesting
and large files are refused: a plan needs none of them, and each has been used to make a small file a large program.
"""

from typing import Any

from rulecheck.facts.problem import InvalidPlan, Path, Place, Problem

MAX_BYTES = 4_000_000
MAX_DEPTH = 24

Positions = dict[Path, tuple[int, int]]


def read_yaml(content: bytes, file: str, first: str = "plan") -> tuple[Any, Positions]:
    """The document's value and where each path stands; ``first`` is the key it begins with. Raises InvalidPlan."""

    def broken(message: str, remedy: str, line: int = 0, column: int = 0, **values: object) -> InvalidPlan:
        lines = content.decode("utf-8-sig", "replace").splitlines() or [""]
        if line > len(lines):  # what is wrong is that the text ends
            line, column = len(lines), len(lines[-1]) + 1
        shown = lines[line - 1] if line else ""
        return InvalidPlan([Problem("plan-yaml", message, Place(file, line, column), remedy, values, shown)])

    if len(content) > MAX_BYTES:
        raise broken("the plan has {size} bytes", "a plan has at most {most}", size=len(content), most=MAX_BYTES)
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

    positions: Positions = {}
    root: list[Any] = []
    stack: list[tuple[Any, Path]] = [(root, ())]
    key: list[str | None] = [None]
    documents = 0
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
            if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
                raise broken("aliases and anchors are not allowed", "write the value again", line, column)
            tag = getattr(event, "ctag", None) or getattr(event, "tag", None)
            if tag and str(tag) not in ("None", "!"):
                raise broken("the tag `{tag}` is not allowed", "leave it out", line, column, tag=str(tag)[:60])
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise broken("a second document begins here", "one file holds one plan", line, column)
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
                    empty = event.style is None and event.value in ("", "null", "~")
                    place(None if empty else event.value, line, column)
            elif isinstance(event, (MappingStartEvent, SequenceStartEvent)):
                if in_key:
                    raise broken("a key must be a plain text", "write one word before the colon", line, column)
                if len(stack) > MAX_DEPTH:
                    raise broken(
                        "the plan is nested too deeply",
                        "a plan needs fewer than {most} levels",
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
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        raise broken(
            "this is not YAML: {error}",
            "correct the text at the mark; tabs and missing colons are usual",
            line,
            column,
            error=str(error.problem or error.context),
        ) from None
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
