"""``rulecheck new``: a plan to begin with, and a further target in one."""

from datetime import date
from os.path import exists
from pathlib import Path as File

import click
from rulecheck.cli import spoken
from rulecheck.cli.output import write
from rulecheck.cli.run import all_problems_option, chosen_language, lang_option

CRITERION_KINDS = (
    "mean", "share", "total", "level", "figure", "trend", "set-change", "milestone", "order", "recurring", "assessment",
    "all_of", "any_of", "at_least",
)  # fmt: skip
"""The kinds of criteria; a test holds them to ``rules.criteria``, which is not imported only to know them."""


@spoken.group("new")
def command() -> None:
    """Begin a plan, or put a further target into one."""


@command.command("plan")
@spoken.argument("name", metavar="ID")
@spoken.option("--period", metavar="2025|2025-H1", help="The days the plan is about; by default this year.")
@spoken.option("--output", "-o", metavar="FILE", help="Write there instead of to ID.yaml in this folder; - shows it.")
@lang_option
def plan(name: str, period: str | None, output: str | None, lang: str | None) -> None:
    """Write a plan with one target to replace, and its schema for editors beside it. Nothing is overwritten."""
    import json

    from rulecheck.cli.schema import schema_of
    from rulecheck.facts.period import parse_period
    from rulecheck.rules.authoring.skeleton import SCHEMA, plan_text
    from rulecheck.rules.shape import NAME, PLAN_PERIOD

    speaker = chosen_language(lang, None)
    for text, shape, hint in ((name, NAME, "ID"), (period, PLAN_PERIOD, "--period")):
        try:
            shape.accepts(text or "2024")
        except ValueError:
            told = speaker.complain("`{text}` is not {what}", {"text": text, "what": shape.what})
            raise click.BadParameter(told, param_hint=hint) from None
    days = parse_period(period or str(date.today().year))
    written = plan_text(name, days, speaker.code, speaker.say)
    if output == "-":
        write(written, None)
        return
    file = File(output or f"{name}.yaml")
    if exists(file):
        raise click.UsageError(speaker.say("{file} is there already, and stays as it is", file=file))
    write(written, str(file))
    schema = file.with_name(SCHEMA)
    if not exists(schema):
        write(json.dumps(schema_of("plan"), ensure_ascii=False, indent=2) + "\n", str(schema))
    told = "{file} is there; next: {command}"
    click.echo(speaker.say(told, file=file, command=f"rulecheck plans check {_path(file)}"), err=True)


@command.command("target")
@spoken.argument("plan", metavar="FILE")
@spoken.argument("kind", metavar="KIND", type=click.Choice(CRITERION_KINDS))
@spoken.option("--goal", metavar="ID", help="The goal it belongs to; by default the last one.")
@lang_option
@all_problems_option
def target(plan: str, kind: str, goal: str | None, lang: str | None) -> None:
    """Put a target with this kind of criterion into a plan file, to be filled in. Everything else stays as it is.

    KIND is one of mean, share, total, level, figure, trend, set-change, milestone, order, recurring, assessment, all_of,
    any_of, at_least.
    """
    from rulecheck.rules.authoring.skeleton import UnknownGoal, with_target
    from rulecheck.rules.library import read_content, shipped

    speaker = chosen_language(lang, None)
    if plan in shipped():
        told = "`{name}` comes with rulecheck and stays as it is; give the path of a plan file"
        raise click.UsageError(speaker.say(told, name=plan))
    content = read_content(File(plan))
    try:
        added = with_target(content, plan, kind, goal, speaker.say)
    except UnknownGoal as error:
        told = "the plan has no goal `{name}`; there are: {known}"
        raise click.UsageError(speaker.say(told, name=goal, known=", ".join(error.known))) from None
    write(added.text, plan)
    told = "{file}: target {target} is there; next: {command}"
    shown = f"rulecheck plans check {_path(File(plan))}"
    if plan != "-":
        click.echo(speaker.say(told, file=plan, target=added.target, command=shown), err=True)


def _path(file: File) -> str:
    """The path as the commands take it for a file rather than an id."""
    return str(file) if file.suffix in (".yaml", ".yml") or len(file.parts) > 1 else f"./{file}"
