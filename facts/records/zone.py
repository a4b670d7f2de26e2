"""The offsets of a time zone as a table of integers, so that every engine converts instants alike."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
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
