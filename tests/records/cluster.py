"""Spark against the other engines: here, on a cluster of a master and two workers, and when one of these is killed.

`make cluster` runs it and writes docs/quality/cluster.md. Everything listens on 127.0.0.1 and ends with this process.
"""

import argparse
import contextlib
import importlib.util
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import duckdb

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "quality" / "cluster.md"
COMMAND = [str(Path(sys.executable).parent / "rulecheck"), "facts", "measure"]
PATIENCE = 300
"""Seconds after which what should have happened has not."""
CASES = """
SELECT 'S-' || i AS case_id, CASE WHEN h % 20 < 17 THEN 'straf' WHEN h % 20 < 19 THEN 'ATK' ELSE 'MOU' END AS case_type,
  list_element(['nordjylland', 'fyn', 'koebenhavn'], (h // 20 % 3 + 1)::INTEGER) AS district,
  CASE WHEN i % 2003 = 7 THEN NULL ELSE day END AS reported,
  CASE WHEN h // 60 % 100 >= 35 THEN day + (h // 6000 % 400)::INTEGER END AS charge_decided,
  CASE WHEN h // 60 % 100 < 30 THEN day + (h // 6000 % 400)::INTEGER - CASE WHEN i % 2011 = 3 THEN 999 ELSE 0 END END AS dismissed,
  NULL::DATE AS charged, false AS custodial_sentence, NULL::DATE AS court_decided
FROM (SELECT i, h, DATE '2023-05-01' + (h // 100000 % 610)::INTEGER AS day FROM (SELECT i, hash(i) % 1000000007 AS h FROM range({rows}) t(i)))
"""


class Cluster(NamedTuple):
    """A master and its workers, each the leader of a group of processes."""

    url: str
    log: Path
    workers: list["subprocess.Popen[bytes]"]

    def launched(self) -> set[str]:
        """The workers on which executors have been started so far."""
        return set(re.findall(r"Launching executor \S+ on worker (\S+)", self.log.read_text("utf-8", "replace")))

    def lost(self) -> int:
        return len(re.findall(r"Removing worker", self.log.read_text("utf-8", "replace")))


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def awaited(what: str, log: Path, pattern: str, times: int) -> None:
    """Waits until a log says something so many times. Raises SystemExit when it does not."""
    until = time.monotonic() + PATIENCE
    while len(re.findall(pattern, log.read_text("utf-8", "replace"))) < times:
        if time.monotonic() > until:
            raise SystemExit(f"{what} is not there after {PATIENCE} s:\n{log.read_text('utf-8', 'replace')[-3000:]}")
        time.sleep(0.2)


