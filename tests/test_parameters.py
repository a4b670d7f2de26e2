"""What a plan leaves open: parameters, declared in the plan, in a file of the reader's, or by nobody."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from rulecheck.engine.version import VERSION
from rulecheck.rules.criteria import Assessed, leaves
from rulecheck.rules.library import load_file
from rulecheck.rules.plan import Plan
from rulecheck.rules.read_plan import Source, examine_plan, read_plan

from tests.command import EXAMPLES, called

HERE = Path(__file__).parent / "plans"
PLAN, FILE, FACTS = (str(HERE / f"open-points{end}") for end in (".yaml", ".parameters.yaml", ".json"))
LAST, AFTER = "2024-12-31", "2025-02-01"
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    monkeypatch.setenv("COLUMNS", "140")


def judged(capsys: Capture, *arguments: str, facts: str = FACTS) -> dict[str, Any]:
    found = called(capsys, "evaluate", facts, "--plan", PLAN, "--format", "json", *arguments)
    assert found.code == 0, found.err
    document: dict[str, Any] = json.loads(found.out)
    return document


def verdicts(document: dict[str, Any]) -> dict[str, str]:
    return {v["target"]: v["verdict"] for v in document["verdicts"]}


def explained(capsys: Capture, target: str, *arguments: str) -> str:
    found = called(capsys, "explain", target, FACTS, "--plan", PLAN, "--lang", "en", *arguments)
    assert found.code == 0, found.err
    return " ".join(found.out.split())


def test_a_declared_parameter_is_what_it_says(capsys: Capture) -> None:
    document = judged(capsys, "--as-of", AFTER)
    first = document["verdicts"][0]
    assert (first["verdict"], first["bound"], first["value"]) == ("fulfilled", "100", "110")


def test_what_nobody_has_declared_waits_for_an_assessment(capsys: Capture) -> None:
    assert verdicts(judged(capsys, "--as-of", LAST)) == {"1.1": "fulfilled", "1.2": "on-track", "1.3": "on-track"}
    document = judged(capsys, "--as-of", AFTER)
    assert verdicts(document) == {"1.1": "fulfilled", "1.2": "at-risk", "1.3": "at-risk"}
    second = document["verdicts"][1]
    assert second["evidence"] == "none"
    assert second["deadline"] == LAST, "without a deadline the plan's last day"
    assert "Not computed, for nobody has declared $deadline (Deadline)." in second["text"]["en"]
    assert "$deadline (Frist)" in second["text"]["da"]
    (needed,) = judged(capsys, "--as-of", LAST)["verdicts"][1]["needed"]
    assert (needed["what"], needed["undeclared"]) == ("assessment", ["deadline"])
    assert needed["text"]["en"].startswith("a declared value of $deadline (Deadline), or an assessment")


@pytest.mark.parametrize(("verdict", "by"), [("fulfilled", "the ministry"), ("missed", "the ministry")])
def test_only_a_signed_assessment_decides(verdict: str, by: str, capsys: Capture, tmp_path: Path) -> None:
    data = json.loads(Path(FACTS).read_bytes())
    signed = {"target": "1.2", "verdict": verdict, "by": by, "date": "2024-11-01", "reason": "seen"}
    file = tmp_path / "facts.json"
    file.write_text(json.dumps({**data, "assessments": [signed]}))
    assert verdicts(judged(capsys, "--as-of", AFTER, facts=str(file)))["1.2"] == verdict


def test_a_part_that_waits_does_not_hide_a_part_that_is_missed(capsys: Capture, tmp_path: Path) -> None:
    data = json.loads(Path(FACTS).read_bytes())
    data["events"] = [{"event": "rules_adopted", "date": "2024-07-15"}]
    file = tmp_path / "facts.json"
    file.write_text(json.dumps(data))
    assert verdicts(judged(capsys, "--as-of", AFTER, facts=str(file)))["1.3"] == "missed"


def test_a_file_declares_and_changes(capsys: Capture) -> None:
    document = judged(capsys, "--as-of", AFTER, "--parameters", FILE)
    assert verdicts(document) == {"1.1": "missed", "1.2": "missed", "1.3": "fulfilled"}
    assert document["verdicts"][0]["bound"] == "120"
    assert document["verdicts"][1]["deadline"] == "2024-09-30"


def test_the_verdicts_list_every_parameter_used(capsys: Capture) -> None:
    found = {p["parameter"]: p for p in judged(capsys)["parameters"]}
    assert set(found) == {"employees", "districts", "deadline", "share"}
    assert found["employees"] == {
        "parameter": "employees", "value": "100", "targets": ["1.1"], "declared": "2024-01-15",
        "source": "letter of the ministry, 15 January 2024", "from": "plan",
    }  # fmt: skip
    assert found["districts"]["value"] == ["nord", "syd"]
    assert found["deadline"] == {"parameter": "deadline", "value": None, "targets": ["1.2"]}
    found = {p["parameter"]: p for p in judged(capsys, "--parameters", FILE)["parameters"]}
    digest = sha256(Path(FILE).read_bytes()).hexdigest()
    assert {name: (p["from"], p.get("sha256")) for name, p in found.items()} == {
        "districts": ("plan", None), "deadline": ("file", digest), "employees": ("file", digest), "share": ("file", digest),
    }  # fmt: skip
    assert found["employees"]["declared"] == "2024-03-01"


def test_the_plan_stays_the_same_plan(capsys: Capture) -> None:
    assert judged(capsys)["plan"] == judged(capsys, "--parameters", FILE)["plan"]


def test_the_explanation_names_each_parameter(capsys: Capture) -> None:
    told = 'parameter $employees (Number of employees) = 100, declared 15 January 2024; source: letter of the ministry, 15 January 2024; the plan says only "more"'
    assert told in explained(capsys, "1.1")
    assert "from the parameters file" not in explained(capsys, "1.1")
    told = "parameter $employees (Number of employees) = 120, declared 1 March 2024; source: minutes of 1 March 2024; decided at the meeting; from the parameters file"
    assert told in explained(capsys, "1.1", "--parameters", FILE)
    text = explained(capsys, "1.2")
    assert "parameter $deadline (Deadline): nobody has declared it; the plan names no day" in text
    assert "parameter $districts = nord, syd, declared" in text


def test_the_table_and_the_report_name_each_parameter(capsys: Capture) -> None:
    for format_ in ("table", "md"):
        plain = ("evaluate", FACTS, "--plan", PLAN, "--as-of", LAST, "--format", format_, "--lang", "en")
        text = " ".join(called(capsys, *plain).out.split())
        assert "$employees = 100 (the plan)" in text
        assert "$deadline is not declared" in text
        assert "nobody has declared $share (High share)" in text.replace("\\", "")
        text = " ".join(called(capsys, *plain, "--parameters", FILE).out.split())
        assert "$employees = 120 (the parameters file)" in text


def test_the_file_may_be_named_by_a_setting(capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = judged(capsys, "--parameters", FILE)
    monkeypatch.setenv("RULECHECK_PARAMETERS", FILE)
    assert judged(capsys) == given
    monkeypatch.delenv("RULECHECK_PARAMETERS")
    (tmp_path / "mine.yaml").write_bytes(Path(FILE).read_bytes())
    (tmp_path / "rulecheck.toml").write_text('parameters = "mine.yaml"\n')
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    assert judged(capsys) == given
    other = tmp_path / "other.yaml"
    other.write_text("parameters: {employees: {value: 111, declared: 2024-01-01, source: s, because: b}}\n")
    assert judged(capsys, "--parameters", str(other))["verdicts"][0]["bound"] == "111", "the flag before the setting"


def test_a_file_that_is_not_there(capsys: Capture) -> None:
    found = called(capsys, "evaluate", FACTS, "--plan", PLAN, "--parameters", "nowhere.yaml", "--lang", "en")
    assert (found.code, found.out) == (3, "")
    assert "the parameters cannot be read" in found.err


def test_the_cache_keeps_each_file_apart(capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RULECHECK_CACHE_DIR", str(tmp_path / "cache"))
    other = tmp_path / "other.yaml"
    other.write_text(Path(FILE).read_text("utf-8").replace("value: 120", "value: 105"), "utf-8")
    runs = [(), ("--parameters", FILE), ("--parameters", str(other))]
    cold = [judged(capsys, *arguments) for arguments in runs]
    warm = [judged(capsys, *arguments) for arguments in reversed(runs)]
    assert cold == warm[::-1]
    assert [d["verdicts"][0]["bound"] for d in cold] == ["100", "120", "105"]
    assert len(list((tmp_path / "cache").iterdir())) == 3


def test_a_parameter_nobody_uses_is_a_warning() -> None:
    text = Path(PLAN).read_text("utf-8") + "  idle: {because: no reason}\n"
    _, found = examine_plan(text.encode(), "plan.yaml", "x", lambda _: None)
    (warning,) = [problem for problem in found if problem.code == "RC010"]
    assert warning.severity == "warning"
    assert warning.message.format(**warning.values) == "the parameter `$idle` is not used"
    assert warning.place.path == "$.parameters.idle"


def made(criterion: str, parameters: str = "", declared: str = "") -> Plan:
    text = f"plan: x\nperiod: 2024\ngoals: [{{goal: g, targets: [{{target: t, require: {criterion}}}]}}]\n"
    text += "measures: {m: {kind: mean}, s: {kind: share}, l: {kind: set}}\nevents: {e: {subjects: {a: A, b: B}}, o: {}, p: {subjects: {a: A, b: B}}}\n"
    text += f"parameters: {{{parameters}}}\n"
    source = Source("p.yaml", f"parameters: {{{declared}}}\n".encode(), "0" * 64) if declared else None
    return read_plan(text.encode(), "plan.yaml", "x", source)[0]


def value(name: str, of: str) -> str:
    return f"{name}: {{value: {of}, declared: 2024-01-01, source: s, because: b}}"


PLACES = [
    ("{mean: m, at_most: $p, over: 2024}", "5"),
    ("{mean: m, between: [$p, 9], over: 2024}", "5"),
    ("{mean: m, between: $p, over: 2024}", "[5, 9]"),
    ("{mean: m, exactly: 5, over: $p}", "2024-Q3"),
    ("{mean: m, at_most: 5, over: 2024, rounded_to: $p}", "0.5"),
    ("{mean: m, at_most: 5, over: 2024, reporting_lag: $p}", "3 days"),
    ("{mean: m, at_most: 5, over: 2024, for_each: {district: $p}}", "[a, b]"),
    ("{mean: m, at_most: 5, over: 2024, for_each: {district: [a, b]}, count: $p}", "1"),
    ("{share: s, at_least: $p, over: 2024}", "90 %"),
    ("{trend: s, direction: rise, over: $p, base: 2023}", "2024"),
    ("{trend: s, direction: rise, over: 2024, base: $p}", "2023"),
    ("{trend: s, direction: rise, over: 2024, base: 2023, band: $p}", "1 pp"),
    ("{trend: s, direction: rise, over: 2024, base: 2023, minimum: $p}", "30"),
    ("{set-change: l, direction: no-new, over: 2024, base: $p}", "2023-12-31"),
    ("{milestone: e, for_each: $p, count: 2, by: 2024}", "[a, b]"),
    ("{milestone: e, count: $p, by: 2024}", "2"),
    ("{milestone: o, by: $p}", "2024-H1"),
    ("{order: [e, p], for_each: $p, by: 2024}", "[a]"),
    ("{recurring: o, on: [$p, 2024-09-30]}", "2024-03-31"),
    ("{recurring: o, on: $p}", "[2024-03-31, 2024-09-30]"),
    ("{assessment: Ministeriet, by: $p}", "2024-Q3"),
    ("{at_least: $p, of: [{milestone: o, by: 2024}, {assessment: anyone}]}", "1"),
]


@pytest.mark.parametrize(("criterion", "stands_for"), PLACES)
def test_wherever_a_number_a_period_a_day_or_a_list_stands(criterion: str, stands_for: str) -> None:
    literal = made(criterion.replace("$p", stands_for)).versions[0].targets[0].criterion
    declared = made(criterion, value("p", stands_for)).versions[0].targets[0]
    assert shown(declared.criterion) == shown(literal)
    assert declared.parameters == ("p",)
    by_file = made(criterion, "p: {because: open}", value("p", stands_for)).versions[0].targets[0]
    assert shown(by_file.criterion) == shown(literal)
    waits = made(criterion, "p: {because: open}").versions[0].targets[0].criterion
    assert isinstance(waits, Assessed)
    assert waits.undeclared == ("p",)
    assert waits.roles == (("Ministeriet",) if "Ministeriet" in criterion else ())


def shown(criterion: Any) -> Any:
    import attrs

    return attrs.asdict(criterion, recurse=True)


def test_a_parameter_changes_with_an_amendment() -> None:
    text = Path(PLAN).read_text("utf-8")
    text += """versions:
  - in_force_from: 2024-06-01
    reason: the number was settled
    decided_by: the ministry
    targets: {"1.3": {require: {share: replies_in_time, at_least: 90 %, over: 2024}}}
