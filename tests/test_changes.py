"""Trends and changes of sets: how plans and facts say them, and what the outputs show."""

import json
from datetime import date
from fractions import Fraction
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from rulecheck.cli.json_document import document
from rulecheck.cli.language import language
from rulecheck.cli.sentences import Sentences
from rulecheck.cli.template import template_of
from rulecheck.engine.evaluate import Evaluation, TargetVerdict, evaluate
from rulecheck.engine.robustness import robustness
from rulecheck.engine.version import VERSION
from rulecheck.facts.documents.json_document import read_json as read_document
from rulecheck.facts.facts import Facts
from rulecheck.facts.period import parse_period
from rulecheck.facts.problem import InvalidFacts
from rulecheck.facts.read_facts import read_facts
from rulecheck.rules.criteria import SetChange, Threshold, Trend, horizon, leaves
from rulecheck.rules.library import load_plan

from tests.command import called

CHANGES = Path(__file__).parent / "cases" / "changes" / "changes.yaml"
PLAN = load_plan(str(CHANGES), VERSION)
BASE = {"measure": "areas", "at": "2023-12-31", "members": ["A", "B", "C"]}


def facts_of(*measurements: dict[str, Any], **groups: Any) -> tuple[Facts, list[str]]:
    """The facts, and the codes of the warnings."""
    data = {"plan": "changes", "measurements": list(measurements), **groups}
    facts, warnings = read_facts(read_document(json.dumps(data).encode(), "facts.json"), PLAN.vocabulary)
    return facts, [w.code for w in warnings]


def refused(*measurements: dict[str, Any], **groups: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidFacts) as found:
        facts_of(*measurements, **groups)
    return [(p.code, p.place.path) for p in found.value.problems]


def judged(day: str, *measurements: dict[str, Any], **groups: Any) -> Evaluation:
    return evaluate(PLAN, facts_of(*measurements, **groups)[0], date.fromisoformat(day))


def verdict(found: Evaluation, target: str) -> TargetVerdict:
    return next(v for v in found.verdicts if v.target.id == target)


def shown(found: Evaluation, target: str) -> dict[str, Any]:
    rows: list[dict[str, Any]] = document(found, list(found.verdicts))["verdicts"]
    return next(row for row in rows if row["target"] == target)


def leaf(target: str) -> Any:
    return leaves(next(t for t in PLAN.versions[0].targets if t.id == target).criterion)[0]


# --- plans ---


def test_a_trend_is_a_threshold_whose_bound_waits_for_its_base() -> None:
    clearance = leaf("1.1")
    assert isinstance(clearance, Threshold)
    assert isinstance(clearance.trend, Trend)
    assert (clearance.kind, clearance.bound.low, clearance.bound.high) == ("share", None, None)
    assert (clearance.trend.band, clearance.trend.relative, clearance.trend.minimum) == (Fraction(1, 100), False, 30)
    assert leaf("1.3").trend.relative
    assert horizon(clearance) == date(2024, 12, 31)


@pytest.mark.parametrize(
    ("direction", "below", "on", "above"),
    [
        ("rise", (8, False), (12, False), (13, True)),
        ("not-rise", (8, True), (12, True), (13, False)),
        ("fall", (7, True), (8, False), (12, False)),
        ("not-fall", (7, False), (8, True), (12, True)),
    ],
)
def test_exactly_the_band_is_no_change(
    direction: Any, below: tuple[int, bool], on: tuple[int, bool], above: tuple[int, bool]
) -> None:
    bound = Trend(direction, parse_period("2023"), band=2).bound(10, "")
    assert [bound.holds(value) for value, _ in (below, on, above)] == [holds for _, holds in (below, on, above)]


def test_a_relative_band_is_of_the_size_of_the_base() -> None:
    assert Trend("rise", parse_period("2023"), Fraction(1, 10), True).bound(-20, "").low == -18


@pytest.mark.parametrize(
    ("over", "base", "reach", "part"),
    [
        ("2024", "2023", "2024-03-31", "2023-Q1"),
        ("2024", "2023", "2024-02-29", "2023-01-01/2023-02-28"),
        ("2024-Q2", "2024-Q1", "2024-05-15", "2024-01-01/2024-02-15"),
        ("2024", "2023", "2024-02-28", None),  # no 29 February before which 2023 would end
        ("2024-H1", "2023", "2024-03-31", None),
        ("2024-01-01/2024-08-30", "2023-01-01/2023-08-30", "2024-03-31", None),
    ],
)
def test_the_same_part_of_the_base(over: str, base: str, reach: str, part: str | None) -> None:
    found = Trend("fall", parse_period(base)).part(parse_period(over), date.fromisoformat(reach))
    assert (found and found.label) == (parse_period(part).label if part else None)


def test_a_set_change_compares_with_the_last_day_of_its_base() -> None:
    areas = leaf("2.1")
    assert isinstance(areas, SetChange)
    assert (areas.base, areas.closes, areas.direction) == (date(2023, 12, 31), date(2025, 1, 15), "no-new")


# --- facts ---


