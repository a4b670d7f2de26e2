"""``rulecheck plans``: list, show, check, prove and compare plans."""

from typing import TYPE_CHECKING

import click
from rulecheck.cli import spoken
from rulecheck.cli.output import write
from rulecheck.cli.plans_fmt import command as fmt
from rulecheck.cli.plans_mutate import command as mutate
from rulecheck.cli.run import (
    all_problems_option,
    chosen_language,
    format_option,
    lang_option,
    output_option,
    parameters_option,
    plan_for,
)

if TYPE_CHECKING:
    from rulecheck.cli.sentences import Sentences
    from rulecheck.rules.plan import Plan


@spoken.group("plans")
def command() -> None:
    """List, show, check, prove and compare plans."""


command.add_command(fmt)
command.add_command(mutate)


@command.command("list")
@lang_option
def list_(lang: str | None) -> None:
    """The plans that come with rulecheck."""
    import tabulate as tables
    from rulecheck.cli.sentences import Sentences
    from rulecheck.rules.library import shipped

    tables.MIN_PADDING = 0  # otherwise a heading makes its column two wider than the heading
    rows = []
    speaker = chosen_language(lang, None)
    for name in shipped():
        plan = plan_for(name, None)
        sentences = Sentences(plan, speaker)
        targets = len(plan.versions[-1].targets)
        rows.append([plan.id, sentences.text(plan.title), plan.period.label, str(targets), plan.authority])
    words = ("Plan", "Title", "Period", "Targets", "Authority")
    heads = [speaker.say(word) for word in words]
    write(tables.tabulate(rows, heads, tablefmt="simple", disable_numparse=True) + "\n", None)


@command.command("show")
@spoken.argument("plan", metavar="ID|FILE")
@spoken.option("--coverage", is_flag=True, help="Show where every normative sentence of the plan's document went.")
@parameters_option
@lang_option
def show(plan: str, coverage: bool, lang: str | None) -> None:
    """A plan's goals and targets: what each demands, in which words, for how many points."""
    from rulecheck.cli.sentences import Sentences

    found = plan_for(plan, None)
    sentences = Sentences(found, chosen_language(lang, found))
    if coverage:
        from shutil import get_terminal_size

        from rulecheck.cli.coverage import render_table

        write(render_table(found, sentences, get_terminal_size((100, 24)).columns), None)
    else:
        write("\n".join(_promises(found, sentences)) + "\n", None)


def _promises(found: "Plan", sentences: "Sentences") -> list[str]:
    from rulecheck.cli.explanation.paragraphs import promise, wrapped
    from rulecheck.cli.sentences import clean
    from rulecheck.cli.sentences.amendments import amended, in_force

    say = sentences.say
    lines = [
        sentences.text(found.title, found.id),
        " · ".join(filter(None, (found.id, clean(found.authority), found.period.label))),
    ]
    for n, version in enumerate(found.versions):
        lines += wrapped(in_force(sentences, version), "  ", "")
        for told in amended(sentences, found.versions[n - 1], version) if n else ():
            lines += wrapped(told, "      ", "    • ")
    for goal in found.versions[-1].goals:
        points = (
            "" if goal.weight is None else f" ({say('{points} points', points=sentences.language.number(goal.weight))})"
        )
        lines += ["", f"{goal.id}  {sentences.text(goal.title)}{points}".upper()]
        for target in goal.targets:
            lines += ["", f"{target.id}  {sentences.text(target.title)}".rstrip(), *promise(target, {}, sentences)]
    if found.dependencies:
        lines += ["", say("Dependencies:")]
        for d in found.dependencies:
            told = say("{first} before {second}", first=sentences.event(d.before), second=sentences.event(d.then))
            lines += wrapped(told + (f": »{' '.join(d.quote.split())}«" if d.quote else ""), "      ", "    • ")
    return lines


@command.command("check")
@spoken.argument("plans", metavar="ID|FILE...", nargs=-1, required=True)
@spoken.option("--sources", metavar="DIR", help="Where the documents the plans quote are; by default beside the plan.")
@format_option(
    "text",
    "json",
    "sarif",
    "github",
    help="Text with the line and a mark under it, JSON, SARIF for code scanning, or GitHub's annotations.",
)
@spoken.option("--strict", is_flag=True, help="Exit 3 on warnings too.")
@output_option
@lang_option
@all_problems_option
def check(
    plans: tuple[str, ...], sources: str | None, format_: str, strict: bool, output: str | None, lang: str | None
) -> int:
    """Check plans: what cannot be used, and what is probably not meant. Exit 3 when there is an error.

    Each check has an id; rulecheck explain RC012 shows what it looks for, and why.
    """
    from rulecheck.cli.check import check_plans

    return check_plans(plans, sources, format_, strict, lang, output)


@command.command("prove")
@spoken.argument("plans", metavar="ID|FILE...", nargs=-1, required=True)
@spoken.option("--target", metavar="ID", help="Only this target.")
@spoken.option(
    "--facts",
    type=click.Choice(["fulfilled", "missed", "counterexample"]),
    help="Write facts: those that fulfil the target (or all of them), that miss it, or that refute a statement.",
)
@spoken.option("--z3", is_flag=True, help="Put every question to Z3 as well (extra verify).")
@format_option("text", "json", help="How it is shown; JSON has the facts of every statement.")
@output_option
@parameters_option
@lang_option
@all_problems_option
def prove(
    plans: tuple[str, ...],
    target: str | None,
    facts: str | None,
    z3: bool,
    format_: str,
    output: str | None,
    lang: str | None,
) -> int:
    """Prove what holds of plans whatever the facts will be: exit 3 unless all of it does.

    Of every target: some facts fulfil it, some miss it, every input gives exactly one verdict, and worse facts are never
    judged better. Of the plan: all targets can be fulfilled together, each after what it requires.
    """
    from rulecheck.cli.prove import prove_plans

    return prove_plans(plans, facts, target, z3, format_, lang, output)


@command.command("compare")
@spoken.argument("first", metavar="ID|FILE")
@spoken.argument("second", metavar="ID|FILE")
@spoken.option("--target", metavar="ID", help="Only this target.")
@spoken.option("--check", is_flag=True, help="Exit 1 unless the plans are shown to judge alike.")
@format_option("text", "json", help="How it is shown.")
@spoken.option("--output", "-o", metavar="FILE", help="Write the fewest facts on which the plans differ there.")
@lang_option
@all_problems_option
def compare(
    first: str, second: str, target: str | None, check: bool, format_: str, output: str | None, lang: str | None
) -> int:
    """Compare two plans: show that they judge alike, or the fewest facts on which they do not."""
    from rulecheck.cli.compare import compare_plans

    return compare_plans((first, second), target, check, format_, lang, output)
