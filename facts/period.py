"""Closed intervals of days, and the notations people write them in.

``2024`` · ``2024-H1`` (half) · ``2024-T2`` (tertial) · ``2024-Q3`` (quarter) · ``2024-05`` (month) ·
``2024-01-01/2024-08-31`` (any interval). A single day is written as a date.
"""

from datetime import date, timedelta
from functools import lru_cache

import attrs

_MONTHS = {"H": 6, "T": 4, "Q": 3}
ONE_DAY = timedelta(days=1)


@attrs.frozen
class Period:
    """All days from ``first`` to ``last``, both included."""

    first: date
    last: date

    @property
    def label(self) -> str:
        """The shortest notation of this period, the same for the same days."""
        return _label(self.first, self.last)

    def within(self, other: "Period") -> bool:
        return other.first <= self.first and self.last <= other.last

    def overlaps(self, other: "Period") -> bool:
        return self.first <= other.last and other.first <= self.last

    @property
    def is_quarter(self) -> bool:
        return self.first.month % 3 == 1 and self == months(self.first.year, self.first.month, 3)


def parse_day(text: str) -> date:
    """The date written as ``2024-03-31``. Raises ValueError for any other text and for days that do not exist."""
    if not _is_day(text):
        raise ValueError(text)
    return date.fromisoformat(text)


def _is_day(text: str) -> bool:
    return len(text) == 10 and text[4] == text[7] == "-" and _digits(text[:4] + text[5:7] + text[8:])


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


@lru_cache(maxsize=4096)
def parse_period(text: str) -> Period:
    """The period written in one of the notations above. Raises ValueError when it is none, or runs backwards."""
    if "/" in text:
        first, last = map(parse_day, text.split("/", 1))
        if last < first:
            raise ValueError(text)
        return Period(first, last)
    if _is_day(text):
        day = parse_day(text)
        return Period(day, day)
    year, dash, part = text[:4], text[4:5], text[5:]
    if len(year) != 4 or not _digits(year):
        raise ValueError(text)
    if text == year:
        return months(int(year), 1, 12)
    if dash == "-" and len(part) == 2:
        if _digits(part):
            return months(int(year), int(part), 1)
        length = _MONTHS.get(part[0])
        if length and _digits(part[1]) and 1 <= int(part[1]) <= 12 // length:
            return months(int(year), (int(part[1]) - 1) * length + 1, length)
    raise ValueError(text)


def months(year: int, month: int, length: int) -> Period:
    """``length`` whole months from the first day of ``month``. Raises ValueError outside the calendar."""
    after = year * 12 + month - 1 + length
    if after // 12 > date.max.year:  # the last day of the year 9999 has no day after it
        return Period(date(year, month, 1), date.max)
    return Period(date(year, month, 1), date(after // 12, after % 12 + 1, 1) - ONE_DAY)


def pieces(period: Period, length: int) -> list[Period]:
    """The calendar pieces of ``length`` months that lie wholly within ``period``, in order."""
    year, month = period.first.year, (period.first.month - 1) // length * length + 1
    found = []
    piece = months(year, month, length)
    while piece.last <= period.last:
        if piece.first >= period.first:
            found.append(piece)
        if piece.last == date.max:
            break
        following = piece.last + ONE_DAY
        piece = months(following.year, following.month, length)
    return found


@lru_cache(maxsize=4096)
def _label(first: date, last: date) -> str:
    if first.day == 1 and (last == date.max or (last + ONE_DAY).day == 1):
        length = (last.year - first.year) * 12 + last.month - first.month + 1
        start = first.month - 1
        if length == 12 and start == 0:
            return f"{first.year:04}"
        for letter, size in _MONTHS.items():
            if length == size and start % size == 0:
                return f"{first.year:04}-{letter}{start // size + 1}"
        if length == 1:
            return f"{first.year:04}-{first.month:02}"
    return first.isoformat() if first == last else f"{first.isoformat()}/{last.isoformat()}"
