"""Wrong versions of plans: what they are, which of them cases catch, and what is said of those they do not."""

import json
from pathlib import Path

import pytest
from rulecheck.engine.cases import case_files, cases_of, plan_of, read_case, ready
from rulecheck.engine.mutation.catching import tried
from rulecheck.engine.version import VERSION
from rulecheck.rules.library import load_plan

from tests.command import ROOT, called, golden

Capture = pytest.CaptureFixture[str]
PLAN = """\
plan: offices
period: 2024
goals:
  - goal: "1"
    targets:
      - target: "1.1"
        require: {milestone: office_open, for_each: [north, south], by: 2024}
      - target: "1.2"
        require: {share: answered, at_least: 90 %, over: 2024}
events:
  office_open: {label: Open, subjects: {north: North, south: South}}
measures:
  answered: {label: Answered in time, kind: share}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C")
    (tmp_path / "offices.yaml").write_text(PLAN)
    (tmp_path / "cases").mkdir()
    return tmp_path


def case(folder: Path, name: str, facts: object, expected: object) -> None:
    (folder / "cases" / f"{name}.json").write_text(json.dumps(facts))
    (folder / "cases" / f"{name}.expected.json").write_text(json.dumps(expected))


def opened(north: str, south: str) -> dict[str, object]:
    events = [{"event": "office_open", "subject": s, "date": d} for s, d in (("north", north), ("south", south))]
    return {"plan": "offices", "as_of": "2025-01-31", "events": events}


def survivors(capsys: Capture, *arguments: str) -> list[str]:
    found = called(capsys, "plans", "mutate", "offices.yaml", "--cases", "cases", "--format", "json", *arguments)
    (plan,) = json.loads(found.out)["plans"]
    return [f"{m['where']} {m['mutant']}" for m in plan["mutants"] if m["caught_by"] is None]


def test_a_case_on_the_bound_catches_what_one_beyond_does_not(folder: Path, capsys: Capture) -> None:
    everything = survivors(capsys)
    earlier, later = "1.1 by: 2024-12-31 → 2024-12-30", "1.1 by: 2024-12-31 → 2025-01-01"
    assert {earlier, later, "1.1 for_each: without north", "1.2 at_least: 90 % → 91 %"} < set(everything)
    case(folder, "in-time", opened("2024-12-31", "2024-12-31"), {"because": "-", "verdicts": {"1.1": "fulfilled"}})
    assert earlier not in survivors(capsys)
    assert later in survivors(capsys)
    case(folder, "late", opened("2025-01-01", "2024-12-31"), {"because": "-", "verdicts": {"1.1": "missed"}})
    left = survivors(capsys)
    assert later not in left
    assert "1.1 for_each: without north" not in left
    assert "1.1 for_each: without south" in left


def test_an_exact_bound_is_wrong_a_step_to_either_side(folder: Path, capsys: Capture) -> None:
    (folder / "offices.yaml").write_text(PLAN.replace("at_least", "exactly"))
    assert {"1.2 exactly: 90 % → 91 %", "1.2 exactly: 90 % → 89 %"} < set(survivors(capsys))


def test_a_case_that_does_not_hold_catches_nothing_and_is_told(folder: Path, capsys: Capture) -> None:
    case(folder, "wrong", opened("2025-01-01", "2024-12-31"), {"because": "-", "verdicts": {"1.1": "fulfilled"}})
    found = called(capsys, "plans", "mutate", "offices.yaml", "--cases", "cases", "--check")
    assert found.code == 1
    assert "does not give what they expect: cases/wrong" in found.out
    assert "0 of " in found.out


def test_a_reason_stands_for_a_survivor_and_is_told_when_there_is_none(folder: Path, capsys: Capture) -> None:
    reasons = [f'  - {{mutant: "{name}", because: it is so}}\n' for name in ("1.* *", "2.1 weight")]
    (folder / "cases" / "survivors.yaml").write_text("plan: offices\nsurvivors:\n" + reasons[0])
    asked = ("plans", "mutate", "offices.yaml", "--cases", "cases", "--check")
    good = called(capsys, *asked)
    assert good.code == 0
    assert "      it is so" in good.out
    (folder / "cases" / "survivors.yaml").write_text("plan: offices\nsurvivors:\n" + "".join(reasons))
    idle = called(capsys, *asked)
    assert idle.code == 1
    assert "the reason for `2.1 weight` matches no survivor" in idle.err
    assert "survivors.yaml:4:6" in idle.err
    (folder / "cases" / "survivors.yaml").write_text("plan: other\nsurvivors: []\n")
    assert called(capsys, *asked).code == 1


def test_a_reasons_file_of_the_wrong_shape_is_refused(folder: Path, capsys: Capture) -> None:
    (folder / "cases" / "survivors.yaml").write_text("plan: offices\nsurvivors:\n  - {mutant: a, becuse: b}\n")
    found = called(capsys, "plans", "mutate", "offices.yaml", "--cases", "cases")
    assert found.code == 3
    assert "survivors.yaml:3:" in found.err
    assert "did you mean `because`?" in found.err
    assert "  - {mutant: a, becuse: b}" in found.err


@pytest.mark.parametrize(
    ("expected", "told"),
    [
        ({"because": "-", "verdicts": {"1.1": "fulfiled"}}, "did you mean `fulfilled`?"),
        ({"because": "-", "verdicts": {"1.3": "missed"}}, "unknown target `1.3`"),
        ({"because": "-", "verdict": {"1.1": "missed"}}, "did you mean `verdicts`?"),
        ({"verdicts": {"1.1": "missed"}}, "`because` is missing"),
        ({"because": "-", "verdicts": {"1.1": "missed"}, "as_of": "2024-13-01"}, "`2024-13-01` is no day"),
        ({"because": "-", "verdicts": {"1.1": "missed"}, "score": {"missed": 5}}, "not a number in quotes"),
        ({"because": "-", "verdicts": {"1.1": "missed"}, "facts": "none.json"}, "the facts cannot be read"),
        ({"because": 1, "verdicts": []}, "`verdicts` is missing"),
        ({"because": "-", "verdicts": {"1.1": "missed"}, "risks": {"1.1": ["R10"]}}, "none of the words for `risks`"),
        ({"because": "-", "verdicts": {"1.1": "missed"}, "breaches": True}, "not a whole number"),
        ({"because": "-", "verdicts": {"1.1": {}}}, "none of the words for `verdicts`"),
        ({"because": "-", "verdicts": {"1.1": "missed"}, "score": []}, "`score` is not an object"),
    ],
)
def test_a_case_file_that_is_wrong_is_refused_at_its_place(
    folder: Path, capsys: Capture, expected: object, told: str
) -> None:
    case(folder, "wrong", opened("2024-12-31", "2024-12-31"), expected)
    found = called(capsys, "plans", "mutate", "offices.yaml", "--cases", "cases")
    assert found.code == 4
    assert told in " ".join(found.err.split())
    assert "json" in found.err


def test_a_folder_that_is_not_there_is_a_usage_error(folder: Path, capsys: Capture) -> None:
    assert called(capsys, "plans", "mutate", "offices.yaml").code == 2
    assert called(capsys, "plans", "mutate", "offices.yaml", "--cases", "nowhere").code == 2


def test_the_plans_that_come_with_rulecheck_leave_nothing_unexplained(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    found = called(capsys, "plans", "mutate", "--check", "--format", "md", "--lang", "en")
    assert (found.code, found.err) == (0, "")
    golden(ROOT / "docs" / "quality" / "mutation-plans.md", found.out)


def test_an_amended_plan_is_judged_by_all_its_versions() -> None:
    file = ROOT / "tests" / "plans" / "amended.yaml"
    plan = load_plan(str(file), VERSION)
    find = plan_of({}, VERSION)
    own = cases_of((read_case(f) for f in case_files([ROOT / "tests" / "cases" / "amended"])), plan.id, file)
    found = tried(plan, [ready(one, find, facts) for one, facts in own])
    caught = {outcome.mutant.name for outcome in found.outcomes if outcome.case}
    assert not found.failing
    assert any(": " in name.split(" ")[0] + " " for name in caught)
    assert any("in_force_from" in name for name in caught)
