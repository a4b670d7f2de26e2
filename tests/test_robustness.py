"""Robustness worked out by hand: figures compared with each other, and quarters that the rest is measured by."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from rulecheck.cli.language import language
from rulecheck.cli.outlook import firm, firm_data
from rulecheck.cli.sentences import Sentences
from rulecheck.engine.evaluate import Evaluation, evaluate
from rulecheck.engine.reference import reference_verdicts, verdict_of
from rulecheck.engine.robustness import Robustness, robustness

from tests.generators import read, seeded
from tests.generators.plans import built


def judged(
    require: dict[str, Any], risk: dict[str, Any], rows: list[tuple[Any, ...]], day: str, **facts: Any
) -> Evaluation:
    """A plan of one target about ``m``, judged; rows are a period and total and count, or a day and a value.

    Of a trend, whose criterion does not say it, the kind of ``m`` is told by a key without a value.
    """
    kind = next(kind for kind in ("mean", "share", "total", "level") if kind in require)
    keys = {"mean": ("total", "count"), "share": ("numerator", "denominator"), "total": ("total",), "level": ("value",)}
    wanted = {key: value for key, value in {"over": "2024", **require}.items() if value is not None}
    target = {"target": "1.1", "modality": "must", "require": wanted, "risk": risk}
    plan = built(
        {
            "plan": "small",
            "period": "2024",
            "language": "da",
            "goals": [{"goal": "1", "targets": [target]}],
            "measures": {"m": {"kind": kind, "unit": "" if kind == "share" else "days"}},
        }
    )
    measurements = [
        {"measure": "m", "at" if kind == "level" else "period": row[0], **dict(zip(keys[kind], row[1:], strict=True))}
        for row in rows
    ]
    told = read({"plan": "small", "measurements": measurements, **facts}, plan)
    return evaluate(plan, told, date.fromisoformat(day))


def firmness(evaluation: Evaluation) -> Robustness:
    return robustness(evaluation, evaluation.verdicts[0])


def told(evaluation: Evaluation, code: str = "en") -> list[str]:
    sentences = Sentences(evaluation.plan, language(code))
    return list(firm(firmness(evaluation), evaluation.verdicts[0], sentences))


EXPECTED = {"forecasts": [{"measure": "m", "period": "2024", "count": 40}]}
BEST = {"required-rate": {"reference": "best-quarter"}, "value-breaches": "off", "evidence": "off"}


def behind() -> Evaluation:
    """The rest of 20 must average (180 * 40 - 3900) / 20 = 165 days; the best quarter of any year took 168."""
    rows = [("2023-Q4", 1680, 10), ("2024-Q1", 2000, 10), ("2024-Q2", 1900, 10)]
    return judged({"mean": "m", "at_most": "180 days"}, BEST, rows, "2024-07-01", **EXPECTED)


def test_the_best_quarter_may_lie_outside_the_period() -> None:
    """Had it taken 165, as the rest must, nothing would be behind; of this year's sum 60 would have to be wrong.

    Were 45 expected instead of 40, the rest of 25 might take (180 * 45 - 3900) / 25 = 168, and at 44 only 167.5.
    """
    evaluation = behind()
    assert evaluation.verdicts[0].verdict == "at-risk"
    value, quarter, volume = firmness(evaluation).flips
    assert (value.of, value.limit, value.error, value.attained, value.verdict) == ("value", 192, -3, True, "on-track")
    assert (quarter.of, quarter.fact, quarter.limit, quarter.error) == ("figure", "m/2023-Q4", 165, -3)
    assert (quarter.attained, quarter.verdict) == (True, "on-track")
    assert (volume.of, volume.limit, volume.error, volume.verdict) == ("volume", 45, 5, "on-track")
    assert firm_data(firmness(evaluation))["flips"][1] == {
        "path": "1.1",
        "fact": "m/2023-Q4",
        "verdict": "on-track",
        "of": "figure",
        "limit": "165",
        "attained": True,
        "error": "-3",
        "relative": "-1/56",
    }


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (
            "en",
            "It would be on track if the value of m/2023-Q4 were 1.79 % too high (true value 165 days). "
            "The rest is measured by the best quarter, and this is one of the quarters.",
        ),
        (
            "da",
            "Det ville være på sporet, hvis værdien i m/2023-Q4 var 1,79 % for høj (sand værdi 165 dage). "
            "Resten måles på det bedste kvartal, og dette er et af kvartalerne.",
        ),
    ],
)
def test_a_quarter_outside_the_period_is_told_as_what_the_rest_is_measured_by(code: str, sentence: str) -> None:
    assert told(behind(), code)[1] == sentence


def test_a_declared_reference_is_a_matter_of_the_value() -> None:
    """On track as long as the rest may take 165 days, which it may up to 3900 days so far: 195 on average."""
    risk = {**BEST, "required-rate": {"reference": "165"}}
    rows = [("2024-Q1", 2000, 10), ("2024-Q2", 1880, 10)]
    evaluation = judged({"mean": "m", "at_most": "180 days"}, risk, rows, "2024-07-01", **EXPECTED)
    flip, volume = firmness(evaluation).flips
    assert (evaluation.verdicts[0].verdict, flip.verdict) == ("on-track", "at-risk")
    assert (flip.of, flip.limit, flip.error, flip.attained) == ("value", 195, 1, False)
    assert (volume.of, volume.limit, volume.verdict) == ("volume", 38, "at-risk")
    assert "It would be at risk if forecast:m/2024 were 38, 5 % less." in told(evaluation)


def test_a_quarter_of_the_period_moves_both_what_is_left_and_what_it_is_measured_by() -> None:
    """Wanted are 1000; Q1 had 182 in 91 days, 2 a day, and the rest needs (1000 - 182) / 275 = 2.97 a day.

    With x in Q1 the rest needs (1000 - x) / 275 a day and the best is x / 91: the same at x = 91000 / 366.
    """
    evaluation = judged({"total": "m", "at_least": "1000"}, BEST, [("2024-Q1", 182)], "2024-04-01")
    (flip,) = firmness(evaluation).flips
    assert (evaluation.verdicts[0].verdict, flip.verdict) == ("at-risk", "on-track")
    assert (flip.of, flip.limit) == ("figure", Fraction(91000, 366))
    assert flip.attained


def test_figures_that_worsen_turn_at_the_neighbour() -> None:
    """50, 49, 49.4: three that fall one after the other as soon as the last is below 49. R1 would fire only below 40."""
    rows = [("2024-03-31", 50), ("2024-06-30", 49), ("2024-09-30", "49.4")]
    risk = {"trend": "3", "evidence": "off"}
    evaluation = judged({"level": "m", "at_least": "40 days"}, risk, rows, "2024-10-01")
    (flip,) = firmness(evaluation).flips
    assert (flip.of, flip.fact, flip.limit, flip.error) == ("figure", "m/2024-09-30", 49, Fraction(-2, 5))
    assert (flip.attained, flip.verdict) == (False, "at-risk")
    assert told(evaluation)[0] == (
        "It would be at risk if the value of m/2024-09-30 were more than 0.81 % too high (true value below 49 days)."
    )


def test_of_an_earlier_figure_too() -> None:
    """51, 50, 45: on track as soon as the first is not better than the second, which takes least."""
    rows = [("2024-03-31", 51), ("2024-06-30", 50), ("2024-09-30", 45)]
    evaluation = judged({"level": "m", "at_least": "40 days"}, {"trend": "3", "evidence": "off"}, rows, "2024-10-01")
    (flip,) = firmness(evaluation).flips
    assert (evaluation.verdicts[0].verdict, flip.verdict) == ("at-risk", "on-track")
    assert flip.fact in ("m/2024-03-31", "m/2024-06-30")
    assert (abs(flip.error or 0), flip.attained) == (1, True)


def test_the_items_of_a_share_stay_whole() -> None:
    """80 of 100, then 78 of 100: no longer worse with two more, and with one more still worse."""
    rows = [("2024-Q1", 80, 100), ("2024-Q2", 78, 100)]
    evaluation = judged({"share": "m", "at_least": "60 %"}, {"trend": "2", "evidence": "off"}, rows, "2024-07-01")
    flip = firmness(evaluation).flips[-1]
    assert (flip.of, flip.fact, flip.items, flip.verdict) == ("figure", "m/2024-Q2", 2, "on-track")
    assert "It would be on track with 2 more in m/2024-Q2." in told(evaluation)


def test_the_best_quarter_may_be_one_of_those_that_are_wrong() -> None:
    """Q2 took 185, and the rest of 20 must average (7200 - 2000 - x) / 20: just what Q2 took at x = 1733 1/3."""
    rows = [("2024-Q1", 2000, 10), ("2024-Q2", 1850, 10)]
    evaluation = judged({"mean": "m", "at_most": "180 days"}, BEST, rows, "2024-07-01", **EXPECTED)
    flip = next(flip for flip in firmness(evaluation).flips if flip.of == "figure")
    assert (evaluation.verdicts[0].verdict, flip.verdict) == ("at-risk", "on-track")
    assert (flip.of, flip.fact, flip.limit) == ("figure", "m/2024-Q2", Fraction(520, 3))


def test_when_the_best_quarter_is_wrong_the_next_one_is_what_counts() -> None:
    """Q1 took 160 and Q2 170. With more than 2100 in Q1 Q2 is the best, and the rest must do better than it took."""
    rows = [("2024-Q1", 1600, 10), ("2024-Q2", 1700, 10)]
    evaluation = judged({"mean": "m", "at_most": "180 days"}, BEST, rows, "2024-07-01", **EXPECTED)
    flip = firmness(evaluation).flips[0]
    assert (evaluation.verdicts[0].verdict, flip.verdict) == ("on-track", "at-risk")
    assert (flip.of, flip.fact, flip.limit, flip.error) == ("value", "m/2024-Q1", 190, 25)


def test_halfway_between_two_ends_the_margin_is_of_the_other() -> None:
    """Between 10 and 100 with half of the end as margin: near 10 that is 5, near 100 it is 50. 54 is nearer to 10."""
    risk = {"margin": "50 %", "evidence": "off"}
    rows = [("2024-03-31", 54)]
    evaluation = judged({"level": "m", "between": ["10 days", "100 days"]}, risk, rows, "2024-04-01")
    (flip,) = firmness(evaluation).flips
    assert (evaluation.verdicts[0].verdict, flip.verdict, flip.limit, flip.attained) == (
        "on-track",
        "at-risk",
        55,
        False,
    )


def test_the_margin_is_looked_at_after_rounding() -> None:
    """A margin of 2 within 40 days: 42 still leans, and in whole days 42.49 is 42, 42.5 is 43."""
    require = {"level": "m", "at_least": "40 days", "rounded_to": "1"}
    evaluation = judged(require, {"margin": "2", "evidence": "off"}, [("2024-03-31", 44)], "2024-04-01")
    (flip,) = firmness(evaluation).flips
    assert (flip.verdict, flip.limit, flip.attained) == ("at-risk", Fraction(85, 2), False)


def test_an_unfinished_total_is_held_against_the_same_part_of_its_base() -> None:
    """11 in the first quarter, 10 in that of the year before: no longer a rise at 10, or if that had been 11."""
    rows = [("2023-Q1", 10), ("2023-Q2", 12), ("2023-H2", 20), ("2024-Q1", 11)]
    require = {"trend": "m", "direction": "rise", "base": "2023", "total": None}
    evaluation = judged(require, {"evidence": "off"}, rows, "2024-04-01")
    value, base = firmness(evaluation).flips
    assert (value.of, value.fact, value.limit, value.verdict) == ("value", "m/2024-Q1", 10, "at-risk")
    assert (base.of, base.fact, base.limit, base.error) == ("base", "m/2023-Q1", 43, 1)


@pytest.mark.parametrize(
    ("expected", "verdict", "flip", "sentence"),
    [
        (44, "on-track", (40, -4), "It would be at risk if forecast:m/2024 were below 40 days, more than 9.09 % less."),
        (38, "at-risk", (40, 2), "It would be on track if forecast:m/2024 were 40 days, 5.26 % more."),
        (40, "on-track", (40, 0), "It would be at risk as soon as forecast:m/2024 leaves 40 days."),
    ],
)
def test_how_wrong_a_forecast_value_may_be(expected: int, verdict: str, flip: tuple[int, int], sentence: str) -> None:
    forecasts = [{"measure": "m", "period": "2024", "value": expected}]
    rows = [("2024-03-31", 90)]
    evaluation = judged({"level": "m", "at_least": "40 days"}, {}, rows, "2024-04-01", forecasts=forecasts)
    assert evaluation.verdicts[0].verdict == verdict
    assert [(f.limit, f.error) for f in firmness(evaluation).flips if f.of == "forecast"] == [flip]
    assert sentence in told(evaluation)


def test_how_wrong_the_day_of_a_forecast_may_be() -> None:
    """A law forecast for the day after its deadline: a day earlier, and it would be in time."""
    target = {"target": "1.1", "modality": "must", "require": {"milestone": "law", "by": "2024"}}
    goals = [{"goal": "1", "targets": [target]}]
    plan = built({"plan": "small", "period": "2024", "language": "da", "goals": goals, "events": {"law": {}}})
    facts = read({"plan": "small", "forecasts": [{"event": "law", "expected": "2025-01-01"}]}, plan)
    evaluation = evaluate(plan, facts, date(2024, 6, 1))
    assert firm_data(firmness(evaluation))["flips"] == [
        {"path": "1.1", "fact": "forecast:law", "verdict": "on-track", "of": "forecast", "days": -1}
    ]


def test_of_contradicting_figures_what_turns_first_is_told() -> None:
    """120 or 130 where more than 100 is a rise. With 120 in the base year nobody can say; with 130 it would be missed,
    but before that the verdict has changed already."""
    rows = [("2023-12-31", 100), ("2024-12-31", 120), ("2024-12-31", 130)]
    require = {"trend": "m", "direction": "rise", "base": "2023", "level": None}
    evaluation = judged(require, {}, rows, "2025-03-01")
    assert evaluation.verdicts[0].verdict == "fulfilled"
    assert [(f.of, f.limit, f.verdict) for f in firmness(evaluation).flips] == [
        ("value", 100, "at-risk"),
        ("base", 120, "at-risk"),
    ]


def test_a_value_of_zero_has_no_percentage() -> None:
    evaluation = judged({"total": "m", "at_most": "10"}, {}, [("2024", 0)], "2025-01-20")
    assert told(evaluation)[0] == "It would be missed if the value were above 10 days."


def test_one_target_alone_is_judged_as_among_all() -> None:
    for seed in range(60):
        case = seeded(seed)
        all_of = reference_verdicts(case.plan, case.facts, case.as_of, case.known_at)
        for target, verdict in all_of.items():
            assert verdict_of(case.plan, case.facts, case.as_of, case.known_at, target) == verdict
