"""What a forecast rests on: the model of each thing that is still to come, and why there is none."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

LEAST = 3
"""So many past pieces, tested forecasts or past reports a model needs; with fewer there is no forecast."""

Kind = Literal["bootstrap", "seasonal", "binomial", "seasonal-binomial", "walk", "slippage", "punctuality", "confirmed"]


class Model(NamedTuple):
    """The model of one series or event: its kind, what it is about, and the numbers and facts it was made of.

    ``data`` holds texts, integers and lists only, so that it can be shown and checked.
    """

    kind: Kind
    about: str
    data: Mapping[str, Any]


class Unknowable(Exception):
    """There is no forecast; the message, with its words, says why."""

    def __init__(self, message: str, **words: object) -> None:
        super().__init__(message)
        self.message, self.words = message, words
