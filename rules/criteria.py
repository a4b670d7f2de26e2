"""The closed union of criterion kinds: what a target requires, as frozen data.

Every criterion has a ``path`` within its plan ("2.3", "2.3/1"), which names it in proofs. The day a criterion is about
is its horizon; ``closes`` is the last day on which facts about it may still arrive (horizon + reporting lag).
"""

from datetime import date, timedelta
from typing import Literal

import attrs
from rulecheck.facts.facts import Dimensions, MeasureKind
from rulecheck.facts.period import Period
from rulecheck.facts.quantity import Exact

Operator = Literal["at_most", "at_least", "exactly", "between"]
Graduation = Literal["none", "members", "sub-criteria"]


@attrs.frozen(eq=False, repr=False)
class Bound:
    """``low`` and ``high`` are the same number for ``exactly``; the open end of a one-sided bound is None."""

    operator: Operator
    low: Exact | None
    high: Exact | None
    unit: str = ""

    def margin(self, value: Exact) -> Exact:
        """How far inside the bound ``value`` lies; negative outside, zero exactly on it."""
        inside = []
        if self.low is not None:
            inside.append(value - self.low)
        if self.high is not None:
            inside.append(self.high - value)
        return min(inside)


@attrs.frozen(eq=False, repr=False)
class Threshold:
    """A measure over a period against a bound. Source: semantics §4, mean/share/total/level/figure.

    ``rounded_to`` None compares exactly. ``if_empty`` says what a covered period without a single item means,
    ``undocumented`` what silence after ``closes`` means.
    """

    path: str
    kind: MeasureKind
    measure: str
    signed: bool
    bound: Bound
    over: Period
    closes: date
    dimensions: Dimensions = ()
    rounded_to: Exact | None = None
    if_empty: Literal["at-risk", "fulfilled"] = "at-risk"
    undocumented: Literal["at-risk", "missed"] = "at-risk"


@attrs.frozen(eq=False, repr=False)
class Milestone:
    """An event by a day: for every member of a set, for ``count`` distinct subjects, or once (no members, count 1).

    ``members`` None: any subject counts. ``closed`` tells whether members can be lost for good: of an open set more
    subjects may always come. ``after`` are events that must have happened on or before the day of this one.
    """

    path: str
    event: str
    by: date
    closes: date
    count: int
    members: tuple[str, ...] | None
    closed: bool
    after: tuple[str, ...] = ()
    shifted_from: date | None = None
    undocumented: Literal["at-risk", "missed"] = "missed"


@attrs.frozen(eq=False, repr=False)
class Order:
    """``before`` on or before the day of ``then``, for each subject, both by ``by``."""

    path: str
    before: str
    then: str
    by: date
    closes: date
    subjects: tuple[str, ...]
    """The empty text alone for events without subjects."""


@attrs.frozen(eq=False, repr=False)
class Recurring:
    """An event for each due date; the dates stand in the plan or, ``dates`` None, in the facts' calendar."""

    path: str
    event: str
    dates: tuple[date, ...] | None
    by: date
    lag: timedelta


@attrs.frozen(eq=False, repr=False)
class Assessed:
    """A named role's documented judgement; ``roles`` empty: anyone's who signs it."""

    path: str
    target: str
    roles: tuple[str, ...]
    by: date


@attrs.frozen(eq=False, repr=False)
class Combination:
    """At least ``count`` of the parts: all of them (all_of, for_each), one (any_of), or k."""

    path: str
    label: Literal["all_of", "any_of", "at_least", "for_each"]
    count: int
    parts: tuple["Criterion", ...]


Leaf = Threshold | Milestone | Order | Recurring | Assessed
Criterion = Leaf | Combination


def leaves(criterion: Criterion) -> list[Leaf]:
    """The leaf criteria, in the plan's order."""
    if isinstance(criterion, Combination):
        return [leaf for part in criterion.parts for leaf in leaves(part)]
    return [criterion]


def horizon(criterion: Criterion) -> date:
    """The day by which the criterion is to be met: the latest of its parts."""
    if isinstance(criterion, Combination):
        return max(horizon(part) for part in criterion.parts)
    return criterion.over.last if isinstance(criterion, Threshold) else criterion.by
