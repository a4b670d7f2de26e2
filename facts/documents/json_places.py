"""JSON path → offset in the text.

The standard library's C reader keeps no positions, and keeping them would slow every good file down for the sake of the
bad ones. So a file is looked at a second time only when somebody has to be told where something stands: the C scanner
skips over every value that no wanted path leads into.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

from rulecheck.facts.problem import Path

BLANKS = " \t\n\r"
Wanted = dict[str | int, Any]
"""A tree of the paths to find."""


def offsets(text: str, paths: Iterable[Path]) -> dict[Path, int]:
    """Where the value of each path, and of each path that leads to it, begins in ``text``, which is JSON.

    Of a name given twice the later one is found. What is not there is left out. Raises RecursionError when a value is
    nested too deeply.
    """
    wanted: Wanted = {}
    for path in paths:
        branch = wanted
        for part in path:
            branch = branch.setdefault(part, {})
    found: dict[Path, int] = {}
    _walk(text, _blank(text, 0), wanted, (), found)
    return found


_skip = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str).scan_once  # type: ignore[attr-defined]


def _walk(text: str, at: int, wanted: Wanted, path: Path, found: dict[Path, int]) -> None:
    found[path] = at
    if not wanted:
        return
    members = MEMBERS.get(text[at])
    last = max((key for key in wanted if isinstance(key, int)), default=None)
    for key, start in members(text, at) if members else ():
        branch = wanted.get(key)
        if branch is not None:
            _walk(text, start, branch, (*path, key), found)
        if key == last:
            break


def _object(text: str, at: int) -> Iterator[tuple[str, int]]:
    at = _blank(text, at + 1)
    while text[at] != "}":
        key, at = scanstring(text, at + 1)
        start = _blank(text, _blank(text, at) + 1)
        yield key, start
        at = _blank(text, _skip(text, start)[1])
        if text[at] == ",":
            at = _blank(text, at + 1)


def _array(text: str, at: int) -> Iterator[tuple[int, int]]:
    at, number = _blank(text, at + 1), 0
    while text[at] != "]":
        yield number, at
        at, number = _blank(text, _skip(text, at)[1]), number + 1
        if text[at] == ",":
            at = _blank(text, at + 1)


MEMBERS: dict[str, Callable[[str, int], Iterator[tuple[str | int, int]]]] = {"{": _object, "[": _array}


def _blank(text: str, at: int) -> int:
    while text[at] in BLANKS:
        at += 1
    return at
