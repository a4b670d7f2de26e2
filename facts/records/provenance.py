"""Where a derived measurement came from, as data: what ``explain`` shows and the verdicts document holds."""

from datetime import date
from typing import NamedTuple


class Rejected(NamedTuple):
    """A rejected row: its number (the first row of data is 1), the column and why. Never what stands in the row."""

    row: int
    column: str
    reason: str


class Extract(NamedTuple):
    """One measure computed from one table of records. rows = counted + filtered + open + outside + rejected."""

    measure: str
    source: str
    file: str
    """The file's name, without its folder."""
    sha256: str
    snapshot: date | None
    definition: str
    engine: str
    rows: int
    counted: int
    filtered: int
    open: int
    outside: int
    reasons: tuple[tuple[str, str, int], ...]
    """(reason, column, how many) of the rejected rows."""
    sample: tuple[Rejected, ...]
    facts: tuple[str, ...] = ()
    """Ids of the measurements made of it."""

    @property
    def rejected(self) -> int:
        return sum(count for _, _, count in self.reasons)


REASONS = {
    "unreadable": "the date cannot be read",
    "missing": "it is empty",
    "backwards": "the end lies before the beginning",
    "no-number": "it is not a whole number of at most 15 digits",
    "repeated": "the same id stands in another row",
}
"""Reason → what is said of it; message ids of the catalogues."""
