"""Small wrong versions of facts/ and engine/, and whether the tests notice: ``python -m tests.mutation 4 --seed 0``.

What is judged is a clone of the last commit, so that nothing here is ever left wrong. A campaign that was stopped goes
on where it was; what was not noticed is tried again once the tests have changed.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "build" / "mutation"
CLONE = FOLDER / "clone"
REPORT = ROOT / "docs" / "quality" / "mutation-engine.md"
JUDGED = ("facts", "rules", "engine", "cli", "tests", "examples")


@click.command()
@click.argument("percent", type=int)
@click.option("--seed", default=0)
@click.option(
    "--seconds",
    default=15,
    help="Of tests for a version; with more than before, what nobody noticed is tried again; with 0 the report is written.",
)
@click.option("--by", multiple=True, help="A test, or a file of them, just written: only what nobody noticed, by this.")
def main(percent: int, seed: int, seconds: int, by: tuple[str, ...]) -> None:
    """Try wrong versions of PERCENT of all places, at least two a module, and write the report."""
    clone()
    if not by and seconds:
        measure()
    inside("tests.mutation.campaign", str(FOLDER), str(percent), str(seed), str(seconds), str(REPORT), *by)
    print(REPORT.read_text("utf-8"))


def clone() -> None:
    """What is committed, with the packages under their import names, and the bytecode of it all."""
    shutil.rmtree(CLONE, ignore_errors=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    subprocess.run(["git", "clone", "-q", str(ROOT), str(CLONE)], check=True)
    subprocess.run(["make", "-s", "build/import"], cwd=CLONE, check=True)
    inside("pytest", "-qq", "-n", "0", "--collect-only", "--no-summary", "tests", PYTHONDONTWRITEBYTECODE="")


def measure() -> None:
    """Which tests reach which line, unless it is known of these very files."""
    listed = subprocess.run(
        ["git", "ls-tree", "-r", "HEAD", *JUDGED], cwd=CLONE, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    state = "\n".join(line for line in listed if "\ttests/mutation/" not in line)
    measured = FOLDER / "measured"
    if not measured.is_file() or measured.read_text("utf-8") != state:
        (FOLDER / "reach.sqlite").unlink(missing_ok=True)
        inside("tests.mutation.reach", str(FOLDER))
        measured.write_text(state, "utf-8")


def inside(module: str, *arguments: str, **other: str) -> None:
    """Run a module of the tests in the clone, whose packages come before the installed ones."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(CLONE / "build" / "import"),
        "PYTHONDONTWRITEBYTECODE": "1",  # else the bytecode of one version could stand for the next
        "RULECHECK_TESTS": "few",
        **other,
    }
    subprocess.run([sys.executable, "-m", module, *arguments], cwd=CLONE, env=environment, check=True)


if __name__ == "__main__":
    main()
