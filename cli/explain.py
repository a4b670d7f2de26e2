"""``rulecheck explain``: the whole reasoning behind one target."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path as File

import click
from rulecheck.cli import spoken
from rulecheck.cli.explanation.check import about_check, is_check
from rulecheck.cli.output import write
from rulecheck.cli.records import Tables, records_options
from rulecheck.cli.run import (
    all_problems_option,
    as_of_option,
    chosen_language,
    color_option,
    colours,
    evaluation_of,
    known_at_option,
    lang_option,
    output_option,
    parameters_option,
    plan_for,
    plan_option,
)

DEFAULT_FACTS = "facts.json"


@spoken.command("explain")
@spoken.argument("target", metavar="TARGET")
@spoken.argument("facts", metavar="[FACTS]", required=False, default=None)
@plan_option
@as_of_option
@known_at_option
@parameters_option
@records_options
@lang_option
@output_option
@color_option
@all_problems_option
def command(
    target: str,
    facts: str | None,
    plan: str | None,
    as_of: date | None,
    known_at: date | None,
    records: dict[str, str],
    records_engine: str,
    lang: str | None,
    output: str | None,
    color: str,
) -> None:
    """Show the whole reasoning behind TARGET, with the plan's own words.

    Without FACTS, the facts of the settings file or ./facts.json are taken; without those, or with only --plan, the
    target's rule and readings are shown. RC012 alone shows what that check of plans looks for.
    """
    source = facts or _default_facts(plan)
    if facts is None and plan is None and is_check(target):
        lines = list(about_check(target, chosen_language(lang, None)))
    elif source is None:
        lines = list(_without_facts(target, plan, lang))
    else:
        evaluation, document, speaker = evaluation_of(
            source, plan, as_of, known_at, lang, Tables(records, records_engine)
        )
        from rulecheck.cli.explanation.explained import Explained
        from rulecheck.cli.sentences import Sentences

        found = next((v for v in evaluation.verdicts if v.target.id == target), None)
        gone = next((w for w in evaluation.withdrawn if w.original.judged.target.id == target), None)
        if found is None and gone is None:
            raise _unknown(target, [v.target.id for v in evaluation.verdicts])
        explained = Explained(evaluation, document, Sentences(evaluation.plan, speaker), colours(color) and not output)
        lines = list(explained.target(found) if found else explained.withdrawn(gone) if gone else ())
    write("\n".join(lines) + "\n", output)


def _default_facts(plan: str | None) -> str | None:
    ctx = click.get_current_context()
    configured = (ctx.default_map or {}).get("facts")
    if configured:
        return str(configured)
    return DEFAULT_FACTS if File(DEFAULT_FACTS).is_file() and plan is None else None


def _unknown(target: str, known: list[str]) -> click.UsageError:
    from rulecheck.facts.problem import nearest

    guess = nearest(target, known)
    told = "no target '{target}'; did you mean '{guess}'?" if guess else "no target '{target}'; there are: {known}"
    return click.UsageError(spoken.say(told, target=target, guess=guess, known=", ".join(known)))


def _without_facts(name: str, plan_name: str | None, lang: str | None) -> Iterator[str]:
    from rulecheck.cli.explanation.paragraphs import promise, readings
    from rulecheck.cli.sentences import Sentences

    if plan_name is None:
        raise click.UsageError(spoken.say("give FACTS, or --plan to see the rule without facts"))
    plan = plan_for(plan_name, None)
    target = next((t for t in plan.versions[-1].targets if t.id == name), None)
    if target is None:
        raise _unknown(name, [t.id for t in plan.versions[-1].targets])
    sentences = Sentences(plan, chosen_language(lang, plan))
    title = sentences.text(target.title)
    yield f"{target.id}  {title}".rstrip()
    yield from promise(target, plan.source, sentences)
    yield from readings(target, sentences)
