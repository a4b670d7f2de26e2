"""Law 10: nothing counts before what it requires."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from rulecheck.engine.evaluate import TargetVerdict
from rulecheck.engine.proof import Step
from rulecheck.engine.testing.facts import all_leaves, days_of_interest, facts_data
from rulecheck.engine.testing.laws.law import Breach, Change, Compared, Example, Law, each, judged
from rulecheck.engine.testing.pick import Pick
from rulecheck.facts.facts import Facts
from rulecheck.rules.criteria import Leaf, Milestone, Order, Recurring, leaves
from rulecheck.rules.plan import Dependency, Plan, Target


class Counted(NamedTuple):
    """An event that a proof counts as having happened, and what it requires there."""

    event: str
    subject: str
    day: date
    needs: tuple[Dependency, ...]


def example(pick: Pick, plan: Plan) -> Example:
    """Facts, and one event that others require taken out of them, or put after one of those."""
    data = facts_data(pick, plan, tidy=pick.chance(60))
    days = days_of_interest(plan, data)
    day = pick.among(days[len(days) // 2 :])
    known_at = day + timedelta(pick.among((0, 5, 16))) if pick.chance(20) else None
    need = pick.among(sorted({(n.before, n.then) for leaf in all_leaves(plan) for n in _near_and_far(leaf, plan)}))
    events = data.get("events", [])
    rows = [row for row in events if row["event"] == need[0]]
    later = max((row["date"] for row in events if row["event"] == need[1] and row.get("date")), default=None)
    if later is not None and pick.chance(50):
        after = (date.fromisoformat(later) + timedelta(1)).isoformat()
        changes = tuple(Change("events", row, ({**row, "date": after},)) for row in rows if row.get("date"))
    else:
        changes = tuple(Change("events", row, ()) for row in rows)
    return Example(data, (day,), known_at, changes)


def compared(plan: Plan, one: Example) -> Compared:
    """Whatever a proof counts, some fact says that what it requires had happened by then; without, nothing is fulfilled."""
    for day in one.days:
        for facts in (one.facts(plan), one.changed(plan)) if one.changes else (one.facts(plan),):
            found = judged(plan, facts, day, one.known_at)
            for target, verdict in each(plan, found, day):
                yield from _counts(plan, facts, target, verdict, day)
                yield from _fulfils(plan, facts, target, verdict, day)


def _counts(plan: Plan, facts: Facts, target: Target, verdict: TargetVerdict, day: date) -> Compared:
    for one in counted(verdict.step, plan, {leaf.path: leaf for leaf in leaves(target.criterion)}):
        for need in one.needs:
            if had_happened(need, one.subject, one.day, plan, facts):
                yield None
                continue
            told = "{target} is {found} on {day} and counts {event} of {then}; no fact says that {before} had happened"
            event = f"{one.event}/{one.subject}" if one.subject else one.event
            values = {"target": target.id, "day": day, "found": verdict.verdict, "event": event}
            yield Breach(told, {**values, "then": one.day, "before": need.before})


def _fulfils(plan: Plan, facts: Facts, target: Target, verdict: TargetVerdict, day: date) -> Compared:
    """What rests on an event is not fulfilled where nothing is told of an event it requires."""
    told = {event.event for event in facts.events}
    leaf_of = {leaf.path: leaf for leaf in leaves(target.criterion)}
    for part in verdict.step.walk():
        leaf = leaf_of.get(part.path)
        if leaf is None or "kind" not in part.data:
            continue
        for need in needs_of(leaf, plan):
            if need.before not in told:
                wrong = Breach(
                    "{target} is {found} on {day} by {event}, which requires {before}; nothing is told of that",
                    {"target": target.id, "day": day, "found": part.verdict, "event": need.then, "before": need.before},
                )
                yield wrong if part.verdict == "fulfilled" else None


def counted(step: Step, plan: Plan, leaf_of: Mapping[str, Leaf]) -> Iterator[Counted]:
    """Everything a proof counts as having happened."""
    for part in step.walk():
        leaf = leaf_of.get(part.path)
        for member in part.data.get("members", ()) if leaf is not None else ():
            for event, subject, day in _dated(part.data, member):
                needs = [need for need in needs_of(leaf, plan) if need.then == event]
                yield Counted(event, subject, date.fromisoformat(day), tuple(needs))


def _dated(data: Mapping[str, Any], member: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    match data["kind"]:
        case "milestone" if "date" in member:
            yield data["event"], member.get("subject", ""), member["date"]
        case "recurring" if "date" in member:
            yield data["event"], member["due"], member["date"]
        case "order":
            yield from (
                (data[key], member.get("subject", ""), member[key]["date"])
                for key in ("before", "then")
                if key in member
            )


def needs_of(leaf: Leaf | None, plan: Plan) -> list[Dependency]:
    """What the events of a criterion require, by the plan or by the criterion itself."""
    match leaf:
        case Milestone():
            both = [name for name in leaf.after if _has_subjects(plan, name) and _has_subjects(plan, leaf.event)]
            after = [Dependency(name, leaf.event, name in both, "") for name in leaf.after]
            return [*plan.requirements.get(leaf.event, ()), *after]
        case Recurring():
            return list(plan.requirements.get(leaf.event, ()))
        case Order():
            return [need for name in (leaf.before, leaf.then) for need in plan.requirements.get(name, ())]
        case _:
            return []


def _near_and_far(leaf: Leaf, plan: Plan) -> list[Dependency]:
    found = needs_of(leaf, plan)
    for need in found:  # grows while it is walked
        found += [more for more in plan.requirements.get(need.before, ()) if more not in found]
    return found


def _has_subjects(plan: Plan, event: str) -> bool:
    return event in plan.events and plan.events[event].subjects is not None


def had_happened(need: Dependency, subject: str, by: date, plan: Plan, facts: Facts) -> bool:
    """Whether some fact says that what is required had happened by then, for each subject it is required of."""
    before = plan.events[need.before]
    if before.subjects is None:
        wanted: list[str | None] = [""]
    elif need.per_subject:
        wanted = [subject]
    else:
        wanted = list(before.subjects) or [None]  # of an open set one is enough
    told = [e for e in facts.events if e.event == need.before and e.date is not None and e.date <= by]
    return all(any(one in (None, event.subject) for event in told) for one in wanted)


LAW = Law(
    10,
    "nothing counts before what it requires",
    lambda plan: any(needs_of(leaf, plan) for leaf in all_leaves(plan)),
    "no event that a target asks for requires another",
    example,
    compared,
)
