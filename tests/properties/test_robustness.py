"""Exact at the flip point: an error of that size changes the verdict, a smaller one does not."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
from hypothesis import given
from rulecheck.engine.evaluate import TargetVerdict, evaluate
from rulecheck.engine.reference import reference_verdicts
from rulecheck.engine.robustness import Flip, robustness
from rulecheck.engine.scenario import all_facts, made_of, without
from rulecheck.engine.testing.pick import Seeded
from rulecheck.engine.version import VERSION
from rulecheck.facts.documents.json_document import read_json as read_document
from rulecheck.facts.facts import Fact, Forecast, Listing, Measurement
from rulecheck.facts.period import parse_period
from rulecheck.facts.read_facts import read_facts
from rulecheck.rules.criteria import Milestone, Threshold, leaves
from rulecheck.rules.library import load_plan

from tests.command import Q4
from tests.generators import Case, cases
from tests.generators.halfway import halfway, halfway_case
from tests.properties.laws import examples, judge

NUDGE = Fraction(1, 10**9)


def verdict_with(case: Case, fact: Fact, target: str) -> str:
    facts = made_of(case.facts, [fact if f.id == fact.id else f for f in all_facts(case.facts)])
    return str(reference_verdicts(case.plan, facts, case.as_of, case.known_at)[target])


def shifted(case: Case, flip: Flip, value: Fraction, pieces: list[Measurement]) -> Fact:
    """The fact of the flip with the number that gives the measure this value."""
    fact = next(p for p in pieces if p.id == flip.fact)
    summed = fact.amount is not None and fact.volume is not None
    volume = sum((p.volume or 0 for p in pieces), start=0) if summed else 1
    now = Fraction(flip.limit or 0) - Fraction(flip.error or 0)
    key = "value" if fact.amount is None else "amount"
    return attrs.evolve(fact, **{key: getattr(fact, key) + (value - now) * volume})


@examples(100)
@given(cases(single=True, tidy=True))
def test_the_flip_point_is_exact(case: Case) -> None:
    exact_at_the_flip(case)


@examples(60)
@given(cases(single=True, tidy=True, kinds=("trend",)))
def test_the_flip_point_of_a_trend_and_of_its_base_is_exact(case: Case) -> None:
    exact_at_the_flip(case)


def exact_at_the_flip(case: Case) -> None:
    evaluation = judge(case)
    for verdict in evaluation.verdicts:
        leaf = verdict.target.criterion
        for flip in robustness(evaluation, verdict).flips:
            assert flip.verdict != verdict.verdict
            if isinstance(leaf, Milestone) and flip.days:
                fact = next(e for e in case.facts.events if e.id == flip.fact)
                step = 1 if flip.days > 0 else -1
                nearer = attrs.evolve(fact, date=fact.date.fromordinal(fact.date.toordinal() + flip.days - step))
                if flip.days != step:
                    assert verdict_with(case, nearer, verdict.target.id) == verdict.verdict
            if (
                not isinstance(leaf, Threshold)
                or flip.items is not None
                or not verdict.step.premises[0].data.get("pieces")
            ):
                continue
            if not verdict.definitive:
                continue
            known = case.facts.by_id()
            data = verdict.step.premises[0].data
            pieces = [known[p["fact"]] for p in (data["trend"] if flip.of == "base" else data)["pieces"]]
            upwards = (leaf.bound.operator == "at_most") ^ (flip.of == "base") ^ (verdict.verdict == "missed")
            away = NUDGE if (flip.error or 0) > 0 or (flip.error == 0 and upwards) else -NUDGE
            limit = Fraction(flip.limit or 0)
            there = limit if flip.attained else limit + away
            before = limit - away if flip.attained else limit
            assert verdict_with(case, shifted(case, flip, there, pieces), verdict.target.id) == flip.verdict
            if (before - (limit - Fraction(flip.error or 0))) * away >= 0:
                assert verdict_with(case, shifted(case, flip, before, pieces), verdict.target.id) == verdict.verdict


# --- rules that compare figures with each other ---


def about(case: Case, fact: Measurement) -> Threshold | None:
    """The criterion that the figure is of."""
    found = leaves(case.plan.versions[0].targets[0].criterion)
    named = (leaf for leaf in found if isinstance(leaf, Threshold))
    return next((leaf for leaf in named if (leaf.measure, leaf.dimensions) == (fact.measure, fact.dimensions)), None)


def wrong_by(case: Case, fact: Measurement, change: Fraction) -> str | None:
    """The verdict if the fact's total, numerator or value were larger by this; None where no fact can say that."""
    leaf = about(case, fact)
    assert leaf is not None
    key = "value" if fact.amount is None else "amount"
    number = getattr(fact, key) + change
    most = fact.volume if fact.amount is not None and fact.volume is not None else 1
    if (number < 0 and not leaf.signed) or (leaf.kind == "share" and number > most):
        return None
    return verdict_with(case, attrs.evolve(fact, **{key: number}), case.plan.versions[0].targets[0].id)


