"""The checks of plans: each held to its own two plans, the shipped plans to all of them, and the texts they read."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from rulecheck.engine.testing.pick import Seeded
from rulecheck.rules.checks import ERRORS, Check, Document, all_checks, warnings
from rulecheck.rules.checks.page import page, told
from rulecheck.rules.library import shipped
from rulecheck.rules.read_plan import examine_plan
from rulecheck.rules.wording import ambiguous, mentions

from tests.command import ROOT, Outcome, called, process
from tests.generators.plans import built, plan_data
from tests.scaffold import scaffold

SOURCES = ROOT / "tests" / "sources"
CHECKS = {check.id: check for check in all_checks()}
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")


def checked(text: str) -> list[tuple[str, str]]:
    """The checks that complain of a plan's text, and the line each complains of."""
    _, problems = examine_plan(text.encode(), "plan.yaml", "", lambda _: None)
    return [(problem.code, problem.text.strip()) for problem in problems]


# --- every check, and its examples ---


def test_ids_are_numbered_without_gaps() -> None:
    assert list(CHECKS) == [f"RC{n:03}" for n in range(1, len(CHECKS) + 1)]
    assert len({check.name for check in CHECKS.values()}) == len(CHECKS)


@pytest.mark.parametrize("check", CHECKS.values(), ids=list(CHECKS))
def test_of_its_bad_plan_exactly_this_check_complains(check: Check) -> None:
    found = told(check, check.bad)
    assert {(problem.code, problem.severity) for problem in found} == {(check.id, check.level)}
    assert all(problem.place.line and problem.remedy for problem in found)


@pytest.mark.parametrize("check", CHECKS.values(), ids=list(CHECKS))
def test_of_its_good_plan_nobody_complains(check: Check) -> None:
    assert told(check, check.good) == []


def test_errors_come_first() -> None:
    assert [check.level for check in CHECKS.values()] == ["error"] * len(ERRORS) + ["warning"] * (
        len(CHECKS) - len(ERRORS)
    )


@pytest.mark.parametrize("check", CHECKS.values(), ids=list(CHECKS))
def test_explain_shows_the_check(check: Check, capsys: Capture) -> None:
    for code in ("da", "sv", "nb", "en"):
        found = called(capsys, "explain", check.id.lower(), "--lang", code)
        assert (found.code, found.err) == (0, "")
        assert f"[{check.id}]" in found.out
    for line in (*check.bad.splitlines(), *check.good.splitlines()):
        assert line.strip() in found.out
    assert " ".join(f"{check.what} {check.why}".split()) in " ".join(found.out.split())


def test_a_check_that_does_not_exist(capsys: Capture) -> None:
    found = called(capsys, "explain", "RC999")
    assert found.code == 2
    assert "no check 'RC999'" in found.err
    assert "RC012" in found.err


def test_the_page_is_the_programs() -> None:
    file = ROOT / "docs" / "checks.md"
    if os.environ.get("RULECHECK_RENEW_GOLDEN"):
        file.write_text(page(), "utf-8")
    assert file.read_text("utf-8") == page()


def test_scaffolding_makes_a_check(tmp_path: Path) -> None:
    folder = tmp_path / "checks"
    shutil.copytree(ROOT / "rules" / "checks", folder)
    file = scaffold("orphan-goals", folder)
    assert f'"RC{len(CHECKS) + 1:03}",' in file.read_text()
    assert '    "non_working_days",\n    "orphan_goals",\n)' in (folder / "__init__.py").read_text()
    compile(file.read_text(), file.name, "exec")
    for name in ("orphan-goals", "Orphan", "../x"):
        with pytest.raises(ValueError, match=r"exists|small letters"):
            scaffold(name, folder)


# --- plans ---


@pytest.mark.uncovered
@pytest.mark.parametrize("name", shipped())
def test_nothing_is_doubtful_in_a_shipped_plan(name: str, capsys: Capture) -> None:
    found = called(capsys, "plans", "check", name, "--sources", str(SOURCES), "--strict")
    assert (found.code, found.err) == (0, "")
    assert "no errors" in found.out


DANISH = shipped()["dk-politiet-2024"].read_text("utf-8")


