"""``rulecheck plans fmt``: the canonical layout of plan files."""

from pathlib import Path as File

import click
from rulecheck.cli import spoken
from rulecheck.cli.output import write
from rulecheck.cli.run import all_problems_option, chosen_language, lang_option, standard_input


@spoken.command("fmt")
@spoken.argument("files", metavar="FILE...", nargs=-1, required=True)
@spoken.option("--check", is_flag=True, help="Change nothing; exit 1 when a file is not in its canonical layout.")
@lang_option
@all_problems_option
def command(files: tuple[str, ...], check: bool, lang: str | None) -> int:
    """Put a plan file into its canonical layout: keys in the order of the schema, no blanks at the ends of lines.

    What the plan says, how values are written and every comment stay as they are. - reads standard input.
    """
    from rulecheck.rules.authoring.layout import formatted
    from rulecheck.rules.library import read_content

    speaker = chosen_language(lang, None)
    found = []
    for name in files:  # first all are read, so that one that cannot be leaves the others as they are
        content = standard_input() if name == "-" else read_content(File(name))
        found.append((name, content, formatted(content, "<stdin>" if name == "-" else name).encode()))
    differ = [name for name, content, wanted in found if content != wanted]
    for name, content, wanted in found:
        if check:
            if content != wanted:
                click.echo(speaker.say("{file} is not in its canonical layout", file=name), err=True)
        elif name == "-":
            write(wanted.decode(), None)
        elif content != wanted:
            write(wanted, name)
            click.echo(speaker.say("{file} is in its canonical layout now", file=name), err=True)
    return 1 if check and differ else 0
