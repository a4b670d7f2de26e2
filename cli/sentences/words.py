"""The words of verdicts, evidence and rules, and which units are translated."""

from collections.abc import Mapping
from typing import Any

Data = Mapping[str, Any]
WORDS = {"fulfilled": "fulfilled", "on-track": "on track", "at-risk": "at risk", "missed": "missed"}
EVIDENCE = {
    "complete": "complete",
    "partial": "partial",
    "overdue": "overdue",
    "conflicting": "conflicting",
    "none": "none",
}
MODALITIES = ("must", "should", "may")
UNITS = {
    "days": ("{n} day", "{n} days"),
    "weeks": ("{n} week", "{n} weeks"),
    "months": ("{n} month", "{n} months"),
    "hours": ("{n} hour", "{n} hours"),
    "minutes": ("{n} minute", "{n} minutes"),
    "seconds": ("{n} second", "{n} seconds"),
    "cases": ("{n} case", "{n} cases"),
    "persons": ("{n} person", "{n} persons"),
    "employees": ("{n} employee", "{n} employees"),
}
"""Units of measures that are translated; others are shown as the plan writes them."""


def clean(text: str) -> str:
    """Text from a file as it may be shown: on one line, without control characters (a terminal would obey them)."""
    return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)


def met(data: Data, member: Data) -> bool:
    """Whether a member of an order has both its events in order and in time, one of a recurring duty its event in time."""
    if data["kind"] == "order":
        both = "before" in member and "then" in member
        return both and member["before"]["date"] <= member["then"]["date"] <= data["by"]
    return "date" in member and member["days"] >= 0
