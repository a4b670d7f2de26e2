"""What if: nothing supposed leaks into the present, settings are read forgivingly, and bad ones refused."""

import json
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from rulecheck.cli.schema import schema_of
from rulecheck.engine import whatif
from rulecheck.engine.scenario import present
from rulecheck.engine.testing import read
from rulecheck.engine.version import VERSION
from rulecheck.rules.library import load_plan

from tests.command import EXAMPLES, Q3, Q4, called

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


def test_a_scenario_without_facts_or_for_another_plan_is_told(capsys: Capture, tmp_path: Path) -> None:
    file = tmp_path / "scenario.json"
    file.write_text('{"plan": "dk-politiet-2024", "events": []}')
    found = called(capsys, "whatif", Q3, "--scenario", str(file), "--lang", "en")
    assert (found.code, found.out) == (2, "")
    assert f"the scenario {file} holds no facts" in found.err
    event = '{"event": "polsas_in_use", "subject": "faeroerne", "date": "2024-12-20"}'
    file.write_text(f'{{"plan": "dk-politiet-2023", "events": [{event}]}}')
    found = called(capsys, "whatif", Q3, "--scenario", str(file), "--lang", "en")
    assert found.code == 0
    assert found.err == "warning: the facts are for plan `dk-politiet-2023`, and are judged by `dk-politiet-2024`\n"


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


STRATEGY = str(EXAMPLES / "se-polisen-strategi-2024" / "2024-Q3.json")
PARAMETERS = str(EXAMPLES / "se-polisen-strategi-2024" / "parameters.yaml")


def test_lists_are_supposed_by_their_members(capsys: Capture) -> None:
    setting = "utsatta_omraden/2024-12-31=Alby/Fittja; Rosengård"
    document = what_if(capsys, "--set", setting, "--parameters", PARAMETERS, facts=STRATEGY)
    assert document["supposed"] == [
        {
            "id": "supposed:utsatta_omraden/2024-12-31",
            "measure": "utsatta_omraden",
            "at": "2024-12-31",
            "members": ["Alby/Fittja", "Rosengård"],
        }
    ]
    assert document["then"]["as_of"] == "2024-12-31"  # type: ignore[index]
    told = called(capsys, "whatif", STRATEGY, "--set", setting, "--parameters", PARAMETERS, "--lang", "en").out
    assert "31 December 2024: 2 members: Alby/Fittja and Rosengård" in told
    empty = called(capsys, "whatif", STRATEGY, "--set", "utsatta_omraden/2024-12-31=[]", "--lang", "en")
    assert "no members" in empty.out
    one = called(capsys, "whatif", STRATEGY, "--set", "utsatta_omraden/2024-12-31=A", "--lang", "en")
    assert "1 member: A" in one.out


def test_a_list_with_a_name_twice_is_refused(capsys: Capture) -> None:
    found = called(capsys, "whatif", STRATEGY, "--set", "utsatta_omraden/2024-12-31=A; A", "--lang", "en")
    assert found.code == 2
    assert "`A` is there twice" in found.err


def test_what_is_supposed_is_judged_with_the_readers_parameters(capsys: Capture, tmp_path: Path) -> None:
    """The plan's document leaves the number open: only with the file is there anything to judge."""
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        "plan: p\nperiod: '2024'\nparameters:\n  many: {label: {en: how many}}\n"
        "goals:\n  - goal: g\n    targets:\n      - {target: t, require: {total: m, at_least: '$many', over: '2024'}}\n"
    )
    values, facts = tmp_path / "values.yaml", tmp_path / "facts.json"
    values.write_text(
        "parameters:\n  many: {value: 10, declared: 2024-01-01, source: a decision, because: it must be some number}\n"
    )
    facts.write_text('{"plan": "p", "as_of": "2024-06-30"}')
    words = ("--set", "m/2024=12", "--plan", str(plan))
    without = what_if(capsys, *words, facts=str(facts))
    assert verdicts(without, "then") == {"t": "on-track"}
    with_them = what_if(capsys, *words, "--parameters", str(values), facts=str(facts))
    assert verdicts(with_them, "then") == {"t": "fulfilled"}