def steps_of(verdict: TargetVerdict) -> dict[str, Mapping[str, Any]]:
    """What the proof shows of each criterion."""
    return {step.path: step.data for step in verdict.step.walk() if "kind" in step.data and not step.premises}


def of_figures(flips: Iterable[Flip]) -> list[Flip]:
    """Those that are not of a forecast."""
    return [flip for flip in flips if flip.of not in ("forecast", "volume")]


def error_of(case: Case, verdict: TargetVerdict, flip: Flip) -> tuple[Fraction, Fraction]:
    """The error told as a change of the fact's own number, and a change of that number beside which nothing matters."""
    known: dict[str, Any] = case.facts.by_id()
    fact, data = known[flip.fact], steps_of(verdict)[flip.path]
    pieces = [fact]
    if flip.of != "figure":
        pieces = [known[piece["fact"]] for piece in (data["trend"] if flip.of == "base" else data)["pieces"]]
    items = sum((p.volume or 0 for p in pieces if p.amount is not None), start=0) or 1
    return Fraction(flip.items if flip.items is not None else (flip.error or 0) * items), NUDGE * items


@examples(150)
@given(halfway())
def test_a_figure_as_wrong_as_told_changes_the_verdict_and_one_half_as_wrong_does_not(case: Case) -> None:
    evaluation = judge(case)
    (verdict,) = evaluation.verdicts
    known: dict[str, Any] = case.facts.by_id()
    for flip in of_figures(robustness(evaluation, verdict).flips):
        error, tiny = error_of(case, verdict, flip)
        fact, whole = known[flip.fact], flip.items is not None
        sides = [1 if error > 0 else -1] if error else [1, -1]
        there = [error if flip.attained or whole else error + side * tiny for side in sides]
        assert flip.verdict != verdict.verdict
        assert flip.verdict in [wrong_by(case, fact, change) for change in there], flip
        for part in (Fraction(1, 4), Fraction(1, 2), Fraction(999, 1000)) if error else ():
            less = Fraction(int(error * part)) if whole else error * part
            assert wrong_by(case, fact, less) == verdict.verdict, (flip, part)


@examples(60)
@given(halfway())
def test_no_figure_that_is_wrong_by_less_than_the_smallest_error_told_changes_the_verdict(case: Case) -> None:
    no_smaller_error(case)


@examples(60)
@given(cases(single=True, tidy=True, kinds=("measure", "trend")))
def test_nor_does_it_where_no_figures_are_compared_with_each_other(case: Case) -> None:
    no_smaller_error(case)


def no_smaller_error(case: Case) -> None:
    """A dense grid below the smallest error told; where none is told, of errors up to twice the number."""
    evaluation = judge(case)
    (verdict,) = evaluation.verdicts
    told = [abs(error_of(case, verdict, flip)[0]) for flip in of_figures(robustness(evaluation, verdict).flips)]
    for fact in case.facts.measurements:
        leaf = about(case, fact)
        if leaf is None:
            continue
        number = Fraction((fact.value if fact.amount is None else fact.amount) or 0)
        changes = [min(told) * Fraction(n, 12) for n in range(1, 12)] if told else []
        changes += [min(told) * Fraction(999, 1000)] if told else [number * Fraction(n, 8) for n in range(1, 17)]
        if fact.amount is not None and leaf.kind == "share":
            changes = [Fraction(whole) for whole in {int(change) for change in changes} if whole]
        for change in changes:
            for wrong in (change, -change):
                assert wrong_by(case, fact, wrong) in (None, verdict.verdict), (fact.id, wrong, told)


@examples(150)
@given(halfway())
def test_how_wrong_a_forecast_may_be_is_exact_and_nothing_less_changes_the_verdict(case: Case) -> None:
    evaluation = judge(case)
    (verdict,) = evaluation.verdicts
    flips = {flip.of: flip for flip in robustness(evaluation, verdict).flips}
    seen = sum((p.volume or 0 for p in case.facts.measurements if p.period.within(parse_period("2024"))), start=0)

    def forecast(fact: Forecast, change: Fraction) -> str | None:
        """The verdict by another forecast; less than there already is nobody expects."""
        if fact.value is not None:
            other = attrs.evolve(fact, value=fact.value + change)
            return verdict_with(case, other, "1.1") if other.value is not None and other.value >= 0 else None
        number = (fact.volume or 0) + change
        return verdict_with(case, attrs.evolve(fact, volume=number), "1.1") if number >= seen else None

    for fact in case.facts.forecasts:
        flip = flips.get("forecast" if fact.value is not None else "volume")
        whole = fact.volume is not None
        least = abs(Fraction(flip.error or 0)) if flip else Fraction(fact.volume or fact.value or 0)
        if flip and flip.fact == fact.id:
            error = Fraction(flip.error or 0)
            beyond = [side * NUDGE for side in (1, -1) if error * side >= 0] if not flip.attained else [Fraction(0)]
            assert flip.verdict in [forecast(fact, error + tiny) for tiny in beyond]
        changes = [least * Fraction(n, 20) for n in range(1, 20)]
        if whole:
            changes = [Fraction(change) for change in {int(change) for change in changes} if 0 < change < least]
        for change in changes:
            for wrong in (change, -change):
                assert forecast(fact, wrong) in (None, verdict.verdict), (fact.id, wrong, flip)


