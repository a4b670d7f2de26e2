"""Number words, months and parts of the year in the languages of plans. Articles (``en``, ``et``) are no numbers."""

from collections.abc import Mapping
from typing import NamedTuple

_MILLION = 1_000_000


class Words(NamedTuple):
    """The words of one language. ``months`` are in order; ``ordinals`` stand before ``kvartal`` and the like."""

    numbers: Mapping[str, int]
    months: tuple[str, ...]
    ordinals: Mapping[str, int]
    quarter: str
    half: str
    third: str
    percent: str
    large: Mapping[str, int]
    """What a number before it is counted in: ``1.25 million``."""
    point: str = ","
    """The decimal sign."""


def _counted(text: str, start: int = 2) -> dict[str, int]:
    return {word: n for n, entry in enumerate(text.split(), start) for word in entry.split("/")}


def _tens(text: str) -> dict[str, int]:
    return {word: n for n, word in zip(range(30, 110, 10), text.split(), strict=True)}


WORDS: Mapping[str, Words] = {
    "da": Words(
        {**_counted("to/begge tre fire fem seks syv otte ni ti elleve tolv tretten fjorten femten seksten sytten atten "
                    "nitten tyve"), **_tens("tredive fyrre halvtreds tres halvfjerds firs halvfems hundrede")},
        ("januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november",
         "december"),
        _counted("første anden/andet tredje fjerde", 1),
        r"kvartal(?:et)?", r"halvår(?:et)?", r"tertial(?:et)?", r"pct\.?|procent",
        {"tusind": 1000, "million": _MILLION, "millioner": _MILLION, "mio.": _MILLION, "milliarder": 1000 * _MILLION,
         "mia.": 1000 * _MILLION},
    ),
    "sv": Words(
        _counted("två/båda/bägge tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton sexton sjutton arton "
                 "nitton tjugo") | _tens("trettio fyrtio femtio sextio sjuttio åttio nittio hundra"),
        ("januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november",
         "december"),
        _counted("första andra tredje fjärde", 1),
        r"kvartal(?:et)?", r"halvår(?:et)?", r"tertial(?:et)?", r"procent",
        {"tusen": 1000, "miljon": _MILLION, "miljoner": _MILLION, "miljarder": 1000 * _MILLION},
    ),
    "nb": Words(
        _counted("to/begge tre fire fem seks sju/syv åtte ni ti elleve tolv tretten fjorten femten seksten sytten atten "
                 "nitten tjue") | _tens("tretti førti femti seksti sytti åtti nitti hundre"),
        ("januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november",
         "desember"),
        _counted("første andre tredje fjerde", 1),
        r"kvartal(?:et)?", r"halvår(?:et)?", r"tertial(?:et)?", r"prosent",
        {"tusen": 1000, "million": _MILLION, "millioner": _MILLION, "mill.": _MILLION, "milliarder": 1000 * _MILLION},
    ),
    "en": Words(
        _counted("two/both three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
                 "seventeen eighteen nineteen twenty")
        | _tens("thirty forty fifty sixty seventy eighty ninety hundred"),
        ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
         "December"),
        _counted("first second third fourth", 1),
        r"quarter", r"half(?:[- ]year)?", r"tertial", r"per ?cent|percent",
        {"thousand": 1000, "million": _MILLION, "billion": 1000 * _MILLION}, ".",
    ),
}  # fmt: skip
