"""What would still change a verdict, and since when it is certain. Source: semantics §7."""

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from rulecheck.engine.edges import Edges, edges_of
from rulecheck.engine.findings import crossed, with_base
from rulecheck.engine.proof import Step
from rulecheck.facts.period import parse_period
from rulecheck.facts.quantity import Exact, exact, exact_text, plain
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


def needed(criterion: Criterion, step: Step) -> list[Data]:
    """For an open step, what is still missing for it to be fulfilled; nothing for a settled one."""
    if step.verdict in ("fulfilled", "missed"):
        return []
    if isinstance(criterion, Combination):
        return _cheapest(criterion, step)
    if step.rule.startswith("alternatives"):
        return [{"path": step.path, "what": "agreement", "facts": ids} for ids in step.data["conflicts"]]
    return [{"path": step.path, **entry} for entry in _needed(criterion, step.data)]


def _cheapest(criterion: Combination, step: Step) -> list[Data]:
    """Of the open parts those that ask for least, as many as are wanted; ties in the plan's order."""
    lacking = criterion.count - sum(premise.verdict == "fulfilled" for premise in step.premises)
    parts = [
        needed(part, premise)
        for part, premise in zip(criterion.parts, step.premises, strict=True)
        if premise.verdict not in ("fulfilled", "missed")
    ]
    kept = sorted(sorted(range(len(parts)), key=lambda n: (_cost(parts[n]), n))[:lacking])
    return [entry for n in kept for entry in parts[n]]


def _cost(entries: list[Data]) -> int:
    """How many things they ask for; what nothing can bring about any more, or must be agreed first, comes last."""
    if not entries or any(e["what"] == "agreement" or e.get("out_of_reach") for e in entries):
        return 1 << 30
    return sum(e.get("count", 1) for e in entries)


def _needed(criterion: Criterion, data: Data | Any) -> Iterator[Data]:
    match data["kind"]:
        case "milestone":
            lacking = data["count"] - sum("date" in m and m["days"] >= 0 for m in data["members"])
            named = [m["subject"] for m in data["members"] if m.get("subject") and "date" not in m]
            if lacking > 0:
                yield {
                    "what": "event",
                    "event": data["event"],
                    "by": data["by"],
                    "count": lacking,
                    "subjects": named if data["size"] is not None else [],
                }
            yield from _final_wanted(m for m in data["members"] if m.get("status") == "preliminary")
        case "order":
            for member in data["members"]:
                events = [data[key] for key in ("before", "then") if key not in member]
                for event in events:
                    yield {
                        "what": "event",
                        "event": event,
                        "by": data["by"],
                        "count": 1,
                        "subjects": [member["subject"]] if member.get("subject") else [],
                    }
            told = [member[key] for member in data["members"] for key in ("before", "then") if key in member]
            yield from _final_wanted(m for m in told if m["status"] == "preliminary")
        case "recurring":
            if not data["scheduled"]:
                yield {"what": "calendar", "event": data["event"]}
            for member in data["members"]:
                if "date" not in member:
                    yield {"what": "report", "event": data["event"], "by": member["due"]}
            yield from _final_wanted(m for m in data["members"] if m.get("status") == "preliminary")
        case "set-change":
            yield from _needed_list(data)
        case "assessment":
            open_points = {"undeclared": data["undeclared"]} if "undeclared" in data else {}
            yield {"what": "assessment", "roles": data["roles"], "by": data["by"], **open_points}
        case _:
            assert isinstance(criterion, Threshold)
            yield from _needed_base(criterion, data)
            yield from _needed_figure(criterion, data)


def _final_wanted(members: Iterator[Any]) -> Iterator[Data]:
    preliminary = list(dict.fromkeys(name for m in members for name in m.get("loose", (m["fact"],))))
    if preliminary:
        yield {"what": "final", "facts": preliminary}


def _needed_list(data: Data) -> Iterator[Data]:
    """A list of the last day of the period; and the base list, where there is none."""
    used = [data[key] for key in ("base",) if key in data] + data["lists"][-1:]
    yield from _final_wanted(m for m in used if m["status"] == "preliminary")
    if "base" not in data:
        yield {"what": "list", "measure": data["measure"], "by": data["base_day"]}
    if not data["lists"] or data["lists"][-1]["at"] != data["by"]:
        fewer = data["direction"] == "fewer" and "base" in data
        yield {"what": "list", "measure": data["measure"], "by": data["by"], "direction": data["direction"]} | (
            {"fewer_than": data["size"]} if fewer else {}
        )


def _needed_base(criterion: Threshold, data: Data) -> Iterator[Data]:
    """Of a trend: figures of its base period, while it is not known."""
    shown = data.get("trend")
    if criterion.trend is None or shown is None:
        return
    yield from _final_wanted(p for p in shown["pieces"] if p["status"] == "preliminary")
    if "value" not in shown:
        base = criterion.trend.base
        yield {"what": "base", "measure": criterion.measure, "from": base.first.isoformat(), "to": base.last.isoformat(),
               **({"dimensions": data["dimensions"]} if "dimensions" in data else {})}  # fmt: skip


