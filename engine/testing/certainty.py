"""The earliest day the bounds allow: since when final facts, each told once, leave only one verdict. Source: semantics §4.

Days and sums alone, without findings and without trying any other day: the k-th event, or the one that leaves too few
members; the end of the piece with which a total that cannot fall crosses its bound; the end of the period for all that
can still turn; the day after the lag where silence decides.
"""

from datetime import date, timedelta
from typing import Any, assert_never

import attrs
from rulecheck.engine.reference.base import Base
from rulecheck.engine.reference.events import assessment_verdict
from rulecheck.engine.reference.figures import chain_of, holds, rounded, told_of, upper_end, value_of, within
from rulecheck.engine.reference.lists import forebears
from rulecheck.engine.reference.world import World
from rulecheck.facts.facts import Event, Facts, Measurement
from rulecheck.facts.quantity import Exact
from rulecheck.rules.criteria import (
    Assessed,
    Combination,
    Criterion,
    Leaf,
    Milestone,
    Order,
    Recurring,
    SetChange,
    Threshold,
)
from rulecheck.rules.plan import Plan, Target

DAY = timedelta(1)
Certain = tuple[date, str]
"""A day, and the verdict that is certain from it on."""


def in_the_end(plan: Plan, facts: Facts) -> World:
    """Everything the facts tell, whatever day it is about. They are final and told once."""
    return World(plan, facts, date.max, None)


def certain(target: Target, world: World) -> Certain | None:
    """Since when the verdict of the target is certain by all that is told; None: never."""
    found = _criterion(target.criterion, world)
    return None if found and found[1] == "missed" and target.modality != "must" else found


def _criterion(criterion: Criterion, world: World) -> Certain | None:
    if not isinstance(criterion, Combination):
        return _leaf(criterion, world)
    parts = [found for part in criterion.parts if (found := _criterion(part, world))]
    for verdict, needed in (("fulfilled", criterion.count), ("missed", len(criterion.parts) - criterion.count + 1)):
        days = sorted(day for day, told in parts if told == verdict)
        if len(days) >= needed:
            return days[needed - 1], verdict
    return None


def _leaf(leaf: Leaf, world: World) -> Certain | None:
    match leaf:
        case Threshold():
            return _measured(leaf, world)
        case SetChange():
            return _listed(leaf, world)
        case Milestone():
            return _milestone(leaf, world)
        case Order():
            return _order(leaf, world)
        case Recurring():
            return _recurring(leaf, world)
        case Assessed():
            told = next(iter(world.told("assessment", leaf.target)), None)
            verdict = assessment_verdict(leaf, told, world)
            return (told.date, verdict) if told is not None and verdict in ("fulfilled", "missed") else None
        case _:
            assert_never(leaf)


# --- measures ---


def _measured(leaf: Threshold, world: World) -> Certain | None:
    figures = [told[0] for told in told_of(leaf, world)]
    tiles = _tiles(leaf, figures)
    covered, value = bool(tiles) and tiles[-1].period.last == leaf.over.last, value_of(leaf, tiles)
    silent = (leaf.closes + DAY, "missed") if leaf.undocumented == "missed" and not covered else None
    if leaf.trend is not None:
        before = attrs.evolve(leaf, over=leaf.trend.base, trend=None)
        base = Base(before, leaf.trend, [told[0] for told in told_of(before, world)])
        if base.few or (covered and value is not None and base.too_few(tiles)):
            return None
        if base.value is None:
            return silent
        leaf = attrs.evolve(leaf, bound=base.bound(base.value))
    if leaf.kind == "total" and not leaf.signed and (early := _crossed(leaf, tiles)):
        return early
    if not covered:
        return silent
    if value is None:
        return (leaf.over.last, "fulfilled") if leaf.if_empty == "fulfilled" else None
    return leaf.over.last, "fulfilled" if holds(leaf, value) else "missed"


def _tiles(leaf: Threshold, figures: list[Measurement]) -> list[Measurement]:
    if leaf.kind == "level":
        return sorted(figures, key=lambda m: m.period.last)[-1:]
    return figures if leaf.kind == "figure" else chain_of(leaf, figures)


