"""Case records from the outside: the example, the summary, provenance, breakdown, and what is refused."""

import json
import re
import sqlite3
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest
from rulecheck.cli.language import language
from rulecheck.cli.progress import progress

from tests.command import EXAMPLES, Outcome, called
from tests.records.engines import EMBEDDED, in_spark

EXAMPLE = EXAMPLES / "dk-politiet-2024-records"
Capture = pytest.CaptureFixture[str]
PLAN = """\
plan: p
period: 2024
goals:
  - goal: "1"
    targets:
      - {target: "1", require: {mean: m, at_most: 10 days, over: 2024}}
measures:
  m:
    kind: mean
    unit: days
    records: {source: cases, days: {from: begun, to: ended}, period: ended, dimensions: {place: place}}
"""


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    monkeypatch.chdir(tmp_path)
    Path("plan.yaml").write_text(PLAN, "utf-8")


def facts(table: object, **more: object) -> str:
    """A facts file that names a table."""
    content = {"plan": "p", "as_of": "2024-12-31", "records": {"cases": table}, **more}
    Path("facts.json").write_text(json.dumps(content), "utf-8")
    return "facts.json"


def evaluated(capsys: Capture, table: object, *arguments: str, **more: object) -> Outcome:
    return called(capsys, "evaluate", facts(table, **more), "--plan", "plan.yaml", *arguments)


def refused(outcome: Outcome) -> str:
    assert outcome.code == 4, outcome.err
    assert outcome.out == ""
    assert "  --> " in outcome.err
    assert "\n   = " in outcome.err
    assert outcome.err.rstrip().endswith("nothing was judged.")
    return outcome.err


def written(text: str, name: str = "cases.csv") -> str:
    Path(name).write_text(text, "utf-8")
    return name


GOOD = "begun,ended,place\n2024-01-01,2024-01-11,a\n2024-02-28,2024-03-01,b\n2024-05-01,,a\nx,2024-03-01,a\n"


@pytest.mark.parametrize("engine", [*EMBEDDED, pytest.param("spark", marks=in_spark)])
def test_the_example_is_judged_as_its_aggregates(engine: str, capsys: Capture) -> None:
    by_records = called(capsys, "evaluate", str(EXAMPLE / "facts.json"), "--format", "csv", "--records-engine", engine)
    by_aggregates = called(capsys, "evaluate", str(EXAMPLE / "aggregates.json"), "--format", "csv")
    assert by_records.code == by_aggregates.code == 0
    assert by_records.out == by_aggregates.out
    assert "3,000 rows = 1,608 counted + 498 filtered out + 891 outside + 3 rejected" in by_records.err


def test_the_example_is_what_its_script_makes(tmp_path: Path) -> None:
    copied = tmp_path / "examples" / EXAMPLE.name
    copied.mkdir(parents=True)
    (copied.parent / "dk-politiet-2024").symlink_to(EXAMPLES / "dk-politiet-2024")
    (copied / "generate.py").write_bytes((EXAMPLE / "generate.py").read_bytes())
    subprocess.run([sys.executable, str(copied / "generate.py")], check=True)
    for name in ("cases.csv", "hearings.csv", "facts.json", "aggregates.json"):
        assert (copied / name).read_bytes() == (EXAMPLE / name).read_bytes(), name


def test_both_sources_of_one_figure_are_reconciled(capsys: Capture) -> None:
    """Equal aggregates are fine, whenever reported; a different one is a conflict that names both."""
    table = {"path": written(GOOD), "snapshot": "2024-12-31"}
    same = {"measure": "m", "period": "2024-Q1", "total": 12, "count": 2, "reported": "2025-01-10"}
    fine = json.loads(evaluated(capsys, table, "--format", "json", measurements=[same]).out)["verdicts"][0]
    assert (fine["verdict"], fine["evidence"]) == ("fulfilled", "complete")
    assert fine["value"] == "6"
    other = {**same, "total": 900}
    torn = json.loads(evaluated(capsys, table, "--format", "json", measurements=[other]).out)["verdicts"][0]
    assert (torn["verdict"], torn["evidence"]) == ("at-risk", "conflicting")
    assert {"m/2024-Q1", "m/2024-Q1@cases"} <= set(torn["facts"])


