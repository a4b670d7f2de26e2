"""Hypothesis strategies for a plan: facts, facts on the bounds of a target, days one after the other."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from hypothesis import strategies as st
from rulecheck.engine.testing.boundary import Boundary, boundary
from rulecheck.engine.testing.facts import days_of_interest, facts_data
from rulecheck.engine.testing.pick import Drawn, Pick, Seeded
from rulecheck.facts.documents.json_document import read_json
from rulecheck.facts.facts import Facts
from rulecheck.facts.read_facts import read_facts
from rulecheck.rules.plan import Plan, Target

Data = dict[str, Any]


class History(NamedTuple):
    """Facts, and days in their order."""

    facts: Facts
    days: tuple[date, ...]


class Told(NamedTuple):
    """Facts as data and as read, with a day on which something may turn."""

    data: Data
    facts: Facts
    as_of: date


def read(plan: Plan, data: Mapping[str, Any]) -> Facts:
    """Facts through the real reader. Raises InvalidFacts."""
    facts, _ = read_facts(read_json(json.dumps(data).encode(), "facts.json"), plan.vocabulary)
    return facts


@st.composite
def picks(draw: Any) -> Pick:
    """Choices: some that Hypothesis makes and can make smaller, most from a seed, which are faster and more varied."""
    return Drawn(draw) if draw(st.integers(0, 3)) == 3 else Seeded(draw(st.integers(0, 2**32 - 1)))


def facts_for(plan: Plan, tidy: bool) -> st.SearchStrategy[Facts]:
    """Facts about what the plan asks for."""
    return told(plan, tidy).map(lambda one: one.facts)


def told(plan: Plan, tidy: bool = False) -> st.SearchStrategy[Told]:
    """Facts with their data and a day."""

    def make(pick: Pick) -> Told:
        data = facts_data(pick, plan, tidy=tidy)
        return Told(data, read(plan, data), pick.among(days_of_interest(plan, data)))

    return picks().map(make)


def histories(plan: Plan) -> st.SearchStrategy[History]:
    """Tidy facts, with up to eight days in their order."""

    def make(pick: Pick) -> History:
        data = facts_data(pick, plan, tidy=True)
        days = days_of_interest(plan, data)
        return History(read(plan, data), tuple(sorted({pick.among(days) for _ in range(8)})))

    return picks().map(make)


def boundary_facts(plan: Plan, target: Target) -> st.SearchStrategy[Boundary]:
    """Every criterion on its bound, or every one a step beyond; nothing where a criterion has no bound to stand on."""
    both = [one for on in (True, False) if (one := boundary(plan, target, on)) is not None]
    return st.sampled_from(both) if both else st.nothing()
