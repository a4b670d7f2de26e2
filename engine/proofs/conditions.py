"""What a criterion comes to once everything is known: three conditions on what facts tell of, each written by itself.

``fulfilled`` and ``missed`` are the two columns of docs/semantics.md §4, ``undecided`` is what remains at risk after every
deadline (no figure, no judgement). That exactly one of the three holds is not assumed here: it is proved.

Everything is final and told once, every period has items, and the verdict is that of a day on which nothing can arrive
any more. Events count only with what they require (§4, dependencies). Of an open set of subjects as many are looked at
as are needed: further ones change nothing but names.
"""

from typing import assert_never

from rulecheck.engine.proofs.events import milestone, order, recurring
from rulecheck.engine.proofs.tree import Several, Tree
from rulecheck.engine.proofs.values import judged, listed, value
from rulecheck.rules.criteria import (
    Assessed,
    Combination,
    Criterion,
    Milestone,
    Order,
    Recurring,
    SetChange,
    Threshold,
)
from rulecheck.rules.plan import Plan


def meaning(criterion: Criterion, plan: Plan) -> Tree:
    """What the criterion comes to."""
    match criterion:
        case Combination():
            return Several(criterion.count, tuple(meaning(part, plan) for part in criterion.parts))
        case Threshold():
            return value(criterion)
        case SetChange():
            return listed(criterion)
        case Milestone():
            return milestone(criterion, plan)
        case Order():
            return order(criterion, plan)
        case Recurring():
            return recurring(criterion, plan)
        case Assessed():
            return judged(criterion)
        case _:
            assert_never(criterion)
