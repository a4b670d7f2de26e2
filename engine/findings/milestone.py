"""Milestones: which members were in time, and what the others still wait for."""

from collections.abc import Sequence
from datetime import date

from rulecheck.engine.findings.events import (
    Log,
    Thing,
    happened_by,
    loose_facts,
    one_is_enough,
    over_variants,
    prerequisites,
    with_prerequisites,
)
from rulecheck.engine.findings.finding import Data, Finding, LeafFindings, Setting
from rulecheck.engine.verdict import Evidence
from rulecheck.facts.timeline import only
from rulecheck.rules.criteria import Milestone
from rulecheck.rules.plan import Dependency, Plan, Risks

SATURDAY = 5


def find_milestone(leaf: Milestone, risks: Risks, setting: Setting) -> LeafFindings:
    """One finding per alternative of the events the milestone is about."""
    things = _events_of_milestone(leaf, setting)
    return over_variants(leaf, things, setting, lambda log: _milestone_case(leaf, log, risks))


def _events_of_milestone(leaf: Milestone, setting: Setting) -> list[Thing]:
    things = [(leaf.event, s) for s in _subjects(leaf, setting)]
    after = after_needs(leaf, setting.plan)
    first = [
        t
        for need in after
        for s in _subjects(leaf, setting)
        for t in prerequisites(need, s, setting.plan, setting.view)
    ]
    return with_prerequisites([*things, *first], setting)


def after_needs(leaf: Milestone, plan: Plan) -> list[Dependency]:
    """The ``after`` of a milestone as requirements; per subject where both events have subjects."""
    event = plan.events.get(leaf.event)
    found = []
    for name in leaf.after:
        other = plan.events.get(name)
        both = bool(event and event.subjects is not None and other and other.subjects is not None)
        found.append(Dependency(name, leaf.event, both, ""))
    return found


def _subjects(leaf: Milestone, setting: Setting) -> Sequence[str]:
    """The members, or for an open set the subjects heard of so far (with the empty one for an event without any)."""
    if leaf.members is not None:
        return leaf.members
    told = setting.view.events.get(leaf.event, {})
    heard = {s for s, variants in told.items() if any(happened_by(v, setting.as_of) for v in variants)}
    heard.update(s for (e, s), variants in setting.view.expected.items() if e == leaf.event and only(variants))
    event = setting.plan.events.get(leaf.event)
    return sorted(heard) if event is not None and event.subjects is not None else [""]


