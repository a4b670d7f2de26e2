"""A measure over a period against a bound: mean, share, total, level, figure. Source: semantics §4."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Literal

import attrs
from rulecheck.facts.facts import Dimensions, MeasureKind
from rulecheck.facts.period import Period, parse_period
from rulecheck.facts.problem import Path
from rulecheck.facts.quantity import Exact, Quantity, parse_quantity
from rulecheck.rules.criteria.combination import Combination

if TYPE_CHECKING:
    from rulecheck.rules.criteria import Criterion
    from rulecheck.rules.criteria.example import Example
    from rulecheck.rules.criteria.trend import Trend
    from rulecheck.rules.reader import Context, Data, Reader
    from rulecheck.rules.shape import Object

MEASURE_KINDS = ("mean", "share", "total", "level", "figure")
Operator = Literal["at_most", "at_least", "exactly", "between"]


@attrs.frozen(eq=False, repr=False)
class Bound:
    """``low`` and ``high`` are the same number for ``exactly``; the open end of a one-sided bound is None.

    ``strict``: the end itself lies outside. Both ends are None only where they wait for a fact (see ``Trend``).
    """

    operator: Operator
    low: Exact | None
    high: Exact | None
    unit: str = ""
    strict: bool = False

    def margin(self, value: Exact) -> Exact:
        """How far inside the bound ``value`` lies; negative outside, zero exactly on it."""
        inside = []
        if self.low is not None:
            inside.append(value - self.low)
        if self.high is not None:
            inside.append(self.high - value)
        return min(inside)

    def holds(self, value: Exact) -> bool:
        """Whether ``value`` lies inside; the end itself does unless the bound is strict."""
        margin = self.margin(value)
        return margin > 0 or (margin == 0 and not self.strict)

    def above(self, value: Exact) -> bool:
        """Whether ``value`` lies beyond the upper end."""
        return self.high is not None and (value > self.high or (self.strict and value == self.high))

    def below(self, value: Exact) -> bool:
        """Whether ``value`` lies beyond the lower end."""
        return self.low is not None and (value < self.low or (self.strict and value == self.low))


@attrs.frozen(eq=False, repr=False)
class Threshold:
    """A measure over a period against a bound; with ``trend`` the bound is what the facts say of a base period.

    ``rounded_to`` None compares exactly. ``if_empty`` says what a covered period without a single item means,
    ``undocumented`` what silence after ``closes`` means.
    """

    path: str
    kind: MeasureKind
    measure: str
    signed: bool
    bound: Bound
    over: Period
    closes: date
    dimensions: Dimensions = ()
    rounded_to: Exact | None = None
    if_empty: Literal["at-risk", "fulfilled"] = "at-risk"
    undocumented: Literal["at-risk", "missed"] = "at-risk"
    trend: "Trend | None" = None


def shapes() -> dict[str, "Object"]:
    """How each kind is written, by kind."""
    from rulecheck.rules.shape import (
        COUNT,
        IF_EMPTY,
        LAG,
        NAME,
        PERIOD,
        QUANTITY,
        ROUNDED,
        TEXT,
        UNDOCUMENTED,
        Many,
        Object,
    )

    fields = {
        "at_most": (QUANTITY, "the largest value that fulfils"),
        "at_least": (QUANTITY, "the smallest value that fulfils"),
        "exactly": (QUANTITY, "the only value that fulfils"),
        "between": (Many(QUANTITY, least=2), "the smallest and the largest value that fulfil"),
        "over": (PERIOD, "the period the measure is of"),
        "for_each": (Many(Many(TEXT, least=1), named=True), "the members of a dimension it must hold for"),
        "count": (COUNT, "with for_each: how many members are enough"),
        "rounded_to": ROUNDED,
        "if_empty": IF_EMPTY,
        "undocumented": UNDOCUMENTED,
        "reporting_lag": LAG,
    }
    return {
        kind: Object("a criterion", {kind: (NAME, "the measure"), **fields}, (kind, "over")) for kind in MEASURE_KINDS
    }


def threshold(kind: Any, data: "Data", path: Path, context: "Context", reader: "Reader") -> "Criterion":
    """The measure ``data[kind]`` against its bound, once or for each member of a dimension."""
    bound = _bound(data, path, kind, reader)
    measure = reader.measure(data[kind], kind, path, unit=bound.unit)
    unit = "%" if kind == "share" else measure.unit or bound.unit
    if bound.unit not in ("", unit):
        reader.error(
            (*path, bound.operator),
            "the bound is in {unit}, the measure in {other}",
            "use one unit",
            unit=bound.unit,
            other=unit,
        )
    over = parse_period(data["over"])
    rounded = rounding(path, context, reader)

    def leaf(path: str, dimensions: Dimensions) -> Threshold:
        return Threshold(
            path,
            kind,
            measure.id,
            measure.signed,
            bound,
            over,
            over.last + timedelta(context.lag),
            dimensions,
            rounded,
            context.if_empty or "at-risk",
            context.undocumented or "at-risk",
        )

    return for_each_member(data, path, context, reader, leaf)


def rounding(path: Path, context: "Context", reader: "Reader") -> Exact | None:
    """The step values are rounded to before they are compared; None: they are not."""
    rounded = parse_quantity(context.rounded_to).value if context.rounded_to else None
    if rounded is not None and rounded <= 0:
        reader.error(path, "rounding to {step} is not possible", "give a step above 0", step=context.rounded_to)
        return None
    return rounded


def for_each_member(
    data: "Data",
    path: Path,
    context: "Context",
    reader: "Reader",
    leaf: Callable[[str, Dimensions], Threshold],
) -> "Criterion":
    """The leaf by itself, or with ``for_each`` one for each member of the dimension."""
    members: Mapping[str, list[str]] | None = data.get("for_each")
    if not members:
        if data.get("count"):
            reader.error((*path, "count"), "`count` without `for_each`", "say which members are counted")
        return leaf(context.path, ())
    if len(members) != 1:
        reader.error((*path, "for_each"), "for_each needs one dimension", "write for_each: {{district: [a, b]}}")
    ((dimension, names),) = list(members.items())[:1]
    reader.distinct(names, (*path, "for_each", dimension))
    count = int(data.get("count") or len(names))
    parts = tuple(leaf(f"{context.path}/{member}", ((dimension, member),)) for member in names)
    return Combination(context.path, "for_each", count, parts)


def _bound(data: "Data", path: Path, kind: str, reader: "Reader") -> Bound:
    given: list[Any] = [op for op in ("at_most", "at_least", "exactly", "between") if data.get(op) is not None]
    if len(given) != 1:
        reader.error(
            path,
            "a bound is missing" if not given else "there are two bounds",
            "give one of at_most, at_least, exactly, between",
        )
        return Bound("at_most", None, 0)
    operator = given[0]
    texts = data[operator] if operator == "between" else [data[operator]]
    numbers = [parse_quantity(text) for text in texts]
    units = {n.unit for n in numbers}
    if len(numbers) > 2 or len(units) > 1:
        reader.error((*path, operator), "between needs two numbers in one unit", "write [a, b]")
    values = [n.value for n in numbers]
    if kind == "share":
        values = [_share_bound(n, (*path, operator), reader) for n in numbers]
    if operator == "between" and values[0] > values[-1]:
        reader.error(
            (*path, operator),
            "between {low} and {high} lies nothing",
            "write the smaller number first",
            low=texts[0],
            high=texts[-1],
        )
    low = values[0] if operator != "at_most" else None
    high = values[-1] if operator != "at_least" else None
    return Bound(operator, low, high, numbers[0].unit)


def _share_bound(number: Quantity, path: Path, reader: "Reader") -> Exact:
    if not 0 <= number.value <= 1:
        reader.error(path, "a share lies between 0 and 1", "write it with its sign, such as `90 %`, or as 0.9")
    return number.value


def examples(period: Period) -> "dict[str, Example]":
    """One example of each kind, fulfilled by the figures of ``period``."""
    from rulecheck.rules.criteria.example import Example

    label, last = period.label, period.last.isoformat()

    def of(kind: str, name: str, title: str, quote: str, bound: "Data", entry: "Data", figure: "Data") -> Example:
        when = {"at": last} if kind == "level" else {"period": label}
        rows = {"measurements": [{"measure": name, **when, **figure}]}
        require = {kind: name, **bound, "over": label}
        return Example(title, quote.format(over=label), require, rows, {name: {**entry, "kind": kind}})

    return {
        "mean": of(
            "mean",
            "case_days",
            "Processing time",
            "In {over} a case takes 180 days at most on average.",
            {"at_most": "180 days"},
            {"label": "Days from report to decision", "unit": "days"},
            {"total": 34200, "count": 200},
        ),
        "share": of(
            "share",
            "replies_in_time",
            "Replies in time",
            "In {over} at least 90 % of the letters are answered in time.",
            {"at_least": "90 %"},
            {"label": "Letters answered in time"},
            {"numerator": 184, "denominator": 200},
        ),
        "total": of(
            "total",
            "visits",
            "Visits",
            "In {over} the inspectors make at least 100 visits.",
            {"at_least": "100"},
            {"label": "Visits made"},
            {"total": 112},
        ),
        "level": of(
            "level",
            "open_cases",
            "Open cases",
            "At the end of {over} no more than 40 cases are open.",
            {"at_most": "40"},
            {"label": "Cases open"},
            {"value": 37},
        ),
        "figure": of(
            "figure",
            "satisfaction",
            "Satisfaction",
            "In the survey of {over} the index of satisfaction is at least 75.",
            {"at_least": "75"},
            {"label": "Index of satisfaction"},
            {"value": 77},
        ),
    }
