"""A measure over a period against the same measure over a base period: rise, fall, not-rise, not-fall. Semantics §4.

It is a threshold whose bound comes from a fact: with change = value - base, ``fall`` asks for a value below base - band.
"""

from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, get_args

import attrs
from rulecheck.facts.facts import Dimensions
from rulecheck.facts.period import ONE_DAY, Period, parse_period
from rulecheck.facts.problem import Path
from rulecheck.facts.quantity import Exact, distance, exact, parse_quantity
from rulecheck.rules.criteria.measures import (
    MEASURE_KINDS,
    Bound,
    Operator,
    Threshold,
    for_each_member,
    rounding,
)

if TYPE_CHECKING:
    from rulecheck.rules.criteria import Criterion
    from rulecheck.rules.criteria.example import Example
    from rulecheck.rules.reader import Context, Data, Reader
    from rulecheck.rules.shape import Object

Direction = Literal["rise", "fall", "not-rise", "not-fall"]


@attrs.frozen(eq=False, repr=False)
class Trend:
    """How a value has to differ from that of the ``base`` period.

    ``band`` is the largest change that counts as none, in the measure's unit (a share: as a fraction) or, ``relative``,
    as a fraction of the base value. ``minimum`` is the least number of items either period must have.
    """

    direction: Direction
    base: Period
    band: Exact = 0
    relative: bool = False
    minimum: int | None = None

    @property
    def operator(self) -> Operator:
        """Which side of the base the value has to lie on."""
        return "at_least" if self.direction in ("rise", "not-fall") else "at_most"

    @property
    def strict(self) -> bool:
        """Whether exactly the band is not enough."""
        return self.direction in ("rise", "fall")

    def bound(self, base: Exact, unit: str) -> Bound:
        """What the value is held against once the base value is known."""
        band = exact(self.band * distance(base, 0)) if self.relative else self.band
        outwards = band if self.direction in ("rise", "not-rise") else -band
        end = exact(base + outwards)
        low, high = (end, None) if self.operator == "at_least" else (None, end)
        return Bound(self.operator, low, high, unit, self.strict)

    def bound_of_base(self, value: Exact) -> Bound | None:
        """The same the other way round: what the base value has to be for ``value`` to hold; None if that is no bound."""
        ahead = self.direction in ("rise", "not-rise")
        if not self.relative:
            end = exact(value - self.band if ahead else value + self.band)
        elif self.band >= 1:
            return None
        else:
            band = self.band if ahead == (value >= 0) else -self.band
            end = exact(Fraction(value) / (1 + band))
        if self.operator == "at_least":
            return Bound("at_most", None, end, "", self.strict)
        return Bound("at_least", end, None, "", self.strict)

    def part(self, over: Period, reach: date) -> Period | None:
        """The days of the base period that answer to those from the first of ``over`` to ``reach``.

        Both periods are whole months of the same number; otherwise None: nobody can say which part is the same.
        """
        if not (_whole_months(over) and _whole_months(self.base)) or _length(over) != _length(self.base):
            return None
        after, back = reach + ONE_DAY, _month(over.first) - _month(self.base.first)
        year, month = divmod(_month(after) - back, 12)
        try:
            return Period(self.base.first, after.replace(year=year, month=month + 1) - ONE_DAY)
        except ValueError:  # 29 February, 31 November
            return None


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _length(period: Period) -> int:
    return _month(period.last) - _month(period.first)


def _whole_months(period: Period) -> bool:
    return period.first.day == 1 and (period.last + ONE_DAY).day == 1


