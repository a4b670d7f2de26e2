"""Help, usage errors and completion in the reader's language, and how that language is chosen."""

import ast
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from rulecheck.cli import spoken
from rulecheck.cli.language import LANGUAGES
from rulecheck.cli.main import MODULES, cli

from tests.command import Q3, called, process
from tests.test_cli import imported
from tests.test_messages import FOREIGN

Capture = pytest.CaptureFixture[str]
USAGE = {"da": "Brug:", "sv": "Användning:", "nb": "Bruk:", "en": "Usage:"}


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command there is, by the words that call it."""
    yield "", cli
    ctx = click.Context(cli)
    for name in MODULES:
        command = cli.get_command(ctx, name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            for inner, its in command.commands.items():
                yield f"{name} {inner}", its


CALLED = [name for name, _ in commands()]


def texts_of_click() -> set[str]:
    """What click looks up in its catalogue."""
    found = set()
    for file in Path(click.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="_" | "ngettext"), args=args):
                    found |= {a.value for a in args if isinstance(a, ast.Constant)}
    return found


def test_what_click_is_said_to_say_it_says() -> None:
    of_click = texts_of_click()
    assert {*spoken.CLICK} - of_click == {"required"}  # looked up by another name
    assert {text for pair in spoken.CLICK_COUNTED for text in pair} <= of_click


@pytest.mark.parametrize("code", FOREIGN)
@pytest.mark.parametrize("words", CALLED)
def test_no_english_is_left_in_the_help(
    words: str, code: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Line by line: nothing but names and choices is in both languages."""
    monkeypatch.setenv("COLUMNS", "100")
    foreign = called(capsys, *words.split(), "--help", "--lang", code)
    english = called(capsys, *words.split(), "--help", "--lang", "en")
    assert (foreign.code, foreign.err, english.code) == (0, "", 0)
    assert foreign.out.startswith(f"{USAGE[code]} rulecheck")
    shared = {line.strip() for line in foreign.out.splitlines()} & {line.strip() for line in english.out.splitlines()}
    assert shared <= {
        "",
        "--format [table|json|jsonl|csv|md]",
        "--format [table|csv|json]",
        "--facts [fulfilled|missed|counterexample]",
        "--format [text|json|sarif|github]",
        "--records-engine [duckdb|polars|spark]",
    }


@pytest.mark.parametrize("words", CALLED)
def test_every_text_of_a_command_is_spoken(words: str) -> None:
    """Else a text could stay out of the catalogues, and out of the test above."""
    command = dict(commands())[words]
    assert isinstance(command, spoken.Command)
    for parameter in command.params:
        assert isinstance(parameter, spoken.Option | spoken.Argument), parameter.name


MISTAKES = (
    "", "facts", "evalute", "xyzzy", "evaluate", "evaluate --fomat csv", "evaluate --zzz", "evaluate --plan", "evaluate a b c",
    "evaluate a --format xls", "evaluate a --lang", "evaluate a --color=1 --help=1", "evaluate a --as-of x", "evaluate a --fail-on x",
    f"evaluate {Q3} --target 99", f"explain 99 {Q3}", f"explain 2.22 {Q3}", "explain 1.1", "facts template", "schema", "schema poem",
    "explain", "plans sow", f"forecast {Q3} --futures 0", f"forecast {Q3} --seed x",
)  # fmt: skip


@pytest.mark.parametrize("words", MISTAKES)
def test_mistakes_are_told_in_the_language(
    words: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    told = {}
    for code in LANGUAGES:
        monkeypatch.setenv("RULECHECK_LANG", code)
        told[code] = called(capsys, *words.split())
        assert told[code].code == (2 if words != "" else told["da"].code)
    for code in FOREIGN:
        kept = set(told[code].err.splitlines()) & set(told["en"].err.splitlines())
        assert {line for line in kept if not line.startswith("\t")} <= {""}


def test_how_the_language_is_chosen(capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The flag, else the environment, else the settings file, else the locale, else English."""
    monkeypatch.chdir(tmp_path)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "RULECHECK_LANG"):
        monkeypatch.delenv(name, raising=False)

    def heard(*words: str) -> str:
        usage = called(capsys, *words).out.split()[0]
        return next(code for code, word in USAGE.items() if word == usage)

    assert heard("--help") == "en"
    monkeypatch.setenv("LANG", "nb_NO.UTF-8")
    assert heard("--help") == heard("evaluate", "--help") == "nb"
    (tmp_path / "rulecheck.toml").write_text('lang = "sv"')
    assert heard("--help") == "sv"
    monkeypatch.setenv("RULECHECK_LANG", "da")
    assert heard("--help") == "da"
    for words in (["--help", "--lang", "en"], ["--lang=en", "--help"], ["--lang", "en", "plans", "show", "--help"]):
        assert heard(*words) == "en"
    monkeypatch.setenv("RULECHECK_LANG", "klingon")
    assert heard("--help") == "sv"
    (tmp_path / "rulecheck.toml").write_text("lang = [")
    assert heard("--help") == "nb"


def test_the_language_before_the_command_is_the_commands_too(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RULECHECK_LANG", "sv")
    assert called(capsys, "--lang", "nb", "evaluate", Q3).out == called(capsys, "evaluate", Q3, "--lang", "nb").out
    group = called(capsys, "plans", "--lang", "da", "list")
    assert group.code == 0
    assert group.out == called(capsys, "plans", "list", "--lang", "da").out


def test_without_a_choice_mistakes_are_told_in_the_plans_language(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    found = called(capsys, "explain", "2.22", Q3)
    assert found.err.endswith("\n\nFejl: intet mål hedder '2.22'; mente du '2.2'?\n")
    assert found.err.startswith("Brug: ")


def test_what_is_wrong_with_the_settings_is_told_in_the_language(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RULECHECK_LANG", raising=False)
    (tmp_path / "rulecheck.toml").write_text('lagn = "x"')
    assert "`lagn` är ingen inställning" in called(capsys, "--lang", "sv", "plans", "list").err


def test_completion_speaks_the_language() -> None:
    def completed(words: str, **environment: str) -> str:
        found = process(_RULECHECK_COMPLETE="fish_complete", COMP_WORDS=words, COMP_CWORD="", **environment)
        assert found.stderr == b""
        return found.stdout.decode()

    assert "Bedöm varje mål" in completed("rulecheck ", RULECHECK_LANG="sv", PYTHONUTF8="1")
    assert "Judge every target" in completed("rulecheck ", LC_ALL="C")


def test_help_in_another_language_imports_next_to_nothing_more(tmp_path: Path) -> None:
    more = imported("--help", "--lang", "da", cache=tmp_path) - imported("--help", "--lang", "en", cache=tmp_path)
    assert {name.split(".")[0] for name in more} <= {"json", "_json"}
