"""A defect in an input, as a value: what is wrong, where it stands, and what to do about it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]
Path = tuple[str | int, ...]
"""The way to a value within a document: keys and indices."""


class Place(NamedTuple):
    """Where a datum stands. Lines and columns count from 1; 0 means unknown."""

    file: str
    line: int = 0
    column: int = 0
    path: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


class Problem(NamedTuple):
    """One thing wrong with an input.

    ``code`` names the kind of problem and is stable; ``message`` and ``remedy`` are message ids of the catalogues, to
    be filled with ``values`` after translation; ``text`` is the offending line of the input, for the caret.
    """

    code: str
    message: str
    place: Place
    remedy: str = ""
    values: Mapping[str, object] = {}  # never written to
    text: str = ""
    severity: Severity = "error"


OS_ERRORS = (
    "no such file or directory",
    "is a directory",
    "not a directory",
    "permission denied",
    "file name too long",
    "no space left on device",
    "read-only file system",
    "directory not empty",
    "bad file descriptor",
    "too many levels of symbolic links",
    "input/output error",
    "operation not permitted",
    "disk quota exceeded",
)
"""What systems say of files that cannot be read or written; here to be translated."""


class InvalidInput(Exception):
    """The input cannot be judged; carries every problem that was found in it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = problems
        super().__init__(problems)

    def __str__(self) -> str:
        return "; ".join(p.message.format(**p.values) for p in self.problems)


class InvalidFacts(InvalidInput):
    """The facts cannot be judged (exit 4)."""


class InvalidPlan(InvalidInput):
    """The plan cannot be used (exit 3)."""


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems in the order of their places."""
    return sorted(problems, key=lambda problem: (problem.place.line, problem.place.column))


def dotted(path: Path) -> str:
    """A path as people write it: ``$.measurements[3].count``."""
    return "$" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that ``word`` most likely was meant to be, or None. Source: difflib's ratio, cut at 0.6."""
    near = [other for other in known if 0.3 <= len(other) / ((len(word) + len(other)) or 1) <= 0.7]
    if (
        not near
    ):  # a word much longer or shorter than another is not like it, and a word of megabytes is slow to compare
        return None
    from difflib import get_close_matches  # costs 3 ms, and only a typing error needs it

    matches = get_close_matches(word, sorted(near), n=1, cutoff=0.6)
    return matches[0] if matches else None
