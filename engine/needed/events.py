"""What milestones, orders, recurring duties and sets of members still need, and what must become final."""

from collections.abc import Iterator, Mapping
from typing import Any

Shown = Mapping[str, Any]
"""What a step of the proof shows."""
Data = dict[str, Any]
"""One need, as verdicts in JSON tell it."""


def needed_milestone(data: Shown) -> Iterator[Data]:
    """The event for as many subjects as are lacking."""
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
    yield from final(m for m in data["members"] if m.get("status") == "preliminary")


def needed_order(data: Shown) -> Iterator[Data]:
    """Those of both events that have not happened."""
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
    yield from final(m for m in told if m["status"] == "preliminary")


def needed_reports(data: Shown) -> Iterator[Data]:
    """The reports that are not there, or the calendar of their due dates."""
    if not data["scheduled"]:
        yield {"what": "calendar", "event": data["event"]}
    for member in data["members"]:
        if "date" not in member:
            yield {"what": "report", "event": data["event"], "by": member["due"]}
    yield from final(m for m in data["members"] if m.get("status") == "preliminary")


def needed_list(data: Shown) -> Iterator[Data]:
    """A list of the last day of the period; and the base list, where there is none."""
    used = [data[key] for key in ("base",) if key in data] + data["lists"][-1:]
    yield from final(m for m in used if m["status"] == "preliminary")
    if "base" not in data:
        yield {"what": "list", "measure": data["measure"], "by": data["base_day"]}
    if not data["lists"] or data["lists"][-1]["at"] != data["by"]:
        fewer = data["direction"] == "fewer" and "base" in data
        yield {"what": "list", "measure": data["measure"], "by": data["by"], "direction": data["direction"]} | (
            {"fewer_than": data["size"]} if fewer else {}
        )


def final(members: Iterator[Any]) -> Iterator[Data]:
    """The facts behind ``members`` as one need, if there are any."""
    preliminary = list(dict.fromkeys(name for m in members for name in m.get("loose", (m["fact"],))))
    if preliminary:
        yield {"what": "final", "facts": preliminary}
