"""Workbooks, CSV folders and YAML as people make them: what is read, what is refused, and where it says so."""

import datetime as dt
import itertools
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from rulecheck.engine.version import VERSION
from rulecheck.facts.documents import csv_folder, workbook, yaml_text
from rulecheck.facts.documents.cells import Unclear, cell_value
from rulecheck.facts.documents.headings import HEADINGS, SHEETS, WORDS, folded
from rulecheck.facts.documents.read import read_document
from rulecheck.facts.facts import Facts
from rulecheck.facts.problem import InvalidFacts
from rulecheck.facts.read_facts import read_facts
from rulecheck.facts.rows.fields import FIELDS
from rulecheck.rules.library import load_plan

from tests.command import Q3, called

Capture = pytest.CaptureFixture[str]
Table = list[list[Any]]
PLAN = load_plan("dk-politiet-2024", VERSION)
HEAD: Table = [["key", "value"], ["plan", PLAN.id]]
JAN = dt.date(2024, 1, 15)


def book(file: Path, change: Callable[[openpyxl.Workbook], object] = lambda _: None, **tables: Table) -> Path:
    """A workbook with these sheets, as Excel would save it."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in {"plan": HEAD, **tables}.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    change(made)
    made.save(file)
    return file


def folder(path: Path, **files: str | bytes) -> Path:
    """A folder of CSV files."""
    path.mkdir()
    for name, content in {"plan": f"key;value\nplan;{PLAN.id}\n", **files}.items():
        (path / f"{name}.csv").write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def facts(file: Path) -> Facts:
    read, _ = read_facts(read_document(file, file.name), PLAN.vocabulary)
    return read


def problems(file: Path, shown: str = "") -> list[tuple[str, str]]:
    """Where each problem stands, and what is said."""
    with pytest.raises(InvalidFacts) as found:
        read_facts(read_document(file, shown or file.name), PLAN.vocabulary)
    return [(str(p.place), p.message.format(**p.values)) for p in found.value.problems]


# --- cells ---


@pytest.mark.parametrize(
    ("cell", "number"),
    [("172,25", "172.25"), ("172.25", "172.25"), ("1.234.567", "1234567"), ("1 234,5", "1234.5"), ("1\u00a0234", "1234"),
     ("1.234,50", "1234.50"), ("1,234.50", "1234.50"), ("0,912", "0.912"), ("91,2 %", "0.912"), ("100%", "1.00"), ("−3", "-3"),
     (0.912, "0.912"), (17.0, "17"), (0.1, "0.1"), (" 5 ", "5"), ("1234,567", "1234.567"), ("12,5000", "12.5000"), ("1.500e0", "1.500e0")],
)  # fmt: skip
def test_numbers_as_people_type_them(cell: Any, number: str) -> None:
    assert str(cell_value("number", cell)) == number


@pytest.mark.parametrize("cell", ["1,234", "1.234", "-12.345", "999,000"])
def test_a_number_that_can_be_read_in_two_ways_is_refused(cell: str) -> None:
    with pytest.raises(Unclear) as found:
        cell_value("number", cell)
    assert found.value.code == "facts-ambiguous"


@pytest.mark.parametrize(
    ("cell", "day"),
    [("2024-12-31", "2024-12-31"), ("31-12-2024", "2024-12-31"), ("31.12.2024", "2024-12-31"), ("1.2.2024", "2024-02-01"),
     ("31/12/2024", "2024-12-31"), ("12/31/2024", "2024-12-31"), ("05/05/2024", "2024-05-05"), ("2024-12-31 00:00:00", "2024-12-31"),
     (dt.date(2024, 12, 31), "2024-12-31"), (dt.datetime(2024, 12, 31, 14, 5), "2024-12-31")],
)  # fmt: skip
def test_days_as_people_type_them(cell: Any, day: str) -> None:
    assert cell_value("day", cell) == day


def test_a_day_that_can_be_read_in_two_ways_is_refused() -> None:
    with pytest.raises(Unclear, match="two ways"):
        cell_value("day", "01/02/2024")


@pytest.mark.parametrize("kind", ["number", "period"])
def test_a_date_is_no_number_and_no_period(kind: str) -> None:
    with pytest.raises(Unclear, match="a date stands where"):
        cell_value(kind, JAN)


def test_lists_as_people_type_them() -> None:
    assert cell_value("members", "Hageby; Årby") == ["Hageby", "Årby"]
    assert cell_value("members", "Hageby\n\n Årby; norra\n") == ["Hageby", "Årby; norra"]
    assert cell_value("members", "[]") == []
    assert cell_value("members", 7.0) == ["7"]
    assert cell_value("origins", "Ronna = Ronna/Geneta; Lina\nÅrby=Hageby") == {
        "Ronna": ["Ronna/Geneta", "Lina"],
        "Årby": ["Hageby"],
    }
    assert cell_value("origins", '{"a": ["b"]}') == {"a": ["b"]}
    assert cell_value("members", "[x") == "[x"
    for odd in ("Ronna", "= x", "a = b\na = c"):
        with pytest.raises(Unclear):
            cell_value("origins", odd)


def test_words_are_read_in_four_languages() -> None:
    for canonical, names in WORDS.items():
        kind = (
            "truth"
            if canonical in ("true", "false")
            else "status"
            if canonical in ("final", "preliminary")
            else "verdict"
        )
        for word in (canonical, *names.values()):
            assert str(cell_value(kind, word.upper())).lower() == canonical


def test_every_field_has_a_heading_in_four_languages_and_none_two() -> None:
    for fields in FIELDS.values():
        for language in ("da", "sv", "nb", "en"):
            names = [folded(HEADINGS[key][language]) for key in fields if key != "dimensions"]
            assert len(set(names)) == len(names)
    for table in (SHEETS, HEADINGS):
        taken: dict[str, str] = {}
        for canonical, names in table.items():
            for name in names.values():
                assert taken.setdefault(folded(name), canonical) == canonical


# --- what is read ---


def test_a_workbook_with_danish_headings(tmp_path: Path) -> None:
    read = facts(
        book(
            tmp_path / "f.xlsx",
            Målinger=[
                ["Nøgletal", "Periode", "Sum", "Antal", "Tæller", "Nævner", "Værdi", "Indberettet", "Status", "dimensions.district"],
                ["case_days", "2024-Q1", 8263194, 48210, None, None, None, dt.date(2024, 4, 10), "endelig"],
                [],
                ["case_days", "2024-Q2", None, 47000, None, None, "172,25", "10-07-2024", "foreløbig"],
                ["hearing_replies_in_time", 2024, None, None, 178, 190, None, None, None, "fyn"],
            ],
            HÆNDELSER=[["hændelse", "hvem eller hvad", "dato"], ["security_requirement_implemented", 1, "3.5.2024"]],
            Kalender=[["hændelse", "dato"], ["security_progress_reported", dt.date(2024, 3, 31)], ["security_progress_reported", "30.9.2024"]],
        )
    )  # fmt: skip
    by_id = read.by_id()
    assert by_id["case_days/2024-Q1"].reported == dt.date(2024, 4, 10)
    assert str(read.measurements[1].value) == "689/4"
    assert read.measurements[1].preliminary
    assert by_id["hearing_replies_in_time[district=fyn]/2024"].dimensions == (("district", "fyn"),)
    assert by_id["security_requirement_implemented/1"].date == dt.date(2024, 5, 3)  # type: ignore[union-attr]
    assert read.calendar == {"security_progress_reported": (dt.date(2024, 3, 31), dt.date(2024, 9, 30))}


@pytest.mark.parametrize("sign", [";", ",", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_csv_with_every_separator(sign: str, mark: str, end: str, tmp_path: Path) -> None:
    rows = [["event", "subject", "date", "note"], ["polsas_in_use", "groenland", "2024-10-14", f'"Øen{sign} ""A"""']]
    content = mark + end.join(sign.join(row) for row in rows) + end
    (event,) = facts(folder(tmp_path / "f", events=content, plan=f"key{sign}value{end}plan{sign}{PLAN.id}{end}")).events
    assert (event.subject, event.note) == ("groenland", f'Øen{sign} "A"')


