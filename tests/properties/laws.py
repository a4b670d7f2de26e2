"""What the tests of the laws share."""

import os
from collections.abc import Callable
from typing import Any

import attrs
from hypothesis import assume, settings
from rulecheck.engine.evaluate import Evaluation, evaluate
from rulecheck.engine.testing.laws.law import Law, broken
from rulecheck.engine.testing.pick import Pick
from rulecheck.rules.plan import Plan

from tests.generators import Case

DEPTH = {"deep": 20.0, "quick": 0.25, "few": 0.08}.get(os.environ.get("RULECHECK_TESTS", ""), 1.0)


def examples(count: int) -> Callable[[Any], Any]:
    """So many cases a run; twenty times as many in the deep profile, a quarter in the quick one, a twelfth in that of few."""
    return settings(max_examples=max(1, round(count * DEPTH)))


def judge(case: Case) -> Evaluation:
    """The evaluation of a case; rules, reference and checker have agreed on it."""
    return evaluate(case.plan, case.facts, case.as_of, case.known_at)


def hold(law: Law, plan: Plan, pick: Pick) -> None:
    """The law of the plugin holds of one example of a plan. Precondition: the plan has what it is about."""
    assume(law.applies(plan))
    example = law.example(pick, plan)
    if any(law.compared(plan, example)):
        raise broken(law, plan, example)


def changed(frozen: Any, **fields: Any) -> Any:
    """A copy of frozen data with other fields, whichever way the data is frozen."""
    return frozen._replace(**fields) if hasattr(frozen, "_replace") else attrs.evolve(frozen, **fields)
