"""The command line as tests use it: in this process (fast), or as a process of its own."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from rulecheck.cli.main import run

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
POLICE = EXAMPLES / "dk-politiet-2024"
Q3, Q4 = str(POLICE / "2024-Q3.json"), str(POLICE / "2024-Q4.json")
RENEW = bool(os.environ.get("RULECHECK_RENEW_GOLDEN"))


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


def called(capsys: pytest.CaptureFixture[str], *arguments: str) -> Outcome:
    """What the command prints and exits with, run in this process."""
    capsys.readouterr()
    code = run(list(arguments))
    out, err = capsys.readouterr()
    return Outcome(code, out, err)


def process(
    *arguments: str, stdin: bytes = b"", folder: Path = ROOT, python: tuple[str, ...] = (), **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """The same as a process of its own."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("RULECHECK_", "LC_", "LANG", "COLUMNS"))}
    command = [sys.executable, *python, "-m", "rulecheck.cli", *arguments]
    return subprocess.run(
        command,
        input=stdin,
        cwd=folder,
        env={**kept, "RULECHECK_CACHE_DIR": "", **environment},
        capture_output=True,
        timeout=20,
        check=False,
    )


def golden(file: Path, found: str) -> None:
    """Hold ``found`` against the file, or renew the file."""
    if RENEW:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(found.encode())
    assert file.is_file(), f"no {file}; RULECHECK_RENEW_GOLDEN=1 writes it"
    assert found == file.read_bytes().decode(), f"RULECHECK_RENEW_GOLDEN=1 renews {file.name}"