def _needed_figure(criterion: Threshold, data: Any) -> Iterator[Data]:
    criterion = with_base(criterion, data)
    pieces = data["pieces"]
    preliminary = [p["fact"] for p in pieces if p["status"] == "preliminary"]
    if preliminary:
        yield {"what": "final", "facts": preliminary}
    reach = date.fromisoformat(data["reach"]) if "reach" in data else None
    if reach == criterion.over.last:
        return
    alone = any("amount" not in p for p in pieces)  # a figure without a count: nothing can be added to it
    first = reach + timedelta(1) if reach and not alone else criterion.over.first
    entry: Data = {
        "what": criterion.kind,
        "measure": criterion.measure,
        "bound": data["bound"],
        "from": (criterion.over.last if criterion.kind == "level" else first).isoformat(),
        "to": criterion.over.last.isoformat(),
        "over": criterion.over.label,
    }
    if "dimensions" in data:
        entry["dimensions"] = data["dimensions"]
    amount = sum(exact_text(p.get("amount", "0")) for p in pieces)
    volume = sum(exact_text(p.get("volume", "0")) for p in pieces)
    unbounded = criterion.bound.low is None and criterion.bound.high is None  # a trend whose base is not known
    if unbounded or alone or criterion.kind in ("level", "figure"):
        yield entry
        return
    turns = edges_of(criterion)
    if criterion.rounded_to is not None:
        entry["turns"] = _turns(turns)
    if criterion.kind == "total":
        yield from _rest_of_total(criterion, turns, amount, entry)
        return
    if volume:
        entry["without"] = _without_volume(turns, amount, volume)
    for expected in data.get("expected", ())[:1]:
        entry |= _rest_of_volume(criterion, turns, amount, volume, expected)
    yield entry


def _turns(turns: Edges) -> Data:
    """Where the bound turns for values that are rounded, and whether it still holds there."""
    ends = (("low", turns.low), ("high", turns.high))
    return {name: {"limit": plain(end.limit), "attained": end.attained} for name, end in ends if end is not None}


def _rest_of_total(criterion: Threshold, turns: Edges, amount: Exact, entry: Data) -> Iterator[Data]:
    """What may still come, or must: one number of a one-sided bound, two of the others.

    A sum that cannot fall and has reached its bound waits only for its preliminary figures to become final; where it has
    gone beyond by them, nothing can be added, and the figures of the whole period are wanted.
    """
    low, high = (None if end is None else exact(end.limit - amount) for end in turns)
    if not criterion.signed:
        if high is not None and high < 0:
            yield entry | {"from": criterion.over.first.isoformat()}
            return
        if low is not None and low <= 0:
            if high is None:
                return
            low = 0
    ends = [plain(end) for end in (low, high) if end is not None]
    yield entry | ({"rest": ends[0]} if criterion.bound.operator in ("at_most", "at_least") else {"rests": ends})


def _rest_of_volume(criterion: Threshold, turns: Edges, amount: Exact, volume: Exact, told: Any) -> Data:
    """What the rest of the expected volume must average; unrounded, so that the proposal is the exact word."""
    expected = exact_text(told["volume"])
    rest = expected - volume
    if rest <= 0:
        return {}
    required = [exact(Fraction(end.limit * expected - amount) / rest) for end in turns if end is not None]
    entry: Data = {"rest": plain(exact(rest)), "assuming": told["fact"]}
    if told["outlook"] == "secured":
        return entry | {"secured": True}
    out = told["outlook"] == "out-of-reach"
    if out:
        entry["out_of_reach"] = True
    if criterion.bound.operator in ("at_most", "at_least"):
        entry["required"] = plain(required[0])
        if criterion.kind == "share":
            late = rest - required[0] * rest
            strict = turns.low is not None and not turns.low.attained
            one_less = int(strict and late == int(late))  # exactly so many are one too many
            entry["late_left"] = None if out else str(int(late) - one_less)
    else:
        entry["between"] = [plain(number) for number in required]
    return entry


def _without_volume(turns: Edges, amount: Exact, volume: Exact) -> Data:
    """The answer whatever the volume: ``balance`` is what the items so far have to spare against the bound, in all.

    Exactly then the bound holds at the end: the rest, item by item, loses no more than that against the bound (makes up
    at least as much, where the balance is negative). Of a two-sided bound there is one for each end.
    """
    found: Data = {}
    if turns.low is not None:
        found["above_low"] = plain(exact(amount - turns.low.limit * volume))
    if turns.high is not None:
        found["below_high"] = plain(exact(turns.high.limit * volume - amount))
    return found


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
