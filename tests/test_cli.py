"""The command line: every command, option and setting, and the bytes it promises."""

import csv
import io
import json
import os
import re
import shlex
import stat
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML
from rulecheck.cli.completion import get_completion_class
from rulecheck.cli.main import EXIT_CODES, MODULES, run
from rulecheck.cli.schema import schema_of
from wcwidth import wcswidth

from tests.command import EXAMPLES, Q3, Q4, ROOT, called, process

Capture = pytest.CaptureFixture[str]
NO_112 = [str(EXAMPLES / "no-112" / "facts.json"), "--plan", str(EXAMPLES / "no-112" / "plan.yaml")]
PLAN = "dk-politiet-2024"
TARGETS = ("1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "3.1", "3.2", "4.1", "4.2", "5.1")
FORMATS = ("table", "json", "jsonl", "csv", "md")
LANGUAGES = {"da": "opfyldt", "sv": "uppfyllt", "nb": "oppfylt", "en": "fulfilled"}


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A folder of its own, no settings, and an English locale."""
    for name in list(os.environ):
        if name.startswith(("RULECHECK_", "LC_", "LANG", "COLUMNS", "NO_COLOR")) and name != "RULECHECK_CACHE_DIR":
            monkeypatch.delenv(name)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def ok(capsys: Capture) -> Any:
    """Runs a command that is to succeed in silence; what it prints."""

    def succeed(*arguments: str) -> str:
        found = called(capsys, *arguments)
        assert (found.code, found.err) == (0, "")
        return found.out

    return succeed


def verdicts(text: str) -> dict[str, str]:
    return {verdict["target"]: verdict["verdict"] for verdict in json.loads(text)["verdicts"]}


# --- evaluate ---


@pytest.mark.parametrize("format_", FORMATS)
def test_evaluate_in_every_format(format_: str, ok: Any) -> None:
    text = ok("evaluate", Q4, "--format", format_)
    for target in ("1.1", "2.2", "5.1"):
        assert target in text
    assert text.endswith("\n")


def test_the_formats_say_the_same(ok: Any) -> None:
    expected = verdicts(ok("evaluate", Q4, "--format", "json"))
    lines = [json.loads(line) for line in ok("evaluate", Q4, "--format", "jsonl").splitlines()]
    rows = list(csv.DictReader(io.StringIO(ok("evaluate", Q4, "--format", "csv"), newline="")))
    assert len(expected) == 11
    assert {line["target"]: line["verdict"] for line in lines} == expected
    assert {row["target"]: row["verdict"] for row in rows} == expected
    words = {"fulfilled": "✓ fulfilled", "on-track": "→ on track", "at-risk": "! at risk", "missed": "✗ missed"}
    table = ok("evaluate", Q4)
    markdown = ok("evaluate", Q4, "--format", "md")
    for target, verdict in expected.items():
        assert re.search(rf"^{re.escape(target)} +{re.escape(words[verdict])} ", table, re.M)
        assert f"| {target} | {words[verdict]}" in markdown


def test_csv_is_one_row_a_target_and_no_formula(ok: Any) -> None:
    text = ok("evaluate", Q4, "--format", "csv")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert text.count("\r\n") == len(rows) == 12
    assert len({len(row) for row in rows}) == 1
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_plan_by_id_and_by_file(ok: Any) -> None:
    named = ok("evaluate", Q4, "--format", "json")
    assert ok("evaluate", Q4, "--format", "json", "--plan", PLAN) == named
    assert ok("evaluate", Q4, "--format", "json", "--plan", str(ROOT / "rules" / "plans" / f"{PLAN}.yaml")) == named
    assert json.loads(ok("evaluate", *NO_112, "--format", "json"))["plan"]["id"] == "no-politiet-112"


def test_another_plan_than_the_facts_name_is_said(capsys: Capture, tmp_path: Path) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text(f'{{"plan": "{PLAN}", "as_of": "2019-12-31"}}')
    found = called(capsys, "evaluate", str(facts), *NO_112[1:])
    assert found.code == 0
    assert found.err == f"warning: the facts are for plan `{PLAN}`, and are judged by `no-politiet-112`\n"


def test_as_of(ok: Any) -> None:
    def day(*arguments: str) -> str:
        return str(json.loads(ok("evaluate", Q4, "--format", "json", *arguments))["as_of"])

    assert day() == "2024-12-31"
    assert day("--as-of", "2024-06-15") == "2024-06-15"
    assert day("--as-of", "2024-Q3") == "2024-09-30"
    assert day("--as-of", "2024-H1") == "2024-06-30"
    assert day("--as-of", "2024") == "2024-12-31"


def test_without_a_day_today_is_judged(capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import date

    from rulecheck.cli import run as shared

    class Clock(date):
        @classmethod
        def today(cls) -> "Clock":
            return cls(2024, 5, 17)

    monkeypatch.setattr(shared, "date", Clock)
    facts = tmp_path / "facts.json"
    facts.write_text(f'{{"plan": "{PLAN}"}}')
    assert json.loads(called(capsys, "evaluate", str(facts), "--format", "json").out)["as_of"] == "2024-05-17"


def test_known_at_leaves_out_what_came_later(ok: Any) -> None:
    then = json.loads(ok("evaluate", Q4, "--format", "json", "--as-of", "2024-Q2", "--known-at", "2024-07-01"))
    now = json.loads(ok("evaluate", Q4, "--format", "json", "--as-of", "2024-Q2"))
    assert then["known_at"] == "2024-07-01"
    assert now["known_at"] is None
    facts = [{fact for verdict in document["verdicts"] for fact in verdict["facts"]} for document in (then, now)]
    assert facts[0] < facts[1]


def test_target_patterns(ok: Any) -> None:
    whole = json.loads(ok("evaluate", Q4, "--format", "json"))
    for pattern, expected in {"2.*": 4, "1.1": 1, "1.1,4.2": 2, "?.1": 5, "*": 11, "[45].*": 3}.items():
        part = json.loads(ok("evaluate", Q4, "--format", "json", "--target", pattern))
        assert len(part["verdicts"]) == expected
        assert all(verdict in whole["verdicts"] for verdict in part["verdicts"])
        assert part["score"] == whole["score"]
    assert "2.1" in ok("evaluate", Q4, "--target", "2.*")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("format_", ["table", "md", "csv"])
def test_every_language_in_every_format(format_: str, language: str, ok: Any) -> None:
    text = ok("evaluate", Q4, "--format", format_, "--lang", language)
    others = [ok("evaluate", Q4, "--format", format_, "--lang", other) for other in LANGUAGES if other != language]
    assert text not in others
    if format_ != "csv":
        assert LANGUAGES[language] in text


def test_json_does_not_depend_on_the_language(ok: Any) -> None:
    assert len({ok("evaluate", Q4, "--format", "json", "--lang", language) for language in LANGUAGES}) == 1


def test_output_goes_to_the_file(ok: Any, tmp_path: Path) -> None:
    file = tmp_path / "verdicts.json"
    expected = ok("evaluate", Q4, "--format", "json")
    assert ok("evaluate", Q4, "--format", "json", "--output", str(file)) == ""
    assert file.read_text(encoding="utf-8") == expected
    assert ok("evaluate", Q4, "--format", "json", "-o", "-") == expected
    assert list(tmp_path.iterdir()) == [file]


def test_a_replaced_file_keeps_its_permissions_and_its_links(ok: Any, tmp_path: Path) -> None:
    file, link = tmp_path / "verdicts.csv", tmp_path / "link.csv"
    file.write_text("old")
    file.chmod(0o640)
    link.symlink_to(file)
    ok("evaluate", Q4, "--format", "csv", "--output", str(link))
    assert link.is_symlink()
    assert file.read_text(encoding="utf-8").startswith("target,")
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_a_pipe_is_written_into_and_not_replaced(ok: Any, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        ok("schema", "facts", "--output", str(pipe))
        assert os.read(reader, 20).startswith(b"{")
        assert stat.S_ISFIFO(pipe.stat().st_mode)
    finally:
        os.close(reader)


def test_fail_on(capsys: Capture) -> None:
    def code(*arguments: str) -> int:
        found = called(capsys, "evaluate", Q4, *arguments)
        assert found.out
        return found.code

    found = verdicts(called(capsys, "evaluate", Q4, "--format", "json").out)
    assert {"missed", "fulfilled"} <= set(found.values())
    assert code() == 0
    assert code("--fail-on", "missed") == 1
    assert code("--fail-on", "at-risk,missed") == 1
    fulfilled = next(target for target, verdict in found.items() if verdict == "fulfilled")
    assert code("--fail-on", "missed", "--target", fulfilled) == 0
    assert code("--fail-on", "fulfilled", "--target", fulfilled) == 1


@pytest.mark.uncovered
def test_standard_input() -> None:
    found = process("evaluate", "-", "--format", "json", stdin=Path(Q4).read_bytes())
    assert (found.returncode, found.stderr) == (0, b"")
    assert found.stdout == process("evaluate", Q4, "--format", "json").stdout


# --- the table ---


@pytest.mark.parametrize("facts", [[Q3], [Q4], NO_112], ids=["Q3", "Q4", "no-112"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [140, 100, 89, 60])
def test_no_line_is_wider_than_the_terminal(
    width: int, language: str, facts: list[str], ok: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    text = ok("evaluate", *facts, "--lang", language)
    assert max(map(wcswidth, text.splitlines())) <= width


def test_a_hundred_columns_are_the_default(ok: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    text = ok("evaluate", Q4)
    monkeypatch.setenv("COLUMNS", "100")
    assert ok("evaluate", Q4) == text
    monkeypatch.setenv("COLUMNS", "5")
    assert ok("evaluate", Q4)


def test_colour_never_carries_the_meaning_alone(ok: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = ok("evaluate", Q4)
    coloured = ok("evaluate", Q4, "--color", "always")
    assert "\x1b" not in plain
    assert "\x1b[31m✗ missed\x1b[0m" in coloured
    assert re.sub(r"\x1b\[\d+m", "", coloured) == plain
    assert ok("evaluate", Q4, "--color", "never") == plain
    assert "\x1b[" in ok("explain", "1.1", Q4, "--color", "always")


def test_no_color(ok: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from rulecheck.cli.run import colours

    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert colours("auto")
    monkeypatch.setenv("NO_COLOR", "1")
    assert not colours("auto")
    assert colours("always")
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert not colours("auto")


def test_an_output_without_the_signs_gets_plain_ones() -> None:
    found = process("evaluate", Q4, "--lang", "en", PYTHONIOENCODING="ascii:strict", PYTHONUTF8="0")
    assert found.returncode == 0
    assert "x missed" in found.stdout.decode()
    assert "✗" not in found.stdout.decode()


# --- explain ---


@pytest.mark.uncovered
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("target", ["1.1", "2.2", "2.3", "2.4", "4.2", "5.1"])
def test_explain_shows_the_words_the_facts_and_the_rule(target: str, language: str, ok: Any) -> None:
    text = ok("explain", target, Q4, "--lang", language)
    quote = f"»{target} "
    assert text.startswith(f"{target}  ")
    assert quote in text
    assert "2024-Q4.json:" in text, "facts are cited with their place"
    assert max(map(len, text.splitlines())) <= 96 + len(str(ROOT))


def test_explain_writes_the_arithmetic_out(ok: Any) -> None:
    text = " ".join(ok("explain", "1.1", Q3).split())
    document = json.loads(ok("evaluate", Q3, "--format", "json", "--target", "1.1"))["verdicts"][0]
    assert "(8,263,194 + 8,095,750 + 8,411,040) / (48,210 + 47,000 + 46,728)" in text
    assert "= 24,769,984 / 141,938 = 174.51 days" in text
    assert Fraction(document["exact"]) == Fraction(24769984, 141938)


def test_explain_without_facts_shows_the_promise(ok: Any, capsys: Capture) -> None:
    text = ok("explain", "2.2", "--plan", PLAN)
    assert "The plan's words:" in text
    assert "How open points of the text are read:" in text
    assert "Why:" not in text
    assert called(capsys, "explain", "2.2").code == 2


def test_explain_takes_facts_json_of_the_folder(ok: Any, tmp_path: Path) -> None:
    (tmp_path / "facts.json").write_bytes(Path(Q3).read_bytes())
    assert ok("explain", "2.2") == ok("explain", "2.2", "facts.json")
    assert "Why:" not in ok("explain", "2.2", "--plan", PLAN)


def test_explain_to_a_file(ok: Any, tmp_path: Path) -> None:
    expected = ok("explain", "2.2", Q3)
    ok("explain", "2.2", Q3, "--output", "why.txt", "--color", "always")
    assert (tmp_path / "why.txt").read_text(encoding="utf-8") == expected


# --- plans, facts, schema, completion ---


def test_plans_list(ok: Any) -> None:
    assert re.search(
        rf"^{PLAN} +Danish Police performance plan 2024 +2024 +11 +Justitsministeriet$", ok("plans", "list"), re.M
    )
    assert "Mål- og resultatplan for politiet 2024" in ok("plans", "list", "--lang", "da")


@pytest.mark.parametrize("language", LANGUAGES)
def test_plans_show(language: str, ok: Any) -> None:
    text = ok("plans", "show", PLAN, "--lang", language)
    for target in TARGETS:
        assert re.search(rf"^{re.escape(target)}  \S", text, re.M)
    assert "Udrulningen af POLSAS er en forudsætning" in text


def test_plans_show_a_file(ok: Any) -> None:
    assert ok("plans", "show", NO_112[2]).splitlines()[0]


def test_plans_check(ok: Any, capsys: Capture, tmp_path: Path) -> None:
    assert (
        ok("plans", "check", PLAN, "--sources", str(ROOT / "tests" / "sources")) == f"{PLAN}: 11 targets, no errors\n"
    )
    found = called(capsys, "plans", "check", PLAN, NO_112[2])
    assert found.out == f"{PLAN}: 11 targets, no errors\nno-politiet-112: 5 targets, no errors\n"
    assert found.err.startswith(f"note: {PLAN}.yaml: 002_83133d20b1011816.txt is not there")
    plan = tmp_path / "p.yaml"
    plan.write_text(
        'plan: p\nperiod: 2024\ngoals: [{goal: "1", targets: [{target: "1", require: {milestone: e, by: 2024}}]}]\n'
    )
    found = called(capsys, "plans", "check", str(plan))
    assert (found.code, found.out) == (0, "p: 1 target, no errors, 1 warning\n")
    assert found.err.startswith("warning: the event `e` is not declared\n")


def test_facts_check(ok: Any, capsys: Capture, tmp_path: Path) -> None:
    assert re.fullmatch(r"\d+ facts, no errors\n", ok("facts", "check", Q4))
    facts = tmp_path / "facts.json"
    facts.write_text(f'{{"plan": "{PLAN}", "events": [{{"event": "strategy_presented", "date": "2023-12-31"}}]}}')
    found = called(capsys, "facts", "check", str(facts))
    assert (found.code, found.out) == (0, "1 fact, no errors\n")
    assert found.err.startswith("warning: the day 2023-12-31 lies outside the plan's period (2024)\n")


@pytest.mark.parametrize("plan", [PLAN, NO_112[2]], ids=["dk-politiet-2024", "no-112"])
def test_a_template_evaluates_as_it_is(plan: str, capsys: Capture, tmp_path: Path) -> None:
    text = called(capsys, "facts", "template", "--plan", plan, "--output", "facts.json").out
    assert text == ""
    document = json.loads((tmp_path / "facts.json").read_text(encoding="utf-8"))
    rows = [row for group in ("measurements", "events") for row in document.get(group, [])]
    found = called(capsys, "evaluate", "facts.json", "--plan", plan, "--as-of", "2024-01-01", "--format", "json")
    assert found.code == 0
    assert f"not filled in yet: {len(rows)}" in found.err
    assert {v["evidence"] for v in json.loads(found.out)["verdicts"]} <= {"none", "overdue"}
    Draft202012Validator(schema_of("facts")).validate(document)


def test_the_template_has_a_row_for_every_name_of_the_plan(ok: Any) -> None:
    document = json.loads(ok("facts", "template", "--plan", PLAN))
    measures = {row["measure"] for row in document["measurements"]}
    events = {row["event"] for row in document["events"]}
    assert measures == {"case_days", "custodial_case_days", "hearing_replies_in_time"}
    assert {"polsas_in_use", "project_in_operation", "legacy_plan_completed", "pol_disp_in_use"} <= events
    assert list(document["calendar"]) == ["security_progress_reported"]


def test_a_filled_template_counts(capsys: Capture, ok: Any, tmp_path: Path) -> None:
    document = json.loads(ok("facts", "template", "--plan", PLAN))
    for event in document["events"]:
        if event["event"] == "polsas_in_use":
            event["date"] = "2024-10-14"
    (tmp_path / "facts.json").write_text(json.dumps(document))
    found = called(capsys, "evaluate", "facts.json", "--as-of", "2024", "--format", "json", "--target", "2.2")
    assert verdicts(found.out) == {"2.2": "fulfilled"}


@pytest.mark.parametrize("document", ["plan", "facts", "verdicts", "forecast", "backtest", "whatif", "reach"])
def test_schema_is_a_schema(document: str, ok: Any, tmp_path: Path) -> None:
    schema = json.loads(ok("schema", document))
    Draft202012Validator.check_schema(schema)
    ok("schema", document, "--output", "s.json")
    assert json.loads((tmp_path / "s.json").read_text(encoding="utf-8")) == schema


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str, ok: Any) -> None:
    assert get_completion_class(shell) is not None
    assert "_RULECHECK_COMPLETE" in ok("completion", shell)


def test_completion_knows_the_commands() -> None:
    found = process(_RULECHECK_COMPLETE="bash_complete", COMP_WORDS="rulecheck ", COMP_CWORD="1")
    assert {line.split(",")[1] for line in found.stdout.decode().split()} == set(MODULES)


def test_version_and_help(ok: Any) -> None:
    assert re.fullmatch(r"rulecheck \d+\.\d+\.\d+\n", ok("--version"))
    assert ok("-h") == ok("--help")
    for command in MODULES:
        assert ok(command, "--help").startswith(f"Usage: rulecheck {command}")


# --- settings ---


def test_environment(ok: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Capture) -> None:
    monkeypatch.setenv("RULECHECK_FORMAT", "csv")
    monkeypatch.setenv("RULECHECK_LANG", "da")
    monkeypatch.setenv("RULECHECK_FACTS", Q4)
    text = ok("evaluate")
    assert text == ok("evaluate", Q4, "--format", "csv", "--lang", "da")
    assert ok("evaluate", "--lang", "en") != text, "a flag is stronger"
    assert "Planens ord" in ok("explain", "2.2")
    monkeypatch.setenv("RULECHECK_FAIL_ON", "missed")
    assert called(capsys, "evaluate").code == 1
    monkeypatch.setenv("RULECHECK_COLOR", "always")
    assert "\x1b[" in called(capsys, "evaluate", "--format", "table").out
    monkeypatch.setenv("RULECHECK_PLAN", PLAN)
    assert json.loads(ok("facts", "template"))["plan"] == PLAN
    monkeypatch.setenv("RULECHECK_FORMAT", "pdf")
    assert called(capsys, "evaluate").code == 2


@pytest.mark.parametrize(
    ("name", "head"), [("rulecheck.toml", ""), ("pyproject.toml", '[project]\nname = "x"\n[tool.rulecheck]\n')]
)
def test_settings_file(
    name: str, head: str, ok: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    (tmp_path / "q4.json").write_bytes(Path(Q4).read_bytes())
    settings = 'format = "csv"\nlang = "sv"\nfacts = "q4.json"\nfail-on = "missed"\ncolor = "never"\n'
    (tmp_path / name).write_text(head + settings, encoding="utf-8")
    below = tmp_path / "deep" / "below"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    found = called(capsys, "evaluate")
    assert found.code == 1
    assert found.out == called(capsys, "evaluate", Q4, "--format", "csv", "--lang", "sv").out
    assert "Planens ord" in ok("explain", "1.1")
    monkeypatch.setenv("RULECHECK_LANG", "en")
    assert called(capsys, "evaluate").out != found.out, "the environment is stronger"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("rulecheck.toml", "lang = ", "line 1, column 8: this is not TOML"),
        (
            "rulecheck.toml",
            'language = "da"',
            "`language` is no setting; there are: color, facts, fail-on, format, lang, parameters, plan",
        ),
        ("rulecheck.toml", "lang = 3", "`lang` is no text"),
        ("rulecheck.toml", 'lang = "fr"', "'fr' is not one of"),
        ("rulecheck.toml", b"lang = \xff", "the file is not UTF-8; save it as UTF-8"),
        ("pyproject.toml", "tool.rulecheck = 3", "tool.rulecheck is no table"),
        ("pyproject.toml", '[tool.rulecheck]\nlnag = "da"', "`lnag` is no setting"),
    ],
)
def test_wrong_settings(name: str, content: str | bytes, message: str, capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    found = called(capsys, "evaluate", Q4)
    assert (found.code, found.out) == (2, "")
    assert message in found.err


def test_another_tools_settings_are_not_ours(ok: Any, tmp_path: Path) -> None:
    for content in ("[tool.ruff]\n", "[tool.rulecheck\n", "\xff"):
        (tmp_path / "pyproject.toml").write_text(content, encoding="latin-1")
        assert ok("evaluate", Q4)


def test_the_locale_chooses_the_language(ok: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for locale, language in {"da_DK.UTF-8": "da", "nn_NO": "nb", "no": "nb", "sv-SE": "sv", "en_US": "en"}.items():
        monkeypatch.setenv("LC_ALL", locale)
        assert ok("evaluate", Q4) == ok("evaluate", Q4, "--lang", language)
    for locale in ("C", "fr_FR.UTF-8", "POSIX"):
        monkeypatch.setenv("LC_ALL", locale)
        assert ok("evaluate", Q4) == ok("evaluate", Q4, "--lang", "da"), "the plan's language"


# --- the documents and their schemas ---


def facts_files() -> Iterator[Any]:
    for folder in (ROOT / "tests" / "cases", EXAMPLES):
        for file in sorted(folder.glob("*/*.json")):
            if not file.name.endswith(".expected.json"):
                yield pytest.param(file, id=f"{file.parent.name}/{file.stem}")


@pytest.mark.uncovered
def test_every_facts_file_fits_the_schema() -> None:
    validator = Draft202012Validator(schema_of("facts"))
    files = [parameter.values[0] for parameter in facts_files()]
    assert len(files) > 40
    for file in files:
        errors = list(validator.iter_errors(json.loads(file.read_text(encoding="utf-8"))))
        assert not errors, f"{file}: {errors[0].json_path}: {errors[0].message}"


@pytest.mark.parametrize(
    "content",
    [{"plna": "x"}, {"events": {}}, {"events": [{"evnt": "x"}]}, {"measurements": [{"count": -1}]}, {"calendar": []}],
    ids=str,
)
def test_the_facts_schema_refuses(content: dict[str, Any]) -> None:
    assert not Draft202012Validator(schema_of("facts")).is_valid({"plan": PLAN, **content})


PLANS = sorted([*(ROOT / "rules" / "plans").glob("*.yaml"), *EXAMPLES.glob("*/*.yaml"), *(ROOT / "tests" / "cases").glob("*/*.yaml")])  # fmt: skip
PLANS = [file for file in PLANS if re.search(r"^goals:", file.read_text("utf-8"), re.M)]  # not a reader's parameters


def plain_yaml(file: Path) -> Any:
    """A plan document as an editor's YAML reader sees it, as JSON: dates as text."""
    loaded = YAML(typ="safe", pure=True).load(file.read_bytes())
    return json.loads(json.dumps(loaded, default=str))


@pytest.mark.uncovered
@pytest.mark.parametrize("file", PLANS, ids=lambda file: file.stem)
def test_every_plan_fits_the_schema(file: Path) -> None:
    errors = list(Draft202012Validator(schema_of("plan")).iter_errors(plain_yaml(file)))
    assert not errors, f"{errors[0].json_path}: {errors[0].message[:300]}"


def test_the_plan_schema_refuses() -> None:
    validator = Draft202012Validator(schema_of("plan"))
    good = plain_yaml(PLANS[0])
    assert validator.is_valid(good)
    assert not validator.is_valid({**good, "titel": "x"})
    assert not validator.is_valid({key: value for key, value in good.items() if key != "goals"})
    assert not validator.is_valid({**good, "goals": []})
    assert not validator.is_valid({**good, "language": "fr"})


@pytest.mark.uncovered
@pytest.mark.parametrize("facts", [[Q3], [Q4], NO_112], ids=["Q3", "Q4", "no-112"])
def test_the_verdicts_fit_the_schema(facts: list[str], ok: Any) -> None:
    document = json.loads(ok("evaluate", *facts, "--format", "json", "--robustness"))
    validator = Draft202012Validator(schema_of("verdicts"))
    errors = list(validator.iter_errors(document))
    assert not errors, f"{errors[0].json_path}: {errors[0].message[:300]}"
    for key in ("score", "verdicts", "as_of"):
        assert not validator.is_valid({k: v for k, v in document.items() if k != key})


@pytest.mark.uncovered
def test_the_verdicts_of_the_cases_fit_the_schema() -> None:
    from rulecheck.cli.json_document import render_json

    from tests.test_cases import EXPECTED, evaluated

    validator = Draft202012Validator(schema_of("verdicts"))
    for name in list(EXPECTED)[::8]:
        evaluation = evaluated(name)
        document = json.loads(render_json(evaluation, list(evaluation.verdicts), None))  # type: ignore[arg-type]
        errors = list(validator.iter_errors(document))
        assert not errors, f"{name}: {errors[0].json_path}: {errors[0].message[:300]}"


NUMBER_PATH = re.compile(r"\.(value|bound|margin|fulfilled|open|missed|total|weight)$")


def scalars(value: Any, path: str = "$") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from scalars(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from scalars(inner, f"{path}[{i}]")
    else:
        yield path, value


@pytest.mark.parametrize("facts", [[Q3], [Q4], NO_112], ids=["Q3", "Q4", "no-112"])
def test_numbers_are_plain_and_exact(facts: list[str], ok: Any) -> None:
    text = ok("evaluate", *facts, "--format", "json")
    found = 0
    for path, value in scalars(json.loads(text)):
        assert not isinstance(value, float), path
        if isinstance(value, str) and NUMBER_PATH.search(path) and re.fullmatch(r"[\d.eE+-]+", value):
            found += 1
            assert re.fullmatch(r"-?(0|[1-9]\d*)(\.\d*[1-9])?", value), f"{path}: {value}"
            assert len(Decimal(value).as_tuple().digits) <= 30
    assert found > 20
    for verdict in json.loads(text)["verdicts"]:
        if "exact" in verdict:
            numerator, denominator = map(int, verdict["exact"].split("/"))
            assert abs(Decimal(numerator) / Decimal(denominator) - Decimal(verdict["value"])) < Decimal("1e-6")


def test_json_is_canonical(ok: Any) -> None:
    text = ok("evaluate", Q4, "--format", "json")

    def ordered(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert [k for k, _ in pairs] == sorted(k for k, _ in pairs)
        return dict(pairs)

    document = json.loads(text, object_pairs_hook=ordered)
    assert [v["target"] for v in document["verdicts"]] == list(TARGETS)
    assert str(ROOT) not in text
    assert "2024-Q4.json" not in text
    for line in ok("evaluate", Q4, "--format", "jsonl").splitlines():
        json.loads(line, object_pairs_hook=ordered)


@pytest.mark.uncovered
def test_the_same_bytes_everywhere(tmp_path: Path) -> None:
    def bytes_of(**environment: Any) -> bytes:
        found = process("evaluate", Q4, "--format", "json", **environment)
        assert (found.returncode, found.stderr) == (0, b"")
        return found.stdout

    first = bytes_of(PYTHONHASHSEED="1", TZ="UTC", LC_ALL="C")
    assert first == bytes_of(PYTHONHASHSEED="4711", TZ="Pacific/Kiritimati", LC_ALL="da_DK.UTF-8", folder=tmp_path)
    assert first == bytes_of(PYTHONHASHSEED="0", TZ="America/Nuuk", LC_ALL="tr_TR.UTF-8", COLUMNS="40", PYTHONUTF8="1")
    assert first == bytes_of(PYTHONHASHSEED="99", PYTHONOPTIMIZE="2", RULECHECK_CACHE_DIR=str(tmp_path / "cache"))
    assert first == bytes_of(PYTHONHASHSEED="98", RULECHECK_CACHE_DIR=str(tmp_path / "cache")), "from the cache"


# --- what is imported ---


def imported(*arguments: str, cache: Path) -> set[str]:
    """The modules a command imports."""
    code = f"import sys; from rulecheck.cli.main import run; code = run({list(arguments)!r}); sys.stderr.write(chr(10).join(sys.modules)); sys.exit(code)"
    import subprocess
    import sys

    found = subprocess.run(
        [sys.executable, "-c", code],
        env={k: v for k, v in os.environ.items() if not k.startswith("COV")} | {"RULECHECK_CACHE_DIR": str(cache)},
        cwd=cache,
        capture_output=True,
        timeout=20,
        check=True,
    )
    return set(found.stderr.decode().split())


HEAVY = {
    "tabulate",
    "ruamel.yaml",
    "babel",
    "difflib",
    "hypothesis",
    "tomllib",
    "holidays",
    "jsonschema",
    "wcwidth",
    "numpy",
}
OF_TESTS = {"babel", "hypothesis", "jsonschema", "pytest"}


def test_help_imports_little(tmp_path: Path) -> None:
    for arguments in (["--help"], ["--version"]):
        modules = imported(*arguments, cache=tmp_path)
        assert not modules & {*HEAVY, "attrs", "attr", "decimal", "rulecheck.facts.read_facts", "durable_rules_engine"}
        assert not [m for m in modules if m.startswith("rulecheck.rules")]
    assert not [m for m in imported("--help", cache=tmp_path) if m.startswith(("rulecheck.engine", "rulecheck.facts"))]


@pytest.mark.uncovered
def test_evaluate_as_json_imports_no_yaml_and_no_table(tmp_path: Path) -> None:
    cold = imported("evaluate", Q4, "--format", "json", cache=tmp_path)
    assert "ruamel.yaml" in cold
    warm = imported("evaluate", Q4, "--format", "json", cache=tmp_path)
    assert not warm & HEAVY
    assert not warm & {
        "rulecheck.rules.read_plan",
        "rulecheck.rules.shape",
        "rulecheck.rules.document",
        "rulecheck.facts.documents.json_places",
    }


@pytest.mark.uncovered
def test_evaluate_imports_no_yaml_when_warm(tmp_path: Path) -> None:
    imported("evaluate", Q4, cache=tmp_path)
    warm = imported("evaluate", Q4, cache=tmp_path)
    assert "tabulate" in warm
    assert not warm & {*OF_TESTS, "ruamel.yaml", "difflib", "tomllib", "holidays", "numpy"}


@pytest.mark.uncovered
def test_only_a_forecast_imports_numpy(tmp_path: Path) -> None:
    for arguments in (["forecast", "--help"], ["schema", "forecast"], ["whatif", Q4, "--reach", "90"]):
        assert "numpy" not in imported(*arguments, cache=tmp_path)


# --- integrity, and bugs ---


def test_a_disagreement_is_exit_5_and_shows_no_verdict(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    from rulecheck.engine import evaluate

    honest = evaluate.reference_verdicts

    def contrary(*arguments: Any) -> dict[str, str]:
        return {**honest(*arguments), "1.1": "missed"}

    monkeypatch.setattr(evaluate, "reference_verdicts", contrary)
    found = called(capsys, "evaluate", Q3)
    assert (found.code, found.out) == (5, "")
    assert found.err == (
        "integrity: the verdicts could not be confirmed, so none is shown.\n"
        "  1.1: the rules say on track, the reference evaluator says missed\n"
    )
    danish = called(capsys, "evaluate", Q3, "--lang", "da").err
    assert danish.startswith("integritet: ")
    assert danish.endswith("\n  1.1: reglerne siger på sporet, referencen siger ikke opfyldt\n")


def test_a_proof_that_does_not_hold_is_exit_5(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    from rulecheck.engine import evaluate

    monkeypatch.setattr(evaluate, "check", lambda *_: ["1.1: the value is 3, not 4"])
    found = called(capsys, "evaluate", Q3)
    assert (found.code, found.out) == (5, "")
    assert found.err.endswith("\n  the proof does not hold: 1.1: the value is 3, not 4\n")
    assert called(capsys, "plans", "prove", "dk-politiet-2024").code == 5


def test_a_bug_is_exit_70(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    from rulecheck.engine import evaluate

    def broken(*_: Any) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(evaluate, "reference_verdicts", broken)
    found = called(capsys, "evaluate", Q3)
    assert (found.code, found.out) == (70, "")
    assert found.err.startswith("rulecheck: a bug: ZeroDivisionError: by zero\nNothing was judged.")
    monkeypatch.setenv("RULECHECK_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        run(["evaluate", Q3])


def test_a_reader_that_stops_reading_is_no_error() -> None:
    import subprocess
    import sys

    command = f"{shlex.quote(sys.executable)} -m rulecheck.cli plans show {PLAN} | head -n 1; echo ${{PIPESTATUS[0]}}"
    found = subprocess.run(
        ["bash", "-c", command],
        capture_output=True,
        timeout=20,
        cwd=ROOT,
        check=True,
        env={**os.environ, "LC_ALL": "C"},
    )
    assert found.stdout.decode().splitlines()[-1] == "0"
    assert found.stderr == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_standard_output_is_exit_2() -> None:
    import subprocess
    import sys

    with open("/dev/full", "wb") as full:
        found = subprocess.run(
            [sys.executable, "-m", "rulecheck.cli", "schema", "plan"], stdout=full, stderr=subprocess.PIPE, timeout=20, cwd=ROOT, check=False
        )  # fmt: skip
    assert found.returncode == 2
    assert b"no space left on device" in found.stderr
    assert b"Traceback" not in found.stderr


# --- the documents say what the program does ---


def command_lines(file: Path) -> list[str]:
    """The commands in the console blocks of a document."""
    blocks = re.findall(r"^```console\n(.*?)^```\n", file.read_text(encoding="utf-8"), re.M | re.S)
    lines = [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith("rulecheck ")]


@pytest.mark.parametrize("file", [ROOT / "README.md", EXAMPLES / "no-112" / "README.md"], ids=["README", "no-112"])
def test_every_command_of_the_documents_runs(file: Path, capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(EXAMPLES)
    commands = command_lines(file)
    assert commands
    for command in commands:
        found = called(capsys, *shlex.split(command, comments=True)[1:])
        assert found.code == (4 if "examples/mistakes/" in command else 0), f"{command}: {found.err}"


def test_help_shows_the_exit_codes(ok: Any) -> None:
    assert all(line in ok("--help") for line in EXIT_CODES.splitlines()[1:])


def test_every_format_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for format_ in FORMATS:
        assert f"`{format_}`" in readme


def test_an_order_that_was_broken_does_not_count_as_kept(capsys: Capture) -> None:
    """Both events happened, the second before the first: none of the one order wanted is kept."""
    cases = ROOT / "tests" / "cases" / "telling"
    asked = [str(cases / "which-report-is-missing.json"), "--plan", str(cases / "telling.yaml"), "--lang", "en"]
    found = called(capsys, "evaluate", *asked, "--format", "json")
    verdict = next(v for v in json.loads(found.out)["verdicts"] if v["target"] == "2.2")
    assert (verdict["value"], verdict["bound"], verdict["margin"]) == ("0", "1", "-1")
    assert "0 of 1" in called(capsys, "evaluate", *asked, "--target", "2.2").out
