"""What measures of case records cost, beside SQL written by hand for DuckDB: `make bench-records`.

Every comparison is made in one run, in turn, on the same generated table, with the same threads and the same limit of
memory; the best of several rounds counts, in CPU seconds and on the clock. What is compared with is SQL that does the same
work (every row ends somewhere and is counted there, rejected ones by reason) and the shortest SQL that gives the figures
alone, as somebody would type it. `--write` puts the result into docs/scale.md.
"""

import argparse
import gc
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
from rulecheck.engine.version import VERSION
from rulecheck.facts.records.collect import Computed, compute
from rulecheck.facts.records.duckdb_engine import MEMORY
from rulecheck.facts.records.measure import Asked
from rulecheck.facts.records.source import Source
from rulecheck.rules.library import load_plan
from rulecheck.rules.records import asked_of

ROOT = Path(__file__).parent.parent
COMMAND = str(Path(sys.executable).parent / "rulecheck")
AS_OF = date(2024, 12, 31)
CASES = """
SELECT 'S-' || i AS case_id,
  CASE WHEN h % 20 < 12 THEN 'straf' WHEN h % 20 < 17 THEN 'faerdsel' WHEN h % 20 < 19 THEN 'ATK' ELSE 'MOU' END AS case_type,
  list_element(['nordjylland', 'oestjylland', 'fyn', 'sydsjaelland', 'koebenhavn', 'groenland', 'faeroerne'], (h // 20 % 7 + 1)::INTEGER) AS district,
  CASE WHEN i % 2003 = 7 THEN NULL ELSE reported + CASE WHEN i % 2011 = 3 THEN 4000 ELSE 0 END END AS reported,
  CASE WHEN ended <= DATE '2024-12-31' AND h // 140 % 100 >= 35 THEN ended END AS charge_decided,
  CASE WHEN ended <= DATE '2024-12-31' AND h // 140 % 100 < 35 THEN ended END AS dismissed,
  CASE WHEN custodial AND ended <= DATE '2024-12-31' THEN ended END AS charged,
  custodial AND court <= DATE '2024-12-31' AS custodial_sentence,
  CASE WHEN custodial AND court <= DATE '2024-12-31' THEN court END AS court_decided
FROM (SELECT *, reported + (20 + h // 14000 % 400)::INTEGER AS ended, h // 140 % 100 >= 35 AND h // 280000 % 5 = 0 AS custodial,
        reported + (20 + h // 14000 % 400 + 10 + h // 560000 % 50)::INTEGER AS court
  FROM (SELECT i, h, DATE '2023-05-01' + (h // 100000 % 610)::INTEGER AS reported
    FROM (SELECT i, hash(i) % 1000000007 AS h FROM range({rows}) t(i))))
"""
HEARINGS = """
SELECT 'H-' || i AS hearing, list_element(['politiafdelingen', 'strafferetsafdelingen', 'koncernstyring'], (h % 3 + 1)::INTEGER) AS department,
  sent, deadline, CASE WHEN h // 100 % 7 = 0 THEN deadline + 7 END AS extended_deadline,
  CASE WHEN replied <= DATE '2024-12-31' THEN replied END AS replied
FROM (SELECT *, sent + (5 + h // 3 % 10)::INTEGER AS deadline, sent + (1 + h // 1000 % 18)::INTEGER AS replied
  FROM (SELECT i, h, DATE '2024-01-02' + (h // 5000 % 360)::INTEGER AS sent FROM (SELECT i, hash(i) % 1000000007 AS h FROM range({rows}) t(i))))
"""
# read_csv of what was written above, with the types a person would give it
TYPED = {
    "cases": "{'case_id': 'VARCHAR', 'case_type': 'VARCHAR', 'district': 'VARCHAR', 'reported': 'DATE', 'charge_decided': 'DATE', 'dismissed': 'DATE', 'charged': 'DATE', 'custodial_sentence': 'VARCHAR', 'court_decided': 'DATE'}",
    "hearings": "{'hearing': 'VARCHAR', 'department': 'VARCHAR', 'sent': 'DATE', 'deadline': 'DATE', 'extended_deadline': 'DATE', 'replied': 'DATE'}",
}
IN_YEAR = "BETWEEN DATE '2024-01-01' AND DATE '2024-12-31'"
FULL = {
    "cases": [
        f"""SELECT what, CASE WHEN what = 'counted' THEN quarter(ended) END AS q, CASE WHEN what = 'counted' THEN district END AS district,
              count(*), sum(ended - reported), max(ended) FROM (
            SELECT *, CASE WHEN case_type IN ('ATK', 'MOU') THEN 'filtered' WHEN ended IS NULL THEN 'open' WHEN reported IS NULL THEN 'missing'
              WHEN ended < reported THEN 'backwards' WHEN ended {IN_YEAR} THEN 'counted' ELSE 'outside' END AS what
            FROM (SELECT case_type, district, reported, coalesce(charge_decided, dismissed) AS ended FROM {{table}})) GROUP BY ALL""",
        f"""SELECT what, CASE WHEN what = 'counted' THEN quarter(court_decided) END AS q, CASE WHEN what = 'counted' THEN district END AS district,
              count(*), sum(charged - reported), max(court_decided) FROM (
            SELECT *, CASE WHEN custodial_sentence IS DISTINCT FROM 'true' THEN 'filtered' WHEN court_decided IS NULL THEN 'open'
              WHEN reported IS NULL OR charged IS NULL THEN 'missing' WHEN charged < reported THEN 'backwards'
              WHEN court_decided NOT {IN_YEAR} THEN 'outside' WHEN charged > DATE '2024-12-31' THEN 'open' ELSE 'counted' END AS what
            FROM (SELECT custodial_sentence::VARCHAR AS custodial_sentence, district, reported, charged, court_decided FROM {{table}})) GROUP BY ALL""",
    ],
    "hearings": [
        f"""SELECT what, CASE WHEN what = 'counted' THEN quarter(sent) END AS q, CASE WHEN what = 'counted' THEN department END AS department,
              count(*), count(*) FILTER (replied <= deadline), max(sent) FROM (
            SELECT *, CASE WHEN sent IS NULL THEN 'open' WHEN deadline IS NULL THEN 'missing' WHEN replied < sent THEN 'backwards'
              WHEN sent NOT {IN_YEAR} THEN 'outside'
              WHEN NOT (coalesce(replied <= deadline AND replied <= DATE '2024-12-31', false) OR deadline < DATE '2024-12-31') THEN 'open' ELSE 'counted' END AS what
            FROM (SELECT department, sent, replied, coalesce(extended_deadline, deadline) AS deadline FROM {{table}})) GROUP BY ALL""",
    ],
}
SHORT = {
    "cases": [
        f"""SELECT quarter(coalesce(charge_decided, dismissed)) AS q, district, count(*), sum(coalesce(charge_decided, dismissed) - reported)
            FROM {{table}} WHERE case_type NOT IN ('ATK', 'MOU') AND coalesce(charge_decided, dismissed) {IN_YEAR}
            AND coalesce(charge_decided, dismissed) >= reported GROUP BY ALL""",
        f"""SELECT quarter(court_decided) AS q, district, count(*), sum(charged - reported)
            FROM {{table}} WHERE custodial_sentence = 'true' AND court_decided {IN_YEAR} AND charged >= reported GROUP BY ALL""",
    ],
    "hearings": [
        f"""SELECT quarter(sent) AS q, department, count(*), count(*) FILTER (replied <= coalesce(extended_deadline, deadline))
            FROM {{table}} WHERE sent {IN_YEAR} AND (replied <= coalesce(extended_deadline, deadline) OR coalesce(extended_deadline, deadline) < DATE '2024-12-31')
            GROUP BY ALL""",
    ],
}
ENGINE_SETTINGS = {"memory_limit": MEMORY, "threads": str(os.cpu_count() or 1)}


