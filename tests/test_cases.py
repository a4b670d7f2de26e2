"""Every case under tests/cases: facts as a controller writes them, and the verdicts the semantics give them."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rulecheck.engine.evaluate import Evaluation, evaluate
from rulecheck.engine.version import VERSION
from rulecheck.facts.documents.json_document import read_json as read_document
from rulecheck.facts.quantity import plain
from rulecheck.facts.read_facts import read_facts
from rulecheck.rules.library import load_plan

from tests.command import called

ROOT = Path(__file__).parent.parent
CASES = ROOT / "tests" / "cases"
SUFFIX = ".expected.json"
EXPECTED = {f"{file.parent.name}/{file.name.removesuffix(SUFFIX)}": file for file in sorted(CASES.glob(f"*/*{SUFFIX}"))}
KEYS = {
    "because", "source", "plan", "facts", "as_of", "known_at", "covers", "disputed",
    "verdicts", "evidence", "risks", "breaches", "score", "beside", "original", "withdrawn", "shows", "parameters",
}  # fmt: skip
COVERED_PLAN = "dk-politiet-2024"


def read(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(EXPECTED[name].read_text(encoding="utf-8"))
    return data


def facts_file(name: str, expected: dict[str, Any]) -> Path:
    """The facts beside the expectation, unless it names a file it shares with another case."""
    if "facts" in expected:
        return ROOT / expected["facts"]
    return EXPECTED[name].with_name(EXPECTED[name].name.replace(SUFFIX, ".json"))


def judged(name: str, expected: dict[str, Any]) -> Evaluation:
    file = facts_file(name, expected)
    document = read_document(file.read_bytes(), file.name)
    parameters = str(ROOT / expected["parameters"]) if "parameters" in expected else None
    name = str(ROOT / expected["plan"]) if "plan" in expected else document.data["plan"]
    plan = load_plan(name, VERSION, parameters)
    facts, _ = read_facts(document, plan.vocabulary)
    as_of = date.fromisoformat(expected["as_of"]) if "as_of" in expected else facts.as_of
    assert as_of is not None, "neither the facts nor the expectation say which day is judged"
    known_at = date.fromisoformat(expected["known_at"]) if "known_at" in expected else None
    return evaluate(plan, facts, as_of, known_at)


def params() -> list[Any]:
    found = []
    for name in EXPECTED:
        disputed = read(name).get("disputed")
        marks = [pytest.mark.xfail(strict=True, raises=AssertionError, reason=disputed)] if disputed else []
        found.append(pytest.param(name, id=name, marks=marks))
    return found


@pytest.mark.parametrize("name", params())
def test_case(name: str) -> None:
    expected = read(name)
    evaluation = judged(name, expected)
    by_id = {verdict.target.id: verdict for verdict in evaluation.verdicts}
    found: dict[str, Any] = {
        "verdicts": {target: by_id[target].verdict for target in expected["verdicts"]},
        "evidence": {target: by_id[target].step.evidence for target in expected.get("evidence", ())},
        "risks": {target: list(by_id[target].step.all_risks()) for target in expected.get("risks", ())},
        "score": {points: plain(getattr(evaluation.score, points)) for points in expected.get("score", ())},
    }
    if "original" in expected:
        found["original"] = {target: v.original.verdict for target, v in by_id.items() if v.original}
    if "withdrawn" in expected:
        found["withdrawn"] = {w.original.judged.target.id: w.original.verdict for w in evaluation.withdrawn}
    if "beside" in expected:
        found["beside"] = {
            target: [j.kind for j in by_id[target].judgements if j.stands_beside] for target in expected["beside"]
        }
    if "breaches" in expected:
        found["breaches"] = len(evaluation.breaches)
    assert found == {key: expected.get(key, {}) for key in found}, expected["because"]


@pytest.mark.parametrize("name", [name for name in EXPECTED if "shows" in read(name)])
def test_the_explanation_shows_why(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the verdict hangs on a reading or differs from the published one, the program's own words say so."""
    expected = read(name)
    options = [str(facts_file(name, expected))]
    for key, option in (("as_of", "--as-of"), ("known_at", "--known-at")):
        options += [option, expected[key]] if key in expected else []
    for key in ("plan", "parameters"):
        options += [f"--{key}", str(ROOT / expected[key])] if key in expected else []
    for target, wanted in expected["shows"].items():
        told = " ".join(called(capsys, "explain", target, *options, "--lang", "en").out.split())
        assert [words for words in wanted if words not in told] == [], told


@pytest.mark.parametrize("name", EXPECTED)
def test_case_is_well_formed(name: str) -> None:
    expected = read(name)
    assert set(expected) <= KEYS
    assert expected["because"]
    assert expected["verdicts"]
    assert facts_file(name, expected).is_file()
    assert "source" in expected or not name.startswith("truth/")


def test_every_facts_file_is_used() -> None:
    used = {facts_file(name, read(name)) for name in EXPECTED}
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
