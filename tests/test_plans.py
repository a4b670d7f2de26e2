"""The plans that come with rulecheck, held against their documents; and what a plan may do beyond them."""

import json
import re
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from rulecheck.cli.json_document import document
from rulecheck.engine.evaluate import Evaluation, evaluate
from rulecheck.engine.version import VERSION
from rulecheck.facts.documents.json_document import read_json as read_document
from rulecheck.facts.read_facts import read_facts
from rulecheck.rules.authoring.layout import formatted
from rulecheck.rules.criteria import Milestone, Threshold, leaves
from rulecheck.rules.library import load_file, shipped
from rulecheck.rules.plan import Plan, Target
from rulecheck.rules.read_plan import read_plan
from rulecheck.rules.yaml_document import read_yaml

from tests.command import Q4, ROOT, called

HERE = Path(__file__).parent
SOURCES = HERE / "sources"
PLANS = {name: load_file(file, VERSION) for name, file in shipped().items()}
POLICE = PLANS["dk-politiet-2024"]
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")


@pytest.mark.parametrize("name", shipped())
def test_every_plan_is_laid_out_as_fmt_does(name: str) -> None:
    content = shipped()[name].read_bytes()
    assert content.decode() == formatted(content, name)


def words(text: str) -> str:
    return " ".join(text.split())


def quotes(plan: Plan) -> list[Any]:
    """Every quote of a plan, with where it stands there."""
    found = [(f"goal {goal.id}", goal.quote) for version in plan.versions for goal in version.goals]
    found += [(f"target {target.id}", target.quote) for version in plan.versions for target in version.targets]
    found += [(f"{dependency.before} before {dependency.then}", dependency.quote) for dependency in plan.dependencies]
    return [pytest.param(plan, quote, id=f"{plan.id}: {where}") for where, quote in found]


# --- the shipped plans and their sources ---


@pytest.mark.parametrize("plan", PLANS.values(), ids=list(PLANS))
def test_the_source_is_the_document_named(plan: Plan) -> None:
    content = (SOURCES / plan.source["document"]).read_bytes()
    assert sha256(content).hexdigest() == plan.source["sha256"]


@pytest.mark.parametrize(("plan", "quote"), [quote for plan in PLANS.values() for quote in quotes(plan)])
def test_every_quote_is_verbatim(plan: Plan, quote: str) -> None:
    document = words((SOURCES / plan.source["document"]).read_text(encoding="utf-8"))
    assert len(quote) > 12
    assert words(quote) in document


STRATEGY, DRUGS = PLANS["se-polisen-strategi-2024"], PLANS["se-polisen-narkotika"]


def test_the_periods_of_the_swedish_goals() -> None:
    """Goal 1 is of 2023-2024, goals 2 and 3 of 2020-2024; nothing is weighted."""
    assert not STRATEGY.versions[0].weighted
    assert {t.where for t in STRATEGY.versions[0].goals[0].targets} == {"Mål 1, delmål under 2023–2024"}
    parameters = ROOT / "examples" / STRATEGY.id / "parameters.yaml"
    declared = load_file(shipped()[STRATEGY.id], VERSION, str(parameters))
    over = {name: {leaf.over.label for leaf in leaves(target(declared, name).criterion) if isinstance(leaf, Threshold)} for name in ("1.1", "2.1")}  # fmt: skip
    assert over == {"1.1": {"2024"}, "2.1": {"2020-01-01/2024-12-31"}}
    assert [len(goal.targets) for goal in STRATEGY.versions[0].goals[:3]] == [6, 3, 3]


def test_no_number_comes_from_nowhere() -> None:
    """What the Swedish documents leave open is a parameter: with its source, or without a value."""
    found = {p.name: (p.value, bool(p.source)) for plan in (STRATEGY, DRUGS) for p in plan.parameters.values()}
    assert found == {
        "basar_mal_1": (None, False), "medarbetarindex_minst": (None, False), "personalomsattning_hogst": (None, False),
        "antal_regioner_och_avdelningar": (None, False), "frist_inriktningar": (None, False),
        "baslista_utsatta_omraden": ("2019-12-31", True), "polisanstallda_2024": ("39751", True),
        "horisont": ("2024-12-31", True), "period": ("2020-01-01/2024-12-31", True),
        "basar": (None, False), "antal_lokalpolisomraden": (None, False),
    }  # fmt: skip


