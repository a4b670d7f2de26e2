"""The tables the facts name → measurements beside those the facts give. Reads as a table of contents."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import NamedTuple

import attrs
from rulecheck.facts.digest import sha256
from rulecheck.facts.facts import Facts, Measurement
from rulecheck.facts.problem import InvalidFacts, Problem, nearest
from rulecheck.facts.records.database import copied
from rulecheck.facts.records.engine import Answer, Opened, Table, answers, opened_by
from rulecheck.facts.records.frame import Span
from rulecheck.facts.records.measure import QUIET, Asked, extract_of, last_day, measurements, span_of
from rulecheck.facts.records.parts import content_hash
from rulecheck.facts.records.provenance import Extract
from rulecheck.facts.records.source import EXTRAS, Source, check_needed

Tell = Callable[[str, int, int], None]
"""Called with the measures that are being computed, the number of the last of them, and how many there are."""


class Computed(NamedTuple):
    """One measure, as computed from its table."""

    asked: Asked
    source: Source
    span: Span
    answer: Answer
    extract: Extract


def compute(
    asked: Iterable[Asked], sources: Mapping[str, Source], as_of: date, engine: str, tell: Tell = lambda *_: None
) -> list[Computed]:
    """Every measure whose table the facts name, each table opened and hashed once. Raises InvalidFacts."""
    wanted = [one for one in asked if one.definition.source in sources]
    found: list[Computed] = []
    for name, source in sources.items():
        mine = [one for one in wanted if one.definition.source == name]
        spans = {one.definition.measure: span_of(one, source, as_of) for one in mine}
        if not mine:
            continue
        with _opened(engine, source) as (table, content):
            for one in mine:
                check_needed(source, table.columns, one.definition.columns, one.definition.measure)
            ready = [(one, span) for one in mine if (span := spans[one.definition.measure]) is not None]
            if ready:
                done = len(found) + len(ready)
                tell(", ".join(one.definition.measure for one, _ in ready), done, len(wanted))
            told = answers(table, [(one.definition, span) for one, span in ready], source)
            for (one, span), answer in zip(ready, told, strict=True):
                extract = extract_of(one.definition, answer, source, content, table.version)
                found.append(Computed(one, source, span, answer, extract))
    return found


@contextmanager
def _opened(engine: str, source: Source) -> Iterator[tuple[Table, str]]:
    """The table, and the hash of its file: of a database, of the copy the figures are made of."""
    with copied(source) as file:
        content = content_hash(file)
        with _opener(engine, source)(file) as table:
            yield table, content


def _opener(engine: str, source: Source) -> Opened:
    try:
        return opened_by(engine)
    except ImportError:
        raise source.unreadable(EXTRAS[engine.split(":")[0]]) from None


def check_names(asked: Iterable[Asked], sources: Mapping[str, Source]) -> None:
    """Every table the facts name is one the plan computes something from. Raises InvalidFacts."""
    known = sorted({one.definition.source for one in asked})
    problems: list[Problem] = []
    for name, source in sources.items():
        if name not in known:
            guess = nearest(name, known)
            remedy = "did you mean `{guess}`?" if guess else "known are: {known}"
            message = "the plan computes nothing from records named `{name}`"
            shown = ", ".join(known) or "none"
            problems += source.refused(message, remedy, name=name, guess=guess, known=shown).problems
    if problems:
        raise InvalidFacts(problems)


def with_records(facts: Facts, computed: Iterable[Computed], known_at: date | None) -> Facts:
    """The facts and, beside them, the measurements made of records."""
    given: dict[object, list[Measurement]] = {}
    for fact in facts.measurements:
        given.setdefault((fact.measure, fact.dimensions, fact.period), []).append(fact)
    made: list[Measurement] = []
    extracts: list[Extract] = []
    digest = sha256(facts.sha256.encode())
    for one in computed:
        mine: list[Measurement] = []
        for fact in measurements(one.asked, one.answer, one.span, one.source, one.extract.sha256):
            same = given.get((fact.measure, fact.dimensions, fact.period), [])
            mine.append(
                attrs.evolve(fact, index=("records", len(made) + len(mine)), reported=_reported(fact, same, known_at))
            )
        made += mine
        extracts.append(one.extract._replace(facts=tuple(fact.id for fact in mine)))
        digest.update(repr((one.extract.sha256, one.extract.definition, str(one.extract.snapshot))).encode())
        for fact in mine:
            digest.update(repr((fact.id, fact.amount, fact.volume)).encode())
    return attrs.evolve(
        facts,
        measurements=(*facts.measurements, *made),
        extracts=tuple(extracts),
        sha256=digest.hexdigest() if extracts else facts.sha256,
    )


def _reported(fact: Measurement, given: list[Measurement], known_at: date | None) -> date | None:
    """The day of the snapshot; that of the aggregate it stands beside, so that the two are reconciled, not one replaced."""
    if known_at is not None and fact.reported is not None and fact.reported > known_at:
        return fact.reported
    known = [f for f in given if known_at is None or f.reported is None or f.reported <= known_at]
    standing = max(known, key=lambda f: f.reported or date.min, default=None)
    if standing is None:
        return fact.reported
    return standing.reported


def warnings(computed: Iterable[Computed], as_of: date) -> Iterator[Problem]:
    """What a reader should know of the tables before the verdicts are believed."""
    for one in computed:
        last, source = last_day(one.answer), one.source
        reach = one.span.pieces[-1].last
        if source.snapshot is None and last is not None and reach - last > QUIET:
            yield _warning(
                source,
                "the last record of `{measure}` in `{file}` is of {last}; is the extract complete up to {reach}?",
                "say with `snapshot` up to which day the extract is complete",
                measure=one.extract.measure,
                last=last.isoformat(),
                reach=reach.isoformat(),
            )
        yield from _strangers(one)


def _strangers(one: Computed) -> Iterator[Problem]:
    """Members that the plan's targets do not name: perhaps a district that is spelt differently."""
    for i, (dimension, column) in enumerate(one.asked.definition.dimensions):
        named = {member for part in one.asked.members for name, member in part if name == dimension}
        strange = sorted({g.members[i] for g in one.answer.groups if g.code >= 0} - named) if named else []
        if strange:
            yield _warning(
                one.source,
                "`{column}` of `{file}` holds members the plan's targets do not name: {members}",
                "correct the column, if they are meant to be others: {known}",
                column=column,
                members=", ".join(name or "–" for name in strange[:10]),
                known=", ".join(sorted(named)[:10]),
            )


def _warning(source: Source, message: str, remedy: str, **values: object) -> Problem:
    problem = source.refused(message, remedy, **values).problems[0]
    return problem._replace(severity="warning")
