"""The command group. Commands are imported only when they are called, so that ``--help`` costs little more than click."""

import gc
import os
import sys
from importlib import import_module
from typing import Any

import click
from rulecheck.cli import spoken
from rulecheck.cli.streams import take_over

EXIT_CODES = """\b
Exit codes:
  0   ran (a missed target is a result, not an error)
  1   --fail-on was hit, or a --check found something
  2   the command is wrong, or its output cannot be written
  3   the plan is invalid
  4   the facts are invalid
  5   integrity: the checker or the reference evaluator disagrees
  70  a bug in rulecheck"""

MODULES = {
    "completion": "completion",
    "evaluate": "evaluate",
    "explain": "explain",
    "facts": "facts_commands",
    "forecast": "forecast",
    "new": "new",
    "plans": "plans_commands",
    "schema": "schema",
    "whatif": "whatif",
}
SHORT_HELP = {
    "completion": "Print the shell completion script.",
    "evaluate": "Judge every target of a plan by the facts.",
    "explain": "Show the whole reasoning behind one target.",
    "facts": "Check a facts file, convert it, make an empty one to fill in, or list what is missing.",
    "forecast": "Say how likely each verdict is in the end.",
    "new": "Begin a plan, or put a further target into one.",
    "plans": "List, show, check, prove and compare plans.",
    "schema": "Print the JSON Schema of plans, facts, verdicts or forecasts.",
    "whatif": "Judge as if something were so, or find what reaches a score.",
}


class LazyGroup(spoken.Group):
    """A group that knows its commands' names and one-line help without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in MODULES:
            return None
        command: click.Command = import_module(f"rulecheck.cli.{MODULES[cmd_name]}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from rulecheck.facts.problem import nearest

            guess = nearest(args[0], MODULES) if args else None
            if guess and args:
                told = "no command '{word}'; did you mean '{guess}'?"
                raise click.UsageError(spoken.say(told, word=args[0], guess=guess), ctx) from error
            raise

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what is wrong with plan or facts is told here, where the chosen language is still known."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            return _failed(error)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(spoken.say("Commands")):
            formatter.write_dl([(name, spoken.say(text)) for name, text in SHORT_HELP.items()])


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from rulecheck.engine.version import VERSION

        click.echo(f"rulecheck {VERSION}")
        ctx.exit()


@spoken.group(
    "rulecheck",
    cls=LazyGroup,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
    },
    epilog=EXIT_CODES,
)
@spoken.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version."
)
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Say, with a justification, whether a public body keeps the promises of its performance plan.

    \b
    rulecheck evaluate facts.json          judge every target
    rulecheck explain 2.2 facts.json       the whole reasoning behind one
    rulecheck facts template --plan ID     a facts file to fill in
    """
    from rulecheck.cli.settings import default_map

    ctx.default_map = default_map()


OBJECTS_BEFORE_COLLECTING = 200_000
"""A process that judges once ends before it makes as many: at Python's 700 it would look through all it holds a dozen
times and find nothing. Where there is more (100,000 facts, a long search) cycles are still collected."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line, alone in its process, and exit with one of the frozen codes."""
    take_over()
    gc.set_threshold(OBJECTS_BEFORE_COLLECTING, 20, 100)
    code = run(arguments)
    gc.freeze()  # the process ends here: what is left is the system's to take back, not the collector's to search
    sys.exit(code)


def run(arguments: list[str] | None = None) -> int:
    """Run the command line; the exit code."""
    spoken.listen(sys.argv[1:] if arguments is None else arguments)
    try:
        result: Any = cli.main(arguments, prog_name="rulecheck", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.exceptions.Abort:
        return 130
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        (_with_its_origin(error) if isinstance(error, click.BadParameter) else error).show()
        return error.exit_code
    except Exception as error:
        return _failed(error)


def _with_its_origin(error: click.BadParameter) -> click.BadParameter:
    """Name the setting a wrong value comes from: the reader has not written it on this command line."""
    from click.core import ParameterSource

    name = error.param.name if error.param else None
    if not (name and error.ctx and error.ctx.get_parameter_source(name) is ParameterSource.DEFAULT_MAP):
        return error
    from rulecheck.cli.settings import origin

    return click.BadParameter(f"{error.message} ({origin(name)})", error.ctx, error.param, error.param_hint)


def _failed(error: Exception) -> int:
    from rulecheck.engine.checker import Disagreement
    from rulecheck.facts.problem import InvalidFacts, InvalidInput

    if isinstance(error, InvalidInput):
        from rulecheck.cli.run import chosen_language, tell

        speaker = chosen_language(None, None)
        facts = isinstance(error, InvalidFacts)
        tell(error.problems, speaker)
        one, many = ("{n} problem; nothing was judged.", "{n} problems; nothing was judged.")
        click.echo(speaker.count(one, many, len(error.problems)), err=True)
        return 4 if facts else 3
    if isinstance(error, Disagreement):
        from rulecheck.cli.run import chosen_language, unconfirmed

        for line in unconfirmed(error, chosen_language(None, None)):
            click.echo(line, err=True)
        return 5
    if os.environ.get("RULECHECK_DEBUG"):
        raise error
    told = "rulecheck: a bug: {bug}"
    click.echo(spoken.say(told, bug=f"{type(error).__name__}: {error}"), err=True)
    told = "Nothing was judged. Set RULECHECK_DEBUG=1 to see where, and report it with the plan and facts."
    click.echo(spoken.say(told), err=True)
    return 70