"""
    first, second = read_plan(text.encode(), "plan.yaml", "x")[0].versions
    assert [t.parameters for t in first.targets] == [("employees",), ("deadline", "districts"), ("share",)]
    assert [t.parameters for t in second.targets] == [("employees",), ("deadline", "districts"), ()]


def test_the_template_asks_for_the_assessment(capsys: Capture) -> None:
    plain = json.loads(called(capsys, "facts", "template", "--plan", PLAN).out)
    assert [row["target"] for row in plain["assessments"]] == ["1.2", "1.3"]
    given = json.loads(called(capsys, "facts", "template", "--plan", PLAN, "--parameters", FILE).out)
    assert given.get("assessments", []) == []
    assert {row["subject"] for row in given["events"] if row["event"] == "office_opened"} == {"nord", "syd"}


def test_the_plan_is_shown_with_its_parameters(capsys: Capture) -> None:
    text = " ".join(called(capsys, "plans", "show", PLAN, "--lang", "en").out.split())
    assert "parameter $deadline (Deadline): nobody has declared it" in text
    text = " ".join(called(capsys, "plans", "show", PLAN, "--parameters", FILE, "--lang", "en").out.split())
    assert "parameter $deadline (Deadline) = 2024-Q3, declared 1 March 2024" in text


def test_every_leaf_of_a_shipped_plan_that_waits_says_for_what() -> None:
    plan = load_file(Path(PLAN), VERSION)
    waiting = [leaf for t in plan.versions[0].targets for leaf in leaves(t.criterion) if isinstance(leaf, Assessed)]
    assert [leaf.undeclared for leaf in waiting] == [("deadline",), ("share",)]


def test_figures_of_a_base_period_are_no_surprise_while_the_trend_waits(capsys: Capture) -> None:
    """The least number of items is open, the base year is not: its figures are before the plan's period, and wanted."""
    facts = str(EXAMPLES / "se-stockholm-mal-5" / "2022.json")
    found = called(capsys, "evaluate", facts, "--format", "json")
    waits = {v["target"]: v["text"]["en"] for v in json.loads(found.out)["verdicts"]}
    assert "nobody has declared $minimum_handled" in waits["IND7"]
    assert found.err == ""


def test_members_of_a_list_nobody_has_declared_are_not_held_against_those_of_another() -> None:
    leaf = "{mean: m, at_most: 5, over: 2024, for_each: {district: %s}}"
    both = "{all_of: [" + leaf % "$p" + ", " + leaf % "[nord]" + "]}"
    waits, declared = made(both, "p: {because: open}"), made(both, value("p", "[syd]"))
    assert waits.vocabulary.measures["m"].dimensions == {}
    assert declared.vocabulary.measures["m"].dimensions == {"district": frozenset({"nord", "syd"})}


def test_what_must_come_before_a_period_nobody_has_declared_may_do_so() -> None:
    plan = made("{trend: s, direction: rise, over: $p, base: 2024-Q1}", "p: {because: open}")
    assert isinstance(plan.versions[0].targets[0].criterion, Assessed)
