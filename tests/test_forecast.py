"""Forecasts against what can be worked out by hand, what they refuse to say, and how they are shown."""

import json
import sys
import time
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator
from rulecheck.cli.forecast_json import MODEL_KINDS
from rulecheck.cli.schema import schema_of
from rulecheck.cli.sentences.futures import MODELS, sparkline
from rulecheck.engine.evaluate import Evaluation, evaluate
from rulecheck.engine.futures import Forecast, forecast
from rulecheck.engine.futures.backtest import backtest
from rulecheck.engine.futures.model import Kind
from rulecheck.rules.build_plan import build_plan

from tests.command import POLICE, ROOT, called
from tests.generators.cases import read

Capture = pytest.CaptureFixture[str]
HISTORY = str(POLICE / "2024-Q3-history.json")
MANY = 40_000
NEAR = Fraction(1, 80)
"""Five standard errors of a probability of a half in so many futures."""


def judged(targets: dict[str, Any], facts: dict[str, Any], as_of: str, **plan: Any) -> Evaluation:
    rows = [{"target": name, "require": required} for name, required in targets.items()]
    data = {"plan": "p", "period": "2024", "goals": [{"goal": "g", "targets": rows}], **plan}
    made, errors, _ = build_plan(data, "")
    assert made is not None, errors
    return evaluate(made, read({"plan": "p", **facts}, made), date.fromisoformat(as_of))


def chance(found: Forecast, target: str, verdict: str = "fulfilled") -> Fraction:
    counts = next(c.counts for c in found.chances if c.verdict.target.id == target)
    return Fraction(counts[verdict], found.futures)


def why_not(found: Forecast, target: str) -> str:
    reason = next(c.reason for c in found.chances if c.verdict.target.id == target)
    assert reason is not None
    return reason.message.format(**reason.words)


def quarters(measure: str, first: int, *totals: int, **more: Any) -> list[dict[str, Any]]:
    labels = [f"{first + n // 4}-Q{n % 4 + 1}" for n in range(len(totals))]
    return [{"measure": measure, "period": p, "total": t, **more} for p, t in zip(labels, totals, strict=True)]


# --- by hand ---


def test_a_total_is_a_bootstrap_of_its_own_pieces() -> None:
    """Three pieces of 10, 20, 60 each with no season; the last quarter is one of them: two of three stay within 120."""
    required = {"total": "m", "at_most": "120", "over": "2024"}
    found = forecast(judged({"t": required}, {"measurements": quarters("m", 2024, 10, 20, 60)}, "2024-09-30"), MANY, 1)
    assert abs(chance(found, "t") - Fraction(2, 3)) < NEAR
    assert [m.kind for m in found.chances[0].models] == ["bootstrap"]


def test_a_year_of_history_brings_its_season() -> None:
    """The fourth quarter is four times the others; quarters grew by a half, a third and not at all within the year."""
    before, now = (10, 12, 10, 40), (15, 16, 10)
    required = {"total": "m", "at_most": "97", "over": "2024"}
    facts = {"measurements": quarters("m", 2023, *before, *now)}
    found = forecast(judged({"t": required}, facts, "2024-09-30"), MANY, 1)
    assert [m.kind for m in found.chances[0].models] == ["seasonal"]
    assert abs(chance(found, "t") - Fraction(2, 3)) < NEAR  # 41 + 40 and 41 + 53 are within, 41 + 60 is not


def test_a_share_is_drawn_item_by_item() -> None:
    """Every past piece has half of two; of two more items both must succeed: a quarter of the futures."""
    rows = [{"measure": "s", "period": f"2024-Q{q}", "numerator": 1, "denominator": 2} for q in (1, 2, 3)]
    required = {"share": "s", "at_least": "62.5 %", "over": "2024"}
    found = forecast(judged({"t": required}, {"measurements": rows}, "2024-09-30"), MANY, 1)
    assert [m.kind for m in found.chances[0].models] == ["binomial"]
    assert abs(chance(found, "t") - Fraction(1, 4)) < NEAR


EVENTS = {"a": "2024-03-01", "b": "2024-03-11", "c": "2024-03-21"}
EARLIER = [{"event": name, "expected": "2024-03-01", "reported": "2024-01-10"} for name in EVENTS]
"""Slips of 0, 10 and 20 days."""
PAST = {name: {"milestone": name, "by": "2024-06-30"} for name in EVENTS}
HAPPENED = [{"event": name, "date": day} for name, day in EVENTS.items()]


