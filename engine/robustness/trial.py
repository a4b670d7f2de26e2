"""A number changed by exactly as much as it takes, a little more, and a little less."""

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from rulecheck.facts.quantity import Exact

NUDGE = Fraction(1, 10**9)
"""So far beyond a point a value is tried to see whether anything turns there."""


class Turned(NamedTuple):
    """The verdict once the number is wrong by ``wrong_by``; ``attained``: exactly at the point, not only beyond it."""

    verdict: str
    attained: bool
    wrong_by: Exact


def turned(judged: Callable[[Exact], str | None], now: str, change: Exact, tiny: Exact, whole: bool) -> Turned | None:
    """Whether a number that is wrong by ``change``, or just beyond that, has another verdict, and just before not yet.

    ``judged`` tells the verdict if the number is wrong by so much, None where no fact can have that number. ``whole``:
    it can be wrong by whole numbers only.
    """
    for side in sides(change):
        for beyond in (0, tiny * side) if change else (tiny * side,):
            wrong_by = outwards(change + beyond) if whole else change + beyond
            verdict = judged(wrong_by)
            if verdict is None or verdict == now:
                continue
            before = wrong_by - side if whole else change - tiny * side if not beyond else 0
            if before * side > 0 and judged(before) != now:
                return None
            attained = not beyond
            if whole and wrong_by != change:
                attained = judged(change) not in (None, now)
            return Turned(verdict, attained, wrong_by)
    return None


def sides(change: Exact) -> tuple[int, ...]:
    """In which direction it is wrong; in either, when it is the number as it stands."""
    return (1, -1) if change == 0 else (1 if change > 0 else -1,)


def outwards(change: Exact) -> int:
    """The next whole number away from zero."""
    return int(-((-change) // 1) if change > 0 else change // 1)
