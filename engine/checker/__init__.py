"""Re-derives every verdict from its proof: the plan, the cited facts, and arithmetic. Finding is hard, checking is not.

The checker never selects, searches or tiles. It takes what a proof says (these pieces, these events, this rule) and
asks whether the cited facts say so, whether every number shown follows from them and from the plan, and whether the rule
gives that verdict. Together with
the reference evaluator, which sees facts a proof may have left out, it stands between the engine and every reader.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from rulecheck.engine.checker.context import Context, Wrong
from rulecheck.engine.checker.targets import check_target
from rulecheck.engine.proof import Step
from rulecheck.facts.facts import Facts
from rulecheck.rules.plan import Plan, Target

__all__ = ["Disagreement", "check"]


class Disagreement(Exception):
    """The reference evaluator judges otherwise, or a proof does not hold (exit 5).

    ``otherwise``: target, the rules' verdict, the reference's. ``unproven``: what does not hold in the proofs.
    """

    def __init__(self, otherwise: Sequence[tuple[str, str, str]], unproven: Sequence[str]) -> None:
        self.otherwise, self.unproven = tuple(otherwise), tuple(unproven)
        super().__init__(self.otherwise, self.unproven)


def check(
    plan: Plan,
    targets: Mapping[str, Target],
    steps: Mapping[str, Step],
    facts: Facts,
    as_of: date,
    known_at: date | None,
) -> list[str]:
    """What does not hold in the proofs; empty when every verdict follows."""
    context = Context(plan, facts.by_id(), facts.calendar, as_of, known_at, steps)
    found = []
    for target, step in steps.items():
        try:
            check_target(context, targets[target], step)
        except Wrong as wrong:
            found.append(f"{target}: {wrong}")
        except (KeyError, ValueError, TypeError, AttributeError, ZeroDivisionError, IndexError) as error:
            found.append(f"{target}: the proof cannot be followed ({type(error).__name__}: {error})")
    if set(targets) != set(steps):
        found.append("not every target has a verdict")
    return found