@pytest.mark.uncovered
@pytest.mark.parametrize(
    ("right", "wrong", "code", "line"),
    [
        ("project_in_operation, count: 6", "project_in_operation, count: 5", "RC013", "count: 5"),
        ("completed, by: 2024-Q3", "completed, by: 2024-Q2", "RC013", "2024-Q2"),
        ("case_days, at_most: 180 days", "case_days, at_most: 190 days", "RC013", "190 days"),
        ("in_time, at_least: 90 %", "in_time, at_least: 95 %", "RC013", "95 %"),
        ("for_each: [groenland, faeroerne]", "for_each: [groenland]", "RC013", "Færøernes Politi"),
        ("gaeldsstyrelsen, erhvervsstyrelsen", "gaeldsstyrelsen", "RC013", "Erhvervsstyrelsen"),
        ('"6", "7", "8"], by', '"6", "7"], by', "RC013", "otte"),
        ("presented, count: 15", "presented, count: 14", "RC013", "15"),
        ("            of: [løbende]\n", "", "RC012", "løbende"),
        ('because: {da: "\\"herunder\\"", en: "\\"including\\""}', "because: {da: x, en: x}", "RC012", "herunder"),
        ("deadlines: {non_working_day: stay}\n", "", "RC015", "2024-H1"),
        ("at_least: 90 %", "at_least: 0 %", "RC007", "0 %"),
        ("  abuse_model_decided:\n", "  idle: {label: idle}\n  abuse_model_decided:\n", "RC010", "idle"),
        ("(vægt: 30 pct.)", "(vægt: 40 pct.)", "RC013", "40 pct."),
    ],
)  # fmt: skip
def test_a_small_mistake_is_told_at_its_line(right: str, wrong: str, code: str, line: str) -> None:
    assert right in DANISH
    found = checked(DANISH.replace(right, wrong, 1))
    assert any(code == told and line in text for told, text in found), found


AMENDED = """\
plan: offices
period: 2024
goals:
  - goal: "1"
    targets:
      - {target: "1.1", require: {milestone: office_opened, by: 2024-Q3}}
      - {target: "1.2", require: {milestone: office_painted, by: 2024}}
events: {office_opened: {label: Opened}, office_painted: {label: Painted}}
dependencies: [{before: office_opened, then: office_painted}]
versions:
  - in_force_from: 2024-02-01
    reason: late
    decided_by: us
    targets: {"1.2": {require: {milestone: office_painted, by: 2024-07}}}
"""


def test_an_amendment_is_checked_where_it_is_written() -> None:
    assert checked(AMENDED) == [("RC008", 'targets: {"1.2": {require: {milestone: office_painted, by: 2024-07}}}')]


def test_a_parameter_is_exempt_and_its_value_may_be_said() -> None:
    plan = """\
plan: offices
language: en
period: 2024
goals:
  - goal: "1"
    targets:
      - target: "1.1"
        quote: {quote}
        require: {{milestone: office_opened, count: $offices, by: 2024}}
events: {{office_opened: {{label: Opened, subjects: open}}}}
parameters: {{offices: {{value: 7, declared: 2024-01-01, source: a letter, because: so}}}}
"""
    assert checked(plan.format(quote="Offices are opened.")) == []
    assert checked(plan.format(quote="Seven offices are opened.")) == []
    assert [code for code, _ in checked(plan.format(quote="Nine offices are opened."))] == ["RC013"]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_no_plan_is_too_strange_to_be_checked(seed: int) -> None:
    """Total: of any valid plan the checks say what they find, each with a place in it, and the same every time."""
    data = plan_data(Seeded(seed))
    document = Document(built(data), data)
    first = warnings(document)
    assert first == warnings(document)
    for _, (path, message, remedy, values) in first:
        assert path
        assert message.format(**values)
        assert remedy.format(**values)


# --- what a text says ---


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("da", "mindst 90 pct. af seks projekter og otte krav", {"90", "6", "8"}),
        ("da", "i 1. halvår 2024, inden udgangen af 3. kvartal, senest 30. juni", {"2024-H1", "2024-Q3", "2024-06-30"}),
        ("da", "1.234,5 mio. kr. og 38.264 sager, ring 02800", {"1234500000", "38264"}),
        ("da", "begge politikredse, halvfems dage, 2020–2024", {"2", "90", "2020-01-01/2024-12-31"}),
        ("sv", "sex av åtta, 1,25 miljoner, första halvåret 2023", {"6", "8", "1250000", "2023-H1"}),
        ("sv", "5 000 poliser, 90 procent, tredje tertialet", {"5000", "90", "2024-T3"}),
        ("nb", "95 % innen 20 sekunder, andre kvartal 2024", {"95", "20", "2024-Q2"}),
        ("nb", "sju distrikter senest 1. januar 2023", {"7", "2023-01-01"}),
        ("en", "1.25 million crimes, 10,000 posts, both offices", {"1250000", "10000", "2"}),
        ("en", "the third quarter of 2024 and the second half of 2025", {"2024-Q3", "2025-H2"}),
        ("en", "no month: 31 June 2024", set()),
    ],
)
def test_numbers_and_days_of_a_text(language: str, text: str, said: set[str]) -> None:
    found = mentions(text, language, [2024])
    assert {str(getattr(m, "value", None) or m.period.label) for m in found} == said  # type: ignore[union-attr]
    assert all(text[m.start :].startswith(m.text) for m in found)


