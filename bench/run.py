"""What rulecheck costs, as ratios side by side in one run on the same work: `make bench`.

Whole processes are measured in CPU time (user + system) of the child, interleaved with what they are compared with, and
the medians are compared. Warm evaluations are the best of several rounds. `--write` puts the result into docs/speed.md.
"""

import gc
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from rulecheck.engine.evaluate import evaluate
from rulecheck.engine.reference import reference_verdicts
from rulecheck.engine.version import VERSION
from rulecheck.facts.documents.json_document import read_json as read_document
from rulecheck.facts.facts import Facts
from rulecheck.facts.read_facts import read_facts
from rulecheck.rules.build_plan import build_plan
from rulecheck.rules.library import load_plan
from rulecheck.rules.plan import Plan

ROOT = Path(__file__).parent.parent
FACTS = ROOT / "examples" / "dk-politiet-2024" / "2024-Q3.json"
PYTHON = sys.executable
COMMAND = str(Path(PYTHON).parent / "rulecheck")
ROUNDS = 25
PROCESSES = {
    "import click": [PYTHON, "-c", "import click"],
    "import click, attrs": [PYTHON, "-c", "import click, attrs"],
    "import click, attrs, tabulate": [PYTHON, "-c", "import click, attrs, tabulate"],
    "rulecheck --help": [COMMAND, "--help"],
    "rulecheck evaluate --format json": [COMMAND, "evaluate", str(FACTS), "--format", "json"],
    "rulecheck evaluate": [COMMAND, "evaluate", str(FACTS)],
}
COMPARED = (
    ("rulecheck --help", "import click", 1.3),
    ("rulecheck evaluate --format json", "import click, attrs", 1.5),
    ("rulecheck evaluate", "import click, attrs, tabulate", 1.5),
)


def cpu_seconds(command: list[str]) -> float:
    """User and system time of one child process."""
    null = os.open(os.devnull, os.O_WRONLY)
    actions = [(os.POSIX_SPAWN_DUP2, null, 1), (os.POSIX_SPAWN_DUP2, null, 2)]
    child = os.posix_spawn(command[0], command, os.environ, file_actions=actions)
    os.close(null)
    _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit(f"{command} failed")
    return used.ru_utime + used.ru_stime


def starts() -> list[str]:
    """Whole processes against what they import at least."""
    for command in PROCESSES.values():
        cpu_seconds(command)  # caches
    times: dict[str, list[float]] = {name: [] for name in PROCESSES}
    for _ in range(ROUNDS):
        for name, command in PROCESSES.items():
            times[name].append(cpu_seconds(command))
    median = {name: statistics.median(found) for name, found in times.items()}
    rows = ["| process | CPU ms | compared with | CPU ms | ratio | wanted |", "|---|---:|---|---:|---:|---:|"]
    for name, other, wanted in COMPARED:
        ratio = median[name] / median[other]
        rows.append(
            f"| `{name}` | {median[name] * 1e3:.0f} | `{other}` | {median[other] * 1e3:.0f} | {ratio:.2f} | {wanted} |"
        )
    return rows


def best(work: Callable[[], object], rounds: int = 7, each: int = 40) -> float:
    """Milliseconds of one call: the best of ``rounds`` means over ``each`` calls."""
    found = []
    for _ in range(rounds):
        begun = time.perf_counter()
        for _ in range(each):
            work()
        found.append((time.perf_counter() - begun) / each)
    return min(found) * 1e3


def warm() -> list[str]:
    """One evaluation in a running process."""
    plan = load_plan("dk-politiet-2024", VERSION)
    facts, _ = read_facts(read_document(FACTS.read_bytes(), "facts.json"), plan.vocabulary)
    day = date(2024, 9, 30)
    whole = best(lambda: evaluate(plan, facts, day))
    alone = best(lambda: reference_verdicts(plan, facts, day))
    return [
        f"| eleven targets, {len(facts.by_id())} facts | ms | wanted |",
        "|---|---:|---:|",
        f"| rules engine, reference, checker, full justification | {whole:.2f} | 3 |",
        f"| verdicts alone | {alone:.2f} | 0.5 |",
    ]


