"""What a finding is, what it may look at, and the small helpers every kind shares."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import product
from typing import Any, NamedTuple

from rulecheck.engine.verdict import Evidence
from rulecheck.facts.facts import Fact
from rulecheck.facts.quantity import Exact
from rulecheck.facts.timeline import View
from rulecheck.rules.criteria import Leaf
from rulecheck.rules.plan import Plan

MAX_ALTERNATIVES = 64
"""With more combinations of contradicting facts than this, none is tried: they are taken to disagree."""
LIMIT = 1 << 62
Data = dict[str, Any]


class Finding(NamedTuple):
    """What one alternative says about a leaf."""

    kind: str
    numbers: Mapping[str, int]
    data: Data
    evidence: Evidence
    facts: tuple[str, ...]


class LeafFindings(NamedTuple):
    """All alternatives of a leaf. ``unresolved``: the contradiction is too tangled to say what the alternatives are."""

    leaf: Leaf
    cases: tuple[Finding, ...]
    conflicts: tuple[tuple[str, ...], ...] = ()
    unresolved: bool = False


class Setting(NamedTuple):
    """Everything a finding may look at."""

    plan: Plan
    view: View
    calendar: Mapping[str, tuple[date, ...]]
    breaches: dict[tuple[str, str, str], Data]
    """Found on the way: (before, then, subject) → the breach."""

    @property
    def as_of(self) -> date:
        return self.view.as_of


def choices(told: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Every combination of one variant per thing; none when there are too many."""
    size = 1
    for variants in told:
        size *= len(variants)
        if size > MAX_ALTERNATIVES:
            return []
    return list(product(*told))


def signed_integer(number: Exact | None, strict: bool = False) -> int:
    """An integer with the sign of ``number``, within what the rules engine compares correctly (±2^62).

    A ``strict`` bound does not hold on its end: there the integer is negative.
    """
    if number is None:
        return 0
    if strict and number == 0:
        return -1
    numerator = number if isinstance(number, int) else number.numerator
    return max(-LIMIT, min(LIMIT, numerator))


def status(fact: Fact) -> str:
    """``preliminary`` or ``final``."""
    return "preliminary" if fact.preliminary else "final"
