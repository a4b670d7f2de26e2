"""What a command finds around it: streams that are closed or full, folders that take nothing, settings for every command."""

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from rulecheck.cli import progress
from rulecheck.cli.main import MODULES, cli, run
from rulecheck.cli.settings import CONFIGURED, default_map

from tests.command import POLICE, Q3, ROOT, Outcome, called

Capture = pytest.CaptureFixture[str]
PLAN = "dk-politiet-2024"
HISTORY = str(POLICE / "2024-Q3-history.json")


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith("RULECHECK_") and name != "RULECHECK_CACHE_DIR":
            monkeypatch.delenv(name)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    monkeypatch.chdir(tmp_path)


def shell(line: str) -> Outcome:
    """What a line for the shell gives, `rulecheck` being the command."""
    started = f'rulecheck() {{ "{sys.executable}" -m rulecheck.cli "$@"; }}; {line}'
    env = {**os.environ, "LC_ALL": "C", "RULECHECK_LANG": "en"}
    found = subprocess.run(["bash", "-c", started], cwd=ROOT, env=env, capture_output=True, timeout=30, check=False)
    return Outcome(found.returncode, found.stdout.decode(), found.stderr.decode())


# --- streams ---


@pytest.mark.parametrize("command", [f"evaluate {Q3}", "--help", "plans show --help", "--version", "plans list"])
@pytest.mark.parametrize("stream", [">&-", "> /dev/full"])
def test_output_that_goes_nowhere_is_told(command: str, stream: str) -> None:
    found = shell(f"rulecheck {command} {stream}")
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith("Error: standard output cannot be written: ")
    assert found.err.count("\n") == 1


def test_without_any_stream_the_exit_code_is_the_same() -> None:
    assert shell(f"rulecheck evaluate {Q3} <&- >&- 2>&-").code == 2
    assert shell("rulecheck evaluate nowhere.json <&- >&- 2>&-").code == 4


def test_standard_input_that_is_closed_is_empty() -> None:
    found = shell("rulecheck evaluate - <&-")
    assert (found.code, found.out) == (4, "")
    assert "error: the file is empty\n  --> <stdin>:1:1" in found.err
    assert shell("rulecheck plans fmt - <&-").code == 3


@pytest.mark.parametrize(
    ("command", "code"),
    [("--help", 0), ("plans show --help", 0), (f"evaluate {Q3}", 0), (f"evaluate {Q3} --fail-on at-risk", 1)],
)
def test_a_reader_who_stops_changes_no_exit_code(command: str, code: int) -> None:
    """1 means that --fail-on was hit, and nothing else."""
    found = shell(f"exec 3>&1; (rulecheck {command} 3>&-; echo $? >&3) | true")
    assert (found.out, found.err) == (f"{code}\n", "")


def test_nobody_listening_to_complaints_changes_no_exit_code(tmp_path: Path) -> None:
    for command, code in (("evaluate nowhere.json", 4), ("evaluate --nonsense", 2), ("plans check nowhere.yaml", 3)):
        found = shell(f"exec 3>&1; (rulecheck {command} 2>&1 3>&-; echo $? >&3) | true")
        assert found.out == f"{code}\n"


# --- a dash is standard input or output ---


@pytest.mark.parametrize(
    "words",
    [
        f"evaluate {Q3} --plan - --format json",
        "plans check -",
        "plans show -",
        "plans prove - --target 2.2",
        f"plans compare - {PLAN} --check",
        "facts template --plan -",
    ],
)
def test_a_plan_from_standard_input(words: str) -> None:
    file = ROOT / "rules" / "plans" / f"{PLAN}.yaml"
    expected = shell("rulecheck " + " ".join(PLAN if word == "-" else word for word in words.split()))
    found = shell(f"rulecheck {words} < {file}")
    assert (found.code, found.out.replace("- ", f"{PLAN} ")) == (0, expected.out.replace("- ", f"{PLAN} "))
    assert found.out


