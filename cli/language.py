"""Words, numbers and days in the reader's language.

Separators and month names are the Unicode CLDR's; they stand here because Babel costs more to import than a whole
evaluation, and a test holds them against Babel.
"""

import os
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path as File

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
_PLURAL_FIRST = 2
WORDS = frozenset({"found", "wanted", "what", "kind"})
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
def catalogue(language: str) -> NullTranslations:
    """The messages of a language; English is what the program is written in."""
    file = CATALOGUES / language / "LC_MESSAGES" / "rulecheck.mo"
    if language == "en" or not file.is_file():
        return NullTranslations()
    with file.open("rb") as stream:
        return GNUTranslations(stream)


def available() -> tuple[str, ...]:
    """The languages every text is there in, English last."""
    return tuple(
        lang for lang in LANGUAGES if lang == "en" or (CATALOGUES / lang / "LC_MESSAGES" / "rulecheck.mo").is_file()
    )


class Language:
    """Speaks one language."""

    def __init__(self, code: str) -> None:
        self.code = code
        self._messages = catalogue(code)
        self.point, self.group = _SEPARATORS[code]

    def say(self, message: str, **values: object) -> str:
        """The message in this language, filled in."""
        return (self._messages.gettext(message) if message else "").format(**values)

    def complain(self, message: str, values: Mapping[str, object]) -> str:
        """A problem's message or remedy. Of its values those named in WORDS are the program's own words."""
        spoken = {
            k: self._messages.gettext(v) if k in WORDS and isinstance(v, str) and v else v for k, v in values.items()
        }
        return self.say(message, **spoken)

    def count(self, one: str, many: str, number: int, **values: object) -> str:
        """The singular or plural form for ``number``, which the text names ``n``."""
        return self._messages.ngettext(one, many, number).format(n=self.whole(number), **values)

    def whole(self, number: int) -> str:
        """An integer with its thousands grouped: ``3,000``, ``3.000``."""
        return f"{number:,}".replace(",", self.group)

    def number(self, number: Exact, digits: int = 2) -> str:
        """Rounded half-even to at most ``digits`` decimals, trailing zeros dropped."""
        scaled = round(Fraction(number) * 10**digits)
        whole, part = divmod(abs(scaled), 10**digits)
        decimals = str(part).rjust(digits, "0").rstrip("0") if digits else ""
        sign = "−" if scaled < 0 else ""
        return sign + self.whole(whole) + (self.point + decimals if decimals else "")

    def near(self, number: Exact, other: Exact, digits: int = 2) -> str:
        """Like ``number``, with as many decimals as it takes not to look equal to ``other``, or cross it, when it is not."""
        exact, limit = Fraction(number), Fraction(other)
        while digits < 12:
            shown = Fraction(round(exact * 10**digits), 10**digits)
            if (shown > limit) == (exact > limit) and (shown < limit) == (exact < limit):
                break
            digits += 1
        return self.number(number, digits)

    def day(self, day: date | str) -> str:
        """``31. december 2024``."""
        if isinstance(day, str):
            day = date.fromisoformat(day)
        return _DAY[self.code].format(day=day.day, month=_MONTHS[self.code].split()[day.month - 1], year=day.year)

    def names(self, names: list[str]) -> str:
        """``a, b and c``."""
        if len(names) < _PLURAL_FIRST:
            return "".join(names)
        return self.say("{first} and {last}", first=", ".join(names[:-1]), last=names[-1])


@cache
def language(code: str) -> Language:
    """The speaker of a language."""
    return Language(code)
