"""Proofs about plans: what must hold does, what does not is found, and facts that show either are judged so."""

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from rulecheck.engine.proofs import Claim, PlanProof, conditions, prove, tree, values
from rulecheck.engine.proofs.compare import compare
from rulecheck.engine.proofs.constraints import ZERO, Given, Unknown, Within, simplest
from rulecheck.engine.proofs.cross_check import cross_checked
from rulecheck.engine.proofs.formula import (
    NEVER,
    Undecided,
    core,
    either,
    every,
    opposite,
    smallest,
    solve,
)
from rulecheck.engine.proofs.witness import judged
from rulecheck.rules.library import shipped
from rulecheck.rules.plan import Plan
from rulecheck.rules.read_plan import read_plan

from tests.command import EXAMPLES, ROOT, called

Capture = pytest.CaptureFixture[str]
DANISH = shipped()["dk-politiet-2024"].read_text("utf-8")


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")


def plan_of(text: str) -> Plan:
    plan, _, _ = read_plan(text.encode(), "plan.yaml", "0" * 64)
    return plan


def offices(*requires: str, events: str = "", measures: str = "", more: str = "") -> Plan:
    """A plan whose targets 1.1, 1.2, … require these."""
    targets = "".join(f'      - {{target: "1.{n}", require: {r}}}\n' for n, r in enumerate(requires, 1))
    named = f"events: {{{events}}}\n" if events else ""
    named += f"measures: {{{measures}}}\n" if measures else ""
    return plan_of(f'plan: offices\nperiod: 2024\ngoals:\n  - goal: "1"\n    targets:\n{targets}{named}{more}')


def claim(proof: PlanProof, name: str, target: str = "1.1") -> Claim:
    if name == "together":
        return proof.together
    one = next(one for one in proof.targets if one.target.id == target)
    return next(claim for claim in one.claims if claim.name == name)


# --- plans of which everything holds ---


@pytest.mark.uncovered
@pytest.mark.parametrize("name", [*shipped(), str(EXAMPLES / "no-112" / "plan.yaml")])
def test_everything_is_proven_of_a_plan_that_comes_with_rulecheck(name: str, capsys: Capture) -> None:
    found = called(capsys, "plans", "prove", name, "--format", "json")
    (plan,) = json.loads(found.out)["plans"]
    assert (found.code, found.err) == (0, "")
    assert plan["proven"]
    assert plan["together"]["answer"] == "proven"
    for one in plan["targets"]:
        answers = {claim["answer"] for claim in one["claims"].values()}
        assert answers <= {"proven", "exempt"}, one


def test_z3_agrees_on_every_statement_of_the_danish_plan(capsys: Capture) -> None:
    found = called(capsys, "plans", "prove", "dk-politiet-2024", "--z3")
    assert found.code == 0
    assert found.out.endswith("Z3 agrees on 45 of 45 statements.\n")


@pytest.mark.parametrize(
    ("arguments", "target", "verdict"),
    [
        (("--facts", "fulfilled"), "", "fulfilled"),
        (("--facts", "fulfilled", "--target", "2.3"), "2.3", "fulfilled"),
        (("--facts", "missed", "--target", "1.1"), "1.1", "missed"),
        (("--facts", "missed", "--target", "5.1"), "5.1", "missed"),
    ],
)
def test_facts_that_are_written_are_judged_as_they_say(
    arguments: tuple[str, ...], target: str, verdict: str, tmp_path: Path, capsys: Capture
) -> None:
    file = str(tmp_path / "facts.json")
    assert called(capsys, "plans", "prove", "dk-politiet-2024", *arguments, "-o", file).code == 0
    found = called(capsys, "evaluate", file, "--format", "json")
    assert (found.code, found.err) == (0, "")
    verdicts = {v["target"]: v["verdict"] for v in json.loads(found.out)["verdicts"] if target in ("", v["target"])}
    assert set(verdicts.values()) == {verdict}


