"""Where choices come from: a seed (fast, for campaigns) or Hypothesis (which shrinks what fails)."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Pick(ABC):
    """Every choice is a whole number; the smallest one is the plainest."""

    @abstractmethod
    def number(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""

    def among(self, choices: Sequence[T]) -> T:
        """One of the choices; the plainest first."""
        return choices[self.number(0, len(choices) - 1)] if len(choices) > 1 else choices[0]

    def chance(self, percent: int) -> bool:
        """True in about so many of a hundred cases."""
        return self.number(0, 99) >= 100 - percent

    def some(self, choices: Sequence[T], least: int = 0) -> list[T]:
        """Some of the choices, in their order."""
        wanted = self.number(least, len(choices))
        kept = list(choices)
        while len(kept) > wanted:
            del kept[self.number(0, len(kept) - 1)]
        return kept

    def day(self, first: date, last: date) -> date:
        """A day from ``first`` to ``last``; the first one if they run backwards."""
        return first + timedelta(self.number(0, max(0, (last - first).days)))

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The same items in another order."""
        rest, found = list(items), []
        while rest:
            found.append(rest.pop(self.number(0, len(rest) - 1)))
        return found


class Seeded(Pick):
    """The same seed gives the same choices, on every machine."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def number(self, low: int, high: int) -> int:
        return low + int(self._random.random() * (high - low + 1))


class Drawn(Pick):
    """Choices that Hypothesis makes."""

    def __init__(self, draw: Callable[[Any], Any]) -> None:
        self._draw = draw

    def number(self, low: int, high: int) -> int:
        return low if low == high else self._draw(_integers(low, high))


@cache
def _integers(low: int, high: int) -> st.SearchStrategy[int]:
    return st.integers(low, high)