def test_csv_that_says_its_separator(tmp_path: Path) -> None:
    content = "sep=|\nevent|date\nstrategy_presented|2024-02-30\n"
    assert problems(folder(tmp_path / "f", events=content)) == [
        (f"{tmp_path}/f/events.csv:3:20", "`2024-02-30` is no date")
    ]


def test_an_apostrophe_hides_a_formula_in_csv(tmp_path: Path) -> None:
    content = "event;date;note\nstrategy_presented;2024-02-03;'=1+1\nstrategy_presented;2024-02-04;'t Hooft\n"
    assert [event.note for event in facts(folder(tmp_path / "f", events=content)).events] == ["=1+1", "'t Hooft"]


def test_yaml_facts(tmp_path: Path) -> None:
    file = tmp_path / "f.yaml"
    file.write_text(
        f"plan: {PLAN.id}\nmeasurements:\n  - {{measure: case_days, period: 2024-Q2, value: 172.25, count: 47000, withdrawn: false}}\n"
        "assessments:\n  - {target: 5.1, verdict: fulfilled, by: Rigspolitiet, date: 2024-09-27}\nevents:\n"
    )
    assert [a.target for a in facts(file).assessments] == ["5.1"]
    file.write_text(f"plan: {PLAN.id}\nevents:\n  - event: strategy_presented\n    date: 2024-02-30\n")
    assert problems(file) == [("f.yaml:4:5", "`2024-02-30` is no date")]
    file.write_text("plan: dk-politiet-2024\nevents:\n  - date: 2024-06-01\n  - event: strategy_presented\n")
    assert problems(file) == [("f.yaml:3:5", "`event` is missing"), ("f.yaml:4:5", "`date` is missing")]
    file.write_text("- a\n")
    assert problems(file) == [("f.yaml:1:1", "the file holds a list, not an object")]