@pytest.mark.parametrize(
    ("language", "text", "kinds"),
    [
        ("da", "løbende, herunder ca. højst", ["often", "list", "near", "rounding"]),
        ("sv", "i lämpliga fall högst och bland annat löpande", ["cases", "rounding", "list", "often"]),
        ("nb", "i større grad, blant annet løpende", ["more", "list", "often"]),
        ("en", "including at least, where appropriate", ["list", "rounding", "cases"]),
        ("en", "the roundabout at leaster", []),
    ],
)
def test_words_that_leave_something_open(language: str, text: str, kinds: list[str]) -> None:
    assert [found.kind for found in ambiguous(text, language)] == kinds


# --- the command ---


BAD = CHECKS["RC013"].bad
BROKEN = CHECKS["RC001"].bad


@pytest.fixture
def plans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a doubtful, an unusable and a good plan."""
    monkeypatch.chdir(tmp_path)
    for name, text in (("doubtful", BAD), ("broken", BROKEN), ("good", CHECKS["RC013"].good)):
        (tmp_path / f"{name}.yaml").write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["good.yaml", "--strict"], 0),
        (["doubtful.yaml"], 0),
        (["doubtful.yaml", "--strict"], 3),
        (["broken.yaml"], 3),
        (["good.yaml", "broken.yaml"], 3),
        (["good.yaml", "doubtful.yaml", "--strict", "--format", "sarif"], 3),
        (["good.yaml", "doubtful.yaml", "--format", "github"], 0),
        (["nowhere.yaml"], 3),
        (["nowhere"], 2),
        ([], 2),
    ],
)
def test_exit_codes(arguments: list[str], code: int, plans: Path, capsys: Capture) -> None:
    found = called(capsys, "plans", "check", *arguments)
    assert found.code == code, found
    assert "Traceback" not in found.err


def test_text_has_the_line_and_a_mark_under_the_words(plans: Path, capsys: Capture) -> None:
    found = called(capsys, "plans", "check", "doubtful.yaml")
    assert found.out == "offices: 1 target, no errors, 2 warnings\n"
    assert (
        found.err
        == """\
warning: the text says `third quarter of 2024`, the rule does not [RC013]
  --> doubtful.yaml:8:65  $.goals[0].targets[0].quote
  |
8 |         quote: The ministry opens six offices by the end of the third quarter of 2024.
  |                                                                 ^
   = correct the rule, or name it in the `of` of a reading that says what it is

warning: the rule says `2024-Q2`, the text does not [RC013]
  --> doubtful.yaml:9:59  $.goals[0].targets[0].require.by
  |
9 |         require: {milestone: office_opened, count: 6, by: 2024-Q2}
  |                                                           ^
   = correct the rule, or name it in the `of` of a reading that says where it comes from

