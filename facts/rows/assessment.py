"""A row of assessments: who judged which target, when and how."""

from rulecheck.facts.facts import WAIVED, Assessment
from rulecheck.facts.rows.common import common
from rulecheck.facts.rows.report import Refused
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
    expires = None if row.get("expires") is None else values.day((*path, "expires"), row["expires"])
    if day and expires and expires < day:
        values.report(
            "facts-expires",
            (*path, "expires"),
            "the judgement of {day} expires before it was made, on {expires}",
            "correct one of the two",
            day=day.isoformat(),
            expires=expires.isoformat(),
        )
        raise Refused
    if not fields.get("withdrawn"):
        if row.get("verdict") is None:
            values.missing(path, "verdict", "fulfilled, on-track, at-risk, missed or waived")
        if row.get("date") is None:
            values.missing(path, "date", "the day the judgement was made")
        if not fields.get("by", "").strip():
            values.missing(path, "by", "who judged")
        if verdict == WAIVED and not reason.strip():
            values.missing(path, "reason", "a waiver says why")
    fields.setdefault("reported", day)  # a judgement is known from the day it is made, unless said otherwise
    return Assessment(target=target, verdict=verdict, date=day, reason=reason, expires=expires, **fields)
