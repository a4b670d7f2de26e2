"""Judgements by a role, what stands beside a verdict, and facts nobody asked for."""

from datetime import timedelta

from rulecheck.engine.testing.facts.teller import Data, Teller
from rulecheck.rules.criteria import Assessed, leaves

JUDGES = ("Ministeriet", "Rigspolitiet")
"""Who judges where the plan names nobody, and who is not asked where it does."""


def assess(teller: Teller, leaf: Assessed) -> None:
    """Tell a judgement by somebody who is asked, or by somebody else."""
    pick = teller.pick
    if teller.mood == "silent" or not (teller.tidy or pick.chance(80)):
        return
    verdict = pick.among(("fulfilled", "missed") if teller.tidy else ("fulfilled", "missed", "at-risk", "on-track"))
    day = leaf.by + timedelta(pick.among((0, -1, 1, -30, 20)))
    role = pick.among(leaf.roles or JUDGES) if teller.tidy or pick.chance(85) else pick.among((*JUDGES, "Rigspolit"))
    by = f"{role}, Direktionen" if pick.chance(30) else role.upper() if pick.chance(10) else role
    entry: Data = {"target": leaf.target, "verdict": verdict, "by": by, "date": day.isoformat()}
    teller.told(teller.assessments, entry, day, {"verdict": pick.among(("missed", "fulfilled"))})


def _beside(teller: Teller) -> None:
    """Waivers, and judgements of what is computed: they stand beside the verdict."""
    pick = teller.pick
    for target in teller.plan.versions[-1].targets:
        computed = not any(isinstance(leaf, Assessed) for leaf in leaves(target.criterion))
        if pick.chance(15):
            verdict = pick.among(("waived", "fulfilled", "missed")) if computed else "waived"
            teller.assessments.append(_judged(teller, target.id, verdict))


def _judged(teller: Teller, target: str, verdict: str) -> Data:
    """A judgement of a target."""
    pick, period = teller.pick, teller.plan.period
    day = pick.day(period.first, period.last)
    entry: Data = {"target": target, "verdict": verdict, "by": pick.among(JUDGES), "date": day.isoformat()}
    entry["reason"] = "the building burned"
    if pick.chance(50):
        entry["expires"] = (day + timedelta(pick.among((0, 1, 30, 400)))).isoformat()
    return entry


def noise(teller: Teller) -> None:
    """Tell what decides nothing: waivers, and facts with dimensions that no target names."""
    _beside(teller)
    period = teller.plan.period
    total = next((m.id for m in teller.plan.measures.values() if m.kind == "total"), None)
    if total is not None:
        teller.measurements.append({"measure": total, "period": period.label, "total": 3, "dimensions": {"sex": "f"}})
    for event in teller.plan.events.values():
        if event.subjects and not event.dated:
            head: Data = {"event": event.id, "subject": next(iter(event.subjects))}
            teller.events.append({**head, "date": period.last.isoformat(), "dimensions": {"model": "a"}})
            break