def test_explain_shows_where_a_figure_came_from(capsys: Capture) -> None:
    table = {"path": written(GOOD), "snapshot": "2024-12-31"}
    told = called(capsys, "explain", "1", facts(table), "--plan", "plan.yaml").out
    flat = re.sub(r"\s+", " ", told)
    assert re.search(
        r"counted by duckdb \S+ from cases.csv \(SHA-256 [0-9a-f]{64}\): days from begun to ended; period by ended",
        flat,
    )
    assert "; id " not in flat
    assert "4 rows = 2 counted + 0 filtered out + 1 outside + 1 rejected" in flat
    assert "rejected: 1 × begun: the date cannot be read (first rows: 4)" in flat


def test_explain_shows_which_column_tells_cases_apart(capsys: Capture) -> None:
    Path("plan.yaml").write_text(PLAN.replace("period: ended", "period: ended, id: case"), "utf-8")
    rows = "case,begun,ended,place\n1,2024-01-01,2024-01-11,a\n2,2024-02-28,2024-03-01,b\n"
    table = {"path": written(rows), "snapshot": "2024-12-31"}
    told = called(capsys, "explain", "1", facts(table), "--plan", "plan.yaml").out
    assert "period by ended; id case" in re.sub(r"\s+", " ", told)


def test_the_document_holds_the_provenance_and_nobodys_data(capsys: Capture) -> None:
    table = {"path": written(GOOD.replace("x,", "Jens Hansen,")), "snapshot": "2024-12-31"}
    outcome = evaluated(capsys, table, "--format", "json")
    found = json.loads(outcome.out)["records"][0]
    assert found["rows"] == {"in": 4, "counted": 2, "filtered": 0, "open": 1, "outside": 0, "rejected": 1}
    assert found["sample"] == [{"row": 4, "column": "begun", "reason": "unreadable"}]
    assert "Jens" not in outcome.out + outcome.err
    assert str(Path.cwd()) not in outcome.out


def test_known_at_before_the_snapshot_knows_nothing_of_it(capsys: Capture) -> None:
    table = {"path": written(GOOD), "snapshot": "2024-12-31"}
    before = json.loads(evaluated(capsys, table, "--format", "json", "--known-at", "2024-12-30").out)
    assert before["verdicts"][0]["evidence"] == "overdue" or before["verdicts"][0]["value"] is None


def test_without_a_snapshot_empty_ends_are_not_claimed(capsys: Capture) -> None:
    found = evaluated(capsys, written(GOOD), "--format", "json")
    assert json.loads(found.out)["verdicts"][0]["definitive"] is False
    assert "is the extract complete up to 2024-12-31?" in found.err


def test_a_table_named_on_the_command_line(capsys: Capture) -> None:
    written(GOOD)
    Path("bare.json").write_text('{"plan": "p", "as_of": "2024-03-31"}', "utf-8")
    found = called(
        capsys, "evaluate", "bare.json", "--plan", "plan.yaml", "--records", "cases=cases.csv", "--format", "json"
    )
    assert json.loads(found.out)["verdicts"][0]["value"] == "6"
    wrong = called(capsys, "evaluate", "bare.json", "--plan", "plan.yaml", "--records", "cases.csv")
    assert wrong.code == 2


def test_a_measure_is_broken_down_by_member(capsys: Capture) -> None:
    found = called(
        capsys,
        "facts",
        "measure",
        facts(written(GOOD)),
        "--plan",
        "plan.yaml",
        "--dimension",
        "place",
        "--format",
        "csv",
    )
    assert found.out == "measure,place,period,sum,count,value\nm,a,2024-Q1,10,1,10\nm,b,2024-Q1,2,1,2\n"
    table = called(capsys, "facts", "measure", "facts.json", "--plan", "plan.yaml", "--dimension", "place")
    assert "2024-Q1" in table.out
    unknown = called(capsys, "facts", "measure", "facts.json", "--plan", "plan.yaml", "--dimension", "plac")
    assert unknown.code == 2


