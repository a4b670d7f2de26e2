"""``rulecheck plans mutate``: small wrong versions of plans, and which of them the case files catch."""

from collections.abc import Callable, Sequence
from functools import partial
from os.path import isdir
from pathlib import Path as File
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import click
from rulecheck.cli import spoken
from rulecheck.cli.output import write
from rulecheck.cli.progress import progress
from rulecheck.cli.run import (
    all_problems_option,
    chosen_language,
    format_option,
    lang_option,
    output_option,
    plan_for,
    tell,
)

if TYPE_CHECKING:
    from rulecheck.cli.language import Language
    from rulecheck.engine.mutation.catching import Outcome
    from rulecheck.engine.mutation.survivors import Held

USUAL = File("tests/cases")

WHAT = (
    "Every small wrong version of each rule: a bound a step off, itself no longer enough or turned round; a day, a "
    "quarter or a base moved; a member, a part or a dependency left out; any for all; a weight exchanged; a risk rule "
    "with another number or switched. A case catches one when a verdict, the points or the number of broken "
    "dependencies it expects would no longer come out. Titles, quotes, readings and graduated points are not rules of "
    "verdicts and are left alone.",
)


@spoken.command("mutate")
@spoken.argument("plans", metavar="[ID|FILE]...", nargs=-1)
@spoken.option(
    "--cases",
    "folders",
    metavar="DIR",
    multiple=True,
    help="A folder of case files, searched with all below it; tests/cases is searched besides, where it is there.",
)
@format_option("table", "json", "md", help="How the wrong versions are shown.")
@output_option
@spoken.option(
    "--check",
    is_flag=True,
    help="Exit 1 when a wrong version survives without a reason in survivors.yaml, or a reason matches none.",
)
@lang_option
@all_problems_option
def command(
    plans: tuple[str, ...], folders: tuple[str, ...], format_: str, output: str | None, check: bool, lang: str | None
) -> int:
    """Make every small wrong version of a plan's rules, and see whether a case file would catch it.

    Bounds a step off, < for ≤, quarters moved, members dropped, any for all, dependencies removed, weights exchanged.
    Without a plan: all that come with rulecheck.
    """
    from rulecheck.engine.cases import case_files, cases_of, plan_of, read_case, ready
    from rulecheck.engine.mutation.catching import tried
    from rulecheck.engine.mutation.survivors import held, read_reasons
    from rulecheck.engine.version import VERSION
    from rulecheck.rules.library import shipped

    speaker = chosen_language(lang, None)
    searched = _searched(folders)
    names = plans or tuple(shipped())
    chosen = [(name, plan_for(name, None)) for name in names]
    cases = [read_case(file) for file in case_files(searched)]
    find = plan_of({plan.id: File(name) for name, plan in chosen if name not in shipped()}, VERSION)
    found = []
    for name, plan in chosen:
        own = cases_of(cases, plan.id, shipped().get(name, File(name)))
        asked = [ready(case, find, facts) for case, facts in own]
        with progress(speaker) as tell_of:
            made = tried(plan, asked, partial(tell_of, plan.id))
        found.append(held(made, read_reasons(searched, plan.id)))
    for one in found:
        tell(one.problems(), speaker)
    write(RENDERERS[format_](found, speaker), output)
    return 1 if check and not all(one.sound for one in found) else 0


def _searched(given: Sequence[str]) -> list[File]:
    """The folders to search. Raises click.UsageError for one that is not there, or when there is none."""
    for name in given:
        if not isdir(name):
            raise click.UsageError(spoken.say("{folder} is no folder; give the folder of the case files", folder=name))
    found = [*([USUAL] if USUAL.is_dir() else []), *map(File, given)]
    if not found:
        told = "there is no folder {folder}; give the folder of the case files with {option}"
        raise click.UsageError(spoken.say(told, folder=str(USUAL), option="--cases"))
    return found


def _render_table(found: "Sequence[Held]", speaker: "Language") -> str:
    lines: list[str] = []
    for one in found:
        lines += [*_summary(one, speaker), ""]
    return "\n".join(lines)


