"""The closed union of criterion kinds: what a target requires. One file a family of kinds.

Each family's file holds its frozen data, its part of the closed schema (``shapes``, called only where a document is
checked) and how it is read from plan data. Every criterion has a ``path`` within its plan ("2.3", "2.3/1"), which names
it in proofs. The day a criterion is about is its horizon; ``closes`` is the last day on which facts about it may still
arrive (horizon + reporting lag).
"""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from rulecheck.facts.problem import Path
from rulecheck.rules.criteria import assessed, combination, events, measures, set_change, trend
from rulecheck.rules.criteria.assessed import Assessed
from rulecheck.rules.criteria.combination import Combination, Graduation
from rulecheck.rules.criteria.events import Milestone, Order, Recurring
from rulecheck.rules.criteria.measures import MEASURE_KINDS, Bound, Operator, Threshold
from rulecheck.rules.criteria.set_change import SetChange
from rulecheck.rules.criteria.trend import Trend

if TYPE_CHECKING:
    from rulecheck.facts.period import Period
    from rulecheck.rules.criteria.example import Example
    from rulecheck.rules.reader import Context, Data, Reader
    from rulecheck.rules.shape import Object

__all__ = [
    "CRITERIA",
    "MEASURE_KINDS",
    "Assessed",
    "Bound",
    "Combination",
    "Criterion",
    "Graduation",
    "Leaf",
    "Milestone",
    "Operator",
    "Order",
    "Recurring",
    "SetChange",
    "Threshold",
    "Trend",
    "examples",
    "horizon",
    "kind_of",
    "leaves",
    "read_criterion",
    "shapes",
]

Leaf = Threshold | SetChange | Milestone | Order | Recurring | Assessed
Criterion = Leaf | Combination

CRITERIA = (
    *MEASURE_KINDS,
    "trend",
    "set-change",
    "milestone",
    "order",
    "recurring",
    "assessment",
    "all_of",
    "any_of",
    "at_least",
)
"""The words one of which a criterion has as a key; it tells its kind."""


def kind_of(data: Mapping[str, Any]) -> str | None:
    """The kind of criterion that plan data describes. ``at_least`` alone is a bound; with ``of`` it is a combination."""
    if "of" in data and "at_least" in data:
        return "at_least"
    return next((kind for kind in CRITERIA if kind in data and kind != "at_least"), None)


def shapes() -> dict[str, "Object"]:
    """How each kind of criterion is written, by kind."""
    return {
        **measures.shapes(),
        **trend.shapes(),
        **set_change.shapes(),
        **events.shapes(),
        **assessed.shapes(),
        **combination.shapes(),
    }


def examples(period: "Period") -> dict[str, "Example"]:
    """One example of each kind, by kind, which facts of ``period`` fulfil."""
    single = {
        **measures.examples(period),
        **trend.examples(period),
        **set_change.examples(period),
        **events.examples(period),
        **assessed.examples(period),
    }
    return {**single, **combination.examples(single)}


def read_criterion(data: "Data", path: Path, context: "Context", reader: "Reader") -> Criterion:
    """The criterion that plan data of the right shape describes; what is wrong with it is told to the reader.

    Where a parameter is not declared it waits for an assessment instead.
    """
    data, undeclared = reader.resolved(data, path, context)
    criterion = _read(data, path, context, reader)
    if not undeclared:
        return criterion
    roles = criterion.roles if isinstance(criterion, Assessed) else ()
    inner = [name for leaf in leaves(criterion) if isinstance(leaf, Assessed) for name in leaf.undeclared]
    names = tuple(dict.fromkeys((*undeclared, *inner)))
    return Assessed(context.path, context.target, roles, horizon(criterion), names, criterion)


def _read(data: "Data", path: Path, context: "Context", reader: "Reader") -> Criterion:
    match kind_of(data):
        case ("all_of" | "any_of" | "at_least") as kind:
            return combination.combination(kind, data, path, context, reader, read_criterion)
        case "milestone":
            return events.milestone(data, path, context.within(data), reader)
        case "order":
            return events.order(data, path, context.within(data), reader)
        case "recurring":
            return events.recurring(data, path, context.within(data), reader)
        case "trend":
            return trend.trend(data, path, context.within(data), reader)
        case "set-change":
            return set_change.set_change(data, path, context.within(data), reader)
        case "assessment":
            return assessed.assessment(data, path, context, reader)
        case kind:
            return measures.threshold(kind, data, path, context.within(data), reader)


def leaves(criterion: Criterion) -> list[Leaf]:
    """The leaf criteria, in the plan's order."""
    if isinstance(criterion, Combination):
        return [leaf for part in criterion.parts for leaf in leaves(part)]
    return [criterion]


def leaves_facts_may_be_of(criterion: Criterion) -> list[Leaf]:
    """The leaf criteria, and those that wait for a parameter: what facts may give figures of before it is declared."""
    found = leaves(criterion)
    waiting = [leaf.instead for leaf in found if isinstance(leaf, Assessed) and leaf.instead is not None]
    return found + [leaf for inner in waiting for leaf in leaves_facts_may_be_of(inner)]


def horizon(criterion: Criterion) -> date:
    """The day by which the criterion is to be met: the latest of its parts."""
    if isinstance(criterion, Combination):
        return max(horizon(part) for part in criterion.parts)
    return criterion.over.last if isinstance(criterion, Threshold | SetChange) else criterion.by
