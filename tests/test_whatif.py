"""What if: nothing supposed leaks into the present, settings are read forgivingly, and bad ones refused."""

import json
from pathlib import Path

import pytest

from tests.command import Q3, Q4, called

Capture = pytest.CaptureFixture[str]


def what_if(capsys: Capture, *words: str, facts: str = Q3) -> dict[str, object]:
    found = called(capsys, "whatif", facts, *words, "--format", "json", "--lang", "en")
    assert (found.code, found.err) == (0, "")
    return dict(json.loads(found.out))


def verdicts(document: dict[str, object], key: str) -> dict[str, str]:
    rows = document["verdicts"]
    assert isinstance(rows, list)
    return {row["target"]: row[key] for row in rows}


@pytest.mark.parametrize(
    ("setting", "target", "verdict"),
    [
        ("case_days/2024-Q4=165.2*48000", "1.1", "fulfilled"),
        ("case_days/2024-Q4 = 9700000/48000", "1.1", "missed"),
        ("case_days/2024=180", "1.1", "fulfilled"),
        ("hearing_replies_in_time/2024=90%", "4.2", "fulfilled"),
        ("hearing_replies_in_time/2024=89.9%", "4.2", "missed"),
        ("legacy_analysis_completed=2024-07-01", "2.3", "missed"),
        ("forecast:polsas_in_use/faeroerne=2024-12-01", "2.2", "on-track"),
        ("strategy_presented=never", "4.1", "missed"),
    ],
)
def test_a_setting(setting: str, target: str, verdict: str, capsys: Capture) -> None:
    assert verdicts(what_if(capsys, "--set", setting), "then")[target] == verdict


def test_the_present_is_what_evaluate_says(capsys: Capture) -> None:
    present = {
        v["target"]: v["verdict"]
        for v in json.loads(called(capsys, "evaluate", Q3, "--format", "json").out)["verdicts"]
    }
    assert verdicts(what_if(capsys, "--set", "case_days/2024-Q4=300*48000"), "now") == present


def test_supposing_what_is_so_changes_nothing(capsys: Capture) -> None:
    document = what_if(capsys, "--set", "legacy_analysis_completed=2024-06-21")
    assert verdicts(document, "now") == verdicts(document, "then")


def test_a_scenario_file_says_the_same_as_settings(capsys: Capture, tmp_path: Path) -> None:
    file = tmp_path / "scenario.json"
    row = {"event": "polsas_in_use", "subject": "faeroerne", "date": "2024-12-20"}
    file.write_text(json.dumps({"events": [row, {**row, "subject": "groenland"}]}))
    settings = [f"--set=polsas_in_use/{s}=2024-12-20" for s in ("faeroerne", "groenland")]
    assert verdicts(what_if(capsys, "--scenario", str(file)), "then") == verdicts(what_if(capsys, *settings), "then")


def test_a_contradictory_scenario_is_refused(capsys: Capture, tmp_path: Path) -> None:
    file = tmp_path / "scenario.json"
    row = {"event": "legacy_plan_completed", "date": "2024-12-20"}
    file.write_text(json.dumps({"events": [row, {**row, "date": "2024-12-21"}]}))
    found = called(capsys, "whatif", Q3, "--scenario", str(file), "--lang", "en")
    assert found.code == 4
    assert found.out == ""
    assert "two things of one" in found.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--set", "case_dayz/2024-Q4=1"], "did you mean `case_days`?"),
        (["--set", "case_days=3"], "name the period: case_days/2024-Q4=3"),
        (["--set", "case_days/2024-Q4=many"], "`many` is no number"),
        (["--set", "case_days"], "write NAME/PERIOD"),
        (["--set", "polsas_in_use/mars=2024-12-20"], "unknown subject `mars`"),
        (["--set", "polsas_in_use/faeroerne=soon"], "`soon` is no date"),
        (["--set", "case_days/2024-Q9=1*3"], "`2024-Q9` is no period"),
        (["--set", "hearing_replies_in_time/2024-Q4=120/110"], "a share above one"),
        (
            ["--set", "legacy_plan_completed=2024-12-01", "--set", "legacy_plan_completed=2024-12-02"],
            "two things of one",
        ),
        (["--set", "assessment:9.9=fulfilled"], "9.9"),
        (["--reach", "many"], "no number of points"),
        (["--reach", "-1"], "no number of points"),
        (["--reach", "90", "--set", "case_days/2024=1"], "stands by itself"),
        (["--set", "case_days/2024-Q4=1*3", "--on", "2024-01-01"], "before the present"),
        ([], "give --set, --scenario or --reach"),
    ],
)
def test_a_bad_setting_is_refused(words: list[str], message: str, capsys: Capture) -> None:
    found = called(capsys, "whatif", Q3, *words, "--lang", "en")
    assert found.code == 2
    assert found.out == ""
    assert message in found.err
    assert "Traceback" not in found.err


def test_what_reaches_is_minimal_and_what_cannot_be_reached_is_said(capsys: Capture) -> None:
    document = json.loads(called(capsys, "whatif", Q3, "--reach", "90", "--format", "json").out)
    weights = {
        v["target"]: float(v["weight"])
        for v in json.loads(called(capsys, "evaluate", Q3, "--format", "json").out)["verdicts"]
    }
    assert len(document["ways"]) == 5
    assert [way["outcomes"] for way in document["ways"]] == sorted(way["outcomes"] for way in document["ways"])
    for way in document["ways"]:
        assert float(way["points"]) >= 90
        assert all(float(way["points"]) - weights[target] < 90 for target in way["targets"])
    assert json.loads(called(capsys, "whatif", Q4, "--reach", "90", "--format", "json").out)["ways"] == []
    assert json.loads(called(capsys, "whatif", Q4, "--reach", "0", "--format", "json").out)["ways"][0]["targets"] == []
