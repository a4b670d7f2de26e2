"""What the checks say of their own examples, and the page about them (docs/checks.md)."""

from collections.abc import Iterator

from rulecheck.facts.problem import InvalidPlan, Problem
from rulecheck.rules.checks import all_checks
from rulecheck.rules.checks.check import Check, Source
from rulecheck.rules.read_plan import examine_plan

HEAD = """\
# What `rulecheck plans check` looks for

Errors are found whenever a plan is read: nothing is judged by such a plan (exit 3). Warnings are told only by
`rulecheck plans check`, and with `--strict` they end it with exit 3 as well. `rulecheck explain RC012` shows one check.
A reading answers a warning about words where its texts quote them; what a number or day of the quote or of the rule is
that the other does not say, a reading answers by naming it in its `of`.

A new check: `make check-scaffold NAME=what-it-finds` writes its file in `rules/checks/` and enters it in the list; a test
holds every check to its two plans. This page is made by `make golden`.
"""


def told(check: Check, plan: str) -> list[Problem]:
    """Everything that is said of one of a check's example plans."""
    quoted = Source(" ".join(check.document.split()), "") if check.document else None
    try:
        _, problems = examine_plan(plan.encode(), "plan.yaml", "", lambda _: quoted)
    except InvalidPlan as invalid:
        return list(invalid.problems)
    return problems


def page() -> str:
    """Every check with its examples, in Markdown."""
    return "\n".join((HEAD, *_table(), *(line for check in all_checks() for line in _section(check))))


def _table() -> Iterator[str]:
    yield "| Check | Name | Level | |"
    yield "|---|---|---|---|"
    for check in all_checks():
        yield f"| [{check.id}](#{check.id.lower()}-{check.name}) | {check.name} | {check.level} | {check.what} |"
    yield ""


def _section(check: Check) -> Iterator[str]:
    yield f"## {check.id} {check.name}"
    yield ""
    yield f"{check.what} {check.why}"
    yield ""
    if check.document:
        yield f"The document: »{check.document}«"
        yield ""
    yield from ("This is told:", "", "```yaml", check.bad.rstrip(), "```", "", "```text")
    for problem in told(check, check.bad):
        yield f"{problem.severity}: {problem.message.format(**problem.values)} [{problem.code}]"
        yield f"   = {problem.remedy.format(**problem.values)}"
    yield from ("```", "", "This is not:", "", "```yaml", check.good.rstrip(), "```", "")
