"""Values and names as messages show them."""

from collections.abc import Iterable
from decimal import Decimal

from rulecheck.facts.documents.document import Complaint, Unread
from rulecheck.facts.problem import Path

SHOWN = 60
"""So many characters of a wrong value are shown."""


def listed(known: Iterable[str]) -> str:
    """Names in order, or ``none``."""
    return ", ".join(sorted(known)) or "none"


def shown(value: object) -> str:
    """A value as it is written in JSON, shortened."""
    if isinstance(value, list | dict):
        return "[…]" if isinstance(value, list) else "{…}"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def kind(value: object) -> str:
    """What a value is, in words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, Decimal, Unread)):
        return "a number"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, list) else "an object"


def no_number(path: Path, value: object) -> Complaint:
    """The complaint about a number that cannot be held exactly."""
    message = "`{text}` is not a number that can be used"
    remedy = "write an exact decimal with a point and no spaces, of at most 30 digits"
    return Complaint("facts-number", path, message, remedy, "error", {"text": shown(value)})
