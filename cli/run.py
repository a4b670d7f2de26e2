"""What the commands share: options, the facts and plan they name, the language, and the evaluation."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from errno import ENOENT
from pathlib import Path as File
from typing import TYPE_CHECKING, Any, TypeVar

import click
from rulecheck.cli import spoken
from rulecheck.cli.language import Language, language

if TYPE_CHECKING:
    from rulecheck.cli.records import Tables
    from rulecheck.engine.checker import Disagreement
    from rulecheck.engine.evaluate import Evaluation
    from rulecheck.facts.documents.document import Document
    from rulecheck.facts.facts import Facts
    from rulecheck.facts.problem import InvalidFacts, Problem
    from rulecheck.rules.plan import Plan

C = TypeVar("C", bound=Callable[..., Any])


class Day(click.ParamType):  # type: ignore[type-arg]
    """A date, or a period that stands for its last day."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Fail with a remedy for anything else."""
        if isinstance(value, date):
            return value
        from rulecheck.facts.period import parse_period

        try:
            return parse_period(str(value)).last
        except ValueError:
            told = "{word} is no day; write 2024-09-30, or a period such as 2024-Q3 for its last day"
            return self.fail(spoken.say(told, word=repr(value)), param, ctx)


DAY = Day()

plan_option = spoken.option("--plan", metavar="ID|FILE", help="The plan; by default the one the facts name.")
lang_option = spoken.lang_option()
ALL_PROBLEMS = f"{__name__}.all_problems"
"""Where a command's context keeps whether all problems are to be shown."""


def _all_problems(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    ctx.meta[ALL_PROBLEMS] = wanted


all_problems_option = spoken.option(
    "--all-problems",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_all_problems,
    help="Show every problem of an invalid file, not only the first 50.",
)
as_of_option = spoken.option(
    "--as-of", type=DAY, metavar="DATE|2024-Q3", help="The day that is judged; by default the facts', else today."
)
known_at_option = spoken.option(
    "--known-at", type=DAY, metavar="DATE", help="Leave out facts reported later than this."
)
color_option = spoken.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colour; NO_COLOR is respected.",
)


PARAMETERS = f"{__name__}.parameters"
"""Where a command's context keeps the file of parameters, so that every command finds its plan alike."""