def test_a_list_is_read_with_what_its_members_descend_from() -> None:
    facts, warnings = facts_of(
        BASE, {"measure": "areas", "at": "2024-12-31", "members": ["D ", "A"], "from": {"D": ["C", "B"], "A": []}}
    )
    assert warnings == []
    assert facts.measurements == ()
    assert [(f.id, f.members, f.origins) for f in facts.lists] == [
        ("areas/2023-12-31", ("A", "B", "C"), ()),
        ("areas/2024-12-31", ("A", "D"), (("D", ("B", "C")),)),
    ]


def test_figures_of_a_base_period_are_not_outside() -> None:
    _, warnings = facts_of(
        {"measure": "clearance", "period": "2023", "numerator": 1, "denominator": 2},
        {"measure": "clearance", "period": "2022", "numerator": 1, "denominator": 2},
        {"measure": "areas", "at": "2019-12-31", "members": []},
    )
    assert warnings == ["facts-outside"]


def test_what_is_likely_wrong_with_a_list_is_warned_of() -> None:
    later = {"measure": "areas", "at": "2024-05-01", "members": ["D"], "from": {"D": ["Cc"]}}
    assert facts_of(BASE, later)[1] == ["facts-origin"]
    assert facts_of({**BASE, "at": "2025-02-01"})[1] == ["facts-outside"]


def test_a_list_that_cannot_be_read_is_refused() -> None:
    place = "$.measurements[0]"
    assert refused({**BASE, "members": ["A", "A"]}) == [("facts-member", f"{place}.members[1]")]
    assert refused({**BASE, "members": "A"}) == [("facts-type", f"{place}.members")]
    assert refused({**BASE, "members": ["A", ""]}) == [("facts-missing", f"{place}.members[1]")]
    assert refused({**BASE, "from": {"D": ["A"]}}) == [("facts-name", f"{place}.from.D")]
    assert refused({**BASE, "from": ["A"]}) == [("facts-type", f"{place}.from")]
    assert refused({"measure": "areas", "members": []}) == [("facts-missing", place)]
    assert refused({"measure": "areas", "at": "2024-01-01"}) == [("facts-missing", place)]
    assert refused({**BASE, "value": 3}) == [("facts-content", f"{place}.value")]
    assert refused({"measure": "patrols", "period": "2024", "total": 3, "members": ["A"]}) == [
        ("facts-content", f"{place}.members")
    ]
    assert refused(forecasts=[{"measure": "areas", "period": "2024", "value": 3}]) == [
        ("facts-forecast", "$.forecasts[0].measure")
    ]


def test_a_list_may_be_taken_back() -> None:
    found = judged("2024-06-30", BASE, {"measure": "areas", "at": "2024-05-01", "members": ["E"], "reported": "2024-05-02"},
                   {"measure": "areas", "at": "2024-05-01", "withdrawn": True, "reported": "2024-05-03"})  # fmt: skip
    assert verdict(found, "2.1").verdict == "on-track"


def test_the_template_has_rows_for_the_base() -> None:
    rows = template_of(PLAN, "en")["measurements"]
    assert [row["period"] for row in rows if row["measure"] == "clearance"] == ["2023", "2024"]
    assert [(row["at"], row["members"]) for row in rows if row["measure"] == "areas"][:2] == [
        ("2023-12-31", None),
        ("2024-12-31", None),
    ]
    assert facts_of(*[{k: v for k, v in row.items() if k != "note"} for row in rows])[1] == ["facts-unfilled"]


# --- what is shown ---


def test_the_document_shows_the_base_and_the_change() -> None:
    found = judged(
        "2025-02-01",
        {"measure": "answer_days", "period": "2023", "total": 10, "count": 3},
        {"measure": "answer_days", "period": "2024", "total": 9, "count": 3},
    )
    row = shown(found, "1.2")
    assert {key: row[key] for key in ("value", "bound", "base", "change", "certain_since")} == {
        "value": "3",
        "bound": "3.33333333333",
        "base": "3.33333333333",
        "change": "-0.333333333333",
        "certain_since": "2024-12-31",
    }
    assert shown(found, "1.3")["bound"] is None
    assert shown(found, "1.3")["base"] is None


def test_the_document_counts_members() -> None:
    split = {"measure": "areas", "at": "2024-12-31", "members": ["A", "C1", "C2"], "from": {"C1": ["C"], "C2": ["C"]}}
    found = judged("2025-01-01", BASE, split)
    assert [shown(found, "2.1")[key] for key in ("value", "bound", "margin")] == ["0", "0", "0"]
    assert [shown(found, "2.2")[key] for key in ("value", "bound", "margin")] == ["2", "3", "1"]
    assert verdict(found, "2.2").since == "2024-12-31"
    assert shown(judged("2024-06-30", BASE), "2.2")["value"] is None