def test_a_share_is_told_in_percent(capsys: Capture) -> None:
    found = called(capsys, "whatif", Q3, "--set", "hearing_replies_in_time/2024=90.5%", "--lang", "en")
    assert "2024: 90.5 %" in found.out


def test_many_open_targets_are_not_too_many(capsys: Capture) -> None:
    """Half of 24 can be chosen in 2.7 million ways."""
    found = called(capsys, "whatif", STRATEGY, "--parameters", PARAMETERS, "--reach", "12", "--format", "json")
    document = json.loads(found.out)
    assert [len(way["targets"]) for way in document["ways"]] == [12] * 5
    assert document["unit"] == "targets"
    told = called(capsys, "whatif", STRATEGY, "--parameters", PARAMETERS, "--reach", "25", "--lang", "en")
    assert told.out.startswith("25 targets cannot be fulfilled any more: 24 at most.")


def test_that_no_set_held_up_is_not_that_it_cannot_be_reached(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whatif, "fulfilled_by", lambda *_: False)
    told = called(capsys, "whatif", Q3, "--reach", "60", "--lang", "en").out
    assert "none held up" in told
    assert "cannot be reached" not in told


def test_what_the_file_tells_of_later_days_or_takes_back_is_not_present() -> None:
    """What is supposed is laid over what stands on the day, not over what the file already knows of the future."""
    plan = load_plan("dk-politiet-2024", VERSION)
    rows = [
        {"event": "strategy_presented", "date": "2024-05-31"},
        {"event": "legacy_analysis_completed", "date": "2024-06-01"},
        {"event": "sustainability_strategy_completed", "date": "2024-05-01", "reported": "2024-05-02"},
        {"event": "sustainability_strategy_completed", "withdrawn": True, "reported": "2024-05-03"},
    ]
    facts = read(plan, {"plan": plan.id, "events": rows})
    assert [e.event for e in present(facts, date(2024, 5, 31), None).events] == ["strategy_presented"]
    assert len(present(facts, date(2024, 6, 1), date(2024, 5, 2)).events) == 3


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("whatif", ["--set", "case_days/2024-Q4=165.2*48000", "--set", "polsas_in_use/faeroerne=2024-12-20"]),
        ("whatif", ["--set", "forecast:case_days/2024=200000", "--set", "hearing_replies_in_time/2024=91%"]),
        ("whatif", ["--set", "legacy_analysis_completed=never"]),
        ("reach", ["--reach", "90"]),
        ("reach", ["--reach", "1000"]),
        ("reach", ["--reach", "0"]),
    ],
)
def test_what_is_shown_fits_the_schema(document: str, words: list[str], capsys: Capture) -> None:
    found = json.loads(called(capsys, "whatif", Q3, *words, "--format", "json").out)
    errors = list(Draft202012Validator(schema_of(document)).iter_errors(found))
    assert not errors, f"{errors[0].json_path}: {errors[0].message[:300]}"


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 6)), max_size=7), st.integers(0, 25))
def test_the_cheapest_sets_come_first_and_none_is_left_out(items: list[tuple[int, int]], wanted: int) -> None:
    costs, weights = [cost for cost, _ in items], [weight for _, weight in items]

    def weight(chosen: tuple[int, ...]) -> int:
        return sum(weights[i] for i in chosen)

    every = [chosen for size in range(len(items) + 1) for chosen in combinations(range(len(items)), size)]
    enough = [c for c in every if weight(c) >= wanted and all(weight(c) - weights[i] < wanted for i in c)]
    found = list(whatif._cheapest_first(costs, weights, wanted))
    assert found == sorted(enough, key=lambda c: (sum(costs[i] for i in c), len(c), c))
