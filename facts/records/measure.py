"""An engine's answer → measurements: what is added up, over which pieces, and which of them are claimed."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from rulecheck.facts.facts import Dimensions, Measurement
from rulecheck.facts.period import ONE_DAY, Period, pieces
from rulecheck.facts.records.definition import Definition
from rulecheck.facts.records.engine import Answer, Group
from rulecheck.facts.records.frame import FILTERED, OPEN, OUTSIDE, REJECTED, UNSETTLED, Span, day_of
from rulecheck.facts.records.provenance import Extract, Rejected
from rulecheck.facts.records.source import Source

QUIET = timedelta(days=7)
"""A last record older than this makes one ask whether the extract is complete."""


class Asked(NamedTuple):
    """A measure the plan computes from records: over which days, cut where, for which members."""

    definition: Definition
    first: date
    last: date
    cuts: tuple[date, ...]
    """First days of pieces, besides those of the calendar."""
    months: int
    """The length of a natural piece: 3, or 1 where the plan is followed up monthly."""
    members: tuple[Dimensions, ...]
    """Beyond the whole: what the plan's targets are about."""


class Sums(NamedTuple):
    """One line of a breakdown."""

    dimensions: Dimensions
    period: Period
    amount: int
    volume: int


def span_of(asked: Asked, source: Source, as_of: date) -> Span | None:
    """The pieces the source is complete for, up to D; None when it is complete for no day that is asked for."""
    reach = min(as_of, asked.last, source.snapshot or as_of)
    first = max(asked.first, source.since or asked.first)
    if reach < first:
        return None
    calendar = pieces(Period(date(first.year, 1, 1), date(reach.year, 12, 31)), asked.months)
    starts = sorted({first, *(c for c in (*(p.first for p in calendar), *asked.cuts) if first < c <= reach)})
    ends = [start - ONE_DAY for start in starts[1:]] + [reach]
    return Span(tuple(Period(a, b) for a, b in zip(starts, ends, strict=True)), as_of)


def claimed(answer: Answer, span: Span, source: Source) -> range:
    """The pieces that are claimed: from the first to the last with a record, or as far as the source is said to be whole."""
    counted = [group.code for group in answer.groups if group.code >= 0]
    first = 0 if source.since else min(counted, default=len(span.pieces))
    last = len(span.pieces) - 1 if source.snapshot else max(counted, default=-1)
    return range(first, last + 1)


def breakdown(answer: Answer, definition: Definition, span: Span, dimensions: Iterable[str]) -> list[Sums]:
    """Sums for each combination of members of these dimensions and each piece with records, in order."""
    wanted = tuple(sorted(dimensions))
    positions = [[name for name, _ in definition.dimensions].index(name) for name in wanted]
    found: dict[tuple[Dimensions, int], list[int]] = {}
    for group in answer.groups:
        if group.code >= 0:
            part = tuple((name, group.members[i]) for name, i in zip(wanted, positions, strict=True))
            entry = found.setdefault((part, group.code), [0, 0])
            entry[0] += group.total
            entry[1] += group.number
    return [
        Sums(part, span.pieces[piece], total, count)
        for (part, piece), (total, count) in sorted(found.items(), key=lambda item: item[0])
    ]


def measurements(asked: Asked, answer: Answer, span: Span, source: Source, content: str) -> Iterator[Measurement]:
    """One measurement for each claimed piece: of the whole, and of each member the plan asks for.

    A piece some of whose records are not settled yet is preliminary: it leans a verdict, and never settles it.
    """
    definition = asked.definition
    told = f"{source.shown} (sha256 {content[:12]})"
    for dimensions in ((), *asked.members):
        names = [name for name, _ in dimensions]
        if any(name not in dict(definition.dimensions) for name in names):
            continue
        waiting = {UNSETTLED - group.code for group in answer.groups if group.code <= UNSETTLED}
        sums = {s.period: s for s in breakdown(answer, definition, span, names) if s.dimensions == dimensions}
        for piece in claimed(answer, span, source):
            period = span.pieces[piece]
            total, count = sums[period][2:] if period in sums else (0, 0)
            parts = "".join(f"[{key}={value}]" for key, value in dimensions)
            yield Measurement(
                id=f"{definition.measure}{parts}/{period.label}@{source.name}",
                index=("records", 0),
                reported=source.snapshot,
                source=told,
                dimensions=dimensions,
                measure=definition.measure,
                period=period,
                amount=total,
                volume=None if definition.kind == "total" else count,
                preliminary=piece in waiting,
            )


def extract_of(definition: Definition, answer: Answer, source: Source, content: str, engine: str) -> Extract:
    """The provenance of a measure: rows in, and where each of them ended."""

    def rows(groups: Iterable[Group]) -> int:
        return sum(group.number for group in groups)

    reasons = []
    for i, (reason, column) in enumerate(answer.reasons):
        number = rows(g for g in answer.groups if g.code == REJECTED - i)
        if number:
            reasons.append((reason, column, number))
    sample = []
    for row, code in answer.sample:
        reason, column = answer.reasons[REJECTED - code]
        sample.append(Rejected(row, column, reason))
    return Extract(
        definition.measure,
        source.name,
        source.shown,
        content,
        source.snapshot,
        definition.told(),
        engine,
        rows(answer.groups),
        rows(g for g in answer.groups if g.code >= 0),
        rows(g for g in answer.groups if g.code == FILTERED),
        rows(g for g in answer.groups if g.code == OPEN or g.code <= UNSETTLED),
        rows(g for g in answer.groups if g.code == OUTSIDE),
        tuple(reasons),
        tuple(sample),
    )


def last_day(answer: Answer) -> date | None:
    """The latest day of a counted record."""
    days = [group.last for group in answer.groups if group.code >= 0]
    return day_of(max(days)) if days else None
