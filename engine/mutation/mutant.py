"""A small wrong version of one rule."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Generic, NamedTuple, TypeVar

import attrs
from rulecheck.facts.period import ONE_DAY, Period, months
from rulecheck.facts.quantity import Exact, exact, plain
from rulecheck.rules.plan import Plan, Target

M = TypeVar("M", covariant=True)
T = TypeVar("T")


class Other(NamedTuple, Generic[M]):
    """A thing as it could have been written by mistake.

    ``kind`` says which mistake it is, and is the same whatever the numbers; ``text`` shows it in the words of the plan
    document: ``at_most: 180 → 181``.
    """

    where: str
    kind: str
    text: str
    made: M


class Mutant(NamedTuple):
    """A plan with one small mistake: a target in the place of the one of its id, or another plan altogether."""

    where: str
    kind: str
    text: str
    target: Target | None = None
    plan: Plan | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Which mistake it is, whatever the numbers: the same with other parameters."""
        return self.where, self.kind

    @property
    def what(self) -> str:
        """The key of the plan document the mistake is in."""
        return self.text.split(":")[0]

    @property
    def name(self) -> str:
        """How it is listed, and how a justification names it."""
        return f"{self.where} {self.text}"


def altered(thing: T, **fields: Any) -> T:
    """A copy of frozen data with these fields."""
    frozen: Any = thing
    other: T = attrs.evolve(frozen, **fields)
    return other


def step_of(number: Exact) -> Exact:
    """One unit in the last place of a number as people write it: 180 → 1, 0.5 → 0.1."""
    number = Fraction(number)
    if number.denominator == 1:
        return 1
    places = next((n for n in range(1, 13) if (number * 10**n).denominator == 1), 12)
    return Fraction(1, 10**places)


def written(number: Exact, unit: str = "") -> str:
    """A number with its unit, a share as per cent."""
    if unit == "%":
        return f"{plain(exact(Fraction(number) * 100))} %"
    return f"{plain(number)} {unit}".rstrip()


def step_in(number: Exact, unit: str) -> Exact:
    """One step of a number of that unit: of a share one unit in the last place of its per cent."""
    return Fraction(step_of(Fraction(number) * 100)) / 100 if unit == "%" else step_of(number)


def moved(period: Period, within: Period) -> list[tuple[str, Period]]:
    """The periods beside it of the same length, and it without its first or last quarter, as far as the plan has them."""
    found: list[tuple[str, Period | None]] = [
        ("moved back", _shifted(period, -1)),
        ("moved on", _shifted(period, 1)),
        ("without its last quarter", _cut(period, last=True)),
        ("without its first quarter", _cut(period, last=False)),
    ]
    return [(kind, one) for kind, one in found if one is not None and one.within(within) and one != period]


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _whole(period: Period) -> int | None:
    """How many whole months it is; None when it is not whole months."""
    if period.first.day != 1 or (period.last + ONE_DAY).day != 1:
        return None
    return _month(period.last) - _month(period.first) + 1


def _shifted(period: Period, times: int) -> Period | None:
    length = _whole(period)
    if length is not None:
        year, month = divmod(_month(period.first) + length * times, 12)
        return months(year, month + 1, length)
    back = (period.last - period.first + ONE_DAY) * times
    return Period(period.first + back, period.last + back)


def _cut(period: Period, *, last: bool) -> Period | None:
    length = _whole(period)
    if length is None or length < 6 or length % 3:
        return None
    year, month = divmod(_month(period.first) + (0 if last else 3), 12)
    return months(year, month + 1, length - 3)


def beside(day: date) -> list[tuple[str, date]]:
    """The days beside it."""
    return [("a day earlier", day - ONE_DAY), ("a day later", day + ONE_DAY)]


def quarters(day: date, within: Period) -> list[tuple[str, date]]:
    """For a last day of a month: the same a quarter earlier and later, as far as the plan reaches."""
    if (day + ONE_DAY).day != 1:
        return []
    found = []
    for kind, back in (("a quarter earlier", -3), ("a quarter later", 3)):
        year, month = divmod(_month(day) + back, 12)
        last = months(year, month + 1, 1).last
        if within.first <= last <= within.last:
            found.append((kind, last))
    return found


LAGS = (("lag a day shorter", timedelta(-1)), ("lag a day longer", timedelta(1)))
