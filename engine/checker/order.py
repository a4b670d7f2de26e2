"""Order: both events of every subject."""

from rulecheck.engine.checker.context import Context, Data, day_of, need, shows
from rulecheck.engine.checker.events import counted_day, loose_of
from rulecheck.engine.proof import Step
from rulecheck.facts.facts import Forecast
from rulecheck.rules.criteria import Order
from rulecheck.rules.plan import Target


def check_order(context: Context, criterion: Order, step: Step, target: Target) -> None:
    """Both events of every subject, and what they settle."""
    states, slips, known, likely = [], False, False, True
    loose: dict[str, None] = {}
    for subject, member in zip(criterion.subjects, step.data["members"], strict=True):
        first = counted_day(context, step, member["before"], criterion.before, subject) if "before" in member else None
        second = counted_day(context, step, member["then"], criterion.then, subject) if "then" in member else None
        sure = [member[k]["status"] == "final" if k in member else False for k in ("before", "then")]
        slips |= "expected" in member and _order_slips(context, criterion, member, subject)
        known |= "before" in member or "then" in member
        likely &= bool(first and second and first <= second <= criterion.by)
        loose |= dict.fromkeys(name for key in ("before", "then") if key in member for name in loose_of(member[key]))
        if second and sure[1] and (first is None or first > second):
            states.append("broken")
        elif first and second and all(sure):
            states.append("done" if second <= criterion.by else "late")
        else:
            states.append("late" if first and sure[0] and first > criterion.by else "open")
    over = context.as_of > criterion.closes
    since = criterion.closes.isoformat()
    defects = [{"defect": "preliminary", "fact": name, "since": since} for name in loose] if over and likely else []
    shows(
        step.data,
        kind="order",
        before=criterion.before,
        then=criterion.then,
        by=criterion.by.isoformat(),
        closes=criterion.closes.isoformat(),
        days_left=(criterion.by - context.as_of).days,
        defects=defects or None,
    )
    decided = {"broken", "late"} & {*states} or {*states} == {"done"}
    evidence = "complete" if decided else "partial" if known else "none"
    need(step.evidence == evidence, "the evidence is {}, not {}", evidence, step.evidence)
    settled = {
        "out-of-order": ("broken" in states, "missed"),
        "order-too-late": ("late" in states, "missed"),
        "in-order": (set(states) == {"done"}, "fulfilled"),
        "order-not-shown": (over and not likely and "open" in states, "missed"),
    }
    if step.rule in settled:
        need(settled[step.rule] == (True, step.verdict), "rule {} does not give {}", step.rule, step.verdict)
        return
    need(not any(holds for holds, _ in settled.values()), "the criterion is settled, not open")
    hurry = not likely and context.little_time(criterion.by, target)
    context.open(step, target, {"R4": slips, "R5": hurry, "R7": defects})


def _order_slips(context: Context, criterion: Order, member: Data, subject: str) -> bool:
    """Whether what is still to happen is expected too late, or the second before the first."""
    days = {}
    for name, day in member["expected"].items():
        fact = context.cited_as(Forecast, name, subject=subject, expected=day_of(day))
        need(fact.event in (criterion.before, criterion.then), "{} is about something else", name)
        days[fact.event] = day_of(day)
    keys = ((criterion.before, "before"), (criterion.then, "then"))
    waiting = [event for event, key in keys if key not in member]
    late = any(days[event] > criterion.by for event in waiting if event in days)
    return late or (len(waiting) == len(days) == 2 and days[criterion.then] < days[criterion.before])
