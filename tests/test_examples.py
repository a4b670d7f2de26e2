"""Every command in every README under examples/ runs, and prints what the README shows.

A command stands in a `console` block, one a line; a `text` block right after it holds what it prints, a line
`exit code 1` in the prose in between is its exit code. RULECHECK_RENEW_GOLDEN=1 puts the present output in.
"""

import re
import shlex
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.command import EXAMPLES, RENEW, ROOT, called

READMES = sorted(EXAMPLES.glob("*/README.md"))
BLOCK = re.compile(
    r"```console\n(?P<commands>.*?)```\n(?:\n(?:[^\n`]*\bexit code (?P<code>\d+)[^\n]*\n\n)?```text\n(?P<shown>.*?)```\n)?",
    re.S,
)
WRITES = ("--output", "-o")


class Shown(NamedTuple):
    """A block of commands of a README: what is said to come of it, and where its output stands in the text."""

    readme: Path
    commands: tuple[str, ...]
    code: int
    output: str | None
    span: tuple[int, int]

    @property
    def name(self) -> str:
        return f"{self.readme.parent.name}:{self.commands[0].removeprefix('rulecheck ')[:60]}"


def blocks(readme: Path) -> list[Shown]:
    text = readme.read_text("utf-8")
    found = []
    for block in BLOCK.finditer(text):
        commands = tuple(line.removeprefix("$ ").strip() for line in block["commands"].splitlines() if line.strip())
        found.append(Shown(readme, commands, int(block["code"] or 0), block["shown"], block.span("shown")))
    return found


SHOWN = [shown for readme in READMES for shown in blocks(readme)]


def test_every_example_has_a_readme_with_commands() -> None:
    folders = {folder.name for folder in EXAMPLES.iterdir() if folder.is_dir()}
    assert folders == {readme.parent.name for readme in READMES}
    assert folders == {shown.readme.parent.name for shown in SHOWN}


def test_every_file_of_an_example_is_used_by_a_command() -> None:
    told = " ".join(command for shown in SHOWN for command in shown.commands)
    files = {str(f.relative_to(ROOT)) for f in EXAMPLES.glob("*/*") if f.name != "README.md" and f.suffix != ".py"}
    assert {file for file in files if file not in told} == set()


@pytest.mark.parametrize("shown", SHOWN, ids=[shown.name for shown in SHOWN])
def test_the_commands_run(shown: Shown, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    printed = ""
    for command in shown.commands:
        program, *arguments = shlex.split(command)
        assert program == "rulecheck"
        assert not set(WRITES) & set(arguments), "an example writes no files"
        outcome = called(capsys, *arguments)
        assert outcome.code == shown.code, outcome.err
        assert outcome.out or outcome.err
        printed = "\n".join(line.rstrip() for line in (outcome.out + outcome.err).rstrip().split("\n")) + "\n"
    if shown.output is None:
        return
    assert len(shown.commands) == 1, "output is shown of one command at a time"
    if RENEW:
        text = shown.readme.read_text("utf-8")
        start = text.index(shown.output, text.index(shown.commands[0]))
        shown.readme.write_text(text[:start] + printed + text[start + len(shown.output) :], "utf-8")
    else:
        assert printed == shown.output
