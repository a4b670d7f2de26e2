"""The readers: numbers, periods, facts and plans, where no other test says what they make of a text."""

import json
import runpy
import sys
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml.error import MarkedYAMLError
from rulecheck.engine.version import VERSION
from rulecheck.facts.digest import sha256
from rulecheck.facts.documents.json_document import read_json as read_document
from rulecheck.facts.documents.json_places import offsets
from rulecheck.facts.documents.yaml_mistakes import MISTAKES, mistake_of
from rulecheck.facts.facts import Facts
from rulecheck.facts.period import Period, months, parse_day, parse_period, pieces
from rulecheck.facts.problem import InvalidFacts, InvalidPlan, Place, Problem, dotted, nearest
from rulecheck.facts.quantity import (
    NotExact,
    exact_text,
    parse_number,
    parse_quantity,
    plain,
    round_half_up,
    terminates,
)
from rulecheck.facts.read_facts import read_facts
from rulecheck.rules.criteria import Combination, Milestone, Order, Recurring, Threshold, leaves
from rulecheck.rules.document import json_schema
from rulecheck.rules.library import UnknownPlan, load_plan
from rulecheck.rules.plan import Plan
from rulecheck.rules.read_plan import read_plan
from rulecheck.rules.yaml_document import read_yaml

ROOT = Path(__file__).parent.parent

# --- numbers ---


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("-12", -12), ("172.25", Fraction(689, 4)), ("1.50", Fraction(3, 2)), ("1.5e3", 1500), ("1E-2", Fraction(1, 100)), ("9" * 30, 10**30 - 1)],
)  # fmt: skip
def test_number(text: str, number: Any) -> None:
    assert parse_number(text) == number
    assert isinstance(parse_number(text), type(number))


@pytest.mark.parametrize(
    "text",
    ["", "01", "1.", ".5", "+1", "1,5", "1 000", "1_000", "0x1f", "١", "1e9999", "nan", "--1", "1.5.2", "9" * 31],
)
def test_no_number(text: str) -> None:
    with pytest.raises(NotExact):
        parse_number(text)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [("180 days", 180, "days"), ("90 %", Fraction(9, 10), "%"), ("90%", Fraction(9, 10), "%"), ("-5", -5, ""), ("30.8 år", Fraction(154, 5), "år"), ("2 kr.", 2, "kr.")],
)  # fmt: skip
def test_quantity(text: str, value: Any, unit: str) -> None:
    assert parse_quantity(text) == (value, unit)


@pytest.mark.parametrize("text", ["1,5 days", "1 000 days", "1e3", "1.5.2", "days", "", "5 days 3", "٣ days", "9" * 31])
def test_no_quantity(text: str) -> None:
    """Each of these would be a smaller number if what cannot be read were taken for a unit."""
    with pytest.raises(NotExact):
        parse_quantity(text)


@pytest.mark.parametrize(
    ("number", "text"),
    [(Fraction(1, 8), "0.125"), (Fraction(-3, 2), "-1.5"), (Fraction(1, 3), "0.333333333333"), (Fraction(1, 300), "0.00333333333333"),
     (Fraction(2, 3), "0.666666666667"), (Fraction(10**15, 3), "333333333333000"), (Fraction(-2 * 10**12, 3), "-666666666667"), (Fraction(5 * 10**13 - 1, 2), "24999999999999.5"),
     (Fraction(2999999999999, 3), "1000000000000"), (Fraction(1, 5**20), "0.00000000000001048576"), (7, "7")],
)  # fmt: skip
def test_plain(number: Any, text: str) -> None:
    assert plain(number) == text
    assert terminates(number) == (exact_text(text) == number)


@pytest.mark.parametrize(
    ("number", "step", "rounded"),
    [("89.5", "1", "90"), ("-89.5", "1", "-90"), ("89.49", "1", "89"), ("1.25", "0.1", "1.3"), ("7", "5", "5"), ("7.5", "5", "10")],
)  # fmt: skip
def test_round_half_up(number: str, step: str, rounded: str) -> None:
    assert round_half_up(Fraction(number), Fraction(step)) == Fraction(rounded)