# --- what is refused, and where ---


def test_problems_of_a_workbook_name_sheet_and_cell(tmp_path: Path) -> None:
    file = book(
        tmp_path / "facts.xlsx",
        measurements=[
            ["measure", "period", "total", "count", "reported"],
            ["case_days", JAN, 1, 2, "01/02/2024"],
            ["case_dais", "2024-Q1", "1.234", -2, None],
            ["case_days", "2024-Q1", 5, None, None],
        ],
        events=[["event", "subjekt", "date", None], ["polsas_in_use", "groenland", True, "odd"]],
    )
    assert problems(file) == [
        ("facts.xlsx measurements!B2", "a date stands where a period is wanted: 2024-01-15"),
        ("facts.xlsx measurements!E2", "`01/02/2024` can be read in two ways: 2024-02-01 or 2024-01-02"),
        ("facts.xlsx measurements!A3", "unknown measure `case_dais`"),
        ("facts.xlsx measurements!C3", "`1.234` can be read in two ways: 1234 or 1.234"),
        ("facts.xlsx measurements!D3", "a count is negative: -2"),
        ("facts.xlsx measurements!A4", "`count` is missing"),
        ("facts.xlsx events!B1", "unknown heading `subjekt`"),
        ("facts.xlsx events!C2", "true or false stands where a date such as 2024-03-31 is wanted: `true`"),
        ("facts.xlsx events!D2", "this cell has no heading above it: `odd`"),
    ]


def test_problems_of_a_csv_file_name_line_and_column(tmp_path: Path) -> None:
    events = 'event;subject;date;note\npolsas_in_use;groenland;2024-02-03;"two\nlines; and more"\n;"x;y";2024-02-30\n'
    plan = f"key;value\nplan;{PLAN.id}\nasof;2024-01-01\n"
    calendar = "event;date\n;2024-01-01\nsecurity_progress_reportd;2024-01-01\n"
    at = f"{tmp_path}/f/"
    assert problems(folder(tmp_path / "f", events=events, plan=plan, calendar=calendar)) == [
        (f"{at}calendar.csv:2:1", "`event` is missing"),
        (f"{at}calendar.csv:3:1", "unknown recurring duty `security_progress_reportd`"),
        (f"{at}events.csv:4:1", "`event` is missing"),
        (f"{at}events.csv:4:8", "`2024-02-30` is no date"),
        (f"{at}plan.csv:3:1", "unknown key `asof`"),
    ]


def test_a_row_of_the_plan_given_twice_is_told(tmp_path: Path) -> None:
    plan = f"key;value\nplan;{PLAN.id}\nas_of;2024-09-30\npr. dato;2024-06-30\n"
    assert problems(folder(tmp_path / "f", plan=plan)) == [
        (f"{tmp_path}/f/plan.csv:4:1", "the key `pr. dato` is given twice")
    ]


def test_what_is_wrong_with_the_tables_is_told_even_where_the_plan_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = folder(tmp_path / "f", plan=f"navn;indhold\nplan;{PLAN.id}\n")
    told = called(capsys, "evaluate", str(where), "--lang", "en").err
    for message in ("unknown heading `navn`", "unknown heading `indhold`", "`plan` is missing"):
        assert f"error: {message}\n" in told


def test_a_formula_without_a_value_and_an_error_are_no_empty_cells(tmp_path: Path) -> None:
    def formulas(made: openpyxl.Workbook) -> None:
        made["measurements"]["C2"] = "=1+1"
        made["measurements"]["D2"].value, made["measurements"]["D2"].data_type = "#DIV/0!", "e"

    rows = [["measure", "period", "total", "count"], ["case_days", "2024-Q1", 0, 0]]
    assert problems(book(tmp_path / "f.xlsx", formulas, measurements=rows)) == [
        ("f.xlsx measurements!C2", "the formula of this cell has no value saved with it"),
        ("f.xlsx measurements!D2", "the cell holds an error, such as a division by zero"),
    ]


