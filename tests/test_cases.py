"""Every case under tests/cases: facts as a controller writes them, and the verdicts the semantics give them."""

import json
from pathlib import Path
from typing import Any

import pytest
from rulecheck.engine.cases import SUFFIX, compared, judged, plan_of, read_case, ready
from rulecheck.engine.evaluate import Evaluation
from rulecheck.engine.version import VERSION
from rulecheck.rules.library import load_plan

from tests.command import called

ROOT = Path(__file__).parent.parent
CASES = ROOT / "tests" / "cases"
EXPECTED = {f"{file.parent.name}/{file.name.removesuffix(SUFFIX)}": file for file in sorted(CASES.glob(f"*/*{SUFFIX}"))}
COVERED_PLAN = "dk-politiet-2024"


FIND = plan_of({}, VERSION)


def read(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(EXPECTED[name].read_text(encoding="utf-8"))
    return data


def evaluated(name: str) -> Evaluation:
    return judged(ready(read_case(EXPECTED[name]), FIND))


def facts_file(name: str) -> Path:
    return read_case(EXPECTED[name]).facts_file


def params() -> list[Any]:
    found = []
    for name in EXPECTED:
        disputed = read(name).get("disputed")
        marks = [pytest.mark.xfail(strict=True, raises=AssertionError, reason=disputed)] if disputed else []
        found.append(pytest.param(name, id=name, marks=marks))
    return found


@pytest.mark.parametrize("name", params())
def test_case(name: str) -> None:
    found, expected = compared(read(name), evaluated(name))
    assert found == expected, read(name)["because"]


@pytest.mark.parametrize("name", [name for name in EXPECTED if "shows" in read(name)])
def test_the_explanation_shows_why(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the verdict hangs on a reading or differs from the published one, the program's own words say so."""
    expected = read(name)
    options = [str(facts_file(name))]
    for key, option in (("as_of", "--as-of"), ("known_at", "--known-at")):
        options += [option, expected[key]] if key in expected else []
    for key in ("plan", "parameters"):
        options += [f"--{key}", str(ROOT / expected[key])] if key in expected else []
    for target, wanted in expected["shows"].items():
        told = " ".join(called(capsys, "explain", target, *options, "--lang", "en").out.split())
        assert [words for words in wanted if words not in told] == [], told


@pytest.mark.parametrize("name", EXPECTED)
def test_case_is_well_formed(name: str) -> None:
    case = read_case(EXPECTED[name])
    assert case.facts_file.is_file()
    assert "source" in case.expected or not name.startswith("truth/")


def test_every_facts_file_is_used() -> None:
    used = {facts_file(name) for name in EXPECTED}
    written = {file for file in CASES.glob("*/*.json") if not file.name.endswith(SUFFIX)}
    assert not written - used


def test_enough_cases() -> None:
    assert sum(name.startswith(f"{COVERED_PLAN}/") for name in EXPECTED) >= 40


def test_every_bound_is_covered() -> None:
    targets = [target.id for target in load_plan(COVERED_PLAN, VERSION).versions[0].targets]
    wanted = {f"{target} {side}" for target in targets for side in ("on bound", "beyond")}
    covered = {cover for name in EXPECTED for cover in read(name).get("covers", ())}
    assert len(targets) == 11
    assert covered == wanted