def test_the_modality_is_that_of_the_sentence() -> None:
    """Bör and behöver are a should, kan and i lämpliga fall a may; every other sentence says ska."""
    weak = {
        "2.1-c": ("should", "behöver"), "2.2-8": ("should", "bör"), "2.3-c": ("should", "behöver"),
        "2.3-a": ("should", "bör"), "2.1-1": ("may", "kan införas vid behov"), "3-2a": ("may", "kan tas fram"),
        "2.3-6b": ("may", "i lämpliga fall"),
    }  # fmt: skip
    for t in DRUGS.versions[0].targets:
        modality, word = weak.get(t.id, ("must", "ska"))
        assert (t.modality, bool(re.search(rf"\b{word}\b", t.quote))) == (modality, True), t.id


def test_the_orders_of_the_strategy_against_drugs() -> None:
    found = {(d.before, d.then, d.per_subject) for d in DRUGS.dependencies}
    assert found == {
        ("lokal_lagesbild", "operativ_plan", True), ("lokal_lagesbild", "fokusgrupp_inford", True),
        ("strategi_beslutad", "handlingsplan", False),
    }  # fmt: skip


def test_every_target_says_where_it_stands() -> None:
    document = words((SOURCES / POLICE.source["document"]).read_text(encoding="utf-8"))
    for goal in POLICE.versions[0].goals:
        assert {t.where.split(":")[0] for t in goal.targets} == {f"Mål {goal.id}"}
        assert all(t.quote.startswith(f"{t.id} ") or f" {t.id} " in document for t in goal.targets)


def test_the_weights_of_the_police_plan() -> None:
    (version,) = POLICE.versions
    assert {target.id: target.weight for target in version.targets} == {
        "1.1": 15, "1.2": 10, "2.1": 10, "2.2": 5, "2.3": 10, "2.4": 5,
        "3.1": 10, "3.2": 10, "4.1": 10, "4.2": 10, "5.1": 5,
    }  # fmt: skip
    assert {goal.id: goal.weight for goal in version.goals} == {"1": 25, "2": 30, "3": 20, "4": 20, "5": 5}
    assert all(goal.weight == sum(target.weight or 0 for target in goal.targets) for goal in version.goals)


def test_the_weights_are_those_of_the_document() -> None:
    for goal in POLICE.versions[0].goals:
        told = re.search(r"vægt: (\d+) pct", goal.quote)
        assert told
        assert goal.weight == int(told[1])


def test_the_names_are_those_of_the_documents() -> None:
    text = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    section = text.split("### Names used by dk-politiet-2024", 1)[1].split("\n\n", 1)[0]
    told = set(re.findall(r"`([a-z]+_[a-z_]+)`", section))
    assert told == {*POLICE.measures, *POLICE.events}
    subjects = set(re.findall(r"`([a-z]+|\d)`", section)) - {"dk"}
    closed = {subject for event in POLICE.events.values() for subject in event.subjects or ()}
    assert subjects <= closed
    assert closed - subjects == set("234567")  # written as `1`…`8`


def target(plan: Plan, name: str) -> Target:
    return next(t for t in plan.versions[-1].targets if t.id == name)


def test_the_deadlines_of_the_police_plan() -> None:
    found = {
        leaf.event: leaf.by
        for t in POLICE.versions[0].targets
        for leaf in leaves(t.criterion)
        if isinstance(leaf, Milestone)
    }
    half, third, year = date(2024, 6, 30), date(2024, 9, 30), date(2024, 12, 31)
    early = {"legacy_analysis_completed": half, "strategy_presented": half, "strategy_initiative_presented": half,
             "sustainability_strategy_completed": third, "sustainability_department_briefed": third}  # fmt: skip
    assert found == {event: early.get(event, year) for event in found}
    assert early.keys() < found.keys()


def test_the_dependencies_of_the_police_plan() -> None:
    found = {(d.before, d.then, d.per_subject) for d in POLICE.dependencies}
    assert found == {("polsas_in_use", "pol_disp_in_use", True), ("polsas_in_use", "polmedia_in_use", True)}
    after = {leaf.event: leaf.after for name in ("2.3", "3.2") for leaf in leaves(target(POLICE, name).criterion) if isinstance(leaf, Milestone)}  # fmt: skip
    assert after["legacy_plan_completed"] == ("legacy_analysis_completed",)
    assert after["abuse_model_launched"] == ("abuse_model_decided",)