def test_these_cases_rest_on_figures_compared_with_each_other() -> None:
    rules: Counter[str] = Counter()
    for seed in range(160):
        case = halfway_case(Seeded(seed))
        evaluation = judge(case)
        (verdict,) = evaluation.verdicts
        data = verdict.step.premises[0].data
        rules[verdict.step.premises[0].rule] += 1
        pieces = {piece["fact"] for piece in data["pieces"]}
        for flip in robustness(evaluation, verdict).flips:
            rules[f"{flip.of}, {verdict.verdict}"] += 1
            rules["outside"] += flip.of == "figure" and data["kind"] != "level" and flip.fact not in pieces
    assert rules["R8"] >= 8
    assert rules["R3"] >= 5
    assert rules["figure, on-track"] >= 10
    assert rules["figure, at-risk"] >= 10
    assert rules["outside"] >= 1
    assert rules["volume, on-track"] + rules["volume, at-risk"] >= 10
    assert rules["forecast, on-track"] + rules["forecast, at-risk"] >= 3


# --- lists ---


def wrong_by_one(listed: Listing, names: set[str]) -> Iterator[Listing]:
    """The list with any member fewer, or with any one more."""
    for name in listed.members:
        origins = tuple(entry for entry in listed.origins if entry[0] != name)
        yield attrs.evolve(listed, members=tuple(n for n in listed.members if n != name), origins=origins)
    for name in names - {*listed.members}:
        yield attrs.evolve(listed, members=tuple(sorted((*listed.members, name))))


@examples(80)
@given(cases(single=True, tidy=True, kinds=("set_change",)))
def test_no_list_that_is_wrong_by_less_changes_the_verdict(case: Case) -> None:
    evaluation = judge(case)
    known = case.facts.by_id()
    for verdict in evaluation.verdicts:
        step = next((s for s in verdict.step.walk() if s.data.get("kind") == "set-change" and not s.premises), None)
        if step is None or "base" not in step.data or not step.data["lists"]:
            continue
        told = [flip.members for flip in robustness(evaluation, verdict).flips]
        lists = [known[entry["fact"]] for entry in (step.data["base"], *step.data["lists"])]
        names = {name for f in case.facts.lists for name in (*f.members, *(n for _, told in f.origins for n in told))}
        single = any(
            verdict_with(case, other, verdict.target.id) != verdict.verdict
            for listed in lists
            if isinstance(listed, Listing)
            for other in wrong_by_one(listed, names | {"nobody"})
        )
        assert single == (told in ([1], [-1])), told


@examples(40)
@given(cases(single=True, tidy=True, kinds=("set_change",)))
def test_as_many_new_names_as_told_change_the_verdict_and_one_fewer_do_not(case: Case) -> None:
    evaluation = judge(case)
    for verdict in evaluation.verdicts:
        for flip in robustness(evaluation, verdict).flips:
            listed = case.facts.by_id()[flip.fact]
            if (
                not isinstance(listed, Listing)
                or (flip.members or 0) < 1
                or step_of(verdict)["base"]["fact"] == flip.fact
            ):
                continue
            names = [f"new-{n}" for n in range(flip.members or 0)]
            for count, wanted in ((len(names), flip.verdict), (len(names) - 1, verdict.verdict)):
                more = attrs.evolve(listed, members=tuple(sorted((*listed.members, *names[:count]))))
                found = verdict_with(case, more, verdict.target.id)
                assert found == wanted or (count and found == verdict.verdict), (flip, count)


def step_of(verdict: TargetVerdict) -> Mapping[str, Any]:
    return next(s.data for s in verdict.step.walk() if s.data.get("kind") == "set-change" and not s.premises)


@examples(60)
@given(cases())
def test_a_verdict_hangs_on_exactly_the_facts_told(case: Case) -> None:
    evaluation = judge(case)
    for verdict in evaluation.verdicts:
        told = dict(robustness(evaluation, verdict).hangs_on)
        for fact in verdict.step.cited():
            found = reference_verdicts(case.plan, without(case.facts, fact), case.as_of, case.known_at)
            assert told.get(fact, verdict.verdict) == found[verdict.target.id]


def test_the_police_verdicts_turn_where_the_arithmetic_says() -> None:
    plan = load_plan("dk-politiet-2024", VERSION)
    facts, _ = read_facts(read_document(Path(Q4).read_bytes(), "facts.json"), plan.vocabulary)
    evaluation = evaluate(plan, facts, facts.as_of or date(2024, 12, 31))
    found = {v.target.id: robustness(evaluation, v) for v in evaluation.verdicts}
    assert {target: [(f.fact, f.days, f.verdict) for f in r.flips if f.days] for target, r in found.items()}["5.1"] == [
        ("sustainability_department_briefed", -3, "fulfilled")
    ]
    flip = next(f for f in found["1.1"].flips)
    assert flip.limit == 180
    assert not flip.attained
