"""Writing plans: skeletons, further targets, the canonical layout. Comments are kept, and what a plan says does not change."""

import json
import re
from datetime import timedelta
from itertools import cycle
from pathlib import Path

import jsonschema
import pytest
from rulecheck.cli.new import CRITERION_KINDS
from rulecheck.engine.evaluate import evaluate
from rulecheck.facts.digest import sha256
from rulecheck.facts.period import parse_period
from rulecheck.facts.quantity import plain
from rulecheck.rules.authoring.layout import formatted
from rulecheck.rules.authoring.skeleton import with_target
from rulecheck.rules.criteria import CRITERIA, Combination, examples
from rulecheck.rules.document import json_schema
from rulecheck.rules.plan import Plan
from rulecheck.rules.read_plan import read_plan
from rulecheck.rules.yaml_document import read_yaml

from tests.command import ROOT, called, process
from tests.generators import read

Capture = pytest.CaptureFixture[str]
PERIODS = ("2024", "2024-H1", "2024-Q3", "2024-02", "2016-04-01/2017-03-31", "2020-01-01/2024-12-31", "2024-02-29")
PLANS = sorted(
    f for pattern in ("rules/plans/*.yaml", "examples/*/plan.yaml", "tests/plans/*.yaml") for f in ROOT.glob(pattern)
)

TARGETED = [file for file in PLANS if not file.stem.endswith("parameters")]


def checked(content: bytes) -> Plan:
    """The plan, read without a warning."""
    plan, _, warnings = read_plan(content, "plan.yaml", sha256(content).hexdigest())
    assert not warnings
    return plan


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C")
    return tmp_path


def begun(capsys: Capture, *options: str) -> bytes:
    assert called(capsys, "new", "plan", "trains", "--period", "2024", *options).code == 0
    return Path("trains.yaml").read_bytes()


# --- new plan ---


@pytest.mark.parametrize("language", ["da", "sv", "nb", "en"])
def test_a_new_plan_is_accepted_as_it_is(language: str, folder: Path, capsys: Capture) -> None:
    content = begun(capsys, "--lang", language)
    found = called(capsys, "plans", "check", "trains.yaml", "--lang", language)
    assert (found.code, found.err) == (0, "")
    assert checked(content).language == language
    assert formatted(content, "trains.yaml") == content.decode()
    data, _ = read_yaml(content, "trains.yaml")
    jsonschema.validate(data, json.loads((folder / "plan.schema.json").read_bytes()))
    first = content.decode().splitlines()[0]
    assert first == "# yaml-language-server: $schema=plan.schema.json"


def test_a_new_plan_overwrites_nothing(folder: Path, capsys: Capture) -> None:
    (folder / "plan.schema.json").write_text("mine")
    content = begun(capsys)
    assert (folder / "plan.schema.json").read_text() == "mine"
    found = called(capsys, "new", "plan", "trains", "--lang", "en")
    assert (found.code, found.out) == (2, "")
    assert "trains.yaml is there already, and stays as it is" in found.err
    assert Path("trains.yaml").read_bytes() == content


def test_a_new_plan_to_standard_output(folder: Path, capsys: Capture) -> None:
    content = begun(capsys, "--lang", "en")
    (folder / "trains.yaml").unlink()
    (folder / "plan.schema.json").unlink()
    assert (
        called(capsys, "new", "plan", "trains", "--period", "2024", "--lang", "en", "-o", "-").out == content.decode()
    )
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["plan", "two words"], "`two words` is not a name without blanks and without any of / [ ] @ #"),
        (["plan", "p", "--period", "2024-Q5"], "`2024-Q5` is not a period between the years 1000 and 9000"),
        (["target", "trains.yaml", "men"], "'men' is not one of"),
        (["target", "dk-politiet-2024", "mean"], "comes with rulecheck and stays as it is"),
        (["target", "trains.yaml", "mean", "--goal", "7"], "the plan has no goal `7`; there are: 1"),
    ],
)
def test_wrong_use(arguments: list[str], told: str, folder: Path, capsys: Capture) -> None:
    content = begun(capsys, "--lang", "en")
    found = called(capsys, "new", *arguments, "--lang", "en")
    assert (found.code, found.out) == (2, "")
    assert told in " ".join(found.err.split())
    assert Path("trains.yaml").read_bytes() == content
    assert {file.name for file in folder.iterdir()} == {"trains.yaml", "plan.schema.json"}


