"""A case: a plan, facts, the day that is judged and the day until which facts are known."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import attrs
from hypothesis import strategies as st
from rulecheck.engine.testing import strategies
from rulecheck.engine.testing.facts import days_of_interest, facts_data
from rulecheck.engine.testing.pick import Pick, Seeded
from rulecheck.engine.testing.strategies import picks
from rulecheck.facts.facts import Facts
from rulecheck.rules.plan import Plan

from tests.generators.plans import built, plan_data

Data = dict[str, Any]


@attrs.frozen(eq=False)
class Case:
    """Everything one evaluation looks at, as data and as read."""

    plan_data: Data
    plan: Plan
    facts_data: Data
    facts: Facts
    as_of: date
    known_at: date | None

    def __repr__(self) -> str:
        """What a failing case is shown as: enough to repeat it."""
        unused = ("measures", "events")
        plan = {key: value for key, value in self.plan_data.items() if key not in unused}
        return f"Case(plan={json.dumps(plan)}, facts={json.dumps(self.facts_data)}, as_of={self.as_of}, known_at={self.known_at})"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))


def read(data: Data, plan: Plan) -> Facts:
    """Facts through the real reader."""
    return strategies.read(plan, data)


def case_of(pick: Pick, *, tidy: bool = False, kinds: Sequence[str] = (), single: bool = False) -> Case:
    """A case made of the choices of ``pick``."""
    plan = plan_data(pick, kinds, single)
    made = built(plan)
    facts = facts_data(pick, made, tidy=tidy)
    days = days_of_interest(made, facts)
    as_of = _day_judged(pick, days, made)
    known_at = None if tidy or pick.chance(75) else as_of + timedelta(pick.among((0, 5, 15, 16, 40, -20)))
    return Case(plan, made, facts, read(facts, made), as_of, known_at)


def _day_judged(pick: Pick, days: Sequence[date], plan: Plan) -> date:
    """A day on which something may turn, more often a late one; or any day."""
    if pick.chance(10):
        return pick.day(plan.period.first, plan.period.last + timedelta(70))
    return pick.among(days[len(days) // 2 :] if pick.chance(60) else days)


def seeded(seed: int) -> Case:
    """The case of a seed."""
    return case_of(Seeded(seed))


@st.composite
def cases(draw: Any, *, tidy: bool = False, kinds: Sequence[str] = (), single: bool = False) -> Case:
    """Cases for a test."""
    return case_of(draw(picks()), tidy=tidy, kinds=kinds, single=single)


@st.composite
def plans(draw: Any, *, kinds: Sequence[str] = ()) -> Plan:
    """Plans for a test that draws facts of its own."""
    return built(plan_data(draw(picks()), kinds))
