"""Words, numbers and days in the reader's language.

Separators and month names are the Unicode CLDR's; they stand here because Babel costs more to import than a whole
evaluation, and a test holds them against Babel.
"""

import os
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path as File
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rulecheck.facts.quantity import Exact

LANGUAGES = ("da", "sv", "nb", "en")
_SEPARATORS = {"da": (",", "."), "sv": (",", "\u00a0"), "nb": (",", "\u00a0"), "en": (".", ",")}
_MONTHS = {
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "nb": "januar februar mars april mai juni juli august september oktober november desember",
    "en": "January February March April May June July August September October November December",
}
_DAY = {
    "da": "{day}. {month} {year}",
    "sv": "{day} {month} {year}",
    "nb": "{day}. {month} {year}",
    "en": "{day} {month} {year}",
}
MOST_DIGITS = 40
"""Longer than any number read from a file (facts/quantity.py), so two that differ never look the same."""
EXACT_DIGITS = 6
"""Of a number that must be kept to so many decimals are written out, if it ends with them."""
WORDS = frozenset({"found", "wanted", "what", "kind", "error", "reason"})
"""Values of problems that are the program's words, not the user's, and are translated with the message."""
CATALOGUES = File(__file__).parent / "messages"


def from_locale() -> str | None:
    """The language of the environment's locale, if it is one of ours."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            word = value.replace("-", "_").split("_")[0].split(".")[0].lower()
            return {"no": "nb", "nn": "nb"}.get(word, word) if word in (*LANGUAGES, "no", "nn") else None
    return None


@cache
def catalogue(language: str) -> dict[str, str | list[str]]:
    """The messages of a language, by the English ones the program is written in; a pair is singular and plural.

    Compiled from the gettext catalogue beside it (``make messages``). JSON, because reading the four languages' binary
    catalogues with the standard library costs as much as a whole evaluation.
    """
    if language == "en":
        return {}
    import json

    found: dict[str, str | list[str]] = json.loads((CATALOGUES / f"{language}.json").read_bytes())
    return found


class Language:
    """Speaks one language."""

    def __init__(self, code: str) -> None:
        self.code = code
        self._messages = catalogue(code)
        self.point, self.group = _SEPARATORS[code]
        self._months = _MONTHS[code].split()

    def say(self, message: str, **values: object) -> str:
        """The message in this language, filled in."""
        return self.text(message).format(**values)

    def text(self, message: str) -> str:
        """The message in this language, not filled in."""
        text = self._messages.get(message, message)
        return text if isinstance(text, str) else text[1]

    def complain(self, message: str, values: Mapping[str, object]) -> str:
        """A problem's message or remedy. Of its values those named in WORDS are the program's own words."""
        spoken = {k: self._messages.get(v, v) if k in WORDS and isinstance(v, str) else v for k, v in values.items()}
        return self.say(message, **spoken)

    def count(self, one: str, many: str, number: int, **values: object) -> str:
        """The singular or plural form for ``number``, which the text names ``n``. All our languages have these two."""
        return self.forms(one, many)[number != 1].format(n=self.whole(number), **values)

    def forms(self, one: str, many: str) -> tuple[str, str]:
        """The singular and the plural form, not filled in."""
        forms = self._messages.get(one, (one, many))
        return forms[0], forms[1]

    def whole(self, number: int) -> str:
        """An integer with its thousands grouped: ``3,000``, ``3.000``."""
        return f"{number:,}".replace(",", self.group)

    def number(self, number: "Exact", digits: int = 2) -> str:
        """Rounded half-even to at most ``digits`` decimals, trailing zeros dropped."""
        if isinstance(number, int):
            return ("−" if number < 0 else "") + self.whole(abs(number))
        scaled = _rounded(number, digits)
        whole, part = divmod(abs(scaled), 10**digits)
        decimals = str(part).rjust(digits, "0").rstrip("0") if digits else ""
        sign = "−" if scaled < 0 else ""
        return sign + self.whole(whole) + (self.point + decimals if decimals else "")

    def near(self, number: "Exact", other: "Exact", digits: int = 2) -> str:
        """Like ``number``, with as many decimals as it takes not to look equal to ``other``, or cross it, when it is not."""
        if isinstance(number, int) or number == other:
            return self.number(number, digits)
        while digits < MOST_DIGITS:
            shown, limit = _rounded(number, digits) * other.denominator, other.numerator * 10**digits
            if (shown > limit) if number > other else (shown < limit):
                break
            digits += 1
        return self.number(number, digits)

    def exact(self, number: "Exact", near: "Exact") -> str:
        """A number as the plan gives it: written out where its decimals end, else told apart from ``near``."""
        digits = next((d for d in range(2, MOST_DIGITS) if number.numerator * 10**d % number.denominator == 0), None)
        return self.near(number, near) if digits is None else self.number(number, digits)

    def at_most(self, number: "Exact", digits: int = 2) -> str:
        """What may be reached and not gone beyond: never above ``number``, whoever keeps to what is shown."""
        if number * 10**EXACT_DIGITS % 1 == 0:
            return self.number(number, EXACT_DIGITS)
        return self.number(_whole(number, digits), digits)

    def at_least(self, number: "Exact", digits: int = 2) -> str:
        """What has to be reached: never below ``number``, whoever keeps to what is shown."""
        if number * 10**EXACT_DIGITS % 1 == 0:
            return self.number(number, EXACT_DIGITS)
        return self.number(-_whole(-number, digits), digits)

    def day(self, day: date | str) -> str:
        """``31. december 2024``."""
        year, month, number = (day if isinstance(day, str) else day.isoformat()).split("-")
        return _DAY[self.code].format(day=int(number), month=self._months[int(month) - 1], year=year)

    def names(self, names: list[str]) -> str:
        """``a, b and c``."""
        if len(names) < 2:
            return "".join(names)
        return self.say("{first} and {last}", first=", ".join(names[:-1]), last=names[-1])


def _whole(number: "Exact", digits: int) -> "Exact":
    """``number`` with the decimals beyond ``digits`` left out, downwards."""
    from fractions import Fraction

    return Fraction(number.numerator * 10**digits // number.denominator, 10**digits)


def _rounded(number: "Exact", digits: int) -> int:
    """``number`` times 10**digits, rounded half-even; in integers, because fractions are reduced at every step."""
    scaled: int = number.numerator * 10**digits
    below: int = number.denominator
    whole, rest = divmod(scaled, below)
    return whole + int(2 * rest > below or (2 * rest == below and whole % 2 == 1))


@cache
def language(code: str) -> Language:
    """The speaker of a language."""
    return Language(code)
