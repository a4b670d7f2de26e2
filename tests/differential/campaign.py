"""The engine against the reference on many random cases: ``python -m tests.differential.campaign 200000``.

Each case is made from a seed, so a mismatch can be repeated: ``--from SEED`` with one case. The result is written to
docs/quality/differential.md; with mismatches the command ends with status 1.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import attrs
from rulecheck.engine.ruleset import RULES
from rulecheck.engine.verdict import ORDER

from tests.differential.minds import judged, reached, rules_fired
from tests.generators import seeded

VERDICTS = tuple(reversed(ORDER))
REPORT = Path(__file__).parents[2] / "docs" / "quality" / "differential.md"
CHUNK = 1000
IMPOSSIBLE = {
    ("target: should", "missed"): "a *should* is at most at-risk (semantics §1)",
    ("target: may", "missed"): "a *may* is never missed (semantics §1)",
    ("target: may", "at-risk"): "a *may* is never at risk (semantics §1)",
}
"""Cells that no case can reach, and why."""


@attrs.define
class Tally:
    """What a range of seeds gave."""

    cases: int = 0
    verdicts: int = 0
    mismatches: list[str] = attrs.field(factory=list)
    cells: Counter[tuple[str, str]] = attrs.field(factory=Counter)
    rules: Counter[str] = attrs.field(factory=Counter)

    def add(self, other: "Tally") -> None:
        self.cases += other.cases
        self.verdicts += other.verdicts
        self.mismatches += other.mismatches
        self.cells.update(other.cells)
        self.rules.update(other.rules)

    def rows(self) -> list[str]:
        return sorted({row for row, _ in self.cells})

    def thin(self, least: int) -> dict[tuple[str, str], int]:
        """The cells that were reached fewer times than ``least`` although they can be."""
        wanted = ((row, verdict) for row in self.rows() for verdict in VERDICTS)
        return {cell: self.cells[cell] for cell in wanted if cell not in IMPOSSIBLE and self.cells[cell] < least}


def tally(seeds: Iterable[int]) -> Tally:
    """Judge the cases of these seeds by every mind."""
    found = Tally()
    for seed in seeds:
        case = judged(seeded(seed))
        found.cases += 1
        found.verdicts += len(case.proofs)
        found.mismatches += [f"seed {seed}: {mismatch}" for mismatch in case.mismatches()]
        found.cells.update(reached(case))
        found.rules.update(rules_fired(case))
    return found


def report(found: Tally, first: int) -> str:
    """The page docs/quality/differential.md: no clock, no machine, the same for the same cases."""
    lines = [
        "# The engine against the reference",
        "",
        "Every case is a random valid plan with random facts, judged three times: by durable-rules, by the same rule table in",
        "plain Python, and by `engine/reference/`, which knows neither rules nor findings. Every proof is also given to",
        "`engine/checker/`. A case with any difference, or with a proof that is not accepted, is a mismatch.",
        "",
        f"Repeat it: `python -m tests.differential.campaign {found.cases} --from {first}`",
        "",
        "| | |",
        "|---|---:|",
        f"| cases | {found.cases:,} |",
        f"| seeds | {first}–{first + found.cases - 1} |",
        f"| verdicts of targets compared | {found.verdicts:,} |",
        f"| mismatches | {len(found.mismatches):,} |",
        "",
        *(f"* {mismatch}" for mismatch in found.mismatches[:50]),
        "## What the cases reach",
        "",
        "How often each kind of criterion came to each verdict; `–` is a cell that no case can reach:",
        *(f"{row} × {verdict}: {why}." for (row, verdict), why in IMPOSSIBLE.items()),
        "",
        "| criterion | " + " | ".join(VERDICTS) + " |",
        "|---|" + "---:|" * len(VERDICTS),
        *(_row(found, row) for row in found.rows()),
        "",
        "## Which rules decide",
        "",
        "How often each rule stands in a proof.",
        "",
        "| rule | meaning | times |",
        "|---|---|---:|",
        *(f"| {rule.id} | {rule.meaning} | {found.rules[rule.id]:,} |" for rule in RULES if rule.kind != "result"),
    ]
    return "\n".join(lines) + "\n"


def _row(found: Tally, row: str) -> str:
    cells = ("–" if (row, v) in IMPOSSIBLE else f"{found.cells[row, v]:,}" for v in VERDICTS)
    return f"| {row} | " + " | ".join(cells) + " |"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.differential.campaign", description=__doc__.split("\n")[0])
    parser.add_argument("cases", type=int)
    parser.add_argument("--from", dest="first", type=int, default=0, metavar="SEED")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--output", type=Path, default=REPORT)
    options = parser.parse_args()
    ends = range(options.first, options.first + options.cases, CHUNK)
    chunks = [range(start, min(start + CHUNK, options.first + options.cases)) for start in ends]
    found = Tally()
    with ProcessPoolExecutor(options.processes) as pool:
        for done in pool.map(tally, chunks):
            found.add(done)
            print(f"{found.cases} cases, {len(found.mismatches)} mismatches", file=sys.stderr)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(report(found, options.first), "utf-8")
    print(f"{found.cases} cases, {found.verdicts} verdicts, {len(found.mismatches)} mismatches")
    return 1 if found.mismatches else 0


if __name__ == "__main__":
    sys.exit(main())
