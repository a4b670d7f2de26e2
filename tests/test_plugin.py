"""The pytest plugin in a repository of plans of its own: what it collects, what it says, and what it costs when unused."""

import json
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rulecheck.cli.pytest_items import profile
from rulecheck.engine.evaluate import evaluate
from rulecheck.engine.testing import boundary_facts, facts_for, histories, read
from rulecheck.engine.testing.facts import days_of_interest
from rulecheck.engine.testing.laws import LAWS, NotApplicable
from rulecheck.engine.version import VERSION
from rulecheck.rules.library import load_plan, shipped

from tests.test_mutation import PLAN, opened

pytest_plugins = ["pytester"]
FIRST, *OTHERS = shipped()
QUICK = ("--rulecheck", "--rulecheck-profile", "quick", "-p", "no:cacheprovider", "-p", "no:xdist")


@pytest.fixture
def repository(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.setenv("LC_ALL", "C")
    folder = pytester.path
    (folder / "plans").mkdir()
    (folder / "cases").mkdir()
    (folder / "plans" / "offices.yaml").write_text(PLAN)
    return pytester


def case(repository: pytest.Pytester, name: str, facts: object, expected: object) -> None:
    folder = repository.path / "cases"
    (folder / f"{name}.json").write_text(json.dumps(facts))
    (folder / f"{name}.expected.json").write_text(json.dumps(expected))


@pytest.mark.uncovered
def test_a_plan_is_held_to_its_laws_and_its_cases(repository: pytest.Pytester) -> None:
    case(
        repository,
        "in-time",
        opened("2024-12-31", "2024-12-31"),
        {"because": "both on the last day", "verdicts": {"1.1": "fulfilled"}},
    )
    found = repository.runpytest_subprocess(*QUICK, "-v")
    found.assert_outcomes(passed=13, skipped=1)
    found.stdout.fnmatch_lines(["*in-time.expected.json::in-time PASSED*", "*offices.yaml::law-07-boundary PASSED*"])
    why = "no event that a target asks for requires another"
    found.stdout.fnmatch_lines(["*offices.yaml::law-10-dependency-safe SKIPPED (not applicable*"])
    found.stdout.fnmatch_lines(["*rulecheck: laws that do not apply*", f"offices: law-10-dependency-safe: {why}"])
    found.stdout.fnmatch_lines(
        ["*rulecheck: what no case exercised*", "offices: 1.1 never missed", "offices: risk R4 of 1.1 never exercised"]
    )
    assert "1.1 never fulfilled" not in found.stdout.str()


@pytest.mark.uncovered
def test_what_every_case_exercised_is_gathered_from_other_processes(repository: pytest.Pytester) -> None:
    case(repository, "late", opened("2025-01-01", "2024-12-31"), {"because": "-", "verdicts": {"1.1": "missed"}})
    found = repository.runpytest_subprocess("--rulecheck", "-n", "1", "-p", "no:cacheprovider", "cases")
    found.assert_outcomes(passed=1)
    found.stdout.fnmatch_lines(["offices: 1.1 never fulfilled"])
    assert "1.1 never missed" not in found.stdout.str()


@pytest.mark.uncovered
def test_a_plan_that_is_wrong_fails_with_its_place(repository: pytest.Pytester) -> None:
    (repository.path / "plans" / "offices.yaml").write_text(PLAN.replace("by: 2024", "by: 2024-Q5"))
    found = repository.runpytest_subprocess(*QUICK)
    found.assert_outcomes(failed=1, skipped=12)
    found.stdout.fnmatch_lines(["*offices.yaml:7:*"])


def test_a_law_that_is_broken_shows_the_smallest_facts_and_both_verdicts(repository: pytest.Pytester) -> None:
    repository.makeconftest(
        """
        def pytest_runtest_call(item):
            import attrs
            from rulecheck.engine.evaluate import evaluate
            from rulecheck.engine.testing.laws import law

            def hasty(plan, facts, as_of, known_at):
                return evaluate(plan, attrs.evolve(facts, measurements=facts.measurements[:1]), as_of, known_at)

            law.evaluate = hasty
        """
    )
    found = repository.runpytest_subprocess(*QUICK, "plans", "-k", "law-08")
    found.assert_outcomes(failed=1)
    found.stdout.fnmatch_lines(
        [
            "law 8 does not hold: cutting a period into pieces with the same sums changes nothing",
            '1.2 is * on 202*; with {"measure": "answered", *} cut into {*}, {*} it is *',
            "the smallest facts that show it:",
            '  measurements: {"measure": "answered", *}',
        ]
    )
    assert "Traceback" not in found.stdout.str()


@pytest.mark.uncovered
def test_a_case_that_expects_something_else_fails_with_its_reason(repository: pytest.Pytester) -> None:
    facts = opened("2025-01-01", "2024-12-31")
    case(repository, "wrong", facts, {"because": "the north was late", "verdicts": {"1.1": "fulfilled"}})
    found = repository.runpytest_subprocess(*QUICK, "cases")
    found.assert_outcomes(failed=1)
    found.stdout.fnmatch_lines(
        ["verdicts 1.1: missed, and the case expects fulfilled", "the north was late"], consecutive=False
    )


@pytest.mark.uncovered
def test_a_case_file_that_is_wrong_fails_with_its_place(repository: pytest.Pytester) -> None:
    case(repository, "wrong", opened("2024-12-31", "2024-12-31"), {"because": "-", "verdicts": {"1.1": "fulfiled"}})
    found = repository.runpytest_subprocess(*QUICK, "cases")
    found.assert_outcomes(failed=1)
    found.stdout.fnmatch_lines(["*wrong.expected.json:1:*", "*did you mean `fulfilled`?*"])


@pytest.mark.uncovered
def test_the_setting_of_a_repository_turns_it_on(repository: pytest.Pytester) -> None:
    case(repository, "open", opened("2024-12-31", "2024-12-31"), {"because": "-", "verdicts": {"1.1": "fulfilled"}})
    repository.makeini("[pytest]\nrulecheck = true\n")
    repository.runpytest_subprocess("-p", "no:xdist", "cases").assert_outcomes(passed=1)


@pytest.mark.uncovered
def test_it_costs_nothing_when_it_is_not_used(repository: pytest.Pytester) -> None:
    repository.makepyfile(
        """
        import sys

        def test_nothing_else_is_loaded():
            loaded = [name for name in sys.modules if name.startswith("rulecheck.")]
            assert set(loaded) <= {"rulecheck.cli", "rulecheck.cli.pytest_plugin"}, loaded
        """
    )
    found = repository.runpytest_subprocess("-p", "no:xdist")
    found.assert_outcomes(passed=1)


@pytest.mark.uncovered
def test_strategies_are_there_for_tests_of_ones_own(repository: pytest.Pytester) -> None:
    repository.makepyfile(
        """
        from hypothesis import given, settings
        from rulecheck.engine.evaluate import evaluate
        from rulecheck.engine.testing import boundary_facts, facts_for
        from rulecheck.rules.library import load_plan

        PLAN = load_plan("plans/offices.yaml", "tests")
        OPEN, ANSWERED = PLAN.versions[0].targets

        @settings(max_examples=5, deadline=None)
        @given(facts_for(PLAN))
        def test_every_target_is_judged(facts):
            assert len(evaluate(PLAN, facts, PLAN.period.last).verdicts) == 2

        @settings(max_examples=5, deadline=None)
        @given(boundary_facts(PLAN, ANSWERED))
        def test_the_bound_is_where_the_text_says(one):
            found = evaluate(PLAN, one.facts(PLAN), one.as_of)
            assert found.verdicts[1].verdict == one.verdict
        """
    )
    repository.runpytest_subprocess("-p", "no:xdist").assert_outcomes(passed=2)


SPARED = {
    ("no-politiet-strategi-2023", "law-10-dependency-safe"),
    ("se-polisen-strategi-2024", "law-08-split-invariant"),
    ("se-polisen-strategi-2024", "law-10-dependency-safe"),
    ("se-stockholm-mal-5", "law-10-dependency-safe"),
}
"""Plans in which no event requires another, or that sum nothing."""


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("name", [FIRST, *(pytest.param(name, marks=pytest.mark.uncovered) for name in OTHERS)])
def test_the_laws_hold_of_the_plans_that_come_with_rulecheck(name: str, law: str) -> None:
    few = settings(profile("quick"), max_examples=3)
    if (name, law) in SPARED:
        with pytest.raises(NotApplicable):
            LAWS[law](load_plan(name, VERSION), few)
    else:
        LAWS[law](load_plan(name, VERSION), few)


@pytest.mark.parametrize("name", shipped())
def test_boundaries_are_where_the_plans_say(name: str) -> None:
    """Law 7 of the plans that come with rulecheck, and that most of their targets have a bound to stand on."""
    plan = load_plan(name, VERSION)
    found = 0
    for target in plan.versions[-1].targets:
        strategy = boundary_facts(plan, target)
        if strategy.is_empty:
            continue

        @settings(max_examples=2, deadline=None, database=None, derandomize=True)
        @given(strategy)
        def held(one: object) -> None:
            judged = evaluate(plan, one.facts(plan), one.as_of)  # type: ignore[attr-defined]
            verdict = next(v.verdict for v in judged.verdicts if v.target.id == target.id)  # noqa: B023
            assert verdict == one.verdict, (target.id, one)  # type: ignore[attr-defined]  # noqa: B023

        held()
        found += 1
    assert found >= len(plan.versions[-1].targets) // 3


@settings(max_examples=10, deadline=None, database=None, derandomize=True)
@given(st.data())
def test_facts_and_histories_can_be_drawn_for_every_plan(data: st.DataObject) -> None:
    plan = load_plan(data.draw(st.sampled_from(list(shipped()))), VERSION)
    facts = data.draw(facts_for(plan))
    history = data.draw(histories(plan))
    assert list(history.days) == sorted(history.days)
    assert evaluate(plan, facts, history.days[0]).verdicts
    assert read(plan, {"plan": plan.id}).events == ()


def test_days_of_interest_lie_beside_what_facts_tell() -> None:
    rows = {
        "measurements": [{"measure": "case_days", "period": "2024-02"}],
        "events": [{"event": "strategy_presented", "date": "2024-03-10"}],
        "assessments": [{"target": "5.1", "date": "2024-05-20"}],
    }
    found = days_of_interest(load_plan("dk-politiet-2024", VERSION), rows)
    wanted = [(2, 28), (2, 29), (3, 1), (3, 9), (3, 10), (3, 11), (5, 19), (5, 20), (5, 21)]
    assert {date(2024, month, day) for month, day in wanted} <= set(found)


def test_the_plugin_is_the_one_of_this_checkout() -> None:
    assert Path(sys.modules["rulecheck.cli.pytest_plugin"].__file__ or "").parent.name == "cli"
