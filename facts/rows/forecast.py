"""A row of forecasts: of an event, or of a measure."""

from rulecheck.facts.facts import Forecast
from rulecheck.facts.rows.common import common
from rulecheck.facts.rows.event import subject_of
from rulecheck.facts.rows.report import Refused
from rulecheck.facts.rows.scalars import Row, RowPath, Values


def forecast(values: Values, path: RowPath, row: Row) -> Forecast:
    """The expected day of an event, or the expected volume or value of a measure. Raises Refused."""
    fields = common(values, path, row)
    if (row.get("event") is None) == (row.get("measure") is None):
        values.report(
            "facts-forecast",
            path,
            "a forecast is of an event or of a measure",
            "give `event` and `expected`, or `measure`, `period` and the expected number",
        )
        raise Refused
    if row.get("event") is not None:
        name, event = values.event_name(path, row)
        subject = subject_of(values, path, row, name, event, {})
        expected = None
        if not fields.get("withdrawn"):
            if row.get("expected") is None:
                values.missing(path, "expected", "the day the event is expected")
            expected = values.day((*path, "expected"), row["expected"])
        return Forecast(event=name, subject=subject, expected=expected, **fields)
    measure = values.names.measures[name := values.name(path, row, "measure")]
    if measure.kind == "set":
        values.report("facts-forecast", (*path, "measure"), "a list of members has no forecast", "leave it out")
        raise Refused
    if row.get("period") is None:
        values.missing(path, "period", "a forecast of a measure is of a period")
    period = values.period((*path, "period"), row["period"])
    counted = {"mean": "count", "share": "denominator"}.get(measure.kind)
    for key in ("count", "denominator"):
        if row.get(key) is not None and key != counted:
            values.report(
                "facts-content",
                (*path, key),
                "`{key}` does not belong to a measure of kind {kind}",
                "give {wanted}",
                key=key,
                kind=measure.kind,
                wanted=f"`{counted or 'value'}`",
            )
            raise Refused
    volume = values.count((*path, counted), row[counted]) if counted and row.get(counted) is not None else None
    value = values.number((*path, "value"), row["value"]) if row.get("value") is not None else None
    if volume is None and value is None and not fields.get("withdrawn"):
        values.missing(path, counted or "value", "the expected number")
    return Forecast(measure=name, period=period, volume=volume, value=value, **fields)
