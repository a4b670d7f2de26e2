"""The offsets of a time zone as a table of integers, so that every engine converts instants alike."""

from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

FIRST, LAST = 1900, 2100
"""Offsets are those of these years; an instant outside has the offset of the nearest."""
_STEP = timedelta(days=7)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def known_zone(name: str) -> bool:
    """Whether the system, or the tzdata package, knows a time zone of this name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


class Lookup(NamedTuple):
    """The offsets of a zone, to be found by two looks into lists instead of hundreds of comparisons.

    Bucket b is the ``width`` seconds from ``first`` + b·``width`` on, and no bucket holds two changes. ``passed[b]`` is how
    many changes have passed when it begins; ``since`` are the changes, ``shifts[n]`` the offset after n of them. So the offset
    of an instant in bucket b is shifts[n + 1] if the instant has reached since[n], else shifts[n], where n is passed[b].
    """

    first: int
    width: int
    passed: tuple[int, ...]
    since: tuple[int, ...]
    shifts: tuple[int, ...]


NEVER = 1 << 60
"""After every instant."""


@lru_cache(maxsize=16)
def lookup(name: str) -> Lookup:
    """The table of a zone, with the earliest first."""
    (first, shift), *changes = reversed(offsets(name))
    since = [moment for moment, _ in changes]
    width = min((b - a for a, b in pairwise(since)), default=1 << 24)
    end = since[-1] + width if since else first + 1
    passed = tuple(bisect_right(since, moment) for moment in range(first, end + width, width))
    return Lookup(first, width, passed, (*since, NEVER), (shift, *(offset for _, offset in changes)))


@lru_cache(maxsize=16)
def offsets(name: str) -> tuple[tuple[int, int], ...]:
    """(instant, offset from then on), in seconds; the latest first, and the earliest for all time before the next."""
    zone = ZoneInfo(name)

    def offset(moment: datetime) -> int:
        found = moment.astimezone(zone).utcoffset()
        assert found is not None
        return int(found.total_seconds())

    moment, last = datetime(FIRST, 1, 1, tzinfo=UTC), datetime(LAST, 1, 1, tzinfo=UTC)
    table = [(_seconds(moment), offset(moment))]
    while moment < last:
        following = moment + _STEP
        if offset(following) != table[-1][1]:
            low, high = moment, following  # the change lies in (low, high]
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) // 2
                middle = middle.replace(microsecond=0)
                low, high = (middle, high) if offset(middle) == table[-1][1] else (low, middle)
            table.append((_seconds(high), offset(high)))
            following = high
        moment = following
    return tuple(reversed(table))


def _seconds(moment: datetime) -> int:
    return int((moment - _EPOCH).total_seconds())