def test_sheets_that_are_no_tables(tmp_path: Path) -> None:
    def hidden(made: openpyxl.Workbook) -> None:
        made.create_sheet("Hidden").sheet_state = "hidden"

    _, warnings = read_facts(read_document(book(tmp_path / "f.xlsx", hidden, Notater=[]), "f.xlsx"), PLAN.vocabulary)
    assert [w.message.format(**w.values) for w in warnings] == ["the sheet `Notater` is not read"]
    assert problems(book(tmp_path / "g.xlsx", event=[]))[0][1] == "unknown sheet `event`"
    assert (
        problems(book(tmp_path / "h.xlsx", events=[], Hændelser=[]))[0][1]
        == "`events` and `Hændelser` are the same table"
    )
    assert problems(folder(tmp_path / "f", measurments=""))[0] == (
        f"{tmp_path}/f/measurments.csv", "unknown table `measurments`",
    )  # fmt: skip


@pytest.mark.parametrize("name", ["facts.xlsm", "facts.xls", "facts.ods"])
def test_other_spreadsheets_are_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"")
    assert problems(tmp_path / name)[0][1] == f"facts are not read from .{name.split('.')[1]}"


def repacked(file: Path, **parts: bytes) -> Path:
    """The workbook with these parts put in or replaced."""
    with zipfile.ZipFile(file) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**kept, **parts}.items():
            archive.writestr(name, content)
    return file


def sheet(rows: str) -> dict[str, bytes]:
    head = (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    )
    return {"xl/worksheets/sheet1.xml": f"{head}{rows}</sheetData></worksheet>".encode()}


