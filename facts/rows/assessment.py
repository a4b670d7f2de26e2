"""A row of assessments: who judged which target, when and how."""

from rulecheck.facts.facts import Assessment
from rulecheck.facts.rows.common import common
from rulecheck.facts.rows.scalars import Row, RowPath, Values


def assessment(values: Values, path: RowPath, row: Row) -> Assessment:
    """A documented judgement. Raises Refused."""
    fields = common(values, path, row)
    target = values.name(path, row, "target")
    verdict, day, reason = "", None, ""
    if row.get("verdict") is not None:
        verdict = values.verdict((*path, "verdict"), row["verdict"])
    if row.get("reason") is not None:
        reason = values.text((*path, "reason"), row["reason"])
    if row.get("date") is not None:
        day = values.day((*path, "date"), row["date"])
    if not fields.get("withdrawn"):
        if row.get("verdict") is None:
            values.missing(path, "verdict", "fulfilled, on-track, at-risk or missed")
        if row.get("date") is None:
            values.missing(path, "date", "the day the judgement was made")
        if not fields.get("by"):
            values.missing(path, "by", "who judged")
    fields.setdefault("reported", day)  # a judgement is known from the day it is made, unless said otherwise
    return Assessment(target=target, verdict=verdict, date=day, reason=reason, **fields)
