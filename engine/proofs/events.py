"""What milestones, orders and recurring duties come to once the days of their events are known."""

from collections.abc import Iterator
from datetime import date

from rulecheck.engine.proofs.constraints import Given, Unknown, Within
from rulecheck.engine.proofs.formula import NEVER, Formula, either, every, opposite
from rulecheck.engine.proofs.tree import Part, Several, at_least, at_most
from rulecheck.rules.criteria import Milestone, Order, Recurring, leaves
from rulecheck.rules.plan import Plan


def day_of(event: str, subject: str) -> Unknown:
    """The day on which it happened."""
    return Unknown("day", event, subject)


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


def milestone(leaf: Milestone, plan: Plan) -> Several:
    """So many of its subjects by the day."""
    events = _Events(plan)
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


def order(leaf: Order, plan: Plan) -> Several:
    """For every subject both events by the day, the first before the other."""
    events = _Events(plan)
    return Several(len(leaf.subjects), tuple(_in_order(leaf, subject, events) for subject in leaf.subjects))


def recurring(leaf: Recurring, plan: Plan) -> Several:
    """Every report by its due date."""
    events, dates = _Events(plan), due_dates(leaf, plan)
    return Several(len(dates), tuple(_report(leaf, due, events) for due in dates))


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


def due_dates(criterion: Recurring, plan: Plan) -> tuple[date, ...]:
    """The days of a duty; where the facts' calendar gives them, those of its worst calendar that are in time."""
    return criterion.due_dates({criterion.event: calendar_of(criterion.event, plan) or (criterion.by,)})


def calendar_of(event: str, plan: Plan) -> tuple[date, ...]:
    """A calendar with the last possible day of every duty that takes its days from there."""
    asked = [leaf for target in plan.versions[0].targets for leaf in leaves(target.criterion)]
    alike = [leaf for leaf in asked if isinstance(leaf, Recurring) and leaf.event == event and leaf.dates is None]
    return tuple(sorted({leaf.by for leaf in alike}))


def _by(day: Unknown, last: date) -> Within:
    return at_most(day, last.toordinal())


def _later(day: Unknown, last: date) -> Within:
    return at_least(day, last.toordinal() + 1)
