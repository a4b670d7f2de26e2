"""Small wrong versions of facts/ and engine/, and whether the tests notice: ``python -m tests.mutation 100 --seed 0``.

cosmic-ray makes the versions. There are some ten thousand, so a sample is tried, one version a place; what is judged is a
clone, so that nothing here is ever left wrong. The tests are those that take half a minute and the laws with few examples:
what they let through the whole suite may still catch, so the share is the least it can be.
"""

import os
import random
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import click

ROOT = Path(__file__).parent.parent
CLONE = ROOT / "build" / "mutation" / "clone"
SESSION = ROOT / "build" / "mutation" / "session.sqlite"
CONFIG = ROOT / "build" / "mutation" / "config.toml"
REPORT = ROOT / "docs" / "quality" / "mutation-engine.md"
TESTS = (
    "tests/test_engine.py tests/test_cases.py tests/test_reading.py tests/test_tables.py tests/test_whatif.py tests/test_robustness.py "
    "tests/properties/test_two_minds.py tests/properties/test_justification.py tests/properties/test_needed.py "
    "tests/properties/test_robustness.py tests/properties/test_values.py tests/properties/test_time.py"
)
OTHERS = (
    "engine/futures/*",
    "engine/mutation/*",
    "engine/proofs/*",
    "engine/testing/*",
    "facts/records/*",
    "facts/writing/*",
)
"""Not what judges: forecasts, wrong versions of plans, proofs, strategies, case records and written files have tests of
their own, which are not among these."""
NOTHING = ("core/ReplaceBinaryOperator_BitOr_%", "core/RemoveDecorator")
"""Versions that mean the same: ``|`` stands in types, and a decorator taken off is noticed by the import."""


@click.command()
@click.argument("count", type=int)
@click.option("--seed", default=0)
def main(count: int, seed: int) -> None:
    """Try COUNT wrong versions and write the report."""
    prepare()
    sites = sample(count, seed)
    cosmic_ray("exec", str(CONFIG), str(SESSION))
    REPORT.write_text(report(sites, seed), "utf-8")
    print(REPORT.read_text("utf-8"))


def prepare() -> None:
    """A clone of what is committed, and the list of all wrong versions of it."""
    SESSION.parent.mkdir(parents=True, exist_ok=True)
    SESSION.unlink(missing_ok=True)
    subprocess.run(["rm", "-rf", str(CLONE)], check=True)
    subprocess.run(["git", "clone", "-q", str(ROOT), str(CLONE)], check=True)
    subprocess.run(["make", "-s", "build/import"], cwd=CLONE, check=True)
    command = f"{sys.executable} -m pytest -x -q -n 0 {TESTS}"
    CONFIG.write_text(
        f"[cosmic-ray]\nmodule-path = ['facts', 'engine']\ntimeout = 600.0\nexcluded-modules = {list(OTHERS)}\n"
        f"test-command = '{command}'\n[cosmic-ray.distributor]\nname = 'local'\n",
        "utf-8",
    )
    cosmic_ray("init", str(CONFIG), str(SESSION))


def cosmic_ray(*arguments: str) -> None:
    """Run it in the clone, whose packages come before the installed ones."""
    environment = {**os.environ, "PYTHONPATH": str(CLONE / "build" / "import"), "RULECHECK_TESTS": "quick"}
    command = [str(Path(sys.executable).parent / "cosmic-ray"), *arguments]
    subprocess.run(command, cwd=CLONE, env=environment, check=True)


def sample(count: int, seed: int) -> int:
    """Keep ``count`` places, and one version of each; how many places there are."""
    with sqlite3.connect(SESSION) as session:
        for name in NOTHING:
            session.execute("DELETE FROM mutation_specs WHERE operator_name LIKE ?", [name])
        rows = session.execute(
            "SELECT module_path, start_pos_row, start_pos_col, job_id FROM mutation_specs"
        ).fetchall()
        sites: dict[tuple[object, ...], list[str]] = {}
        for *site, job in sorted(rows):
            sites.setdefault(tuple(site), []).append(job)
        chosen = random.Random(seed)
        kept = [chosen.choice(sites[site]) for site in chosen.sample(sorted(sites, key=str), min(count, len(sites)))]
        session.execute("CREATE TEMP TABLE kept (job_id VARCHAR)")
        session.executemany("INSERT INTO kept VALUES (?)", [(job,) for job in kept])
        for table in ("mutation_specs", "work_items"):
            session.execute(f"DELETE FROM {table} WHERE job_id NOT IN (SELECT job_id FROM kept)")
    return len(sites)


def report(sites: int, seed: int) -> str:
    """What was tried, the share that was noticed, and every version that was not."""
    with sqlite3.connect(SESSION) as session:
        rows = session.execute(
            "SELECT module_path, start_pos_row, definition_name, operator_name, test_outcome, diff FROM mutation_specs "
            "JOIN work_results USING (job_id) ORDER BY module_path, start_pos_row"
        ).fetchall()
    outcomes = Counter((row[0].split("/")[0], row[4]) for row in rows)
    survivors = [row for row in rows if row[4] == "SURVIVED"]
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=CLONE, capture_output=True, text=True).stdout
    lines = [
        "# Wrong versions of facts/ and engine/",
        "",
        f"Of {sites} places cosmic-ray can change, {len(rows)} were drawn (seed {seed}) and one wrong version of each judged by",
        f"the tests of half a minute and the laws with few examples, at {commit.strip()}. `make mutation` repeats it.",
        "",
        "| | tried | noticed | not noticed |",
        "|---|---:|---:|---:|",
    ]
    for package in ("facts", "engine"):
        survived = outcomes[package, "SURVIVED"]
        tried = sum(number for (name, _), number in outcomes.items() if name == package)
        lines.append(f"| {package} | {tried} | {tried - survived} | {survived} |")
    noticed = len(rows) - len(survivors)
    lines += [
        "",
        f"Noticed: {noticed} of {len(rows)} ({100 * noticed // max(len(rows), 1)} %).",
        "",
        "## Not noticed",
        "",
    ]
    for module, row, definition, operator, _, diff in survivors:
        changed = [line for line in (diff or "").splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
        lines += [f"* `{module}:{row}` in `{definition}` ({operator.split('/')[-1]})", "", "  ```diff"]
        lines += [f"  {line}" for line in changed] + ["  ```", ""]
    return "\n".join(lines).rstrip("\n") + "\n"


if __name__ == "__main__":
    main()
