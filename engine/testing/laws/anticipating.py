"""Law 4: a verdict is definitive on the earliest day the bounds allow."""

from datetime import timedelta

from rulecheck.engine.testing.certainty import certain, in_the_end
from rulecheck.engine.testing.evidence import told_once
from rulecheck.engine.testing.facts import facts_data
from rulecheck.engine.testing.laws.law import Breach, Compared, Example, Law, each, judged
from rulecheck.engine.testing.pick import Pick
from rulecheck.engine.testing.strategies import read
from rulecheck.engine.verdict import definitive
from rulecheck.rules.plan import Plan

DAY = timedelta(1)
DAYS = 4
"""So many of the days on which something becomes certain, or on which it is not yet, are looked at in an example."""


def example(pick: Pick, plan: Plan) -> Example:
    """Final facts told once, some of them missing; days on which a verdict becomes certain, and days before such days."""
    data = told_once(facts_data(pick, plan, tidy=True))
    if pick.chance(40):
        data["measurements"] = pick.some(data.get("measurements", []))
        data["events"] = pick.some(data.get("events", []))
    world = in_the_end(plan, read(plan, data))
    since = [found[0] for v in plan.versions for t in v.targets if (found := certain(t, world))]
    turning = sorted({day - timedelta(before) for day in since for before in (0, 1)} | {plan.period.last + 90 * DAY})
    return Example(data, tuple(sorted({pick.among(turning) for _ in range(DAYS)})))


def compared(plan: Plan, one: Example) -> Compared:
    """Every target on every day: definitive from the day on that its bounds allow, and the proof says since when."""
    facts = one.facts(plan)
    world = in_the_end(plan, facts)
    for day in one.days:
        for target, found in each(plan, judged(plan, facts, day), day):
            values: dict[str, object] = {"target": target.id, "found": found.verdict, "day": day}
            expected = certain(target, world)
            if expected is None or expected[0] > day:
                yield _early(values, expected and expected[0]) if definitive(found.verdict) else None
                continue
            since, wanted = expected
            values |= {"since": since, "wanted": wanted}
            if found.verdict != wanted:
                yield Breach(
                    "{target} is {found} on {day}; the facts make it {wanted} for good from {since} on", values
                )
            elif found.since != since.isoformat():
                told = "{target} is said to be {wanted} since {told}; the facts make it so from {since} on"
                yield Breach(told, {**values, "told": found.since})
            else:
                yield None


def _early(values: dict[str, object], since: object) -> Breach:
    if since is None:
        return Breach("{target} is {found} on {day}; nothing in the facts makes it so for good", values)
    values = {**values, "since": since}
    return Breach("{target} is {found} on {day} already; the facts make it so for good only from {since} on", values)


LAW = Law(
    4,
    "a verdict is definitive on the earliest day the bounds allow, and not before",
    lambda plan: any(version.targets for version in plan.versions),
    "the plan has no target",
    example,
    compared,
)