def test_a_target_is_not_put_into_a_plan_that_is_wrong(folder: Path, capsys: Capture) -> None:
    content = begun(capsys).replace(b"at_least", b"at_lest")
    Path("trains.yaml").write_bytes(content)
    found = called(capsys, "new", "target", "trains.yaml", "mean", "--lang", "en")
    assert (found.code, found.out) == (3, "")
    assert "did you mean `at_least`?" in found.err
    assert Path("trains.yaml").read_bytes() == content
    assert called(capsys, "new", "target", "nowhere.yaml", "mean").code == 3


# --- new target ---


def test_the_kinds_are_those_of_the_criteria() -> None:
    assert set(CRITERION_KINDS) == set(CRITERIA) == set(examples(parse_period("2024")))


@pytest.mark.parametrize("kind", CRITERION_KINDS)
def test_a_new_target_of_every_kind_is_accepted(kind: str, folder: Path, capsys: Capture) -> None:
    content = begun(capsys)
    found = called(capsys, "new", "target", "trains.yaml", kind, "--lang", "en")
    assert (found.code, found.out) == (0, "")
    assert found.err == "trains.yaml: target 1.2 is there; next: rulecheck plans check trains.yaml\n"
    now = Path("trains.yaml").read_bytes()
    assert [target.id for target in checked(now).versions[0].targets] == ["1.1", "1.2"]
    assert_kept(content.decode(), now.decode())
    assert formatted(now, "trains.yaml") == now.decode()


def assert_kept(before: str, after: str) -> None:
    """Every line that was there is there, in its order."""
    rest = iter(after.splitlines())
    for line in before.splitlines():
        assert line in rest, line


@pytest.mark.uncovered
def test_targets_upon_targets(folder: Path, capsys: Capture) -> None:
    begun(capsys)
    for kind in (*CRITERION_KINDS, *CRITERION_KINDS):
        assert called(capsys, "new", "target", "trains.yaml", kind).code == 0
    plan = checked(Path("trains.yaml").read_bytes())
    assert len({target.id for target in plan.versions[0].targets}) == 1 + 2 * len(CRITERION_KINDS)


@pytest.mark.uncovered
@pytest.mark.parametrize(("file", "kind"), list(zip(TARGETED, cycle(("milestone", "level", "at_least")), strict=False)))
def test_a_target_put_into_any_plan_leaves_its_lines(file: Path, kind: str) -> None:
    content = file.read_bytes()
    before, _, _ = read_plan(content, file.name, "")
    goals = before.versions[0].goals
    goal = {"milestone": goals[0].id, "level": goals[-1].id}.get(kind)
    added = with_target(content, file.name, kind, goal, str)
    plan, _, _ = read_plan(added.text.encode(), file.name, "")
    assert {t.id for v in plan.versions for t in v.targets} - {t.id for v in before.versions for t in v.targets} == {
        added.target
    }
    assert_kept(content.decode(), added.text)


COMPACT = '{plan: p, period: 2024, goals: [{goal: "1", targets: [{target: "1.1", require: {milestone: e, by: 2024}}]}], events: {e: {label: E}}}'


@pytest.mark.parametrize("kind", CRITERION_KINDS)
@pytest.mark.parametrize(
    "text",
    [
        COMPACT,
        json.dumps(read_yaml(COMPACT.encode(), "")[0]),
        "plan: p\nperiod: 2024\nmeasures:\nevents: {}\ngoals:\n- goal: '1'\n  weight: 100\n  targets:\n  - target: '1.1'\n    weight: 100",
        "plan: p\r\nperiod: 2024\r\ngoals:\r\n  - goal: '1'\r\n    targets:\r\n      - target: '1.1'\r\n        quote: |\r\n          words\r\n\r\n      # the end\r\nmeasures: null\r\n",
    ],
    ids=["brackets", "json", "weighted", "windows"],
)
def test_a_target_is_written_in_the_style_of_the_plan(text: str, kind: str) -> None:
    added = with_target(text.encode(), "p.yaml", kind, None, str)
    checked(added.text.encode())
    assert added.text.count("\r\n") == added.text.count("\n") * text.count("\r\n") // max(1, text.count("\n"))


# --- the examples of the kinds ---


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("kind", CRITERIA)
def test_the_example_of_a_kind_is_fulfilled(kind: str, period: str) -> None:
    days = parse_period(period)
    example = examples(days)[kind]
    data = {"plan": "p", "period": period, "measures": example.measures, "events": example.events,
            "goals": [{"goal": "1", "targets": [{"target": "1.1", "quote": example.quote, "require": example.require}]}]}  # fmt: skip
    content = json.dumps(data).encode()
    plan = checked(content)
    facts = read({"plan": "p", **example.rows}, plan)
    (found,) = evaluate(plan, facts, days.last + timedelta(20)).verdicts
    assert found.verdict == "fulfilled"
    (bare,) = evaluate(plan, read({"plan": "p"}, plan), days.last).verdicts
    assert bare.verdict != "fulfilled"
    criterion = found.target.criterion
    assert isinstance(criterion, Combination) == (
        kind in ("all_of", "any_of", "at_least", "for_each") or "for_each" in kind
    )


