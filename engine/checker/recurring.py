"""Recurring duties: every due date."""

from rulecheck.engine.checker.context import Context, day_of, need, shows
from rulecheck.engine.checker.events import counted_day, forecast_day, loose_of
from rulecheck.engine.proof import Step
from rulecheck.rules.criteria import Recurring
from rulecheck.rules.plan import Target


def check_recurring(context: Context, criterion: Recurring, step: Step, target: Target) -> None:
    """Every due date, and what they settle together."""
    dates = criterion.dates
    if dates is None:
        dates = tuple(day for day in context.calendar.get(criterion.event, ()) if day <= criterion.by)
    need([day_of(m["due"]) for m in step.data["members"]] == list(dates), "the due dates are others")
    late = silent = pending = False
    slips = overdue = missing = known = False
    defects = []
    for due, member in zip(dates, step.data["members"], strict=True):
        passed = context.as_of > due + criterion.lag
        day = counted_day(context, step, member, criterion.event, due.isoformat()) if "date" in member else None
        known |= day is not None
        if day is not None:
            shows(member, days=(due - day).days)
            if member["status"] == "final":
                late |= day > due
                continue
        pending = True
        silent |= passed and (day is None or day > due)
        unseen = day is None and not passed and context.as_of > due
        missing |= unseen
        stale = passed and day is not None and day <= due
        overdue |= stale or unseen
        slips |= "expected" in member and forecast_day(context, member, criterion.event, due.isoformat()) > due
        if unseen or (passed and day is not None):
            since = due if day is None else due + criterion.lag
            told = {"through": due.isoformat(), "since": since.isoformat()}
            if day is None:
                defects.append({"defect": "missing", **told})
            defects += [{"defect": "preliminary", **told, "fact": name} for name in loose_of(member)]
    horizon = dates[-1] if dates else criterion.by
    shows(
        step.data,
        kind="recurring",
        event=criterion.event,
        by=horizon.isoformat(),
        closes=(horizon + criterion.lag).isoformat(),
        lag=criterion.lag.days,
        scheduled=bool(dates),
        defects=defects if overdue else None,
    )
    complete = bool(dates) and (late or not pending)
    evidence = "overdue" if missing else "complete" if complete else "partial" if known else "none"
    need(step.evidence == evidence, "the evidence is {}, not {}", evidence, step.evidence)
    settled = {
        "report-late": (late, "missed"),
        "report-missing": (silent, "missed"),
        "all-in-time": (bool(dates) and not pending and not late, "fulfilled"),
        "no-calendar": (not dates and context.as_of > criterion.by, "at-risk"),
    }
    if step.rule in settled:
        need(settled[step.rule] == (True, step.verdict), "rule {} does not give {}", step.rule, step.verdict)
        return
    need(not any(holds for holds, _ in settled.values()), "the criterion is settled, not open")
    context.open(step, target, {"R4": slips, "R7": overdue})