def test_a_milestone_slips_as_forecasts_did() -> None:
    """Forecast for 20 December, so in time in two of three."""
    targets = {**PAST, "t": {"milestone": "t", "by": "2024-12-31"}}
    ahead = {"event": "t", "expected": "2024-12-20", "reported": "2024-09-01"}
    facts = {"events": HAPPENED, "forecasts": [*EARLIER, ahead]}
    found = forecast(judged(targets, facts, "2024-09-30"), MANY, 1)
    assert abs(chance(found, "t") - Fraction(2, 3)) < NEAR
    assert abs(chance(found, "t", "missed") - Fraction(1, 3)) < NEAR
    assert [chance(found, name) for name in EVENTS] == [1, 1, 1]


def test_an_event_waits_for_what_it_requires() -> None:
    """By itself t is in time in two of three; the event before it, forecast for the same day, slips independently."""
    targets = PAST | {name: {"milestone": name, "by": "2024-12-31"} for name in ("first", "t")}
    ahead = [{"event": name, "expected": "2024-12-20", "reported": "2024-09-01"} for name in ("first", "t")]
    facts = {"events": HAPPENED, "forecasts": [*EARLIER, *ahead]}
    required = [{"before": "first", "then": "t"}]
    found = forecast(judged(targets, facts, "2024-09-30", dependencies=required), MANY, 1)
    assert abs(chance(found, "first") - Fraction(2, 3)) < NEAR
    assert abs(chance(found, "t") - Fraction(4, 9)) < NEAR


def test_what_rests_on_the_same_facts_moves_together() -> None:
    """Two bounds on one measure, and a second measure with the same past: no future has one without the other."""
    pieces = quarters("m", 2024, 10, 20, 60) + quarters("n", 2024, 1, 2, 6)
    targets = {
        "strict": {"total": "m", "at_most": "120", "over": "2024"},
        "again": {"total": "m", "at_most": "125", "over": "2024"},
        "other": {"total": "n", "at_most": "12", "over": "2024"},
    }
    found = forecast(judged(targets, {"measurements": pieces}, "2024-09-30"), MANY, 1)
    assert [points for points, _ in found.points.counts] == [0, 3]
    assert found.points.counts[1][1] == MANY * chance(found, "strict")


def test_a_figure_that_cannot_be_combined_is_one_of_the_years_before() -> None:
    rows = [{"measure": "f", "period": str(year), "value": value} for year, value in ((2020, 5), (2021, 7), (2023, 9))]
    measures = {"f": {"kind": "figure"}}
    required = {"figure": "f", "at_least": "6", "over": "2024"}
    found = forecast(judged({"t": required}, {"measurements": rows}, "2024-09-30", measures=measures), MANY, 1)
    assert abs(chance(found, "t") - Fraction(2, 3)) < NEAR
    assert found.chances[0].models[0].data["slots"] == ["2024"]


def test_a_level_against_a_base_walks_from_its_last_value() -> None:
    """It changed by 2, -1 and 4 between ends of quarters; from 12 it ends at 14, 11 or 16, and 12 is the base."""
    ends = (("2023-12-31", 7), ("2024-03-31", 9), ("2024-06-30", 8), ("2024-09-30", 12))
    rows = [{"measure": "l", "at": day, "value": value} for day, value in (("2022-12-31", 12), *ends)]
    measures = {"l": {"kind": "level"}}
    required = {"trend": "l", "direction": "rise", "over": "2024", "base": "2022"}
    found = forecast(judged({"t": required}, {"measurements": rows}, "2024-09-30", measures=measures), MANY, 1)
    assert [m.kind for m in found.chances[0].models] == ["walk"]
    assert abs(chance(found, "t") - Fraction(2, 3)) < NEAR


# --- what is not said ---


def test_too_little_history_is_said() -> None:
    required = {"total": "m", "at_most": "120", "over": "2024"}
    evaluation = judged({"t": required}, {"measurements": quarters("m", 2024, 10, 20)}, "2024-06-30")
    found = forecast(evaluation, 10, 1)
    assert why_not(found, "t") == "past pieces of that length: 2; 3 are needed"
    assert found.chances[0].counts == {}
    assert (found.unforecast, found.points.counts) == (1, ((0, 10),))


