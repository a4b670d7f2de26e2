"""Duties that return: an event for each due date."""

from datetime import date

from rulecheck.engine.findings.events import Log, loose_facts, over_variants, with_prerequisites
from rulecheck.engine.findings.finding import Data, Finding, LeafFindings, Setting
from rulecheck.engine.verdict import Evidence
from rulecheck.rules.criteria import Recurring


def find_recurring(leaf: Recurring, setting: Setting) -> LeafFindings:
    """One finding per alternative of the events that fall due."""
    things = with_prerequisites([(leaf.event, due.isoformat()) for due in _due_dates(leaf, setting)], setting)
    return over_variants(leaf, things, setting, lambda log: _recurring_case(leaf, log))


def _due_dates(leaf: Recurring, setting: Setting) -> tuple[date, ...]:
    return leaf.due_dates(setting.calendar)


def _recurring_case(leaf: Recurring, log: Log) -> Finding:
    as_of = log.setting.as_of
    due_dates = _due_dates(leaf, log.setting)
    members: list[Data] = []
    cited: list[str] = []
    late = silent = pending = overdue = slips = stale = known = 0
    for due in due_dates:
        thing = (leaf.event, due.isoformat())
        found = log.happened(thing)
        member: Data = {"due": due.isoformat()}
        if found:
            day, final, ids, _ = found
            known += 1
            cited += ids
            member |= {**log.standing(found), "days": (due - day).days}
            if final:
                late += day > due
            else:
                pending += 1
                silent += day > due and due + leaf.lag < as_of
                stale += due + leaf.lag < as_of and day <= due
        else:
            pending += 1
            silent += due + leaf.lag < as_of
            overdue += due < as_of <= due + leaf.lag
            forecast = log.forecast(thing)
            if forecast and forecast.expected:
                member |= {"forecast": forecast.id, "expected": forecast.expected.isoformat()}
                cited.append(forecast.id)
                slips += forecast.expected > due
        members.append(member)
    horizon = due_dates[-1] if due_dates else leaf.by
    numbers = {
        "scheduled": int(bool(due_dates)),
        "late": late,
        "silent": silent,
        "pending": pending,
        "ahead": (leaf.by - as_of).days,
        "r4": -slips,
        "r7": -(overdue + stale),
    }
    data: Data = {
        "kind": "recurring",
        "event": leaf.event,
        "by": horizon.isoformat(),
        "closes": (horizon + leaf.lag).isoformat(),
        "lag": leaf.lag.days,
        "scheduled": bool(due_dates),
        "members": members,
    }
    if overdue or stale:
        data["defects"] = [defect for m in members for defect in _defects(m, leaf, as_of)]
    decided = bool(due_dates) and (late > 0 or pending == 0)
    evidence: Evidence = "overdue" if overdue else "complete" if decided else "partial" if known else "none"
    return Finding("recurring", numbers, data, evidence, tuple(dict.fromkeys(cited)))


def _defects(member: Data, leaf: Recurring, as_of: date) -> list[Data]:
    """R7: within the lag the report that is missing; after it what is still preliminary of one that came."""
    due = date.fromisoformat(member["due"])
    if "fact" not in member:
        unseen = due < as_of <= due + leaf.lag
        return [{"defect": "missing", "through": member["due"], "since": member["due"]}] if unseen else []
    if member["status"] == "final" or as_of <= due + leaf.lag:
        return []
    told = {"defect": "preliminary", "through": member["due"], "since": (due + leaf.lag).isoformat()}
    return [{**told, "fact": fact} for fact in loose_facts([member])]