def plan_of(targets: int) -> Plan:
    """A plan with means, milestones and shares in turn."""
    kinds: list[dict[str, Any]] = [
        {"mean": "m{n}", "at_most": "180 days", "over": "2024"},
        {"milestone": "e{n}", "by": "2024-Q3"},
        {"share": "s{n}", "at_least": "90 %", "over": "2024"},
    ]
    required = [{k: v.format(n=n) for k, v in kinds[n % 3].items()} for n in range(targets)]
    data = {
        "plan": "bench",
        "period": "2024",
        "follow_up": "quarterly",
        "goals": [{"goal": "g", "targets": [{"target": str(n), "require": r} for n, r in enumerate(required)]}],
    }
    plan, errors, _ = build_plan(data, "")
    assert plan is not None, errors
    return plan


def facts_of(plan: Plan, count: int) -> Facts:
    """``count`` facts spread over the plan's measures and events, corrections included."""
    rows: dict[str, list[dict[str, Any]]] = {"measurements": [], "events": []}
    names = [*plan.measures.values()]
    events = [*plan.events]
    for i in range(count):
        day = date.fromordinal(date(2024, 1, 5).toordinal() + i // 50).isoformat()
        if i % 10 == 0 and events:
            rows["events"].append({"event": events[i // 10 % len(events)], "date": "2024-06-01", "reported": day})
            continue
        measure = names[i % len(names)]
        pair = ("total", "count") if measure.kind == "mean" else ("numerator", "denominator")
        amount = 17000 + i if measure.kind == "mean" else 95
        period = f"2024-{i // len(names) % 9 + 1:02}"
        rows["measurements"].append(
            {"measure": measure.id, "period": period, pair[0]: amount, pair[1]: 100, "reported": day}
        )
    content = json.dumps({"plan": "bench", **rows}).encode()
    facts, _ = read_facts(read_document(content, "facts.json"), plan.vocabulary)
    return facts


def once(work: Callable[[], object]) -> float:
    """Milliseconds of one call, the best of three."""
    found = []
    for _ in range(3):
        gc.collect()
        begun = time.perf_counter()
        work()
        found.append(time.perf_counter() - begun)
    return min(found) * 1e3


def growth() -> list[str]:
    """Cost against the number of targets, and of facts."""
    day = date(2024, 10, 31)
    rows = ["| targets | facts | evaluate, ms | per target, µs | per fact, µs |", "|---:|---:|---:|---:|---:|"]
    for targets, count in (
        (10, 500),
        (100, 500),
        (300, 500),
        (1000, 500),
        (100, 1000),
        (100, 10_000),
        (100, 100_000),
        (1000, 100_000),
    ):
        plan = plan_of(targets)
        facts = facts_of(plan, count)
        spent = once(lambda p=plan, f=facts: evaluate(p, f, day))  # type: ignore[misc]
        rows.append(f"| {targets} | {count} | {spent:.1f} | {spent / targets * 1e3:.0f} | {spent / count * 1e3:.1f} |")
    return rows


def main() -> None:
    parts = {"Whole processes": starts, "One warm evaluation": warm, "Growth": growth}
    text = []
    for title, measure in parts.items():
        lines = measure()
        print(f"\n{title}\n", *lines, sep="\n", flush=True)
        text += [f"## {title}", "", *lines, ""]
    if "--write" in sys.argv:
        page = ROOT / "docs" / "speed.md"
        head = page.read_text("utf-8").split("\n## ")[0].rstrip() if page.is_file() else "# What it costs"
        page.write_text(head + "\n\n" + "\n".join(text), "utf-8")


if __name__ == "__main__":
    main()
