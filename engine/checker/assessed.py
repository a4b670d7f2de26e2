"""Assessments: who signed, when, and whether that role counts."""

from rulecheck.engine.checker.context import Context, need, shows
from rulecheck.engine.proof import Step
from rulecheck.facts.facts import Assessment
from rulecheck.rules.criteria import Assessed
from rulecheck.rules.plan import Target


def check_assessed(context: Context, criterion: Assessed, step: Step, target: Target) -> None:
    """The assessment as it was signed, and what it gives."""
    told = step.data.get("assessment")
    verdict, final = None, False
    undeclared = list(criterion.undeclared) or None
    shows(step.data, kind="assessment", by=criterion.by.isoformat(), roles=list(criterion.roles), undeclared=undeclared)
    if told:
        fact = context.cited_as(Assessment, told["fact"], target=criterion.target)
        need(fact.date is not None and fact.date <= context.as_of, "{} was made later", fact.id)
        by, roles = fact.by.casefold(), [role.casefold() for role in criterion.roles]
        signed = not roles or any(by == role or by.startswith(role + ",") for role in roles)
        shows(
            told,
            verdict=fact.verdict,
            by=fact.by,
            date=fact.date.isoformat(),
            reason=fact.reason,
            status="preliminary" if fact.preliminary else "final",
            counts=signed,
        )
        if signed:
            verdict, final = fact.verdict, not fact.preliminary
    evidence = "none" if verdict is None else "complete" if final else "partial"
    need(step.evidence == evidence, "the evidence is {}, not {}", evidence, step.evidence)
    after = context.as_of > criterion.by
    open_ = verdict in (None, "on-track") or (verdict == "fulfilled" and not final)
    expected = {
        "assessed-fulfilled": verdict == "fulfilled" and final,
        "assessed-missed": verdict == "missed" and final,
        "assessed-low": verdict == "at-risk" or (verdict == "missed" and not final),
        "not-assessed": after and open_,
        "still-open": not after and open_,
    }
    gives = {"assessed-fulfilled": "fulfilled", "assessed-missed": "missed", "still-open": "on-track"}
    need(
        expected[step.rule] and step.verdict == gives.get(step.rule, "at-risk"),
        "rule {} does not give {}",
        step.rule,
        step.verdict,
    )
