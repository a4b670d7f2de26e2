"""A facts file as plain values with places; the one thing the readers of rows know of a file."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from rulecheck.facts.problem import Path, Place, Problem, Severity, dotted

MANY = 50
"""From so many keys on, an object's keys are numbered once rather than looked for."""


class Complaint(NamedTuple):
    """A problem before its place is looked up. ``known`` holds what a misspelt word could have been meant to be."""

    code: str
    path: Path
    message: str
    remedy: str
    severity: Severity = "error"
    values: Mapping[str, object] = {}  # never written to
    known: Iterable[str] | None = None


class Unread(str):
    """A value as written that is none that can be used; the document has complained about it already."""


class Document:
    """``data`` is made of dicts, lists, texts, ``int``, ``Decimal``, ``bool``, ``None`` and ``Unread``.

    ``defects`` are the complaints about single values that the format itself gave rise to.
    """

    data: dict[str, Any]
    file: str

    def __init__(self, data: dict[str, Any], file: str, defects: Iterable[Complaint] = ()) -> None:
        self.data, self.file, self.defects = data, file, tuple(defects)
        self._numbered: dict[int, dict[object, int]] = {}

    def places(self, paths: Sequence[Path]) -> list[tuple[Place, str]]:
        """For each path where it stands (its nearest enclosing value, if it is not there itself), and the text there."""
        return [(Place(self.file, path=dotted(path)), "") for path in paths]

    def place(self, path: Path) -> Place:
        """Where ``path`` stands; where its nearest enclosing value stands, if it is not there itself."""
        return self.places([path])[0][0]

    def order(self, path: Path) -> tuple[int, ...]:
        """Sorts paths as their places stand in the file, without looking the places up."""
        value: Any = self.data
        found: list[int] = []
        for part in path:
            if isinstance(value, dict) and part in value:
                found.append(self._number(value, part))
            elif isinstance(value, list) and isinstance(part, int) and part < len(value):
                found.append(part)
            else:
                break
            value = value[part]
        return tuple(found)

    def _number(self, keys: dict[str, Any], key: object) -> int:
        if type(keys) is dict and len(keys) < MANY:
            for number, name in enumerate(keys):
                if name == key:
                    return number
        numbered = self._numbered.get(id(keys))
        if numbered is None:
            numbered = self._numbered[id(keys)] = {name: n for n, name in enumerate(self.keys(keys))}
        return numbered[key]

    def keys(self, value: dict[str, Any]) -> Iterable[str]:
        """The keys of an object in the order of its text; of a key that stands there twice the later one counts."""
        return value

    def problem(
        self, code: str, path: Path, message: str, remedy: str, severity: Severity = "error", **values: object
    ) -> Problem:
        """One problem with its place."""
        ((place, text),) = self.places([path])
        return Problem(code, message, place, remedy, values, text, severity)
