"""``rulecheck plans check``: the checks, over plans and the documents they quote."""

from collections.abc import Sequence
from pathlib import Path as File
from typing import TYPE_CHECKING, NamedTuple

import click
from rulecheck.cli import check_formats
from rulecheck.cli.output import write
from rulecheck.cli.run import chosen_language, plan_for, tell
from rulecheck.facts.problem import InvalidPlan, Problem

if TYPE_CHECKING:
    from rulecheck.cli.language import Language
    from rulecheck.rules.checks.check import Source
    from rulecheck.rules.plan import Plan


class Report(NamedTuple):
    """What was found in one plan. ``plan`` None: it could not be read. ``unseen``: the document nobody could look at."""

    name: str
    plan: "Plan | None"
    problems: Sequence[Problem]
    unseen: str = ""

    @property
    def invalid(self) -> bool:
        return self.plan is None


def check_plans(
    plans: Sequence[str], sources: str | None, form: str, strict: bool, lang: str | None, output: str | None
) -> int:
    """Examine the plans and say what was found; the exit code. Raises click.UsageError for an unknown id."""
    reports = [examined(plan, sources) for plan in plans]
    speaker = chosen_language(lang, reports[0].plan if len(reports) == 1 else None)
    for report in reports:
        if report.unseen:
            told = "{plan}: {document} is not there, so its quotes were not compared; name its folder with --sources"
            click.echo(
                f"{speaker.say('note')}: {speaker.say(told, plan=report.name, document=report.unseen)}", err=True
            )
    if form == "text":
        _say(reports, strict, speaker, output)
    else:
        write(check_formats.FORMATS[form]([(r.name, r.plan, r.problems) for r in reports], speaker), output)
    doubtful = strict and any(report.problems for report in reports)
    return 3 if doubtful or any(report.invalid for report in reports) else 0


def examined(name: str, sources: str | None) -> Report:
    """One plan by id or file, beside the document it quotes."""
    from rulecheck.facts.digest import sha256
    from rulecheck.rules.library import SHIPPED, STDIN, is_file, read_content
    from rulecheck.rules.read_plan import examine_plan

    if not is_file(name):
        plan_for(name, None)  # an unknown id is told with its nearest
    file = File(name) if is_file(name) else SHIPPED / f"{name}.yaml"
    shown = name if is_file(name) else file.name  # where a plan of rulecheck's own lies is no matter of the reader's
    shown = "<stdin>" if name == STDIN else shown
    try:
        content = read_content(file)
        digest = sha256(content).hexdigest()
        plan, problems = examine_plan(content, shown, digest, lambda document: quoted(document, file, sources))
    except InvalidPlan as invalid:
        return Report(shown, None, invalid.problems)
    document = plan.source.get("document") or ""
    seen = not document or quoted(document, file, sources) is not None
    return Report(shown, plan, problems, "" if seen else document)


def quoted(document: str, plan: File, sources: str | None) -> "Source | None":
    """The document a plan quotes, beside the plan or in the folder of sources; None when it is no text there."""
    from rulecheck.facts.digest import sha256
    from rulecheck.rules.checks.check import Source

    name = File(document).name  # never outside the folder
    for folder in (File(sources) if sources else plan.parent, plan.parent):
        try:
            content = (folder / name).read_bytes()
            return Source(" ".join(content.decode("utf-8-sig").split()), sha256(content).hexdigest())
        except (OSError, ValueError):
            continue
    return None


def _say(reports: Sequence[Report], strict: bool, speaker: "Language", output: str | None) -> None:
    """Problems on standard error, with their place; a line a plan on standard output."""
    problems = [problem for report in reports for problem in report.problems]
    tell(problems, speaker)
    lines = []
    for report in reports:
        if report.plan is not None:
            one, many = "{name}: {n} target, no errors", "{name}: {n} targets, no errors"
            line = speaker.count(one, many, len(report.plan.versions[-1].targets), name=report.plan.id)
            warned = len(report.problems)
            lines.append(line + (", " + speaker.count("{n} warning", "{n} warnings", warned) if warned else ""))
    if lines:
        write("\n".join(lines) + "\n", output)
    wrong = sum(len(report.problems) for report in reports if report.invalid)
    if wrong:
        one, many = ("{n} problem; nothing was judged.", "{n} problems; nothing was judged.")
        click.echo(speaker.count(one, many, wrong), err=True)
    elif strict and problems:
        told = "with --strict a warning is an error"
        click.echo(speaker.say(told), err=True)
