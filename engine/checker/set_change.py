"""Changes of a set: every list against the base list, with the descent that the cited lists tell."""

from collections.abc import Sequence

from rulecheck.engine.checker.context import Context, Data, need, shows
from rulecheck.engine.proof import Step
from rulecheck.facts.facts import Listing
from rulecheck.rules.criteria import SetChange
from rulecheck.rules.plan import Target


def check_set_change(context: Context, criterion: SetChange, step: Step, target: Target) -> None:
    """The base list, each list after it, and what they settle."""
    data, lag = step.data, criterion.closes - criterion.over.last
    base = _listing(context, criterion, data["base"]) if "base" in data else None
    lists = [_listing(context, criterion, shown) for shown in data["lists"]]
    days = [found.at for found in ([base] if base else []) + lists]
    need(days == sorted(set(days)), "the lists are not in order")
    need(base is None or base.at <= criterion.base, "the base list is of a later day")
    need(all(criterion.base < found.at <= criterion.over.last for found in lists), "a list is of another time")
    shows(
        data,
        kind="set-change",
        measure=criterion.measure,
        direction=criterion.direction,
        over=criterion.over.label,
        by=criterion.over.last.isoformat(),
        closes=criterion.closes.isoformat(),
        base_day=criterion.base.isoformat(),
        size=None if base is None else len(base.members),
    )
    if base is not None:
        shows(data["base"], members=list(base.members))
        for i, shown in enumerate(data["lists"]):
            _compared(base, lists[: i + 1], shown)
    inside = bool(lists) and lists[-1].at >= criterion.over.first
    over = context.as_of > criterion.closes
    preliminary = {f.id: f.at for f in [base, *lists[-1:]] if f is not None and f.preliminary}
    for defect in data.get("defects", ()):
        day = criterion.over.last if defect["defect"] == "missing" else preliminary[defect["fact"]]
        need(context.as_of > day + lag, "it is not due yet")
        shows(defect, since=(day + lag).isoformat())
        if defect["defect"] == "missing":
            need(not inside, "a list is there")
            shows(defect, through=day.isoformat())
    settled = _settled(criterion, data, over, inside)
    overdue = over and (base is None or not inside)
    complete = any(settled[rule][0] for rule in ("new-member", "no-new-member", "fewer-members", "not-fewer"))
    evidence = "overdue" if overdue else "complete" if complete else "partial" if lists else "none"
    need(step.evidence == evidence, "the evidence is {}, not {}", evidence, step.evidence)
    if step.rule in settled:
        need(settled[step.rule] == (True, step.verdict), "rule {} does not give {}", step.rule, step.verdict)
        return
    need(not any(holds for holds, _ in settled.values()), "the criterion is settled, not open")
    last = data["lists"][-1] if base is not None and lists else None
    no_new = criterion.direction == "no-new"
    worse = last is not None and (bool(last["new"]) if no_new else last["size"] >= data["size"])
    context.open(step, target, {"R1": worse, "R7": data.get("defects")})


def _settled(criterion: SetChange, data: Data, over: bool, inside: bool) -> dict[str, tuple[bool, str]]:
    """Which settling rules hold, and what each of them gives."""
    final = "base" in data and data["base"]["status"] == "final"
    no_new = criterion.direction == "no-new"
    broken = final and any(shown["new"] for shown in data["lists"] if shown["status"] == "final")
    last = data["lists"][-1] if inside else None
    closed = (
        final
        and last is not None
        and last["status"] == "final"
        and (over or last["at"] == criterion.over.last.isoformat())
    )
    clean = fewer = not_fewer = False
    if closed and last is not None:
        clean = not last["new_by_final"]
        fewer = max(last["size"], last["size_by_final"]) < data["size"]
        not_fewer = min(last["size"], last["size_by_final"]) >= data["size"]
    silent = over and not inside and criterion.undocumented == "missed"
    return {
        "new-member": (no_new and broken, "missed"),
        "no-new-member": (no_new and clean and not broken, "fulfilled"),
        "fewer-members": (not no_new and fewer, "fulfilled"),
        "not-fewer": (not no_new and not_fewer, "missed"),
        "no-list": (silent, "missed"),
        "no-base-list": (over and "base" not in data and not silent, "at-risk"),
    }


def _listing(context: Context, criterion: SetChange, shown: Data) -> Listing:
    """A list as it is shown: of this set, by the day."""
    fact = context.cited_as(Listing, shown["fact"], measure=criterion.measure, dimensions=())
    need(fact.at <= context.as_of, "{} is of a day after the one that is judged", fact.id)
    shows(shown, at=fact.at.isoformat(), status="preliminary" if fact.preliminary else "final")
    return fact  # type: ignore[no-any-return]


def _compared(base: Listing, lists: Sequence[Listing], shown: Data) -> None:
    """New and gone members and the size, as they follow from the lists up to this one."""
    listed = lists[-1]
    sure = [f for f in lists if f is listed or not f.preliminary]
    roots = {member: _roots(member, base, lists) for member in listed.members}
    final_roots = {member: _roots(member, base, sure) for member in listed.members}
    new = [member for member, found in roots.items() if not found]
    gone = [member for member in base.members if not any(member in found for found in roots.values())]
    final_new = [member for member, found in final_roots.items() if not found]
    final_gone = [member for member in base.members if not any(member in found for found in final_roots.values())]
    descends = {m: found for m, found in roots.items() if found and m not in base.members}
    shows(
        shown,
        count=len(listed.members),
        new=new,
        gone=gone,
        size=len(base.members) - len(gone) + len(new),
        new_by_final=final_new,
        size_by_final=len(base.members) - len(final_gone) + len(final_new),
    )
    told = {member: set(names) for member, names in shown["descends"].items()}
    need(told == {m: set(found) for m, found in descends.items()}, "the descent is another")


def _roots(member: str, base: Listing, lists: Sequence[Listing]) -> list[str]:
    """The members of the base that a member is or descends from, list by list backwards."""
    heirs = {member}
    for listed in lists[::-1]:
        heirs = heirs.union(*(names for heir, names in listed.origins if heir in heirs))
    return [name for name in base.members if name in heirs]
