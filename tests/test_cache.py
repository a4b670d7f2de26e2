"""The plan cache: it saves work, and nothing it holds or lacks ever changes a verdict."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from rulecheck.engine.version import VERSION
from rulecheck.rules import cache
from rulecheck.rules.library import load_file

from tests.command import Q4, ROOT, called, process

PLAN = ROOT / "rules" / "plans" / "dk-politiet-2024.yaml"
ARGUMENTS = ("evaluate", Q4, "--format", "json")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    where = tmp_path / "cache"
    monkeypatch.setenv("RULECHECK_CACHE_DIR", str(where))
    return where


@pytest.fixture
def judged(capsys: pytest.CaptureFixture[str]) -> Any:
    """Evaluates in silence; what is printed."""

    def printed() -> str:
        found = called(capsys, *ARGUMENTS)
        assert (found.code, found.err) == (0, "")
        return found.out

    return printed


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were parsed."""
    from rulecheck.rules import read_plan

    seen: list[str] = []
    read = read_plan.read_plan

    def noted(content: bytes, file: str, digest: str, declared: Any = None) -> Any:
        seen.append(file)
        return read(content, file, digest, declared)

    monkeypatch.setattr(read_plan, "read_plan", noted)
    return seen


def stored(folder: Path) -> Path:
    (file,) = folder.iterdir()
    return file


def test_the_second_run_parses_nothing_and_says_the_same(folder: Path, judged: Any, parses: list[str]) -> None:
    cold = judged()
    assert len(parses) == 1
    assert judged() == cold
    assert len(parses) == 1
    assert stored(folder).suffix == ".json"


def test_without_a_cache_the_same_is_said(
    judged: Any, parses: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warm = judged()
    monkeypatch.setenv("RULECHECK_CACHE_DIR", "")
    assert judged() == judged() == warm
    assert len(parses) == 3


DAMAGE = {
    "empty": lambda content: b"",
    "truncated": lambda content: content[: len(content) // 2],
    "not utf-8": lambda content: content.replace(b"plan", b"\xff\xfe", 1),
    "another number": lambda content: content.replace(b'"180 days"', b'"280 days"'),
    "another date": lambda content: content.replace(b"2024-H1", b"2024-H2"),
    "another checksum": lambda content: b"0" * 64 + content[64:],
    "no checksum": lambda content: content[65:],
    "another plan": lambda content: content[:65] + b'{"plan": "x"}',
    "only a checksum": lambda content: content[:64],
    "no JSON": lambda content: content + b"}",
}


@pytest.mark.uncovered
@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_cache_is_rebuilt_in_silence(name: str, folder: Path, judged: Any, parses: list[str]) -> None:
    expected = judged()
    file = stored(folder)
    whole = file.read_bytes()
    damaged = DAMAGE[name](whole)
    assert damaged != whole
    file.write_bytes(damaged)
    assert judged() == expected
    assert len(parses) == 2
    assert file.read_bytes() == whole, "it is whole again"


def test_another_plans_cache_is_not_believed(folder: Path, judged: Any, parses: list[str]) -> None:
    expected = judged()
    other = ROOT / "examples" / "no-112" / "plan.yaml"
    load_file(other, VERSION)
    first, second = sorted(folder.iterdir(), key=lambda file: file.stat().st_size)
    second.write_bytes(first.read_bytes())
    assert judged() == expected
    assert len(parses) == 3


def test_another_versions_cache_is_ignored(folder: Path, parses: list[str]) -> None:
    load_file(PLAN, "one")
    load_file(PLAN, "one")
    assert len(parses) == 1
    load_file(PLAN, "two")
    load_file(PLAN, "two")
    load_file(PLAN, "one")
    assert len(parses) == 3


def test_a_changed_plan_is_read_again(folder: Path, tmp_path: Path, parses: list[str]) -> None:
    file = tmp_path / "plan.yaml"
    text = PLAN.read_text(encoding="utf-8")
    file.write_text(text, encoding="utf-8")
    first = load_file(file, "v")
    file.write_text(text.replace("at_most: 180 days", "at_most: 181 days"), encoding="utf-8")
    second = load_file(file, "v")
    assert len(parses) == 2
    assert first.sha256 != second.sha256
    bounds = [plan.versions[0].targets[0].criterion.bound.high for plan in (first, second)]  # type: ignore[union-attr]
    assert bounds == [180, 181]


def test_a_kept_plan_is_built_anew_each_time(
    folder: Path, parses: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A calendar of holidays that is no longer installed is told, not overlooked."""
    plan = str(ROOT / "tests" / "plans" / "working-days.yaml")
    assert called(capsys, "plans", "show", plan).code == 0
    assert called(capsys, "plans", "show", plan).code == 0
    assert len(parses) == 1
    monkeypatch.setitem(sys.modules, "holidays", None)
    found = called(capsys, "plans", "show", plan, "--lang", "en")
    assert (found.code, found.out) == (3, "")
    assert "the calendar of holidays is not installed" in found.err


def test_a_wrong_plan_is_not_kept(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = str(ROOT / "tests" / "bad" / "plans" / "weights-not-100.yaml")
    first = called(capsys, "evaluate", Q4, "--plan", plan)
    assert first.code == 3
    assert not folder.exists()
    assert called(capsys, "evaluate", Q4, "--plan", plan) == first


@pytest.mark.parametrize("where", ["a file", "below a file"])
def test_a_cache_that_cannot_be_written_is_done_without(
    where: str, tmp_path: Path, judged: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = judged()
    blocked = tmp_path / "blocked"
    blocked.write_text("not a folder")
    monkeypatch.setenv("RULECHECK_CACHE_DIR", str(blocked if where == "a file" else blocked / "deeper"))
    assert judged() == expected
    assert blocked.read_text() == "not a folder"


def test_nothing_half_written_is_left(folder: Path, judged: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert judged()
    assert list(folder.iterdir()) == []


def test_the_folder_of_the_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RULECHECK_CACHE_DIR", "")
    assert cache.folder() is None
    assert cache.load("x", "v") is None
    cache.store("x", "v", {})
    monkeypatch.delenv("RULECHECK_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache.folder() == tmp_path / "rulecheck"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    assert cache.folder() == tmp_path / "home" / ".cache" / "rulecheck"

    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)
    assert cache.folder() is None


def test_what_is_kept_is_plain_data(folder: Path, judged: Any) -> None:
    judged()
    checksum, _, payload = stored(folder).read_text(encoding="utf-8").partition("\n")
    assert len(checksum) == 64
    assert json.loads(payload)["plan"] == "dk-politiet-2024"


@pytest.mark.uncovered
def test_many_processes_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def one(_: int) -> bytes:
        found = process(*ARGUMENTS, RULECHECK_CACHE_DIR=str(tmp_path / "shared"))
        assert (found.returncode, found.stderr) == (0, b"")
        return found.stdout

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(one, range(4)))) == 1
    assert [file.suffix for file in (tmp_path / "shared").iterdir()] == [".json"]
    assert os.access(stored(tmp_path / "shared"), os.R_OK)
