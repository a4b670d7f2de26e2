"""The cheapest sufficient future of an open target, as facts: what ``needed`` says, made so that it can be judged.

Each criterion is met as late and as barely as its rule allows: events on the last day, figures exactly on the bound. So
one step less (a day later, one unit beyond) no longer does it, which the tests of the laws hold. None is proposed where
facts contradict each other (agreement comes first), where figures outside the cover stand in the way, and where no
admissible future is enough. The forms of a proposal are documented in docs/what-would-change-it.md.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from rulecheck.engine.closing import judged_on
from rulecheck.engine.proof import Step
from rulecheck.engine.proposal.draft import Draft, Impossible
from rulecheck.engine.proposal.events import meet_milestone, meet_order, meet_reports
from rulecheck.engine.proposal.figures import meet_threshold
from rulecheck.engine.proposal.lists import meet_list
from rulecheck.facts.facts import Assessment, Fact, Facts
from rulecheck.rules.criteria import (
    Assessed,
    Combination,
    Criterion,
    Milestone,
    Order,
    Recurring,
    SetChange,
    Threshold,
)
from rulecheck.rules.plan import Plan, Target

__all__ = ["Impossible", "Proposal", "propose"]


class Proposal(NamedTuple):
    """Facts that fulfil a target, the day on which they can be judged, and how many things they ask for."""

    facts: tuple[Fact, ...]
    judged_on: date
    cost: int
    calendar: Mapping[str, tuple[date, ...]]


def propose(plan: Plan, facts: Facts, target: Target, step: Step, as_of: date) -> Proposal:
    """What would fulfil ``target``, whose proof is ``step``; ``facts`` hold what is present. Raises Impossible."""
    if step.verdict == "fulfilled":
        raise Impossible("fulfilled already")
    if step.verdict == "missed":
        raise Impossible("missed for good")
    draft = Draft(plan, facts)
    _meet(draft, target.criterion, step.premises[0])
    return Proposal(
        tuple(draft.found.values()),
        max(as_of, judged_on(target, draft.calendar)),
        max(1, len(draft.found)),
        draft.calendar,
    )


def _meet(draft: Draft, criterion: Criterion, step: Step) -> None:
    """Add what makes ``criterion`` fulfilled."""
    if step.verdict == "fulfilled":
        return
    if step.verdict == "missed":
        raise Impossible("a part is missed for good")
    if isinstance(criterion, Combination):
        _meet_cheapest(draft, criterion, step)
        return
    if step.rule.startswith("alternatives"):
        raise Impossible("facts contradict each other")
    match criterion:
        case Threshold():
            meet_threshold(draft, criterion, step.data)
        case SetChange():
            meet_list(draft, criterion, step.data)
        case Milestone():
            meet_milestone(draft, criterion, step.data)
        case Order():
            meet_order(draft, criterion, step.data)
        case Recurring():
            meet_reports(draft, criterion, step.data)
        case Assessed():
            _meet_assessed(draft, criterion)


def _meet_cheapest(draft: Draft, criterion: Combination, step: Step) -> None:
    """Of the open parts those that ask for least, as many as are wanted; ties in the plan's order."""
    lacking = criterion.count - sum(premise.verdict == "fulfilled" for premise in step.premises)
    tried: list[tuple[int, int, dict[tuple[Any, ...], Fact], dict[str, tuple[date, ...]]]] = []
    for number, (part, premise) in enumerate(zip(criterion.parts, step.premises, strict=True)):
        if premise.verdict in ("fulfilled", "missed"):
            continue
        before, calendar = dict(draft.found), dict(draft.calendar)
        try:
            _meet(draft, part, premise)
            tried.append((len(draft.found) - len(before), number, draft.found, draft.calendar))
        except Impossible:
            pass
        draft.found, draft.calendar = before, calendar
    if len(tried) < lacking:
        raise Impossible("too few parts can still be met")
    for _, _, found, calendar in sorted(tried, key=lambda t: t[:2])[:lacking]:
        draft.found.update(found)
        draft.calendar.update(calendar)


def _meet_assessed(draft: Draft, leaf: Assessed) -> None:
    """The judgement of somebody who may give it."""
    draft.add(
        Assessment(
            **draft.head(f"assessment:{leaf.target}"),
            by=leaf.roles[0] if leaf.roles else "?",
            target=leaf.target,
            verdict="fulfilled",
            date=leaf.by,
        )
    )
