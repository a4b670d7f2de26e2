"""A settled verdict: by how much it stands, and since when it is certain. Source: semantics §7."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from rulecheck.engine.findings import crossed, with_base
from rulecheck.engine.proof import Step
from rulecheck.facts.period import parse_period
from rulecheck.facts.quantity import Exact, exact_text
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

Data = dict[str, Any]


def gaps(criterion: Criterion, step: Step) -> list[Data]:
    """Of a settled verdict, how much to spare (fulfilled) or lacking (missed): for each settled part that carries it.

    ``by`` is in the measure's unit, in days, or in members; negative is lacking.
    """
    if step.verdict not in ("fulfilled", "missed"):
        return []
    if isinstance(criterion, Combination):
        pairs = zip(criterion.parts, step.premises, strict=True)
        return [gap for part, premise in pairs if premise.verdict == step.verdict for gap in gaps(part, premise)]
    if step.rule.startswith("alternatives"):
        return [gap for premise in step.premises[:1] for gap in gaps(criterion, premise)]
    data = step.data
    match criterion:
        case Threshold():
            return [{"path": step.path, "what": "value", "by": data["margin"]}] if "margin" in data else []
        case Milestone():
            return [_milestone_gap(criterion, step)]
        case Recurring():
            days = [m["days"] for m in data["members"] if "days" in m]
            return [{"path": step.path, "what": "days", "by": min(days)}] if days else []
        case Order():
            both = [m["then"]["date"] for m in data["members"] if "then" in m]
            if not both:
                return []
            return [{"path": step.path, "what": "days", "by": (criterion.by - date.fromisoformat(max(both))).days}]
        case SetChange():
            return _set_gap(criterion, step)
        case Assessed():
            return []


def _set_gap(criterion: SetChange, step: Step) -> list[Data]:
    """How many members fewer than before, or how many new ones too many."""
    data = step.data
    if "base" not in data or not data["lists"]:
        return []
    if criterion.direction == "fewer":
        return [{"path": step.path, "what": "members", "by": data["size"] - data["lists"][-1]["size"]}]
    new = next((len(f["new"]) for f in data["lists"] if f["new"] and f["status"] == "final"), 0)
    return [{"path": step.path, "what": "members", "by": -new}] if new else []


def _milestone_gap(criterion: Milestone, step: Step) -> Data:
    days = sorted((m["days"] for m in step.data["members"] if m.get("status") == "final"), reverse=True)
    if len(days) >= criterion.count:
        return {"path": step.path, "what": "days", "by": days[criterion.count - 1]}
    return {"path": step.path, "what": "members", "by": sum(d >= 0 for d in days) - criterion.count}


def certain_since(criterion: Criterion, step: Step) -> str | None:
    """The first day on which the facts at hand made a definitive verdict certain; None while it is open."""
    if step.verdict not in ("fulfilled", "missed"):
        return None
    if isinstance(criterion, Combination):
        same = [(part, p) for part, p in zip(criterion.parts, step.premises, strict=True) if p.verdict == step.verdict]
        days = sorted(day for part, p in same if (day := certain_since(part, p)) is not None)
        needed_ = criterion.count if step.verdict == "fulfilled" else len(criterion.parts) - criterion.count + 1
        return days[needed_ - 1] if len(days) >= needed_ else None
    if step.rule.startswith("alternatives"):
        found = [certain_since(criterion, premise) for premise in step.premises]
        return max((day for day in found if day), default=None)
    return _since(criterion, step)


def _since(criterion: Leaf, step: Step) -> str | None:
    data = step.data
    match criterion:
        case SetChange():
            return _set_since(step)
        case Threshold():
            silent = step.rule == "undocumented"
            return _after(data["closes"]) if silent else _crossed(with_base(criterion, data), data)
        case Milestone():
            return _milestone_since(criterion, step)
        case Order():
            days = [day for member in data["members"] if (day := _order_broken(member, data["by"]))]
            if step.rule == "in-order":
                return max(str(member["then"]["date"]) for member in data["members"])
            return min([*days, _after(data["closes"])])
        case Recurring():
            if step.rule == "all-in-time":
                return max(str(member["date"]) for member in data["members"])
            return min(day for member in data["members"] for day in _duty_broken(member, data["lag"]))
        case Assessed():
            return str(data["assessment"]["date"])


def _set_since(step: Step) -> str:
    """The day of the first list with a new member; else the last list's, if it is of the period's last day."""
    data = step.data
    if step.rule == "new-member":
        return str(next(found["at"] for found in data["lists"] if found["new"] and found["status"] == "final"))
    last = data["lists"][-1:]
    return data["by"] if last and last[0]["at"] == data["by"] else _after(data["closes"])


def _milestone_since(criterion: Milestone, step: Step) -> str:
    data, members = step.data, step.data["members"]
    final = sorted(str(m["date"]) for m in members if m.get("status") == "final")
    if step.rule == "in-time":
        return final[int(data["count"]) - 1]
    silent = criterion.undocumented == "missed" and sum("date" in m and m["days"] >= 0 for m in members) < data["count"]
    days = [_after(data["closes"])] if silent else []
    if step.rule == "too-late":
        days.append([day for day in final if day > data["by"]][int(data["size"]) - int(data["count"])])
    return min(days)


def _order_broken(member: Data, by: str) -> str | None:
    """The day on which an order was broken, or its deadline passed late; None while neither is certain."""
    first, second = member.get("before"), member.get("then")
    days = [e["date"] for e in (first, second) if e and e["status"] == "final" and e["date"] > by]
    if second and second["status"] == "final" and (first is None or first["date"] > second["date"]):
        days.append(second["date"])
    return min(days, default=None)


def _duty_broken(member: Data, lag: int) -> Iterator[str]:
    """The days on which a due date was passed late, or silently."""
    in_time = "date" in member and member["days"] >= 0
    if "date" in member and member["status"] == "final" and not in_time:
        yield member["date"]
    if not in_time:
        yield _after(member["due"], lag)


def _after(day: str, lag: int = 0) -> str:
    return (date.fromisoformat(day) + timedelta(lag + 1)).isoformat()


def _crossed(criterion: Threshold, data: Any) -> str | None:
    """The end of the period; of a total that cannot fall, the end of the piece with which it crossed its bound."""
    if criterion.kind == "total" and not criterion.signed:
        total: Exact = 0
        for piece in data.get("settled", data["pieces"]):
            if piece["status"] == "final":
                total += exact_text(piece["amount"])
                if crossed(criterion, total):
                    return parse_period(piece["period"]).last.isoformat()
    reach: str | None = data.get("reach")
    return reach
