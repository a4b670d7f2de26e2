"""Events and forecasts of events: that they say what is shown, and that what they require had happened."""

from collections.abc import Sequence
from datetime import date

from rulecheck.engine.checker.context import Context, Data, day_of, need
from rulecheck.engine.proof import Step
from rulecheck.facts.facts import Event, Forecast


def counted_day(context: Context, step: Step, shown: Data, name: str, subject: str, after: Sequence[str] = ()) -> date:
    """The day of an event that is counted: it had happened, and so had all that it requires."""
    fact = context.cited_as(Event, shown["fact"], event=name, subject=subject)
    day = day_of(shown["date"])
    need(fact.date == day and day <= context.as_of, "{} did not happen on {}", fact.id, day)
    told: list[Event] = []
    if after or name in context.plan.requirements:
        told = [e for e in map(context.cited, step.facts) if isinstance(e, Event) and not e.withdrawn]
    standing = _standing(context, fact, told, after)
    need(standing == shown["status"], "{} is {}, not {}", fact.id, standing, shown["status"])
    loose = loose_of(shown)
    need(bool(loose) == (standing == "preliminary"), "what is preliminary of {} is not shown", fact.id)
    for name in loose:
        need(context.cited_as(Event, name).preliminary, "{} is not preliminary", name)
    return day


def loose_of(shown: Data) -> list[str]:
    """The preliminary facts that a preliminary standing rests on: the event itself unless others are shown."""
    return list(shown.get("loose", [shown["fact"]])) if shown.get("status") == "preliminary" else []


def _standing(context: Context, event: Event, told: list[Event], after: Sequence[str] = ()) -> str:
    """``final``, ``preliminary``, or ``not recognised``: what it requires had not happened by its day."""
    found = {"preliminary" if event.preliminary else "final"}
    needs = [(d.before, d.per_subject) for d in context.plan.requirements.get(event.event, ())]
    needs += [(name, _has_subjects(context, name) and _has_subjects(context, event.event)) for name in after]
    for before, per_subject in needs:
        for subject in _required_subjects(context, before, event.subject if per_subject else None):
            earlier = [e for e in told if e.event == before and subject in (None, e.subject)]
            in_time = [e for e in earlier if e.date and event.date and e.date <= event.date]
            best = {_standing(context, e, told) for e in in_time}
            found.add(next((s for s in ("final", "preliminary") if s in best), "not recognised"))
    return next(s for s in ("not recognised", "preliminary", "final") if s in found)


def _has_subjects(context: Context, event: str) -> bool:
    return event in context.plan.events and context.plan.events[event].subjects is not None


def _required_subjects(context: Context, before: str, subject: str | None) -> list[str | None]:
    """Whom it must have happened for: this subject, all that are named, or (None) any of an open set."""
    if not _has_subjects(context, before):
        return [""]
    return [subject] if subject is not None else list(context.plan.events[before].subjects or ()) or [None]


def forecast_day(context: Context, shown: Data, event: str, subject: str | None = None) -> date:
    """The expected day, as the forecast says."""
    about = {"event": event} if subject is None else {"event": event, "subject": subject}
    fact = context.cited_as(Forecast, shown["forecast"], **about)
    need(fact.expected == day_of(shown["expected"]), "{} says otherwise", fact.id)
    return day_of(shown["expected"])
