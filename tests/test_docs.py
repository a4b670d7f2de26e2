"""The documents say what is there."""

import json
import os
import re
from pathlib import Path

import pytest
from rulecheck.cli.main import EXIT_CODES, MODULES
from rulecheck.cli.schema import schema_of
from rulecheck.engine.ruleset import RULES

ROOT = Path(__file__).parent.parent
PACKAGES = ("facts", "rules", "engine", "cli")


@pytest.mark.parametrize("package", PACKAGES)
def test_the_map_names_every_file(package: str) -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    section = text.split(f"\n## {package}/")[1].split("\n## ")[0]
    named = set(re.findall(r"`([a-z_/]+)\.py`", section))
    files = [file.relative_to(ROOT / package) for file in (ROOT / package).rglob("*.py")]
    assert named == {file.with_suffix("").as_posix() for file in files if file.stem not in ("__init__", "__main__")}


@pytest.mark.parametrize("document", ["plan", "facts", "verdicts", "forecast", "backtest", "whatif", "reach"])
def test_the_schemas_for_editors_are_the_programs(document: str) -> None:
    file = ROOT / "docs" / "schema" / f"{document}.schema.json"
    present = json.dumps(schema_of(document), ensure_ascii=False, indent=2) + "\n"
    if os.environ.get("RULECHECK_RENEW_GOLDEN"):
        file.write_text(present, "utf-8")
    assert file.read_text("utf-8") == present


def test_exit_codes_are_those_of_the_contract() -> None:
    contract = (ROOT / "docs" / "formats.md").read_text("utf-8").split("Exit codes")[1]
    frozen = re.findall(r"(?:^|· )(\d+) ", contract.split(":", 1)[1].replace("\n", " ").lstrip())
    told = re.findall(r"^  (\d+) ", EXIT_CODES, re.M)
    assert told == frozen


def test_commands_that_are_there_are_named_in_the_formats() -> None:
    text = (ROOT / "docs" / "formats.md").read_text("utf-8")
    for command in MODULES:
        assert f"`{command}" in text or f"rulecheck {command}" in text or command == "completion", command


def test_risk_rules_are_those_of_the_semantics() -> None:
    text = (ROOT / "docs" / "semantics.md").read_text("utf-8")
    told = dict(re.findall(r"`(R\d) ([a-z-]+)`", text))
    rules = {rule.id: rule.meaning.split(":")[0] for rule in RULES if re.fullmatch(r"R\d", rule.id)}
    assert rules == told


def test_no_sentence_of_the_readme_names_a_file_that_is_not_there() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        assert (ROOT / link).exists(), link