# --- plans fmt ---

MIXED = """\
# yaml-language-server: x


goals:···
  # first goal
  - title: {en: b, da: "a"}
    # about the id
    goal: "1"   # inline
    targets:
      - require:
          # deadline
          by: 2024
          milestone: a
          # of the deadline and what it is for
        # the quote
        quote: |-
          one···


          two
        target: "1.1"

      # tail of targets
    # tail of goal
  # second
  - {targets: [{require: {over: 2024, mean: m, at_most: 1},
      target: "2.1"}], goal: "2"}

# what it is about
period: 2024
# the id
plan: p
""".replace("·", " ")
LAID_OUT = """\
# yaml-language-server: x

# the id
plan: p

# what it is about
period: 2024
goals:
  # first goal
  # about the id
  - goal: "1"   # inline
    title: {da: "a", en: b}
    targets:
      - target: "1.1"
        # the quote
        quote: |-
          one···


          two
        require:
          milestone: a
          # deadline
          by: 2024
          # of the deadline and what it is for

      # tail of targets
    # tail of goal
  # second
  - {goal: "2", targets: [{target: "2.1",
      require: {mean: m, at_most: 1, over: 2024}}]}
""".replace("·", " ")


def test_fmt_moves_keys_with_their_comments(folder: Path, capsys: Capture) -> None:
    (folder / "p.yaml").write_text(MIXED)
    found = called(capsys, "plans", "fmt", "p.yaml", "--check", "--lang", "en")
    assert (found.code, found.out, found.err) == (1, "", "p.yaml is not in its canonical layout\n")
    assert (folder / "p.yaml").read_text() == MIXED
    assert called(capsys, "plans", "fmt", "p.yaml", "--lang", "en").code == 0
    assert (folder / "p.yaml").read_text() == LAID_OUT
    assert called(capsys, "plans", "fmt", "p.yaml", "--check") == (0, "", "")


def test_fmt_reads_standard_input() -> None:
    found = process("plans", "fmt", "-", stdin=MIXED.replace("\n", "\r\n").encode())
    assert (found.returncode, found.stdout.decode()) == (0, LAID_OUT)


def test_fmt_of_several_files_changes_all_or_none(folder: Path, capsys: Capture) -> None:
    (folder / "good.yaml").write_text(MIXED)
    (folder / "bad.yaml").write_text("plan: [")
    found = called(capsys, "plans", "fmt", "good.yaml", "bad.yaml", "--lang", "en")
    assert found.code == 3
    assert "bad.yaml" in found.err
    assert (folder / "good.yaml").read_text() == MIXED
    assert called(capsys, "plans", "fmt", "nowhere.yaml").code == 3
    assert called(capsys, "plans", "fmt").code == 2


def test_fmt_leaves_what_it_does_not_know_where_it_was(folder: Path) -> None:
    text = "plan: p\nzebra: 1\nperiod: 2024\ngoals:\n  - \n  - goal: x\napple: {b: , a: 1}\n"
    assert formatted(text.encode(), "p.yaml") == (
        "plan: p\nperiod: 2024\ngoals:\n  -\n  - goal: x\nzebra: 1\napple: {b: , a: 1}\n"
    )
    assert formatted(b"- b\n- a\n", "p.yaml") == "- b\n- a\n"
    assert formatted(b"words", "p.yaml") == "words\n"


@pytest.mark.uncovered
@pytest.mark.parametrize("file", PLANS, ids=lambda file: file.parent.name + "-" + file.stem)
def test_fmt_of_any_plan_keeps_what_it_says_and_every_comment(file: Path) -> None:
    content = file.read_bytes()
    text = formatted(content, file.name)
    assert read_yaml(text.encode(), file.name)[0] == read_yaml(content, file.name)[0]
    assert sorted(comments(text)) == sorted(comments(content.decode()))
    written = list(read_yaml(text.encode(), file.name)[0])
    assert written == [key for key in json_schema()["properties"] if key in written]


def comments(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip().startswith("#")]


def test_numbers_in_examples_are_those_of_their_quotes() -> None:
    """What the text of an example promises is what its criterion asks for."""
    for kind, example in examples(parse_period("2024")).items():
        bounds = re.findall(r"'(?:at_most|at_least|band)': '(\d+)", str(example.require))
        for number in bounds:
            assert re.search(rf"\b{plain(int(number))}\b", example.quote), kind
