"""Where a text says a number, a percentage, a day or a part of a year, digits or words, in da, sv, nb and en.

A mention is read once, by the longest reading at its place: the ``4`` of ``4. kvartal 2024`` is no number, the ``2024``
no year. What a mention leaves open (the year of ``30. juni``) is taken from the years given beside it.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from rulecheck.facts.period import Period, parse_period
from rulecheck.facts.quantity import Exact, exact
from rulecheck.rules.wording.words import WORDS, Words


class Number(NamedTuple):
    """A number the text says; ``percent`` when it says per cent."""

    value: Exact
    percent: bool
    text: str
    start: int


class Span(NamedTuple):
    """A day, a part of a year, a year or some years. ``whole_year``: nothing finer is said."""

    period: Period
    whole_year: bool
    text: str
    start: int


Mention = Number | Span
_THOUSANDS = {",": r"\d{1,3}(?:[ .\u00a0\u202f]\d{3})+(?:,\d+)?", ".": r"\d{1,3}(?:,\d{3})+(?:\.\d+)?"}
"""A number with its thousands set apart, by the decimal sign of the language."""
_YEAR = r"(?:19|20)\d\d"


def mentions(text: str, language: str, years: Sequence[int]) -> list[Mention]:
    """Every mention, in the text's order. ``years`` are those a day or quarter without a year may be of."""
    found: list[Mention] = []
    for match in _pattern(language).finditer(text):
        name = match.lastgroup
        assert name is not None
        found += _READ[name](match, WORDS[language], years)
    return found


@cache
def _pattern(language: str) -> re.Pattern[str]:
    """One alternative a kind of mention, the longest first."""
    words = WORDS[language]
    digits = _digits(words)
    ordinal = rf"(?:[1-4]\.?|{'|'.join(words.ordinals)})"
    tail = rf"(?:\s+(?:af\s+|av\s+|of\s+|i\s+)?{_YEAR})?"
    months = "|".join(words.months)
    large = "|".join(re.escape(word).removesuffix(r"\.") for word in words.large)
    kinds = {
        "iso": rf"{_YEAR}-\d\d-\d\d|\d\d?[.-]\d\d?[.-]{_YEAR}",
        "notation": rf"{_YEAR}-?[QHT][1-4]|Q[1-4]\s+{_YEAR}",
        "day": rf"\d{{1,2}}\.?\s+(?:{months})(?:\s+{_YEAR})?",
        "half": rf"{ordinal}\s+(?:{words.half}){tail}|(?:{words.half})\s+[12]{tail}",
        "quarter": rf"{ordinal}\s+(?:{words.quarter}){tail}|(?:{words.quarter})\s+[1-4]{tail}",
        "third": rf"{ordinal}\s+(?:{words.third}){tail}|(?:{words.third})\s+[1-3]{tail}",
        "years": rf"{_YEAR}\s*[–-]\s*{_YEAR}",
        "percent": rf"(?:{digits}|{'|'.join(words.numbers)})\s*(?:%|{words.percent})",
        "year": rf"(?<![\d.,/]){_YEAR}(?![\d%]|[.,]\d)",
        "number": rf"(?<![\w.,/-])(?:{digits})(?:\s(?:{large})\b|(?![\w/]|[.,]\d))",
        "word": rf"\b(?:{'|'.join(words.numbers)})\b",
    }
    return re.compile("|".join(rf"(?P<{kind}>{how})" for kind, how in kinds.items()), re.IGNORECASE)


Read = Callable[[re.Match[str], Words, Sequence[int]], Iterator[Mention]]


def _span(label: str, match: re.Match[str], whole_year: bool = False) -> Iterator[Span]:
    try:
        yield Span(parse_period(label), whole_year, match[0], match.start())
    except ValueError:  # 31 June: it says no day
        return


def _iso(match: re.Match[str], _: Words, __: Sequence[int]) -> Iterator[Span]:
    parts = re.split("[.-]", match[0])
    year, month, day = parts if len(parts[0]) == 4 else parts[::-1]
    yield from _span(f"{year}-{month:0>2}-{day:0>2}/{year}-{month:0>2}-{day:0>2}", match)


def _notation(match: re.Match[str], _: Words, __: Sequence[int]) -> Iterator[Span]:
    year = re.search(_YEAR, match[0])
    part = re.search("[QHT][1-4]", match[0].upper())
    assert year
    assert part
    yield from _span(f"{year[0]}-{part[0]}", match)


def _day(match: re.Match[str], words: Words, years: Sequence[int]) -> Iterator[Span]:
    day, name, *rest = match[0].replace(".", " ").split()
    month = [m.casefold() for m in words.months].index(name.casefold()) + 1
    for year in rest or years:
        stamp = f"{year}-{month:02}-{int(day):02}"
        yield from _span(f"{stamp}/{stamp}", match)


def _part(letter: str) -> Read:
    def read(match: re.Match[str], words: Words, years: Sequence[int]) -> Iterator[Span]:
        told = re.findall(_YEAR, match[0])
        text = re.sub(_YEAR, "", match[0]).casefold()
        digit = re.search("[1-4]", text)
        ordinal = next((n for word, n in words.ordinals.items() if re.search(rf"\b{word}\b", text)), 0)
        for year in told or years:
            yield from _span(f"{year}-{letter}{digit[0] if digit else ordinal}", match)

    return read


def _years(match: re.Match[str], _: Words, __: Sequence[int]) -> Iterator[Span]:
    first, last = re.findall(_YEAR, match[0])
    yield from _span(f"{first}-01-01/{last}-12-31", match, whole_year=True)


def _year(match: re.Match[str], _: Words, __: Sequence[int]) -> Iterator[Span]:
    yield from _span(match[0], match, whole_year=True)


def _percent(match: re.Match[str], words: Words, _: Sequence[int]) -> Iterator[Number]:
    said = re.match(rf"{_digits(words)}|\w+", match[0])
    assert said
    value = words.numbers.get(said[0].casefold())
    yield Number(_value(said[0], words) if value is None else value, True, match[0], match.start())


def _number(match: re.Match[str], words: Words, _: Sequence[int]) -> Iterator[Number]:
    if re.match(r"0\d", match[0]):  # 02800 is a telephone number, 007 a name
        return
    times = next((n for word, n in words.large.items() if match[0].casefold().endswith(f" {word.rstrip('.')}")), 1)
    digits = match[0] if times == 1 else match[0][: match[0].rindex(" ")]
    yield Number(exact(_value(digits, words) * times), False, match[0], match.start())


def _word(match: re.Match[str], words: Words, _: Sequence[int]) -> Iterator[Number]:
    yield Number(words.numbers[match[0].casefold()], False, match[0], match.start())


def _digits(words: Words) -> str:
    return rf"{_THOUSANDS[words.point]}|\d+(?:[.,]\d+)?"


def _value(digits: str, words: Words) -> Exact:
    """``38 264``, ``38.264`` and ``1.234,5`` have thousands (in English ``38,264``); ``2,5`` and ``2.5`` a decimal."""
    if re.fullmatch(_THOUSANDS[words.point], digits):
        digits = re.sub(r"[^\d" + words.point + "]", "", digits)
    return exact(Fraction(digits.replace(",", ".")))


_READ: dict[str, Read] = {
    "iso": _iso,
    "notation": _notation,
    "day": _day,
    "half": _part("H"),
    "quarter": _part("Q"),
    "third": _part("T"),
    "years": _years,
    "percent": _percent,
    "year": _year,
    "number": _number,
    "word": _word,
}
