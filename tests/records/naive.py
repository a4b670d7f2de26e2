"""What becomes of a row, once more and naively: docs/records.md read aloud, one row at a time, in plain Python."""

import re
from collections import Counter
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rulecheck.facts.records.definition import Columns, Condition, Definition
from rulecheck.facts.records.frame import Span

Row = dict[str, Any]
TIMED = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.\d{1,9})?)?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)?", re.A
)


class Unreadable(Exception):
    pass


def day(cell: Any, zone: str) -> date | None:
    if cell is None or cell == "":
        return None
    if isinstance(cell, datetime):
        if cell.tzinfo is None:
            return cell.date()
        if not zone:
            raise Unreadable
        return cell.astimezone(ZoneInfo(zone)).date()
    if isinstance(cell, date):
        return cell
    text = str(cell)
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.A):
            return date.fromisoformat(text)
        found = TIMED.fullmatch(text)
        if not found:
            raise Unreadable
        local = date.fromisoformat(found[1])
        if not found[5]:
            return local
        if not zone:
            raise Unreadable
        offset = found[5].replace("Z", "+00:00")
        instant = datetime.fromisoformat(f"{found[1]}T{found[2]}:{found[3]}:{found[4] or '00'}{offset}")
        return instant.astimezone(UTC).astimezone(ZoneInfo(zone)).date()
    except ValueError:
        raise Unreadable from None


def first(row: Row, columns: Columns, zone: str) -> date | None:
    for column in columns:
        if row[column] is not None and row[column] != "":
            return day(row[column], zone)
    return None


def text(cell: Any) -> str:
    return "" if cell is None else str(cell).lower() if isinstance(cell, bool) else str(cell)


def holds(condition: Condition, row: Row, zone: str) -> bool:
    if condition.day is not None:
        cell = day(row[condition.column], zone)
        if cell is None:
            return False
        match condition.comparison:
            case "on_or_after":
                return cell >= condition.day
            case "on_or_before":
                return cell <= condition.day
            case "before":
                return cell < condition.day
        return cell > condition.day
    cell = text(row[condition.column])
    match condition.comparison:
        case "equals" | "in":
            return cell in condition.values
        case "not_equals" | "not_in":
            return cell not in condition.values
    return bool(cell) == (condition.values == ("true",))


def number(cell: Any) -> int | None:
    if cell is None or cell == "":
        return None
    if isinstance(cell, int):
        if abs(cell) > 10**15 - 1:
            raise Unreadable
        return cell
    if not re.fullmatch(r"-?\d{1,15}", str(cell), re.A):
        raise Unreadable
    return int(cell)


def passing(d: Definition, rows: list[Row]) -> list[Row]:
    found = []
    for row in rows:
        try:
            if all(holds(c, row, d.zone) for c in d.where):
                found.append(row)
        except Unreadable:
            continue
    return found


def fate(d: Definition, row: Row, span: Span, copies: Counter[str]) -> tuple[str, Any, int]:
    """(counted, piece, amount), or (what became of it, why, 0)."""
    for c in d.where:
        if c.day is not None:
            try:
                day(row[c.column], d.zone)
            except Unreadable:
                return "rejected", ("unreadable", c.column), 0
    if not all(holds(c, row, d.zone) for c in d.where):
        return "filtered", None, 0
    if d.id:
        if text(row[d.id]) == "":
            return "rejected", ("missing", d.id), 0
        if copies[text(row[d.id])] > 1:
            return "rejected", ("repeated", d.id), 0
    for column in dict.fromkeys(
        (*(c.column for c in d.having if c.day), *d.period, *d.start, *d.end, *d.done, *d.deadline)
    ):
        try:
            day(row[column], d.zone)
        except Unreadable:
            return "rejected", ("unreadable", column), 0
    if d.value:
        try:
            number(row[d.value])
        except Unreadable:
            return "rejected", ("no-number", d.value), 0
    period = first(row, d.period, d.zone)
    if period is None:
        return "open", None, 0
    dates = [first(row, columns, d.zone) if columns else None for columns in (d.start, d.end, d.done, d.deadline)]
    start, end, done, deadline = dates
    for columns, found in ((d.start, start), (d.end, end), (d.deadline, deadline)):
        if columns and found is None:
            return "rejected", ("missing", columns[-1]), 0
    if d.value and number(row[d.value]) is None:
        return "rejected", ("missing", d.value), 0
    last = end or done
    if start and last and last < start:
        return "rejected", ("backwards", d.start[0]), 0
    as_of = span.as_of
    if period < span.pieces[0].first or period > min(as_of, span.pieces[-1].last):
        return "outside", None, 0
    if end and end > as_of:
        return "open", None, 0
    if d.done:
        assert deadline is not None
        in_time = done is not None and done <= deadline
        known = done is not None and done <= as_of
        settled = (in_time and known) or (deadline < as_of)
        if not settled or (not d.open_is_late and not known):
            return "open", None, 0
        amount = int(in_time)
    elif d.having:
        amount = int(all(holds(c, row, d.zone) for c in d.having))
    elif d.value:
        amount = number(row[d.value]) or 0
    elif end and start:
        amount = (end - start).days
    else:
        amount = 1
    piece = next(i for i, p in enumerate(span.pieces) if p.first <= period <= p.last)
    return "counted", piece, amount


def answer(d: Definition, rows: list[Row], span: Span) -> tuple[dict[Any, tuple[int, int]], Counter[Any], list[Any]]:
    """Counted sums by (piece, members); how many rows ended where; the first five rejected."""
    copies = Counter(text(row[d.id]) for row in passing(d, rows)) if d.id else Counter[str]()
    sums: dict[Any, tuple[int, int]] = {}
    ends: Counter[Any] = Counter()
    sample = []
    for index, row in enumerate(rows, 1):
        what, detail, amount = fate(d, row, span, copies)
        ends[(what, detail) if what == "rejected" else what] += 1
        if what == "rejected" and len(sample) < 5:
            sample.append((index, detail[1], detail[0]))
        if what == "counted":
            key = (detail, tuple(text(row[column]) for _, column in d.dimensions))
            total, count = sums.get(key, (0, 0))
            sums[key] = total + amount, count + 1
    return sums, ends, sample