def test_exclusions_stand_in_the_measure() -> None:
    assert POLICE.measures["case_days"].excludes == ("ATK", "MOU")
    assert POLICE.measures["custodial_case_days"].excludes == ()


@pytest.mark.parametrize("plan", PLANS.values(), ids=list(PLANS))
def test_every_target_declares_its_readings(plan: Plan, capsys: Capture) -> None:
    for t in plan.versions[0].targets:
        assert t.readings, t.id
        found = called(capsys, "explain", t.id, "--plan", plan.id, "--lang", plan.language)
        for reading in t.readings:
            told = f"• {words(reading.chosen[plan.language])} ({words(reading.because[plan.language])})"
            assert told in words(found.out)


@pytest.mark.parametrize("plan", PLANS.values(), ids=list(PLANS))
def test_shipped_plans_have_no_warnings(plan: Plan) -> None:
    file = shipped()[plan.id]
    _, _, warnings = read_plan(file.read_bytes(), file.name, "x")
    assert warnings == ()
    assert plan.sha256 == sha256(file.read_bytes()).hexdigest()


@pytest.mark.uncovered
@pytest.mark.parametrize("plan", PLANS.values(), ids=list(PLANS))
def test_reading_what_was_written_gives_the_same_plan(plan: Plan) -> None:
    """Law 13 for plans: the plain data of a plan, written as JSON (which is YAML), is the same plan."""
    data, _ = read_yaml(shipped()[plan.id].read_bytes(), "plan.yaml")
    written = json.dumps(data, ensure_ascii=False, indent=1).encode()
    again, data_again, _ = read_plan(written, "plan.json", plan.sha256)
    assert data_again == data
    assert again.vocabulary == plan.vocabulary
    facts: dict[str, Any] = json.loads(Path(Q4).read_bytes()) if plan is POLICE else {}
    first, second = (judged(p, facts, plan.period.last.isoformat()) for p in (plan, again))
    assert document(first, list(first.verdicts)) == document(second, list(second.verdicts))


# --- a plan, judged ---


def judged(plan: Plan, facts: dict[str, Any], day: str) -> Evaluation:
    read = read_document(json.dumps({"plan": plan.id, **facts}).encode(), "facts.json")
    return evaluate(plan, read_facts(read, plan.vocabulary)[0], date.fromisoformat(day))


# --- deadlines on days nobody works ---


WORKING = load_file(HERE / "plans" / "working-days.yaml", VERSION)


def test_a_deadline_moves_to_the_next_working_day() -> None:
    found = {t.id: (leaf.by, leaf.shifted_from) for t in WORKING.versions[0].targets for leaf in leaves(t.criterion) if isinstance(leaf, Milestone)}  # fmt: skip
    assert found == {
        "sunday": (date(2024, 7, 1), date(2024, 6, 30)),
        "monday": (date(2024, 9, 30), None),
        "easter": (date(2024, 4, 2), date(2024, 3, 31)),
        "christmas": (date(2024, 12, 27), date(2024, 12, 25)),
    }


@pytest.mark.parametrize(("day", "verdict"), [("2024-07-01", "fulfilled"), ("2024-07-02", "missed")])
def test_the_moved_day_decides(day: str, verdict: str) -> None:
    found = judged(WORKING, {"events": [{"event": "office_opened", "date": day}]}, "2024-12-31")
    assert found.verdicts[0].verdict == verdict


def test_the_moved_day_is_named(capsys: Capture, tmp_path: Path) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text(
        '{"plan": "working-days", "as_of": "2024-08-01", "events": [{"event": "office_opened", "date": "2024-07-01"}]}'
    )
    plan = str(HERE / "plans" / "working-days.yaml")
    text = called(capsys, "explain", "sunday", str(facts), "--plan", plan).out
    assert "the deadline 30 June 2024 is no working day and moves to 1 July 2024" in text
    assert "moves to" not in called(capsys, "explain", "monday", str(facts), "--plan", plan).out


def test_the_police_plan_moves_no_deadline() -> None:
    assert POLICE.deadline_rule == "stay"
    (first, *_) = [leaf for leaf in leaves(target(POLICE, "4.1").criterion) if isinstance(leaf, Milestone)]
    assert (first.by, first.by.weekday(), first.shifted_from) == (date(2024, 6, 30), 6, None)
    assert any(reading.name == "sunday" for reading in target(POLICE, "4.1").readings)
