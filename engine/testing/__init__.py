"""What tests of a plan are made of: facts drawn for it, facts on its bounds, days one after the other, and the laws.

Everything here is for tests and needs Hypothesis (``pip install target-rulecheck[testing]``); nothing of it is imported
before it is asked for. See docs/testing.md.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy
    from rulecheck.engine.testing.boundary import Boundary
    from rulecheck.engine.testing.strategies import History
    from rulecheck.facts.facts import Facts
    from rulecheck.rules.plan import Plan, Target

__all__ = ["boundary_facts", "facts_for", "histories", "read"]


def facts_for(plan: "Plan", *, tidy: bool = False) -> "SearchStrategy[Facts]":
    """Facts about what the plan asks for, leaning towards where its verdicts turn.

    They are told twice, corrected, taken back, preliminary, overlapping and contradictory now and then; ``tidy``: final,
    complete, told once.
    """
    from rulecheck.engine.testing import strategies

    return strategies.facts_for(plan, tidy)


def boundary_facts(plan: "Plan", target: "Target") -> "SearchStrategy[Boundary]":
    """Facts of one target: every criterion exactly on its bound, or every one a step beyond; and what it must come to.

    Nothing is drawn for criteria that have no bound to stand on (lists of members, judgements by a role are on and off).
    """
    from rulecheck.engine.testing import strategies

    return strategies.boundary_facts(plan, target)


def histories(plan: "Plan") -> "SearchStrategy[History]":
    """Tidy facts, and days in their order on which something may turn: what is definitive on one must be so on the next."""
    from rulecheck.engine.testing import strategies

    return strategies.histories(plan)


def read(plan: "Plan", data: Mapping[str, Any]) -> "Facts":
    """Facts from the data of a ``facts.json``. Raises InvalidFacts."""
    from rulecheck.engine.testing import strategies

    return strategies.read(plan, data)
