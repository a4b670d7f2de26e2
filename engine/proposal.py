"""The cheapest sufficient future of an open target, as facts: what ``needed`` says, made so that it can be judged.

Each criterion is met as late and as barely as its rule allows: events on the last day, figures exactly on the bound. So
one step less (a day later, one unit beyond) no longer does it, which the tests of the laws hold. None is proposed where
facts contradict each other (agreement comes first), where figures outside the cover stand in the way, and where no
admissible future is enough. The forms of a proposal are documented in docs/what-would-change-it.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from rulecheck.engine.edges import Edges, edges_of, room
from rulecheck.engine.findings import after_needs, with_base
from rulecheck.engine.findings.events import Thing, one_is_enough, prerequisites
from rulecheck.engine.proof import Step
from rulecheck.engine.scenario import SUPPOSED, thing
from rulecheck.facts.facts import Assessment, Event, Fact, Facts, Listing, Measurement
from rulecheck.facts.period import ONE_DAY, Period
from rulecheck.facts.quantity import Exact, exact_text
from rulecheck.facts.timeline import view
from rulecheck.rules.criteria import (
    Assessed,
    Combination,
    Criterion,
    Leaf,
    Milestone,
    Order,
    Recurring,
    SetChange,
    Threshold,
    leaves,
)
from rulecheck.rules.plan import Dependency, Plan, Target

Data = Mapping[str, Any]


class Impossible(Exception):
    """No admissible future meets the criterion, or none can be told: the message says why."""


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
    maker = _Maker(plan, facts, as_of)
    maker.meet(target.criterion, step.premises[0])
    return Proposal(
        tuple(maker.found.values()),
        max(as_of, judged_on(target, maker.calendar)),
        max(1, len(maker.found)),
        maker.calendar,
    )


def judged_on(target: Target, calendar: Mapping[str, tuple[date, ...]]) -> date:
    """The day after the last on which facts about the target may arrive."""
    return max(closing(leaf, calendar) for leaf in leaves(target.criterion)) + ONE_DAY


def closing(leaf: Leaf, calendar: Mapping[str, tuple[date, ...]]) -> date:
    """The last day on which facts about a criterion may arrive."""
    match leaf:
        case Threshold() | SetChange() | Milestone() | Order():
            return leaf.closes
        case Recurring():
            dates = leaf.dates if leaf.dates is not None else calendar.get(leaf.event, ())
            return max((leaf.by, *dates)) + leaf.lag
        case Assessed():
            return leaf.by


class _Maker:
    def __init__(self, plan: Plan, facts: Facts, as_of: date) -> None:
        self.plan, self.as_of = plan, as_of
        self.view = view(facts, date.max, None)
        self.known = facts.by_id()
        self.events: dict[Thing, Event] = {(e.event, e.subject): e for e in facts.events}
        self.found: dict[tuple[Any, ...], Fact] = {}
        self.calendar: dict[str, tuple[date, ...]] = dict(facts.calendar)

    # --- criteria ---

    def meet(self, criterion: Criterion, step: Step) -> None:
        """Add what makes ``criterion`` fulfilled."""
        if step.verdict == "fulfilled":
            return
        if step.verdict == "missed":
            raise Impossible("a part is missed for good")
        if isinstance(criterion, Combination):
            self.cheapest(criterion, step)
            return
        if step.rule.startswith("alternatives"):
            raise Impossible("facts contradict each other")
        match criterion:
            case Threshold():
                self.figure(criterion if criterion.trend is None else self.based(criterion, step.data), step.data)
            case SetChange():
                self.listed(criterion, step.data)
            case Milestone():
                self.milestone(criterion, step.data)
            case Order():
                self.order(criterion, step.data)
            case Recurring():
                self.reports(criterion, step.data)
            case Assessed():
                self.add(
                    Assessment(
                        **self.head(f"assessment:{criterion.target}"),
                        by=criterion.roles[0] if criterion.roles else "?",
                        target=criterion.target,
                        verdict="fulfilled",
                        date=criterion.by,
                    )
                )

    def cheapest(self, criterion: Combination, step: Step) -> None:
        """Of the open parts those that ask for least, as many as are wanted; ties in the plan's order."""
        lacking = criterion.count - sum(premise.verdict == "fulfilled" for premise in step.premises)
        tried: list[tuple[int, int, dict[tuple[Any, ...], Fact], dict[str, tuple[date, ...]]]] = []
        for number, (part, premise) in enumerate(zip(criterion.parts, step.premises, strict=True)):
            if premise.verdict in ("fulfilled", "missed"):
                continue
            before, calendar = dict(self.found), dict(self.calendar)
            try:
                self.meet(part, premise)
                tried.append((len(self.found) - len(before), number, self.found, self.calendar))
            except Impossible:
                pass
            self.found, self.calendar = before, calendar
        if len(tried) < lacking:
            raise Impossible("too few parts can still be met")
        for _, _, found, calendar in sorted(tried, key=lambda t: t[:2])[:lacking]:
            self.found.update(found)
            self.calendar.update(calendar)

    # --- what is compared with an earlier state ---

    def based(self, leaf: Threshold, data: Data) -> Threshold:
        """The criterion with the bound of its base, which is confirmed where it is preliminary."""
        shown, trend = data["trend"], leaf.trend
        assert trend is not None
        if "value" not in shown:
            raise Impossible("what it is compared with is not known")
        if trend.base.label in shown.get("few", ()) or leaf.over.label in shown.get("few", ()):
            raise Impossible("too few items to judge a change by")
        for piece in shown["pieces"]:
            fact = self.known[piece["fact"]]
            if isinstance(fact, Measurement) and fact.preliminary:
                self.confirm(fact)
        return with_base(leaf, data)

    def listed(self, leaf: SetChange, data: Data) -> None:
        """A final list of the last day: the members of the base, or all but one of them."""
        if "base" not in data:
            raise Impossible("what it is compared with is not known")
        base = self.known[data["base"]["fact"]]
        assert isinstance(base, Listing)
        members = base.members if leaf.direction == "no-new" else base.members[:-1]
        if leaf.direction == "fewer" and not base.members:
            raise Impossible("fewer than none there cannot be")
        if base.preliminary:
            self.list_of(leaf, base.at, base.members)
        last = data["lists"][-1] if data["lists"] else None
        if last is None or last["at"] != data["by"] or last["status"] != "final":
            self.list_of(leaf, leaf.over.last, members)
        elif last["new"] if leaf.direction == "no-new" else last["size"] >= data["size"]:
            raise Impossible("the last list is final")

    def list_of(self, leaf: SetChange, day: date, members: tuple[str, ...]) -> None:
        name = f"{leaf.measure}/{day.isoformat()}"
        self.add(Listing(**self.head(name), measure=leaf.measure, at=day, members=members))

    # --- measures ---

    def figure(self, leaf: Threshold, data: Data) -> None:
        if data.get("left_out"):
            raise Impossible("figures outside the cover stand in the way")
        pieces = [self.known[p["fact"]] for p in data["pieces"]]
        known = [p for p in pieces if isinstance(p, Measurement)]
        found = edges_of(leaf)
        if leaf.kind in ("level", "figure"):
            self.single(leaf, known, found)
            return
        reach = date.fromisoformat(data["reach"]) if "reach" in data else None
        if known and any(p.amount is None for p in known):
            self.alone(leaf, known, reach, found)
            return
        for piece in known:
            if piece.preliminary:
                self.confirm(piece)
        if reach == leaf.over.last:
            self.corrected(leaf, known, found)
            return
        amount = sum((p.amount or 0 for p in known), start=0)
        volume = sum((p.volume or 0 for p in known), start=0)
        first = reach + ONE_DAY if reach else leaf.over.first
        self.measured(leaf, Period(first, leaf.over.last), *self.rest(leaf, data, amount, volume, found))

    def rest(self, leaf: Threshold, data: Data, amount: Exact, volume: Exact, found: Edges) -> tuple[Exact, Exact]:
        """Amount and volume of what is still to come, barely enough."""
        if leaf.kind == "total":
            return barely(room(found, 1, amount, False), None if leaf.signed else 0, None), 0
        sizes = [exact_text(e["volume"]) - volume for e in data.get("expected", ())[:1]]
        least = (leaf.trend.minimum or 0) if leaf.trend is not None else 0
        for size in sizes or [*volumes_to_try(leaf, found, amount, volume), least - volume]:
            if size <= 0 or volume + size < least:
                continue
            span = room(found, volume + size, amount, leaf.kind == "share")
            try:
                return barely(span, None if leaf.signed else 0, size if leaf.kind == "share" else None), size
            except Impossible:
                continue
        raise Impossible("not even a perfect rest is enough")

    def corrected(self, leaf: Threshold, known: Sequence[Measurement], found: Edges) -> None:
        """All days are covered and some figures preliminary: they are confirmed, or the last corrected to the bound."""
        amount = sum((p.amount or 0 for p in known), start=0)
        volume = sum((p.volume or 0 for p in known), start=0) if leaf.kind != "total" else 1
        loose = [p for p in known if p.preliminary]
        if not volume:
            raise Impossible("covered without a single item")
        if found.holds(Fraction(amount) / Fraction(volume)):
            return
        if not loose:
            raise Impossible("covered by final figures")
        last = loose[-1]
        span = room(found, volume, amount - (last.amount or 0), leaf.kind == "share")
        most = last.volume if leaf.kind == "share" else None
        self.measured(leaf, last.period, barely(span, None if leaf.signed else 0, most), last.volume or 0)

    def alone(self, leaf: Threshold, known: Sequence[Measurement], reach: date | None, found: Edges) -> None:
        """A figure without a count cannot be added to: the whole period is wanted as one figure, or this one final."""
        piece = known[0]
        if reach == leaf.over.last and piece.value is not None and found.holds(piece.value):
            self.confirm(piece)
            return
        most = 1 if leaf.kind == "share" else None
        value = barely(room(found, 1, 0, False), None if leaf.signed else 0, most)
        self.add(
            Measurement(
                **self.head(f"{leaf.measure}{named(leaf)}/{leaf.over.label}"),
                measure=leaf.measure,
                period=leaf.over,
                value=value,
                dimensions=leaf.dimensions,
            )
        )

    def single(self, leaf: Threshold, known: Sequence[Measurement], found: Edges) -> None:
        day = Period(leaf.over.last, leaf.over.last)
        period = leaf.over if leaf.kind == "figure" else day
        there = [p for p in known if p.period == period]
        if there and there[0].value is not None and found.holds(there[0].value):
            self.confirm(there[0])
            return
        value = barely(room(found, 1, 0, False), None if leaf.signed else 0, None)
        self.add(
            Measurement(
                **self.head(f"{leaf.measure}{named(leaf)}/{period.label}"),
                measure=leaf.measure,
                period=period,
                value=value,
                dimensions=leaf.dimensions,
            )
        )

    def measured(self, leaf: Threshold, period: Period, amount: Exact, volume: Exact) -> None:
        self.add(
            Measurement(
                **self.head(f"{leaf.measure}{named(leaf)}/{period.label}"),
                measure=leaf.measure,
                period=period,
                amount=amount,
                volume=None if leaf.kind == "total" else volume,
                dimensions=leaf.dimensions,
            )
        )

    def confirm(self, piece: Measurement) -> None:
        """The same figure, final."""
        self.add(
            Measurement(
                **self.head(piece.id),
                measure=piece.measure,
                period=piece.period,
                amount=piece.amount,
                volume=piece.volume,
                value=piece.value,
                step=piece.step,
                dimensions=piece.dimensions,
            )
        )

    # --- events ---

    def milestone(self, leaf: Milestone, data: Data) -> None:
        after = after_needs(leaf, self.plan)
        members = data["members"]
        good = [m for m in members if "date" in m and m["days"] >= 0]
        final = sum(m["status"] == "final" for m in good)
        loose = [m for m in good if m["status"] == "preliminary"]
        absent = [m for m in members if "date" not in m]
        late = [m for m in members if "date" in m and m["days"] < 0 and m["status"] == "preliminary"]
        lacking = leaf.count - final
        for member in [*loose, *absent, *late]:
            if lacking <= 0:
                return
            before = dict(self.found)
            try:
                self.happen((leaf.event, member.get("subject", "")), leaf.by, after)
                lacking -= 1
            except Impossible:
                self.found = before
        if lacking > 0 and leaf.members is None and data["size"] is None:
            for name in self.new_names(leaf, lacking):
                self.happen((leaf.event, name), leaf.by, after)
            return
        if lacking > 0:
            raise Impossible("too few can still be in time")

    def new_names(self, leaf: Milestone, count: int) -> Iterator[str]:
        """Names for subjects nobody has heard of yet."""
        number = 0
        while count:
            number += 1
            if (leaf.event, f"new-{number}") not in self.events:
                count -= 1
                yield f"new-{number}"

    def happen(self, about: Thing, by: date, after: Sequence[Dependency] = (), depth: int = 0) -> date:
        """Make the thing have happened for good by a day, and first what it requires. Returns its day."""
        if depth > 50:
            raise Impossible("requirements without end")
        told = self.supposed(about) or self.events.get(about)
        needs = (*self.plan.requirements.get(about[0], ()), *after)
        if told is not None and told.date is not None and told.date <= by:
            before = dict(self.found)
            try:
                for need in needs:
                    self.first(need, about[1], told.date, depth)
                if told.preliminary:
                    self.event(about, told.date)
                return told.date
            except Impossible:
                self.found = before  # as told it does not count: it happens again
        for need in needs:
            self.first(need, about[1], by, depth)
        self.event(about, by)
        return by

    def first(self, need: Dependency, subject: str, by: date, depth: int) -> None:
        things = prerequisites(need, subject, self.plan, self.view)
        for before in things[:1] if one_is_enough(need, self.plan) else things:
            told = self.supposed(before) or self.events.get(before)
            if told is not None and not told.preliminary and told.date and told.date > by:
                raise Impossible("what it requires came too late")
            self.happen(before, by, (), depth + 1)

    def supposed(self, about: Thing) -> Event | None:
        found = self.found.get(("event", *about, ()))
        return found if isinstance(found, Event) else None

    def event(self, about: Thing, day: date) -> None:
        name = f"{about[0]}/{about[1]}" if about[1] else about[0]
        self.add(Event(**self.head(name), event=about[0], subject=about[1], date=day))

    def order(self, leaf: Order, data: Data) -> None:
        for member in data["members"]:
            subject = member.get("subject", "")
            second = member.get("then")
            limit = leaf.by
            if second and second["status"] == "final":
                limit = min(limit, date.fromisoformat(second["date"]))
            first = self.happen((leaf.before, subject), limit)
            if not second or second["status"] != "final":
                told = self.events.get((leaf.then, subject))
                if told is not None and told.date is not None and told.date < first:
                    self.event((leaf.then, subject), leaf.by)
                self.happen((leaf.then, subject), leaf.by)

    def reports(self, leaf: Recurring, data: Data) -> None:
        if not data["scheduled"]:
            self.calendar[leaf.event] = (leaf.by,)
            self.happen((leaf.event, leaf.by.isoformat()), leaf.by)
            return
        for member in data["members"]:
            if member.get("status") != "final" or member["days"] < 0:
                due = date.fromisoformat(member["due"])
                self.happen((leaf.event, member["due"]), due)

    # --- shared ---

    def head(self, name: str) -> dict[str, Any]:
        return {"id": f"{SUPPOSED}:{name}", "index": (SUPPOSED, len(self.found))}

    def add(self, fact: Fact) -> None:
        self.found[thing(fact)] = fact


