"""Bad input: a coded exit, a message with place, words and remedy, nothing on standard output, and nothing judged."""

import json
import os
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.command import Q3, Outcome, called, golden, process

BAD = Path(__file__).parent / "bad"
FACTS = sorted((BAD / "facts").glob("*.json"))
PLANS = sorted((BAD / "plans").glob("*.yaml"))
PARAMETERS = sorted((BAD / "parameters").glob("*.yaml"))
PLACE = re.compile(r"^  --> [^:\n]+:\d+:\d+(  \$\S.*)?$", re.M)
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BAD)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")


def refused(outcome: Outcome, code: int) -> str:
    """The message of a refusal, after what every refusal has was checked."""
    assert outcome.code == code, outcome.err
    assert outcome.out == ""
    assert "Traceback" not in outcome.err
    return outcome.err


def told(message: str) -> list[str]:
    """The blocks of a message, one for each problem; each has a place and a remedy."""
    *blocks, last = message.strip().split("\n\n")
    assert last == (f"{len(blocks)} problems; " if len(blocks) > 1 else "1 problem; ") + "nothing was judged."
    for block in blocks:
        assert block.startswith(("error: ", "warning: ")), block
        assert PLACE.search(block), block
        assert "\n   = " in block, block
    return blocks


# --- small files, each with what is said to it ---


@pytest.mark.parametrize("file", FACTS, ids=lambda file: file.stem)
def test_facts_file(file: Path, capsys: Capture) -> None:
    message = refused(called(capsys, "evaluate", f"facts/{file.name}"), 4)
    told(message)
    golden(file.with_suffix(".err"), message)


@pytest.mark.parametrize("file", PLANS, ids=lambda file: file.stem)
def test_plan_file(file: Path, capsys: Capture) -> None:
    message = refused(called(capsys, "plans", "check", f"plans/{file.name}"), 3)
    told(message)
    golden(file.with_suffix(".err"), message)


@pytest.mark.parametrize("file", PLANS, ids=lambda file: file.stem)
def test_plan_file_judges_nothing(file: Path, capsys: Capture) -> None:
    message = refused(called(capsys, "evaluate", Q3, "--plan", f"plans/{file.name}"), 3)
    assert message == file.with_suffix(".err").read_text(encoding="utf-8")


@pytest.mark.parametrize("file", PARAMETERS, ids=lambda file: file.stem)
def test_parameters_file(file: Path, capsys: Capture) -> None:
    judged = (
        "../plans/open-points.json",
        "--plan",
        "../plans/open-points.yaml",
        "--parameters",
        f"parameters/{file.name}",
    )
    message = refused(called(capsys, "evaluate", *judged), 3)
    told(message)
    golden(file.with_suffix(".err"), message)
    assert refused(called(capsys, "explain", "1.1", *judged), 3) == message


@pytest.mark.parametrize("command", ["evaluate", "explain", "check"])
def test_every_command_that_reads_facts_refuses_them_alike(command: str, capsys: Capture) -> None:
    words = {"evaluate": ["evaluate"], "explain": ["explain", "1.1"], "check": ["facts", "check"]}[command]
    message = refused(called(capsys, *words, "facts/many-at-once.json"), 4)
    assert message == (BAD / "facts" / "many-at-once.err").read_text(encoding="utf-8")


def marked(message: str) -> Iterator[str]:
    """What stands above each mark, to the end of the word."""
    lines = message.splitlines()
    for above, mark in pairwise(lines):
        if re.fullmatch(r" *\| +\^", mark):
            yield re.split(r"[,\]}]| {2}", above[mark.index("^") :])[0]


def test_the_mark_stands_under_the_value(capsys: Capture) -> None:
    def under(file: str) -> list[str]:
        return list(marked(called(capsys, "evaluate", f"facts/{file}.json").err))

    assert under("true-as-number") == ["true", "false"]
    assert under("30-february") == ['"2024-02-30"', '"27-06-2024"', '"yesterday"']
    assert under("infinity") == ["Infinity", "-Infinity"]
    assert under("duplicate-key") == ["8363194"]
    assert under("unknown-subject")[0] == '"gronland"'


