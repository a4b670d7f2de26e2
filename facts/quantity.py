"""Exact numbers: integers and fractions, never binary floating point."""

import re
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

Exact = int | Fraction

MAX_DIGITS = 30
"""Longest number read. The largest budget in the world in øre needs 18; more digits are a damaged file."""

_NUMBER = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?"
"""Compiled when the first number written as a text is read: most files have none, and every start would pay for it."""
_SIGNS = "%‰€$£°"


class NotExact(ValueError):
    """The text is no number, or one too long to be meant."""


def exact(number: Exact) -> Exact:
    """``number``, as an int when it is whole: sums of ints are ten times as fast as sums of fractions."""
    return number.numerator if number.denominator == 1 else number


def parse_number(text: str) -> Exact:
    """The decimal number written as ``-12``, ``172.25`` or ``1.5e3``. Raises NotExact."""
    if not re.fullmatch(_NUMBER, text) or len(text) > MAX_DIGITS + 6:
        raise NotExact(text)
    return exact_decimal(Decimal(text))


def exact_decimal(number: Decimal) -> Exact:
    """A finite Decimal of at most MAX_DIGITS digits before and after the point. Raises NotExact."""
    if not number.is_finite() or abs(number.adjusted()) > MAX_DIGITS or len(number.as_tuple().digits) > MAX_DIGITS:
        raise NotExact(str(number)[:40])
    return exact(Fraction(number))


def decimals(text: str) -> int:
    """How many digits stand after the point in a number as written."""
    return max(0, -int(Decimal(text).as_tuple().exponent))


class Quantity(NamedTuple):
    """A number with its unit as written: ``180 days``, ``90 %`` (which is 9/10), ``6`` (no unit)."""

    value: Exact
    unit: str = ""


def parse_quantity(text: str) -> Quantity:
    """Raises NotExact when ``text`` is not a number followed by at most a unit."""
    text = text.strip()
    end = next((i for i, c in enumerate(text) if c not in "-.0123456789"), len(text))
    number, unit = text[:end], text[end:].strip()
    whole, point, part = number.removeprefix("-").partition(".")
    if not whole.isdigit() or (point and not part.isdigit()) or len(number) > MAX_DIGITS:
        raise NotExact(text)
    if unit and (any(c.isdigit() for c in unit) or not (unit[0].isalpha() or unit[0] in _SIGNS)):
        raise NotExact(text)
    value: Exact = Fraction(number) if point else int(number)
    return Quantity(exact(Fraction(value) / 100 if unit == "%" else value), unit)


def plain(number: Exact) -> str:
    """Plain decimal notation without trailing zeros; twelve significant digits, half-even, where it does not end."""
    if isinstance(number, int):
        return str(number)
    shown, _ = _decimal(number)
    return shown


def terminates(number: Exact) -> bool:
    """Whether plain notation shows the number exactly."""
    return isinstance(number, int) or _decimal(number)[1]


def _decimal(number: Fraction) -> tuple[str, bool]:
    rest, digits = number.denominator, 0
    for prime in (2, 5):
        power = 0
        while rest % prime == 0:
            rest //= prime
            power += 1
        digits = max(digits, power)
    if rest == 1:
        scaled = number.numerator * 10**digits // number.denominator
        return _place_point(scaled, digits), True
    top, bottom = abs(number.numerator), number.denominator  # in integers: a fraction is made for each step otherwise
    whole = top // bottom
    if whole:
        digits = 12 - len(str(whole))
    else:
        digits = 12
        while top * 10**digits < 10**11 * bottom:
            digits += 1
    if digits < 0:  # so large that not even all digits before the point are significant
        scaled = round(Fraction(top, bottom * 10**-digits)) * 10**-digits
        return _place_point(scaled if number > 0 else -scaled, 0), False
    scaled, rest = divmod(top * 10**digits, bottom)
    scaled += 2 * rest > bottom or (2 * rest == bottom and scaled % 2)
    return _place_point(scaled if number > 0 else -scaled, digits), False


def _place_point(scaled: int, digits: int) -> str:
    sign = "-" if scaled < 0 else ""
    text = str(abs(scaled)).rjust(digits + 1, "0")
    if not digits:
        return sign + text
    shown = f"{text[:-digits]}.{text[-digits:]}".rstrip("0").rstrip(".")
    return sign + shown if shown != "0" else "0"


@lru_cache(maxsize=4096)
def exact_text(text: str) -> Exact:
    """The number a proof shows: an integer, a decimal or a ratio, as ``plain`` and ``exact`` beside it write them."""
    if text.isdigit():
        return int(text)
    top, slash, bottom = text.partition("/")
    if slash:
        return exact(Fraction(int(top), int(bottom)))
    whole, _, part = text.partition(".")  # by hand: Fraction reads texts with a regular expression
    return exact(Fraction(int(whole + part), 10 ** len(part)))


def round_half_up(number: Exact, step: Exact) -> Exact:
    """The multiple of ``step`` nearest to ``number``, halves away from zero, as published figures are rounded."""
    scaled = Fraction(number) / step
    whole = (abs(scaled) + Fraction(1, 2)).__floor__()
    return exact(Fraction(whole if scaled >= 0 else -whole) * step)


def distance(a: Exact, b: Exact) -> Exact:
    """How far apart two numbers are."""
    return a - b if a > b else b - a
