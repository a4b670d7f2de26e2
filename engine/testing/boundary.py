"""Facts of one target on its bounds, or a step beyond: which of the two verdicts they must give follows from the bound.

On the bound everything holds and the target is fulfilled; where every criterion is a step beyond, none holds and it is
missed, however they are combined. Source: semantics §8, law 7.
"""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from rulecheck.facts.facts import Facts
from rulecheck.facts.period import ONE_DAY
from rulecheck.facts.quantity import Exact, exact, plain, terminates
from rulecheck.rules.criteria import Assessed, Leaf, Milestone, Order, Recurring, SetChange, Threshold, leaves
from rulecheck.rules.plan import Plan, Target

Data = dict[str, Any]
ITEMS = 1000
"""How many items a mean or share is of; one of them is the step beyond."""


class Boundary(NamedTuple):
    """Facts, the day everything about the target is in, and what it must come to then."""

    data: Data
    as_of: date
    verdict: str

    def facts(self, plan: Plan) -> Facts:
        """The facts, read."""
        from rulecheck.engine.testing.strategies import read

        return read(plan, self.data)


def boundary(plan: Plan, target: Target, on: bool) -> Boundary | None:
    """The facts of ``target`` on its bounds or beyond them; None where a criterion has no bound to stand on."""
    found: Data = {"plan": plan.id, "measurements": [], "events": [], "assessments": [], "calendar": {}}
    criteria = leaves(target.criterion)
    if not apart(plan, criteria):
        return None
    for leaf in criteria:
        rows = _rows(plan, leaf, on)
        if rows is None:
            return None
        for kind, told in rows.items():
            found[kind] = {**found[kind], **told} if kind == "calendar" else [*found[kind], *told]
    missed = {"must": "missed", "should": "at-risk", "may": "on-track"}[target.modality]
    last = max(closes(leaf) for leaf in criteria) + ONE_DAY
    return Boundary({key: told for key, told in found.items() if told}, last, "fulfilled" if on else missed)


def apart(plan: Plan, criteria: list[Leaf]) -> bool:
    """Whether each criterion is about something of its own, which waits for nothing else and need not be compared."""
    names = [getattr(leaf, "measure", None) or getattr(leaf, "event", None) or "" for leaf in criteria]
    about = [(name, getattr(leaf, "dimensions", ())) for name, leaf in zip(names, criteria, strict=True)]
    free = all(
        name not in plan.requirements and not getattr(leaf, "after", ())
        for name, leaf in zip(names, criteria, strict=True)
    )
    return free and len(set(about)) == len(about)


def closes(leaf: Leaf) -> date:
    """The last day on which facts about the criterion may still arrive."""
    if isinstance(leaf, Recurring):
        return max((*(leaf.dates or ()), leaf.by)) + leaf.lag
    return leaf.by if isinstance(leaf, Assessed) else leaf.closes


def _rows(plan: Plan, leaf: Leaf, on: bool) -> Data | None:
    match leaf:
        case Threshold():
            row = None if leaf.trend is not None else _figure(leaf, on)
            return None if row is None else {"measurements": [row]}
        case Milestone():
            return {"events": [_event(leaf.event, s, leaf.by, on) for s in _subjects(plan, leaf)]}
        case Recurring():
            due = leaf.dates or (leaf.by,)
            rows: Data = {"events": [_event(leaf.event, day.isoformat(), day, on) for day in due]}
            return rows if leaf.dates else {**rows, "calendar": {leaf.event: [day.isoformat() for day in due]}}
        case Assessed():
            verdict, by = "fulfilled" if on else "missed", leaf.roles[0] if leaf.roles else "anyone"
            row = {"target": leaf.target, "verdict": verdict, "by": by, "date": leaf.by.isoformat(), "reason": "-"}
            return {"assessments": [row]}
        case Order() | SetChange():
            return None


def _event(name: str, subject: str, by: date, on: bool) -> Data:
    day = by if on else by + timedelta(1)
    return {"event": name, **({"subject": subject} if subject else {}), "date": day.isoformat()}


def _subjects(plan: Plan, leaf: Milestone) -> list[str]:
    """As many subjects as are needed; beyond the bound all of them are late."""
    if leaf.members is not None:
        return list(leaf.members)
    if plan.events[leaf.event].subjects is None:
        return [""]
    named = list(plan.events[leaf.event].subjects or ())
    return (named + [f"subject {n}" for n in range(1, leaf.count + 1)])[: leaf.count]


def _figure(leaf: Threshold, on: bool) -> Data | None:
    """A figure of the whole period: exactly the bound, or a step beyond; None where none can be written."""
    bound = leaf.bound
    end = bound.high if bound.high is not None else bound.low
    assert end is not None
    outwards = 1 if bound.high is not None else -1
    step: Exact = Fraction(1, ITEMS) if leaf.kind in ("mean", "share") else 1
    if leaf.rounded_to is not None:
        step = leaf.rounded_to
        if Fraction(end) / step % 1:
            return None  # a bound that no rounded value can stand on
    value = exact(Fraction(end) if on else end + outwards * step)
    if (value < 0 and not leaf.signed) or (leaf.kind == "share" and value > 1):
        return None  # nothing lies beyond the bound
    head: Data = {"measure": leaf.measure, **({"dimensions": dict(leaf.dimensions)} if leaf.dimensions else {})}
    if leaf.kind == "level":
        return {**head, "at": leaf.over.last.isoformat(), "value": plain(value)}
    head["period"] = leaf.over.label
    total = exact(Fraction(value) * ITEMS)
    if leaf.kind == "figure":
        return {**head, "value": plain(value)}
    if leaf.kind == "total":
        return {**head, "total": plain(value)}
    if leaf.kind == "mean":
        return {**head, "total": plain(total), "count": ITEMS} if terminates(total) else None
    return {**head, "numerator": total, "denominator": ITEMS} if isinstance(total, int) else None