class Cost(NamedTuple):
    """Seconds of one piece of work: of processors, and on the clock."""

    cpu: float
    clock: float


def generated(folder: Path, name: str, rows: int, suffix: str) -> Path:
    """A table of so many rows, made by DuckDB."""
    file = folder / f"{name}.{suffix}"
    query = {"cases": CASES, "hearings": HEARINGS}[name].format(rows=rows)
    form = {"parquet": "FORMAT parquet", "csv": "FORMAT csv, HEADER"}[suffix]
    with duckdb.connect(config={"memory_limit": "1GB"}) as connection:
        connection.execute(f"COPY ({query}) TO '{file}' ({form})")
    return file


def by_hand(queries: list[str], file: Path, name: str) -> list[list[tuple[Any, ...]]]:
    """What the queries give."""
    table = f"read_parquet('{file}')"
    if file.suffix == ".csv":
        table = f"read_csv('{file}', columns={TYPED[name]}, header=true)"
    with duckdb.connect(config=ENGINE_SETTINGS) as connection:
        return [connection.execute(query.format(table=table)).fetchall() for query in queries]


@cache
def wanted(name: str) -> list[Asked]:
    """What the Danish police's plan of 2024 computes from the table."""
    return [one for one in asked_of(load_plan("dk-politiet-2024", VERSION)) if one.definition.source == name]


