"""The four verdicts and their order, and the five states of the evidence behind one. Source: semantics §1."""

from collections.abc import Iterable
from typing import Literal

Verdict = Literal["fulfilled", "on-track", "at-risk", "missed"]
Evidence = Literal["complete", "partial", "overdue", "conflicting", "none"]

FULFILLED: Verdict = "fulfilled"
ON_TRACK: Verdict = "on-track"
AT_RISK: Verdict = "at-risk"
MISSED: Verdict = "missed"

ORDER: tuple[Verdict, ...] = (MISSED, AT_RISK, ON_TRACK, FULFILLED)
"""From worst to best."""
RANK: dict[Verdict, int] = {verdict: rank for rank, verdict in enumerate(ORDER)}


def definitive(verdict: Verdict) -> bool:
    """Whether no admissible continuation of the facts can change it. Open verdicts are presumptive, never definitive."""
    return verdict in (FULFILLED, MISSED)


def combined_evidence(parts: Iterable[Evidence]) -> Evidence:
    """The evidence of a combination: its worst defect; else complete or none when all parts are, else partial."""
    found = set(parts)
    for defect in ("conflicting", "overdue"):
        if defect in found:
            return defect
    return found.pop() if len(found) == 1 else "partial"
