"""The laws a plan is held to can fail: each finds an engine that breaks it, and shows it by the smallest facts."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import settings
from rulecheck.cli.language import language
from rulecheck.cli.pytest_items import _broken, profile
from rulecheck.engine.evaluate import Evaluation, evaluate
from rulecheck.engine.testing import read
from rulecheck.engine.testing.evidence import complete_data
from rulecheck.engine.testing.laws import LAWS, Broken, NotApplicable, law, law_8
from rulecheck.engine.testing.laws.horizon import decided_on
from rulecheck.engine.testing.pick import Seeded
from rulecheck.engine.testing.plainer import with_leaves
from rulecheck.engine.version import VERSION
from rulecheck.facts.facts import Facts
from rulecheck.rules.criteria import Leaf, Threshold
from rulecheck.rules.library import load_file, load_plan
from rulecheck.rules.plan import Plan

PLAN = """\
plan: offices
period: 2024
goals:
  - goal: "1"
    targets:
      - target: "1.1"
        require: {milestone: office_open, for_each: [north, south], by: 2024}
      - target: "1.2"
        require: {share: answered, at_least: 90 %, over: 2024}
      - target: "1.3"
        require: {total: visits, at_least: "100", over: 2024}
      - target: "1.4"
        modality: should
        require: {set-change: areas, direction: fewer, over: 2024, base: 2023}
      - target: "1.5"
        require: {assessment: board, by: 2024}
events:
  lease_signed: {label: Lease, subjects: {north: North, south: South}}
  office_open: {label: Open, subjects: {north: North, south: South}}
dependencies:
  - {before: lease_signed, then: office_open, per: subject}
measures:
  answered: {label: Answered in time, kind: share}
  visits: {label: Visits, kind: total}
  areas: {label: Areas, kind: set}
