"""RC007: bounds that no value reaches, or that every value does."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from math import ceil, floor

from rulecheck.rules.checks.check import Check, Document, Place
from rulecheck.rules.criteria import Bound, Combination, Criterion, Threshold, leaves
from rulecheck.rules.plan import Complaint

BAD = """\
plan: offices
period: 2024
goals:
  - goal: "1"
    targets:
      - {target: "1.1", require: {share: replies_in_time, at_least: 0 %, over: 2024}}
measures:
  replies_in_time: {label: Replies in time}
"""
GOOD = BAD.replace("0 %", "90 %")

NUMBERS = ("at_most", "at_least", "exactly", "between", "band", "rounded_to")
"""The fields a bound is made of; where a parameter stands in one, what it says is not the text's."""


def find(document: Document) -> Iterator[Complaint]:
    """Some values fulfil a bound and some miss it; bounds that must hold together have a value in common."""
    for place in document.places:
        first = leaves(place.criterion)[0]
        if isinstance(place.criterion, Combination) and place.criterion.label == "all_of":
            yield from _contradicting(place, place.criterion)
        elif isinstance(first, Threshold) and not any(map(place.parameters, NUMBERS)):
            yield from _of_one(place, first)


def _of_one(place: Place, leaf: Threshold) -> Iterator[Complaint]:
    verdict = _change(leaf) if leaf.trend is not None else _level(leaf)
    path = (*place.path, "band" if leaf.trend is not None else leaf.bound.operator)
    if verdict == "always":
        yield path, "every value that is possible fulfils this", "correct the bound", {}
    if verdict == "never":
        yield path, "no value that is possible fulfils this", "correct the bound", {}


def _level(leaf: Threshold) -> str:
    """What the bound leaves of the values a measure can have: those from 0 (a share: to 1), multiples of the rounding."""
    low, high = leaf.bound.low, leaf.bound.high
    least = None if leaf.signed and leaf.kind != "share" else 0
    most = 1 if leaf.kind == "share" else None
    if leaf.rounded_to is not None and low is not None and high is not None:
        step = Fraction(leaf.rounded_to)
        if ceil(low / step) > floor(high / step):
            return "never"
    if (high is not None and least is not None and high < least) or (
        most is not None and low is not None and low > most
    ):
        return "never"
    whole_below = low is None or (least is not None and low <= least)
    whole_above = high is None or (most is not None and high >= most)
    return "always" if whole_below and whole_above else "sometimes"


def _change(leaf: Threshold) -> str:
    """A share changes by less than one: with a band of a whole, no change counts."""
    trend = leaf.trend
    if trend is None or leaf.kind != "share" or trend.relative or trend.band < 1:
        return "sometimes"
    return "never" if trend.strict else "always"


def _contradicting(place: Place, whole: Combination) -> Iterator[Complaint]:
    """Two bounds on one value that cannot both hold."""
    found = [
        leaf for part in whole.parts for leaf in _necessary(part) if isinstance(leaf, Threshold) and not leaf.trend
    ]
    for one, other in combinations(found, 2):
        same = (one.measure, one.over, one.dimensions, one.rounded_to) == (
            other.measure,
            other.over,
            other.dimensions,
            other.rounded_to,
        )
        if same and _apart(one.bound, other.bound):
            yield (
                (*place.path, "all_of"),
                "no value of `{name}` fulfils both bounds",
                "correct one of the two",
                {"name": one.measure},
            )


def _necessary(criterion: Criterion) -> list[Criterion]:
    """The leaves that must all hold."""
    if isinstance(criterion, Combination):
        if criterion.count < len(criterion.parts):
            return []
        return [leaf for part in criterion.parts for leaf in _necessary(part)]
    return [criterion]


def _apart(one: Bound, other: Bound) -> bool:
    lows = [b.low for b in (one, other) if b.low is not None]
    highs = [b.high for b in (one, other) if b.high is not None]
    return bool(lows and highs) and max(lows) > min(highs)


CHECK = Check(
    "RC007",
    "bounds",
    "warning",
    "Some values fulfil a bound and some miss it; bounds that must hold together have a value in common.",
    "A bound that every value fulfils promises nothing, one that none fulfils is missed before the plan begins.",
    BAD,
    GOOD,
    find,
)