def _summary(one: "Held", speaker: "Language") -> list[str]:
    """One plan: how many are caught, and each that is not."""
    say, tried = speaker.say, one.tried
    made, left = len(tried.outcomes), len(tried.survivors)
    told = "{plan}: {caught} of {made} wrong versions are caught by {cases} cases"
    lines = [say(told, plan=tried.plan.id, caught=made - left, made=made, cases=tried.cases)]
    if tried.failing:
        told = "not asked, because the plan as it is does not give what they expect: {names}"
        lines.append("  " + say(told, names=", ".join(tried.failing)))
    if left == len(one.unexplained) == 0:
        return lines
    lines += ["", "  " + say("No case catches:")]
    for outcome, reason in one.reasons:
        lines.append(f"  - {outcome.mutant.name}")
        because = say("nobody has said why") if reason is None else reason.because
        lines += wrap(because, 100, initial_indent="      ", subsequent_indent="      ")
    return lines


def _render_json(found: "Sequence[Held]", _: "Language") -> str:
    import json

    plans = [
        {
            "plan": one.tried.plan.id,
            "sha256": one.tried.plan.sha256,
            "cases": one.tried.cases,
            "failing": list(one.tried.failing),
            "mutants": [_as_data(outcome, one) for outcome in one.tried.outcomes],
            "idle": [reason.mutant for reason in one.idle],
        }
        for one in found
    ]
    document = {"schema": "rulecheck/mutants/1", "plans": plans}
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _as_data(outcome: "Outcome", one: "Held") -> dict[str, Any]:
    reason = next((r for other, r in one.reasons if other is outcome), None)
    return {
        "where": outcome.mutant.where,
        "mutant": outcome.mutant.text,
        "caught_by": outcome.case,
        "because": None if reason is None else reason.because,
    }


def _render_markdown(found: "Sequence[Held]", speaker: "Language") -> str:
    say = speaker.say
    words = ("Plan", "Targets", "Cases", "Wrong versions", "Caught", "Justified", "Survive")
    heads = [say(word) for word in words]
    lines = [f"# {say('Wrong versions of the plans')}", "", *wrap(say(WHAT[0]), 118), ""]
    lines += [f"| {' | '.join(heads)} |", "|---|" + "---:|" * 6]
    for one in found:
        tried, left = one.tried, len(one.unexplained)
        justified = len(tried.survivors) - left
        cells = [len(tried.plan.versions[-1].targets), tried.cases, len(tried.outcomes)]
        cells += [len(tried.outcomes) - len(tried.survivors), justified, left]
        lines.append(f"| {tried.plan.id} | {' | '.join(map(speaker.whole, cells))} |")
    lines += [
        "",
        f"## {say('What goes wrong in them')}",
        "",
        f"| {say('Mistake')} | {say('Made')} | {say('Caught')} |",
        "|---|---:|---:|",
    ]
    for mistake, (made, caught) in sorted(_by_mistake(found).items()):
        lines.append(f"| `{mistake}` | {speaker.whole(made)} | {speaker.whole(caught)} |")
    survivors = [pair for one in found for pair in one.reasons]
    if survivors:
        lines += ["", f"## {say('What no case can catch')}"]
    for one in found:
        for outcome, reason in one.reasons:
            because = say("nobody has said why") if reason is None else reason.because
            lines += ["", f"**{one.tried.plan.id}** `{outcome.mutant.name}`", *wrap(because, 118)]
    return "\n".join(lines) + "\n"


def _by_mistake(found: "Sequence[Held]") -> dict[str, tuple[int, int]]:
    """How many wrong versions there are of each key of the plan document, and how many are caught."""
    counted: dict[str, tuple[int, int]] = {}
    for outcome in (outcome for one in found for outcome in one.tried.outcomes):
        key = outcome.mutant.what
        made, caught = counted.get(key, (0, 0))
        counted[key] = made + 1, caught + (outcome.case is not None)
    return counted


RENDERERS: "dict[str, Callable[[Sequence[Held], Language], str]]" = {
    "table": _render_table,
    "json": _render_json,
    "md": _render_markdown,
}
"""Format → renderer."""
