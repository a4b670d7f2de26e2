"""What a forecast costs: seconds of CPU against the number of futures; `--write` puts the table into docs/forecast.md.

The whole process for 100,000 futures of the Danish plan is wanted in 2 s of CPU, and futures ten times as many in less
than twelve times the time. Exits 1 where either is not so.
"""

import sys
import time
from datetime import date
from itertools import pairwise
from pathlib import Path

from rulecheck.engine.evaluate import evaluate
from rulecheck.engine.futures import forecast
from rulecheck.engine.version import VERSION
from rulecheck.facts.documents.json_document import read_json
from rulecheck.facts.read_facts import read_facts
from rulecheck.rules.library import load_plan
from run import COMMAND, cpu_seconds

ROOT = Path(__file__).parent.parent
FACTS = ROOT / "examples" / "dk-politiet-2024" / "2024-Q3-history.json"
WANTED, GROWTH = 2.0, 12
SIZES = (10_000, 100_000, 1_000_000)
HEAD = "## Measured"


def growth() -> list[tuple[int, float]]:
    """Seconds of CPU in a running process, the best of three, for each number of futures."""
    plan = load_plan("dk-politiet-2024", VERSION)
    facts, _ = read_facts(read_json(FACTS.read_bytes(), "facts.json"), plan.vocabulary)
    evaluation = evaluate(plan, facts, date(2024, 9, 30))
    forecast(evaluation, 100, 0)  # imports
    found = []
    for size in SIZES:
        spent = []
        for seed in range(3):
            begun = time.process_time()
            forecast(evaluation, size, seed)
            spent.append(time.process_time() - begun)
        found.append((size, min(spent)))
    return found


def main() -> int:
    command = [COMMAND, "forecast", str(FACTS)]
    cpu_seconds(command)  # caches
    whole = sorted(cpu_seconds(command) for _ in range(5))[2]
    rows = growth()
    lines = [
        f"`rulecheck forecast`, 100,000 futures, the whole process: {whole:.2f} s of CPU (wanted: {WANTED:.0f}).",
        "",
        "| futures | s of CPU | µs a future |",
        "|---:|---:|---:|",
        *(f"| {size:,} | {spent:.3f} | {spent / size * 1e6:.2f} |" for size, spent in rows),
    ]
    print("\n".join(lines))
    if "--write" in sys.argv:
        page = ROOT / "docs" / "forecast.md"
        text = page.read_text("utf-8").split(f"\n{HEAD}")[0].rstrip()
        page.write_text(f"{text}\n\n{HEAD}\n\n" + "\n".join(lines) + "\n", "utf-8")
    steep = [(a, b) for a, b in pairwise(rows) if b[1] > GROWTH * a[1]]
    return int(whole > WANTED or bool(steep))


if __name__ == "__main__":
    sys.exit(main())