def test_a_measure_by_the_readers_parameters(capsys: Capture) -> None:
    """Which days are asked for can hang on what the plan leaves open."""
    open_plan = PLAN.replace("over: 2024}", "over: $when}").replace(
        "period: 2024\n", "period: 2024\nparameters: {when: {}}\n"
    )
    written(open_plan, "plan.yaml")
    value = "{{value: {}, declared: 2024-03-01, source: a letter, because: it says so}}"
    command = ("facts", "measure", facts(written(GOOD)), "--plan", "plan.yaml", "--format", "csv", "--parameters")
    fine = called(capsys, *command, written(f"parameters: {{when: {value.format('2024-H1')}}}\n", "mine.yaml"))
    assert fine.out == "measure,period,sum,count,value\nm,2024-Q1,12,2,6\n"
    beyond = called(capsys, *command, written(f"parameters: {{when: {value.format('2023')}}}\n", "mine.yaml"))
    assert beyond.code == 3
    assert "2023 lies outside the plan's period 2024" in beyond.err


def test_a_member_that_looks_like_a_formula_is_none(capsys: Capture) -> None:
    written(GOOD.replace(",b\n", ",=1+1\n"))
    found = called(
        capsys, "facts", "measure", facts("cases.csv"), "--plan", "plan.yaml", "--dimension", "place", "--format", "csv"
    )
    assert "m,'=1+1,2024-Q1" in found.out


@pytest.mark.parametrize("suffix", ["parquet", "xlsx", "db", "csv"])
def test_every_format_gives_the_same(suffix: str, capsys: Capture) -> None:
    written(GOOD)
    name = f"t.{suffix}"
    match suffix:
        case "parquet":
            duckdb.sql(f"COPY (SELECT * FROM read_csv('cases.csv', all_varchar=true)) TO '{name}'")
        case "db":
            with sqlite3.connect(name) as connection:
                connection.execute("CREATE TABLE cases (begun, ended, place)")
                rows = [line.split(",") for line in GOOD.splitlines()[1:]]
                connection.executemany("INSERT INTO cases VALUES (?, ?, ?)", rows)
        case "xlsx":
            workbook(name, [line.split(",") for line in GOOD.splitlines()])
        case "csv":
            written(GOOD.replace(",", ";"), name)
    found = json.loads(evaluated(capsys, {"path": name, "snapshot": "2024-12-31"}, "--format", "json").out)
    assert found["verdicts"][0]["value"] == "6"
    assert found["records"][0]["rows"]["rejected"] == 1


def in_files(*rows: str, folder: str = "cases") -> str:
    """GOOD as Parquet files of a folder, so many rows in each."""
    written(GOOD)
    Path(folder).mkdir()
    for n, limit in enumerate(rows):
        select = f"SELECT * FROM read_csv('cases.csv', all_varchar=true) LIMIT {limit}"
        duckdb.sql(f"COPY ({select}) TO '{folder}/part-{n}.parquet' (FORMAT parquet)")
    return folder


FIRST, LAST = "2", "2 OFFSET 2"


@pytest.mark.parametrize("engine", [*EMBEDDED, pytest.param("spark", marks=in_spark)])
@pytest.mark.parametrize("path", ["cases", "cases/*.parquet", "./cases/part-*"])
def test_a_folder_of_files_is_one_table(path: str, engine: str, capsys: Capture) -> None:
    in_files(FIRST, LAST)
    Path("cases/_SUCCESS").touch()
    Path("cases/.part-0.parquet.crc").touch()
    found = evaluated(capsys, {"path": path, "snapshot": "2024-12-31"}, "--format", "json", "--records-engine", engine)
    document = json.loads(found.out)
    assert document["verdicts"][0]["value"] == "6"
    (made,) = document["records"]
    assert made["rows"] == {"in": 4, "counted": 2, "filtered": 0, "open": 1, "outside": 0, "rejected": 1}
    assert made["sample"] == [{"row": 4, "column": "begun", "reason": "unreadable"}]
    assert made["file"] == ("cases" if path == "cases" else path.removeprefix("./"))
    parts = [Path(f"cases/part-{n}.parquet").read_bytes() for n in range(2)]
    lines = "".join(f"{sha256(part).hexdigest()}  part-{n}.parquet\n" for n, part in enumerate(parts))
    assert made["sha256"] == sha256(lines.encode()).hexdigest()