def test_the_mark_stands_under_the_key_of_a_plan(capsys: Capture) -> None:
    def under(file: str) -> list[str]:
        return list(marked(called(capsys, "plans", "check", f"plans/{file}.yaml").err))

    assert under("fifth-quarter") == ["by: 2024-Q5"]
    assert under("unknown-key") == ["titel: Example", "wieght: 100", "at_mots: 180 days"]
    assert under("alias") == ["&year 2024"]


def test_the_mark_finds_its_place_in_a_long_line(tmp_path: Path, capsys: Capture) -> None:
    rows = ",".join('{"event": "strategy_presented", "date": "2024-06-27"}' for _ in range(40))
    file = tmp_path / "facts.json"
    file.write_text(f'{{"plan": "dk-politiet-2024", "events": [{rows},{{"event": "strategy_presentd"}},{rows}]}}')
    message = refused(called(capsys, "evaluate", str(file)), 4)
    assert list(marked(message)) == ['"strategy_presentd"']
    assert max(map(len, message.splitlines())) < 120 + len(str(file))


def test_the_terminal_is_not_obeyed(capsys: Capture) -> None:
    for name in ("control-character", "plan-with-nul"):
        message = called(capsys, "evaluate", f"facts/{name}.json").err
        assert all(c.isprintable() or c == "\n" for c in message)


