"""What README.md shows is what the commands print; RULECHECK_RENEW_GOLDEN=1 puts the present output in."""

import os
import re
import shlex
from pathlib import Path

import pytest
from rulecheck.cli.main import run

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
SHOWN = re.compile(r"```console\n(rulecheck [^\n]+)\n```\n\n```text\n(.*?)```\n", re.S)
RENEW = os.environ.get("RULECHECK_RENEW_GOLDEN")


def printed(command: str, capsys: pytest.CaptureFixture[str]) -> str:
    run(shlex.split(command)[1:])
    out, err = capsys.readouterr()
    return "\n".join(line.rstrip() for line in (out + err).rstrip().split("\n")) + "\n"


def test_readme_shows_what_the_commands_print(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("COLUMNS", raising=False)
    text = README.read_text("utf-8")
    blocks = SHOWN.findall(text)
    assert len(blocks) == 4
    for command, shown in blocks:
        present = printed(command, capsys)
        if RENEW:
            text = text.replace(f"{command}\n```\n\n```text\n{shown}", f"{command}\n```\n\n```text\n{present}")
        else:
            assert shown == present
    if RENEW:
        README.write_text(text, "utf-8")
