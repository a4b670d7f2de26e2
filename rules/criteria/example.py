"""What an example of a criterion kind holds; each family's file has those of its kinds, for any period."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from rulecheck.facts.period import ONE_DAY, Period


class Example(NamedTuple):
    """One way to use a kind: plan data of a target, the names it needs, and facts of the period that fulfil it.

    ``rows`` are rows of a facts file by group; a judgement among them is of target ``1.1``.
    """

    title: str
    quote: str
    require: Mapping[str, Any]
    rows: Mapping[str, list[dict[str, Any]]]
    measures: Mapping[str, Mapping[str, Any]] = {}
    events: Mapping[str, Mapping[str, Any]] = {}


def before(period: Period) -> Period:
    """The same months so many years earlier that none of them lies in ``period``."""
    years = 1
    while True:
        after = period.last + ONE_DAY
        found = Period(_earlier(period.first, years), _earlier(after, years) - ONE_DAY)
        if found.last < period.first:
            return found
        years += 1


def _earlier(day: date, years: int) -> date:
    return day.replace(year=day.year - years, day=28 if (day.month, day.day) == (2, 29) else day.day)


def joined(parts: list[Example], title: str, quote: str, require: Mapping[str, Any]) -> Example:
    """An example made of others."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for part in parts:
        for group, found in part.rows.items():
            rows.setdefault(group, []).extend(row for row in found if row not in rows[group])
    measures = {name: entry for part in parts for name, entry in part.measures.items()}
    events = {name: entry for part in parts for name, entry in part.events.items()}
    return Example(title, quote, require, rows, measures, events)
