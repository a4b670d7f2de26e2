"""What is needed is enough, and no less is: the proposed facts are added, and the plan judged."""

from datetime import timedelta
from fractions import Fraction
from typing import Any

import attrs
from hypothesis import assume, given
from rulecheck.engine.evaluate import Evaluation, TargetVerdict
from rulecheck.engine.proposal import Impossible, Proposal, propose
from rulecheck.engine.reference import reference_verdicts
from rulecheck.engine.scenario import SUPPOSED, overlaid, present
from rulecheck.facts.facts import Event, Fact, Listing, Measurement
from rulecheck.rules.criteria import Milestone, SetChange, Threshold

from tests.generators import Case, cases
from tests.properties.laws import examples, judge

DAY = timedelta(1)


def later(case: Case, proposal: Proposal, facts: tuple[Fact, ...]) -> dict[str, str]:
    base = present(case.facts, case.as_of, case.known_at)
    with_them = attrs.evolve(overlaid(base, facts), calendar=proposal.calendar)
    return {**reference_verdicts(case.plan, with_them, proposal.judged_on, None)}


def proposals(case: Case, found: Evaluation) -> list[tuple[TargetVerdict, Proposal]]:
    base = present(case.facts, case.as_of, case.known_at)
    made = []
    for verdict in found.verdicts:
        try:
            made.append((verdict, propose(case.plan, base, verdict.target, verdict.step, case.as_of)))
        except Impossible:
            continue
    return [(v, p) for v, p in made if case.plan.version_on(p.judged_on) is found.version]


@examples(70)
@given(cases())
def test_what_is_needed_is_enough(case: Case) -> None:
    for verdict, proposal in proposals(case, judge(case)):
        assert later(case, proposal, proposal.facts)[verdict.target.id] == "fulfilled", (verdict.target.id, proposal)


def one_less(fact: Fact, leaf: Any) -> Fact | None:
    """A fact that is just not enough any more: a day later, a unit beyond the bound."""
    if isinstance(fact, Event) and isinstance(leaf, Milestone):
        return attrs.evolve(fact, date=fact.date + DAY)
    if isinstance(fact, Measurement) and isinstance(leaf, Threshold):
        worse = 1 if leaf.bound.operator == "at_most" else -1
        size: Any = 1 if leaf.kind == "share" else Fraction(1, 1000)
        key = "value" if fact.amount is None else "amount"
        number = getattr(fact, key) + worse * size
        if number < 0 or (leaf.kind == "share" and fact.volume is not None and number > fact.volume):
            return None
        return attrs.evolve(fact, **{key: number})
    return None


@examples(70)
@given(cases(single=True))
def test_less_than_what_is_needed_is_not_enough(case: Case) -> None:
    less_is_not_enough(case)


@examples(60)
@given(cases(single=True, kinds=("trend",)))
def test_less_than_a_trend_needs_is_not_enough(case: Case) -> None:
    less_is_not_enough(case)


@examples(60)
@given(cases(single=True, kinds=("set_change",)))
def test_a_member_more_than_a_list_may_have_is_too_many(case: Case) -> None:
    tried = 0
    for verdict, proposal in proposals(case, judge(case)):
        leaf = verdict.target.criterion
        if not isinstance(leaf, SetChange):
            continue
        for i, fact in enumerate(proposal.facts):
            if not isinstance(fact, Listing) or fact.at <= leaf.base:
                continue
            tried += 1
            more = attrs.evolve(fact, members=tuple(sorted((*fact.members, "nobody"))))
            changed = (*proposal.facts[:i], more, *proposal.facts[i + 1 :])
            assert later(case, proposal, changed)[verdict.target.id] != "fulfilled", (more, proposal)
    assume(tried)


def less_is_not_enough(case: Case) -> None:
    tried = 0
    for verdict, proposal in proposals(case, judge(case)):
        leaf = verdict.target.criterion
        if not isinstance(leaf, Threshold | Milestone) or (
            isinstance(leaf, Threshold) and leaf.bound.operator in ("exactly", "between")
        ):
            continue
        if isinstance(leaf, Milestone) and (leaf.after or case.plan.requirements.get(leaf.event)):
            continue
        for i, fact in enumerate(proposal.facts):
            if isinstance(fact, Event) and fact.date != leaf.by:  # told before, and only to be made final
                continue
            confirmed = any(
                isinstance(f, Measurement) and f"{SUPPOSED}:{f.id}" == fact.id for f in case.facts.measurements
            )
            if confirmed:
                continue
            less = one_less(fact, leaf)
            if less is None:
                continue
            tried += 1
            changed = (*proposal.facts[:i], less, *proposal.facts[i + 1 :])
            found = later(case, proposal, changed)[verdict.target.id]
            assert found != "fulfilled", (verdict.target.id, less, proposal)
    assume(tried)
