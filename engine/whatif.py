"""What if: the plan judged with supposed facts, and the cheapest sets of outcomes that reach a number of points."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date
from heapq import heappop, heappush
from typing import NamedTuple

import attrs
from rulecheck.engine.evaluate import Evaluation, TargetVerdict, evaluate
from rulecheck.engine.proposal import Impossible, Proposal, propose
from rulecheck.engine.reference import reference_verdicts
from rulecheck.engine.scenario import overlaid, present
from rulecheck.facts.facts import Event, Fact, Facts, Listing, Measurement
from rulecheck.facts.quantity import Exact

MOST_TRIED = 20_000
"""So many sets of outcomes are looked at, those that may still become the cheapest first."""
MOST_JUDGED = 200
"""So many sets are judged again; where none of them holds up, none is told."""


class Change(NamedTuple):
    """A target now, at the later day without what is supposed, and with it."""

    now: TargetVerdict
    anyway: str
    then: TargetVerdict

    @property
    def by_supposition(self) -> bool:
        return self.anyway != self.then.verdict


class WhatIf(NamedTuple):
    """The plan at present, and at ``day`` with what is supposed."""

    now: Evaluation
    then: Evaluation
    changes: tuple[Change, ...]


def day_of(supposed: Sequence[Fact], as_of: date) -> date:
    """The day on which all that is supposed has happened, and no earlier than the present."""
    days = [as_of]
    for fact in supposed:
        if isinstance(fact, Measurement):
            days.append(fact.period.last)
        elif isinstance(fact, Listing):
            days.append(fact.at)
        elif isinstance(fact, Event) and fact.date is not None:
            days.append(fact.date)
    return max(days)


def what_if(now: Evaluation, facts: Facts, supposed: Sequence[Fact], day: date) -> WhatIf:
    """Judge the plan on ``day`` with ``supposed`` laid over the facts, and compare with the present."""
    laid = overlaid(facts, supposed)
    then = evaluate(now.plan, laid, day, now.known_at)
    anyway = reference_verdicts(now.plan, facts, day, now.known_at)
    before = {v.target.id: v for v in now.verdicts}
    changes = tuple(
        Change(before[v.target.id], anyway.get(v.target.id, v.verdict), v)
        for v in then.verdicts
        if v.target.id in before
    )
    return WhatIf(now, then, changes)


# --- reaching a number of points ---


class Way(NamedTuple):
    """A smallest set of open targets whose fulfilment reaches the points; ``points`` is what it comes to."""

    targets: tuple[str, ...]
    proposals: tuple[Proposal, ...]
    cost: int
    points: Exact


class Reach(NamedTuple):
    """The ways, cheapest first; none, with the most that can be reached and the targets nothing can fulfil any more.

    ``judged`` are the sets that were judged again: where there is no way though ``most`` is enough, none of them held up.
    """

    wanted: Exact
    ways: tuple[Way, ...]
    most: Exact
    lost: tuple[tuple[str, str], ...]
    judged: int = 0


def proposal_for(evaluation: Evaluation, verdict: TargetVerdict) -> Proposal:
    """The cheapest sufficient future of one target. Raises Impossible."""
    base = present(evaluation.facts, evaluation.as_of, evaluation.known_at)
    return propose(evaluation.plan, base, verdict.target, verdict.step, evaluation.as_of)


def fulfilled_by(evaluation: Evaluation, proposals: Sequence[Proposal], targets: Sequence[str]) -> bool:
    """Whether the plan, judged with all these facts added, has all these targets fulfilled."""
    base = present(evaluation.facts, evaluation.as_of, evaluation.known_at)
    day = max(p.judged_on for p in proposals)
    calendar = {**base.calendar, **{k: v for p in proposals for k, v in p.calendar.items()}}
    facts = attrs.evolve(overlaid(base, together(proposals)), calendar=calendar)
    found = reference_verdicts(evaluation.plan, facts, day, None)
    return all(found.get(target) == "fulfilled" for target in targets)


def together(proposals: Sequence[Proposal]) -> list[Fact]:
    """The facts of several proposals; what two of them suppose alike is there once."""
    kept: dict[str, Fact] = {}
    for proposal in proposals:
        for fact in proposal.facts:
            kept.setdefault(fact.id, fact)
    return list(kept.values())


def reach(evaluation: Evaluation, points: Exact, most_ways: int = 5) -> Reach:
    """The cheapest minimal sets of outcomes with which at least ``points`` are fulfilled, each judged again."""
    open_: list[tuple[TargetVerdict, Proposal]] = []
    lost: list[tuple[str, str]] = []
    for verdict in evaluation.verdicts:
        if verdict.verdict == "fulfilled":
            continue
        try:
            proposal = proposal_for(evaluation, verdict)
        except Impossible as reason:
            lost.append((verdict.target.id, str(reason)))
            continue
        open_.append((verdict, proposal))
    have = evaluation.score.fulfilled
    weights = [_weight(v) for v, _ in open_]
    most = have + sum(weights)
    if most < points:
        return Reach(points, (), most, tuple(lost))
    ways: list[Way] = []
    judged = 0
    for chosen in _cheapest_first([p.cost for _, p in open_], weights, points - have):
        names = tuple(open_[i][0].target.id for i in chosen)
        proposals = tuple(open_[i][1] for i in chosen)
        judged += 1
        if not chosen or fulfilled_by(evaluation, proposals, names):
            cost = sum(p.cost for p in proposals)
            ways.append(Way(names, proposals, cost, have + sum(weights[i] for i in chosen)))
        if len(ways) == most_ways or judged == MOST_JUDGED:
            break
    return Reach(points, tuple(ways), most, tuple(lost), judged)


def _weight(verdict: TargetVerdict) -> Exact:
    return 1 if verdict.target.weight is None else verdict.target.weight


Asked = tuple[int, int]
"""How much is asked for: outcomes, then targets."""


def _cheapest_first(costs: Sequence[int], weights: Sequence[Exact], wanted: Exact) -> Iterator[tuple[int, ...]]:
    """Sets of outcomes that weigh enough and of which none can be left out, by cost, then by number of targets."""
    rest = _frontiers(costs, weights)
    heap: list[tuple[Asked, tuple[int, ...], int]] = [((0, 0), (), 0)]
    tried = 0
    while heap and tried < MOST_TRIED:
        _, chosen, cost = heappop(heap)
        tried += 1
        weight = sum(weights[i] for i in chosen)
        if weight >= wanted:
            if all(weight - weights[i] < wanted for i in chosen):
                yield chosen
            continue
        for i in range(chosen[-1] + 1 if chosen else 0, len(costs)):
            more = _least(rest[i + 1], wanted - weight - weights[i])
            if more is not None:
                asked = (cost + costs[i] + more[0], len(chosen) + 1 + more[1])
                heappush(heap, (asked, (*chosen, i), cost + costs[i]))


def _frontiers(costs: Sequence[int], weights: Sequence[Exact]) -> list[list[tuple[Asked, Exact]]]:
    """For the outcomes from each place on: what can be asked for and what it weighs, as long as more weighs more."""
    found: list[list[tuple[Asked, Exact]]] = [[((0, 0), 0)]]
    for cost, weight in zip(reversed(costs), reversed(weights), strict=True):
        with_it = [((asked[0] + cost, asked[1] + 1), sofar + weight) for asked, sofar in found[-1]]
        best: list[tuple[Asked, Exact]] = []
        for asked, total in sorted([*found[-1], *with_it], key=lambda entry: (entry[0], -entry[1])):
            if not best or total > best[-1][1]:
                best.append((asked, total))
        found.append(best)
    return found[::-1]


def _least(frontier: Sequence[tuple[Asked, Exact]], wanted: Exact) -> Asked | None:
    """The least that weighs enough; None where nothing does."""
    place = bisect_left(frontier, wanted, key=lambda entry: entry[1])
    return frontier[place][0] if place < len(frontier) else None