"""
    )


def test_a_word_is_found_where_the_quote_is_folded() -> None:
    folded = BAD.replace(
        "quote: The ministry opens six offices by the end of the third quarter of 2024.",
        "quote: >-\n          The ministry opens six offices by the end of the third\n          quarter of 2024.",
    )
    _, (first, _) = examine_plan(folded.encode(), "plan.yaml", "", lambda _: None)
    assert (first.place.line, first.place.column) == (9, folded.splitlines()[8].index("third") + 1)


def test_json_is_whole(plans: Path, capsys: Capture) -> None:
    found = called(capsys, "plans", "check", "doubtful.yaml", "broken.yaml", "--format", "json")
    data = json.loads(found.out)
    assert (found.code, found.err, data["schema"]) == (3, "", "rulecheck/checks/1")
    assert [(plan["file"], plan["plan"]) for plan in data["plans"]] == [
        ("doubtful.yaml", "offices"),
        ("broken.yaml", None),
    ]
    (wrong,) = data["plans"][1]["problems"]
    assert wrong == {
        "check": "RC001", "level": "error", "line": 3, "column": 1, "path": "$.goals",
        "message": "the weights sum to 90, not to 100", "remedy": "correct the weights",
    }  # fmt: skip


SARIF = {
    "type": "object",
    "required": ["$schema", "version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "properties": {
                    "results": {
                        "items": {
                            "required": ["ruleId", "level", "message", "locations"],
                            "properties": {"level": {"enum": ["error", "warning", "note", "none"]}},
                        }
                    }
                },
            },
        },
    },
}
"""The part of SARIF 2.1.0 that code scanning cannot do without."""


def test_sarif_names_a_rule_for_every_result(plans: Path, capsys: Capture) -> None:
    data = json.loads(called(capsys, "plans", "check", "doubtful.yaml", "broken.yaml", "--format", "sarif").out)
    Draft202012Validator(SARIF).validate(data)
    (run,) = data["runs"]
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert rules == set(CHECKS)
    assert run["columnKind"] == "unicodeCodePoints"
    assert [result["ruleId"] for result in run["results"]] == ["RC013", "RC013", "RC001"]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "doubtful.yaml"}, "region": {"startColumn": 65, "startLine": 8}}


def test_sarif_names_files_by_uri(plans: Path, capsys: Capture) -> None:
    (plans / "vore mål.yaml").write_text(BROKEN)
    data = json.loads(
        called(capsys, "plans", "check", "./vore mål.yaml", str(plans / "broken.yaml"), "--format", "sarif").out
    )
    locations = [result["locations"][0]["physicalLocation"] for result in data["runs"][0]["results"]]
    assert [place["artifactLocation"]["uri"] for place in locations] == [
        "vore%20m%C3%A5l.yaml",
        (plans / "broken.yaml").as_uri(),
    ]


def test_github_gets_a_command_a_line(plans: Path, capsys: Capture) -> None:
    (plans / "a,b:c%.yaml").write_text(BROKEN)
    lines = called(capsys, "plans", "check", "./a,b:c%.yaml", "doubtful.yaml", "--format", "github").out.splitlines()
    assert lines[0] == (
        "::error file=a%2Cb%3Ac%25.yaml,line=3,col=1,title=rulecheck RC001::"
        "the weights sum to 90, not to 100; correct the weights"
    )
    assert [line.split("=", 1)[0] for line in lines] == ["::error file", "::warning file", "::warning file"]


def test_a_document_that_is_not_there_is_said(plans: Path, capsys: Capture) -> None:
    verbatim = CHECKS["RC014"]
    (plans / "plan.yaml").write_text(verbatim.bad)
    assert "offices.txt is not there, so its quotes were not compared" in _checked(capsys).err
    (plans / "offices.txt").write_text(verbatim.document)
    assert "the quote does not stand in the document" in _checked(capsys).err
    (plans / "offices.txt").write_bytes(b"\xff\xfe")
    assert "is not there" in _checked(capsys).err
    (plans / "offices.txt").write_text(verbatim.document)
    (plans / "plan.yaml").write_text(verbatim.good.replace("offices.txt}", "offices.txt, sha256: abc}"))
    assert "the document is not the one the plan was made from" in _checked(capsys).err


def _checked(capsys: Capture) -> Outcome:
    return called(capsys, "plans", "check", "plan.yaml")


@pytest.mark.uncovered
def test_a_cached_plan_needs_no_checks(tmp_path: Path) -> None:
    code = (
        "import sys; from rulecheck.cli.main import run; code = run(sys.argv[1:]); "
        "sys.stderr.write(chr(10).join(m for m in sys.modules if 'checks' in m or 'wording' in m)); sys.exit(code)"
    )
    facts = str(ROOT / "examples" / "dk-politiet-2024" / "2024-Q3.json")
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", code, "evaluate", facts, "--format", "json"],
            env={**os.environ, "RULECHECK_CACHE_DIR": str(tmp_path)},
            capture_output=True,
            check=True,
        )
    assert done.stderr == b""


@pytest.mark.uncovered
def test_the_hook_is_a_command_that_exists() -> None:
    hook = (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
    assert "entry: rulecheck plans check\n" in hook
    assert process("plans", "check", "dk-politiet-2024", LC_ALL="C").returncode == 0
