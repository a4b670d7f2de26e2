"""What would still change a verdict, and since when it is certain. Source: semantics §7."""

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from rulecheck.engine.proof import Step
from rulecheck.facts.period import parse_period
from rulecheck.facts.quantity import exact, plain
from rulecheck.rules.criteria import Combination, Criterion, Threshold

Data = dict[str, Any]


def needed(criterion: Criterion, step: Step) -> list[Data]:
    """For an open step, what is still missing for it to be fulfilled; nothing for a settled one."""
    if step.verdict in ("fulfilled", "missed"):
        return []
    if isinstance(criterion, Combination):
        return [
            entry
            for part, premise in zip(criterion.parts, step.premises, strict=True)
            for entry in needed(part, premise)
        ]
    if step.rule.startswith("alternatives"):
        return [{"path": step.path, "what": "agreement", "facts": ids} for ids in step.data["conflicts"]]
    return [{"path": step.path, **entry} for entry in _needed(criterion, step.data)]


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
        case "recurring":
            if not data["scheduled"]:
                yield {"what": "calendar", "event": data["event"]}
            for member in data["members"]:
                if "date" not in member:
                    yield {"what": "report", "event": data["event"], "by": member["due"]}
            yield from _final_wanted(m for m in data["members"] if m.get("status") == "preliminary")
        case "assessment":
            yield {"what": "assessment", "roles": data["roles"], "by": data["by"]}
        case _:
            assert isinstance(criterion, Threshold)
            yield from _needed_figure(criterion, data)


def _final_wanted(members: Iterator[Any]) -> Iterator[Data]:
    preliminary = [m["fact"] for m in members]
    if preliminary:
        yield {"what": "final", "facts": preliminary}


def _needed_figure(criterion: Threshold, data: Any) -> Iterator[Data]:
    pieces = data["pieces"]
    preliminary = [p["fact"] for p in pieces if p["status"] == "preliminary"]
    if preliminary:
        yield {"what": "final", "facts": preliminary}
    reach = date.fromisoformat(data["reach"]) if "reach" in data else None
    if reach == criterion.over.last and criterion.kind != "level":
        return
    first = reach + timedelta(1) if reach and criterion.kind in ("mean", "share", "total") else criterion.over.first
    entry: Data = {
        "what": criterion.kind,
        "measure": criterion.measure,
        "bound": data["bound"],
        "from": first.isoformat(),
        "to": criterion.over.last.isoformat(),
    }
    if "dimensions" in data:
        entry["dimensions"] = data["dimensions"]
    bound = criterion.bound.high if criterion.bound.operator == "at_most" else criterion.bound.low
    amount = sum(Fraction(p.get("amount", 0)) for p in pieces)
    volume = sum(Fraction(p.get("volume", 0)) for p in pieces)
    if bound is None or criterion.bound.operator == "between":
        yield entry
        return
    if criterion.kind == "total":
        entry["rest"] = plain(exact(Fraction(bound - amount)))
    elif criterion.kind in ("mean", "share"):
        for expected in data.get("expected", ())[:1]:
            rest = Fraction(expected["volume"]) - volume
            if rest > 0:
                required = Fraction(bound * Fraction(expected["volume"]) - amount) / rest
                entry |= {"rest": plain(exact(rest)), "required": plain(exact(required)), "assuming": expected["fact"]}
                if criterion.kind == "share":
                    out = required > 1 if criterion.bound.operator == "at_least" else required < 0
                    entry["late_left"] = None if out else str(int(rest - required * rest))
    yield entry


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
    return _since(step)


def _since(step: Step) -> str | None:
    data = step.data
    after_lag = (date.fromisoformat(data["closes"]) + timedelta(1)).isoformat() if "closes" in data else None
    match step.rule:
        case "bound-holds" | "bound-fails" | "empty-fulfils":
            reach: str | None = data.get("reach")
    return reach
        case "exceeded-for-good" | "reached-for-good":
            return _crossed(data)
        case "in-time":
            days = sorted(m["date"] for m in data["members"] if m.get("status") == "final")
            return str(days[data["count"] - 1])
        case "too-late":
            late = sorted(m["date"] for m in data["members"] if m.get("status") == "final" and m["days"] < 0)
            return str(late[data["size"] - data["count"]])
        case "in-order" | "out-of-order" | "order-too-late":
            days = [str(m[k]["date"]) for m in data["members"] for k in ("before", "then") if k in m]
            return max(days, default=after_lag)
        case "report-late":
            return min(str(m["date"]) for m in data["members"] if "date" in m and m["days"] < 0)
        case "report-missing":
            lag = timedelta(data["lag"] + 1)
            silent = [m["due"] for m in data["members"] if m.get("status") != "final"]
            return (date.fromisoformat(min(silent)) + lag).isoformat()
        case "all-in-time":
            return max(str(m["date"]) for m in data["members"])
        case "assessed-fulfilled" | "assessed-missed":
            return str(data["assessment"]["date"])
        case _:
            return after_lag


def _crossed(data: Any) -> str | None:
    """The end of the piece with which a total that cannot fall crossed its bound."""
    low, high = data["bound"].get("low"), data["bound"].get("high")
    total = Fraction(0)
    for piece in data["pieces"]:
        if piece["status"] == "final":
            total += Fraction(piece["amount"])
            if (high is not None and total > Fraction(high)) or (
                high is None and low is not None and total >= Fraction(low)
            ):
                return parse_period(piece["period"]).last.isoformat()
    reach: str | None = data.get("reach")  # a bound of 0 is reached before any piece
    return reach
