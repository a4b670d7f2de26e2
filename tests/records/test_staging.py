"""Tables that are copied before they are read: workbooks and SQLite files, as people have them and as attackers make them."""

import datetime as dt
import re
import sqlite3
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from rulecheck.facts.problem import InvalidFacts
from rulecheck.facts.records import sheet, staging
from rulecheck.facts.records.source import Source

from tests.records.test_command import workbook

XMLNS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def lines(file: Path, table: str = "", folder: Path | None = None) -> list[str]:
    return staging.staged(Source("cases", file, table), folder or file.parent).read_text("utf-8").splitlines()


def said(file: Path, table: str = "") -> tuple[str, str, str]:
    """Where, what, and what to do."""
    with pytest.raises(InvalidFacts) as found:
        lines(file, table)
    (problem,) = found.value.problems
    told = (text.format(**problem.values) for text in (problem.message, problem.remedy))
    return (problem.place.file, *told)


def with_sheet(folder: Path, xml: str, **parts: str) -> Path:
    """A workbook with this sheet, and further parts."""
    made, file = folder / "made.xlsx", folder / "cases.xlsx"
    workbook(str(made), [["a"]])
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name.endswith("sheet1.xml"):
                new.writestr(name, f'<?xml version="1.0"?><worksheet {XMLNS}><sheetData>{xml}</sheetData></worksheet>')
            else:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return file


# --- as people have them ---


def test_cells_of_a_workbook_as_text(tmp_path: Path) -> None:
    file = tmp_path / "cases.xlsx"
    with xlsxwriter.Workbook(str(file)) as book:
        page, day = book.add_worksheet("sager"), book.add_format({"num_format": "yyyy-mm-dd"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        page.write_row(0, 0, ["nr", "dag", "tid", "ja", "tal", "tekst", ""])
        page.write_number(1, 0, 7)
        page.write_datetime(1, 1, dt.datetime(2024, 2, 29), day)
        page.write_datetime(1, 2, dt.datetime(2024, 2, 29, 23, 30), moment)
        page.write_boolean(1, 3, True)
        page.write_number(1, 4, 1.5)
        page.write_string(1, 5, "=1+1, æ")
        page.write_formula(2, 0, "=A2+1", None, 8)
        page.write_string(3, 5, "sidst")
    assert lines(file) == [
        "nr,dag,tid,ja,tal,tekst",
        '7,2024-02-29,2024-02-29 23:30:00,true,1.5,"=1+1, æ"',
        "8,,,,,",
        ",,,,,sidst",
    ]


def test_a_table_of_one_column_keeps_its_empty_cells(tmp_path: Path) -> None:
    file = tmp_path / "cases.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE t (day)")
        connection.executemany("INSERT INTO t VALUES (?)", [("2024-01-01",), (None,), ("",), ("2024-01-02",)])
    assert lines(file) == ["day", "2024-01-01", '""', '""', "2024-01-02"]


def test_cells_of_sqlite_as_text(tmp_path: Path) -> None:
    file = tmp_path / "a?b#c.db"
    with sqlite3.connect(file) as connection:
        connection.execute("""CREATE TABLE "x'; DROP TABLE t; --" (a, b, c, d, "e ""f")""")
        cells = (3, 4.0, 0.25, b"\x00\xff", None)
        connection.execute("""INSERT INTO "x'; DROP TABLE t; --" VALUES (?, ?, ?, ?, ?)""", cells)
        connection.execute("""CREATE VIEW v AS SELECT a FROM "x'; DROP TABLE t; --" """)
    assert lines(file, "x'; DROP TABLE t; --") == ['a,b,c,d,"e ""f"', "3,4,0.25,<2 bytes>,"]
    assert lines(file, "v", tmp_path) == ["a", "3"]
    assert "name one with `table`" in said(file)[2]


@pytest.mark.parametrize("suffix", ["xlsx", "db"])
def test_a_table_by_its_name(suffix: str, tmp_path: Path) -> None:
    file = tmp_path / f"cases.{suffix}"
    if suffix == "db":
        with sqlite3.connect(file) as connection:
            for name in ("sager", "retsmøder"):
                connection.execute(f"CREATE TABLE {name} ({name})")
    else:
        with xlsxwriter.Workbook(str(file)) as book:
            for name in ("sager", "retsmøder"):
                book.add_worksheet(name).write(0, 0, name)
    assert lines(file, "retsmøder") == ["retsmøder"]
    assert said(file, "sagr")[1:] == (f"`cases.{suffix}#sagr` has no table of that name", "did you mean `sager`?")
    assert said(file)[1] == f"`cases.{suffix}` has several tables"


# --- as they should not be ---


def test_text_that_is_no_unicode(tmp_path: Path) -> None:
    file = tmp_path / "cases.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE t (a)")
        connection.execute("INSERT INTO t VALUES (CAST(x'e6f8' AS TEXT))")
    assert "cannot be read as a table: Could not decode to UTF-8" in said(file)[1]


