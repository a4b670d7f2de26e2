"""What a criterion comes to once everything is known: three conditions on what facts tell of, each written by itself.

``fulfilled`` and ``missed`` are the two columns of docs/semantics.md §4, ``undecided`` is what remains at risk after every
deadline (no figure, no judgement). That exactly one of the three holds is not assumed here: it is proved.

Everything is final and told once, every period has items, and the verdict is that of a day on which nothing can arrive
any more. Events count only with what they require (§4, dependencies). Of an open set of subjects as many are looked at
as are needed: further ones change nothing but names.
"""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple, assert_never

from rulecheck.engine.edges import edges_of
from rulecheck.engine.proofs.constraints import ZERO, Given, Kind, Unknown, Within
from rulecheck.engine.proofs.formula import NEVER, Formula, Some, either, every, opposite
from rulecheck.facts.quantity import Exact, exact
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
    Trend,
    leaves,
)
from rulecheck.rules.plan import Plan


class Part(NamedTuple):
    """One condition that holds or not as a whole: a criterion on one value, or on one subject's event."""

    leaf: Leaf
    fulfilled: Formula
    missed: Formula
    undecided: Formula
    ordered: tuple[tuple[Unknown, str], ...]
    """What can be better or worse, and how: ``less``, ``more``, or ``inside`` the bound."""
    proper: Formula
    """What must hold for better to be better: events that come earlier, yet not before what they require."""


class Several(NamedTuple):
    """So many of several."""

    need: int
    parts: "tuple[Tree, ...]"


Tree = Part | Several


def fulfilled(tree: Tree) -> Formula:
    """When the criterion is fulfilled."""
    if isinstance(tree, Part):
        return tree.fulfilled
    return Some(tree.need, tuple(fulfilled(part) for part in tree.parts))


def missed(tree: Tree) -> Formula:
    """When it is missed: more parts are than may be."""
    if isinstance(tree, Part):
        return tree.missed
    return Some(len(tree.parts) - tree.need + 1, tuple(missed(part) for part in tree.parts))


def parts_of(tree: Tree) -> Iterator[Part]:
    """The single conditions, in the plan's order."""
    if isinstance(tree, Part):
        yield tree
        return
    for part in tree.parts:
        yield from parts_of(part)


def meaning(criterion: Criterion, plan: Plan) -> Tree:
    """What the criterion comes to."""
    match criterion:
        case Combination():
            return Several(criterion.count, tuple(meaning(part, plan) for part in criterion.parts))
        case Threshold():
            return _value(criterion) if criterion.trend is None else _change(criterion, criterion.trend)
        case SetChange():
            return _list(criterion)
        case Milestone():
            return _milestone(criterion, _Events(plan))
        case Order():
            events = _Events(plan)
            return Several(
                len(criterion.subjects), tuple(_in_order(criterion, subject, events) for subject in criterion.subjects)
            )
        case Recurring():
            events = _Events(plan)
            dates = due_dates(criterion, plan)
            return Several(len(dates), tuple(_report(criterion, due, events) for due in dates))
        case Assessed():
            return _judgement(criterion)
        case _:
            assert_never(criterion)


def due_dates(criterion: Recurring, plan: Plan) -> tuple[date, ...]:
    """The days of a duty; where the facts' calendar gives them, the last possible day of everyone who asks for it."""
    if criterion.dates is not None:
        return criterion.dates
    asked = [leaf for target in plan.versions[0].targets for leaf in leaves(target.criterion)]
    alike = [leaf for leaf in asked if isinstance(leaf, Recurring) and leaf.event == criterion.event]
    return tuple(sorted({criterion.by, *(leaf.by for leaf in alike if leaf.dates is None)}))


# --- measures ---


def _value(leaf: Threshold) -> Part:
    x = value_of(leaf)
    low, high = edges_of(leaf)
    inside: list[Formula] = [Given(x)]
    if low is not None:
        inside.append(_at_least(x, low.limit, not low.attained))
    if high is not None:
        inside.append(_at_most(x, high.limit, not high.attained))
    outside = [_rounds_below(x, leaf)] if leaf.bound.low is not None else []
    outside += [_rounds_above(x, leaf)] if leaf.bound.high is not None else []
    way = "inside" if len(outside) == 2 else "more" if leaf.bound.high is None else "less"
    return _measured(leaf, every(*inside), outside, (x,), way)


def _measured(leaf: Threshold, inside: Formula, outside: list[Formula], told: tuple[Unknown, ...], way: str) -> Part:
    """With what silence means: nothing, or a miss."""
    silent = either(*(Given(x, False) for x in told))
    unshown, unbased = Given(told[0], False), every(Given(told[0]), *(Given(x, False) for x in told[1:]))
    if leaf.undocumented == "missed":
        undecided: Formula = unbased if len(told) > 1 else NEVER
        return Part(leaf, inside, either(unshown, *outside), undecided, ((told[0], way),), every())
    return Part(leaf, inside, either(*outside), silent, ((told[0], way),), every())


