"""A cell as people type it → the value the format knows: exact numbers, days, periods, words.

What can be read in two ways is refused rather than guessed: ``1,234`` is a thousand to one reader and a little more than
one to another.
"""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rulecheck.facts.documents.headings import WORD_OF, folded

NUMBERS = ("number", "count")
PLAIN = re.compile(r"-?[0-9]+(?:[eE][+-]?[0-9]{1,3}|\.[0-9]+[eE][+-]?[0-9]{1,3})?")
"""No separator, or one that an exponent tells to be a decimal point."""
ONE_SIGN = re.compile(r"(-?)([0-9]+)([.,])([0-9]+)")
GROUPED = re.compile(r"-?[0-9]{1,3}(?:([.,' \u00a0\u202f\u2009])[0-9]{3})(?:\1[0-9]{3})*(?:([.,])[0-9]+)?")
DAY_FIRST = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})")


class Unclear(Exception):
    """A cell that cannot be read: what is wrong, the remedy, and the values of both."""

    def __init__(self, code: str, message: str, remedy: str, **values: object) -> None:
        super().__init__(message)
        self.code, self.message, self.remedy, self.values = code, message, remedy, values


def cell_value(kind: str, value: Any) -> Any:
    """The value of a cell for a field of the kind, or of no kind that is read here as it is. Raises Unclear."""
    if isinstance(value, float):
        value = _decimal(value)
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, str) and kind != "text":
        value = value.strip()
    if kind in NUMBERS:
        return _number(value) if isinstance(value, str) else _no_date(value, value)
    if kind == "day":
        return value.isoformat() if isinstance(value, date) else _day(value) if isinstance(value, str) else value
    if kind == "period":
        if isinstance(value, str) and DAY_FIRST.fullmatch(value):
            return _day(value)
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else _no_period(value)
    if kind == "truth" and isinstance(value, str):
        return {"true": True, "false": False}.get(WORD_OF.get(folded(value), ""), value)
    if kind in ("status", "verdict") and isinstance(value, str):
        return WORD_OF.get(folded(value), value)
    if kind == "members" and value is not None:
        return _members(str(_text(value)))
    if kind == "origins" and isinstance(value, str):
        return _origins(value)
    if kind in ("text", "name"):
        return _text(value)
    return value


def _members(text: str) -> Any:
    """Names, one a line or with semicolons between them; as JSON where a name could be taken for two."""
    if text.startswith("["):
        return _json(text)
    return [name.strip() for name in text.split("\n" if "\n" in text else ";") if name.strip()]


def _origins(text: str) -> Any:
    """``Ronna = Ronna/Lina; Geneta``, one member a line; or as JSON."""
    if text.startswith("{"):
        return _json(text)
    found: dict[str, list[str]] = {}
    for line in filter(str.strip, text.split("\n")):
        member, sign, names = line.partition("=")
        if not sign or not member.strip() or member.strip() in found:
            message, remedy = (
                "`{text}` does not say what descends from what",
                "write one line a member: Ronna = Ronna/Lina; Geneta",
            )
            raise Unclear("facts-origins", message, remedy, text=line)
        found[member.strip()] = [name.strip() for name in names.split(";") if name.strip()]
    return found


def _json(text: str) -> Any:
    import json

    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text  # a name in brackets is no list; whoever wants one says so


def _decimal(value: float) -> int | Decimal:
    """The number a cell shows: the shortest decimal that is this binary number, as Excel keeps fifteen digits."""
    if value.is_integer() and abs(value) < 10**15:
        return int(value)
    return Decimal(repr(value))


def _text(value: Any) -> Any:
    """Numbers and days stand for themselves where a name or text is wanted: subject 1, target 1.1, due 2024-03-31."""
    if isinstance(value, bool):
        return value
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, int | Decimal) else value


def _no_date(value: Any, shown: Any) -> Any:
    if isinstance(value, date):
        message = "a date stands where a number is wanted: {text}"
        remedy = "give the cell the number format, and write the number again"
        raise Unclear("facts-number", message, remedy, text=shown.isoformat())
    return value


def _no_period(value: Any) -> Any:
    if isinstance(value, date):
        message = "a date stands where a period is wanted: {text}"
        remedy = "give the cell the text format, and write 2024-05, 2024-Q3 or 2024-01-01/2024-08-31 again"
        raise Unclear("facts-period", message, remedy, text=value.isoformat())
    return value


def _number(text: str) -> Any:
    """The exact decimal, or the text itself when it is no number in any notation."""
    word = text.replace("\u2212", "-")
    percent = word.endswith("%")
    word = word.removesuffix("%").rstrip() if percent else word
    if PLAIN.fullmatch(word):
        plain = word
    elif one := ONE_SIGN.fullmatch(word):
        sign, whole, _, part = one.groups()
        if len(part) == 3 and len(whole) <= 3 and not whole.startswith("0"):
            message = "`{text}` can be read in two ways: {grouped} or {decimal}"
            remedy = "write {grouped} without a separator, or {longer} with one decimal more"
            grouped, decimal = sign + whole + part, f"{sign}{whole}.{part}"
            raise Unclear(
                "facts-ambiguous", message, remedy, text=text, grouped=grouped, decimal=decimal, longer=decimal + "0"
            )
        plain = f"{sign}{whole}.{part}"
    elif (many := GROUPED.fullmatch(word)) and many[1] != many[2]:
        plain = word.replace(many[1], "")
        plain = plain.replace(many[2], ".") if many[2] else plain
    else:
        return text
    if not percent:
        return plain
    number = Decimal(plain)
    digits, exponent = number.as_tuple().digits, int(number.as_tuple().exponent)
    return str(Decimal((number.as_tuple().sign, digits, exponent - 2)))  # divided by 100 without rounding


def _day(text: str) -> str:
    """Year-month-day. Day and month first is read where it is the Nordic notation, or where only one reading is a date."""
    found = DAY_FIRST.fullmatch(text)
    if not found:
        return text.removesuffix(" 00:00:00").removesuffix("T00:00:00")
    first, sign, second, year = found.groups()
    day, month = int(first), int(second)
    if sign == "/" and day <= 12 and month <= 12 and day != month:
        message = "`{text}` can be read in two ways: {one} or {other}"
        remedy = "write year-month-day, such as 2024-03-31"
        early, late = f"{year}-{month:02}-{day:02}", f"{year}-{day:02}-{month:02}"
        raise Unclear("facts-ambiguous", message, remedy, text=text, one=early, other=late)
    if sign == "/" and month > 12:
        day, month = month, day
    return f"{year}-{month:02}-{day:02}"
