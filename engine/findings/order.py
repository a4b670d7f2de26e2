"""One event before another, subject by subject."""

from rulecheck.engine.findings.events import Log, loose_facts, over_variants, with_prerequisites
from rulecheck.engine.findings.finding import Data, Finding, LeafFindings, Setting
from rulecheck.engine.verdict import Evidence
from rulecheck.rules.criteria import Order
from rulecheck.rules.plan import Risks


def find_order(leaf: Order, risks: Risks, setting: Setting) -> LeafFindings:
    """One finding per alternative of the two events."""
    things = with_prerequisites([(e, s) for s in leaf.subjects for e in (leaf.before, leaf.then)], setting)
    return over_variants(leaf, things, setting, lambda log: _order_case(leaf, log, risks))


def _order_case(leaf: Order, log: Log, risks: Risks) -> Finding:
    setting = log.setting
    members: list[Data] = []
    cited: list[str] = []
    broken = done = late = slips = known = likely = 0
    for subject in leaf.subjects:
        first, second = log.happened((leaf.before, subject)), log.happened((leaf.then, subject))
        member: Data = {"subject": subject} if subject else {}
        for key, found in (("before", first), ("then", second)):
            if found:
                member[key] = log.standing(found)
                cited += found[2]
        known += first is not None or second is not None
        likely += bool(first and second and first[0] <= second[0] <= leaf.by)
        if second and second[1] and (first is None or first[0] > second[0]):
            broken += 1
        elif first and second and first[1] and second[1] and first[0] <= second[0]:
            done += second[0] <= leaf.by
            late += second[0] > leaf.by
        elif first and first[1] and first[0] > leaf.by:
            late += 1
        expected = [log.forecast((event, subject)) for event in (leaf.before, leaf.then)]
        days = [f.expected if f else None for f in expected]
        slip = any(day and day > leaf.by for day, found in zip(days, (first, second), strict=True) if not found)
        if not first and not second and days[0] and days[1] and days[1] < days[0]:
            slip = True
        if slip:
            slips += 1
            member["expected"] = {f.id: f.expected.isoformat() for f in expected if f and f.expected}
            cited += [f.id for f in expected if f]
        members.append(member)
    provisional = likely == len(leaf.subjects)
    numbers = {
        "broken": broken,
        "late": late,
        "pending": len(leaf.subjects) - done,
        "left": (leaf.closes - setting.as_of).days,
        "provisional": int(provisional),
        "r4": -slips,
    }
    if risks.lead_time is not None and not provisional:
        numbers["r5"] = (leaf.by - setting.as_of).days - risks.lead_time
    data: Data = {
        "kind": "order",
        "before": leaf.before,
        "then": leaf.then,
        "by": leaf.by.isoformat(),
        "closes": leaf.closes.isoformat(),
        "days_left": (leaf.by - setting.as_of).days,
        "members": members,
    }
    if provisional and numbers["left"] < 0:
        told = [member[key] for member in members for key in ("before", "then")]
        since = leaf.closes.isoformat()
        defects = [{"defect": "preliminary", "fact": fact, "since": since} for fact in loose_facts(told)]
        numbers["r7"] = -len(defects)
        if defects:
            data["defects"] = defects
    decided = broken or late or done == len(leaf.subjects)
    evidence: Evidence = "complete" if decided else "partial" if known else "none"
    return Finding("order", numbers, data, evidence, tuple(dict.fromkeys(cited)))
