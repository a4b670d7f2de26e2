"""Amendments: versions with their day, reason and who decided; the original beside what is in force."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rulecheck.engine import amendments
from rulecheck.engine.checker import Disagreement
from rulecheck.engine.evaluate import Evaluation, evaluate
from rulecheck.engine.version import VERSION
from rulecheck.facts.problem import InvalidPlan
from rulecheck.rules.library import load_file
from rulecheck.rules.plan import Plan
from rulecheck.rules.read_plan import read_plan

from tests.command import called
from tests.test_plans import judged, words

HERE = Path(__file__).parent
PLAN = str(HERE / "plans" / "amended.yaml")
FACTS = str(HERE / "golden" / "amended.json")
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    monkeypatch.setenv("COLUMNS", "140")


AMENDED = load_file(HERE / "plans" / "amended.yaml", VERSION)
OPENED = {
    "measurements": [{"measure": "case_days", "period": "2024", "total": 1850, "count": 10, "reported": "2025-01-05"}],
    "events": [{"event": "office_opened", "date": "2024-08-01"}],
}


def test_a_target_is_judged_by_the_version_in_force() -> None:
    spring, summer, autumn = (judged(AMENDED, OPENED, day) for day in ("2024-06-14", "2024-09-30", "2025-01-31"))
    assert [e.version.id for e in (spring, summer, autumn)] == ["signed", "summer", "autumn"]
    assert judged(AMENDED, OPENED, "2024-06-15").version.id == "summer"
    assert judged(AMENDED, OPENED, "2023-01-01").version.id == "signed"
    verdicts = [{v.target.id: v.verdict for v in e.verdicts} for e in (spring, summer, autumn)]
    assert verdicts[0] == {"1.1": "on-track", "1.2": "on-track", "1.3": "on-track"}
    assert verdicts[1] == {"1.1": "on-track", "1.2": "fulfilled", "1.4": "on-track"}
    assert verdicts[2] == {"1.1": "fulfilled", "1.2": "fulfilled", "1.4": "missed"}


def test_withdrawn_and_new_targets() -> None:
    signed, summer, autumn = AMENDED.versions
    assert signed.withdrawn == {}
    assert summer.withdrawn == autumn.withdrawn == {"1.3": "nobody wants paint"}
    assert [t.id for t in autumn.targets] == ["1.1", "1.2", "1.4"]
    assert [sum(t.weight or 0 for t in version.targets) for version in AMENDED.versions] == [100, 100, 100]
    assert {t.id: t.weight for t in autumn.targets} == {"1.1": 40, "1.2": 50, "1.4": 10}
    assert "1.3" in AMENDED.vocabulary.targets, "facts may still be about it"


def test_the_original_stands_beside(capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps({"plan": "amended", **OPENED}))
    arguments = [str(facts), "--plan", str(HERE / "plans" / "amended.yaml"), "--as-of", "2025-01-31"]
    now = json.loads(called(capsys, "evaluate", *arguments, "--format", "json").out)
    assert now["plan"]["version"] == "autumn"
    originals = {v["target"]: v["original"]["verdict"] for v in now["verdicts"] if "original" in v}
    assert originals == {"1.1": "missed", "1.2": "missed"}
    (first, *_) = now["verdicts"]
    assert (first["bound"], first["original"]["bound"], first["original"]["version"]) == ("190", "180", "signed")
    explained = words(called(capsys, "explain", "1.2", *arguments).out)
    assert (
        "How the plan was amended: • Changed by version summer, in force from 15 June 2024: the building was not ready (decided by the ministry): Office opened by 30 September 2024; 30 points"
        in explained
    )
    assert (
        "• Changed by version autumn, in force from 1 October 2024: more cases (decided by the ministry): Office opened by 30 September 2024; 50 points"
        in explained
    )
    assert "• By the plan as first signed: missed. Office opened:" in explained
    assert "1 August 2024, 32 days after the deadline 30 June 2024." in explained
    monkeypatch.setenv("COLUMNS", "140")
    assert "By the plan as first signed: missed." in words(called(capsys, "evaluate", *arguments).out)
    before = json.loads(called(capsys, "evaluate", *arguments, "--as-of", "2024-06-01", "--format", "json").out)
    assert not [v for v in before["verdicts"] if "original" in v]


def test_show_tells_every_version(capsys: Capture) -> None:
    text = called(capsys, "plans", "show", str(HERE / "plans" / "amended.yaml")).out
    assert "version signed, in force from 1 January 2024" in text
    text = words(text)
    assert "version summer, in force from 15 June 2024: the building was not ready (decided by the ministry)" in text
    assert (
        "• 1.2 is changed: Office opened by 30 September 2024; 30 points; before: Office opened by 30 June 2024; 30 points"
        in text
    )
    assert "• 1.3 is withdrawn: nobody wants paint" in text
    assert "• 1.4 is new: Office closed by 31 December 2024; 10 points" in text


def test_weights_are_checked_in_each_version() -> None:
    content = (HERE / "plans" / "amended.yaml").read_text(encoding="utf-8")
    with pytest.raises(InvalidPlan) as found:
        read_plan(content.replace('"1.2": {weight: 50}', '"1.2": {weight: 40}').encode(), "plan.yaml", "x")
    assert [(p.place.path, p.values.get("total")) for p in found.value.problems] == [
        ("$.versions[1]", "90"), ("$.versions[1]", "90"),
    ]  # fmt: skip


def told(capsys: Capture, *arguments: str) -> str:
    found = called(capsys, arguments[0], *arguments[1:], FACTS, "--plan", PLAN)
    assert found.code == 0, found.err
    return words(found.out)


def document(capsys: Capture, *arguments: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(
        called(capsys, "evaluate", FACTS, "--plan", PLAN, "--format", "json", *arguments).out
    )
    return data


def test_the_table_says_which_version_judges_and_what_the_original_came_to(capsys: Capture) -> None:
    for format_ in ("table", "md"):
        text = words(called(capsys, "evaluate", FACTS, "--plan", PLAN, "--format", format_).out)
        assert "Judged by version autumn, in force from 1 October 2024: more cases (decided by the ministry)." in text
        assert "By the plan as first signed: Points: 0 of 100 fulfilled, 0 open, 100 missed" in text
        assert (
            "1.3 was withdrawn from 15 June 2024 on: nobody wants paint (decided by the ministry). By the plan as first signed: missed."
            in text
        )
        assert "Added from 15 June 2024 on." in text
        assert text.count("By the plan as first signed: missed.") == 3
        before = words(
            called(capsys, "evaluate", FACTS, "--plan", PLAN, "--format", format_, "--as-of", "2024-06-14").out
        )
        assert not [word for word in ("Judged by", "first signed", "withdrawn", "Added") if word in before]


def test_the_verdicts_hold_the_amendment(capsys: Capture) -> None:
    now = document(capsys)
    assert {key: now["plan"][key] for key in ("version", "in_force_from", "reason", "decided_by")} == {
        "version": "autumn", "in_force_from": "2024-10-01", "reason": "more cases", "decided_by": "the ministry",
    }  # fmt: skip
    original = now["plan"]["original"]
    assert (original["version"], original["score"]["missed"], original["score"]["total"]) == ("signed", "100", "100")
    (gone,) = now["withdrawn"]
    assert (gone["target"], gone["version"], gone["in_force_from"]) == ("1.3", "summer", "2024-06-15")
    assert (gone["reason"], gone["decided_by"]) == ("nobody wants paint", "the ministry")
    assert (gone["original"]["verdict"], gone["original"]["weight"]) == ("missed", "10")
    first, second, fourth = now["verdicts"]
    assert (first["weight"], first["original"]["weight"], first["original"]["bound"]) == ("40", "60", "180")
    assert (second["deadline"], second["original"]["deadline"]) == ("2024-09-30", "2024-06-30")
    assert fourth["added"] == {"version": "summer", "in_force_from": "2024-06-15"}
    assert "original" not in fourth
    before = document(capsys, "--as-of", "2024-06-14")
    assert set(before["plan"]) == {"id", "version", "sha256"}
    assert "withdrawn" not in before


def test_a_withdrawn_target_is_explained(capsys: Capture) -> None:
    text = told(capsys, "explain", "1.3")
    assert "1.3 was withdrawn from 15 June 2024 on: nobody wants paint (decided by the ministry)." in text
    assert "By the plan as first signed: missed. ✗ missed: Office painted: not shown by 10 July 2024" in text


def test_a_new_target_says_when_it_was_added(capsys: Capture) -> None:
    text = told(capsys, "explain", "1.4")
    assert (
        "• Added by version summer, in force from 15 June 2024: the building was not ready (decided by the ministry): Office closed by 31 December 2024; 10 points"
        in text
    )
    assert "first signed" not in text


def made(versions: str) -> Plan:
    content = Path(PLAN).read_text("utf-8") + versions
    return read_plan(content.encode(), "plan.yaml", "x")[0]


AGAIN = """  - version: winter
    in_force_from: 2024-12-01
    reason: paint after all
    decided_by: the ministry
    targets:
      "1.3": {goal: "1", weight: 5, require: {milestone: office_painted, by: 2024}}
      "1.4": {weight: 5, require: {milestone: office_closed, by: 2024-12-15}}