def test_the_fewest_facts_stand_exactly_on_the_bound() -> None:
    proof = prove(plan_of(DANISH))
    fulfils, misses = claim(proof, "fulfilled"), claim(proof, "missed")
    assert fulfils.facts is not None
    assert misses.facts is not None
    (row,) = fulfils.facts["measurements"]
    assert Fraction(row["total"], row["count"]) == 180
    (row,) = misses.facts["measurements"]
    assert Fraction(row["total"], row["count"]) == 181
    late = claim(proof, "missed", "2.2").facts
    assert late is not None
    assert "events" not in late  # silence is enough


# --- plans of which something does not hold ---

SHARE = "in_time: {label: In time, kind: share}"
VISITS = "visits: {label: Visits, kind: total}"
EVENTS = "law: {label: Law}, unit: {label: Unit}"


@pytest.mark.parametrize(
    ("plan", "name", "among"),
    [
        (
            offices(
                "{all_of: [{share: in_time, at_least: 90 %, over: 2024}, {share: in_time, at_most: 80 %, over: 2024}]}",
                measures=SHARE,
            ),
            "fulfilled",
            ("1.1/1", "1.1/2"),
        ),
        (offices("{share: in_time, at_least: 0 %, over: 2024}", measures=SHARE), "missed", ()),
        (
            offices(
                "{share: in_time, at_least: 90 %, over: 2024}",
                "{milestone: law, by: 2024}",
                "{share: in_time, at_most: 80 %, over: 2024}",
                measures=SHARE,
                events=EVENTS,
            ),
            "together",
            ("1.1", "1.3"),
        ),
        (
            offices(
                "{total: visits, at_least: '100', over: 2024-H1}",
                "{total: visits, at_most: '50', over: 2024}",
                measures=VISITS,
            ),
            "together",
            ("1.1", "1.2"),
        ),
        (
            offices("{milestone: office, count: 2, by: 2024, undocumented: at-risk}", events="office: {label: O, subjects: open}"),
            "missed",
            (),
        ),
        (  # who opens is asked per office, and the law is one office's only
            offices(
                "{milestone: opened, for_each: [north, south], by: 2024, after: bought}",
                events="bought: {label: B, subjects: {north: N}}, opened: {label: O, subjects: {north: N, south: S}}",
            ),
            "fulfilled",
            ("1.1",),
        ),
    ],
)  # fmt: skip
def test_what_does_not_hold_is_refuted_and_z3_agrees(plan: Plan, name: str, among: tuple[str, ...]) -> None:
    proof = cross_checked(prove(plan))
    found = claim(proof, name)
    assert (found.answer, found.because, found.among, found.checked) == ("refuted", "no facts do", among, "agrees")
    assert not proof.holds


def test_an_order_is_kept_on_the_very_day() -> None:
    """Both on the last day is in time; one of them cannot come before the other both ways."""
    both = "{all_of: [{order: [law, unit], by: 2024}, {order: [unit, law], by: 2024}]}"
    proof = prove(offices(both, events=EVENTS))
    facts = claim(proof, "fulfilled").facts
    assert facts is not None
    assert {row["date"] for row in facts["events"]} == {"2024-12-31"}


def test_a_should_and_a_may() -> None:
    plan = plan_of(
        DANISH.replace('- target: "1.1"\n', '- target: "1.1"\n        modality: should\n').replace(
            '- target: "1.2"\n', '- target: "1.2"\n        modality: may\n'
        )
    )
    proof = prove(plan)
    at_worst = claim(proof, "missed", "1.1")
    assert at_worst.answer == "proven"
    assert at_worst.facts is not None
    assert judged(at_worst.facts, plan)["1.1"] == "at-risk"
    assert claim(proof, "missed", "1.2").answer == "exempt"
    assert proof.holds


def _gap(x: Unknown, leaf: Any) -> Any:
    return tree.at_least(x, leaf.bound.high + 5)


def _clash(x: Unknown, leaf: Any) -> Any:
    return tree.at_least(x, leaf.bound.high - 5)


def _upside_down(x: Unknown, leaf: Any) -> Any:
    return tree.at_most(x, leaf.bound.high, True)


