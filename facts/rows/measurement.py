"""A row of measurements: the numbers its kind of measure asks for, and what cannot be true of them."""

from fractions import Fraction
from typing import Any

from rulecheck.facts.facts import Listing, Measurement, MeasureName
from rulecheck.facts.period import Period
from rulecheck.facts.problem import Path
from rulecheck.facts.quantity import Exact, decimals, exact
from rulecheck.facts.rows.common import common
from rulecheck.facts.rows.listing import listing
from rulecheck.facts.rows.report import Refused
from rulecheck.facts.rows.scalars import Row, RowPath, Values
from rulecheck.facts.rows.words import shown


def measurement(values: Values, path: RowPath, row: Row) -> Measurement | Listing:
    """A number for a period; of a set, the list of its members. Raises Refused."""
    named = values.names.measures.get(str(row.get("measure")))
    if named is not None and named.kind == "set":
        return listing(values, path, row)
    fields = common(values, path, row)
    name = values.name(path, row, "measure")
    measure = values.names.measures[name]
    for dimension, member in fields.get("dimensions", ()):
        members = measure.dimensions.get(dimension)
        if members is not None and member not in members:
            values.unknown("facts-member", (*path, "dimensions", dimension), dimension, member, members)
    period = _measured(values, path, row, measure)
    if not fields.get("withdrawn"):
        fields.update(_content(values, path, row, measure))
    if not any(period.overlaps(known) for known in (values.names.period, *measure.bases)):
        values.report(
            "facts-outside",
            (*path, "period"),
            "the period {period} lies outside the plan's ({plan})",
            "correct the period, if it is wrong",
            "warning",
            period=period.label,
            plan=values.names.period.label,
        )
    reported = fields.get("reported")
    if reported and reported < period.last and not fields.get("preliminary"):
        values.report(
            "facts-early",
            (*path, "reported"),
            "reported on {reported}, before {last}, when the period ends",
            'if the figure is not final, write "status": "preliminary"',
            "warning",
            reported=reported.isoformat(),
            last=period.last.isoformat(),
        )
    return Measurement(measure=name, period=period, **fields)


def _measured(values: Values, path: RowPath, row: Row, measure: MeasureName) -> Period:
    if measure.kind == "level":
        if row.get("at") is None:
            values.missing(path, "at", "a level is measured on a day")
        day = values.day((*path, "at"), row["at"])
        return Period(day, day)
    if row.get("at") is not None:
        values.report("facts-at", (*path, "at"), "only a level is measured on a day", "write the period instead")
    if row.get("period") is None:
        values.missing(path, "period", "a measurement is of a period")
    return values.period((*path, "period"), row["period"])


def _content(values: Values, path: RowPath, row: Row, measure: MeasureName) -> dict[str, Any]:
    """The numbers of a measurement, by the kind of its measure."""
    pair = {"mean": ("total", "count"), "share": ("numerator", "denominator")}.get(measure.kind)
    sums = {"mean": "total", "share": "numerator", "total": "total"}.get(measure.kind, "value")
    allowed = {*(pair or ()), "value", sums}
    for key in ("total", "count", "numerator", "denominator", "value", "members", "from"):
        if row.get(key) is not None and key not in allowed:
            values.report(
                "facts-content",
                (*path, key),
                "`{key}` does not belong to a measure of kind {kind}",
                "give {wanted}",
                key=key,
                kind=measure.kind,
                wanted=_wanted(measure.kind),
            )
            raise Refused
    volume = values.count((*path, pair[1]), row[pair[1]]) if pair and row.get(pair[1]) is not None else None
    given = [key for key in dict.fromkeys((sums, "value")) if row.get(key) is not None]
    if len(given) != 1:
        if given:
            values.report(
                "facts-content",
                (*path, "value"),
                "the figure is given twice: `{sums}` and `value`",
                "keep one of the two",
                sums=sums,
            )
        else:
            values.missing(path, sums, "give {wanted}", wanted=_wanted(measure.kind))
        raise Refused
    key = given[0]
    number = values.number((*path, key), row[key])
    if number < 0 and not (measure.signed and measure.kind != "share"):
        values.report(
            "facts-negative",
            (*path, key),
            "`{key}` is negative: {number}",
            "correct the sign; a measure that may be negative says `signed: true` in the plan",
            key=key,
            number=shown(row[key]),
        )
        raise Refused
    if measure.kind == "share":
        _share(values, path, key, number, row, volume)
    if key == "value" and measure.kind in ("mean", "share"):
        if number and volume == 0:
            _nothing(values, path, key, number)
        step = exact(Fraction(1, 10 ** decimals(str(row[key]))))
        amount = None if volume is None else exact(Fraction(number * volume))
        return {
            "value": number,
            "volume": volume,
            "amount": amount,
            "step": step if volume is None else step * volume,
        }
    if measure.kind in ("level", "figure"):
        return {"value": number}
    if pair and volume is None:
        values.missing(path, pair[1], "`{other}` needs it", other=sums)
    if pair and number and volume == 0:
        _nothing(values, path, key, number)
    return {"amount": number, "volume": volume}


def _share(values: Values, path: Path, key: str, number: Exact, row: Row, volume: Exact | None) -> None:
    if key == "value" and number > 1:
        values.report(
            "facts-share",
            (*path, key),
            "a share above one: {number}",
            "write a fraction of 1: 0.964 for 96.4 %",
            number=shown(row[key]),
        )
        raise Refused
    if key == "numerator":
        values.count((*path, key), row[key])
        if volume is not None and volume and number > volume:
            values.report(
                "facts-share",
                (*path, key),
                "a share above one: {number} of {volume}",
                "the numerator counts some of the items the denominator counts",
                number=str(number),
                volume=str(volume),
            )
            raise Refused


def _nothing(values: Values, path: Path, key: str, number: Exact) -> None:
    values.report(
        "facts-nothing",
        (*path, key),
        "something out of nothing: {number} of 0",
        "correct one of the two numbers",
        number=str(number),
    )
    raise Refused


def _wanted(kind: str) -> str:
    return {"mean": "`total` and `count`, or `value`", "share": "`numerator` and `denominator`, or `value`"}.get(
        kind, "`value`"
    )
