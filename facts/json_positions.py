"""JSON path → line and column.

The standard library's C reader keeps no positions, and keeping them would slow every good file down for the sake of the
bad ones. So a file is read a second time, by the standard library's own Python scanner with its two container functions
wrapped, only when somebody has to be told where something stands.
"""

from bisect import bisect_right
from collections.abc import Callable
from json import decoder, scanner
from typing import Any, NamedTuple

from rulecheck.facts.problem import Path


class Positions(NamedTuple):
    """Line and column (from 1) of the value at each path (of a name given twice, the later one), and what is repeated."""

    values: dict[Path, tuple[int, int]]
    repeated: list[Path]


def positions(text: str) -> Positions:
    """Where everything stands in ``text``, which is JSON. Raises RecursionError when it is nested too deeply."""
    starts: dict[Path, int] = {}
    repeated: list[Path] = []
    collected: list[list[int]] = []
    names: list[Any] = []

    class Scanner(decoder.JSONDecoder):
        def __init__(self) -> None:
            super().__init__(parse_int=str, parse_float=str, parse_constant=str)
            self.parse_object = self._object
            self.parse_array = self._array
            self.scan_once = scanner.py_make_scanner(self)  # type: ignore[attr-defined]

        def _object(self, s_and_end: Any, strict: Any, scan: Any, hook: Any, pairs_hook: Any, memo: Any = None) -> Any:
            keys: list[str] = []
            value, end = self._container(
                lambda s: decoder.JSONObject(s_and_end, strict, s, None, lambda p: keys.extend(k for k, _ in p), memo),  # type: ignore[attr-defined]
                scan,
            )
            return _Members(keys, value), end

        def _array(self, s_and_end: Any, scan: Any) -> Any:
            value, end = self._container(lambda s: decoder.JSONArray(s_and_end, s), scan)  # type: ignore[attr-defined]
            return _Members(range(len(value)), value), end

        def _container(self, read: Callable[[Any], Any], scan: Any) -> Any:
            collected.append([])
            names.append([])

            def located(string: str, index: int) -> Any:
                value, end = scan(string, index)
                collected[-1].append(index)
                names[-1].append(value if isinstance(value, _Members) else None)
                return value, end

            _, end = read(located)
            return list(zip(collected.pop(), names.pop(), strict=True)), end

    _walk((), Scanner().decode(text), starts, repeated)
    lines = [0] + [i + 1 for i, c in enumerate(text) if c == "\n"]

    def locate(offset: int) -> tuple[int, int]:
        line = bisect_right(lines, offset)
        return line, offset - lines[line - 1] + 1

    found = {path: locate(offset) for path, offset in starts.items()}
    found[()] = locate(len(text) - len(text.lstrip()))
    return Positions(found, repeated)


class _Members:
    """The keys or indices of a container, and for each the offset of its value and that value's own members."""

    def __init__(self, keys: Any, children: list[tuple[int, Any]]) -> None:
        self.keys, self.children = keys, children


def _walk(path: Path, members: object, starts: dict[Path, int], repeated: list[Path]) -> None:
    if isinstance(members, _Members):
        for key, (offset, inner) in zip(members.keys, members.children, strict=True):
            here = (*path, key)
            if here in starts:
                repeated.append(here)
            starts[here] = offset
            _walk(here, inner, starts, repeated)
