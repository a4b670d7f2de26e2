"""``rulecheck explain RC012``: what a check looks for, why, and what it says of an example."""

import re
from collections.abc import Iterator

import click
from rulecheck.cli import spoken
from rulecheck.cli.language import Language

ID = re.compile(r"RC\d{3}", re.IGNORECASE)


def is_check(name: str) -> bool:
    """Whether a name is that of a check rather than of a target."""
    return ID.fullmatch(name) is not None


def about_check(name: str, language: Language) -> Iterator[str]:
    """The lines about the check. Raises click.UsageError for one that does not exist."""
    from rulecheck.cli.complain import complaint
    from rulecheck.cli.explanation.paragraphs import wrapped
    from rulecheck.rules.checks import all_checks
    from rulecheck.rules.checks.page import told

    known = {check.id: check for check in all_checks()}
    check = known.get(name.upper())
    if check is None:
        unknown = "no check '{name}'; there are: {known}"
        raise click.UsageError(spoken.say(unknown, name=name, known=", ".join(known)))
    say = language.say
    yield f"{check.id}  {check.name} ({say('error' if check.level == 'error' else 'warning')})"
    yield ""
    yield from wrapped(say(check.what), "")
    yield from wrapped(say(check.why), "")
    if check.document:
        yield ""
        yield say("The document:") + f" »{check.document}«"
    yield ""
    yield say("This is told:")
    yield from (f"    {line}".rstrip() for line in check.bad.splitlines())
    yield ""
    yield from (f"    {line}".rstrip() for line in complaint(told(check, check.bad), language).splitlines())
    yield ""
    yield say("This is not:")
    yield from (f"    {line}".rstrip() for line in check.good.splitlines())
