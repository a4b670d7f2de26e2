"""Law 13, replay: facts written in any format and read again are the same facts, to the last digit."""

import json
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rulecheck.facts.documents.json_document import read_json
from rulecheck.facts.documents.read import read_document
from rulecheck.facts.facts import Facts
from rulecheck.facts.read_facts import read_facts
from rulecheck.facts.writing.csv_files import csv_files
from rulecheck.facts.writing.json_lines import json_lines
from rulecheck.facts.writing.plain import plain_data
from rulecheck.facts.writing.sheets import sheets
from rulecheck.facts.writing.workbook import workbook
from rulecheck.facts.writing.yaml_lines import yaml_lines
from rulecheck.rules.plan import Plan

from tests.generators import Case, cases
from tests.generators.plans import built

FORMATS = ("json", "yaml", "csv", "xlsx")
LANGUAGES = ("", "da", "sv", "nb", "en")


def told(facts: Facts) -> Any:
    """Everything the facts say, but not where it stands."""

    def one(fact: Any) -> dict[str, Any]:
        return {field.name: getattr(fact, field.name) for field in attrs.fields(type(fact)) if field.name != "index"}

    groups = (facts.measurements, facts.lists, facts.events, facts.forecasts, facts.assessments)
    return (
        facts.plan,
        facts.as_of,
        [[one(fact) for fact in group] for group in groups],
        dict(facts.calendar),
        facts.sha256,
    )


def written(data: dict[str, Any], format_: str, language: str, folder: Path) -> Path:
    file = folder / f"facts.{format_}"
    if format_ == "json":
        file.write_text(json_lines(data), "utf-8")
    elif format_ == "yaml":
        file.write_text(yaml_lines(data), "utf-8")
    elif format_ == "xlsx":
        file.write_bytes(workbook(sheets(data, language), language))
    else:
        file.mkdir()
        for name, content in csv_files(sheets(data, language), language).items():
            (file / name).write_bytes(content)
    return file


def through(data: dict[str, Any], plan: Plan, formats: list[tuple[str, str]]) -> tuple[Any, Any]:
    """What the facts say, and what they say after they went through the formats one after the other."""
    document = read_json(json.dumps(data).encode(), "facts.json")
    before, _ = read_facts(document, plan.vocabulary)
    after = before
    for format_, language in formats:
        with TemporaryDirectory() as folder:
            file = written({"plan": before.plan, **plain_data(document)}, format_, language, Path(folder))
            document = read_document(file, file.name)  # type: ignore[assignment]
            after, _ = read_facts(document, plan.vocabulary)
    return told(before), told(after)


steps = st.lists(st.tuples(st.sampled_from(FORMATS), st.sampled_from(LANGUAGES)), min_size=1, max_size=4)


@given(case=cases(), formats=steps)
def test_law_13_facts_survive_every_format(case: Case, formats: list[tuple[str, str]]) -> None:
    before, after = through({"plan": case.plan.id, **case.facts_data}, case.plan, formats)
    assert after == before


PLAN = built(
    {
        "plan": "p",
        "period": "2024",
        "goals": [
            {
                "goal": "1",
                "targets": [
                    {"target": "1.1", "require": {"total": "money", "over": "2024", "at_least": "0"}},
                    {"target": "1.2", "require": {"milestone": "opened", "by": "2024", "count": "1"}},
                    {"target": "1.3"},
                    {
                        "target": "1.4",
                        "require": {"set-change": "areas", "direction": "no-new", "over": "2024", "base": "2023"},
                    },
                ],
            }
        ],
        "measures": {"money": {"signed": "true"}},
        "events": {"opened": {"subjects": "open"}},
    }
)
numbers = st.one_of(
    st.integers(-(10**29), 10**29).map(str),
    st.decimals(-(10**9), 10**9, allow_nan=False, allow_infinity=False, places=3).map(lambda d: f"{d:f}"),
    st.sampled_from(["0.50", "12.125", "1.500", "-0", "1e3", "1.5E-2", "172.25", "0.1", "999.999", "1234567890.123"]),
)
texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), max_size=12) | st.sampled_from(
    ["=1+1", "+1", "-x", "@SUM(A1)", "'", "''=", "1,5", "true", "no", "null", "~", "#x", "a: b", "- a", "\ttab", "a\nb", "2024-01-01",
     " both ", '"', ";", "1.0", "æøå", "[x]", "{y}", "!z", "&a", "*b", "%", "'=1"]
)  # fmt: skip


@given(number=numbers, note=texts, source=texts, reason=texts, formats=steps)
def test_law_13_odd_numbers_and_texts_survive_every_format(
    number: str, note: str, source: str, reason: str, formats: list[tuple[str, str]]
) -> None:
    row = {"measure": "money", "period": "2024", "total": number, "note": note, "source": source, "withdrawn": False}
    event = {"event": "opened", "subject": "=A1", "date": "1850-02-03", "dimensions": {"district": "=x", "Æ ø": "1"}}
    judged = {
        "target": "1.3",
        "verdict": "at-risk",
        "by": "x",
        "date": "2024-01-01",
        "reason": reason,
        "status": "preliminary",
    }
    data = {"plan": "p", "as_of": "2024-03-01", "measurements": [row], "events": [event], "assessments": [judged]}
    before, after = through(data, PLAN, formats)
    assert after == before


members = st.lists(texts.filter(lambda t: t.strip()), max_size=4, unique_by=str.strip)


@given(before=members, descends=st.booleans(), formats=steps)
def test_law_13_lists_survive_every_format(before: list[str], descends: bool, formats: list[tuple[str, str]]) -> None:
    rows: list[dict[str, Any]] = [{"measure": "areas", "at": "2023-12-31", "members": before}]
    later: dict[str, Any] = {
        "measure": "areas",
        "at": "2024-06-30",
        "members": ["New = one; two", *before[:1]][: 2 - descends],
    }
    if descends and before:
        later["from"] = {"New = one; two": before}
    if "New = one; two" not in before:
        rows.append(later)
    told_before, told_after = through({"plan": "p", "measurements": rows}, PLAN, formats)
    assert told_after == told_before


@pytest.mark.parametrize("format_", FORMATS)
def test_rows_to_be_filled_in_stay_so(format_: str, tmp_path: Path) -> None:
    data = {"plan": "p", "events": [{"event": "opened", "subject": "1", "date": None, "note": "x"}]}
    file = written(data, format_, "da", tmp_path)
    facts, warnings = read_facts(read_document(file, "f"), PLAN.vocabulary)
    assert facts.events == ()
    assert [w.code for w in warnings] == ["facts-unfilled"]


def test_the_same_facts_give_the_same_bytes() -> None:
    data = {"plan": "p", "as_of": date(2024, 1, 1).isoformat(), "events": [{"event": "opened", "date": "2024-01-01"}]}
    assert workbook(sheets(data, "nb"), "nb") == workbook(sheets(data, "nb"), "nb")
