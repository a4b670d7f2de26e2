"""The laws of semantics §8 as the pytest plugin holds a plan to them: name → law.

A law takes a plan and how deep to look. It raises AssertionError where it does not hold (``Broken``: with the smallest
facts that show it), and NotApplicable where the plan has nothing it is about, so that nothing passes in silence.
``evaluate`` itself holds laws 12 and 14: it refuses an evaluation whose proofs the checker cannot re-derive, or whose
verdicts the reference evaluator does not share.
"""

from collections.abc import Callable, Mapping

from hypothesis import settings
from rulecheck.engine.testing.laws import anticipating as law_4
from rulecheck.engine.testing.laws import horizon as law_5
from rulecheck.engine.testing.laws import monotone as law_6
from rulecheck.engine.testing.laws import requirements as law_10
from rulecheck.engine.testing.laws import split as law_8
from rulecheck.engine.testing.laws.general import (
    boundaries,
    deterministic,
    impartial,
    irrelevance,
    no_evidence,
    replay,
    total,
)
from rulecheck.engine.testing.laws.law import Broken, NotApplicable, hold
from rulecheck.rules.plan import Plan

__all__ = ["LAWS", "Broken", "NotApplicable"]


def anticipating(plan: Plan, profile: settings) -> None:
    """4 (semantics §8): a verdict is definitive on the earliest day the bounds allow, and not before."""
    hold(law_4.LAW, plan, profile)


def decided(plan: Plan, profile: settings) -> None:
    """5 (semantics §8): after deadline + lag, with complete evidence, nothing is open."""
    hold(law_5.LAW, plan, profile)


def monotone(plan: Plan, profile: settings) -> None:
    """6 (semantics §8): a better value (earlier event, more in time) never gives a worse verdict."""
    hold(law_6.LAW, plan, profile)


def split_invariant(plan: Plan, profile: settings) -> None:
    """8 (semantics §8): cutting a period into pieces with the same sums changes nothing."""
    hold(law_8.LAW, plan, profile)


def dependency_safe(plan: Plan, profile: settings) -> None:
    """10 (semantics §8): nothing counts before what it requires."""
    hold(law_10.LAW, plan, profile)


LAWS: Mapping[str, Callable[[Plan, settings], None]] = {
    "law-01-total": total,
    "law-02-deterministic": deterministic,
    "law-03-impartial": impartial,
    "law-04-anticipating": anticipating,
    "law-05-decided-at-the-horizon": decided,
    "law-06-monotone": monotone,
    "law-07-boundary": boundaries,
    "law-08-split-invariant": split_invariant,
    "law-09-irrelevance": irrelevance,
    "law-10-dependency-safe": dependency_safe,
    "law-11-no-evidence-no-fulfilment": no_evidence,
    "law-13-replay": replay,
}
"""Name → law."""
