"""``rulecheck facts``: check, make, convert facts files, and say what is missing from one."""

from collections.abc import Callable
from datetime import date
from pathlib import Path as File
from typing import TYPE_CHECKING, Any

import click
from rulecheck.cli import spoken
from rulecheck.cli.output import write
from rulecheck.cli.run import (
    all_problems_option,
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
    from rulecheck.cli.sentences import Sentences
    from rulecheck.rules.missing import Missing
    from rulecheck.rules.needs import Need
    from rulecheck.rules.plan import Plan


class Facts(spoken.Group):
    """The group, with a command that is imported only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), "measure"})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name == "measure":
            from rulecheck.cli.measure import command as measure

            return measure
        return super().get_command(ctx, cmd_name)


@spoken.group("facts", cls=Facts)
def command() -> None:
    """Check a facts file, convert it, make an empty one to fill in, or list what is missing."""


@command.command("check")
@spoken.argument("facts", metavar="FACTS")
@plan_option
@parameters_option
@lang_option
@all_problems_option
def check(facts: str, plan: str | None, lang: str | None) -> None:
    """Check FACTS without judging: every problem with its place and remedy. Exit 4 when there is an error."""
    document = read_document(facts)
    found = plan_for(plan, document)
    speaker = chosen_language(lang, found)
    read = facts_of(document, found, speaker)
    if document.data.get("records"):
        from rulecheck.cli.records import Tables, with_records

        day = read.as_of or date.today()
        read = with_records(read, document, found, day, None, Tables({}, "duckdb"), speaker)
    number = len(read.by_id())
    write(speaker.count("{n} fact, no errors", "{n} facts, no errors", number) + "\n", None)


@command.command("template")
@spoken.option("--plan", metavar="ID|FILE", required=True, help="The plan to collect facts for.")
@spoken.option(
    "--output",
    "-o",
    metavar="FILE",
    help="Write there instead of to standard output: FILE.xlsx, .yaml or .json, or a folder for CSV files.",
)
@parameters_option
@lang_option
def template(plan: str, output: str | None, lang: str | None) -> None:
    """A facts file with one empty row for each fact the plan needs and each period it is due."""
    from rulecheck.cli.template import guide_of, template_of

    found = plan_for(plan, None)
    language = chosen_language(lang, found)
    _written(template_of(found, lang), output, language, lambda: guide_of(found, language.code))


@command.command("convert")
@spoken.argument("facts", metavar="IN")
@spoken.argument("output", metavar="OUT")
@plan_option
@parameters_option
@lang_option
@all_problems_option
def convert(facts: str, output: str, plan: str | None, lang: str | None) -> None:
    """Write the facts of IN to OUT in the format its name says: .json, .yaml, .xlsx, or a folder of CSV files.

    The facts are the same to the last digit. - is standard input or output, as JSON.
    """
    from rulecheck.facts.writing.plain import plain_data

    document = read_document(facts)
    found = plan_for(plan, document)
    speaker = chosen_language(lang, found)
    facts_of(document, found, speaker)
    _written({"plan": found.id, **plain_data(document)}, output, speaker, None)


@command.command("missing")
@spoken.argument("facts", metavar="FACTS")
@plan_option
@parameters_option
@as_of_option
@lang_option
@format_option("table", "json", help="How the list is shown.")
@output_option
@all_problems_option
def missing(
    facts: str, plan: str | None, as_of: date | None, lang: str | None, format_: str, output: str | None
) -> None:
    """List what is due by the day and not in FACTS: which fact, who answers for it, and by when it was due."""
    from rulecheck.cli.sentences import Sentences
    from rulecheck.rules.missing import missing as missing_of

    document = read_document(facts)
    found = plan_for(plan, document)
    speaker = chosen_language(lang, found)
    read = facts_of(document, found, speaker)
    day = as_of or read.as_of or date.today()
    entries = missing_of(found, read, day)
    if format_ == "json":
        write(_as_json(found, day, entries), output)
    else:
        write(_as_table(entries, day, Sentences(found, speaker)), output)


def _as_json(plan: "Plan", day: date, entries: "list[Missing]") -> str:
    from rulecheck.facts.writing.json_lines import json_lines

    rows = []
    for need, state in entries:
        row: dict[str, Any] = {"target": need.target, "owner": need.owner, "due": need.due.isoformat(), "state": state}
        row |= {"kind": need.kind, "name": need.name}
        row |= {"period": need.period.label} if need.period else {}
        row |= {"subject": need.subject} if need.subject else {}
        row |= {"count": need.anyone} if need.anyone else {}
        row |= {"dimensions": dict(need.dimensions)} if need.dimensions else {}
        rows.append(row)
    return json_lines({"schema": "rulecheck/missing/1", "plan": plan.id, "as_of": day.isoformat(), "missing": rows})


def _as_table(entries: "list[Missing]", day: date, sentences: "Sentences") -> str:
    import tabulate as tables

    say, language = sentences.say, sentences.language
    if not entries:
        return say("Nothing that was due by {day} is missing.", day=language.day(day)) + "\n"
    headers = [say("Due"), say("Target"), say("Fact"), say("From"), say("State")]
    words = {"missing": "missing", "preliminary": "preliminary"}
    rows = [
        [need.due.isoformat(), need.target, _fact(need, sentences), need.owner, say(words[state])]
        for need, state in entries
    ]
    count = language.count(
        "{n} fact was due by {day}.", "{n} facts were due by {day}.", len(entries), day=language.day(day)
    )
    widths = [None, None, 56, 24, None]
    tables.MIN_PADDING = 0  # otherwise a heading makes its column two wider than the heading
    return f"{tables.tabulate(rows, headers, disable_numparse=True, maxcolwidths=widths)}\n\n{count}\n"


def _fact(need: "Need", sentences: "Sentences") -> str:
    """What is wanted, in words."""
    match need.kind:
        case "measurement":
            assert need.period is not None
            parts = [sentences.measure(need.name), *(member for _, member in need.dimensions)]
            return f"{', '.join(parts)}: {sentences.period(need.period.label)}"
        case "list":
            assert need.period is not None
            told = "{what}: the list of members, {period}"
            return sentences.say(told, what=sentences.measure(need.name), period=sentences.period(need.period.label))
        case "event":
            if need.anyone:
                return sentences.say("{what}: {count} more", what=sentences.event(need.name), count=need.anyone)
            subject = f": {sentences.subject(need.name, need.subject)}" if need.subject else ""
            return f"{sentences.event(need.name)}{subject}"
        case "calendar":
            return sentences.say("the due dates of: {event}", event=sentences.event(need.name))
        case "assessment":
            return sentences.say("an assessment of target {target}", target=need.name)


def _written(data: dict[str, Any], output: str | None, speaker: "Language", guide: "Callable[[], Any] | None") -> None:
    """Write facts in the format the name of the output says. Raises click.UsageError for another."""
    from rulecheck.facts.writing.json_lines import json_lines

    suffix = File(output or "").suffix.lower()
    if output in (None, "-") or suffix == ".json":
        return write(json_lines(data), output)
    assert output is not None
    if suffix in (".yaml", ".yml"):
        from rulecheck.facts.writing.yaml_lines import yaml_lines

        return write(yaml_lines(data), output)
    if suffix not in (".xlsx", "") and not output.endswith("/"):
        told = "facts are not written as {word}; there are: {known}"
        raise click.UsageError(spoken.say(told, word=suffix, known=".json, .yaml, .xlsx, FOLDER/"))
    if data.get("records"):
        raise click.UsageError(spoken.say("case records are named in .json or .yaml only"))
    from rulecheck.facts.writing.sheets import sheets

    tables = sheets(data, speaker.code, everything=guide is not None)
    if suffix == ".xlsx":
        return _workbook(tables, output, speaker, guide)
    from rulecheck.cli.output import write_folder
    from rulecheck.facts.writing.csv_files import csv_files

    return write_folder(csv_files(tables, speaker.code), output)


def _workbook(tables: Any, output: str, speaker: "Language", guide: "Callable[[], Any] | None") -> None:
    from rulecheck.facts.writing.workbook import Unwritable, workbook

    try:
        content = workbook(tables, speaker.code, guide() if guide else None)
    except ModuleNotFoundError:
        command_ = "pip install 'target-rulecheck[excel]'"
        told = "this installation cannot write workbooks; install it with: {command}"
        raise click.UsageError(spoken.say(told, command=command_)) from None
    except Unwritable as error:
        raise click.UsageError(spoken.say("no cell of a workbook can hold: {text}", text=str(error))) from None
    write(content, output)
