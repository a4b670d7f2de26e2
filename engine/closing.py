"""The last day on which facts may still arrive."""

from collections.abc import Mapping
from datetime import date

from rulecheck.facts.period import ONE_DAY
from rulecheck.rules.criteria import Assessed, Leaf, Milestone, Order, Recurring, SetChange, Threshold, leaves
from rulecheck.rules.plan import Target


def judged_on(target: Target, calendar: Mapping[str, tuple[date, ...]]) -> date:
    """The day after the last on which facts about the target may arrive."""
    return max(closing(leaf, calendar) for leaf in leaves(target.criterion)) + ONE_DAY


def closing(leaf: Leaf, calendar: Mapping[str, tuple[date, ...]]) -> date:
    """The last day on which facts about a criterion may arrive."""
    match leaf:
        case Threshold() | SetChange() | Milestone() | Order():
            return leaf.closes
        case Recurring():
            return max((leaf.by, *leaf.due_dates(calendar))) + leaf.lag
        case Assessed():
            return leaf.by
