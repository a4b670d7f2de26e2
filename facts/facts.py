"""The fact types, and the names a plan allows in them."""

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple

import attrs
from rulecheck.facts.period import Period
from rulecheck.facts.quantity import Exact

if TYPE_CHECKING:
    from rulecheck.facts.records.provenance import Extract

MeasureKind = Literal["mean", "share", "total", "level", "figure", "set"]
Dimensions = tuple[tuple[str, str], ...]
"""Dimension and member, sorted by dimension: ``(("district", "fyn"),)``."""


WAIVED = "waived"
"""The verdict of an assessment that is a waiver: it says nothing about whether the target is met."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Fact:
    """What every fact carries. ``reported`` None means: known at all times. ``index`` is its place in the file."""

    id: str
    index: tuple[str, int]
    reported: dt.date | None = None
    source: str = ""
    by: str = ""
    note: str = ""
    preliminary: bool = False
    withdrawn: bool = False
    dimensions: Dimensions = ()


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Measurement(Fact):
    """A number for a period (for a level: for a day).

    ``amount``/``volume`` are what can be added over periods: total and count of a mean, numerator and denominator of
    a share, the sum of a total. ``value`` is the number by itself. ``step`` is one unit in the last place of a
    value as written, 0 when amount and volume were given; it matters only when figures are compared with each other.
    """

    measure: str
    period: Period
    amount: Exact | None = None
    volume: Exact | None = None
    value: Exact | None = None
    step: Exact = 0


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Listing(Fact):
    """The members of a set on a day, sorted. ``origins``: earlier members that a member descends from, by member."""

    measure: str
    at: dt.date
    members: tuple[str, ...] = ()
    origins: tuple[tuple[str, tuple[str, ...]], ...] = ()


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Event(Fact):
    """Something happened on a day, for a subject (empty when the event has none). ``date`` None: only withdrawn."""

    event: str
    subject: str = ""
    date: dt.date | None = None


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Forecast(Fact):
    """The expected day of an event, or the expected volume or value of a period of a measure."""

    event: str = ""
    subject: str = ""
    expected: dt.date | None = None
    measure: str = ""
    period: Period | None = None
    volume: Exact | None = None
    value: Exact | None = None


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Assessment(Fact):
    """A named person's documented judgement of a target, made on ``date``; or its waiver, with the verdict ``waived``."""

    target: str
    verdict: str = ""
    date: dt.date | None = None
    reason: str = ""
    expires: dt.date | None = None
    """The last day an override or waiver stands."""

    @property
    def waiver(self) -> bool:
        return self.verdict == WAIVED


@attrs.frozen(eq=False, repr=False)
class Facts:
    """One facts file, read and checked. Exact repetitions of a fact are kept once; the order is canonical."""

    plan: str | None
    as_of: dt.date | None
    measurements: tuple[Measurement, ...] = ()
    events: tuple[Event, ...] = ()
    forecasts: tuple[Forecast, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    calendar: Mapping[str, tuple[dt.date, ...]] = attrs.field(factory=dict)
    sha256: str = ""
    extracts: tuple["Extract", ...] = ()
    """Where the measurements made of case records came from."""
    lists: tuple[Listing, ...] = ()

    def by_id(self) -> dict[str, Fact]:
        groups: tuple[tuple[Fact, ...], ...] = (
            self.measurements,
            self.lists,
            self.events,
            self.forecasts,
            self.assessments,
        )
        return {fact.id: fact for group in groups for fact in group}


class MeasureName(NamedTuple):
    """What a plan says of a measure that a fact about it must obey."""

    kind: MeasureKind
    signed: bool = False
    dimensions: Mapping[str, frozenset[str]] = {}  # never written to
    bases: tuple[Period, ...] = ()
    """Periods before the plan's that a trend is measured from."""


class EventName(NamedTuple):
    """What a plan says of an event. ``subjects`` None: it has none; ``closed`` False: others may join.

    ``dated`` marks the reports of a recurring duty, whose subject is their due date.
    """

    subjects: frozenset[str] | None = None
    closed: bool = True
    dated: bool = False


class Vocabulary(NamedTuple):
    """The names a plan lets facts use."""

    plan: str
    period: Period
    measures: Mapping[str, MeasureName]
    events: Mapping[str, EventName]
    targets: frozenset[str]