def _crossed(leaf: Threshold, tiles: list[Measurement]) -> Certain | None:
    """A total that cannot fall: the end of the piece with which it crosses its bound."""
    so_far: Exact = 0
    for piece in tiles:
        so_far += piece.amount or 0
        told = rounded(leaf, so_far)
        if leaf.bound.high is not None and not within(upper_end(leaf.bound), told):
            return piece.period.last, "missed"
        if leaf.bound.operator == "at_least" and within(leaf.bound, told):
            return piece.period.last, "fulfilled"
    return None


def _listed(leaf: SetChange, world: World) -> Certain | None:
    """The first list with a new member; else the last list of the period, once no later one can come."""
    days = sorted(about[1] for kind, about in world.things if kind == "list" and about[0] == leaf.measure)
    lists = [world.told("list", (leaf.measure, day))[0] for day in days if day <= leaf.over.last]
    later = [found for found in lists if found.at > leaf.base]
    base = next((set(found.members) for found in reversed(lists) if found.at <= leaf.base), None)
    if not any(found.at >= leaf.over.first for found in later):
        return (leaf.closes + DAY, "missed") if leaf.undocumented == "missed" else None
    if base is None:
        return None
    new = {found.at: sum(not forebears(m, found, later) & base for m in found.members) for found in later}
    last = later[-1]
    end = last.at if last.at == leaf.over.last else leaf.closes + DAY
    if leaf.direction == "no-new":
        day = next((day for day, members in new.items() if members), None)
        return (end, "fulfilled") if day is None else (day, "missed")
    kept = {name for m in last.members for name in forebears(m, last, later)}
    return end, "fulfilled" if new[last.at] < len(base - kept) else "missed"


# --- events ---


def _milestone(leaf: Milestone, world: World) -> Certain | None:
    subjects, log = world.subjects(leaf), _log(leaf, world)
    days = sorted(d for s in subjects if (d := _day((leaf.event, s), world, log, leaf.after)) is not None)
    in_time, late = [d for d in days if d <= leaf.by], [d for d in days if d > leaf.by]
    if len(in_time) >= leaf.count:
        return in_time[leaf.count - 1], "fulfilled"
    lost = [leaf.closes + DAY] if leaf.undocumented == "missed" else []
    needed = len(subjects) - leaf.count + 1
    if (leaf.closed or not world.has_subjects(leaf.event)) and len(late) >= needed:
        lost.append(late[needed - 1])
    return (min(lost), "missed") if lost else None


def _order(leaf: Order, world: World) -> Certain | None:
    log = _log(leaf, world)
    lost: list[date] = []
    done: list[date] = []
    for subject in leaf.subjects:
        a, b = (_day((name, subject), world, log) for name in (leaf.before, leaf.then))
        lost += [day for day in (a, b) if day is not None and day > leaf.by]
        if b is not None and (a is None or a > b):
            lost.append(b)
        if b is not None:
            done.append(b)
    if len(done) == len(leaf.subjects) and not lost:
        return max(done), "fulfilled"
    return min([*lost, leaf.closes + DAY]), "missed"


def _recurring(leaf: Recurring, world: World) -> Certain | None:
    log = _log(leaf, world)
    lost: list[date] = []
    done: list[date] = []
    for due in world.due_dates(leaf):
        day = _day((leaf.event, due.isoformat()), world, log)
        if day is not None and day <= due:
            done.append(day)
        else:
            lost += [due + leaf.lag + DAY, *([day] if day is not None else [])]
    if lost:
        return min(lost), "missed"
    return (max(done), "fulfilled") if done else None


def _log(leaf: Milestone | Order | Recurring, world: World) -> dict[Any, Event | None]:
    """What is told of the events the criterion rests on."""
    return {thing: next(iter(world.told("event", thing)), None) for thing in world.closure(leaf)}


def _day(
    thing: tuple[str, str], world: World, log: dict[Any, Event | None], after: tuple[str, ...] = ()
) -> date | None:
    """The day of an event that counts."""
    event = world.recognised(thing, log, after)
    return None if event is None else event.date