def test_a_problem_is_told_in_the_readers_language(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    arguments = ("evaluate", "facts/negative-count.json")
    danish = called(capsys, *arguments, "--lang", "da").err
    assert danish.startswith("fejl: et antal er negativt: -1\n")
    assert danish.endswith("2 problemer; intet er vurderet.\n")
    assert called(capsys, *arguments).err == danish, "without a flag or a locale the plan's language is spoken"
    monkeypatch.setenv("RULECHECK_LANG", "sv")
    assert called(capsys, *arguments).err.startswith("fel: ")
    monkeypatch.setenv("LC_ALL", "nb_NO.UTF-8")
    assert called(capsys, *arguments, "--lang", "da").err == danish


# --- too large to keep ---


def written(folder: Path, name: str, content: str) -> str:
    file = folder / name
    file.write_text(content, encoding="utf-8")
    return str(file)


def row(value: str) -> str:
    return f'{{"plan": "dk-politiet-2024", "measurements": [{{"measure": "case_days", "period": "2024", "value": {value}}}]}}'


@pytest.mark.parametrize(
    "content",
    [
        "[" * 100_000,
        "[" * 100_000 + "]" * 100_000,
        '{"a":' * 100_000 + "1" + "}" * 100_000,
        row("[" * 100_000 + "]" * 100_000),
    ],
    ids=["open lists", "lists", "objects", "lists within a fact"],
)
def test_nested_json(content: str, tmp_path: Path, capsys: Capture) -> None:
    message = refused(called(capsys, "evaluate", written(tmp_path, "facts.json", content)), 4)
    (block,) = told(message)
    assert block.startswith("error: the brackets are nested too deeply\n")


def test_nested_json_is_refused_at_the_first_bracket_that_is_too_deep(tmp_path: Path, capsys: Capture) -> None:
    content = '{"plan": "p",\n"events": [[], {}, [[]]],\n"a": ' + "[" * 100_000
    message = refused(called(capsys, "evaluate", written(tmp_path, "facts.json", content)), 4)
    (block,) = told(message)
    assert "facts.json:3:13" in block  # the ninth that is open at the same time


def test_nested_json_where_a_number_belongs(tmp_path: Path, capsys: Capture) -> None:
    file = written(tmp_path, "facts.json", row("[" * 50 + "]" * 50))
    (block,) = told(refused(called(capsys, "evaluate", file), 4))
    assert block.startswith("error: a list stands where a number is wanted: `[…]`\n")


@pytest.mark.parametrize("digits", [31, 4_000, 5_000, 100_000])
@pytest.mark.parametrize("form", ["{}", "-{}", '"{}"', "{}.5", "0.{}", "1e{}"])
def test_long_number(form: str, digits: int, tmp_path: Path, capsys: Capture) -> None:
    file = written(tmp_path, "facts.json", row(form.format("9" * digits)))
    (block,) = told(refused(called(capsys, "evaluate", file), 4))
    assert "is not a number that can be used" in block
    assert "$.measurements[0].value" in block


def test_a_long_number_hides_no_other_problem(tmp_path: Path, capsys: Capture) -> None:
    content = row("9" * 5_000).replace('"measurements"', '"asof": NaN, "measurements"')
    blocks = told(refused(called(capsys, "evaluate", written(tmp_path, "f.json", content)), 4))
    assert [block.split("\n")[0][:25] for block in blocks] == [
        "error: `NaN` is not a num", "error: unknown key `asof`", "error: `99999999999999999",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["a" * 5_000, "/" + "a" * 5_000])
def test_a_plan_with_an_endless_name(name: str, tmp_path: Path, capsys: Capture) -> None:
    message = refused(called(capsys, "evaluate", written(tmp_path, "f.json", json.dumps({"plan": name}))), 4)
    assert len(message) < 1_000
    assert called(capsys, "plans", "show", name).code in (2, 3)


@pytest.mark.parametrize(
    "content",
    ["a: " + "[" * 100_000, "a: " + "[" * 100_000 + "]" * 100_000, "a: " + "{a: " * 100_000, "- " * 100_000],
    ids=["open lists", "lists", "mappings", "dashes"],
)
def test_nested_yaml(content: str, tmp_path: Path, capsys: Capture) -> None:
    message = refused(called(capsys, "plans", "check", written(tmp_path, "p.yaml", content)), 3)
    (block,) = told(message)
    assert block.startswith("error: the plan is nested too deeply\n")


def test_questions_within_questions(tmp_path: Path, capsys: Capture) -> None:
    file = written(tmp_path, "p.yaml", "? " * 50_000)
    assert "a key must be a plain text" in refused(called(capsys, "plans", "check", file), 3)


def test_a_plan_of_five_million_bytes(tmp_path: Path, capsys: Capture) -> None:
    file = written(tmp_path, "p.yaml", "#" * 5_000_000)
    assert "the plan has 5000000 bytes" in refused(called(capsys, "plans", "check", file), 3)


def test_many_problems_are_counted(tmp_path: Path, capsys: Capture) -> None:
    rows = [{"event": "strategy_presented", "date": "2024-02-30"} for _ in range(2_000)]
    file = written(tmp_path, "f.json", json.dumps({"plan": "dk-politiet-2024", "events": rows}))
    message = refused(called(capsys, "evaluate", file), 4)
    assert message.count("error: ") == 50
    assert message.endswith("and 1,950 more; see them all with --all-problems\n\n2,000 problems; nothing was judged.\n")
    everything = refused(called(capsys, "evaluate", file, "--all-problems"), 4)
    assert everything.count("error: ") == 2_000
    assert everything.endswith("\n\n2,000 problems; nothing was judged.\n")


# --- files that are not there, and output that cannot be written ---


@pytest.mark.parametrize("where", ["nowhere.json", "nowhere.xlsx", "nowhere.csv", "facts/empty.json/x"])
def test_facts_that_cannot_be_read(where: str, capsys: Capture) -> None:
    message = refused(called(capsys, "evaluate", where), 4)
    assert message.startswith("error: the facts cannot be read: ")
    assert f"\n  --> {where}\n   = check the path\n" in message


@pytest.mark.parametrize("where", ["nowhere.yaml", "plans/", "plans/empty.yaml/x.yaml"])
def test_a_plan_that_cannot_be_read(where: str, capsys: Capture) -> None:
    for command in (["plans", "show", where], ["plans", "check", where], ["evaluate", Q3, "--plan", where]):
        message = refused(called(capsys, *command), 3)
        assert message.startswith("error: the plan cannot be read: ")
        assert "or the id of a plan: rulecheck plans list" in message


@pytest.mark.parametrize("command", [["evaluate", Q3, "--plan"], ["plans", "show"], ["facts", "template", "--plan"]])
def test_an_unknown_plan_on_the_command_line(command: list[str], capsys: Capture) -> None:
    near = refused(called(capsys, *command, "dk-politiet-2023"), 2)
    assert "unknown plan `dk-politiet-2023`: did you mean `dk-politiet-2024`?" in near
    assert "there are: dk-politiet-2024" in refused(called(capsys, *command, "xyzzy"), 2)


@pytest.mark.parametrize("where", ["missing/folder/out.json", "facts", "facts/empty.json/out.json", ""])
@pytest.mark.parametrize(
    "command",
    [["evaluate", Q3], ["explain", "1.1", Q3], ["facts", "template", "--plan", "dk-politiet-2024"], ["schema", "plan"]],
    ids=lambda command: command[0],
)
def test_output_that_cannot_be_written(command: list[str], where: str, capsys: Capture) -> None:
    before = sorted(BAD.rglob("*"))
    message = refused(called(capsys, *command, "--output", where), 2)
    assert f"{where} cannot be written: " in message
    assert sorted(BAD.rglob("*")) == before


def test_the_old_file_stays_when_the_new_one_fails(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "verdicts.json"
    old.write_bytes(b"as it was\r\n")
    arguments = ["--format", "json", "--output", str(old)]
    refused(called(capsys, "evaluate", "facts/many-at-once.json", *arguments), 4)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    message = refused(called(capsys, "evaluate", Q3, *arguments), 2)
    assert "no space left on device; what was there is as it was" in message
    assert old.read_bytes() == b"as it was\r\n"
    assert list(tmp_path.iterdir()) == [old]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_file_stays(tmp_path: Path, capsys: Capture) -> None:
    old = tmp_path / "verdicts.json"
    old.write_text("as it was")
    old.chmod(0o444)
    assert "permission denied" in refused(called(capsys, "evaluate", Q3, "--output", str(old)), 2)
    assert old.read_text() == "as it was"


# --- the command itself ---


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["evalute", Q3], "no command 'evalute'; did you mean 'evaluate'?"),
        (["xyzzy"], "No such command 'xyzzy'"),
        (["evaluate"], "Missing argument 'FACTS'"),
        (["evaluate", Q3, Q3], "unexpected extra argument"),
        (["evaluate", Q3, "--formt", "json"], "--format"),
        (["evaluate", Q3, "--format", "pdf"], "'pdf' is not one of 'table', 'json', 'jsonl', 'csv', 'md'"),
        (["evaluate", Q3, "--lang", "fr"], "'fr' is not one of"),
        (["evaluate", Q3, "--as-of", "2024-02-30"], "'2024-02-30' is no day; write 2024-09-30"),
        (["evaluate", Q3, "--known-at", "2024-Q5"], "'2024-Q5' is no day"),
        (["evaluate", Q3, "--fail-on", "mised"], "'mised' is no verdict; there are: missed, at-risk"),
        (["evaluate", Q3, "--target", "9.*"], "no target matches '9.*'; there are: 1.1, 1.2"),
        (["explain", "2.22", Q3], "no target '2.22'; did you mean '2.2'?"),
        (["explain", "x", "--plan", "dk-politiet-2024"], "no target 'x'; there are: 1.1"),
        (["explain", "2.2"], "give FACTS, or --plan to see the rule without facts"),
        (["facts", "template"], "Missing option '--plan'"),
        (
            ["schema", "verdict"],
            "'verdict' is not one of 'plan', 'facts', 'verdicts', 'forecast', 'backtest', 'whatif', 'reach'",
        ),
        (["completion", "tcsh"], "'tcsh' is not one of 'bash', 'zsh', 'fish'"),
    ],
    ids=lambda value: " ".join(value).replace(Q3, "FACTS") if isinstance(value, list) else "",
)
def test_usage(arguments: list[str], message: str, capsys: Capture) -> None:
    assert message in refused(called(capsys, *arguments), 2)


# --- a few as processes of their own, where a bug could hide behind the test's own process ---


@pytest.mark.uncovered
@pytest.mark.parametrize(
    ("arguments", "stdin", "code"),
    [
        (["evaluate", "tests/bad/facts/many-at-once.json"], b"", 4),
        (["evaluate", "-"], b"[" * 100_000, 4),
        (["evaluate", "-"], b'{"plan": "dk-politiet-2024", "as_of": "\xff"}', 4),
        (["plans", "check", "tests/bad/plans/event-cycle.yaml"], b"", 3),
        (["evaluate", "--nonsense"], b"", 2),
        (["evaluate", "-", "--output", "missing/out.json"], Path(Q3).read_bytes(), 2),
    ],
    ids=["facts", "brackets", "bytes", "plan", "usage", "output"],
)
def test_as_a_process(arguments: list[str], stdin: bytes, code: int) -> None:
    found = process(*arguments, stdin=stdin, LC_ALL="C")
    assert (found.returncode, found.stdout) == (code, b"")
    assert found.stderr
    assert b"Traceback" not in found.stderr
