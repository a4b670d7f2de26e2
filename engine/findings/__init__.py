"""Exact work first: what the known facts say about each leaf criterion, once per alternative.

A finding decides nothing. Its ``numbers`` are small integers for the rules (a margin reduced to a sign-preserving
integer, days of slack, days left, counts); its ``data`` is what the proof shows: pieces, members, values, arithmetic.
Where facts contradict each other there is one finding per alternative, and the contradiction is named.
"""

from rulecheck.engine.findings.assessed import find_assessed
from rulecheck.engine.findings.events import breaches_of
from rulecheck.engine.findings.finding import Data, Finding, LeafFindings, Setting
from rulecheck.engine.findings.measures import find_threshold
from rulecheck.engine.findings.milestone import after_needs, find_milestone
from rulecheck.engine.findings.order import find_order
from rulecheck.engine.findings.recurring import find_recurring
from rulecheck.engine.findings.set_change import find_set_change
from rulecheck.engine.findings.trend import find_trend, with_base
from rulecheck.engine.findings.value import bound_data, crossed
from rulecheck.rules.criteria import Assessed, Leaf, Milestone, Order, Recurring, SetChange, Threshold
from rulecheck.rules.plan import Risks

__all__ = [
    "Data",
    "Finding",
    "LeafFindings",
    "Setting",
    "after_needs",
    "bound_data",
    "breaches_of",
    "crossed",
    "find",
    "with_base",
]


def find(leaf: Leaf, risks: Risks, setting: Setting) -> LeafFindings:
    """The findings about ``leaf``."""
    match leaf:
        case Threshold():
            return find_threshold(leaf, risks, setting) if leaf.trend is None else find_trend(leaf, risks, setting)
        case SetChange():
            return find_set_change(leaf, setting)
        case Milestone():
            return find_milestone(leaf, risks, setting)
        case Order():
            return find_order(leaf, risks, setting)
        case Recurring():
            return find_recurring(leaf, setting)
        case Assessed():
            return find_assessed(leaf, setting)