def test_an_assessment_or_an_unforecast_event_is_not_guessed() -> None:
    targets = {"a": {"assessment": "anyone", "by": "2024-12-31"}, "m": {"milestone": "e", "by": "2024-12-31"}}
    found = forecast(judged(targets, {}, "2024-06-30"), 10, 1)
    assert why_not(found, "a") == "it waits for a judgement"
    assert why_not(found, "m") == "nothing says when e will come"


HUGE = 10**18
LEVELS = [{"measure": "m", "at": f"2024-{month:02}-{day}", "value": HUGE + month} for month, day in ((1, 31), (2, 29), (3, 31), (4, 30))]  # fmt: skip
FIGURES = [{"measure": "m", "period": str(year), "value": 9 * HUGE} for year in (2021, 2022, 2023)]


@pytest.mark.parametrize(
    ("kind", "required", "rows"),
    [
        ("total", {"total": "m", "at_least": str(99 * HUGE)}, quarters("m", 2024, 5 * HUGE, 5 * HUGE, 5 * HUGE)),
        ("level", {"level": "m", "at_most": "1"}, LEVELS),
        ("figure", {"figure": "m", "at_most": "1"}, FIGURES),
    ],
)
def test_figures_that_no_machine_word_holds_are_not_drawn(kind: str, required: Any, rows: list[dict[str, Any]]) -> None:
    day = "2024-09-30" if kind == "total" else "2024-04-30"
    found = forecast(judged({"t": {**required, "over": "2024"}}, {"measurements": rows}, day), 100, 1)
    assert why_not(found, "t") == "its figures are too large to draw"


def test_earlier_years_are_not_complained_of(capsys: Capture) -> None:
    assert called(capsys, "forecast", HISTORY, "--futures", "10").err == ""
    assert "outside" in called(capsys, "evaluate", HISTORY, "--lang", "en").err


# --- on the command line ---


def shown(capsys: Capture, *words: str, facts: str = HISTORY) -> Any:
    found = called(capsys, "forecast", facts, "--format", "json", *words)
    assert (found.code, found.err) == (0, "")
    return json.loads(found.out)


def test_the_seed_alone_decides(capsys: Capture) -> None:
    one, other = (shown(capsys, "--futures", "2000", "--seed", seed) for seed in ("1", "2"))
    assert one == shown(capsys, "--futures", "2000", "--seed", "1")
    assert one["targets"] != other["targets"]