@contextlib.contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """A standalone master and two workers with a core and a gigabyte each."""
    spec = importlib.util.find_spec("pyspark")
    if spec is None or spec.origin is None:
        raise SystemExit("pyspark is not installed: pip install 'target-rulecheck[cluster]'")
    home = Path(spec.origin).parent
    started: list[subprocess.Popen[bytes]] = []
    environment = {**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1"}

    def start(name: str, *arguments: str) -> Path:
        log = folder / f"{name}-{len(started)}.log"
        kind = f"org.apache.spark.deploy.{name}.{name.title()}"
        with log.open("wb") as out:
            line = [str(home / "bin" / "spark-class"), kind, "--host", "127.0.0.1", "--webui-port", "0", *arguments]
            started.append(subprocess.Popen(line, stdout=out, stderr=out, env=environment, start_new_session=True))
        return log

    port = free_port()
    url = f"spark://127.0.0.1:{port}"
    try:
        log = start("master", "--port", str(port))
        awaited("the master", log, "I have been elected leader", 1)
        for number in (1, 2):
            start("worker", "--cores", "1", "--memory", "1g", "--work-dir", str(folder / f"work{number}"), url)
        awaited("a worker", log, "Registering worker", 2)
        yield Cluster(url, log, started[1:])
    finally:
        for process in started:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


class Suite(NamedTuple):
    """How a run of the conformance suite ended."""

    passed: int
    seconds: float


def suite(engine: str, examples: int, tests: str) -> Suite:
    """Those of the tests that are of Spark. Raises SystemExit when one fails or is skipped, or none was run."""
    environment = {**os.environ, "RULECHECK_TEST_SPARK": engine, "RULECHECK_TEST_SPARK_EXAMPLES": str(examples)}
    environment["SPARK_LOCAL_IP"] = "127.0.0.1"
    begun = time.monotonic()
    line = [sys.executable, "-m", "pytest", "-n", "0", "-x", "-q", "-k", "spark or cluster or java", tests]
    told = subprocess.run(line, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True).stdout
    found = re.search(r"(\d+) passed", told) or re.search(r"^(\.+) +\[100%\]", told, re.M)
    skipped = re.search(r"(\d+) skipped|SKIPPED", told)
    if found is None or skipped or "failed" in told:
        raise SystemExit(told)
    number = int(found[1]) if found[1].isdigit() else len(found[1])
    return Suite(number, time.monotonic() - begun)


class Told(NamedTuple):
    """What a command printed, and how long that took."""

    out: bytes
    seconds: float


def measure(table: Path, engine: str) -> "subprocess.Popen[bytes]":
    """``rulecheck facts measure`` on the table, begun."""
    facts = table.with_name("facts.json")
    facts.write_text(json.dumps({"plan": "dk-politiet-2024", "as_of": date(2024, 12, 31).isoformat()}), "utf-8")
    line = [*COMMAND, str(facts), "--records", f"cases={table}", "--dimension", "district", "--format", "csv"]
    environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1"}
    return subprocess.Popen(
        [*line, "--records-engine", engine], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    )


def ended(process: "subprocess.Popen[bytes]", begun: float) -> Told:
    out, err = process.communicate()
    if process.returncode:
        raise SystemExit(f"exit code {process.returncode}\n{err.decode('utf-8', 'replace')}")
    return Told(out, time.monotonic() - begun)


def measured(table: Path, engine: str) -> Told:
    begun = time.monotonic()
    return ended(measure(table, engine), begun)


def survived(table: Path, there: Cluster) -> Told:
    """The same while a worker and what runs on it are killed, as soon as both have been given work."""
    before = len(re.findall("Launching executor", there.log.read_text("utf-8", "replace")))
    begun = time.monotonic()
    process = measure(table, there.url)
    awaited("work for both workers", there.log, "Launching executor", before + 2)
    os.killpg(there.workers[1].pid, signal.SIGKILL)
    told = ended(process, begun)
    if not there.lost():
        awaited("news of the lost worker", there.log, "Removing worker", 1)
    return told


def page(lines: list[str]) -> str:
    return "\n".join(["# Spark against the other engines", "", *lines, ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--examples", type=int, default=20, help="random tables for each law")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cluster-") as name:
        folder = Path(name)
        table = folder / "cases.parquet"
        with duckdb.connect() as connection:
            made = CASES.format(rows=given.rows)
            connection.execute(f"COPY ({made}) TO '{table}' (FORMAT parquet, ROW_GROUP_SIZE 200000)")
        wanted = measured(table, "duckdb")
        print(f"duckdb: {wanted.seconds:.0f} s", flush=True)
        here = suite("spark", given.examples, "tests/records")
        print(f"suite, here: {here.passed} passed in {here.seconds:.0f} s", flush=True)
        with cluster(folder) as there:
            away = suite(there.url, given.examples, "tests/records/test_engines_agree.py")
            print(f"suite, cluster: {away.passed} passed in {away.seconds:.0f} s", flush=True)
            on_cluster = measured(table, there.url)
            workers = there.launched()
            print(f"cluster: {on_cluster.seconds:.0f} s on {len(workers)} workers", flush=True)
            lost = survived(table, there)
            print(f"a worker killed: {lost.seconds:.0f} s", flush=True)
        if len(workers) != 2 or wanted.out != on_cluster.out or wanted.out != lost.out:
            raise SystemExit(f"not the same bytes, or not two workers but {len(workers)}")
        size = table.stat().st_size / 1e6
    import pyspark

    java = subprocess.run(["java", "-version"], stderr=subprocess.PIPE, text=True).stderr.split("\n")[0]
    PAGE.write_text(
        page(
            [
                "`make cluster` on one machine with two cores: a real standalone master and two workers, each a process of its own",
                "with a core and a gigabyte, on 127.0.0.1. One narwhals definition of what becomes of a row serves DuckDB, Polars and",
                "Spark; here they are held to the same numbers.",
                "",
                "| | |",
                "|---|---|",
                f"| Spark, Java | {pyspark.__version__}, {java} |",
                f"| conformance suite, Spark in this process | {here.passed} tests passed, none skipped; {given.examples} random tables for the law of text tables |",
                f"| conformance suite, on the cluster | {away.passed} tests passed, none skipped |",
                f"| `facts measure` of {given.rows:,} cases ({size:.0f} MB of Parquet), both workers at work | the same bytes as DuckDB's |",
                "| the same, a worker killed (SIGKILL) once both had work | the same bytes as DuckDB's |",
                f"| seconds: DuckDB, cluster, cluster that loses a worker | {wanted.seconds:.0f}, {on_cluster.seconds:.0f}, {lost.seconds:.0f} |",
                "",
                "The seconds are those of a machine that shared its two cores with other work. Starting Spark is most of them; a cluster of",
                "two workers on one machine shows that it is right, not that it is fast. Workers on several machines, and a file system",
                "between them, were not tried here.",
            ]
        ),
        "utf-8",
    )


if __name__ == "__main__":
    main()