def test_a_target_put_into_a_plan_from_standard_input() -> None:
    found = shell(f"rulecheck new target - mean < rules/plans/{PLAN}.yaml | rulecheck plans show -")
    assert (found.code, found.err.count("error")) == (0, 0)


def test_a_wrong_plan_from_standard_input() -> None:
    for words in ("plans check -", f"evaluate {Q3} --plan -"):
        found = shell(f"echo 'plan: [' | rulecheck {words}")
        assert (found.code, found.out) == (3, "")
        assert "  --> <stdin>:1:8\n" in found.err


def test_parameters_from_standard_input() -> None:
    folder = "examples/se-polisen-strategi-2024"
    judged = f"rulecheck evaluate {folder}/2024-Q3.json --format json --parameters"
    assert shell(f"{judged} - < {folder}/parameters.yaml") == shell(f"{judged} {folder}/parameters.yaml")


def test_facts_on_which_plans_differ_alone_on_standard_output(tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    text = (ROOT / "rules" / "plans" / f"{PLAN}.yaml").read_text(encoding="utf-8")
    other.write_text(text.replace("at_most: 180 days", "at_most: 185 days"), encoding="utf-8")
    found = shell(f"rulecheck plans compare {PLAN} {other} -o - | rulecheck evaluate - --target 1.1 --format csv")
    assert (found.code, found.out.splitlines()[1].split(",")[3]) == (0, "missed")


# --- files ---


@pytest.mark.parametrize("folder", ["x" * 300, "/dev/null/x", "\udcff"])
def test_a_cache_folder_that_cannot_be_changes_nothing(
    folder: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = called(capsys, "evaluate", Q3)
    monkeypatch.setenv("RULECHECK_CACHE_DIR", folder)
    assert called(capsys, "evaluate", Q3) == expected
    assert expected.code == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("evaluate {name}", 4),
        ("evaluate {facts} --plan {name}.yaml", 3),
        ("evaluate {facts} --parameters {name}", 3),
        ("evaluate {facts} --records cases={name}.csv", 4),
        ("evaluate {facts} --records cases={name}", 4),
        ("evaluate {facts} -o {name}", 2),
        ("whatif {facts} --scenario {name}", 4),
        ("facts convert {facts} {name}/", 2),
        ("new plan town -o {name}", 2),
        ("new target {name} mean", 3),
        ("plans fmt {name}", 3),
        ("plans mutate {plan} --cases {name}", 2),
    ],
)
def test_a_name_too_long_for_any_file_is_refused(words: str, code: int, capsys: Capture) -> None:
    found = called(capsys, *words.format(name="x" * 300, facts=Q3, plan=PLAN).split())
    assert (found.code, found.out) == (code, "")
    assert "a bug" not in found.err


