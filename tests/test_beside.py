"""Overrides and waivers: shown beside the computed verdict while they stand, in every output, and nowhere in the score."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.command import ROOT, called

FACTS = str(ROOT / "tests" / "cases" / "dk-politiet-2024" / "1.1-a-waiver-beside-an-override.json")
WITHOUT = str(ROOT / "tests" / "cases" / "dk-politiet-2024" / "1.1-exactly-180.json")
LONG_AFTER = ("--as-of", "2026-01-01")
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    monkeypatch.setenv("COLUMNS", "140")


def judged(capsys: Capture, *arguments: str, facts: str = FACTS) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(called(capsys, "evaluate", facts, "--format", "json", *arguments).out)
    return document


def test_the_verdicts_say_of_each_what_it_is(capsys: Capture) -> None:
    first = judged(capsys)["verdicts"][0]
    assert first["verdict"] == "missed"
    assert [(a["kind"], a["verdict"], a["expires"], a["expired"]) for a in first["assessments"]] == [
        ("override", "fulfilled", "2025-02-28", False), ("waiver", "waived", "2025-06-30", False),
    ]  # fmt: skip
    assert first["assessments"][1]["by"] == "Justitsministeriet, departementet"
    assert first["assessments"][1]["reason"] == "sagssystemet var nede i seks uger"


def test_what_has_expired_is_still_listed(capsys: Capture) -> None:
    document = judged(capsys, *LONG_AFTER)
    assert [a["expired"] for a in document["verdicts"][0]["assessments"]] == [True, True]
    assert document["score"]["waived"] == "10", "4.2's waiver has no end"


def test_an_assessment_that_decides_is_an_assessment(capsys: Capture, tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text('plan: x\nperiod: 2024\ngoals: [{goal: g, targets: [{target: "1"}, {target: "2"}]}]\n')
    row = {"target": "1", "verdict": "fulfilled", "by": "A", "date": "2024-03-01", "expires": "2024-04-01"}
    waiver = {"target": "2", "verdict": "waived", "by": "A", "date": "2024-03-01", "reason": "why"}
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps({"plan": "x", "as_of": "2025-03-01", "assessments": [row, waiver]}))
    document = judged(capsys, "--plan", str(plan), facts=str(facts))
    first, second = document["verdicts"]
    assert (first["verdict"], first["assessments"][0]["kind"]) == ("fulfilled", "assessment")
    assert first["assessments"][0]["expired"] is True, "it is shown, and decides nothing"
    assert (second["verdict"], second["assessments"][0]["kind"]) == ("at-risk", "waiver")
    assert document["score"]["waived"] == "1"
    text = called(capsys, "evaluate", str(facts), "--plan", str(plan)).out
    assert "Waived: 1 of the targets open or missed; they stay open or missed." in text


def test_a_waiver_is_taken_back(capsys: Capture, tmp_path: Path) -> None:
    data = json.loads(Path(FACTS).read_bytes())
    back = {"target": "1.1", "verdict": "waived", "withdrawn": True, "reported": "2025-01-25"}
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps({**data, "assessments": [*data["assessments"], back]}))
    found = judged(capsys, facts=str(facts))["verdicts"][0]["assessments"]
    assert [a["kind"] for a in found] == ["override"]


def test_the_table_marks_and_says_it(capsys: Capture) -> None:
    text = " ".join(called(capsys, "evaluate", FACTS).out.split())
    assert "* override" in text
    assert "* waived" in text
    assert "Waived: 25 of the points open or missed; they stay open or missed." in text
    told = "* 1.1 is computed as missed. Beside it stands, without effect: Waived by Justitsministeriet, departementet on 20 January 2025. It stands until 30 June 2025. sagssystemet var nede i seks uger"
    assert told in text
    later = " ".join(called(capsys, "evaluate", FACTS, *LONG_AFTER).out.split())
    assert "1.1 is computed" not in later
    assert "* 4.2 is computed as at risk." in later
    assert "Waived" not in called(capsys, "evaluate", WITHOUT).out


def test_the_score_line_is_the_same_with_and_without(capsys: Capture, tmp_path: Path) -> None:
    data = json.loads(Path(FACTS).read_bytes())
    bare = tmp_path / "bare.json"
    bare.write_text(json.dumps({**data, "assessments": []}))
    lines = [
        next(line for line in called(capsys, "evaluate", facts).out.splitlines() if line.startswith("Points:"))
        for facts in (FACTS, str(bare))
    ]
    assert lines[0] == lines[1]
    scores = [judged(capsys, facts=facts)["score"] for facts in (FACTS, str(bare))]
    assert {**scores[0], "waived": "0"} == scores[1]


def test_the_explanation_says_it_and_that_it_has_expired(capsys: Capture) -> None:
    text = " ".join(called(capsys, "explain", "1.1", FACTS).out.split())
    assert (
        "Beside it, and without effect on it, stands: • Assessed as fulfilled by Rigspolitiet, Koncernstyring on 22 January 2025. It stands until 28 February 2025."
        in text
    )
    assert "• Waived by Justitsministeriet, departementet on 20 January 2025. It stands until 30 June 2025." in text
    later = " ".join(called(capsys, "explain", "1.1", FACTS, *LONG_AFTER).out.split())
    assert "It stood until 30 June 2025." in later
    assert "Beside it" not in called(capsys, "explain", "1.2", FACTS).out


def test_the_rows_have_it_in_a_column_of_its_own(capsys: Capture) -> None:
    rows = list(csv.DictReader(io.StringIO(called(capsys, "evaluate", FACTS, "--format", "csv").out)))
    assert rows[0]["beside"].startswith("Assessed as fulfilled by Rigspolitiet")
    assert "Waived by Justitsministeriet" in rows[0]["beside"]
    assert rows[1]["beside"] == ""


def test_the_report_has_it_in_the_row_and_below(capsys: Capture) -> None:
    text = called(capsys, "evaluate", FACTS, "--format", "md", "--target", "1.*").out
    assert "| ✗ missed<br>\\* override<br>\\* waived<br>" in text
    assert "\n\\* 1.1 is computed as missed." in text
    assert "4.2" not in text.split("Beside")[1], "what is not shown is not spoken of"
