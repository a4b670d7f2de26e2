"""What a named person documented about a target without a computable criterion."""

from collections.abc import Sequence

from rulecheck.engine.findings.finding import Data, Finding, LeafFindings, Setting, status
from rulecheck.engine.verdict import RANK, Evidence
from rulecheck.facts.facts import Assessment
from rulecheck.rules.criteria import Assessed


def find_assessed(leaf: Assessed, setting: Setting) -> LeafFindings:
    """One finding per assessment that is told."""
    told = setting.view.assessments.get(leaf.target, ())
    conflicts = (tuple(a.id for a in told),) if len(told) > 1 else ()
    variants: tuple[Assessment | None, ...] = told or (None,)
    return LeafFindings(leaf, tuple(_assessed_case(leaf, a, setting) for a in variants), conflicts)


def _assessed_case(leaf: Assessed, told: Assessment | None, setting: Setting) -> Finding:
    counts = told is not None and not told.withdrawn and by_role(told, leaf.roles)
    numbers = {
        "assessed": RANK[told.verdict] if told is not None and counts else -1,  # type: ignore[index]
        "final": int(told is not None and not told.preliminary),
        "ahead": (leaf.by - setting.as_of).days,
    }
    data: Data = {"kind": "assessment", "by": leaf.by.isoformat(), "roles": list(leaf.roles)}
    if leaf.undeclared:
        data["undeclared"] = list(leaf.undeclared)
    if told is not None and not told.withdrawn:
        data["assessment"] = {
            "fact": told.id,
            "verdict": told.verdict,
            "by": told.by,
            "date": told.date.isoformat() if told.date else None,
            "reason": told.reason,
            "status": status(told),
            "counts": counts,
        }
    settled = counts and told is not None and not told.preliminary
    evidence: Evidence = "complete" if settled else "partial" if counts else "none"
    return Finding("assessment", numbers, data, evidence, (told.id,) if told is not None else ())


def by_role(assessment: Assessment, roles: Sequence[str]) -> bool:
    """Whether the assessment is signed by one of the roles: ``Rigspolitiet`` or ``Rigspolitiet, Koncernstyring``."""
    signed = assessment.by.casefold()
    return not roles or any(signed == r.casefold() or signed.startswith(r.casefold() + ",") for r in roles)