def by_plan(file: Path, name: str, most: int) -> list[Computed]:
    """The first ``most`` measures; content hash, reasons and samples of rejected rows included."""
    asked = wanted(name)[:most]
    return compute(asked, {name: Source(name, file, snapshot=AS_OF)}, AS_OF, "duckdb")


def same(found: Any, told: list[list[tuple[Any, ...]]]) -> None:
    """Raises SystemExit unless both give the same sums, and the same number of rows ending in each way."""
    for one, rows in zip(found, told, strict=True):
        ours = {(g.code + 1, g.members[0]): (g.number, g.total) for g in one.answer.groups if g.code >= 0}
        theirs = {(row[1], row[2]): (row[3], int(row[4])) for row in rows if row[0] == "counted"}
        ends = {what: sum(row[3] for row in rows if row[0] == what) for what in ("filtered", "outside", "open")}
        extract = one.extract
        if ours != theirs or (extract.filtered, extract.outside, extract.open) != tuple(ends.values()):
            raise SystemExit(f"not the same: {one.extract}\n{ours}\n{theirs}\n{ends}")


def cost(work: Callable[[], object]) -> Cost:
    gc.collect()
    used, begun = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    work()
    clock, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF)
    return Cost(after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime, clock)


def compared(file: Path, name: str, rounds: int, most: int) -> dict[str, Cost]:
    """The best of several rounds, in turn."""
    works: dict[str, Callable[[], object]] = {
        "rulecheck": lambda: by_plan(file, name, most),
        "same work": lambda: by_hand(FULL[name][:most], file, name),
        "shortest": lambda: by_hand(SHORT[name][:most], file, name),
    }
    same(by_plan(file, name, most), by_hand(FULL[name][:most], file, name))
    times: dict[str, list[Cost]] = {what: [] for what in works}
    for _ in range(rounds):
        for what, work in works.items():
            times[what].append(cost(work))
    return {what: Cost(min(c.cpu for c in found), min(c.clock for c in found)) for what, found in times.items()}


class Whole(NamedTuple):
    """One run of the command: seconds of processors and on the clock, and the most memory it held, in MiB."""

    cpu: float
    clock: float
    peak: float


# a process of its own between this one and the command: a child's peak is at least that of the process that started it
LAUNCHER = """\
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
"""
ONE_ID = """\
plan: dk-politiet-2024
period: 2024
goals: [{goal: "1", targets: [{target: "1", require: {mean: case_days, at_most: 180 days, over: 2024}}]}]
measures:
  case_days:
    kind: mean
    unit: days
    records:
      source: cases
      where: [{column: case_type, not_in: [ATK, MOU]}]
      days: {from: reported, to: [charge_decided, dismissed]}
      period: [charge_decided, dismissed]
      dimensions: {district: district}
      id: case_id
"""


def whole(file: Path, name: str, *arguments: str) -> Whole:
    """``rulecheck facts measure`` on the table, as a process of its own."""
    facts = file.with_name("facts.json")
    facts.write_text(json.dumps({"plan": "dk-politiet-2024", "as_of": AS_OF.isoformat()}), "utf-8")
    dimension = {"cases": "district", "hearings": "department"}[name]
    line = [COMMAND, "facts", "measure", str(facts), "--records", f"{name}={file}", "--dimension", dimension]
    begun = time.perf_counter()
    told = subprocess.run(
        [sys.executable, "-S", "-c", LAUNCHER, *line, "--format", "csv", *arguments], stdout=-1, check=True
    )
    clock = time.perf_counter() - begun
    cpu, peak = map(float, told.stdout.split())
    return Whole(cpu, clock, peak / 1024)