def test_what_is_needed_stays_beyond_a_strict_bound() -> None:
    """With the figures that are said to be enough the target is fulfilled, and with one less it is not."""
    known = [
        {"measure": "clearance", "period": "2023", "numerator": 45, "denominator": 100},
        {"measure": "clearance", "period": "2024-H1", "numerator": 26, "denominator": 50},
    ]
    found = judged("2024-07-10", *known, forecasts=[{"measure": "clearance", "period": "2024", "denominator": 100}])
    (entry,) = verdict(found, "1.1").needed
    late = int(entry["late_left"])
    for failing, expected in ((late, "fulfilled"), (late + 1, "missed")):
        rest = {"measure": "clearance", "period": "2024-H2", "numerator": 50 - failing, "denominator": 50}
        assert verdict(judged("2025-02-01", *known, rest), "1.1").verdict == expected


def test_what_is_needed_names_the_missing_base_and_list() -> None:
    found = judged("2024-03-01")
    assert [entry["what"] for entry in verdict(found, "1.1").needed] == ["base", "share"]
    assert [(entry["what"], entry["by"]) for entry in verdict(found, "2.2").needed] == [
        ("list", "2023-12-31"),
        ("list", "2024-12-31"),
    ]


def test_what_is_needed_says_what_the_list_may_hold() -> None:
    """Fewer than the three of the base: with two members it is fulfilled, with three it is not."""
    found = judged("2024-03-01", BASE)
    speaker = Sentences(PLAN, language("en"))
    assert [speaker.needed(entry) for target in ("2.1", "2.2") for entry in verdict(found, target).needed] == [
        "Vulnerable areas: a list of 31 December 2024 without a new member",
        "Vulnerable areas: a list of 31 December 2024 with fewer than 3, counted as in the base list",
    ]
    (entry,) = verdict(found, "2.2").needed
    assert entry["fewer_than"] == 3
    for names, expected in ((["A", "B"], "fulfilled"), (["A", "B", "C"], "missed")):
        later = {"measure": "areas", "at": "2024-12-31", "members": names}
        assert verdict(judged("2025-02-01", BASE, later), "2.2").verdict == expected


@pytest.mark.parametrize(
    ("names", "target", "flip", "other"),
    [
        (["A", "B"], "2.2", ("areas/2024-12-31", 1), "missed"),
        (["A"], "2.2", ("areas/2024-12-31", 2), "missed"),
        (["A", "B", "C", "D", "E"], "2.2", ("areas/2024-12-31", -3), "fulfilled"),
        (["A", "X"], "2.1", ("areas/2024-12-31", -1), "fulfilled"),
        (["A", "X", "Y"], "2.1", ("areas/2024-12-31", -2), "fulfilled"),
        (["A", "B"], "2.1", ("areas/2024-12-31", 1), "missed"),
    ],
)
def test_how_wrong_a_list_may_be(names: list[str], target: str, flip: tuple[str, int], other: str) -> None:
    found = judged("2025-02-01", BASE, {"measure": "areas", "at": "2024-12-31", "members": names})
    (told,) = robustness(found, verdict(found, target)).flips
    assert ((told.fact, told.members), told.verdict) == (flip, other)


def test_how_wrong_the_base_of_a_trend_may_be() -> None:
    """48 % against 45 %: with 47 in the base year the change would not be beyond the band."""
    rows = [
        {"measure": "clearance", "period": "2023", "numerator": 45, "denominator": 100},
        {"measure": "clearance", "period": "2024", "numerator": 48, "denominator": 100},
    ]
    found = judged("2025-02-01", *rows)
    flips = robustness(found, verdict(found, "1.1")).flips
    assert verdict(found, "1.1").verdict == "fulfilled"
    assert [(f.fact, f.of, f.items, f.verdict) for f in flips][1:] == [("clearance/2023", "base", 2, "missed")]


@pytest.mark.uncovered
def test_every_case_can_be_explained(capsys: pytest.CaptureFixture[str]) -> None:
    """In one language after the other: that the four say the same is tests/test_messages.py's to see."""
    commands = (["evaluate"], *(["explain", target] for target in ("1.1", "1.3", "2.1", "2.2")))
    files = [f for f in sorted(CHANGES.parent.glob("*.json")) if not f.name.endswith(".expected.json")]
    calls = [(file, command) for file in files for command in commands]
    for (file, command), lang in zip(calls, cycle(("da", "sv", "nb", "en")), strict=False):
        outcome = called(capsys, *command, str(file), "--plan", str(CHANGES), "--lang", lang)
        assert outcome.code == 0, (file.name, outcome.err)
        assert "{" not in outcome.out


@pytest.mark.parametrize(
    ("members", "grown", "new"),
    [
        (["A", "B", "C"], 0, None),
        (["A", "B"], 1, None),
        (["A", "B", "D", "E"], -1, -2),
    ],
)
def test_how_far_lists_are_from_what_was_promised(members: list[str], grown: int, new: int | None) -> None:
    """Fewer members: how many fewer there are than before; no new one: how many there are too many, if any."""
    found = judged("2025-02-01", BASE, {"measure": "areas", "at": "2024-12-31", "members": members})
    assert shown(found, "2.2")["gaps"] == [{"path": "2.2", "what": "members", "by": grown}]
    wanted = [{"path": "2.1", "what": "members", "by": new}] if new is not None else None
    assert shown(found, "2.1").get("gaps") == wanted