def value_of(leaf: Threshold) -> Unknown:
    """The value of a measure over its period; a level is measured on the last day."""
    over = leaf.over.__class__(leaf.over.last, leaf.over.last) if leaf.kind == "level" else leaf.over
    return Unknown(
        "value",
        leaf.measure,
        dimensions=leaf.dimensions,
        period=over,
        low=None if leaf.signed and leaf.kind != "share" else 0,
        high=1 if leaf.kind == "share" else None,
    )


def _rounds_below(x: Unknown, leaf: Threshold) -> Formula:
    """What is rounded to less than the lower bound: to the next multiple below it, or less."""
    low, step = leaf.bound.low, leaf.rounded_to
    assert low is not None
    if step is None:
        return _at_most(x, low, not leaf.bound.strict)
    most = (ceil(Fraction(low) / step) - 1 + (leaf.bound.strict and Fraction(low) / step == low // step)) * step
    return _at_most(x, exact(most + Fraction(step) / 2), most >= 0)  # halves away from zero


def _rounds_above(x: Unknown, leaf: Threshold) -> Formula:
    high, step = leaf.bound.high, leaf.rounded_to
    assert high is not None
    if step is None:
        return _at_least(x, high, not leaf.bound.strict)
    least = (floor(Fraction(high) / step) + 1 - (leaf.bound.strict and Fraction(high) / step == high // step)) * step
    return _at_least(x, exact(least - Fraction(step) / 2), least <= 0)


def _change(leaf: Threshold, trend: Trend) -> Part:
    """A value against that of the base period; rounded ones are counted in steps.

    A band in per cent is held against the relative change, as a quantity of its own beside the value.
    """
    plain = value_of(leaf)
    over, step = plain.period, leaf.rounded_to
    assert over is not None
    base = over.__class__(trend.base.last, trend.base.last) if leaf.kind == "level" else trend.base
    if trend.relative:
        least = None if plain.low is None else -1
        x = plain._replace(kind="ratio", base=base, low=least, high=None)
        told, difference, band = (plain, x), (x, ZERO), trend.band
    else:
        scale = 1 if step is None else Fraction(1) / Fraction(step)
        x = plain._replace(step=step, high=None if plain.high is None else exact(plain.high * scale))
        y = x._replace(period=base)
        told, difference, band = (x, y), (x, y), exact(trend.band * scale)
    up, down = difference, difference[::-1]
    match trend.direction:
        case "rise":
            inside, outside = Within(*down, -band, True), Within(*up, band)
        case "fall":
            inside, outside = Within(*up, -band, True), Within(*down, band)
        case "not-rise":
            inside, outside = Within(*up, band), Within(*down, -band, True)
        case "not-fall":
            inside, outside = Within(*down, band), Within(*up, -band, True)
    way = "more" if trend.operator == "at_least" else "less"
    there = every(*(Given(one) for one in told))
    part = _measured(leaf, every(there, inside), [every(there, outside)], told, way)
    return part._replace(ordered=((x, way),))


def _at_most(x: Unknown, most: Exact, strict: bool = False) -> Within:
    return Within(x, ZERO, most, strict)


def _at_least(x: Unknown, least: Exact, strict: bool = False) -> Within:
    return Within(ZERO, x, -least, strict)


def _list(leaf: SetChange) -> Part:
    no_new = leaf.direction == "no-new"
    kind: Kind = "new" if no_new else "growth"
    x = Unknown(kind, leaf.measure, period=leaf.over, base=leaf.base, low=0 if no_new else None)
    good, bad = (_at_most(x, 0), _at_least(x, 1)) if no_new else (_at_most(x, -1), _at_least(x, 0))
    silent = Given(x, False)
    if leaf.undocumented == "missed":
        return Part(leaf, good, either(silent, bad), NEVER, ((x, "less"),), every())
    return Part(leaf, good, bad, silent, ((x, "less"),), every())


# --- events ---


class _Events:
    """When events count: with what they require, on or before their day."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def counts(self, event: str, subject: str, after: tuple[str, ...] = ()) -> Formula:
        day = day_of(event, subject)
        if not self.possible(event, subject):
            return NEVER
        needs = [self.group(group, day) for group in self.before(event, subject, after)]
        return every(Given(day), *needs)

    def possible(self, event: str, subject: str) -> bool:
        """Whether facts may tell of it: a closed set of subjects has no others, and no event has one more than it says."""
        named = self.plan.events[event]
        if named.subjects is not None and not subject:
            return False
        return named.subjects is None or not named.closed or named.dated or subject in named.subjects

    def group(self, group: list[tuple[str, str]], day: Unknown) -> Formula:
        """One of these counts, and had happened by the day."""
        return either(*(every(self.counts(*thing), Within(day_of(*thing), day, 0)) for thing in group))

    def before(self, event: str, subject: str, after: tuple[str, ...]) -> Iterator[list[tuple[str, str]]]:
        """What is required: of each of these groups one."""
        needs = [(d.before, d.per_subject) for d in self.plan.requirements.get(event, ())]
        needs += [(name, self.has_subjects(name) and self.has_subjects(event)) for name in after]
        for name, per_subject in needs:
            named = self.plan.events[name].subjects
            if not self.has_subjects(name):
                yield [(name, "")]
            elif per_subject:
                yield [(name, subject)]
            elif named:
                yield from ([(name, one)] for one in named)
            else:  # of an open set one is enough
                yield [(name, "new-1")]

    def names(self, event: str, after: tuple[str, ...] = ()) -> tuple[str, ...] | None:
        """Subjects of an open set for which everything it requires may happen; None: any."""
        found = None
        for name in [d.before for d in self.plan.requirements.get(event, ()) if d.per_subject] + list(after):
            if not self.has_subjects(name) or not self.has_subjects(event):
                continue
            named = self.plan.events[name]
            own = tuple(named.subjects or ()) if named.closed and not named.dated else self.names(name)
            if own is not None:
                found = own if found is None else tuple(subject for subject in found if subject in own)
        return found

    def has_subjects(self, event: str) -> bool:
        return event in self.plan.events and self.plan.events[event].subjects is not None

    def closure(self, event: str, subject: str, after: tuple[str, ...] = ()) -> tuple[tuple[str, str], ...]:
        """The event with everything it requires."""
        required = [thing for group in self.before(event, subject, after) for thing in group]
        return ((event, subject), *(thing for one in required for thing in self.closure(*one)))

    def proper(self, things: tuple[tuple[str, str], ...], after: Formula) -> Formula:
        return every(after, *(either(Given(day_of(*t), False), self.counts(*t)) for t in things))


def day_of(event: str, subject: str) -> Unknown:
    """The day on which it happened."""
    return Unknown("day", event, subject)


def _by(day: Unknown, last: date) -> Within:
    return _at_most(day, last.toordinal())


def _later(day: Unknown, last: date) -> Within:
    return _at_least(day, last.toordinal() + 1)


def _milestone(leaf: Milestone, events: _Events) -> Tree:
    if leaf.members is not None:
        subjects: tuple[str, ...] = leaf.members
    elif events.has_subjects(leaf.event):
        named = events.names(leaf.event, leaf.after)
        subjects = tuple(f"new-{n}" for n in range(1, leaf.count + 1)) if named is None else named
    else:
        subjects = ("",)
    closed = leaf.closed or subjects == ("",)

    def one(subject: str) -> Part:
        day, counts = day_of(leaf.event, subject), events.counts(leaf.event, subject, leaf.after)
        late, silent = every(counts, _later(day, leaf.by)), opposite(counts)
        happened = every(counts, _by(day, leaf.by))
        things = events.closure(leaf.event, subject, leaf.after)
        proper = events.proper(things, either(Given(day, False), counts))
        ways = tuple(dict.fromkeys((day_of(*thing), "less") for thing in things))
        if leaf.undocumented == "missed":
            return Part(leaf, happened, either(silent, late), NEVER, ways, proper)
        if closed:
            return Part(leaf, happened, late, silent, ways, proper)
        return Part(leaf, happened, NEVER, either(silent, late), ways, proper)

    return Several(leaf.count, tuple(one(subject) for subject in subjects))


def _in_order(leaf: Order, subject: str, events: _Events) -> Part:
    first, second = (leaf.before, subject), (leaf.then, subject)
    a, b = day_of(*first), day_of(*second)
    counted, followed = events.counts(*first), events.counts(*second)
    good = every(counted, followed, Within(a, b, 0), _by(b, leaf.by))
    silent, unprepared = opposite(followed), every(followed, opposite(counted))
    wrong = every(followed, counted, Within(b, a, -1))
    late = every(followed, counted, _later(b, leaf.by))
    things = (*events.closure(*first), *events.closure(*second))
    proper = events.proper(things, either(Given(b, False), every(counted, Within(a, b, 0))))
    ways = tuple(dict.fromkeys((day_of(*thing), "less") for thing in things))
    return Part(leaf, good, either(silent, unprepared, wrong, late), NEVER, ways, proper)


def _report(leaf: Recurring, due: date, events: _Events) -> Part:
    thing = (leaf.event, due.isoformat())
    day, counts = day_of(*thing), events.counts(*thing)
    things = events.closure(*thing)
    return Part(
        leaf,
        every(counts, _by(day, due)),
        either(opposite(counts), every(counts, _later(day, due))),
        NEVER,
        tuple(dict.fromkeys((day_of(*one), "less") for one in things)),
        events.proper(things, every()),
    )


def _judgement(leaf: Assessed) -> Part:
    x = Unknown("judgement", leaf.target, low=0, high=1)
    return Part(leaf, _at_least(x, 1), _at_most(x, 0), Given(x, False), ((x, "more"),), every())
