"""``rulecheck completion``: the shell completion script."""

import click
from click.shell_completion import get_completion_class
from rulecheck.cli import spoken
from rulecheck.cli.output import write


@spoken.command("completion")
@spoken.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@spoken.lang_option(expose_value=False)
def command(shell: str) -> None:
    """Print the completion script; for bash: eval "$(rulecheck completion bash)"."""
    from rulecheck.cli.main import cli

    script = get_completion_class(shell)
    assert script is not None
    write(script(cli, {}, "rulecheck", "_RULECHECK_COMPLETE").source() + "\n", None)
