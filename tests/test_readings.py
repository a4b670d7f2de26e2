"""How else a text could be read: what is shown, what is judged, and what it leaves alone."""

import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from rulecheck.cli.schema import schema_of
from rulecheck.rules.build_plan import build_plan
from rulecheck.rules.criteria import Threshold
from rulecheck.rules.plan import Plan

from tests.command import Q3, Q4, called

Capture = pytest.CaptureFixture[str]
OPEN = {"chosen": "so", "because": "it says so"}


def plan_of(require: dict[str, str], others: list[object], **more: object) -> Plan:
    target = {"target": "1", "require": require, "readings": {"r": {**OPEN, "alternatives": others}}}
    plan, errors, _ = build_plan(
        {"plan": "p", "period": "2024", "goals": [{"goal": "g", "targets": [target]}], **more}, ""
    )
    assert not errors, errors
    return plan


def test_a_verdict_that_depends_on_the_reading_is_marked(capsys: Capture) -> None:
    table = called(capsys, "evaluate", Q4, "--lang", "en").out
    assert table.count("~ reading") == 2
    assert "~ 1.2 depends on how the text is read: fulfilled if it is read as »whole days«." in table
    explained = called(capsys, "explain", "1.2", Q4, "--lang", "en").out
    assert "whole days (then fulfilled)" in " ".join(explained.split())


def test_readings_in_json(capsys: Capture) -> None:
    told = json.loads(called(capsys, "evaluate", Q4, "--format", "json").out)
    jsonschema.validate(told, schema_of("verdicts"))
    readings = {v["target"]: v["readings"] for v in told["verdicts"] if "readings" in v}
    assert {target: r["agree"] for target, r in readings.items()} == {
        "1.1": True, "1.2": False, "2.3": False, "4.1": True, "4.2": True,
    }  # fmt: skip
    (half, monday) = readings["2.3"]["alternatives"]
    assert (half["reading"], half["verdict"], half["text"]["en"]) == (
        "briefing",
        "missed",
        "the end of the first half-year",
    )
    assert (monday["reading"], monday["verdict"]) == ("sunday", "fulfilled")


def test_a_day_late_for_sunday_is_in_time_for_monday(capsys: Capture, tmp_path: Path) -> None:
    facts = json.loads(Path(Q4).read_text("utf-8"))
    analysis = next(e for e in facts["events"] if e["event"] == "legacy_analysis_completed")
    analysis["date"] = "2024-07-01"
    file = tmp_path / "facts.json"
    file.write_text(json.dumps(facts), "utf-8")
    told = json.loads(called(capsys, "evaluate", str(file), "--format", "json", "--target", "2.3").out)["verdicts"][0]
    assert told["verdict"] == "missed"
    assert [a["verdict"] for a in told["readings"]["alternatives"]] == ["missed", "fulfilled"]


def test_without_facts_alternatives_are_shown(capsys: Capture) -> None:
    shown = called(capsys, "explain", "1.1", "--plan", "dk-politiet-2024", "--lang", "en").out
    assert "not: whole days" in shown
    assert "whole days (" not in shown


def test_markers_stay_in_the_plain_table_of_a_narrow_terminal(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert "~ reading" in called(capsys, "evaluate", Q3, "--lang", "en").out


def test_rounding_reaches_every_part() -> None:
    parts = {
        "all_of": [{"mean": "a", "at_most": "5", "over": "2024"}, {"share": "b", "at_least": "90 %", "over": "2024"}]
    }
    plan = plan_of(parts, [{"en": "rounded", "rounded_to": "1"}])  # type: ignore[arg-type]
    ((_, _, criterion),) = plan.versions[0].targets[0].otherwise
    assert [part.rounded_to for part in criterion.parts] == [1, 1]  # type: ignore[union-attr]


def test_what_only_an_alternative_names_may_be_told_of() -> None:
    """It gets its kind from there, and gives none to what is chosen."""
    audited = {"en": "audited", "require": {"milestone": "audited", "for_each": ["x", "y"], "by": "2024"}}
    plan = plan_of(
        {"milestone": "done", "by": "2024"},
        [audited, {"en": "m", "require": {"mean": "m", "at_most": "5", "over": "2024"}}],
    )
    assert list(plan.events["audited"].subjects or ()) == ["x", "y"]
    assert plan.measures["m"].kind == "mean"
    assert plan.vocabulary.events["audited"].subjects == {"x", "y"}


def test_an_alternative_gives_an_open_event_no_subjects() -> None:
    named = {"en": "named", "require": {"milestone": "joined", "for_each": ["skat"], "by": "2024"}}
    plan = plan_of(
        {"milestone": "joined", "count": "2", "by": "2024"}, [named], events={"joined": {"subjects": "open"}}
    )
    assert not plan.events["joined"].subjects


def test_an_amendment_leaves_behind_what_the_old_text_could_have_meant() -> None:
    version = {
        "in_force_from": "2024-07-01", "reason": "r", "decided_by": "d",
        "targets": {"1": {"require": {"mean": "m", "at_most": "7", "over": "2024"}}},
    }  # fmt: skip
    half = {"en": "half", "require": {"mean": "m", "at_most": "5", "over": "2024-H1"}}
    rounded = {"en": "rounded", "rounded_to": "1"}
    plan = plan_of({"mean": "m", "at_most": "5", "over": "2024"}, [half, rounded], versions=[version])
    before, after = (plan.version_on(date(2024, month, 1)).targets[0] for month in (1, 8))
    assert [texts["en"] for _, texts, _ in before.otherwise] == ["half", "rounded"]
    assert [texts["en"] for _, texts, _ in after.otherwise] == ["rounded"]
    assert [a.texts["en"] for a in after.readings[0].alternatives] == ["half", "rounded"]
    (_, _, criterion) = after.otherwise[0]
    assert isinstance(criterion, Threshold)
    assert criterion.bound.high == 7