"""


def test_a_target_may_come_back_and_an_added_one_may_change() -> None:
    plan = made(AGAIN)
    found = judged(plan, {}, "2025-01-31")
    assert found.withdrawn == ()
    assert plan.versions[-1].withdrawn == {}
    by_id = {v.target.id: v for v in found.verdicts}
    fourth = by_id["1.4"].original
    assert fourth is not None
    assert (fourth.version.id, fourth.judged.target.weight) == ("summer", 10)
    third = by_id["1.3"].original
    assert third is not None
    assert third.version.id == "signed"
    assert [version.id for version, _ in amendments.changes(plan, "1.3", plan.versions[-1])] == ["winter"]
    assert amendments.added(plan, "1.3") is None


def test_an_added_target_that_changed_is_told_as_it_was_first_added(capsys: Capture, tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(Path(PLAN).read_text("utf-8") + AGAIN, "utf-8")
    text = words(called(capsys, "evaluate", FACTS, "--plan", str(plan)).out)
    assert "As it was first added (summer): missed." in text


def test_every_version_shown_is_agreed_upon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The original verdicts are held to the reference like those in force."""
    from rulecheck.engine import evaluate as module

    honest = module.reference_verdicts

    def lying(plan: Plan, *rest: Any) -> dict[str, str]:
        found = honest(plan, *rest)
        return {**found, "1.3": "fulfilled"} if "1.3" in found else found

    monkeypatch.setattr(module, "reference_verdicts", lying)
    with pytest.raises(Disagreement):
        judged(AMENDED, OPENED, "2025-01-31")


def test_versions_have_their_own_names() -> None:
    with pytest.raises(InvalidPlan) as found:
        made(AGAIN.replace("version: winter", "version: summer"))
    (problem,) = found.value.problems
    assert problem.message.format(**problem.values) == "the version `summer` is there twice"


def test_facts_of_an_amended_plan_on_every_day_of_the_year() -> None:
    """Each day is judged by the version in force on it, and what is shown beside it is of an earlier one."""
    for month in range(1, 13):
        day = date(2024, month, 15)
        found: Evaluation = evaluate(AMENDED, judged(AMENDED, OPENED, day.isoformat()).facts, day)
        assert found.version is AMENDED.version_on(day)
        assert (found.signed is None) == (found.version is AMENDED.versions[0])
        for verdict in found.verdicts:
            assert verdict.original is None or verdict.original.version.in_force_from < found.version.in_force_from