def test_an_empty_name_is_not_this_folder(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text(f"key,value\nplan,{PLAN}\nas_of,2024-06-30\n")
    assert called(capsys, "evaluate", ".").code == 0
    found = called(capsys, "evaluate", "")
    assert (found.code, found.out) == (4, "")
    assert "the facts cannot be read: no such file or directory\n  --> ''" in found.err
    assert called(capsys, "evaluate", ".", "--parameters", "").code == 0, "as if it were not there"


def test_the_file_of_a_folder_that_cannot_be_read_is_named(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text(f"key,value\nplan,{PLAN}\n")
    (tmp_path / "events.csv").mkdir()
    found = called(capsys, "evaluate", ".")
    assert found.code == 4
    assert "is a directory\n  --> events.csv\n" in found.err


# --- settings ---


def leaves() -> list[tuple[tuple[str, ...], click.Command]]:
    """Every command that does something, by the words that call it."""
    found: list[tuple[tuple[str, ...], click.Command]] = []
    ctx = click.Context(cli)
    for name in MODULES:
        command = cli.get_command(ctx, name)
        assert command is not None
        if isinstance(command, click.Group):
            inner = {word: command.get_command(ctx, word) for word in command.list_commands(ctx)}
            found += [((name, word), one) for word, one in inner.items() if one is not None]
        else:
            found.append(((name,), command))
    return found


def settled(words: tuple[str, ...]) -> dict[str, str]:
    defaults = default_map()
    for word in words:
        defaults = defaults.get(word, {})
    return defaults


OWN = {
    ("new", "target"): {"plan"},  # the file to write into
    ("facts", "convert"): {"facts"},  # one of two names in a row
    ("plans", "prove"): {"facts"},  # which facts to write
}
"""Parameters that are called like a setting, and are something else."""


@pytest.mark.parametrize("words", [words for words, _ in leaves()], ids=" ".join)
def test_every_setting_reaches_every_command_that_takes_it(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in CONFIGURED:
        monkeypatch.setenv(f"RULECHECK_{key.replace('-', '_').upper()}", key)
    command = dict(leaves())[words]
    taken = {name for p in command.params if (name := p.name) in CONFIGURED.values()}
    if words not in (("evaluate",), ("explain",)):
        taken.discard("format_")  # it says how verdicts are shown
    silent = {"lang"} if words in (("completion",), ("schema",)) else set()
    wanted = taken - OWN.get(words, set()) - silent
    assert wanted <= settled(words).keys()
    assert not settled(words).keys() & OWN.get(words, set())


@pytest.mark.parametrize(
    "words", ["whatif --reach 90", "forecast", "facts missing", "facts check", "plans show dk-politiet-2024"]
)
def test_the_file_of_parameters_of_the_settings_is_read_by_all(words: str, capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "rulecheck.toml").write_text(f'parameters = "nowhere.yaml"\nfacts = "{Q3}"\n')
    found = called(capsys, *words.split())
    assert (found.code, found.out) == (3, "")
    assert "the parameters cannot be read: no such file or directory" in found.err


def test_a_wrong_setting_says_where_it_stands(capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rulecheck.toml").write_text('color = "red"\nlang = "en"\n')
    assert f"({tmp_path / 'rulecheck.toml'})\n" in called(capsys, "evaluate", Q3).err
    monkeypatch.setenv("RULECHECK_COLOR", "blue")
    assert called(capsys, "evaluate", Q3).err.endswith("(RULECHECK_COLOR)\n")
    assert "RULECHECK" not in called(capsys, "evaluate", Q3, "--color", "green").err


def test_settings_saved_with_a_byte_order_mark(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "rulecheck.toml").write_bytes(b'\xef\xbb\xbfformat = "csv"\n')
    assert called(capsys, "evaluate", Q3).out.startswith("target,goal,")


# --- how far it is ---


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("plans prove se-polisen-narkotika", 0),
        (f"plans mutate se-stockholm-mal-5 --cases {ROOT / 'tests' / 'cases'}", 0),
        (f"forecast {HISTORY} --futures 400000", 4),
        (f"forecast {HISTORY} --futures 10000 --backtest", 8),
    ],
    ids=["prove", "mutate", "forecast", "backtest"],
)
def test_a_terminal_sees_how_far_long_work_is(
    words: str, count: int, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet = called(capsys, *words.split())
    assert (quiet.code, quiet.err) == (0, "")
    terminal = Terminal()
    monkeypatch.setattr(progress, "PATIENCE", 0.005)
    monkeypatch.setattr(sys, "stderr", terminal)
    assert run(words.split()) == 0
    assert capsys.readouterr().out == quiet.out
    shown = re.findall(r"\r\x1b\[K\[(#*)(\.*)\] (\d+) of (\d+): .+? … 0? ?\d* s", terminal.getvalue())
    assert len(shown) > 2
    numbers = [int(number) for *_, number, _ in shown]
    assert numbers == sorted(numbers)
    assert {len(full) + len(empty) for full, empty, *_ in shown} == {20}
    assert count == 0 or {int(of) for *_, of in shown} == {count}
    assert terminal.getvalue().endswith("\r\x1b[K"), "nothing of it stays"
