"""Law 5: after the deadline and its lag, with complete evidence, nothing is open."""

from datetime import date, timedelta

from rulecheck.engine.closing import closing
from rulecheck.engine.testing.evidence import complete_data
from rulecheck.engine.testing.laws.law import Breach, Compared, Example, Law, each, judged
from rulecheck.engine.testing.pick import Pick
from rulecheck.engine.testing.strategies import read
from rulecheck.engine.verdict import definitive
from rulecheck.facts.facts import Facts
from rulecheck.rules.criteria import Assessed, Leaf, Milestone, Recurring, leaves
from rulecheck.rules.plan import Plan, Target

DAYS = 3


def example(pick: Pick, plan: Plan) -> Example:
    """Complete evidence, and the first days on which targets have to be decided by it."""
    data = complete_data(pick, plan)
    facts = read(plan, data)
    targets = [target for version in plan.versions for target in version.targets]
    days = sorted({decided for target in targets if (decided := decided_on(target, facts))})
    return Example(data, tuple(sorted({pick.among(days) for _ in range(DAYS)})) if days else ())


def compared(plan: Plan, one: Example) -> Compared:
    """Every target with complete evidence whose deadline and lag have passed: its criterion is fulfilled or missed."""
    facts = one.facts(plan)
    for day in one.days:
        for target, found in each(plan, judged(plan, facts, day), day):
            since = decided_on(target, facts)
            if since is None or since > day:
                continue
            inner = found.step.premises[0].verdict  # of a should or may what it requires, before the modality eases it
            values = {"target": target.id, "found": inner, "day": day, "since": since}
            told = "{target} is {found} on {day}; the evidence is complete, and the lag was over on {since}"
            yield None if definitive(inner) else Breach(told, values)


def decided_on(target: Target, facts: Facts) -> date | None:
    """The first day after every deadline and lag of the target; None where its evidence is not complete."""
    days = [_over(leaf, facts) for leaf in leaves(target.criterion)]
    last = max(day or date.max for day in days)
    return None if last == date.max else last + timedelta(1)


def _over(leaf: Leaf, facts: Facts) -> date | None:
    """The last day on which facts about the criterion may come; None where it may stay open for good."""
    match leaf:
        case Recurring():
            return closing(leaf, facts.calendar) if leaf.due_dates(facts.calendar) else None
        case Assessed():
            told = [
                a for a in facts.assessments if a.target == leaf.target and a.date is not None and _asked(a.by, leaf)
            ]
            return max((leaf.by, *(a.date for a in told if a.date is not None))) if told else None
        case Milestone():
            return closing(leaf, facts.calendar) if leaf.undocumented == "missed" else None
        case _:
            return closing(leaf, facts.calendar)


def _asked(who: str, leaf: Assessed) -> bool:
    roles = [role.casefold() for role in leaf.roles]
    return not roles or who.casefold() in roles or any(who.casefold().startswith(role + ",") for role in roles)


def applies(plan: Plan) -> bool:
    """Whether some target is decided by evidence, and not left open by silence."""
    targets = [target for version in plan.versions for target in version.targets]
    return any(
        not any(isinstance(leaf, Milestone) and leaf.undocumented != "missed" for leaf in leaves(target.criterion))
        for target in targets
    )


LAW = Law(
    5,
    "after the deadline and its lag, with complete evidence, nothing is open",
    applies,
    "silence leaves every target open (`undocumented: at-risk`)",
    example,
    compared,
)
