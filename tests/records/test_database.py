"""Case records in a PostgreSQL database: a real server, started for these tests."""

import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.command import called
from tests.records.test_command import PLAN, Capture, refused

BIN = next((path.parent for path in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)), None)
if BIN is None and (found := shutil.which("initdb")):
    BIN = Path(found).parent
needs_server = pytest.mark.skipif(
    BIN is None, reason="no PostgreSQL server is installed; Debian's package is `postgresql`"
)


def run(folder: Path, *line: str) -> None:
    """A server does not run as root: it is then postgres, or nobody, who runs it."""
    user: dict[str, str | int] = {}
    if os.geteuid() == 0:
        name = "postgres" if any(entry.pw_name == "postgres" for entry in pwd.getpwall()) else "nobody"
        shutil.chown(folder, name)
        user = {"user": name}
    assert BIN is not None
    subprocess.run([str(BIN / line[0]), *line[1:]], check=True, cwd=folder, stdout=subprocess.DEVNULL, **user)  # type: ignore[call-overload]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a database on a socket of its own; nothing listens on the network."""
    with tempfile.TemporaryDirectory(prefix="pg") as name:
        folder = Path(name)
        folder.chmod(0o755)
        data = folder / "data"
        run(folder, "initdb", "-D", str(data), "-A", "trust", "-U", "tester", "-E", "UTF8", "--locale=C", "-N")
        options = f"-k {folder} -c listen_addresses='' -F"
        run(folder, "pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgresql://tester@/postgres?host={folder}"
        finally:
            run(folder, "pg_ctl", "-D", str(data), "-m", "immediate", "stop")


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    monkeypatch.chdir(tmp_path)
    Path("plan.yaml").write_text(PLAN, "utf-8")


def facts(table: object) -> str:
    content = {"plan": "p", "as_of": "2024-12-31", "records": {"cases": table}}
    Path("facts.json").write_text(json.dumps(content), "utf-8")
    return "facts.json"


TABLE = """
DROP SCHEMA IF EXISTS police CASCADE;
CREATE SCHEMA police;
CREATE TABLE police.cases (begun {begun}, ended timestamptz, place text, "odd ""name; --" bytea);
INSERT INTO police.cases VALUES
  ('2024-01-01', '2024-01-11 22:59:59.5+00', 'a', '\\x00'),
  ('2024-02-28', '2024-02-29 23:30+00', 'b', NULL),
  ('2024-05-01', NULL, 'a', NULL),
  ('2024-03-01', 'infinity', 'a', NULL);
"""


@needs_server
@pytest.mark.parametrize("engine", ["duckdb", "polars"])
@pytest.mark.parametrize("begun", ["date", "timestamp", "text"])
def test_a_table_of_a_database(server: str, engine: str, begun: str, capsys: Capture) -> None:
    """An instant is the day it is in the plan's zone: 29 February 23:30 UTC is 1 March in Copenhagen."""
    Path("plan.yaml").write_text(PLAN.replace("period: ended,", "period: ended, zone: Europe/Copenhagen,"), "utf-8")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(TABLE.format(begun=begun))  # type: ignore[arg-type]
    table = {"path": server, "table": "police.cases", "snapshot": "2024-12-31"}
    outcome = called(
        capsys, "evaluate", facts(table), "--plan", "plan.yaml", "--format", "json", "--records-engine", engine
    )
    assert outcome.code == 0, outcome.err
    found = json.loads(outcome.out)
    assert found["verdicts"][0]["value"] == "6"
    assert found["records"][0]["file"] == "postgres#police.cases"
    assert found["records"][0]["rows"] == {"in": 4, "counted": 2, "filtered": 0, "open": 1, "outside": 0, "rejected": 1}
    assert "tester" not in outcome.out + outcome.err
    by_line = called(
        capsys,
        *("facts", "measure", "facts.json", "--plan", "plan.yaml", "--format", "csv"),
        *("--records", f"cases={server}#cases", "--records-engine", engine),
    )
    assert by_line.out == "measure,period,sum,count,value\nm,2024-Q1,12,2,6\n"


@needs_server
def test_a_table_that_is_not_there(server: str, capsys: Capture) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(TABLE.format(begun="date"))  # type: ignore[arg-type]
        connection.execute('CREATE TABLE IF NOT EXISTS public."x\'; DROP SCHEMA police CASCADE; --" (begun date)')
    for table, said in (
        ("police.casse", "did you mean `police.cases`?"),
        ("", "has several tables"),
        ("x'; DROP SCHEMA police CASCADE; --", "has no column `ended`"),
    ):
        told = refused(called(capsys, "evaluate", facts({"path": server, "table": table}), "--plan", "plan.yaml"))
        assert said in told
    with psycopg.connect(server) as connection:
        assert connection.execute("SELECT count(*) FROM police.cases").fetchone() == (4,)


def test_a_server_that_is_not_there(capsys: Capture, tmp_path: Path) -> None:
    told = refused(called(capsys, "evaluate", facts(f"postgresql:///db?host={tmp_path}#t"), "--plan", "plan.yaml"))
    assert "the database `db#t` cannot be read" in told


@pytest.mark.parametrize("url", ["postgresql://me:secret@localhost/db", "postgres://localhost/db?password=secret"])
def test_a_password_in_an_address(url: str, capsys: Capture) -> None:
    told = refused(called(capsys, "evaluate", facts(url), "--plan", "plan.yaml"))
    assert "the address of `db` holds a password" in told
    assert "secret" not in told


def test_a_driver_that_is_not_installed(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    told = refused(called(capsys, "evaluate", facts("postgresql://localhost/db#t"), "--plan", "plan.yaml"))
    assert "pip install 'target-rulecheck[database]'" in told