@pytest.mark.parametrize("engine", EMBEDDED)
def test_a_folder_that_is_no_table(engine: str, capsys: Capture) -> None:
    def told(path: str = "cases") -> str:
        return refused(evaluated(capsys, path, "--records-engine", engine))

    in_files(FIRST, LAST)
    assert "there are no Parquet files in `cases/*.pq`" in told("cases/*.pq")
    assert "cannot be read: no such file or directory" in told("nowhere/*.parquet")
    assert "there are no Parquet files in `cases/part-[0]*`" in told("cases/part-[0]*")  # nothing but `*` is a pattern
    Path("cases/notes.txt").touch()
    assert "`cases` holds `notes.txt`, which is no Parquet file" in told()
    Path("cases/notes.txt").unlink()
    Path("cases/y=2024.parquet").mkdir()
    assert "`cases` holds `y=2024.parquet`, which is no Parquet file" in told()
    Path("cases/y=2024.parquet").rmdir()
    duckdb.sql("COPY (SELECT 1 AS begun, '' AS ended, 'a' AS place) TO 'cases/part-9.parquet' (FORMAT parquet)")
    assert "`part-9.parquet` in `cases` has other columns than `part-0.parquet`, or of other types" in told()
    Path("cases/part-9.parquet").write_bytes(b"")
    assert "are empty" in told()
    Path("cases/part-9.parquet").write_bytes(b"PAR1 and then rubbish")
    assert "cannot be read as a table" in told()


def test_a_folder_of_very_many_files(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rulecheck.facts.records.parts.MOST_FILES", 1)
    assert "`cases` has more than 1 files" in refused(evaluated(capsys, in_files(FIRST, LAST)))


def workbook(name: str, rows: list[list[str]]) -> None:
    """The smallest .xlsx there is, with inline texts."""
    import zipfile

    cells = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row) + "</row>" for row in rows
    )
    space = "http://schemas.openxmlformats.org"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{space}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{space}/package/2006/relationships"><Relationship Id="r1" Type="{space}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{space}/spreadsheetml/2006/main" xmlns:r="{space}/officeDocument/2006/relationships"><sheets><sheet name="cases" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{space}/package/2006/relationships"><Relationship Id="r1" Type="{space}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{space}/spreadsheetml/2006/main"><sheetData>{cells}</sheetData></worksheet>',
    }  # fmt: skip
    with zipfile.ZipFile(name, "w") as archive:
        for path, content in parts.items():
            archive.writestr(path, f'<?xml version="1.0" encoding="UTF-8"?>{content}')


def test_somebody_at_a_terminal_is_told_what_takes_time(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rulecheck.cli.progress.PATIENCE", 0.01)
    with progress(language("da")) as tell:  # nobody is at a terminal
        tell("case_days", 1, 2)
        time.sleep(0.05)
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with progress(language("da")) as tell:
        tell("case_days", 1, 2)
        time.sleep(0.1)
    out, err = capsys.readouterr()
    assert out == ""
    assert f"\r\x1b[K[{20 * chr(46)}] 1 af 2: case_days … 0 s" in err
    assert err.endswith("\r\x1b[K")  # the line is cleared


# --- refused ---


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("cases.csv", b"", "are empty"),
        ("cases.csv", b"begun,endd,place\n", "has no column `ended`, which `m` needs"),
        ("cases.csv", b"begun,endd,place\n", "did you mean `endd`?"),
        ("cases.csv", b"begun,slut,place\n", "its columns are: begun, slut, place"),
        ("cases.csv", b"begun,ended,ended,place\n", "has the column `ended` twice"),
        ("cases.csv", b"begun,ended,place\n2024-01-01,2024-01-02,a,b\n", "does not have the columns of its heading"),
        ("cases.csv", b"begun,ended,place\n2024-01-01,2024-01-02\n", "does not have the columns of its heading"),
        ("cases.csv", b"begun,ended,place\n2024-01-01,2024-01-02,\xe6\n", "is not UTF-8"),
        ("cases.csv", b"\x00\x01\x02\x03" * 100, "is not a CSV file"),
        ("cases.csv", b"\n\n", "has no heading"),
        ("cases.csv", b"begun,ended,place\n2024-01-01,2024-01-02,a\r\n2024-01-01,,\n", "end in different ways"),
        ("cases.csv", b'begun,ended,place\n2024-01-01,2024-01-02,"a\n', "does not have the columns of its heading"),
        ("cases.csv", b"begun,ended,place\n2024-01-01,,a\n" + "2024-01-01,,æ\n".encode("utf-16-le"), "is not UTF-8"),
        ("cases.csv", b"x" * 2_000_000, "is not a CSV file"),
        ("cases.csv", b"begun,ended,place\na,b," + b"x" * 100_000_000 + b"\n", "is longer than"),
        ("cases.csv", b"begun,ended,place\na,b,c\na,b," + b"x" * 100_000_000, "cases.csv:3:1"),
        ("cases.csv", b"begun,ended,place\na,b," + b"x" * 3_000_000 + b"\n", "is longer than"),
        ("cases.parquet", b"PAR1 and then rubbish", "cannot be read as a table"),
        ("cases.xlsx", b"no zip", "is not a workbook"),
        ("cases.db", b"no database at all, not in the least", "cannot be read as a table"),
        ("cases.doc", b"x", "case records are not read from"),
    ],
)
@pytest.mark.parametrize("engine", EMBEDDED)
def test_a_file_that_is_no_table(name: str, content: bytes, said: str, engine: str, capsys: Capture) -> None:
    Path(name).write_bytes(content)
    assert said in refused(evaluated(capsys, name, "--records-engine", engine))


