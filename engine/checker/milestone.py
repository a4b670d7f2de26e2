"""Milestones: every member, and what their days settle."""

from rulecheck.engine.checker.context import Context, Data, day_of, need, shows
from rulecheck.engine.checker.events import counted_day, forecast_day, loose_of
from rulecheck.engine.proof import Step
from rulecheck.facts.facts import Event
from rulecheck.rules.criteria import Milestone
from rulecheck.rules.plan import Target


def check_milestone(context: Context, criterion: Milestone, step: Step, target: Target) -> None:
    """Every member of the milestone, and what they settle together."""
    data = step.data
    final, told, waiting = [], [], 0
    for member in data["members"]:
        if criterion.members is not None:
            need(member["subject"] in criterion.members, "{} is not asked for", member)
        subject = member.get("subject", "")
        if "expected" in member:
            forecast_day(context, member, criterion.event, subject)
        if "date" in member:
            event = counted_day(context, step, member, criterion.event, subject, criterion.after)
            shows(member, days=(criterion.by - event).days)
            told.append(event)
            if member["status"] == "final":
                final.append(event)
            continue
        if "fact" in member:
            _not_recognised(context, member, criterion.event, subject)
        for entry in member.get("waits_for", ()):
            need(forecast_day(context, entry, entry["before"]) > criterion.by, "{} is in time", entry["forecast"])
            waiting += 1
    names = [m.get("subject", "") for m in data["members"]]
    need(len(set(names)) == len(names), "a subject is counted twice")
    if criterion.members is not None:
        need(set(names) == set(criterion.members), "a member is left out")
    in_time = [day for day in final if day <= criterion.by]
    likely = sum(day <= criterion.by for day in told) >= criterion.count
    single = criterion.members is None and names == [""]
    closed = criterion.closed or single
    lost = closed and sum(day > criterion.by for day in final) > len(names) - criterion.count
    over = context.as_of > criterion.closes and criterion.undocumented == "missed" and not likely
    told.sort()
    shows(
        data,
        kind="milestone",
        event=criterion.event,
        by=criterion.by.isoformat(),
        closes=criterion.closes.isoformat(),
        count=criterion.count,
        size=len(names) if closed else None,
        done=len(in_time),
        days_left=(criterion.by - context.as_of).days,
        after=list(criterion.after) or None,
        shifted_from=criterion.shifted_from.isoformat() if criterion.shifted_from else None,
        delivered=told[criterion.count - 1].isoformat() if len(told) >= criterion.count else None,
    )
    missing = _silence_defects(context, criterion, data, likely)
    complete = len(in_time) >= criterion.count or lost
    evidence = "overdue" if missing else "complete" if complete else "partial" if told else "none"
    need(step.evidence == evidence, "the evidence is {}, not {}", evidence, step.evidence)
    settled = {
        "in-time": (len(in_time) >= criterion.count, "fulfilled"),
        "too-late": (lost, "missed"),
        "not-shown": (over, "missed"),
    }
    if step.rule in settled:
        need(settled[step.rule] == (True, step.verdict), "rule {} does not give {}", step.rule, step.verdict)
        return
    need(not any(holds for holds, _ in settled.values()), "the criterion is settled, not open")
    late = [m for m in data["members"] if "expected" in m and day_of(m["expected"]) > criterion.by]
    hopeful = sum("date" not in m and m not in late and (closed or "expected" in m) for m in data["members"])
    fires = {
        "R4": late and sum(day <= criterion.by for day in told) + hopeful < criterion.count,
        "R5": not likely and context.little_time(criterion.by, target),
        "R6": waiting and not likely,
        "R7": data.get("defects"),
    }
    context.open(step, target, fires)


def _not_recognised(context: Context, member: Data, event: str, subject: str) -> None:
    """What happened before something it requires: the days are as the facts say."""
    told = context.cited_as(Event, member["fact"], event=event, subject=subject)
    for entry in member["not_recognised"]:
        shows(entry, date=told.date.isoformat())
        if "fact" in entry:
            before = context.cited_as(Event, entry["fact"], event=entry["before"], subject=entry.get("subject", ""))
            shows(entry, before_date=before.date.isoformat())


def _silence_defects(context: Context, criterion: Milestone, data: Data, likely: bool) -> bool:
    """After the lag, each preliminary event that counts, or the silence, is a defect; whether it is silence."""
    defects = data.get("defects", ())
    need(not defects or context.as_of > criterion.closes, "it is not due yet")
    for defect in defects:
        shows(defect, since=criterion.closes.isoformat())
        if defect["defect"] == "missing":
            need(not likely and criterion.undocumented == "at-risk", "nothing is missing")
            shows(defect, through=criterion.by.isoformat())
        else:
            named = {name for member in data["members"] for name in loose_of(member)}
            need(likely and defect["fact"] in named, "{} is not preliminary", defect["fact"])
    return any(defect["defect"] == "missing" for defect in defects)
