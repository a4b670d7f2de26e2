"""Case records on the command line: which tables, their measurements, and what became of their rows."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click
from rulecheck.cli import spoken

if TYPE_CHECKING:
    from rulecheck.cli.language import Language
    from rulecheck.facts.documents.document import Document
    from rulecheck.facts.facts import Facts
    from rulecheck.facts.records.collect import Computed
    from rulecheck.facts.records.provenance import Extract
    from rulecheck.rules.plan import Plan

C = TypeVar("C", bound=Callable[..., Any])
ENGINES = ("duckdb", "polars", "spark")
CLUSTER = "spark://"


class Tables(NamedTuple):
    """What the command line says of case records: NAME → FILE, and the engine."""

    given: dict[str, str]
    engine: str


def _pairs(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for value in values:
        name, equals, path = value.partition("=")
        if not (name and equals and path):
            told = "{value} is not NAME=FILE, such as cases=cases.parquet"
            raise click.BadParameter(spoken.say(told, value=repr(value)))
        found[name] = path
    return found


class Engine(click.Choice[str]):
    """One of the engines, or where a Spark cluster is."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        host, colon, port = str(value).removeprefix(CLUSTER).rpartition(":")
        if str(value).startswith(CLUSTER) and host and colon and port.isdigit():
            return str(value)
        return super().convert(value, param, ctx)


def records_options(command: C) -> C:
    """``--records`` and ``--records-engine``."""
    engine = spoken.option(
        "--records-engine",
        type=Engine(ENGINES),
        default="duckdb",
        show_default=True,
        help="What reads them, or a Spark cluster, spark://HOST:PORT; all give the same figures.",
    )
    tables = spoken.option(
        "--records",
        metavar="NAME=FILE",
        multiple=True,
        callback=_pairs,
        help="Case records to compute measures from; may be repeated.",
    )
    return tables(engine(command))


def computed_of(
    document: "Document", plan: "Plan", day: date, tables: Tables, speaker: "Language"
) -> "tuple[Computed, ...]":
    """Every measure the plan computes from the tables that are named; warnings and a summary go to standard error."""
    if not tables.given and not document.data.get("records"):
        return ()
    from rulecheck.cli.progress import progress
    from rulecheck.cli.run import tell as show
    from rulecheck.facts.records.named import sources_of
    from rulecheck.facts.records.source import EXTRAS
    from rulecheck.rules.records import asked_of

    sources = sources_of(document, tables.given)
    try:
        from rulecheck.facts.records.collect import check_names, compute, warnings
    except ModuleNotFoundError:  # what all engines are built on; that of one engine is looked for when it is asked
        raise next(iter(sources.values())).unreadable(EXTRAS[tables.engine.split(":")[0]]) from None
    asked = asked_of(plan)
    check_names(asked, sources)
    with progress(speaker) as tell:
        found = tuple(compute(asked, sources, day, tables.engine, tell))
    show(tuple(warnings(found, day)), speaker)
    for one in found:
        for line in summary(one.extract, speaker):
            click.echo(line, err=True)
    return found


def with_records(
    facts: "Facts",
    document: "Document",
    plan: "Plan",
    day: date,
    known_at: date | None,
    tables: Tables,
    speaker: "Language",
) -> "Facts":
    """The facts and the measurements made of the case records they, or the command line, name."""
    computed = computed_of(document, plan, day, tables, speaker)
    if not computed:
        return facts
    from rulecheck.facts.records.collect import with_records as added

    return added(facts, computed, known_at)


def summary(extract: "Extract", speaker: "Language") -> Iterator[str]:
    """How many rows there were, where each of them ended, and the first that were rejected."""
    from rulecheck.cli.sentences import clean
    from rulecheck.facts.records.provenance import REASONS

    whole = speaker.whole
    yield speaker.say(
        "{measure} from {file}: {rows} rows = {counted} counted + {filtered} filtered out + {outside} outside + {rejected} rejected",
        measure=clean(extract.measure),
        file=clean(extract.file),
        rows=whole(extract.rows),
        counted=whole(extract.counted),
        filtered=whole(extract.filtered),
        outside=whole(extract.open + extract.outside),
        rejected=whole(extract.rejected),
    )
    for reason, column, number in extract.reasons:
        rows = [whole(found.row) for found in extract.sample if (found.reason, found.column) == (reason, column)]
        told = speaker.say(
            "rejected: {number} × {column}: {why}",
            number=whole(number),
            column=clean(column),
            why=speaker.say(REASONS[reason]),
        )
        if rows:
            told += " " + speaker.say("(first rows: {rows})", rows=", ".join(rows))
        yield f"  {told}"


def provenance(extract: "Extract", speaker: "Language") -> Iterator[str]:
    """Where figures made of case records came from, for ``explain``."""
    from rulecheck.cli.sentences import clean

    yield speaker.say(
        "counted by {engine} from {file} (SHA-256 {sha}): {definition}",
        engine=extract.engine,
        file=clean(extract.file),
        sha=extract.sha256,
        definition=clean(extract.definition),
    )
    if extract.snapshot:
        yield speaker.say("the extract is complete up to {day}", day=speaker.day(extract.snapshot))
    yield from (line.strip() for line in summary(extract, speaker))


def as_data(extract: "Extract") -> dict[str, Any]:
    """The same for the verdicts document."""
    return {
        "measure": extract.measure,
        "source": extract.source,
        "file": extract.file,
        "sha256": extract.sha256,
        "snapshot": extract.snapshot.isoformat() if extract.snapshot else None,
        "definition": extract.definition,
        "engine": extract.engine,
        "rows": {
            "in": extract.rows,
            "counted": extract.counted,
            "filtered": extract.filtered,
            "open": extract.open,
            "outside": extract.outside,
            "rejected": extract.rejected,
        },
        "reasons": [{"column": column, "reason": reason, "rows": number} for reason, column, number in extract.reasons],
        "sample": [{"row": r.row, "column": r.column, "reason": r.reason} for r in extract.sample],
        "facts": list(extract.facts),
    }