@pytest.mark.parametrize(("key", "remedy"), [("snapsot", "did you mean `snapshot`?"), ("colour", "known are: path, ")])
def test_a_key_that_no_table_has(key: str, remedy: str, capsys: Capture) -> None:
    assert remedy in refused(evaluated(capsys, {"path": written(GOOD), key: "2024-12-31"}))


def test_a_file_that_is_not_there(capsys: Capture) -> None:
    assert "cannot be read: no such file or directory" in refused(evaluated(capsys, "nowhere.parquet"))
    Path("folder.csv").mkdir()
    assert "cannot be read: is a directory" in refused(evaluated(capsys, "folder.csv"))


@pytest.mark.parametrize("engine", EMBEDDED)
def test_columns_of_a_wrong_type(engine: str, capsys: Capture) -> None:
    duckdb.sql("COPY (SELECT 1.5 AS begun, DATE '2024-01-01' AS ended, 'a' AS place) TO 'cases.parquet'")
    told = refused(evaluated(capsys, "cases.parquet", "--records-engine", engine))
    assert "the column `begun` of `cases.parquet` is of type" in told


def test_a_name_the_plan_does_not_have(capsys: Capture) -> None:
    written(GOOD)
    Path("facts.json").write_text('{"plan": "p", "as_of": "2024-12-31", "records": {"casse": "cases.csv"}}', "utf-8")
    told = refused(called(capsys, "evaluate", "facts.json", "--plan", "plan.yaml"))
    assert "records named `casse`" in told
    assert "did you mean `cases`?" in told


@pytest.mark.parametrize("table", [1, [], {"path": 3}, {"paht": "x"}, {"path": "x", "snapshot": "2024-02-30"}, {}])
def test_a_table_that_is_none(table: object, capsys: Capture) -> None:
    refused(evaluated(capsys, table))


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("{source: cases, period: ended}", "it is not said what is counted"),
        (
            "{source: cases, period: ended, in_time: {done: a, deadline: b}}",
            "does not belong to a measure of kind mean",
        ),
        ("{source: cases, period: ended, value: a, days: {from: a, to: b}}", "a measure is computed in one way"),
        ("{source: cases, period: ended, value: a, zone: Mars/Olympus}", "is no time zone"),
        ("{source: cases, period: ended, value: a, where: [{column: a}]}", "compares its column in one way, not in 0"),
        ("{source: cases, period: ended, value: a, wher: []}", "unknown key `wher`"),
        ("{source: cases, period: ended, days: {from: a}}", "`to` is missing"),
    ],
)
def test_a_block_that_means_nothing(block: str, said: str, capsys: Capture) -> None:
    written(PLAN[: PLAN.index("    records:")] + f"    records: {block}\n", "plan.yaml")
    outcome = called(capsys, "plans", "check", "plan.yaml")
    assert outcome.code == 3
    assert said in outcome.err