# --- days and periods ---


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [("2024", "2024-01-01", "2024-12-31"), ("2024-H2", "2024-07-01", "2024-12-31"), ("2024-T2", "2024-05-01", "2024-08-31"), ("2024-Q1", "2024-01-01", "2024-03-31"),
     ("2024-02", "2024-02-01", "2024-02-29"), ("2024-02-29", "2024-02-29", "2024-02-29"), ("2024-01-01/2024-08-31", "2024-01-01", "2024-08-31"),
     ("9999", "9999-01-01", "9999-12-31"), ("9999-12", "9999-12-01", "9999-12-31"), ("0001-Q1", "0001-01-01", "0001-03-31")],
)  # fmt: skip
def test_period(text: str, first: str, last: str) -> None:
    assert parse_period(text) == Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "text",
    ["", "24", "0000", "2024-", "2024-Q", "2024-Q0", "2024-Q5", "2024-T4", "2024-H3", "2024-X1", "2024-13", "2024-00", "2024-1", "2024-Q12", "2024Q1", "x024",
     "2023-02-29", "2024-01-01/", "2024-02-01/2024-01-01", "2024-01-01/2024-01-32", "٢٠٢٤", "2024\n", "20245"],
)  # fmt: skip
def test_no_period(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  the text itself is the message, and for some the library's
        parse_period(text)


@pytest.mark.parametrize(
    "text", ["2024-1-1", "20240101", "2024-W01-1", "2024-01-01T00:00", "01-01-2024", "", "2024-01-1x"]
)
def test_no_day(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  the text itself is the message, and for some the library's
        parse_day(text)


@pytest.mark.parametrize(
    "text",
    ["2024", "2024-H1", "2024-T3", "2024-Q4", "2024-05", "2024-05-17", "2024-01-01/2024-08-31", "9999", "9999-Q4"],
)
def test_a_label_is_the_shortest_notation(text: str) -> None:
    assert parse_period(text).label == text


def test_labels_of_the_same_days_are_the_same() -> None:
    assert parse_period("2024-01-01/2024-03-31").label == "2024-Q1"
    assert parse_period("2024-01-01/2024-01-01").label == "2024-01-01"
    assert parse_period("2023-07-01/2024-06-30").label == "2023-07-01/2024-06-30"


def test_pieces_of_a_period() -> None:
    assert [p.label for p in pieces(parse_period("2024"), 4)] == ["2024-T1", "2024-T2", "2024-T3"]
    assert [p.label for p in pieces(parse_period("2024-02-15/2024-07-15"), 3)] == ["2024-Q2"]
    assert [p.label for p in pieces(parse_period("9999"), 6)] == ["9999-H1", "9999-H2"]
    assert pieces(parse_period("2024-05-02/2024-05-30"), 1) == []
    assert months(9999, 12, 1).last == date.max


# --- problems ---


def test_a_place_is_written_as_editors_read_it() -> None:
    assert str(Place("f.json", 3, 7, "$")) == "f.json:3:7"
    assert str(Place("f.json")) == "f.json"
    assert dotted(("measurements", 3, "count")) == "$.measurements[3].count"
    assert dotted(()) == "$"


def test_the_nearest_word() -> None:
    assert nearest("case_dayz", ["case_days", "custodial_case_days"]) == "case_days"
    assert nearest("xyzzy", ["case_days"]) is None
    assert nearest("x", []) is None


def test_an_exception_says_all_its_problems() -> None:
    problems = [Problem("a", "first {n}", Place("f"), values={"n": 1}), Problem("b", "second", Place("f"))]
    assert str(InvalidFacts(problems)) == "first 1; second"


def test_the_digest_is_sha256() -> None:
    import hashlib

    for text in (b"", b"abc", b"x" * 1000):
        assert sha256(text).hexdigest() == hashlib.sha256(text).hexdigest()


# --- positions ---


def test_places_of_values() -> None:
    document = read_document(b'\n {"a": 1, "b": [true, {"c": "x"}],\n "a": null, "": {}}', "f.json")
    places = {(): (2, 2), ("b",): (2, 16), ("b", 1, "c"): (2, 29), ("a",): (3, 7), ("",): (3, 17), ("b", 9): (2, 16)}
    found = document.places(list(places))
    assert [(place.line, place.column) for place, _ in found] == list(places.values())
    assert [text for _, text in found][3] == ' "a": null, "": {}}'
    assert [complaint.path for complaint in document.defects] == [("a",)]
    assert sorted(places, key=document.order) == sorted(places, key=lambda path: places[path])


def test_places_are_found_without_reading_numbers() -> None:
    text = '{"a": ' + "9" * 10_000 + ', "b": NaN, "c": 1e999999999999999999999}'
    assert text[offsets(text, [("c",)])[("c",)] :] == "1e999999999999999999999}"


# --- facts ---


PLAN = """
plan: p
period: 2024
goals:
  - goal: "1"
    targets:
      - {target: mean, require: {mean: days_taken, at_most: 5 days, over: 2024, for_each: {district: [north, south]}}}
      - {target: share, require: {share: in_time, at_least: 90 %, over: 2024}}
      - {target: total, require: {total: money, at_most: 5 kr, over: 2024}}
      - {target: level, require: {level: staff, at_least: 5, over: 2024}}
      - {target: figure, require: {figure: trust, at_least: 5, over: 2024}}
      - {target: event, require: {milestone: opened, by: 2024}}
      - {target: each, require: {milestone: visited, for_each: [north, south], by: 2024}}
      - {target: many, require: {milestone: hired, count: 3, by: 2024}}
      - {target: duty, require: {recurring: reported, by: 2024}}
measures: {days_taken: {unit: days}, in_time: {}, money: {signed: true, unit: kr}, staff: {}, trust: {}}
events: {opened: {}, visited: {}, hired: {subjects: open}, reported: {}}
"""


def plan_of(text: str) -> Plan:
    return read_plan(text.encode(), "plan.yaml", "0" * 64)[0]


VOCABULARY = plan_of(PLAN).vocabulary


def facts_of(**groups: Any) -> tuple[Facts, list[str]]:
    """The facts, and the codes of the warnings."""
    document = read_document(json.dumps({"plan": "p", **groups}).encode(), "facts.json")
    facts, warnings = read_facts(document, VOCABULARY)
    return facts, [w.code for w in warnings]


def codes(**groups: Any) -> list[tuple[str, str]]:
    """The codes and paths of the problems of facts that are refused."""
    with pytest.raises(InvalidFacts) as found:
        facts_of(**groups)
    return [(p.code, p.place.path) for p in found.value.problems]


def test_numbers_may_be_texts() -> None:
    one, _ = facts_of(measurements=[{"measure": "money", "period": "2024-Q1", "total": "1.50"}])
    two, _ = facts_of(measurements=[{"measure": "money", "period": "2024-01-01/2024-03-31", "value": 1.5}])
    assert one.measurements[0].amount == two.measurements[0].amount == Fraction(3, 2)
    assert one.measurements[0].id == two.measurements[0].id == "money/2024-Q1"


def test_a_year_may_be_a_number() -> None:
    facts, _ = facts_of(as_of=2024, measurements=[{"measure": "trust", "period": 2024, "value": 7}])
    assert facts.as_of == date(2024, 12, 31)
    assert facts.measurements[0].period == parse_period("2024")


def test_kinds_of_measurements() -> None:
    rows = [
        {"measure": "days_taken", "period": "2024", "value": "4.5", "count": 4, "dimensions": {"district": "north"}},
        {"measure": "in_time", "period": "2024", "numerator": 9, "denominator": 10},
        {"measure": "in_time", "period": "2024-Q1", "value": "0.955"},
        {"measure": "money", "period": "2024", "total": -3},
        {"measure": "staff", "at": "2024-12-31", "value": 7},
        {"measure": "trust", "period": "2024", "value": 7},
    ]
    facts, warnings = facts_of(measurements=rows)
    found = {m.id: (m.amount, m.volume, m.value, m.step) for m in facts.measurements}
    assert warnings == []
    assert found == {
        "days_taken[district=north]/2024": (18, 4, Fraction(9, 2), Fraction(2, 5)),
        "in_time/2024": (9, 10, None, 0),
        "in_time/2024-Q1": (None, None, Fraction(191, 200), Fraction(1, 1000)),
        "money/2024": (-3, None, None, 0),
        "staff/2024-12-31": (None, None, 7, 0),
        "trust/2024": (None, None, 7, 0),
    }


def test_something_may_be_taken_back_without_its_content() -> None:
    facts, _ = facts_of(
        measurements=[{"measure": "money", "period": "2024", "withdrawn": True}],
        events=[{"event": "opened", "withdrawn": True}],
        forecasts=[{"event": "opened", "withdrawn": True}, {"measure": "money", "period": "2024", "withdrawn": True}],
        assessments=[{"target": "event", "withdrawn": True}],
    )
    assert all(fact.withdrawn for fact in facts.by_id().values())
    assert sorted(facts.by_id()) == [
        "assessment:event",
        "forecast:money/2024",
        "forecast:opened",
        "money/2024",
        "opened",
    ]


def test_repetitions_are_kept_once_and_names_are_made_unique() -> None:
    row = {"event": "opened", "date": "2024-05-01", "reported": "2024-05-02"}
    facts, _ = facts_of(
        events=[row, row, {**row, "date": "2024-05-03", "reported": "2024-05-04"}, {**row, "date": "2024-04-30"}]
    )
    assert sorted(facts.by_id()) == ["opened@2024-05-02", "opened@2024-05-02#2", "opened@2024-05-04"]
    own, _ = facts_of(events=[{**row, "id": "mine"}])
    assert list(own.by_id()) == ["mine"]


def test_the_order_of_a_file_means_nothing() -> None:
    rows = [{"event": "hired", "subject": str(n), "date": "2024-05-01"} for n in range(9)]
    assert facts_of(events=rows)[0].sha256 == facts_of(events=rows[::-1])[0].sha256
    assert facts_of(events=rows)[0].sha256 != facts_of(events=rows[1:])[0].sha256


def test_what_is_likely_wrong_is_warned_of() -> None:
    _, warnings = facts_of(
        measurements=[
            {"measure": "money", "period": "2023", "total": 1},
            {"measure": "money", "period": "2024-Q1", "total": 1, "reported": "2024-03-01"},
            {"measure": "money", "period": "2024-Q2", "total": 1, "reported": "2024-06-01", "status": "preliminary"},
        ],
        events=[
            {"event": "opened", "date": "2025-01-01"},
            {"event": "opened", "date": "2024-05-01", "reported": "2024-04-01"},
        ],
    )
    assert warnings == ["facts-outside", "facts-early", "facts-outside", "facts-early"]


def test_unfilled_rows_are_left_out_and_counted() -> None:
    facts, warnings = facts_of(
        measurements=[{"measure": "money", "period": "2024", "total": None}],
        events=[{"event": "opened", "date": None}, {"event": "opened", "date": "2024-05-01"}],
    )
    assert (len(facts.by_id()), warnings) == (1, ["facts-unfilled"])


def test_due_dates() -> None:
    events = [{"event": "reported", "subject": "2024-03-31", "date": "2024-03-28"}]
    facts, _ = facts_of(calendar={"reported": ["2024-09-30", "2024-03-31", "2024-03-31"]}, events=events)
    assert facts.calendar == {"reported": (date(2024, 3, 31), date(2024, 9, 30))}
    assert facts_of(events=events)[0].by_id().keys() == {"reported/2024-03-31"}, (
        "without a calendar any date may be due"
    )
    assert codes(calendar={"reported": "2024-03-31"}) == [("facts-type", "$.calendar.reported")]
    assert codes(events=[{"event": "reported", "date": "2024-03-28"}]) == [("facts-missing", "$.events[0]")]
    assert codes(events=[{"event": "reported", "subject": "March", "date": "2024-03-28"}]) == [
        ("facts-date", "$.events[0].subject")
    ]


def test_subjects() -> None:
    assert (
        facts_of(events=[{"event": "hired", "subject": "anyone", "date": "2024-01-01"}])[0].events[0].subject
        == "anyone"
    )
    assert codes(events=[{"event": "hired", "date": "2024-01-01"}]) == [("facts-missing", "$.events[0]")]
    assert codes(events=[{"event": "visited", "subject": "east", "date": "2024-01-01"}]) == [
        ("facts-name", "$.events[0].subject")
    ]


def test_dimensions() -> None:
    row = {"measure": "days_taken", "period": "2024", "total": 1, "count": 1}
    assert codes(measurements=[{**row, "dimensions": {"district": "nort"}}]) == [
        ("facts-member", "$.measurements[0].dimensions.district")
    ]
    assert codes(measurements=[{**row, "dimensions": {"district": 3}}]) == [
        ("facts-type", "$.measurements[0].dimensions.district")
    ]
    assert codes(measurements=[{**row, "dimensions": "north"}]) == [("facts-type", "$.measurements[0].dimensions")]
    other, _ = facts_of(measurements=[{**row, "dimensions": {"age": "18-24"}}])
    assert other.measurements[0].dimensions == (("age", "18-24"),)


def test_days_are_for_levels() -> None:
    assert codes(measurements=[{"measure": "staff", "period": "2024", "value": 7}]) == [
        ("facts-missing", "$.measurements[0]")
    ]
    assert codes(measurements=[{"measure": "trust", "at": "2024-12-31", "value": 7}]) == [
        ("facts-missing", "$.measurements[0]"), ("facts-at", "$.measurements[0].at"),
    ]  # fmt: skip


def test_forecasts() -> None:
    facts, _ = facts_of(
        forecasts=[
            {"event": "opened", "expected": "2025-01-20", "reported": "2024-09-12"},
            {"measure": "days_taken", "period": "2024", "count": 190},
            {"measure": "in_time", "period": "2024", "denominator": 190, "value": "0.9"},
            {"measure": "staff", "period": "2024", "value": 12},
        ]
    )
    found = {f.id: (f.expected, f.volume, f.value) for f in facts.forecasts}
    assert found == {
        "forecast:opened": (date(2025, 1, 20), None, None),
        "forecast:days_taken/2024": (None, 190, None),
        "forecast:in_time/2024": (None, 190, Fraction(9, 10)),
        "forecast:staff/2024": (None, None, 12),
    }
    assert codes(forecasts=[{"measure": "staff", "period": "2024", "count": 3}]) == [
        ("facts-content", "$.forecasts[0].count")
    ]
    assert codes(forecasts=[{"measure": "staff", "period": "2024"}]) == [("facts-missing", "$.forecasts[0]")]


def test_an_assessment_is_known_from_its_day() -> None:
    row = {"target": "event", "verdict": "missed", "by": "the auditor", "date": "2024-05-01", "reason": "seen"}
    (assessment,) = facts_of(assessments=[row])[0].assessments
    assert (assessment.reported, assessment.reason) == (date(2024, 5, 1), "seen")
    (later,) = facts_of(assessments=[{**row, "reported": "2024-06-01"}])[0].assessments
    assert later.reported == date(2024, 6, 1)
    assert codes(assessments=[{**row, "date": None}]) == [("facts-missing", "$.assessments[0]")]


def test_a_plan_that_is_no_text_is_refused_also_when_another_is_asked_for() -> None:
    assert codes(plan=3) == [("facts-type", "$.plan")]
    assert codes(as_of="soon") == [("facts-period", "$.as_of")]
    assert codes(as_of=True) == [("facts-type", "$.as_of")]


def test_all_values_of_a_fact_are_looked_at() -> None:
    row = {
        "measure": 3,
        "period": "2024-Q9",
        "total": True,
        "count": -1,
        "reported": "x",
        "status": "y",
        "withdrawn": "z",
        "dimensions": 1,
        "by": 2,
    }
    assert sorted(path for _, path in codes(measurements=[row])) == sorted(f"$.measurements[0].{key}" for key in row)


def test_a_byte_order_mark_is_no_text() -> None:
    assert read_document(b'\xef\xbb\xbf{"plan": "p"}', "f").data == {"plan": "p"}


def test_a_byte_that_is_no_text_is_found_behind_letters_of_several_bytes() -> None:
    for mark in (b"", b"\xef\xbb\xbf"):
        for read in (lambda content: read_document(content, "f"), lambda content: read_yaml(content, "f")):
            with pytest.raises((InvalidFacts, InvalidPlan)) as found:
                read(mark + 'a: "æøå"\nb: "æøå'.encode() + b'\xff"\n')
            (problem,) = found.value.problems
            assert (problem.place.line, problem.place.column, problem.values["byte"]) == (2, 8, "0xff")
            assert problem.text == 'b: "æøå\ufffd"'


def test_windows_lines_are_lines() -> None:
    content = b'{"plan": "p",\r\n "events": [\r\n  {"event": "opned"}]}'
    with pytest.raises(InvalidFacts) as found:
        read_facts(read_document(content, "f"), VOCABULARY)
    (problem,) = found.value.problems
    assert (problem.place.line, problem.place.column, problem.text) == (3, 13, '  {"event": "opned"}]}')


def test_unicode_line_separators_are_no_lines() -> None:
    content = '{"plan": "p", "records": {"note": ["a\u2028b"]},\n "evnts": []}'.encode()
    with pytest.raises(InvalidFacts) as found:
        read_facts(read_document(content, "f"), VOCABULARY)
    assert [(p.place.line, p.text[:9]) for p in found.value.problems] == [(1, '{"plan": '), (2, ' "evnts":')]


# --- plans ---


MINIMAL = """
plan: p
period: 2024
goals:
  - goal: "1"
    targets:
      - target: "1.1"
        require: REQUIRE
"""


def required(text: str, more: str = "") -> Any:
    plan = plan_of(MINIMAL.replace("REQUIRE", text) + more)
    return plan.versions[0].targets[0].criterion


def test_bounds() -> None:
    found = {
        operator: required(f"{{total: money, {operator}: {value}, over: 2024-H1}}").bound
        for operator, value in {
            "at_most": "5 kr",
            "at_least": "5 kr",
            "exactly": "5 kr",
            "between": "[3 kr, 5 kr]",
        }.items()
    }
    assert {o: (b.low, b.high, b.unit) for o, b in found.items()} == {
        "at_most": (None, 5, "kr"), "at_least": (5, None, "kr"), "exactly": (5, 5, "kr"), "between": (3, 5, "kr"),
    }  # fmt: skip
    assert found["between"].margin(4) == 1
    assert found["exactly"].margin(6) == -1


def test_for_each_of_a_dimension() -> None:
    found = required("{mean: days_taken, at_most: 5, over: 2024, count: 1, for_each: {district: [north, south]}}")
    assert isinstance(found, Combination)
    assert (found.label, found.count) == ("for_each", 1)
    assert [leaf.path for leaf in leaves(found)] == ["1.1/north", "1.1/south"]


def test_what_a_criterion_inherits() -> None:
    text = MINIMAL.replace(
        "REQUIRE",
        "{all_of: [{mean: a_mean, at_most: 5, over: 2024, reporting_lag: 3 days}, {share: a_share, at_least: 0.9, over: 2024}]}",
    )
    plan = plan_of(
        text.replace(
            "        require",
            "        if_empty: fulfilled\n        undocumented: missed\n        rounded_to: 0.1\n        require",
        )
        + "reporting_lag: 20\n"
    )
    first, second = (leaf for leaf in leaves(plan.versions[0].targets[0].criterion) if isinstance(leaf, Threshold))
    assert (first.closes, second.closes) == (date(2025, 1, 3), date(2025, 1, 20))
    assert {leaf.if_empty for leaf in (first, second)} == {"fulfilled"}
    assert {leaf.undocumented for leaf in (first, second)} == {"missed"}
    assert {leaf.rounded_to for leaf in (first, second)} == {Fraction(1, 10)}


def test_milestones() -> None:
    single = required("{milestone: opened, by: 2024-Q2}")
    assert isinstance(single, Milestone)
    assert (single.members, single.count, single.by, single.closes) == (None, 1, date(2024, 6, 30), date(2024, 7, 15))
    closed = required("{milestone: opened, count: 1, by: 2024}", "events: {opened: {subjects: {north: N, south: S}}}\n")
    assert (closed.members, closed.count, closed.closed) == (("north", "south"), 1, True)
    open_ = required(
        "{milestone: opened, count: 2, by: 2024}", 'events: {opened: {subjects: {north: N}, open: "true"}}\n'
    )
    assert (open_.members, open_.count, open_.closed) == (None, 2, False)
    several = required("{milestone: opened, by: 2024, after: [hired, paid]}")
    assert several.after == ("hired", "paid")


def test_order_and_recurring() -> None:
    order = required("{order: [hired, opened], for_each: [north, south]}")
    assert isinstance(order, Order)
    assert (order.subjects, order.by) == (("north", "south"), date(2024, 12, 31))
    duty = required("{recurring: reported, on: [2024-09-30, 2024-03-31, 2024-03-31]}")
    assert isinstance(duty, Recurring)
    assert duty.dates == (date(2024, 3, 31), date(2024, 9, 30))


def test_an_event_may_be_named_before_it_is_due() -> None:
    plan = plan_of(
        MINIMAL.replace("REQUIRE", "{all_of: [{milestone: reported, by: 2024}, {recurring: reported, by: 2024}]}")
        + "events: {reported: {label: Reported}}\n"
    )
    assert plan.events["reported"].dated
    assert plan.events["reported"].label == {"en": "Reported"}


def test_events_that_only_dependencies_name() -> None:
    more = "dependencies: [{before: paid, then: opened, per: subject}, {before: planned, then: paid}]\nevents: {opened: {subjects: {north: N}}}\n"
    plan = plan_of(MINIMAL.replace("REQUIRE", "{milestone: opened, for_each: [north], by: 2024}") + more)
    assert plan.events["paid"].subjects == {"north": "N"}
    assert plan.events["planned"].subjects is None
    assert [d.before for d in plan.requirements["paid"]] == ["planned"]


def test_a_target_depends_on_the_targets_whose_events_it_needs() -> None:
    targets = """
      - {target: "1.2", require: {milestone: paid, by: 2024}}
      - {target: "1.3", require: {order: [paid, opened]}, depends_on: ["1.2"]}
"""
    plan = plan_of(
        MINIMAL.replace("REQUIRE", "{milestone: opened, by: 2024}\n        requires: [paid before opened]").rstrip()
        + targets
    )
    found = {t.id: t.depends_on for t in plan.versions[0].targets}
    assert found == {"1.1": ("1.2", "1.3"), "1.2": (), "1.3": ("1.2",)}


def test_a_dependency_of_a_target_is_declared_once_for_all_versions() -> None:
    text = MINIMAL.replace("REQUIRE", "{milestone: opened, by: 2024}\n        requires: [paid before opened]")
    plan = plan_of(text + "versions: [{in_force_from: 2024-06-01, reason: r, decided_by: d}]\n")
    assert [(d.before, d.then, d.per_subject) for d in plan.dependencies] == [("paid", "opened", True)]
    assert len(plan.versions) == 2


def test_risks() -> None:
    text = MINIMAL.replace(
        "REQUIRE",
        "{mean: a_mean, at_most: 5, over: 2024}\n        risk: {slip: off, margin: 3 days, trend: 2, required-rate: {reference: 4 days}}",
    )
    plan = plan_of(text + "risk: {margin: 2 %, lead-time: 30 days, evidence: off}\n")
    risks = plan.versions[0].targets[0].risks
    assert (risks.margin, risks.margin_is_relative, risks.lead_time, risks.trend, risks.required_rate) == (
        3,
        False,
        30,
        2,
        4,
    )
    assert risks.off == {"R4", "R7"}


def test_a_weight_may_be_written_in_percent() -> None:
    plan = plan_of(MINIMAL.replace("REQUIRE", "{milestone: opened, by: 2024}\n        weight: 100 %"))
    assert plan.versions[0].targets[0].weight == 100


def test_a_target_without_a_criterion_is_assessed() -> None:
    plan = plan_of(MINIMAL.replace("        require: REQUIRE\n", ""))
    assert plan.versions[0].targets[0].criterion.by == date(2024, 12, 31)  # type: ignore[union-attr]
    assert required("{assessment: [auditor, minister], by: 2024-Q2}").roles == ("auditor", "minister")
    assert required("{assessment: anyone}").roles == ()


def test_texts_by_language() -> None:
    plan = plan_of(
        MINIMAL.replace("REQUIRE", "{milestone: opened, by: 2024}") + "title: {da: Plan, en: }\nlanguage: da\n"
    )
    assert plan.title == {"da": "Plan"}


def test_a_calendar_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "holidays", None)
    with pytest.raises(InvalidPlan) as found:
        required("{milestone: opened, by: 2024}", "deadlines: {non_working_day: next-working-day, country: DK}\n")
    assert "is not installed" in str(found.value)


def test_two_bounds_need_one_unit() -> None:
    with pytest.raises(InvalidPlan, match="between needs two numbers in one unit"):
        required("{mean: a_mean, between: [3 days, 5 weeks], over: 2024}")


@pytest.mark.parametrize("name", ["a b", "a/b", "a[b]", "a@b", "a#b", "a" * 101])
def test_names_are_plain(name: str) -> None:
    with pytest.raises(InvalidPlan, match="is not a name without blanks"):
        plan_of(MINIMAL.replace("plan: p", f'plan: "{name}"').replace("REQUIRE", "{milestone: opened, by: 2024}"))


def test_a_place_that_is_not_known_is_no_line_and_no_column() -> None:
    assert Place("facts.json") == Place("facts.json", 0, 0, "")


def test_a_mistake_the_parser_cannot_place_is_at_no_line() -> None:
    assert mistake_of(MarkedYAMLError(problem="something odd"))[1:3] == (0, 0)


def test_without_the_small_modules_of_the_library_hashlib_does(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_sha2", "_sha256"):
        monkeypatch.setitem(sys.modules, name, None)
    without = runpy.run_path(str(ROOT / "facts" / "digest.py"))
    assert without["sha256"](b"a plan").hexdigest() == sha256(b"a plan").hexdigest()


def test_yaml_is_read_as_text() -> None:
    data, found = read_yaml(b"a: 1.10\nb: no\nc: 2024-01-01\nd: ~\ne: null\nf: ''\ng: [x, {y: z}]\nh: 'null'\n", "f")
    assert data == {
        "a": "1.10",
        "b": "no",
        "c": "2024-01-01",
        "d": None,
        "e": None,
        "f": "",
        "g": ["x", {"y": "z"}],
        "h": "null",
    }
    assert found[("g", 1, "y")] == (7, 9)
    assert found[("a",)] == (1, 1)


def test_a_problem_after_the_last_line_has_a_place() -> None:
    with pytest.raises(InvalidPlan) as found:
        plan_of("plan: p\nperiod: 2024\ngoals:\n-\n")
    assert found.value.problems[0].place.line == 4


def test_plans_by_name_and_by_file(tmp_path: Path) -> None:
    assert load_plan("dk-politiet-2024", VERSION).id == "dk-politiet-2024"
    with pytest.raises(UnknownPlan) as found:
        load_plan("dk-politiet-2042", VERSION)
    assert found.value.guess == "dk-politiet-2024"
    file = tmp_path / "plan.yml"
    file.write_text(PLAN, encoding="utf-8")
    assert load_plan(str(file), VERSION).id == "p"


def test_the_schema_describes_every_field() -> None:
    schema = json_schema()
    assert all(field.get("description") for field in schema["properties"].values())
    kinds = [next(iter(kind["required"])) for kind in schema["$defs"]["criterion"]["anyOf"]]
    assert {"mean", "milestone", "order", "recurring", "assessment", "all_of", "any_of"} <= set(kinds)


# --- text that is not YAML ---


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ("plan: p\n\tperiod: 2024\n", "a tab stands where only blanks may", 2, 1),
        ("plan: @p\n", "no text can begin with {sign}", 1, 7),
        ("plan: a: b\n", "a colon is not expected here", 1, 8),
        ("plan: p\nperiod\ngoals: x\n", "a key has no colon", 2, 1),
        ("plan: 'it's'\n", "this does not belong to what begins on line {begun}", 1, 11),
        ("plan: p\nversions: [a, b\ngoals: x\n", "the bracket of line {begun} is not closed", 3, 6),
        ("plan: p\nversions: {a: b\ngoals: x\n", "the brace of line {begun} is not closed", 3, 6),
        ('plan: p\nversions: "open\n', "the quotes that begin here are not closed", 2, 11),
        ("plan: p\nversions: 'open\n---\n", "the quotes that begin here are not closed", 2, 11),
        ("plan: - p\n", "a list cannot begin here", 1, 7),
        ('plan: "C:\\plans"\n', "a backslash in double quotes must begin an escape", 1, 11),
        ('plan: "\\u12"\n', "a backslash in double quotes must begin an escape", 1, 10),
        ("plan: [a, , b]\n", "a value is missing here", 1, 11),
        ("%YAM 1.2\n", "this is not YAML", 1, 9),
    ],
)
def test_what_is_not_yaml_is_told_in_plain_words(text: str, message: str, line: int, column: int) -> None:
    with pytest.raises(InvalidPlan) as caught:
        read_yaml(text.encode(), "plan.yaml")
    (problem,) = caught.value.problems
    assert (problem.message, problem.place.line, problem.place.column) == (message, line, column)
    assert problem.remedy in {mistake.remedy for mistake in MISTAKES if mistake.message == message}


def test_every_mistake_has_an_example() -> None:
    told = {case[1] for case in test_what_is_not_yaml_is_told_in_plain_words.pytestmark[0].args[1]}
    assert told == {mistake.message for mistake in MISTAKES}