def millions(rows: int) -> str:
    return f"{rows / 1e6:g} M"


def ratios(folder: Path, rows: int, rounds: int) -> list[str]:
    """The comparison, for cases and a tenth as many hearings."""
    found = [
        "| table | rows | file | MB | `rulecheck`, CPU s | same work in SQL, CPU s | ratio | wanted | on the clock | to the shortest SQL |",
        "|---|---:|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for suffix, most in (("parquet", 1.3), ("csv", 1.5)):
        for name, label, number in (
            ("cases", "cases, two measures", rows),
            ("cases", "cases, one measure", rows),
            ("hearings", "hearings", max(rows // 10, 1)),
        ):
            file = folder / f"{name}.{suffix}"
            if not file.exists():
                generated(folder, name, number, suffix)
            costs = compared(file, name, rounds, 1 if "one" in label else 2)
            ours, theirs, short = costs["rulecheck"], costs["same work"], costs["shortest"]
            found.append(
                f"| {label} | {millions(number)} | {suffix} | {file.stat().st_size / 1e6:.0f} | {ours.cpu:.2f} | {theirs.cpu:.2f} "
                f"| {ours.cpu / theirs.cpu:.2f} | {most} | {ours.clock / theirs.clock:.2f} | {ours.cpu / short.cpu:.2f} |"
            )
            print(found[-1], flush=True)
    return found


def runs(folder: Path, rows: int) -> list[str]:
    """Whole commands: what they hold in memory, in every engine and format."""
    found = ["| rows | file | engine | CPU s | s | peak MiB |", "|---:|---|---|---:|---:|---:|"]
    plan = folder / "id.yaml"
    plan.write_text(ONE_ID, "utf-8")
    for suffix, engine, label, arguments in (
        ("parquet", "duckdb", "duckdb", ()),
        ("csv", "duckdb", "duckdb", ()),
        ("parquet", "polars", "polars", ()),
        ("csv", "polars", "polars", ()),
        ("parquet", "duckdb", "duckdb, one measure with `id`", ("--plan", str(plan))),
    ):
        file = folder / f"cases.{suffix}"
        told = whole(file, "cases", "--records-engine", engine, *arguments)
        found.append(f"| {millions(rows)} | {suffix} | {label} | {told.cpu:.1f} | {told.clock:.1f} | {told.peak:.0f} |")
        print(found[-1], flush=True)
    return found


def growth(folder: Path, sizes: list[int]) -> list[str]:
    """The same command on ever larger Parquet files, each deleted after it."""
    found = ["| rows | MB | CPU s | CPU s per M rows | peak MiB |", "|---:|---:|---:|---:|---:|"]
    for rows in sizes:
        file = generated(folder, "cases", rows, "parquet")
        told = min(whole(file, "cases") for _ in range(2))
        found.append(
            f"| {millions(rows)} | {file.stat().st_size / 1e6:.0f} | {told.cpu:.2f} | {told.cpu / rows * 1e6:.3f} | {told.peak:.0f} |"
        )
        print(found[-1], flush=True)
        file.unlink()
    return found


def written(page: Path, tables: dict[str, list[str]]) -> None:
    """Puts each table between the comments of its name."""
    text = page.read_text("utf-8")
    for name, lines in tables.items():
        block = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.S)
        text = block.sub(lambda found, lines=lines: found[1] + "\n".join(lines) + "\n" + found[2], text)  # type: ignore[misc]
    page.write_text(text, "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, default=10_000_000, help="cases; a tenth as many hearings")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--growth", default="1000000,3000000,10000000,30000000,100000000", help="sizes, or nothing")
    parser.add_argument("--folder", help="where the generated tables stand while it runs")
    parser.add_argument("--write", action="store_true", help="renew docs/scale.md")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-", dir=given.folder) as name:
        folder = Path(name)
        tables = {"ratios": ratios(folder, given.rows, given.rounds), "runs": runs(folder, given.rows)}
        for file in folder.glob("cases.*"):
            file.unlink()
        if given.growth:
            tables["growth"] = growth(folder, [int(size) for size in given.growth.split(",")])
    if given.write:
        written(ROOT / "docs" / "scale.md", tables)


if __name__ == "__main__":
    main()