BOMBS: dict[str, tuple[dict[str, bytes], str]] = {
    "zeros": ({"xl/media/a.bin": b"0" * 150_000_000}, "unpacked, the workbook is over"),
    "far corner": (sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "a sheet reaches to column 16384 and row 1048576"),
    "far row": (sheet('<row r="9999999"><c><v>1</v></c></row>'), "a sheet reaches to column 1 and row 9999999"),
    "columns": (sheet('<row r="1">' + "<c><v>1</v></c>" * 1_000_000 + "</row>"), "a sheet reaches to column 1000000"),
    "macros": ({"xl/vbaProject.bin": b"x"}, "the workbook holds macros"),
    "entities": ({"xl/workbook.xml": b'<!DOCTYPE x [<!ENTITY a "aaaa">]><workbook>&a;</workbook>'}, "the workbook is damaged"),
    "no tables": ({"xl/workbook.xml": b"<workbook/>"}, "there is no table in the workbook"),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_before_they_grow(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts, message = BOMBS[name]
    file = repacked(book(tmp_path / "f.xlsx"), **parts)
    if name == "columns":
        monkeypatch.setattr(workbook, "MAX_RATIO", 10_000)
    if name != "no tables":
        import python_calamine

        monkeypatch.delattr(python_calamine, "CalamineWorkbook")  # nothing of it may be read
        monkeypatch.setattr(python_calamine, "CalamineWorkbook", None, raising=False)
    ((place, told),) = problems(file)
    assert (place, told[: len(message)]) == ("f.xlsx", message)


def test_a_bomb_is_unpacked_piece_by_piece(tmp_path: Path) -> None:
    import tracemalloc

    file = repacked(book(tmp_path / "f.xlsx"), **BOMBS["zeros"][0])
    tracemalloc.start()
    problems(file)
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_damaged_workbooks(tmp_path: Path) -> None:
    whole = book(tmp_path / "f.xlsx").read_bytes()
    cases = {
        "no zip": b"hello",
        "empty": b"",
        "cut": whole[:-40],
        "half": whole[: len(whole) // 2],
        "old": workbook.OLD + b"x" * 100,
    }
    flipped = bytearray(whole)
    flipped[len(whole) // 3] ^= 0xFF
    for name, content in {**cases, "flipped": bytes(flipped)}.items():
        file = tmp_path / f"{name}.xlsx"
        file.write_bytes(content)
        ((place, _),) = problems(file)
        assert place == file.name


def test_links_to_other_workbooks_are_told(tmp_path: Path) -> None:
    file = repacked(book(tmp_path / "f.xlsx"), **{"xl/externalLinks/externalLink1.xml": b"<x/>"})
    _, warnings = read_facts(read_document(file, "f.xlsx"), PLAN.vocabulary)
    assert [w.code for w in warnings] == ["facts-links"]


@pytest.mark.parametrize(
    ("content", "place", "message"),
    [
        ("event;note\nx;ø\n".encode("latin-1"), "2:3", "the file is not UTF-8: byte `0xf8` cannot be read"),
        ("event;note\nø;\n".encode() + b"x;\xe6\n", "3:3", "the file is not UTF-8: byte `0xe6` cannot be read"),
        ("event;note\nø;x\n".encode("utf-16"), "1:1", "the file is UTF-16, not UTF-8"),
        ('event;note\nx;"' + "y" * 200_000 + '"\n', "2:1", "a field is longer than 100000 characters"),
        ('event;note\nx;"y\n', "2:1", "the quotes of this line do not match"),
    ],
    ids=["latin-1", "mixed", "utf-16", "long", "quotes"],
)
def test_csv_files_that_cannot_be_read(content: str | bytes, place: str, message: str, tmp_path: Path) -> None:
    assert problems(folder(tmp_path / "f", events=content)) == [(f"{tmp_path}/f/events.csv:{place}", message)]


def test_large_files_are_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_folder, "MAX_BYTES", 10)
    monkeypatch.setattr(workbook, "MAX_BYTES", 10)
    monkeypatch.setattr(yaml_text, "MAX_BYTES", 10)
    (tmp_path / "f.yaml").write_text("plan: " + "x" * 10)
    for file in (folder(tmp_path / "f"), book(tmp_path / "f.xlsx"), tmp_path / "f.yaml"):
        assert "the file has" in problems(file)[0][1]


def test_yaml_with_too_many_parts_is_read_no_further(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_text, "MAX_PARTS", 50)
    (tmp_path / "f.yaml").write_text("events: [" + "x, " * 100 + "&a]")
    assert problems(tmp_path / "f.yaml")[0][1] == "the file has more than 50 parts"


def test_a_single_csv_file_and_an_empty_folder(tmp_path: Path) -> None:
    file = folder(tmp_path / "f") / "plan.csv"
    assert problems(file)[0][1] == "one CSV file is one table of the facts"
    (tmp_path / "g").mkdir()
    assert problems(tmp_path / "g")[0][1] == "there is no table in the folder"


def test_without_the_extra_the_remedy_is_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "python_calamine", None)
    ((_, told),) = problems(book(tmp_path / "f.xlsx"))
    assert told == "this installation cannot read workbooks"


# --- template, convert, missing ---


def test_a_filled_template_is_judged_like_the_json(tmp_path: Path, capsys: Capture) -> None:
    """A controller fills the Danish template in with what stands in the example."""
    file = tmp_path / "t.xlsx"
    assert called(capsys, "facts", "template", "--plan", PLAN.id, "-o", str(file), "--lang", "da").code == 0
    data = json.loads(Path(Q3).read_text("utf-8"))
    made = openpyxl.load_workbook(file)
    made["Plan"]["B3"] = dt.date.fromisoformat(data["as_of"])
    for group, rows in data.items():
        if not isinstance(rows, list):
            continue
        table = made[SHEETS[group]["da"]]
        columns = {cell.value: cell.column for cell in table[1]}
        row = next((r for r in range(2, 2_000) if all(c.value is None for c in table[r])), 2)
        for entry in rows:
            for key, value in entry.items():
                day = key in ("date", "reported", "expected", "at")
                assert key != "dimensions"
                table.cell(row, columns[HEADINGS[key]["da"]]).value = dt.date.fromisoformat(value) if day else value
            row += 1
    calendar = made[SHEETS["calendar"]["da"]]
    for row, (name, day) in enumerate(((n, d) for n, days in data.get("calendar", {}).items() for d in days), 2):
        calendar.cell(row, 1).value, calendar.cell(row, 2).value = name, dt.date.fromisoformat(day)
    made.save(file)
    told = [called(capsys, "evaluate", source, "--format", "json").out for source in (str(file), Q3)]
    verdicts = [json.loads(text)["verdicts"] for text in told]
    assert verdicts[0] == verdicts[1]
    assert len(verdicts[0]) == 11


@pytest.mark.parametrize("language", ["da", "sv", "nb", "en"])
def test_a_template_is_valid_in_every_format_and_language(language: str, tmp_path: Path, capsys: Capture) -> None:
    counts = set()
    for name in ("t.xlsx", "t.yaml", "t.json", "folder"):
        file = str(tmp_path / name)
        assert called(capsys, "facts", "template", "--plan", PLAN.id, "-o", file, "--lang", language).code == 0
        found = called(capsys, "facts", "check", file, "--lang", "en")
        assert (found.code, found.out) == (0, "0 facts, no errors\n")
        counts.add(found.err.splitlines()[0])
    assert counts == {"warning: rows of the template that are not filled in yet: 62"}


def test_the_template_helps_and_guards(tmp_path: Path, capsys: Capture) -> None:
    files = [tmp_path / "a.xlsx", tmp_path / "b.xlsx"]
    for file in files:
        called(capsys, "facts", "template", "--plan", PLAN.id, "-o", str(file), "--lang", "nb")
    assert files[0].read_bytes() == files[1].read_bytes()
    made = openpyxl.load_workbook(files[0])
    assert made.sheetnames == [
        "Plan",
        "Målinger",
        "Hendelser",
        "Prognoser",
        "Vurderinger",
        "Kalender",
        "Veiledning",
        "Lister",
    ]
    assert made["Lister"].sheet_state == "hidden"
    for name in made.sheetnames[:6]:
        table = made[name]
        assert table.protection.sheet
        assert table["A1"].protection.locked
        assert not table.column_dimensions["A"].protection.locked
        assert table.freeze_panes == "A2"
    rules = made["Vurderinger"].data_validations.dataValidation
    assert {rule.type for rule in rules} == {"list", "date"}
    events = made["Hendelser"]
    headings = {cell.column_letter: cell.value for cell in events[1]}
    strict = {headings[str(r.sqref)[0]]: r.errorStyle for r in events.data_validations.dataValidation}
    assert (strict["hendelse"], strict["hvem eller hva"]) == (None, "warning")  # a subject may be a new one
    listed = [cell.value for column in made["Lister"].columns for cell in column]
    assert "ikke oppfylt" in listed
    assert "polsas_in_use" in listed
    with zipfile.ZipFile(files[0]) as archive:
        assert not [
            n for n in archive.namelist() if n.startswith("xl/worksheets/") and re.search(rb"<f[ >/]", archive.read(n))
        ]


def test_a_text_that_looks_like_a_formula_stays_a_text(tmp_path: Path, capsys: Capture) -> None:
    note = '=HYPERLINK("http://example.org";"x")'
    source = tmp_path / "f.json"
    source.write_text(
        json.dumps(
            {
                "plan": PLAN.id,
                "events": [{"event": "strategy_presented", "date": "2024-06-01", "note": note}],
                "assessments": [{"target": "5.1", "verdict": "missed", "by": "=", "date": "2024-06-01"}],
            }
        )
    )
    for name in ("o.xlsx", "o"):
        assert called(capsys, "facts", "convert", str(source), str(tmp_path / name), "--lang", "en").code == 0
    with zipfile.ZipFile(tmp_path / "o.xlsx") as archive:
        assert not [
            n
            for n in archive.namelist()
            if n.startswith("xl/worksheets/") and (b"<f" in archive.read(n) or b"hyperlink" in archive.read(n))
        ]
    assert "'=HYPERLINK" in (tmp_path / "o" / "events.csv").read_text("utf-8-sig")
    assert [e.note for file in ("o.xlsx", "o") for e in facts(tmp_path / file).events] == [note, note]
    assert ";'=\n" in (tmp_path / "o" / "assessments.csv").read_text("utf-8-sig")


def test_convert_goes_everywhere_and_back(tmp_path: Path, capsys: Capture) -> None:
    way = [Q3, *(str(tmp_path / name) for name in ("a.xlsx", "b", "c.yaml", "d.json"))]
    for before, after in itertools.pairwise(way):
        found = called(capsys, "facts", "convert", before, after, "--lang", "sv")
        assert (found.code, found.out) == (0, ""), found.err
    told = {called(capsys, "evaluate", source, "--format", "json").out for source in way}
    assert len(told) == 1
    last = called(capsys, "facts", "convert", way[1], "-")
    assert last.out == Path(way[4]).read_text("utf-8")


def test_convert_refuses_what_cannot_be_kept(tmp_path: Path, capsys: Capture) -> None:
    source = tmp_path / "f.json"
    row = {"event": "strategy_presented", "date": "2024-06-01", "note": "a\x01b"}
    source.write_text(json.dumps({"plan": PLAN.id, "events": [row]}))
    found = called(capsys, "facts", "convert", str(source), str(tmp_path / "o.xlsx"), "--lang", "en")
    assert (found.code, (tmp_path / "o.xlsx").exists()) == (2, False)
    assert "no cell of a workbook can hold: U+0001" in found.err
    found = called(capsys, "facts", "convert", Q3, str(tmp_path / "o.pdf"), "--lang", "en")
    assert "facts are not written as .pdf" in found.err
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x")
    found = called(capsys, "facts", "convert", Q3, str(tmp_path / "full"), "--lang", "en")
    assert (found.code, len(list((tmp_path / "full").iterdir()))) == (2, 1)
    assert "directory not empty" in found.err


def test_missing_names_what_who_and_when(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "f.json"
    rows: list[dict[str, Any]] = [
        {"measure": "case_days", "period": "2024-01", "total": 1, "count": 1},
        {"measure": "case_days", "period": "2024-02-01/2024-03-31", "total": 1, "count": 1},
        {"measure": "custodial_case_days", "period": "2024-Q1", "total": 1, "count": 1, "status": "preliminary"},
    ]
    file.write_text(json.dumps({"plan": PLAN.id, "measurements": rows}))
    found = json.loads(called(capsys, "facts", "missing", str(file), "--as-of", "2024-04-15", "--format", "json").out)
    assert [(m["name"], m.get("period"), m["due"], m["state"]) for m in found["missing"]] == [
        ("custodial_case_days", "2024-Q1", "2024-04-15", "preliminary"),
        ("hearing_replies_in_time", "2024-Q1", "2024-04-15", "missing"),
    ]
    assert {m["owner"] for m in found["missing"]} <= {target.owner for target in PLAN.versions[-1].targets}
    before = called(capsys, "facts", "missing", str(file), "--as-of", "2024-04-14", "--lang", "en")
    assert before.out == "Nothing that was due by 14 April 2024 is missing.\n"
    text = called(capsys, "facts", "missing", str(file), "--as-of", "2025-02-01", "--lang", "en").out
    assert "the due dates of: " in text
    assert "an assessment" not in text


def test_missing_lists_and_base_periods(tmp_path: Path, capsys: Capture) -> None:
    plan = tmp_path / "p.yaml"
    plan.write_text(
        "plan: p\nperiod: 2024\nmeasures: {areas: {kind: set}, rate: {kind: mean, unit: days}}\ngoals:\n  - goal: '1'\n    targets:\n"
        "      - {target: '1.1', owner: A, require: {set-change: areas, direction: no-new, over: 2024, base: 2023}}\n"
        "      - {target: '1.2', owner: B, require: {trend: rate, direction: fall, over: 2024, base: 2023}}\n"
    )
    file = tmp_path / "f.json"
    rows: list[dict[str, Any]] = [
        {"measure": "areas", "at": "2023-11-30", "members": []},
        {"measure": "areas", "at": "2024-06-30", "members": ["x"], "status": "preliminary"},
    ]
    file.write_text(json.dumps({"plan": "p", "measurements": rows}))
    text = called(
        capsys, "facts", "missing", str(file), "--plan", str(plan), "--as-of", "2025-01-15", "--format", "json"
    ).out
    found = [(m["kind"], m["name"], m["period"], m["owner"], m["state"]) for m in json.loads(text)["missing"]]
    assert found == [
        ("measurement", "rate", "2023", "B", "missing"), ("list", "areas", "2024", "A", "preliminary"), ("measurement", "rate", "2024", "B", "missing"),
    ]  # fmt: skip
    assert (
        "areas: the list of members, 2024"
        in called(
            capsys, "facts", "missing", str(file), "--plan", str(plan), "--as-of", "2025-02-01", "--lang", "en"
        ).out
    )


def test_names_that_no_list_of_lines_can_hold_stay_readable(tmp_path: Path, capsys: Capture) -> None:
    plan, source = tmp_path / "p.yaml", tmp_path / "f.json"
    plan.write_text(
        "plan: p\nperiod: 2024\nmeasures: {areas: {kind: set}}\ngoals:\n  - goal: '1'\n    targets:\n"
        "      - {target: '1.1', owner: A, require: {set-change: areas, direction: no-new, over: 2024, base: 2023}}\n"
    )
    rows = [{"measure": "areas", "at": "2023-11-30", "members": ["Årby\nnorra", "Ronna"]}]
    source.write_text(json.dumps({"plan": "p", "measurements": rows}))
    made = called(capsys, "facts", "convert", str(source), str(tmp_path / "o"), "--plan", str(plan), "--lang", "en")
    assert (made.code, made.err) == (0, "")
    assert "Årby\\nnorra" in (tmp_path / "o" / "measurements.csv").read_text("utf-8-sig")


def test_json_needs_none_of_this(tmp_path: Path) -> None:
    from tests.test_cli import imported

    modules = imported("evaluate", Q3, "--format", "json", cache=tmp_path)
    assert not modules & {"csv", "zipfile", "python_calamine", "xlsxwriter", "rulecheck.facts.documents.tables"}
    assert not [m for m in modules if m.startswith("rulecheck.facts.writing")]


def test_missing_follows_every_kind_of_criterion(tmp_path: Path, capsys: Capture) -> None:
    plan = tmp_path / "p.yaml"
    plan.write_text(
        "plan: p\nperiod: 2024\nfollow_up: quarterly\nmeasures: {staff: {kind: level}}\n"
        "events: {bought: {}, used: {}, told: {}, reported: {}, joined: {subjects: open}}\ngoals:\n  - goal: '1'\n    targets:\n"
        "      - {target: a, owner: A, require: {level: staff, at_least: 5, over: 2024-Q1}}\n"
        "      - {target: b, require: {order: [bought, used], by: 2024-Q1}}\n"
        "      - {target: c, require: {recurring: told, on: [2024-01-31]}}\n"
        "      - {target: d, require: {recurring: reported, by: 2024}}\n"
        "      - {target: e, require: {assessment: [Board, Auditor], by: 2024-Q1}}\n"
        "      - {target: f, require: {milestone: joined, count: 2, by: 2024-Q1}}\n"
        "      - {target: g, require: {milestone: used, by: 2024-H1}}\n"
    )
    file = tmp_path / "f.json"

    def absent(**facts_: Any) -> list[tuple[str, str, str | None]]:
        file.write_text(json.dumps({"plan": "p", **facts_}))
        words = ["facts", "missing", str(file), "--plan", str(plan), "--as-of", "2024-04-15", "--format", "json"]
        found = json.loads(called(capsys, *words).out)["missing"]
        return [(m["target"], m["name"], m.get("count") or m.get("subject")) for m in found]

    everything = [
        ("c", "told", "2024-01-31"), ("e", "e", None), ("a", "staff", None), ("b", "bought", None), ("b", "used", None), ("f", "joined", 2),
    ]  # fmt: skip
    assert absent() == everything
    judged = {"target": "e", "verdict": "fulfilled", "date": "2024-03-01"}
    assert absent(assessments=[{**judged, "by": "Boarding house"}]) == everything
    day = {"date": "2024-03-01"}
    told = absent(
        measurements=[{"measure": "staff", "at": "2024-02-29", "value": 7}],
        events=[
            {"event": "bought", **day},
            {"event": "used", "date": "2024-05-01"},
            {"event": "joined", "subject": "x", **day},
        ],
        assessments=[{**judged, "by": "board, chair"}],
        calendar={"reported": ["2024-03-31", "2024-06-30"]},
    )
    assert told == [
        ("c", "told", "2024-01-31"),
        ("b", "used", None),
        ("f", "joined", 1),
        ("d", "reported", "2024-03-31"),
    ]
    taken = {"event": "told", "subject": "2024-01-31", "date": "2024-02-01"}
    back = {"event": "told", "subject": "2024-01-31", "withdrawn": True, "reported": "2024-03-01"}
    assert absent(events=[{**taken, "reported": "2024-02-02"}]) == everything[1:]
    assert absent(events=[{**taken, "reported": "2024-02-02"}, back]) == everything
    file.write_text(json.dumps({"plan": "p"}))
    late = called(
        capsys, "facts", "missing", str(file), "--plan", str(plan), "--as-of", "2025-02-01", "--lang", "en"
    ).out
    assert "the due dates of: reported" in late
    assert "an assessment of target e" in late


def test_two_files_of_one_table_and_a_field_of_two_lines(tmp_path: Path) -> None:
    made = folder(tmp_path / "f", events="", Hændelser="")
    assert problems(made)[0][1] == "`Hændelser.csv` and `events.csv` are the same table"
    content = 'note;event;date\n"a\nb;""c""";strategy_presentd;2024-02-03\n'
    assert problems(folder(tmp_path / "g", events=content))[0][0] == f"{tmp_path}/g/events.csv:3:10"


def test_a_cell_keeps_what_is_no_value_of_its_kind() -> None:
    assert cell_value("truth", 1.0) == 1
    assert cell_value("text", True) is True
    assert cell_value("day", 45000.0) == 45000
    assert cell_value("number", "abc") == "abc"
    assert cell_value("period", "31.12.2024") == "2024-12-31"
    assert cell_value("period", "2024-Q1") == "2024-Q1"


def test_a_heading_given_twice_and_a_name_nobody_knows(tmp_path: Path) -> None:
    rows = [["event", "Hændelse", "date", "xyzzy"], ["strategy_presented", None, "2024-02-03", 1]]
    assert problems(book(tmp_path / "f.xlsx", events=rows)) == [
        ("f.xlsx events!B1", "the heading `Hændelse` is given twice"), ("f.xlsx events!D1", "unknown heading `xyzzy`"),
    ]  # fmt: skip