def shapes() -> dict[str, "Object"]:
    """How it is written, by kind."""
    from rulecheck.rules.shape import (
        COUNT,
        IF_EMPTY,
        LAG,
        MARGIN,
        NAME,
        PERIOD,
        ROUNDED,
        TEXT,
        UNDOCUMENTED,
        Many,
        Object,
        choice,
    )

    fields = {
        "trend": (NAME, "the measure"),
        "direction": (choice(*get_args(Direction)), "how it has to change from the base period"),
        "over": (PERIOD, "the period the measure is of"),
        "base": (PERIOD, "the earlier period it is compared with"),
        "band": (MARGIN, "the largest change that counts as none: in the unit, in `pp`, or in % of the base value"),
        "minimum": (COUNT, "the least number of items of either period; below it nothing is judged"),
        "for_each": (Many(Many(TEXT, least=1), named=True), "the members of a dimension it must hold for"),
        "count": (COUNT, "with for_each: how many members are enough"),
        "rounded_to": ROUNDED,
        "if_empty": IF_EMPTY,
        "undocumented": UNDOCUMENTED,
        "reporting_lag": LAG,
    }
    return {"trend": Object("a trend", fields, ("trend", "direction", "over", "base"))}


def trend(data: "Data", path: Path, context: "Context", reader: "Reader") -> "Criterion":
    """The change that ``data`` asks for, once or for each member of a dimension."""
    over, base = parse_period(data["over"]), parse_period(data["base"])
    if base.last >= over.first and (*path, "over") not in reader.stood_in:
        reader.error(
            (*path, "base"),
            "the base {base} does not end before {period} begins",
            "name an earlier period",
            base=base.label,
            period=over.label,
        )
    kind = _kind_of(data["trend"], path, reader)
    band = parse_quantity(data["band"]) if data.get("band") else parse_quantity("0")
    written = "" if band.unit in ("%", "pp") else band.unit
    measure = reader.measure(data["trend"], kind, path, unit=written, key="trend")
    unit = "%" if kind == "share" else measure.unit or written
    if written not in ("", unit):
        reader.error(
            (*path, "band"), "the band is in {unit}, the measure in {other}", "use one unit", unit=written, other=unit
        )
    if band.unit == "pp" and unit != "%":
        reader.error((*path, "band"), "only a share changes by percentage points", "write the band in the unit")
    minimum = int(data["minimum"]) if data.get("minimum") else None
    if minimum is not None and kind not in ("mean", "share"):
        reader.error((*path, "minimum"), "a {kind} has no number of items", "leave `minimum` out", kind=kind)
    compared = Trend(
        data["direction"],
        base,
        exact(Fraction(band.value) / 100) if band.unit == "pp" else band.value,
        band.unit == "%",
        minimum,
    )
    rounded = rounding(path, context, reader)

    def leaf(path: str, dimensions: Dimensions) -> Threshold:
        return Threshold(
            path,
            kind,
            measure.id,
            measure.signed,
            Bound(compared.operator, None, None, written, compared.strict),
            over,
            over.last + timedelta(context.lag),
            dimensions,
            rounded,
            context.if_empty or "at-risk",
            context.undocumented or "at-risk",
            compared,
        )

    return for_each_member(data, path, context, reader, leaf)


def _kind_of(name: str, path: Path, reader: "Reader") -> Any:
    """The kind of the measure, which a trend does not tell."""
    declared = reader.measures.get(name)
    if declared is not None and declared.kind in MEASURE_KINDS:
        return declared.kind
    if declared is not None and declared.kind:
        reader.error((*path, "trend"), "a list of members has no trend", "write `set-change: {name}`", name=name)
    else:
        reader.error(
            (*path, "trend"),
            "what kind of measure `{name}` is, nothing says",
            "declare it under `measures` with its `kind`",
            name=name,
        )
    return declared.kind if declared is not None and declared.kind else "figure"


def examples(period: Period) -> "dict[str, Example]":
    """One example, fulfilled by the figures of ``period`` and of the same months before it."""
    from rulecheck.rules.criteria.example import Example, before

    over, base, name = period.label, before(period).label, "cases_cleared"
    figures = [
        {"measure": name, "period": base, "numerator": 100, "denominator": 250},
        {"measure": name, "period": over, "numerator": 110, "denominator": 250},
    ]
    return {
        "trend": Example(
            "More cases cleared",
            f"In {over} a larger share of the cases is cleared than in {base}; a change of 1 pp or less counts as none.",
            {"trend": name, "direction": "rise", "over": over, "base": base, "band": "1 pp"},
            {"measurements": figures},
            {name: {"label": "Cases cleared", "kind": "share"}},
        )
    }
