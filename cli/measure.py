"""``rulecheck facts measure``: what the case records give, by piece and by member of a dimension."""

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import click
from rulecheck.cli import spoken
from rulecheck.cli.output import write
from rulecheck.cli.records import Tables, as_data, computed_of, records_options
from rulecheck.cli.run import (
    as_of_option,
    chosen_language,
    facts_of,
    format_option,
    lang_option,
    output_option,
    parameters_option,
    plan_for,
    plan_option,
    read_document,
)

if TYPE_CHECKING:
    from rulecheck.cli.language import Language
    from rulecheck.facts.records.collect import Computed
    from rulecheck.facts.records.measure import Sums
    from rulecheck.rules.plan import Plan


@spoken.command("measure")
@spoken.argument("facts", metavar="FACTS")
@plan_option
@as_of_option
@parameters_option
@records_options
@spoken.option("--dimension", metavar="NAME", multiple=True, help="Break the measures down by this; may be repeated.")
@format_option("table", "csv", "json", help="How the measures are shown.")
@output_option
@lang_option
def command(
    facts: str,
    plan: str | None,
    as_of: date | None,
    records: dict[str, str],
    records_engine: str,
    dimension: tuple[str, ...],
    format_: str,
    output: str | None,
    lang: str | None,
) -> None:
    """Show the measures that the case records of FACTS give, by piece and by member of a dimension."""
    document = read_document(facts)
    found = plan_for(plan, document)
    speaker = chosen_language(lang, found)
    day = as_of or facts_of(document, found, speaker).as_of or date.today()
    computed = computed_of(document, found, day, Tables(records, records_engine), speaker)
    if not computed:
        told = "FACTS names no case records; add `records` to it, or give --records NAME=FILE"
        raise click.UsageError(spoken.say(told))
    known = {name for one in computed for name, _ in one.asked.definition.dimensions}
    for name in dimension:
        if name not in known:
            told = "no measure has the dimension '{name}'; there are: {known}"
            raise click.UsageError(spoken.say(told, name=name, known=", ".join(sorted(known)) or "–"))
    rows = [(one, sums) for one in computed for sums in _broken_down(one, dimension)]
    render = {"table": _table, "csv": _csv, "json": _json}[format_]
    write(render(rows, computed, found, dimension, speaker), output)


def _broken_down(one: "Computed", dimensions: tuple[str, ...]) -> "list[Sums]":
    """By those of the dimensions that the measure has; a measure with none of them is shown as a whole."""
    from rulecheck.facts.records.measure import breakdown

    own = [name for name, _ in one.asked.definition.dimensions if name in dimensions]
    return breakdown(one.answer, one.asked.definition, one.span, own)


def _value(one: "Computed", sums: "Sums") -> Fraction | None:
    if one.asked.definition.kind == "total":
        return Fraction(sums.amount)
    return Fraction(sums.amount, sums.volume) if sums.volume else None


def _table(rows: Any, _: Any, plan: "Plan", dimensions: tuple[str, ...], speaker: "Language") -> str:
    from rulecheck.cli.sentences import Sentences, clean
    from tabulate import tabulate

    sentences = Sentences(plan, speaker)
    heading = [
        speaker.say("Measure"),
        *dimensions,
        speaker.say("Period"),
        speaker.say("Sum"),
        speaker.say("Count"),
        speaker.say("Value"),
    ]
    lines = []
    for one, sums in rows:
        members = dict(sums.dimensions)
        value = _value(one, sums)
        share = one.asked.definition.kind == "share"
        shown = "–" if value is None else speaker.number(value * 100 if share else value) + (" %" if share else "")
        lines.append(
            [
                sentences.measure(one.extract.measure),
                *(clean(members.get(name, "")) or "–" for name in dimensions),
                sums.period.label,
                speaker.whole(sums.amount),
                speaker.whole(sums.volume),
                shown,
            ]
        )
    right = ("left",) * (2 + len(dimensions)) + ("right",) * 3
    table: str = tabulate(lines, heading, disable_numparse=True, colalign=right if lines else None)
    return table + "\n"


def _fields(one: "Computed", sums: "Sums", dimensions: tuple[str, ...]) -> dict[str, Any]:
    from rulecheck.facts.quantity import exact, plain

    members, value = dict(sums.dimensions), _value(one, sums)
    names = ("numerator", "denominator") if one.asked.definition.kind == "share" else ("total", "count")
    return {
        "measure": one.extract.measure,
        **{name: members.get(name, "") for name in dimensions},
        "period": sums.period.label,
        names[0]: sums.amount,
        names[1]: sums.volume,
        "value": None if value is None else plain(exact(value)),
    }


def _csv(rows: Any, _: Any, __: "Plan", dimensions: tuple[str, ...], ___: "Language") -> str:
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["measure", *dimensions, "period", "sum", "count", "value"])
    for one, sums in rows:
        fields = list(_fields(one, sums, dimensions).values())
        writer.writerow([_neutral(field) for field in fields])
    return out.getvalue()


def _neutral(field: object) -> object:
    """A text that a spreadsheet would take for a formula, with a mark before it."""
    return (
        f"'{field}"
        if isinstance(field, str) and field[:1] in ("=", "+", "-", "@", "\t", "\r") and not _number(field)
        else field
    )


def _number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdigit()


def _json(rows: Any, computed: Any, plan: "Plan", dimensions: tuple[str, ...], _: "Language") -> str:
    data = {
        "plan": plan.id,
        "rows": [{**_fields(one, sums, ()), "dimensions": dict(sums.dimensions)} for one, sums in rows],
        "records": [as_data(one.extract) for one in computed],
    }
    from rulecheck.cli.json_document import lines_of

    return lines_of(data)
