"""The neutral names under which an engine hands over what several definitions need of one table, each column once."""

from collections.abc import Callable, Sequence

import attrs
from rulecheck.facts.records.definition import Definition
from rulecheck.facts.records.frame import Layout


@attrs.frozen
class Columns:
    """Names of a frame's columns. ``days`` are of a column and a zone: in another zone an instant is another day."""

    definitions: tuple[Definition, ...]
    days: dict[tuple[str, str], str]
    texts: dict[str, str]
    values: dict[str, str]

    def layouts(self, doubtful: Callable[[str, str], bool]) -> list[Layout]:
        """What each definition finds where; ``doubtful`` tells whether a date column can hold something unreadable."""
        return [
            Layout(
                {column: self.days[column, d.zone] for column in d.dates},
                {column: self.texts[column] for column in d.texts},
                self.values.get(d.value, ""),
                frozenset(column for column in d.dates if doubtful(column, d.zone)),
            )
            for d in self.definitions
        ]


def columns_of(definitions: Sequence[Definition]) -> Columns:
    """A name for everything the definitions need."""
    days = dict.fromkeys((column, d.zone) for d in definitions for column in d.dates)
    texts = dict.fromkeys(column for d in definitions for column in d.texts)
    values = dict.fromkeys(d.value for d in definitions if d.value)
    return Columns(
        tuple(definitions),
        {key: f"d{i}" for i, key in enumerate(days)},
        {key: f"t{i}" for i, key in enumerate(texts)},
        {key: f"v{i}" for i, key in enumerate(values)},
    )
