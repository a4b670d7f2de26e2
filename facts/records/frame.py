"""The one definition of what becomes of a row, for every engine. The numbered steps are those of docs/records.md.

An engine hands over a frame of neutral columns (``Layout``): days as integers, texts, whole numbers. What is said of
it here is said in narwhals, and only with integer comparisons, so that all engines answer alike.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any, NamedTuple

import narwhals as nw
from rulecheck.facts.period import Period
from rulecheck.facts.records.definition import DATED, Condition, Definition

EPOCH = date(1970, 1, 1)
UNREADABLE = -1_000_000
"""The day of a cell that holds something, but no day: before every date there is."""
NO_NUMBER = -(10**17)
"""The same for whole numbers, which have at most 15 digits."""
FILTERED, OPEN, OUTSIDE, REJECTED = -2, -3, -4, -10
"""What became of a row that is not counted; rejected ones are REJECTED − index of the reason. Counted: its piece."""
_FILTERED = nw.lit(FILTERED)
FEW = 8
"""So many texts are compared with one by one."""
LOW = 10**8
"""Numbers of 15 digits are summed in two parts: the sum of ten thousand of them is beyond what 64 bits hold."""
UNSETTLED = -1_000
"""A row with a period date that is not settled as of D is UNSETTLED − its piece."""
Expr = Any


class Layout(NamedTuple):
    """The neutral names of a frame's columns, as one definition sees them.

    ``doubtful`` are the date columns that can hold something unreadable: those of text, and zoned ones without a zone.
    """

    days: Mapping[str, str]
    texts: Mapping[str, str]
    value: str
    doubtful: frozenset[str]
    row: str = "r"


class Span(NamedTuple):
    """The pieces that are asked for, in order, without gaps, as of a day."""

    pieces: tuple[Period, ...]
    as_of: date


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - EPOCH.toordinal()


def day_of(number: int) -> date:
    """The day of a number of days since 1970-01-01."""
    return date.fromordinal(number + EPOCH.toordinal())


class Rows:
    """What becomes of the rows of a frame, by one definition.

    Of each row that is k, what became of it; v, what it adds to the sum; p, its day. Of a column of numbers, v is what is
    left over whole units of LOW, and h how many of those there are. ``number`` sets the names of these columns apart from
    those of other definitions of the same frame.
    """

    def __init__(self, definition: Definition, layout: Layout, span: Span, number: int = 0) -> None:
        self.definition, self.layout, self.span, self.number = definition, layout, span, number
        self.reasons = _reasons(definition)
        self.k, self.v, self.h, self.p = (f"{letter}{number}" for letter in ("k", "v_", "h", "p"))
        several = dict.fromkeys(
            columns
            for columns in (definition.period, definition.start, definition.end, definition.done, definition.deadline)
            if len(columns) > 1
        )
        self.first = {columns: f"f{number}_{i}" for i, columns in enumerate(several)}
        """Where a date is the first of several that is filled in: the column that is made of it, once."""

    def code(self, reason: str, column: str) -> int:
        return REJECTED - self.reasons.index((reason, column))

    # --- cells ---

    def day(self, columns: tuple[str, ...]) -> Expr:
        """The first of the columns that is filled in."""
        return nw.col(self.first[columns] if len(columns) > 1 else self.layout.days[columns[0]])

    def holds(self, condition: Condition) -> Expr:
        """Whether a condition holds: true or false, never null."""
        if condition.comparison in DATED:
            assert condition.day is not None
            cell, number = nw.col(self.layout.days[condition.column]), day_number(condition.day)
            compared = {
                "on_or_after": cell >= number,
                "on_or_before": cell <= number,
                "before": cell < number,
                "after": cell > number,
            }[condition.comparison]
            return ~cell.is_null() & (cell != UNREADABLE) & compared
        text, values = nw.col(self.layout.texts[condition.column]), condition.values
        match condition.comparison:
            case "equals" | "in":
                return ~text.is_null() & _one_of(text, values)
            case "filled":
                filled = ~text.is_null() & (text != "")
                return filled if values == ("true",) else ~filled
        return text.is_null() | ~_one_of(text, values)

    def all_hold(self, conditions: tuple[Condition, ...]) -> Expr:
        return reduce(and_, (self.holds(condition) for condition in conditions))

    # --- rows ---

    def classified(self, frame: Any, filtered: bool = False) -> Any:
        """The frame with k, v, p and, where there is a column of numbers, h.

        ``filtered`` tells that the rows that are filtered out are not in the frame any more.
        """
        if self.definition.id:
            frame = self.with_repeats(frame)
        if self.first:
            firsts = {
                name: nw.coalesce(*(nw.col(self.layout.days[column]) for column in columns))
                for columns, name in self.first.items()
            }
            frame = frame.with_columns(**firsts)
        steps = [(condition, code) for condition, code in self.steps() if not (filtered and code is _FILTERED)]
        k: Expr = self.piece()
        for condition, code in reversed(steps):
            k = nw.when(condition).then(nw.lit(code) if isinstance(code, int) else code).otherwise(k)
        frame = frame.with_columns(**{self.k: k, self.v: self.amount(), self.p: self.day(self.definition.period)})
        if self.definition.value:
            frame = frame.with_columns(**{self.h: nw.col(self.v) // LOW})
            frame = frame.with_columns(**{self.v: nw.col(self.v) - nw.col(self.h) * LOW})
        return frame

    def with_repeats(self, frame: Any) -> Any:
        """Marks the rows whose id stands in another row, too."""
        name = self.layout.texts[self.definition.id]
        passing = frame.filter(self.all_hold(self.definition.where)) if self.definition.where else frame
        several = passing.group_by(name).agg(nw.len().alias("copies")).filter(nw.col("copies") > 1)
        return frame.join(several, on=name, how="left")

    def steps(self) -> list[tuple[Expr, Expr]]:
        """Conditions and what becomes of a row for which one is the first that holds."""
        d, found = self.definition, list[tuple[Expr, Expr]]()
        for column in _compared(d.where):
            if column in self.layout.doubtful:
                found.append((self.unreadable(column), self.code("unreadable", column)))
        if d.where:
            found.append((~self.all_hold(d.where), _FILTERED))
        if d.id:
            text = nw.col(self.layout.texts[d.id])
            found.append((text.is_null() | (text == ""), self.code("missing", d.id)))
            found.append((~nw.col("copies").is_null(), self.code("repeated", d.id)))
        found += [
            (self.unreadable(column), self.code("unreadable", column))
            for column in _needed(d)
            if column in self.layout.doubtful
        ]
        if d.value:
            found.append((nw.col(self.layout.value) == NO_NUMBER, self.code("no-number", d.value)))
        period = self.day(d.period)
        found.append((period.is_null(), OPEN))
        for columns in (d.start, d.end, d.deadline):
            if columns and columns != d.period:
                found.append((self.day(columns).is_null(), self.code("missing", columns[-1])))
        if d.value:
            found.append((nw.col(self.layout.value).is_null(), self.code("missing", d.value)))
        last = d.end or d.done
        if d.start and last:
            end = self.day(last)
            backwards = end < self.day(d.start)
            found.append((backwards if d.end else ~end.is_null() & backwards, self.code("backwards", d.start[0])))
        found += self.beyond(period)
        return found

    def unreadable(self, column: str) -> Expr:
        cell = nw.col(self.layout.days[column])
        return ~cell.is_null() & (cell == UNREADABLE)

    def beyond(self, period: Expr) -> list[tuple[Expr, Expr]]:
        """Rows outside the periods asked for, and those not settled as of D; none for a measure that ``ends``."""
        d, as_of = self.definition, day_number(self.span.as_of)
        if self.ends:
            return []
        first, last = self.ends_of_span()
        found: list[tuple[Expr, Expr]] = [((period < first) | (period > last), OUTSIDE)]
        unsettled = nw.lit(UNSETTLED) - self.piece()
        if d.end and d.end != d.period:
            found.append((self.day(d.end) > as_of, unsettled))
        if d.done:
            done, deadline = self.day(d.done), self.day(d.deadline)
            was_done = ~done.is_null() & (done <= as_of)
            settled = (was_done & (done <= deadline)) | (deadline < as_of)
            found.append((~(settled if d.open_is_late else settled & was_done), unsettled))
        return found

    @property
    def ends(self) -> bool:
        """Whether the date that puts a record into a period also settles it."""
        return not self.definition.done and self.definition.end in ((), self.definition.period)

    def ends_of_span(self) -> tuple[int, int]:
        """The first day that is asked for, and the last that has been as of D."""
        pieces = self.span.pieces
        return day_number(pieces[0].first), min(day_number(self.span.as_of), day_number(pieces[-1].last))

    def piece(self) -> Expr:
        """The index of the piece a counted row belongs to; OUTSIDE beyond them."""
        period = self.day(self.definition.period)
        first, last = self.ends_of_span()
        ends = [*(day_number(piece.last) for piece in self.span.pieces[:-1]), last]
        index: Expr = nw.lit(OUTSIDE)
        for number in range(len(ends) - 1, -1, -1):
            index = nw.when(period <= ends[number]).then(nw.lit(number)).otherwise(index)
        return nw.when(period < first).then(nw.lit(OUTSIDE)).otherwise(index)

    def amount(self) -> Expr:
        """What a counted row adds to the sum."""
        d = self.definition
        if d.start and d.end:
            return self.day(d.end) - self.day(d.start)
        if d.value:
            return nw.col(self.layout.value)
        if d.done:
            done = self.day(d.done)
            return nw.when(~done.is_null() & (done <= self.day(d.deadline))).then(nw.lit(1)).otherwise(nw.lit(0))
        if d.having:
            return nw.when(self.all_hold(d.having)).then(nw.lit(1)).otherwise(nw.lit(0))
        return nw.lit(1)

    # --- answers ---

    def not_filtered(self) -> Expr:
        """Whether a row meets the conditions, or is rejected because that cannot be told."""
        doubtful = [column for column in _compared(self.definition.where) if column in self.layout.doubtful]
        return reduce(or_, (self.unreadable(column) for column in doubtful), self.all_hold(self.definition.where))

    def sample(self, frame: Any, size: int, in_order: bool) -> Any:
        """The first rejected rows, as (row number, k).

        ``in_order`` tells that the engine's frame has an order, that of the table: it may stop at the last one wanted.
        """
        table = (
            self.classified(frame)
            .filter((nw.col(self.k) <= REJECTED) & (nw.col(self.k) > UNSETTLED))
            .select(self.layout.row, self.k)
        )
        if in_order and not self.definition.id:  # a join keeps no order
            table = table.head(size)
        return table.sort(self.layout.row).head(size)


def grouped(frame: Any, several: Sequence[Rows], without_filtered: bool) -> tuple[Any, list[str]]:
    """The ways rows end, and the names of the columns that tell of them.

    They are k of each definition and the member of each dimension; n, how many rows; of each definition the sums of v and
    h and the latest p. Rows that end alike by every definition are one group, so that the table is read once.
    ``without_filtered`` leaves out the rows that every definition filters out: who knows how many rows there are need not
    have them counted, and engines skip them while they read.
    """
    filtered = without_filtered and all(rows.definition.where for rows in several)
    if filtered:
        frame = frame.filter(reduce(or_, (rows.not_filtered() for rows in several)))
    for rows in several:
        frame = rows.classified(frame, filtered and len(several) == 1)
    members = [rows.layout.texts[column] for rows in several for _, column in rows.definition.dimensions]
    keys = [*(rows.k for rows in several), *dict.fromkeys(members)]
    summed = [name for rows in several for name in ((rows.v, rows.h) if rows.definition.value else (rows.v,))]
    latest = [rows.p for rows in several]
    found = [nw.len().alias("n"), *(nw.col(name).sum() for name in summed), *(nw.col(name).max() for name in latest)]
    return frame.select(*keys, *summed, *latest).group_by(*keys).agg(*found), [*keys, "n", *summed, *latest]


def _one_of(text: Expr, values: tuple[str, ...]) -> Expr:
    """Whether a text is one of these. A few comparisons cost engines half of what looking into a list does."""
    if len(values) > FEW:
        return text.is_in(list(values))
    return reduce(or_, (text == value for value in values))


def _compared(conditions: tuple[Condition, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(c.column for c in conditions if c.comparison in DATED))


def _needed(definition: Definition) -> tuple[str, ...]:
    """The date columns the measure needs, beyond those that only ``where`` compares."""
    d = definition
    return tuple(dict.fromkeys((*_compared(d.having), *d.period, *d.start, *d.end, *d.done, *d.deadline)))


def _reasons(definition: Definition) -> tuple[tuple[str, str], ...]:
    """Every (reason, column) for which a row can be rejected."""
    d = definition
    found = [("unreadable", column) for column in d.dates]
    found += [("missing", columns[-1]) for columns in (d.start, d.end, d.deadline) if columns]
    found += [(reason, d.id) for reason in ("missing", "repeated") if d.id]
    found += [(reason, d.value) for reason in ("no-number", "missing") if d.value]
    if d.start:
        found.append(("backwards", d.start[0]))
    return tuple(dict.fromkeys(found))