def _parameters(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    ctx.meta[PARAMETERS] = value or None


output_option = spoken.option(
    "--output", "-o", metavar="FILE", help="Write there instead of to standard output; the file is whole or untouched."
)


def format_option(*forms: str, help: str) -> Callable[[C], C]:
    """``--format``, one of ``forms``; the first if none is chosen."""
    return spoken.option(
        "--format", "format_", type=click.Choice(forms), default=forms[0], show_default=True, help=help
    )


parameters_option = spoken.option(
    "--parameters",
    metavar="FILE",
    callback=_parameters,
    expose_value=False,
    help="A YAML file of values for what the plan leaves open.",
)


def chosen_language(wanted: str | None, plan: "Plan | None") -> Language:
    """The flag's (or setting's) language, else the locale's, else the plan's, else English."""
    code = spoken.chosen() or wanted or (plan.language if plan else None) or spoken.speaker().code
    spoken.use(code)
    return language(code)


def colours(choice: str) -> bool:
    """Whether to colour standard output."""
    if choice != "auto":
        return choice == "always"
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def tell(problems: "Sequence[Problem]", speaker: Language) -> None:
    """Show problems on standard error: the first fifty, or all if that was asked for."""
    if len(problems):
        from rulecheck.cli.complain import MOST, complaint

        ctx = click.get_current_context(silent=True)
        everything = ctx is not None and ctx.meta.get(ALL_PROBLEMS)
        click.echo(complaint(problems, speaker, None if everything else MOST), err=True)


def standard_input() -> bytes:
    """All of standard input; nothing where it was closed before the command began."""
    return sys.stdin.buffer.read() if sys.stdin else b""


def read_document(source: str) -> "Document":
    """The facts file as JSON values. Raises InvalidFacts."""
    from rulecheck.facts.documents.json_document import read_json
    from rulecheck.facts.documents.read import read_document as read
    from rulecheck.facts.problem import InvalidFacts, Place, Problem

    if source == "-":
        return read_json(standard_input(), "<stdin>")
    try:
        if not source:  # no file, rather than the folder we are in
            raise FileNotFoundError(ENOENT, os.strerror(ENOENT), "''")
        return read(File(source), source)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        shown = str(error.filename) if error.filename and (not source or os.path.isdir(source)) else source
        raise InvalidFacts(
            [
                Problem(
                    "facts-file",
                    "the facts cannot be read: {reason}",
                    Place(shown),
                    "check the path",
                    {"reason": reason},
                )
            ]
        ) from None


def plan_for(name: str | None, document: "Document | None") -> "Plan":
    """The plan that was asked for, else the one the facts name. Raises InvalidPlan, InvalidFacts, click.UsageError."""
    from rulecheck.engine.version import VERSION
    from rulecheck.rules.library import UnknownPlan, is_file, load_plan, shipped

    named = document.data.get("plan") if document else None
    if name is None and document is not None and not isinstance(named, str):
        message = "`plan` is missing" if named is None else "`plan` is not a text"
        remedy = "name the plan; there are: {known}"
        raise _nameless(document, message, remedy, known=", ".join(shipped()))
    wanted = name or str(named)
    if name is None and document is not None and is_file(wanted):
        message = "the facts name a file, not a plan: `{word}`"
        remedy = "name the plan by its id, and give the file with --plan"
        raise _nameless(document, message, remedy, word=wanted[:60])
    try:
        ctx = click.get_current_context(silent=True)
        plan = load_plan(wanted, VERSION, ctx.meta.get(PARAMETERS) if ctx else None)
    except UnknownPlan as error:
        remedy = "did you mean `{guess}`?" if error.guess else "there are: {known}"
        words = {"word": error.name[:60], "guess": error.guess, "known": ", ".join(error.known)}
        if name is None and document is not None:
            raise _nameless(document, "unknown plan `{word}`", remedy, **words) from None
        speaker = chosen_language(None, None)
        raise click.UsageError(
            f"{speaker.say('unknown plan `{word}`', **words)}: {speaker.say(remedy, **words)}"
        ) from None
    if document is not None:
        warn_of_other_plan(document, plan)
    return plan


def _nameless(document: "Document", message: str, remedy: str, **values: object) -> "InvalidFacts":
    """That the facts name no plan there is, and what else can be said of them without one."""
    from rulecheck.facts.documents.document import Complaint
    from rulecheck.facts.problem import InvalidFacts
    from rulecheck.facts.rows.report import Found

    defects = [complaint for complaint in document.defects if complaint.severity == "error"]
    return InvalidFacts(
        Found(document, [*defects, Complaint("facts-plan", ("plan",), message, remedy, "error", values)])
    )


def warn_of_other_plan(document: "Document", plan: "Plan") -> None:
    """Say so when facts name another plan than the one they are judged by."""
    named = document.data.get("plan")
    if isinstance(named, str) and named != plan.id:
        told = "the facts are for plan `{named}`, and are judged by `{plan}`"
        speaker = chosen_language(None, plan)
        click.echo(f"{speaker.say('warning')}: {speaker.say(told, named=named, plan=plan.id)}", err=True)


def facts_of(document: "Document", plan: "Plan", speaker: Language, earlier: bool = False) -> "Facts":
    """The facts, with warnings shown; none of figures before the plan where they are wanted. Raises InvalidFacts."""
    from rulecheck.facts.read_facts import read_facts

    facts, warnings = read_facts(document, plan.vocabulary)
    if earlier and len(warnings):
        warnings = [w for w in warnings if w.code != "facts-outside" or "period" not in w.values]
    tell(warnings, speaker)
    return facts


def evaluation_of(
    source: str,
    plan_name: str | None,
    as_of: date | None,
    known_at: date | None,
    lang: str | None,
    tables: "Tables | None" = None,
    earlier: bool = False,
) -> "tuple[Evaluation, Document, Language]":
    """Read the facts, find their plan, judge. The clock is read here and nowhere else, and only as the last resort."""
    from rulecheck.engine.evaluate import evaluate

    document = read_document(source)
    plan = plan_for(plan_name, document)
    speaker = chosen_language(lang, plan)
    facts = facts_of(document, plan, speaker, earlier)
    day = as_of or facts.as_of or date.today()
    if (tables and tables.given) or document.data.get("records"):
        from rulecheck.cli.records import Tables, with_records

        facts = with_records(facts, document, plan, day, known_at, tables or Tables({}, "duckdb"), speaker)
    found = evaluate(plan, facts, day, known_at)
    if found.rules_engine == "reference":
        click.echo(
            speaker.say("note: durable-rules is not there on this Python; the reference evaluator decides."), err=True
        )
    return found, document, speaker


def selected(evaluation: "Evaluation", pattern: str | None) -> "list[Any]":
    """The verdicts whose target matches the pattern (``2.*``, ``1.1,4.2``). Raises click.UsageError when none does."""
    from fnmatch import fnmatchcase

    if not pattern:
        return list(evaluation.verdicts)
    patterns = [p.strip() for p in pattern.split(",")]
    found = [v for v in evaluation.verdicts if any(fnmatchcase(v.target.id, p) for p in patterns)]
    if not found:
        known = ", ".join(v.target.id for v in evaluation.verdicts)
        told = "no target matches '{pattern}'; there are: {known}"
        raise click.UsageError(spoken.say(told, pattern=pattern, known=known))
    return found


def unconfirmed(error: "Disagreement", speaker: Language) -> Iterator[str]:
    """That the verdicts could not be confirmed, and in what the two minds differ."""
    from rulecheck.cli.sentences.words import WORDS

    yield speaker.say("integrity: the verdicts could not be confirmed, so none is shown.")
    for target, ours, other in error.otherwise:
        told = "{target}: the rules say {verdict}, the reference evaluator says {other}"
        yield "  " + speaker.say(told, target=target, verdict=speaker.say(WORDS[ours]), other=speaker.say(WORDS[other]))
    for what in error.unproven:  # of use only in a report, as the text of any bug is
        yield "  " + speaker.say("the proof does not hold: {what}", what=what)