@pytest.mark.parametrize("wrong", [_gap, _clash])
def test_a_rule_with_a_gap_or_two_verdicts_is_refuted_by_facts(
    wrong: Callable[[Unknown, Any], Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Capture
) -> None:
    """The proofs can fail: a meaning with a hole in it is found, by this search and by Z3, with facts in the hole."""
    monkeypatch.setattr(values, "_rounds_above", wrong)
    proof = cross_checked(
        prove(offices("{mean: days, at_most: 180 days, over: 2024}", measures="days: {label: D, unit: days}"))
    )
    found = claim(proof, "one")
    assert (found.answer, found.checked, found.among) == ("refuted", "agrees", ("1.1",))
    assert found.facts is not None
    (row,) = found.facts["measurements"]
    assert 175 <= Fraction(row["total"], row["count"]) <= 185
    file = str(tmp_path / "hole.json")
    told = called(capsys, "plans", "prove", "dk-politiet-2024", "--facts", "counterexample", "-o", file)
    assert told.code == 3
    assert called(capsys, "evaluate", file).code == 0


def test_a_rule_that_prefers_worse_values_is_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    right = conditions.value

    def wrong(leaf: Any) -> Any:
        part = right(leaf)
        return part._replace(fulfilled=part.missed, missed=part.fulfilled)

    monkeypatch.setattr(conditions, "value", wrong)
    found = cross_checked(prove(offices("{share: in_time, at_least: 90 %, over: 2024}", measures=SHARE)))
    assert claim(found, "monotone").answer == "refuted"
    assert claim(found, "monotone").checked == "agrees"
    assert claim(found, "fulfilled").answer == "undecided"  # the engine does not judge those facts so


# --- two plans ---


def test_a_plan_judges_like_itself() -> None:
    plan = plan_of(DANISH)
    assert {one.outcome for one in compare(plan, plan)} == {"alike"}


@pytest.mark.uncovered
@pytest.mark.parametrize(
    ("right", "wrong", "target", "size"),
    [
        ("case_days, at_most: 180 days", "case_days, at_most: 180.5 days", "1.1", 1),
        ("project_in_operation, count: 6", "project_in_operation, count: 5", "2.1", 5),
        ("for_each: [groenland, faeroerne]", "for_each: [groenland]", "2.2", 1),
        ("abuse_model_launched, by: 2024", "abuse_model_launched, by: 2024-11", "3.2", 2),
        ("in_time, at_least: 90 %", "in_time, at_least: 90 %, rounded_to: 1 %", "4.2", 1),
    ],
)  # fmt: skip
def test_the_fewest_facts_on_which_two_plans_differ(right: str, wrong: str, target: str, size: int) -> None:
    if right not in DANISH:
        pytest.fail(right)
    first, second = plan_of(DANISH), plan_of(DANISH.replace(right, wrong, 1))
    found = {one.target: one for one in compare(first, second)}
    other = found.pop(target)
    assert {one.outcome for one in found.values()} == {"alike"}
    assert other.outcome == "differs"
    assert other.facts is not None
    assert sum(len(rows) for rows in other.facts.values() if isinstance(rows, list)) == size
    assert (judged(other.facts, first)[target], judged(other.facts, second)[target]) == other.verdicts


def test_the_same_in_other_words() -> None:
    """Two bounds that say what one does: proved to be the same, without being written alike."""
    plain = offices("{share: in_time, between: [80 %, 90 %], over: 2024}", measures=SHARE)
    twice = offices(
        "{all_of: [{share: in_time, at_least: 80 %, over: 2024}, {share: in_time, at_most: 90 %, over: 2024}]}",
        measures=SHARE,
    )
    (found,) = compare(plain, twice)
    assert (found.outcome, found.facts) == ("same", None)


def test_a_lag_differs_before_the_end() -> None:
    first, second = plan_of(DANISH), plan_of(DANISH.replace("reporting_lag: 15 days", "reporting_lag: 5 days"))
    found = {one.target: one for one in compare(first, second)}
    assert found["2.2"].verdicts == ("at-risk", "missed")
    assert found["2.2"].facts == {"plan": "dk-politiet-2024", "as_of": "2025-01-06"}
    assert found["1.1"].verdicts == ("on-track", "at-risk")  # a quarter's figures are overdue ten days earlier


def test_targets_that_only_one_plan_has() -> None:
    one = offices("{milestone: law, by: 2024}", events=EVENTS)
    two = offices("{milestone: law, by: 2024}", "{milestone: unit, by: 2024}", events=EVENTS)
    assert [found.outcome for found in compare(one, two)] == ["alike", "only-second"]
    assert [found.outcome for found in compare(two, one)] == ["alike", "only-first"]


# --- the commands ---


def test_compare_writes_facts_that_both_plans_can_judge(tmp_path: Path, capsys: Capture) -> None:
    other, file = tmp_path / "other.yaml", tmp_path / "facts.json"
    other.write_text(DANISH.replace("at_most: 180 days", "at_most: 185 days"), "utf-8")
    found = called(capsys, "plans", "compare", "dk-politiet-2024", str(other), "--check", "-o", str(file))
    assert found.code == 1
    assert "1.1  dk-politiet-2024: missed; " in found.out
    assert "2.2  the same rule\n" in found.out
    assert found.out.endswith("The plans do not judge alike.\n")
    assert "facts on which 1.1 differs" in found.err
    verdicts = []
    for plan in ("dk-politiet-2024", str(other)):
        judged_ = called(capsys, "evaluate", str(file), "--plan", plan, "--target", "1.1", "--format", "json")
        verdicts.append(json.loads(judged_.out)["verdicts"][0]["verdict"])
    assert verdicts == ["missed", "fulfilled"]
    as_json = called(capsys, "plans", "compare", "dk-politiet-2024", str(other), "--format", "json", "--target", "1.1")
    (only,) = json.loads(as_json.out)["targets"]
    assert (only["outcome"], only["verdicts"]) == ("differs", ["missed", "fulfilled"])


def test_compare_of_the_same(capsys: Capture) -> None:
    found = called(capsys, "plans", "compare", "dk-politiet-2024", "dk-politiet-2024", "--check")
    assert found.code == 0
    assert found.out.endswith("5.1  the same rule\nThe plans judge alike.\n")


@pytest.mark.uncovered
@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["prove", "nowhere"], 2, "unknown plan"),
        (["prove", "dk-politiet-2024", "--target", "9"], 2, "no target matches '9'"),
        (["prove", "dk-politiet-2024", "--facts", "missed"], 2, "name the target with --target"),
        (["prove", "dk-politiet-2024", "--facts", "missed", "--target", "9"], 2, "no target matches"),
        (["prove", "dk-politiet-2024", "--facts", "counterexample"], 2, "no statement is refuted by facts"),
        (["prove", "dk-politiet-2024", "se-polisen-narkotika", "--facts", "fulfilled"], 2, "--facts is about one plan"),
        (["prove", "se-polisen-narkotika", "--facts", "missed", "--target", "2.1-1"], 2, "a may is never missed"),
        (["prove", "tests/bad/plans/weights-not-100.yaml"], 3, "the weights sum to"),
        (["compare", "dk-politiet-2024", "nowhere"], 2, "unknown plan"),
        (["compare", "dk-politiet-2024", "dk-politiet-2024", "--target", "9"], 2, "no target matches"),
    ],
)
def test_bad_commands(
    arguments: list[str], code: int, told: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(ROOT)
    found = called(capsys, "plans", *arguments)
    assert found.code == code
    assert told in found.err
    assert "Traceback" not in found.err


def test_json_of_one_target_has_that_target_alone(capsys: Capture) -> None:
    found = called(capsys, "plans", "prove", "dk-politiet-2024", "--target", "2.2", "--format", "json")
    assert [one["target"] for one in json.loads(found.out)["plans"][0]["targets"]] == ["2.2"]
    assert called(capsys, "plans", "prove", "dk-politiet-2024", "--target", "9", "--format", "json").code == 2


def test_a_plan_of_which_something_does_not_hold_exits_3(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(DANISH.replace("at_least: 90 %", "at_least: 0 %"), "utf-8")
    found = called(capsys, "plans", "prove", str(file), "--target", "4.2")
    assert found.code == 3
    assert "4.2  some facts miss it: refuted (no facts do)\n" in found.out


def test_without_z3_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "z3", None)
    monkeypatch.delitem(sys.modules, "rulecheck.engine.proofs.cross_check", raising=False)
    found = called(capsys, "plans", "prove", "dk-politiet-2024", "--z3")
    assert found.code == 2
    assert "pip install 'target-rulecheck[verify]'" in found.err
    assert called(capsys, "plans", "prove", "dk-politiet-2024").code == 0


# --- the search ---

A, B, C = (Unknown("day", name) for name in "abc")
V = Unknown("value", "v", low=0, high=1)


def test_constraints_contradict_each_other_exactly() -> None:
    assert solve([Within(A, B, 0), Within(B, C, 0), Within(C, A, 0)]) is not None
    assert solve([Within(A, B, 0), Within(B, C, 0), Within(C, A, -1)]) is None
    assert solve([Within(A, B, 0, True), Within(B, A, 1)]) is not None
    assert solve([Within(A, B, 0, True), Within(B, A, 1, True)]) is None  # between two days there is no third
    assert solve([Within(V, ZERO, Fraction(1, 3), True), Within(ZERO, V, Fraction(-1, 3))]) is None
    assert solve([Within(ZERO, V, -1)]) is not None
    assert solve([Within(ZERO, V, -1, True)]) is None
    assert solve([Given(A, False), Within(A, B, 0)]) is None


def test_the_search_is_complete() -> None:
    some = every(either(Given(A), Given(B)), either(Given(A, False), Given(C)))
    found = smallest([some])
    assert found is not None
    assert found.given() == [B]
    assert solve([some, Given(B, False), Given(C, False)]) is None
    assert solve([NEVER]) is None
    assert solve([every()]) is not None
    assert solve([some, opposite(some)]) is None
    assert core([Given(A), Given(B), Given(C), opposite(Given(B))]) == [1, 3]


def test_a_search_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rulecheck.engine.proofs.formula.MOST", 10)
    many = [either(*(Given(Unknown("day", f"{n}{k}")) for k in "ab")) for n in range(12)]
    with pytest.raises(Undecided):
        solve(many)
    monkeypatch.setattr("rulecheck.engine.proofs.formula.MOST", 0)
    proof = prove(offices("{any_of: [{milestone: law, by: 2024}, {milestone: unit, by: 2024}]}", events=EVENTS))
    assert claim(proof, "fulfilled").because == "too many cases"
    assert not proof.holds


@pytest.mark.parametrize(
    ("interval", "number"),
    [
        (((0, 1), (Fraction(9, 10), 1)), Fraction(9, 10)),
        (((0, 1), (Fraction(9, 10), 0)), Fraction(89, 100)),
        (((Fraction(9, 10), 0), (1, 1)), Fraction(91, 100)),
        (((Fraction(995, 1000), 0), (1, 0)), Fraction(996, 1000)),
        (((0, 1), (Fraction(1, 1000), 0)), 0),
        (((0, 1), (1, 1)), 1),
        (((0, 0), (1, 1)), 1),
    ],
)
def test_the_simplest_share_of_an_interval(interval: Any, number: Any) -> None:
    assert simplest(V, interval) == number


@pytest.mark.parametrize(
    ("interval", "number"),
    [(((180, 0), None), 181), ((None, (3, 0)), 2), ((None, (3, 1)), 3), ((None, None), 0), (((2, 1), (5, 1)), 5)],
)
def test_the_simplest_number_of_an_interval(interval: Any, number: Any) -> None:
    assert simplest(Unknown("value", "v"), interval) == number
