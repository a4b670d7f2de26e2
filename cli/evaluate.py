"""``rulecheck evaluate``: judge every target of a plan by the facts."""

import os
import sys
from collections.abc import Callable
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING

import click
from rulecheck.cli import spoken
from rulecheck.cli.output import write
from rulecheck.cli.records import Tables, records_options
from rulecheck.cli.run import (
    all_problems_option,
    as_of_option,
    color_option,
    colours,
    evaluation_of,
    format_option,
    known_at_option,
    lang_option,
    output_option,
    parameters_option,
    plan_option,
    selected,
)

if TYPE_CHECKING:
    from rulecheck.cli.sentences import Sentences
    from rulecheck.engine.evaluate import Evaluation, TargetVerdict

    Renderer = Callable[[Evaluation, list[TargetVerdict], Sentences], str]

FORMATS = {
    "table": ("table", "render_table"),
    "json": ("json_document", "render_json"),
    "jsonl": ("json_document", "render_jsonl"),
    "csv": ("rows", "render_csv"),
    "md": ("rows", "render_markdown"),
}
"""Format → module and function; a new format is a renderer and a row here."""
VERDICTS = ("missed", "at-risk", "on-track", "fulfilled")


def _verdicts(_: click.Context, __: click.Parameter, value: str | None) -> tuple[str, ...]:
    chosen = tuple(word.strip() for word in (value or "").split(",") if word.strip())
    for word in chosen:
        if word not in VERDICTS:
            told = "{word} is no verdict; there are: {known}"
            raise click.BadParameter(spoken.say(told, word=repr(word), known=", ".join(VERDICTS)))
    return chosen


@spoken.command("evaluate")
@spoken.argument("facts", metavar="FACTS")
@plan_option
@as_of_option
@known_at_option
@parameters_option
@records_options
@lang_option
@format_option(*FORMATS, help="How the verdicts are shown.")
@output_option
@spoken.option(
    "--fail-on",
    metavar="VERDICTS",
    callback=_verdicts,
    help="Exit with 1 if a target has one of these verdicts: missed,at-risk.",
)
@spoken.option(
    "--target", metavar="PATTERN", help="Show only these targets: 2.* or 1.1,4.2. The score stays the whole plan's."
)
@spoken.option(
    "--robustness",
    is_flag=True,
    help="With --format json: the smallest error that would change each verdict, and the facts it hangs on.",
)
@color_option
@all_problems_option
def command(
    facts: str,
    plan: str | None,
    as_of: date | None,
    known_at: date | None,
    records: dict[str, str],
    records_engine: str,
    lang: str | None,
    format_: str,
    output: str | None,
    fail_on: tuple[str, ...],
    target: str | None,
    robustness: bool,
    color: str,
) -> int:
    """Judge every target of the plan that FACTS names (- is standard input)."""
    if robustness and format_ != "json":
        raise click.UsageError(spoken.say("--robustness is shown with --format json; explain shows it for one target"))
    evaluation, _, speaker = evaluation_of(facts, plan, as_of, known_at, lang, Tables(records, records_engine))
    shown = selected(evaluation, target)
    from rulecheck.cli.sentences import Sentences

    module, name = FORMATS[format_]
    render: Renderer = getattr(import_module(f"rulecheck.cli.{module}"), name)
    sentences = Sentences(evaluation.plan, speaker)
    if format_ == "table":
        text = _for_terminal(evaluation, shown, sentences, color, output)
    elif robustness:
        from rulecheck.cli.json_document import render_json

        text = render_json(evaluation, shown, sentences, robust=True)
    else:
        text = render(evaluation, shown, sentences)
    write(text, output)
    return int(any(v.verdict in fail_on for v in shown))


def _for_terminal(
    evaluation: "Evaluation", shown: "list[TargetVerdict]", sentences: "Sentences", color: str, output: str | None
) -> str:
    """The table, as wide as the terminal, coloured if wanted, with signs the output's encoding has."""
    from shutil import get_terminal_size

    from rulecheck.cli.table import COLOURS, GLYPHS, PLAIN_GLYPHS, mark, render_table

    to_file = output not in (None, "-")
    measured = sys.stdout.isatty() and not to_file
    width = get_terminal_size((100, 24)).columns if measured or os.environ.get("COLUMNS") else 100
    text = render_table(evaluation, shown, sentences, min(width, 140))
    if not to_file:
        try:
            "".join(GLYPHS.values()).encode(sys.stdout.encoding or "ascii")
        except (UnicodeEncodeError, LookupError):
            for verdict, glyph in GLYPHS.items():
                text = text.replace(f"{glyph} ", f"{PLAIN_GLYPHS[verdict]} ")
    if colours(color) and not to_file:
        for verdict, colour in COLOURS.items():
            marked = mark(verdict, sentences)
            text = text.replace(marked, click.style(marked, fg=colour))
    return text