@pytest.mark.parametrize("rows", [[], [[]], [["", ""]]])
def test_a_sheet_without_a_heading(rows: list[list[str]], tmp_path: Path) -> None:
    workbook(str(tmp_path / "cases.xlsx"), rows)
    assert "has no heading" in said(tmp_path / "cases.xlsx")[1]


def test_a_column_twice(tmp_path: Path) -> None:
    workbook(str(tmp_path / "cases.xlsx"), [["a", "b", "a"]])
    assert "has the column `a` twice" in said(tmp_path / "cases.xlsx")[1]


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ('<c r="B2"><f>A2+1</f></c>', "has no value saved with it"),
        ('<c r="B2"><f>A2+1</f><v></v></c>', "has no value saved with it"),
        ('<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "holds an error"),
    ],
)
def test_a_cell_without_a_value_is_no_empty_cell(cell: str, message: str, tmp_path: Path) -> None:
    head = "".join(f'<c r="{at}" t="inlineStr"><is><t>{at}</t></is></c>' for at in ("A1", "B1"))
    file = with_sheet(tmp_path, f'<row r="1">{head}</row><row r="2"><c r="A2"><v>1</v></c>{cell}</row>')
    place, told, _ = said(file)
    assert place.endswith("cases.xlsx cases!B2")
    assert message in told


@pytest.mark.parametrize("address", ["XFD1048576", "ZZZZ1", "A99999999", "CAZ1"])
def test_a_cell_far_from_the_table(address: str, tmp_path: Path) -> None:
    """As a rectangle that would be billions of cells; memory for them is never asked for."""
    file = with_sheet(
        tmp_path, f'<row><c r="A1"><v>1</v></c></row><row><c r="C1"><v>1</v></c><c r="{address}"><v>1</v></c></row>'
    )
    tracemalloc.start()
    _, told, remedy = said(file)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert re.search("more than 2000 columns|reaches to column C and row 99999999", told)
    assert remedy
    assert peak < 30_000_000


def test_a_million_columns(tmp_path: Path) -> None:
    file = with_sheet(tmp_path, f"<row>{'<c><v>1</v></c>' * 1_000_000}</row>")
    assert "more than 2000 columns" in said(file)[1]


def test_a_row_that_never_ends(tmp_path: Path) -> None:
    file = with_sheet(tmp_path, f"<row>{'<c><v>1</v></c>' * 2_000_000}")
    assert "more than 2000 columns" in said(file)[1]


def test_a_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What counts is what comes out, not what the archive says of itself."""
    file = with_sheet(tmp_path, "", **{"xl/sharedStrings.xml": " " * 200_000_000})
    assert file.stat().st_size < 1_000_000
    monkeypatch.setattr(sheet, "MOST_UNPACKED", 50_000_000)
    tracemalloc.start()
    assert "unpacks to more than 50000000 bytes" in said(file)[1]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 30_000_000


def test_macros_links_and_document_types(tmp_path: Path) -> None:
    row = '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>'
    assert "holds macros" in said(with_sheet(tmp_path, row, **{"xl/vbaProject.bin": "x"}))[1]
    linked = with_sheet(tmp_path, row, **{"xl/externalLinks/externalLink1.xml": "<externalLink/>"})
    assert lines(linked) == ["a"]  # the values saved with it, which no formula renews
    made = tmp_path / "cases.xlsx"
    content = {name: zipfile.ZipFile(made).read(name) for name in zipfile.ZipFile(made).namelist()}
    content["xl/workbook.xml"] = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + content["xl/workbook.xml"]
    with zipfile.ZipFile(made, "w") as archive:
        for name, raw in content.items():
            archive.writestr(name, raw)
    assert "is not a workbook" in said(made)[1]


def test_no_workbook_at_all(tmp_path: Path) -> None:
    file = tmp_path / "cases.xlsx"
    file.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(1000))
    assert "protected by a password" in said(file)[1]
    file.write_bytes(b"PK\x03\x04 and then nothing")
    assert "is not a workbook" in said(file)[1]
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("hello.txt", "no workbook")
    assert "cannot be read as a table" in said(file)[1]


def test_a_workbook_cut_short(tmp_path: Path) -> None:
    file = with_sheet(tmp_path, '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>')
    raw: Any = bytearray(file.read_bytes())
    at = raw.index(b"sheet1.xml") + 20
    raw[at : at + 30] = bytes(30)
    file.write_bytes(raw)
    assert "cannot be read as a table" in said(file)[1]