def _milestone_case(leaf: Milestone, log: Log, risks: Risks) -> Finding:
    setting = log.setting
    as_of, plan = setting.as_of, setting.plan
    after = after_needs(leaf, plan)
    subjects = _subjects(leaf, setting)
    single = leaf.members is None and subjects == [""]
    size = 1 if single else len(subjects)
    closed = leaf.closed or single
    members: list[Data] = []
    cited: list[str] = []
    settled: list[date] = []
    told: list[date] = []
    late_forecasts = hopeful = blocked = 0
    for subject in subjects:
        thing = (leaf.event, subject)
        found = log.happened(thing, after)
        member: Data = {"subject": subject} if subject else {}
        if found:
            day, final, ids, _ = found
            told.append(day)
            if final:
                settled.append(day)
            member |= {**log.standing(found), "days": (leaf.by - day).days}
            cited += ids
        else:
            raw = log.raw(thing)
            if raw is not None:
                breaches = _missing_first(thing, after, log)
                member |= {"fact": raw.id, "not_recognised": breaches}
                cited += [raw.id, *(breach["fact"] for breach in breaches if "fact" in breach)]
            forecast = log.forecast(thing)
            if forecast and forecast.expected:
                member |= {"forecast": forecast.id, "expected": forecast.expected.isoformat()}
                cited.append(forecast.id)
                late_forecasts += forecast.expected > leaf.by
            waiting = _late_prerequisite(thing, after, log, leaf.by)
            if waiting:
                member["waits_for"] = waiting
                cited += [w["forecast"] for w in waiting]
                blocked += 1
            if not (forecast and forecast.expected and forecast.expected > leaf.by):
                hopeful += closed or forecast is not None
        members.append(member)
    settled.sort()
    told.sort()
    reached = settled[leaf.count - 1] if len(settled) >= leaf.count else None
    too_late = [day for day in settled if day > leaf.by]
    spare = size - leaf.count  # members that may fail
    late = (too_late[spare] - leaf.by).days if closed and len(too_late) > spare else 0
    provisional = sum(day <= leaf.by for day in told) >= leaf.count
    numbers = {
        "reached": int(reached is not None),
        "slack": (leaf.by - reached).days if reached else 0,
        "late": late,
        "left": (leaf.closes - as_of).days,
        "provisional": int(provisional),
        "silence": int(leaf.undocumented == "missed"),
    }
    on_time = sum(day <= leaf.by for day in told)
    if late_forecasts:
        numbers["r4"] = on_time + hopeful - leaf.count
    if risks.lead_time is not None and not provisional:
        numbers["r5"] = (leaf.by - as_of).days - risks.lead_time
    if blocked and not provisional:
        numbers["r6"] = -blocked
    defects: list[Data] = []
    if numbers["left"] < 0:
        if provisional:
            since = leaf.closes.isoformat()
            defects = [{"defect": "preliminary", "fact": fact, "since": since} for fact in loose_facts(members)]
        elif leaf.undocumented == "at-risk":
            defects = [{"defect": "missing", "through": leaf.by.isoformat(), "since": leaf.closes.isoformat()}]
    numbers["r7"] = -len(defects)
    data: Data = {
        "kind": "milestone",
        "event": leaf.event,
        "by": leaf.by.isoformat(),
        "closes": leaf.closes.isoformat(),
        "count": leaf.count,
        "size": size if closed else None,
        "days_left": (leaf.by - as_of).days,
        "done": sum(day <= leaf.by for day in settled),
        "members": members,
    }
    if leaf.after:
        data["after"] = list(leaf.after)
    if leaf.shifted_from:
        data["shifted_from"] = leaf.shifted_from.isoformat()
    elif leaf.by.weekday() >= SATURDAY:
        data["stays_on_weekend"] = True
    if defects:
        data["defects"] = defects
    if len(told) >= leaf.count:
        data["delivered"] = told[leaf.count - 1].isoformat()
    decided = (reached is not None and reached <= leaf.by) or late > 0
    overdue = any(d["defect"] == "missing" for d in defects)
    evidence: Evidence = "overdue" if overdue else "complete" if decided else "partial" if told else "none"
    return Finding("milestone", numbers, data, evidence, tuple(dict.fromkeys(cited)))


def _missing_first(thing: Thing, after: Sequence[Dependency], log: Log) -> list[Data]:
    """Why an event that happened does not count: the requirements that had not happened by its day."""
    plan = log.setting.plan
    event = log.raw(thing)
    found: list[Data] = []
    for need in (*plan.requirements.get(thing[0], ()), *after):
        for before in log.required(need, thing[1], event.date if event and event.date else date.min):
            earlier = log.happened(before)
            if event and event.date and (earlier is None or earlier[0] > event.date):
                entry: Data = {"before": before[0], "date": event.date.isoformat()}
                if before[1]:
                    entry["subject"] = before[1]
                raw = log.raw(before)
                if raw and raw.date:
                    entry |= {"fact": raw.id, "before_date": raw.date.isoformat()}
                found.append(entry)
    return found


def _late_prerequisite(thing: Thing, after: Sequence[Dependency], log: Log, by: date) -> list[Data]:
    """Requirements that have not happened and are forecast only after the deadline."""
    plan, view = log.setting.plan, log.setting.view
    found = []
    for need in (*plan.requirements.get(thing[0], ()), *after):
        things = prerequisites(need, thing[1], plan, view)
        waiting = [before for before in things if log.raw(before) is None]
        told = [(f.expected, f.id) for before in waiting if (f := log.forecast(before)) and f.expected]
        if one_is_enough(need, plan):
            told = sorted(told)[:1] if len(waiting) == len(things) else []
        found += [
            {"before": need.before, "forecast": fact, "expected": day.isoformat()} for day, fact in told if day > by
        ]
    return found
