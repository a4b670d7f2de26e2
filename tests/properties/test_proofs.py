"""What is proved of a plan holds of every plan and of facts of every kind; a second solver says the same."""

from itertools import combinations

import attrs
from hypothesis import assume, given
from hypothesis import strategies as st
from rulecheck.engine.evaluate import evaluate
from rulecheck.engine.proofs import prove
from rulecheck.engine.proofs.compare import compare
from rulecheck.engine.proofs.cross_check import cross_checked
from rulecheck.engine.proposal import judged_on
from rulecheck.engine.testing.facts import facts_data
from rulecheck.engine.testing.pick import Seeded
from rulecheck.facts.documents.document import Document
from rulecheck.facts.read_facts import read_facts
from rulecheck.rules.criteria import Threshold, leaves
from rulecheck.rules.plan import Plan

from tests.generators.plans import built, plan_data
from tests.properties.laws import examples

SEEDS = st.integers(0, 2**32)


def plan_of(seed: int) -> Plan:
    """A random plan without amendments, so that what is proved of it is what judges it."""
    data = plan_data(Seeded(seed))
    data.pop("versions", None)
    return built(data)


def entangled(plan: Plan) -> bool:
    """Whether one figure has to be two things at once, so that a search in intervals may find what no figures tell.

    A measure is asked for over periods that overlap, or as a rounded change and by itself (docs/proofs.md).
    """
    found: dict[object, list[Threshold]] = {}
    for leaf in (leaf for target in plan.versions[0].targets for leaf in leaves(target.criterion)):
        if isinstance(leaf, Threshold):
            found.setdefault((leaf.measure, leaf.dimensions), []).append(leaf)
    return any(_entangled(asked) for asked in found.values())


def _entangled(asked: list[Threshold]) -> bool:
    periods = {leaf.over for leaf in asked} | {leaf.trend.base for leaf in asked if leaf.trend is not None}
    changes = any(leaf.trend is not None and leaf.rounded_to is not None for leaf in asked)
    return any(a.overlaps(b) for a, b in combinations(periods, 2)) or (changes and len(asked) > 1)


@examples(40)
@given(SEEDS)
def test_every_input_gives_one_verdict_and_worse_is_never_better(seed: int) -> None:
    plan = plan_of(seed)
    for one in prove(plan).targets:
        answers = {claim.name: claim.answer for claim in one.claims}
        assert (answers["one"], answers["monotone"]) == ("proven", "proven")
        if entangled(plan):
            continue
        assert answers["fulfilled"] in ("proven", "refuted")  # facts that are found are judged as they should be
        assert answers["missed"] in ("proven", "refuted", "exempt")


@examples(12)
@given(SEEDS)
def test_z3_agrees(seed: int) -> None:
    proof = cross_checked(prove(plan_of(seed)))
    asked = [claim for one in proof.targets for claim in one.claims if claim.answer not in ("exempt", "undecided")]
    assert {claim.checked for claim in asked} <= {"agrees"}
    assert proof.together.checked != "disagrees"


@examples(30)
@given(SEEDS, SEEDS)
def test_no_facts_show_what_was_refuted(seed: int, other: int) -> None:
    plan = plan_of(seed)
    refuted = [(one.target, claim) for one in prove(plan).targets for claim in one.claims if claim.answer == "refuted"]
    assume(refuted)
    for tidy in (True, False):
        facts, _ = read_facts(Document(facts_data(Seeded(other), plan, tidy=tidy), "f"), plan.vocabulary)
        day = max(judged_on(target, facts.calendar) for target in plan.versions[0].targets)
        verdicts = {v.target.id: v.verdict for v in evaluate(plan, facts, day).verdicts}
        assert all(verdicts[target.id] != claim.name for target, claim in refuted)


@examples(20)
@given(SEEDS, SEEDS)
def test_facts_on_which_plans_differ_are_judged_differently(seed: int, other: int) -> None:
    """``compare`` shows nothing that the engine does not, and what it says is the same is the same in the end."""
    first, second = plan_of(seed), plan_of(other)
    for one in compare(first, second):
        if one.outcome == "differs":
            assert one.verdicts[0] != one.verdicts[1]
        elif one.outcome in ("same", "alike"):
            for plan in (first, second):
                facts, _ = read_facts(Document(facts_data(Seeded(seed), plan, tidy=True), "f"), plan.vocabulary)
                targets = [next(t for t in p.versions[0].targets if t.id == one.target) for p in (first, second)]
                day = max(judged_on(target, facts.calendar) for target in targets)
                verdicts = {_alone(p, t.id, facts, day) for p, t in zip((first, second), targets, strict=True)}
                assert len(verdicts) == 1


def _alone(plan: Plan, target: str, facts: object, day: object) -> str:
    found = evaluate(plan, attrs.evolve(facts), day)  # type: ignore[type-var, arg-type]
    return next(v.verdict for v in found.verdicts if v.target.id == target)
