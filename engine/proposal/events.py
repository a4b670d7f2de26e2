"""The events that meet a milestone, an order or a recurring duty, with what they require first."""

from collections.abc import Iterator, Sequence
from datetime import date

from rulecheck.engine.findings import after_needs
from rulecheck.engine.findings.events import Thing, one_is_enough, prerequisites
from rulecheck.engine.proposal.draft import Data, Draft, Impossible
from rulecheck.facts.facts import Event
from rulecheck.rules.criteria import Milestone, Order, Recurring
from rulecheck.rules.plan import Dependency


def meet_milestone(draft: Draft, leaf: Milestone, data: Data) -> None:
    """As many subjects as are lacking, on the last day: first those told of already, then those that are absent."""
    after = after_needs(leaf, draft.plan)
    members = data["members"]
    good = [m for m in members if "date" in m and m["days"] >= 0]
    final = sum(m["status"] == "final" for m in good)
    loose = [m for m in good if m["status"] == "preliminary"]
    absent = [m for m in members if "date" not in m]
    late = [m for m in members if "date" in m and m["days"] < 0 and m["status"] == "preliminary"]
    lacking = leaf.count - final
    for member in [*loose, *absent, *late]:
        if lacking <= 0:
            return
        before = dict(draft.found)
        try:
            _happen(draft, (leaf.event, member.get("subject", "")), leaf.by, after)
            lacking -= 1
        except Impossible:
            draft.found = before
    if lacking > 0 and leaf.members is None and data["size"] is None:
        for name in _new_names(draft, leaf, lacking):
            _happen(draft, (leaf.event, name), leaf.by, after)
        return
    if lacking > 0:
        raise Impossible("too few can still be in time")


def meet_order(draft: Draft, leaf: Order, data: Data) -> None:
    """Both events for every subject, the first of them before the other may have happened."""
    for member in data["members"]:
        subject = member.get("subject", "")
        second = member.get("then")
        limit = leaf.by
        if second and second["status"] == "final":
            limit = min(limit, date.fromisoformat(second["date"]))
        first = _happen(draft, (leaf.before, subject), limit)
        if not second or second["status"] != "final":
            told = draft.events.get((leaf.then, subject))
            if told is not None and told.date is not None and told.date < first:
                _event(draft, (leaf.then, subject), leaf.by)
            _happen(draft, (leaf.then, subject), leaf.by)


def meet_reports(draft: Draft, leaf: Recurring, data: Data) -> None:
    """Every report on its due date; one on the last day where no dates are set."""
    if not data["scheduled"]:
        draft.calendar[leaf.event] = (leaf.by,)
        _happen(draft, (leaf.event, leaf.by.isoformat()), leaf.by)
        return
    for member in data["members"]:
        if member.get("status") != "final" or member["days"] < 0:
            due = date.fromisoformat(member["due"])
            _happen(draft, (leaf.event, member["due"]), due)


def _happen(draft: Draft, about: Thing, by: date, after: Sequence[Dependency] = (), depth: int = 0) -> date:
    """Make the thing have happened for good by a day, and first what it requires. Returns its day."""
    if depth > 50:
        raise Impossible("requirements without end")
    told = _supposed(draft, about) or draft.events.get(about)
    needs = (*draft.plan.requirements.get(about[0], ()), *after)
    if told is not None and told.date is not None and told.date <= by:
        before = dict(draft.found)
        try:
            for need in needs:
                _first(draft, need, about[1], told.date, depth)
            if told.preliminary:
                _event(draft, about, told.date)
            return told.date
        except Impossible:
            draft.found = before  # as told it does not count: it happens again
    for need in needs:
        _first(draft, need, about[1], by, depth)
    _event(draft, about, by)
    return by


def _first(draft: Draft, need: Dependency, subject: str, by: date, depth: int) -> None:
    things = prerequisites(need, subject, draft.plan, draft.view)
    for before in things[:1] if one_is_enough(need, draft.plan) else things:
        told = _supposed(draft, before) or draft.events.get(before)
        if told is not None and not told.preliminary and told.date and told.date > by:
            raise Impossible("what it requires came too late")
        _happen(draft, before, by, (), depth + 1)


def _supposed(draft: Draft, about: Thing) -> Event | None:
    found = draft.found.get(("event", *about, ()))
    return found if isinstance(found, Event) else None


def _event(draft: Draft, about: Thing, day: date) -> None:
    name = f"{about[0]}/{about[1]}" if about[1] else about[0]
    draft.add(Event(**draft.head(name), event=about[0], subject=about[1], date=day))


def _new_names(draft: Draft, leaf: Milestone, count: int) -> Iterator[str]:
    """Names for subjects nobody has heard of yet."""
    number = 0
    while count:
        number += 1
        if (leaf.event, f"new-{number}") not in draft.events:
            count -= 1
            yield f"new-{number}"