# --- engines ---


def test_an_engine_that_is_not_installed(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "rulecheck.facts.records.spark_engine", raising=False)
    monkeypatch.setitem(sys.modules, "pyspark", None)
    told = refused(evaluated(capsys, written(GOOD), "--records-engine", "spark"))
    assert "pip install 'target-rulecheck[data,cluster]'" in told


def test_without_the_extra_for_records_the_command_says_what_to_install(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`make demo` installs without it, and the examples have case records."""
    monkeypatch.setitem(sys.modules, "narwhals", None)
    for name in [name for name in sys.modules if name.startswith("rulecheck.facts.records.")]:
        monkeypatch.delitem(sys.modules, name)
    told = refused(evaluated(capsys, written(GOOD)))
    assert "needs a package that is not installed" in told
    assert "install it: pip install 'target-rulecheck[data]'" in told


@pytest.mark.parametrize("engine", ["spark://host", "spark://:7077", "spark:local", "sparc", "yarn"])
def test_an_engine_that_is_none(engine: str, capsys: Capture) -> None:
    assert evaluated(capsys, written(GOOD), "--records-engine", engine).code == 2


@in_spark
def test_a_cluster_reads_parquet_alone(capsys: Capture) -> None:
    told = refused(evaluated(capsys, written(GOOD), "--records-engine", "spark://127.0.0.1:1"))
    assert "a Spark cluster reads case records from Parquet, and `cases.csv` is none" in told


@in_spark
def test_a_machine_without_java(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(Path.cwd()))
    command = [str(Path(sys.executable).parent / "rulecheck"), "evaluate", facts(written(GOOD)), "--plan", "plan.yaml"]
    found = subprocess.run([*command, "--records-engine", "spark"], capture_output=True, text=True)
    assert found.returncode == 4
    assert "Spark cannot be started at local[*]" in found.stderr
    assert "check the master, and that Java 17 or later is installed" in found.stderr


@in_spark
def test_columns_of_a_wrong_type_in_spark(capsys: Capture) -> None:
    duckdb.sql("COPY (SELECT 1.5 AS begun, DATE '2024-01-01' AS ended, 'a' AS place) TO 'cases.parquet'")
    told = refused(evaluated(capsys, "cases.parquet", "--records-engine", "spark"))
    assert "the column `begun` of `cases.parquet` is of type" in told
    Path("cases.parquet").write_bytes(b"PAR1 and then rubbish")
    assert "cannot be read as a table" in refused(evaluated(capsys, "cases.parquet", "--records-engine", "spark"))


# --- neutral ---


@pytest.mark.parametrize("engine", EMBEDDED)
def test_sql_in_names_is_a_name(engine: str, capsys: Capture) -> None:
    evil = """e"; COPY t TO 'owned'; --"""
    written(PLAN.replace("place: place", f"place: {json.dumps(evil)}"), "plan.yaml")
    written(GOOD.replace("place", '"' + evil.replace('"', '""') + '"'), "a'; DROP [x]*.csv")
    found = evaluated(capsys, "a'; DROP [x]*.csv", "--format", "json", "--records-engine", engine)
    assert found.code == 0, found.err
    assert not Path("owned").exists()


@pytest.mark.parametrize("path", ["cases.csv", "cases", "cases/part-*"])
def test_the_engine_reads_nothing_but_its_files(path: str) -> None:
    from rulecheck.facts.records.duckdb_engine import opened
    from rulecheck.facts.records.source import Source

    in_files(FIRST, LAST)
    written("secret\n", "other.csv")
    with opened(Source("cases", Path(path))) as table:
        for query in (
            "SELECT * FROM read_csv('other.csv')",
            "SELECT * FROM read_text('/etc/passwd')",
            "COPY (SELECT 1) TO 'out.csv'",
            "INSTALL httpfs",
            "ATTACH 'new.db'",
            "SET enable_external_access = true",
            "SET memory_limit = '100GB'",
        ):
            with pytest.raises(duckdb.Error):
                table.connection.execute(query)  # type: ignore[attr-defined]
    assert not Path("out.csv").exists()
