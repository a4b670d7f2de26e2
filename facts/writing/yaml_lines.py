"""Facts → YAML. Texts that YAML could take for something else are written as JSON writes them, which YAML 1.2 reads."""

import json
import re
from collections.abc import Iterator
from typing import Any

PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./@-]*")
WORDS = {"true", "false", "null", "yes", "no", "on", "off"}


def yaml_lines(document: dict[str, Any]) -> str:
    """The text of a ``facts.yaml``."""
    return "".join(f"{line}\n" for line in _mapping(document, ""))


def _mapping(value: dict[str, Any], indent: str) -> Iterator[str]:
    for key, inner in value.items():
        head = f"{indent}{_scalar(key)}:"
        if isinstance(inner, dict) and inner:
            yield head
            yield from _mapping(inner, indent + "  ")
        elif isinstance(inner, list) and inner:
            yield head
            for row in inner:
                yield from _item(row, indent + "  ")
        else:
            yield f"{head} {_scalar(inner)}" if inner is not None else head


def _item(row: Any, indent: str) -> Iterator[str]:
    if not isinstance(row, dict) or not row:
        yield f"{indent}- {_scalar(row)}"
        return
    lines = _mapping(row, indent + "  ")
    yield f"{indent}- {next(lines).lstrip()}"
    yield from lines


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        if PLAIN.fullmatch(value) and value.lower() not in WORDS:
            return value
        quoted = json.dumps(value, ensure_ascii=False)
        return "".join(c if c.isprintable() else _escaped(c) for c in quoted)
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)


def _escaped(character: str) -> str:
    number = ord(character)
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
