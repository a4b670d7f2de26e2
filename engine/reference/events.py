"""Milestones, orders, recurring duties and assessments."""

from datetime import date
from typing import Any

from rulecheck.engine.reference.world import Judged, World, lean
from rulecheck.facts.facts import Assessment, Event
from rulecheck.rules.criteria import Assessed, Milestone, Order, Recurring
from rulecheck.rules.plan import Target


def milestone_verdict(criterion: Milestone, target: Target, world: World, log: dict[Any, Event | None]) -> Judged:
    """So many of the members in time, or too many of them late."""
    by, need, today, risks = criterion.by, criterion.count, world.as_of, target.risks
    subjects = [subject for event, subject in log if event == criterion.event]
    single = criterion.members is None and subjects == [""]
    closed = criterion.closed or single
    final, told, pending, blocked = [], [], [], 0
    for subject in subjects:
        thing = (criterion.event, subject)
        event = world.recognised(thing, log, criterion.after)
        if event is not None and event.date is not None:
            told.append(event.date)
            if world.is_final(thing, log, criterion.after):
                final.append(event.date)
            continue
        pending.append(subject)
        for group in world.before(*thing, criterion.after):
            expected = [day for b in group if (day := world.forecast_day(*b)) is not None]
            blocked += not any(world.happening(log[b]) for b in group) and bool(expected) and min(expected) > by
    in_time = [day for day in final if day <= by]
    all_in_time = [day for day in told if day <= by]
    done = sorted(told)[need - 1] if len(told) >= need else None
    if len(in_time) >= need:
        return "fulfilled", done
    if closed and len([day for day in final if day > by]) > len(subjects) - need:
        return "missed", done
    likely = len(all_in_time) >= need
    overdue = today > criterion.closes
    if overdue and not likely and criterion.undocumented == "missed":
        return "missed", done
    slips = [s for s in pending if (world.forecast_day(criterion.event, s) or date.min) > by]
    hopeful = [s for s in pending if s not in slips and (closed or world.forecast_day(criterion.event, s))]
    fires = {
        "R4": bool(slips) and len(all_in_time) + len(hopeful) < need,
        "R5": risks.lead_time is not None and not likely and (by - today).days < risks.lead_time,
        "R6": bool(blocked) and not likely,
        "R7": overdue,
    }
    return lean(fires, target), done


def order_verdict(criterion: Order, target: Target, world: World, log: dict[Any, Event | None]) -> str:
    """For every subject the one before the other, both in time."""
    states, slips, likely = [], False, True
    for subject in criterion.subjects:
        a, b = (criterion.before, subject), (criterion.then, subject)
        first, second = world.recognised(a, log), world.recognised(b, log)
        first_final = first is not None and world.is_final(a, log)
        days = [event.date for event in (first, second) if event is not None and event.date is not None]
        likely &= len(days) == 2 and days == sorted(days) and days[1] <= criterion.by
        expected = [world.forecast_day(*thing) if world.recognised(thing, log) is None else None for thing in (a, b)]
        slips |= any(day is not None and day > criterion.by for day in expected)
        if first is None and second is None and expected[0] and expected[1]:
            slips |= expected[1] < expected[0]
        if second is not None and world.is_final(b, log):
            assert second.date is not None
            if first is None or first.date > second.date:  # type: ignore[operator]
                return "missed"
            if first_final:
                states.append("done" if second.date <= criterion.by else "late")
                continue
        states.append("late" if first_final and first.date > criterion.by else "open")  # type: ignore[union-attr, operator]
    if "late" in states:
        return "missed"
    if "open" not in states:
        return "fulfilled"
    overdue = world.as_of > criterion.closes
    if overdue and not likely:
        return "missed"
    lead = target.risks.lead_time
    hurry = lead is not None and not likely and (criterion.by - world.as_of).days < lead
    return lean({"R4": slips, "R5": hurry, "R7": overdue}, target)


def recurring_verdict(criterion: Recurring, target: Target, world: World, log: dict[Any, Event | None]) -> str:
    """A report for every due date, each in time."""
    dates, today = world.due_dates(criterion), world.as_of
    if not dates:
        return "at-risk" if today > criterion.by else "on-track"
    open_, slips, overdue = False, False, False
    for due in dates:
        thing = (criterion.event, due.isoformat())
        report = world.recognised(thing, log)
        passed = today > due + criterion.lag
        if report is not None and report.date is not None:
            if world.is_final(thing, log):
                if report.date > due:
                    return "missed"
                continue
            if passed and report.date > due:
                return "missed"
            overdue |= passed
        else:
            if passed:
                return "missed"
            overdue |= today > due
            slips |= (world.forecast_day(*thing) or date.min) > due
        open_ = True
    return lean({"R4": slips, "R7": overdue}, target) if open_ else "fulfilled"


def assessment_verdict(criterion: Assessed, told: Assessment | None, world: World) -> str:
    """What a person in one of the roles has found."""
    after = world.as_of > criterion.by
    if told is None or told.withdrawn:
        return "at-risk" if after else "on-track"
    who = told.by.casefold()
    roles = [role.casefold() for role in criterion.roles]
    if roles and who not in roles and not any(who.startswith(role + ",") for role in roles):
        return "at-risk" if after else "on-track"
    if told.verdict in ("fulfilled", "missed") and not told.preliminary:
        return told.verdict
    if told.verdict in ("missed", "at-risk") or after:
        return "at-risk"
    return "on-track"