"""
FEW = settings(profile("quick"), max_examples=100)
Engine = Callable[[Plan, Facts, date, date | None], Evaluation]


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return plan_of(tmp_path, PLAN)


def plan_of(folder: Path, text: str) -> Plan:
    (folder / "plan.yaml").write_text(text)
    return load_file(folder / "plan.yaml", VERSION)


def without(text: str, *targets: str) -> str:
    """The plan without some of its targets."""
    head, *blocks = text.split('      - target: "')
    last, names = blocks[-1].split("events:", 1)
    kept = [b for b in [*blocks[:-1], last] if b[:3] not in targets]
    return head + "".join('      - target: "' + b for b in kept) + "events:" + names


def found_by(name: str, plan: Plan, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Broken:
    """What the law says of a wrong engine."""
    monkeypatch.setattr(law, "evaluate", engine)
    with pytest.raises(Broken) as found:
        LAWS[name](plan, FEW)
    return found.value


def rows(found: Broken) -> int:
    data = found.example.data
    return sum(len(data.get(group, ())) for group in law.GROUPS)


@pytest.mark.parametrize("name", LAWS)
def test_the_laws_hold_of_the_right_engine(name: str, plan: Plan) -> None:
    LAWS[name](plan, settings(FEW, max_examples=5))


def late(plan: Plan, facts: Facts, as_of: date, known_at: date | None) -> Evaluation:
    return evaluate(plan, facts, as_of - timedelta(1), known_at)


def early(plan: Plan, facts: Facts, as_of: date, known_at: date | None) -> Evaluation:
    return evaluate(plan, facts, as_of + timedelta(1), known_at)


def test_law_04_finds_an_engine_that_is_a_day_late(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    found = found_by("law-04-anticipating", plan, late, monkeypatch)
    assert found.breach.values["found"] in ("on-track", "at-risk")
    assert found.breach.values["wanted"] in ("fulfilled", "missed")
    assert found.example.days == (found.breach.values["since"],)
    assert rows(found) <= 4
    assert str(found).startswith(
        "law 4: a verdict is definitive on the earliest day the bounds allow, and not before\n1."
    )


def test_law_04_finds_an_engine_that_is_certain_too_early(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    found = found_by("law-04-anticipating", plan, early, monkeypatch)
    assert found.breach.values["found"] in ("fulfilled", "missed")
    assert " already; " in str(found)


def test_law_04_finds_a_certainty_that_nothing_in_the_facts_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_of(tmp_path, without(PLAN, "1.1", "1.3", "1.4", "1.5"))

    def silent(plan: Plan, facts: Facts, as_of: date, known_at: date | None) -> Evaluation:
        strict = with_leaves(plan, lambda leaf: attrs.evolve(leaf, undocumented="missed"))
        return evaluate(strict, facts, as_of, known_at)

    found = found_by("law-04-anticipating", plan, silent, monkeypatch)
    assert "1.2 is missed on " in str(found)
    assert "nothing in the facts makes it so for good" in str(found)
    assert rows(found) == 0
    told = list(_broken(found, language("en")))
    assert told[-1] == "it takes no facts to show it"
    found.example = found.example._replace(known_at=date(2025, 3, 1))
    assert "med det, der var kendt den 2025-03-01" in list(_broken(found, language("da")))


def test_law_04_finds_a_wrong_day_in_the_proof(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    def undated(plan: Plan, facts: Facts, as_of: date, known_at: date | None) -> Evaluation:
        found = evaluate(plan, facts, as_of, known_at)
        return found._replace(verdicts=tuple(v._replace(since=v.since and as_of.isoformat()) for v in found.verdicts))

    found = found_by("law-04-anticipating", plan, undated, monkeypatch)
    assert "is said to be " in str(found)


def test_law_05_finds_an_engine_that_waits_too_long(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    def patient(plan: Plan, facts: Facts, as_of: date, known_at: date | None) -> Evaluation:
        return evaluate(plan, facts, as_of - timedelta(30), known_at)

    found = found_by("law-05-decided-at-the-horizon", plan, patient, monkeypatch)
    assert found.breach.values["found"] in ("on-track", "at-risk")
    assert "the evidence is complete, and the lag was over on 2025-" in str(found)


def test_law_06_finds_a_bound_that_is_read_the_wrong_way_round(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    def turned(leaf: Leaf) -> Leaf:
        if not isinstance(leaf, Threshold):
            return leaf
        return attrs.evolve(leaf, bound=attrs.evolve(leaf.bound, operator="at_most", low=None, high=leaf.bound.low))

    def engine(plan: Plan, facts: Facts, as_of: date, known_at: date | None) -> Evaluation:
        return evaluate(with_leaves(plan, turned), facts, as_of, known_at)

    found = found_by("law-06-monotone", plan, engine, monkeypatch)
    (change,) = found.example.changes
    assert change.old in found.example.data["measurements"]
    assert f"in place of {law.written((change.old,))}, which is no worse, it is " in str(found)
    assert {row["measure"] for row in found.example.data["measurements"]} == {change.old["measure"]}


def test_law_06_finds_an_engine_that_takes_an_empty_list_for_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def engine(plan: Plan, facts: Facts, as_of: date, known_at: date | None) -> Evaluation:
        return evaluate(
            plan, attrs.evolve(facts, lists=tuple(one for one in facts.lists if one.members)), as_of, known_at
        )

    found = found_by(
        "law-06-monotone", plan_of(tmp_path, without(PLAN, "1.1", "1.2", "1.3", "1.5")), engine, monkeypatch
    )
    assert '"members": []' in str(found)
    assert rows(found) == 2


def test_law_06_finds_an_engine_that_takes_early_for_late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def turned(plan: Plan, facts: Facts, as_of: date, known_at: date | None) -> Evaluation:
        by = date(2024, 12, 31)
        told = tuple(attrs.evolve(e, date=e.date and by + (by - e.date)) for e in facts.events)
        return evaluate(plan, attrs.evolve(facts, events=told), as_of, known_at)

    plan = plan_of(tmp_path, without(PLAN, "1.2", "1.3", "1.4", "1.5"))
    found = found_by("law-06-monotone", plan, turned, monkeypatch)
    assert {change.group for change in found.example.changes} == {"events"}
    assert "1.1 is " in str(found)


def test_law_06_finds_an_engine_that_takes_the_milder_judgement_for_the_harder(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    turned = {"missed": "fulfilled", "at-risk": "on-track", "on-track": "at-risk", "fulfilled": "missed"}

    def engine(plan: Plan, facts: Facts, as_of: date, known_at: date | None) -> Evaluation:
        told = tuple(attrs.evolve(a, verdict=turned.get(a.verdict, a.verdict)) for a in facts.assessments)
        return evaluate(plan, attrs.evolve(facts, assessments=told), as_of, known_at)

    found = found_by("law-06-monotone", plan, engine, monkeypatch)
    assert (found.breach.values["target"], {c.group for c in found.example.changes}) == ("1.5", {"assessments"})


def test_law_08_finds_an_engine_that_looks_at_the_first_piece_alone(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hasty(plan: Plan, facts: Facts, as_of: date, known_at: date | None) -> Evaluation:
        first = {m.measure: m for m in reversed(facts.measurements)}
        return evaluate(plan, attrs.evolve(facts, measurements=tuple(first.values())), as_of, known_at)

    found = found_by("law-08-split-invariant", plan, hasty, monkeypatch)
    assert found.breach.values["target"] in ("1.2", "1.3")
    assert len(found.example.changes) == rows(found) == 1
    (change,) = found.example.changes
    key = "numerator" if "numerator" in change.old else "total"
    assert sum(float(new[key]) for new in change.new) == float(change.old[key])


def test_law_10_finds_an_engine_that_counts_whatever_happened(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(plan: Plan, facts: Facts, as_of: date, known_at: date | None) -> Evaluation:
        return evaluate(attrs.evolve(plan, dependencies=()), facts, as_of, known_at)

    found = found_by("law-10-dependency-safe", plan, careless, monkeypatch)
    assert found.breach.values["before"] == "lease_signed"
    assert "no fact says that lease_signed had happened" in str(found)
    assert rows(found) <= 1


def test_law_10_finds_a_proof_that_does_not_tell_what_it_rests_on(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(step: Any) -> Any:
        data = {**step.data, "members": []} if "members" in step.data else step.data
        return step._replace(data=data, premises=tuple(silent(premise) for premise in step.premises))

    def secretive(plan: Plan, facts: Facts, as_of: date, known_at: date | None) -> Evaluation:
        found = evaluate(attrs.evolve(plan, dependencies=()), facts, as_of, known_at)
        return found._replace(verdicts=tuple(v._replace(step=silent(v.step)) for v in found.verdicts))

    found = found_by("law-10-dependency-safe", plan, secretive, monkeypatch)
    assert "fulfilled" in str(found)
    assert "which requires lease_signed; nothing is told of that" in str(found)


def test_what_an_example_shows_can_be_read_as_facts(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    found = found_by("law-04-anticipating", plan, late, monkeypatch)
    (day,) = found.example.days
    verdict = next(
        v for v in evaluate(plan, read(plan, found.example.data), day).verdicts
        if v.target.id == found.breach.values["target"]
    )  # fmt: skip
    assert verdict.verdict == found.breach.values["wanted"]


@pytest.mark.parametrize(
    ("name", "gone", "why"),
    [
        ("law-05-decided-at-the-horizon", ("1.2", "1.3", "1.4", "1.5"), "silence leaves every target open"),
        ("law-08-split-invariant", ("1.2", "1.3"), "no target sums a measure over a period"),
        ("law-10-dependency-safe", ("1.1",), "no event that a target asks for requires another"),
    ],
)
def test_a_law_that_has_nothing_to_look_at_says_so(name: str, gone: tuple[str, ...], why: str, tmp_path: Path) -> None:
    text = without(PLAN, *gone).replace("south], by: 2024}", "south], by: 2024, undocumented: at-risk}")
    with pytest.raises(NotApplicable, match=why):
        LAWS[name](plan_of(tmp_path, text), FEW)


def test_two_sided_bounds_and_bounds_nothing_stands_on_are_said_too(tmp_path: Path) -> None:
    only = without(PLAN, "1.1", "1.3", "1.4", "1.5")
    two_sided = plan_of(tmp_path, only.replace("at_least: 90 %", "between: [80 %, 90 %]"))
    with pytest.raises(NotApplicable, match="held between two bounds"):
        LAWS["law-06-monotone"](two_sided, FEW)
    listed = plan_of(tmp_path, without(PLAN, "1.1", "1.2", "1.3", "1.5"))
    with pytest.raises(NotApplicable, match="no target has a bound that facts can stand on"):
        LAWS["law-07-boundary"](listed, FEW)


def test_facts_that_never_try_a_law_do_not_pass_for_it(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(law_8, "cuttable", lambda row, asked: False)
    with pytest.raises(NotApplicable, match="none of the facts drawn"):
        LAWS["law-08-split-invariant"](plan, settings(FEW, max_examples=5))


def test_complete_evidence_decides_every_target_of_a_plan() -> None:
    """What law 5 says is complete covers all that the plans ask for, parameters, lists, duties and trends among it."""
    for name in ("dk-politiet-2024", "se-polisen-strategi-2024"):
        plan = load_plan(name, VERSION)
        facts = read(plan, complete_data(Seeded(1), plan))
        assert all(decided_on(target, facts) for target in plan.versions[-1].targets), name
