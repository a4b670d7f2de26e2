"""The tutorial runs as it stands, and the page of criteria is what their files say; RULECHECK_RENEW_GOLDEN=1 renews both."""

import re
from pathlib import Path

import pytest
from rulecheck.facts.period import parse_period
from rulecheck.rules.authoring.howto import criteria_page
from rulecheck.rules.criteria import CRITERIA

from tests.command import RENEW, ROOT, golden
from tests.test_readme import printed

TUTORIAL = ROOT / "docs" / "first-plan.md"
BLOCK = re.compile(r"```(\w+)(?: ([\w./-]+))?\n(.*?)```\n", re.S)


def test_the_tutorial_runs_as_it_stands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files are written and commands are run in the order of the page; what stands below a command is what it prints."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.delenv("COLUMNS", raising=False)
    text = TUTORIAL.read_text("utf-8")
    present, ran = "", 0

    def block(found: re.Match[str]) -> str:
        nonlocal present, ran
        language, file, content = found.groups()
        if file:
            (tmp_path / file).parent.mkdir(exist_ok=True)
            (tmp_path / file).write_text(content, "utf-8")
        elif language == "console":
            present, ran = printed(content.strip(), capsys), ran + 1
        elif language == "text":
            return f"```text\n{present}```\n"
        return found[0]

    told = BLOCK.sub(block, text)
    assert ran == 5
    assert "a bug" not in told
    assert "\nerror:" not in told
    if RENEW:
        TUTORIAL.write_text(told, "utf-8")
    assert told == TUTORIAL.read_text("utf-8"), "RULECHECK_RENEW_GOLDEN=1 renews the outputs"


def test_the_page_of_criteria_is_what_their_files_say() -> None:
    page = criteria_page(parse_period("2025"))
    assert re.findall(r"^## (\S+)", page, re.M) == list(CRITERIA)
    golden(ROOT / "docs" / "criteria.md", page)


def test_the_page_for_adding_a_kind_names_every_place_in_order() -> None:
    """The steps are numbered in order, what they name is there, and every file that speaks of every kind is named."""
    page = (ROOT / "docs" / "adding-a-kind.md").read_text("utf-8")
    steps = [int(number) for number in re.findall(r"^(\d+)\. ", page, re.M)]
    assert steps == list(range(1, len(steps) + 1))
    named = set(re.findall(r"`([\w./]+/[\w./]*)`", page))
    assert [path for path in named if not (ROOT / path).exists()] == []
    sources = [file for package in ("facts", "rules", "engine", "cli") for file in (ROOT / package).rglob("*.py")]
    texts = {file.relative_to(ROOT).as_posix(): file.read_text("utf-8") for file in sources}
    everywhere = {path for path, text in texts.items() if {"Recurring", "SetChange"} <= set(re.findall(r"\w+", text))}
    assert len(everywhere) > 10
    assert everywhere - named == set()
