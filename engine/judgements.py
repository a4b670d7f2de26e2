"""What people documented about a target beside its computed verdict: overrides and waivers. Source: semantics §4."""

from typing import Literal, NamedTuple

from rulecheck.facts.facts import Assessment
from rulecheck.facts.timeline import View, only
from rulecheck.rules.criteria import Assessed, leaves
from rulecheck.rules.plan import Target


class Judgement(NamedTuple):
    """A documented judgement as it stands on the day that is judged.

    An ``assessment`` decides what cannot be computed. An ``override`` of what is computed and a ``waiver`` stand beside
    the verdict until they expire, and change nothing.
    """

    fact: Assessment
    kind: Literal["assessment", "override", "waiver"]
    expired: bool

    @property
    def stands_beside(self) -> bool:
        """Whether it is shown beside the computed verdict."""
        return self.kind != "assessment" and not self.expired


def judgements(target: Target, seen: View) -> tuple[Judgement, ...]:
    """What was documented about the target by then: judgements first, then waivers."""
    computed = not any(isinstance(leaf, Assessed) for leaf in leaves(target.criterion))
    told = [
        Judgement(fact, "override" if computed else "assessment", _expired(fact, seen))
        for fact in only(seen.assessments.get(target.id, ()))
    ]
    told += [Judgement(fact, "waiver", _expired(fact, seen)) for fact in only(seen.waivers.get(target.id, ()))]
    return tuple(told)


def _expired(fact: Assessment, seen: View) -> bool:
    return fact.expires is not None and fact.expires < seen.as_of


def waived(told: tuple[Judgement, ...]) -> bool:
    """Whether a waiver stands."""
    return any(judgement.kind == "waiver" and not judgement.expired for judgement in told)
