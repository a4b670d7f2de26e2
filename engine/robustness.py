"""How firmly a verdict stands: the smallest error in one reported fact that would change it, and the facts it hangs on.

Candidates are the exact points at which a rule turns (the edge of a bound or of its declared margin; a deadline). Each
is tried: the one fact is changed, the plan judged again by the reference evaluator, and only a change of the target's
verdict counts. So what is told is never a guess; rules that turn elsewhere (a required rate, worsening pieces) are not
looked for, and ``flip`` None says that no such point was found, not that there is none.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from itertools import islice
from typing import Any, NamedTuple

import attrs
from rulecheck.engine.edges import Edge, Edges, edges, edges_of
from rulecheck.engine.evaluate import Evaluation, TargetVerdict
from rulecheck.engine.findings import with_base
from rulecheck.engine.proof import Step
from rulecheck.engine.reference import reference_verdicts
from rulecheck.engine.scenario import all_facts, made_of, without
from rulecheck.engine.wrong_lists import most_steps, wrong_lists
from rulecheck.facts.facts import Event, Fact, Facts, Listing, Measurement
from rulecheck.facts.quantity import Exact, distance, exact, exact_text
from rulecheck.rules.criteria import Bound, Leaf, Milestone, Order, Recurring, SetChange, Threshold, leaves
from rulecheck.rules.plan import Risks

Data = Mapping[str, Any]


class Flip(NamedTuple):
    """The verdict becomes ``verdict`` when the fact is wrong by this much.

    ``limit`` is the exact value of the measure at which it turns; ``attained`` tells whether it has turned exactly
    there, or only beyond. ``error`` is the change of the measure's value, ``relative`` the same as a part of the value
    (None when that is zero); ``items`` the change of a numerator in whole items; ``days`` the change of an event's date;
    ``members`` so many more or fewer members of a list. ``base``: value and fact are those of the base period of a trend.
    """

    path: str
    fact: str
    verdict: str
    limit: Exact | None = None
    attained: bool = True
    error: Exact | None = None
    relative: Exact | None = None
    items: int | None = None
    days: int | None = None
    members: int | None = None
    base: bool = False


class Robustness(NamedTuple):
    """``flips``: at most one for each criterion, and one for the base of a trend. ``hangs_on``: fact → the verdict without it, where that is another."""

    flips: tuple[Flip, ...]
    hangs_on: tuple[tuple[str, str], ...]


def robustness(evaluation: Evaluation, verdict: TargetVerdict) -> Robustness:
    """What would have to be wrong for the verdict to be another."""
    probe = _Probe(evaluation, verdict)
    return Robustness(tuple(probe.flips()), tuple(probe.hangs_on()))


class _Probe:
    def __init__(self, evaluation: Evaluation, verdict: TargetVerdict) -> None:
        self.evaluation, self.verdict = evaluation, verdict
        self.target = verdict.target
        self.known = evaluation.facts.by_id()

    def judged(self, facts: Facts) -> str:
        e = self.evaluation
        return str(reference_verdicts(e.plan, facts, e.as_of, e.known_at)[self.target.id])

    def changed(self, fact: Fact) -> Facts:
        kept = [fact if f.id == fact.id else f for f in all_facts(self.evaluation.facts)]
        return made_of(self.evaluation.facts, kept)

    def hangs_on(self) -> Iterator[tuple[str, str]]:
        """Leave one out: the cited facts without which the verdict is another."""
        for name in self.verdict.step.cited():
            found = self.judged(without(self.evaluation.facts, name))
            if found != self.verdict.verdict:
                yield name, found

    def flips(self) -> Iterator[Flip]:
        by_path = {leaf.path: leaf for leaf in leaves(self.target.criterion)}
        for step in self.verdict.step.walk():
            leaf = by_path.get(step.path)
            if leaf is None or "kind" not in step.data or step.premises:
                continue
            if isinstance(leaf, Threshold):
                yield from self.figure(leaf, step)
                yield from self.base(leaf, step)
            elif isinstance(leaf, SetChange):
                yield from self.lists(leaf, step)
            elif isinstance(leaf, Milestone | Order | Recurring):
                yield from self.dates(leaf, step)

    # --- measures ---

    def figure(self, leaf: Threshold, step: Step) -> Iterator[Flip]:
        if "value" not in step.data or not step.data["pieces"]:
            return
        leaf = with_base(leaf, step.data)
        yield from self.nearest(leaf, step.path, step.data, turning(leaf, self.target.risks))

    def base(self, leaf: Threshold, step: Step) -> Iterator[Flip]:
        """What the base value of a trend would have to be for the value as it stands to lie beyond the bound."""
        shown = step.data.get("trend", {})
        if leaf.trend is None or "value" not in step.data or "value" not in shown:
            return
        value = exact_text(step.data.get("rounded", step.data.get("exact", step.data["value"])))
        bound = leaf.trend.bound_of_base(value)
        if bound is not None:
            for flip in self.nearest(leaf, step.path, shown, [edges(bound, leaf.rounded_to)]):
                yield flip._replace(base=True)

    def nearest(self, leaf: Threshold, path: str, data: Data, found: Iterable[Edges]) -> Iterator[Flip]:
        """The flip at the nearest edge at which there is one."""
        value = exact_text(data.get("exact", data["value"]))
        facts = [self.known[p["fact"]] for p in data["pieces"]]
        pieces = [f for f in facts if isinstance(f, Measurement)]
        tried = [(edge, side) for one in found for edge, side in sides(one)]
        for edge, side in sorted(tried, key=lambda t: distance(t[0].limit, value)):
            flip = self.at(leaf, path, pieces, value, edge, side)
            if flip:
                yield flip
                return

    def at(
        self, leaf: Threshold, path: str, pieces: list[Measurement], value: Exact, edge: Edge, side: int
    ) -> Flip | None:
        """Move the value to the far side of the edge, with the fact that can move furthest."""
        inside = (value - edge.limit) * side > 0 or (edge.attained and value == edge.limit)
        beyond = edge.attained if inside else not edge.attained
        nudge = Fraction(1, 10**9) if beyond else Fraction(0)
        aim = edge.limit + nudge * (-side if inside else side)
        volume: Exact = 1
        if leaf.kind in ("mean", "share") and pieces[0].amount is not None:
            volume = sum((p.volume or 0 for p in pieces), start=0)
        for piece in sorted(pieces, key=lambda p: (-(p.volume or 0), p.id)):
            change: Exact = (aim - value) * volume
            items = None
            if leaf.kind == "share" and piece.amount is not None:
                items = int(-((-change) // 1) if change > 0 else change // 1)
                change = items
            moved = moved_by(piece, change, leaf)
            if moved is None:
                continue
            verdict = self.judged(self.changed(moved))
            if verdict != self.verdict.verdict:
                error = exact(edge.limit - value)
                relative = exact(Fraction(error) / value) if value else None
                return Flip(path, piece.id, verdict, edge.limit, not beyond, error, relative, items)
        return None

    # --- lists ---

    def lists(self, leaf: SetChange, step: Step) -> Iterator[Flip]:
        """So many members more or fewer on one list: the smallest number, and of equals the latest list."""
        if "base" not in step.data or not step.data["lists"]:
            return
        facts = [self.known[entry["fact"]] for entry in (step.data["base"], *step.data["lists"])]
        lists = [fact for fact in facts if isinstance(fact, Listing)]
        found: list[Flip] = []
        least = most_steps(leaf, lists)
        for place in range(len(lists) - 1, -1, -1):
            for more, up in ((True, True), (False, False), (True, False), (False, True)):
                tried = islice(wrong_lists(leaf, lists, place, more, up), least)
                for count, changed in enumerate(tried, 1):
                    verdict = self.judged(self.changed(changed))
                    if verdict != self.verdict.verdict:
                        found.append(Flip(step.path, changed.id, verdict, members=count if more else -count))
                        least = count - 1
                        break
        yield from found[-1:]

    # --- events ---

    def dates(self, leaf: Leaf, step: Step) -> Iterator[Flip]:
        found: list[Flip] = []
        for name in step.facts:
            fact = self.known[name]
            if not isinstance(fact, Event) or fact.date is None:
                continue
            for day in self.days_to_try(leaf, fact):
                if day == fact.date or not date.min < day < date.max:
                    continue
                verdict = self.judged(self.changed(attrs.evolve(fact, date=day)))
                if verdict != self.verdict.verdict:
                    found.append(Flip(step.path, name, verdict, days=(day - fact.date).days))
        if found:
            yield min(found, key=lambda flip: (abs(flip.days or 0), flip.fact))

    def days_to_try(self, leaf: Leaf, fact: Event) -> Iterator[date]:
        """A day may matter where it meets a deadline, the day of another event, or the day that is judged."""
        one = timedelta(1)
        marks = {self.evaluation.as_of}
        if isinstance(leaf, Recurring):
            marks |= {date.fromisoformat(fact.subject)} if fact.event == leaf.event and fact.subject else set()
        elif isinstance(leaf, Milestone | Order):
            marks.add(leaf.by)
        marks |= {e.date for e in self.evaluation.facts.events if e.date and e.id in self.verdict.step.cited()}
        for mark in sorted(marks):
            yield from (mark - one, mark, mark + one)


def turning(leaf: Threshold, risks: Risks) -> Iterator[Edges]:
    """The points at which a rule about the value turns: the bound, and the declared margin within it."""
    yield edges_of(leaf)
    if risks.margin is None or leaf.bound.operator == "exactly":
        return
    low, high = leaf.bound.low, leaf.bound.high

    def allowed(end: Exact) -> Exact:
        margin = risks.margin or 0
        return exact(margin * distance(end, 0)) if risks.margin_is_relative else margin

    narrowed = Bound(
        leaf.bound.operator,
        None if low is None else low + allowed(low),
        None if high is None else high - allowed(high),
    )
    plain = edges(narrowed, None)  # exactly the margin counts as within it, so the edge itself leans
    yield Edges(
        None if plain.low is None else Edge(plain.low.limit, False),
        None if plain.high is None else Edge(plain.high.limit, False),
    )


def sides(found: Edges) -> Iterator[tuple[Edge, int]]:
    """Each edge with the direction of its inner side: 1 upwards, -1 downwards."""
    if found.low is not None:
        yield found.low, 1
    if found.high is not None:
        yield found.high, -1


def moved_by(piece: Measurement, change: Exact, leaf: Threshold) -> Measurement | None:
    """The piece with another number; None where the number would be one that no fact can have."""
    key = "value" if piece.amount is None else "amount"
    number = exact(Fraction(getattr(piece, key) or 0) + change)
    if number < 0 and not leaf.signed:
        return None
    if leaf.kind == "share" and number > (piece.volume if key == "amount" and piece.volume is not None else 1):
        return None
    return attrs.evolve(piece, value=number) if key == "value" else attrs.evolve(piece, amount=number)