@pytest.mark.parametrize(
    "facts",
    [
        [HISTORY],
        [str(POLICE / "2024-Q1.json")],
        ["examples/no-112/facts.json", "--plan", "examples/no-112/plan.yaml"],
        ["examples/se-polisen-narkotika/2024-Q3.json", "--parameters", "examples/se-polisen-narkotika/parameters.yaml"],
    ],
    ids=["history", "Q1", "no-112", "narkotika"],
)
@pytest.mark.parametrize("kind", ["forecast", "backtest"])
def test_what_is_shown_fits_the_schema(
    kind: str, facts: list[str], capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    words = ["--backtest"] if kind == "backtest" else []
    document = shown(capsys, *facts[1:], "--futures", "300", *words, facts=facts[0])
    errors = list(Draft202012Validator(schema_of(kind)).iter_errors(document))
    assert not errors, f"{errors[0].json_path}: {errors[0].message[:300]}"
    for target in document.get("targets", ()):
        if "probabilities" in target:
            assert sum(target["counts"].values()) == 300
        if target["definitive"]:
            assert target["probabilities"][target["now"]] == "1"


def test_every_kind_of_model_has_words_and_stands_in_the_schema() -> None:
    assert set(MODEL_KINDS) == set(get_args(Kind))
    assert {*MODELS, "slippage"} == set(MODEL_KINDS)


@pytest.mark.parametrize(
    ("lang", "told"),
    [("en", "pip install"), ("da", "pip install"), ("sv", "pip install"), ("nb", "pip install")],
)
def test_without_numpy_it_says_what_to_install(
    lang: str, told: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "numpy", None)
    found = called(capsys, "forecast", HISTORY, "--lang", lang)
    assert found.code == 2
    assert found.out == ""
    assert "numpy" in found.err
    assert told in found.err


@pytest.mark.parametrize(
    "words",
    [
        ["--futures", "0"],
        ["--futures", "10000001"],
        ["--seed", "-1"],
        ["--seed", "x"],
        ["--futures", "1_0"],
        ["--futures", "٣"],
        ["--futures", "9" * 5000],
    ],
)
def test_numbers_out_of_range_are_refused(words: list[str], capsys: Capture) -> None:
    found = called(capsys, "forecast", HISTORY, *words)
    assert (found.code, found.out) == (2, "")
    assert f"{words[0]}': " in found.err
    assert " is no whole number from " in found.err


def test_charts_degrade_to_plain_text(capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from rulecheck.cli import forecast as command

    called(capsys, "forecast", HISTORY, "--futures", "500", "--lang", "en", "-o", str(tmp_path / "fan.txt"))
    full = (tmp_path / "fan.txt").read_text("utf-8")
    monkeypatch.setattr(command, "_can_print", lambda signs, output: False)
    plain = called(capsys, "forecast", HISTORY, "--futures", "500", "--lang", "en").out
    assert {sign for sign in full if sign in "█▁▒─✓"} == set("█▁▒─✓")
    assert not set(plain) & set("█▌·▁▂▃▄▅▆▇▒─✓→")
    assert [line[:20] for line in plain.splitlines()] != []
    assert len(plain.splitlines()) == len(full.splitlines())


def test_a_sparkline_has_a_sign_a_value() -> None:
    assert sparkline([1, 2, Fraction(5, 2), 8], False) == "▁▂▃█"
    assert sparkline([1, 2, Fraction(5, 2), 8], True) == ".:-@"
    assert sparkline([3, 3], False) == "▁▁"
    assert len(sparkline(list(range(500)), False)) == 60


def test_a_hundred_thousand_futures_of_the_danish_plan_take_less_than_two_seconds(capsys: Capture) -> None:
    begun = time.process_time()
    found = shown(capsys, "--futures", "100000")
    assert time.process_time() - begun < 2
    assert found["futures"] == 100_000


# --- the back-test ---


def test_the_score_of_a_backtest_is_that_of_its_rows(capsys: Capture) -> None:
    document = shown(capsys, "--backtest", "--futures", "1000")
    rows = [(Fraction(t["probability"]), t["fulfilled"]) for t in document["tested"]]
    assert len(rows) >= 10
    assert {came for _, came in rows} == {True, False}
    assert Fraction(document["brier"]) == pytest.approx(float(sum((p - c) ** 2 for p, c in rows) / len(rows)))
    assert sum(b["forecasts"] for b in document["calibration"]) == len(rows)
    for b in document["calibration"]:
        low, high = Fraction(b["low"]), Fraction(b["high"])
        inside = [(p, c) for p, c in rows if low <= p < high or p == high == 1]
        assert b["forecasts"] == len(inside)
        if inside:
            assert float(b["mean"]) == pytest.approx(float(sum(p for p, _ in inside) / len(inside)))
            assert float(b["came_true"]) == pytest.approx(sum(c for _, c in inside) / len(inside))


def test_a_backtest_does_not_look_ahead() -> None:
    """What was said on a day is the same whatever came after it."""
    required = {"total": "m", "at_most": "120", "over": "2024"}
    past = (10, 20, 60, 30, 15, 25, 50)
    said = []
    for rest in ((5, 5, 5, 5, 5), (90, 80, 70, 60, 50)):
        rows = quarters("m", 2022, *past, *rest)
        rows = [{**row, "reported": f"{row['period'][:4]}-{int(row['period'][-1]) * 3:02}-28"} for row in rows]
        found = backtest(judged({"t": required}, {"measurements": rows}, "2024-12-31"), 500, 3)
        said.append({t.day: t.chance for t in found.tested if t.day <= date(2023, 9, 30)})
    assert said[0] == said[1]
    assert said[0]


def test_nothing_to_test_is_said(capsys: Capture) -> None:
    found = called(capsys, "forecast", str(POLICE / "2024-Q1.json"), "--backtest", "--lang", "en")
    assert found.code == 0
    assert "nothing to test" in found.out