def named(leaf: Threshold) -> str:
    """The part a criterion is about, as ids of facts write it."""
    return "".join(f"[{dimension}={member}]" for dimension, member in leaf.dimensions)


def barely(span: tuple[Exact | None, Exact | None], least: Exact | None, most: Exact | None) -> Exact:
    """The number within ``span`` that asks for least: on the edge of a one-sided bound. Raises Impossible."""
    low, high = span
    value = low if high is None else high
    assert value is not None
    if least is not None and value < least:
        value = least if low is not None and high is None else value
    if most is not None and value > most:
        value = most if high is not None else value
    inside = (low is None or value >= low) and (high is None or value <= high)
    admissible = (least is None or value >= least) and (most is None or value <= most)
    if not (inside and admissible):
        raise Impossible("not even a perfect rest is enough")
    return value


def volumes_to_try(leaf: Threshold, found: Edges, amount: Exact, volume: Exact) -> Iterator[Exact]:
    """Without an expected volume: as much again as there is, else what it takes to make up for what was lost."""
    yield volume or 1
    for edge in (found.low, found.high):
        if edge is None:
            continue
        behind = Fraction(edge.limit) * volume - amount
        reserve = 1 - Fraction(edge.limit) if edge is found.low and leaf.kind == "share" else Fraction(edge.limit)
        if reserve > 0:
            yield int(abs(behind) / reserve) + 1
