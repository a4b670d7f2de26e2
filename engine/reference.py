"""The meaning once more: naive, short, straight from docs/semantics.md, without findings, rules, timeline or cover.

It decides nothing a user sees while durable-rules is there; it has to agree with it on every evaluation. Where
durable-rules cannot be imported, it decides. It shares with the engine only the data: facts, plan, periods, numbers.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations, pairwise, product
from typing import Any

import attrs
from rulecheck.facts.facts import Assessment, Event, Fact, Facts, Forecast, Listing, Measurement
from rulecheck.facts.period import Period, months
from rulecheck.facts.quantity import Exact, distance, round_half_up
from rulecheck.rules.criteria import (
    Assessed,
    Bound,
    Combination,
    Criterion,
    Milestone,
    Order,
    Recurring,
    SetChange,
    Threshold,
    Trend,
)
from rulecheck.rules.plan import Plan, Target, Version

ORDER = ("missed", "at-risk", "on-track", "fulfilled")
DAY = timedelta(1)
TRIED = 64
Judged = tuple[str, date | None]
"""The verdict, and the day by which everything needed had happened, if it had."""


def reference_verdicts(plan: Plan, facts: Facts, as_of: date, known_at: date | None = None) -> dict[str, str]:
    """The verdict of every target of the version in force on ``as_of``."""
    version = plan.version_on(as_of)
    judged = _version(version, _World(plan, facts, as_of, known_at))
    return {target.id: judged[target.id][0] for target in version.targets}


def verdicts_otherwise(
    plan: Plan, facts: Facts, as_of: date, known_at: date | None, asked: Sequence[tuple[Target, Criterion]]
) -> list[str]:
    """The verdict of each target if it required the criterion beside it, all others standing as they are."""
    world = _World(plan, facts, as_of, known_at)
    apart = not any(target.depends_on for target, _ in asked)
    judged = {} if apart else _version(plan.version_on(as_of), world)
    return [_target(attrs.evolve(target, criterion=criterion), world, judged)[0] for target, criterion in asked]


class Day:
    """What was known of one day, looked at once, so that targets can be judged by it as they are and as they are not."""

    def __init__(self, plan: Plan, facts: Facts, as_of: date, known_at: date | None = None) -> None:
        self._world = _World(plan, facts, as_of, known_at)
        self._targets = {target.id: target for target in plan.version_on(as_of).targets}
        self._order = plan.version_on(as_of).judging_order
        self._judged = _version(plan.version_on(as_of), self._world)

    @property
    def verdicts(self) -> dict[str, str]:
        """The verdict of every target of the version in force."""
        return {target: self._judged[target][0] for target in self._targets}

    def verdicts_with(self, other: Target) -> dict[str, str]:
        """The verdicts that differ if ``other`` stood in the place of the target of its id."""
        judged, changed = dict(self._judged), {other.id}
        for name in self._order:
            target = other if name == other.id else self._targets[name]
            if name in changed or changed.intersection(target.depends_on):
                judged[name] = _target(target, self._world, judged)
                if judged[name] != self._judged[name]:
                    changed.add(name)
        return {name: judged[name][0] for name in judged if judged[name][0] != self._judged[name][0]}


def _version(version: Version, world: "_World") -> dict[str, Judged]:
    targets = {target.id: target for target in version.targets}
    judged: dict[str, Judged] = {}
    for name in version.judging_order:
        judged[name] = _target(targets[name], world, judged)
    return judged


def _target(target: Target, world: "_World", judged: dict[str, Judged]) -> Judged:
    verdict, done = _criterion(target.criterion, target, world)
    if target.modality == "may":
        verdict = "fulfilled" if verdict == "fulfilled" else "on-track"
    elif target.modality == "should" and verdict == "missed":
        verdict = "at-risk"
    elif verdict == "on-track":
        for other in target.depends_on:
            state, delivered = judged[other]
            if state == "at-risk" or (state == "missed" and delivered is None):
                verdict = "at-risk"
    return verdict, done


def _criterion(criterion: Criterion, target: Target, world: "_World") -> Judged:
    if isinstance(criterion, Combination):
        parts = [_criterion(part, target, world) for part in criterion.parts]
        best_first = sorted((v for v, _ in parts), key=ORDER.index, reverse=True)
        days = sorted(day for _, day in parts if day is not None)
        return best_first[criterion.count - 1], days[criterion.count - 1] if len(days) >= criterion.count else None
    if isinstance(criterion, Threshold):
        judge = _threshold if criterion.trend is None else _trend
        return judge(criterion, target, world), None
    if isinstance(criterion, SetChange):
        return _set_change(criterion, target, world), None
    if isinstance(criterion, Assessed):
        told = world.told("assessment", criterion.target)
        return _one(_assessed(criterion, a, world) for a in told or [None]), None
    things = world.closure(criterion)
    told_of = [world.told("event", thing) or [None] for thing in things]
    by_now = [_distinct(v, world.by_now) if len(v) > 1 else v for v in told_of]
    outcomes = []
    for choice in _all(by_now):
        log = dict(zip(things, choice, strict=True))
        if isinstance(criterion, Milestone):
            outcomes.append(_milestone(criterion, target, world, log))
        elif isinstance(criterion, Order):
            outcomes.append((_order(criterion, target, world, log), None))
        else:
            outcomes.append((_recurring(criterion, target, world, log), None))
    if not outcomes:
        return "at-risk", None
    days = [day for _, day in outcomes if day is not None]
    return _one(v for v, _ in outcomes), max(days) if len(days) == len(outcomes) else None


def _one(verdicts: Iterable[str]) -> str:
    """The verdict all alternatives agree on; at-risk when they do not (or there are too many to try)."""
    found = set(verdicts)
    return found.pop() if len(found) == 1 else "at-risk"


def _all(told: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    size = 1
    for variants in told:
        size *= len(variants)
    return list(product(*told)) if size <= TRIED else []


def _distinct(variants: Sequence[Any], key: Callable[[Any], object]) -> list[Any]:
    return list({key(v): v for v in variants}.values())


class _World:
    """The facts known at K, by what they are about; of each thing only what was reported last."""

    def __init__(self, plan: Plan, facts: Facts, as_of: date, known_at: date | None) -> None:
        self.plan, self.facts, self.as_of = plan, facts, as_of
        self.needs: dict[str, list[tuple[str, bool]]] = {}
        for d in plan.dependencies:
            self.needs.setdefault(d.then, []).append((d.before, d.per_subject))
        things: dict[tuple[str, Any], list[Any]] = {}

        def tell(kind: str, about: Any, fact: Fact) -> None:
            if known_at is None or fact.reported is None or fact.reported <= known_at:
                things.setdefault((kind, about), []).append(fact)

        for m in facts.measurements:
            tell("measurement", (m.measure, m.dimensions, m.period), m)
        for found in facts.lists:
            if not found.dimensions and found.at <= as_of:
                tell("list", (found.measure, found.at), found)
        for e in facts.events:
            if not e.dimensions:
                tell("event", (e.event, e.subject), e)
        for f in facts.forecasts:
            if f.reported is None or f.reported <= as_of:
                tell("forecast", (f.measure, f.dimensions, f.period) if f.period else (f.event, f.subject), f)
        for a in facts.assessments:
            if not a.waiver and (a.date is None or a.date <= as_of):
                tell("assessment", a.target, a)
        self.things = {thing: told if len(told) == 1 else self._last(told) for thing, told in things.items()}
        self.series: dict[Any, list[tuple[Period, list[Measurement]]]] = {}
        self.subjects_of: dict[str, set[str]] = {}
        self.firsts: dict[Any, list[list[tuple[str, str]]]] = {}
        for (kind, about), told in self.things.items():
            if kind == "measurement" and about[2].last <= as_of:
                self.series.setdefault(about[:2], []).append((about[2], told))
            elif kind in ("event", "forecast") and len(about) == 2:
                self.subjects_of.setdefault(about[0], set()).add(about[1])

    @staticmethod
    def _last(told: list[Any]) -> list[Any]:
        newest = max(f.reported or date.min for f in told)
        latest = [f for f in told if (f.reported or date.min) == newest]
        latest.sort(key=lambda f: (f.preliminary, getattr(f, "step", 0)), reverse=True)  # the weightiest comes last
        return _distinct(latest, _says) if len(latest) > 1 else latest

    def told(self, kind: str, about: Any) -> list[Any]:
        return self.things.get((kind, about), [])

    def happening(self, event: Event | None) -> bool:
        return event is not None and not event.withdrawn and event.date is not None and event.date <= self.as_of

    def by_now(self, event: Event) -> object:
        """What the event says by D."""
        return self.happening(event) and (event.date, event.preliminary)

    def forecast_day(self, event: str, subject: str) -> date | None:
        days = [f.expected for f in self.told("forecast", (event, subject)) if not f.withdrawn and f.expected]
        return max(days, default=None)

    def before(self, event: str, subject: str, after: tuple[str, ...] = ()) -> list[list[tuple[str, str]]]:
        """What must have happened before ``event`` counts for ``subject``: one of each of these."""
        if not after and event not in self.needs:
            return []
        asked = (event, subject, after)
        if asked not in self.firsts:
            self.firsts[asked] = self._before(event, subject, after)
        return self.firsts[asked]

    def _before(self, event: str, subject: str, after: tuple[str, ...]) -> list[list[tuple[str, str]]]:
        needs = list(self.needs.get(event, ()))
        for name in after:
            both = self.has_subjects(name) and self.has_subjects(event)
            needs.append((name, both))
        found = []
        for name, per_subject in needs:
            if not self.has_subjects(name):
                found.append([(name, "")])
            elif per_subject:
                found.append([(name, subject)])
            elif self.plan.events[name].subjects:
                found += [[(name, s)] for s in self.plan.events[name].subjects or ()]
            else:  # an open set: nobody can say when all have happened, so one is enough
                found.append([(name, s) for s in self.heard(name) or [""]])
        return found

    def heard(self, event: str) -> list[str]:
        """The subjects that facts tell of."""
        return sorted(self.subjects_of.get(event, ()))

    def measured(self, criterion: Threshold) -> list[tuple[Period, list[Measurement]]]:
        """What is told of each period that ends by D."""
        return self.series.get((criterion.measure, criterion.dimensions), [])

    def has_subjects(self, event: str) -> bool:
        return event in self.plan.events and self.plan.events[event].subjects is not None

    def subjects(self, criterion: Milestone) -> list[str]:
        if criterion.members is not None:
            return list(criterion.members)
        if not self.has_subjects(criterion.event):
            return [""]
        things = [(criterion.event, s) for s in self.heard(criterion.event)]
        return [
            thing[1]
            for thing in things
            if self.forecast_day(*thing) is not None or any(self.happening(e) for e in self.told("event", thing))
        ]

    def closure(self, criterion: Milestone | Order | Recurring) -> list[tuple[str, str]]:
        """The events a criterion rests on, with all they require."""
        if isinstance(criterion, Milestone):
            things = [(criterion.event, s) for s in self.subjects(criterion)]
            things += [b for e, s in things for group in self.before(e, s, criterion.after) for b in group]
        elif isinstance(criterion, Order):
            things = [(e, s) for e in (criterion.before, criterion.then) for s in criterion.subjects]
        else:
            things = [(criterion.event, d.isoformat()) for d in self.due_dates(criterion)]
        for event, subject in things:  # grows while it is walked
            things += [b for group in self.before(event, subject) for b in group if b not in things]
        return list(dict.fromkeys(things))

    def due_dates(self, criterion: Recurring) -> Sequence[date]:
        return criterion.dates if criterion.dates is not None else self.facts.calendar.get(criterion.event, ())

    def recognised(
        self, thing: tuple[str, str], log: dict[Any, Event | None], after: tuple[str, ...] = ()
    ) -> Event | None:
        """The event as it counts: None unless all it requires had happened on or before its day."""
        event = log[thing]
        if event is None or not self.happening(event):
            return None
        return event if all(self.earlier(group, event, log) for group in self.before(*thing, after)) else None

    def earlier(
        self, group: list[tuple[str, str]], event: Event, log: dict[Any, Event | None]
    ) -> list[tuple[str, str]]:
        """Those of the group that count and had happened on or before the event's day."""
        found = [(thing, self.recognised(thing, log)) for thing in group]
        return [thing for thing, e in found if e is not None and e.date <= event.date]  # type: ignore[operator]

    def is_final(self, thing: tuple[str, str], log: dict[Any, Event | None], after: tuple[str, ...] = ()) -> bool:
        event = log[thing]
        assert event is not None
        if event.preliminary:
            return False
        return all(
            any(self.is_final(b, log) for b in self.earlier(group, event, log)) for group in self.before(*thing, after)
        )


def _says(fact: Fact) -> object:
    if fact.withdrawn:
        return "withdrawn"
    if isinstance(fact, Measurement):
        return (fact.amount, fact.volume) if fact.amount is not None else (fact.value,)
    if isinstance(fact, Listing):
        return (fact.members, fact.origins)
    if isinstance(fact, Event):
        return (fact.date,)
    if isinstance(fact, Forecast):
        return (fact.expected, fact.volume, fact.value)
    assert isinstance(fact, Assessment)
    return (fact.verdict, fact.date, fact.by, fact.expires)


# --- events ---


def _milestone(criterion: Milestone, target: Target, world: _World, log: dict[Any, Event | None]) -> Judged:
    by, need, today, risks = criterion.by, criterion.count, world.as_of, target.risks
    subjects = [subject for event, subject in log if event == criterion.event]
    single = criterion.members is None and subjects == [""]
    closed = criterion.closed or single
    final, told, pending, blocked = [], [], [], 0
    for subject in subjects:
        thing = (criterion.event, subject)
        event = world.recognised(thing, log, criterion.after)
        if event is not None and event.date is not None:
            told.append(event.date)
            if world.is_final(thing, log, criterion.after):
                final.append(event.date)
            continue
        pending.append(subject)
        for group in world.before(*thing, criterion.after):
            expected = [day for b in group if (day := world.forecast_day(*b)) is not None]
            blocked += not any(world.happening(log[b]) for b in group) and bool(expected) and min(expected) > by
    in_time = [day for day in final if day <= by]
    all_in_time = [day for day in told if day <= by]
    done = sorted(told)[need - 1] if len(told) >= need else None
    if len(in_time) >= need:
        return "fulfilled", done
    if closed and len([day for day in final if day > by]) > len(subjects) - need:
        return "missed", done
    likely = len(all_in_time) >= need
    overdue = today > criterion.closes
    if overdue and not likely and criterion.undocumented == "missed":
        return "missed", done
    slips = [s for s in pending if (world.forecast_day(criterion.event, s) or date.min) > by]
    hopeful = [s for s in pending if s not in slips and (closed or world.forecast_day(criterion.event, s))]
    fires = {
        "R4": bool(slips) and len(all_in_time) + len(hopeful) < need,
        "R5": risks.lead_time is not None and not likely and (by - today).days < risks.lead_time,
        "R6": bool(blocked) and not likely,
        "R7": overdue,
    }
    return _lean(fires, target), done


def _order(criterion: Order, target: Target, world: _World, log: dict[Any, Event | None]) -> str:
    states, slips = [], False
    for subject in criterion.subjects:
        a, b = (criterion.before, subject), (criterion.then, subject)
        first, second = world.recognised(a, log), world.recognised(b, log)
        first_final = first is not None and world.is_final(a, log)
        expected = [world.forecast_day(*thing) if world.recognised(thing, log) is None else None for thing in (a, b)]
        slips |= any(day is not None and day > criterion.by for day in expected)
        if first is None and second is None and expected[0] and expected[1]:
            slips |= expected[1] < expected[0]
        if second is not None and world.is_final(b, log):
            assert second.date is not None
            if first is None or first.date > second.date:  # type: ignore[operator]
                return "missed"
            if first_final:
                states.append("done" if second.date <= criterion.by else "late")
                continue
        states.append("late" if first_final and first.date > criterion.by else "open")  # type: ignore[union-attr, operator]
    if "late" in states:
        return "missed"
    if "open" not in states:
        return "fulfilled"
    if world.as_of > criterion.closes:
        return "missed"
    lead = target.risks.lead_time
    return _lean({"R4": slips, "R5": lead is not None and (criterion.by - world.as_of).days < lead}, target)


def _recurring(criterion: Recurring, target: Target, world: _World, log: dict[Any, Event | None]) -> str:
    dates, today = world.due_dates(criterion), world.as_of
    if not dates:
        return "at-risk" if today > criterion.by else "on-track"
    open_, slips, overdue = False, False, False
    for due in dates:
        thing = (criterion.event, due.isoformat())
        report = world.recognised(thing, log)
        passed = today > due + criterion.lag
        if report is not None and report.date is not None:
            if world.is_final(thing, log):
                if report.date > due:
                    return "missed"
                continue
            if passed and report.date > due:
                return "missed"
            overdue |= passed
        else:
            if passed:
                return "missed"
            overdue |= today > due
            slips |= (world.forecast_day(*thing) or date.min) > due
        open_ = True
    return _lean({"R4": slips, "R7": overdue}, target) if open_ else "fulfilled"


def _assessed(criterion: Assessed, told: Assessment | None, world: _World) -> str:
    after = world.as_of > criterion.by
    if told is None or told.withdrawn:
        return "at-risk" if after else "on-track"
    who = told.by.casefold()
    roles = [role.casefold() for role in criterion.roles]
    if roles and who not in roles and not any(who.startswith(role + ",") for role in roles):
        return "at-risk" if after else "on-track"
    if told.verdict in ("fulfilled", "missed") and not told.preliminary:
        return told.verdict
    if told.verdict in ("missed", "at-risk") or after:
        return "at-risk"
    return "on-track"


def _lean(fires: dict[str, bool], target: Target) -> str:
    return "at-risk" if any(on and rule not in target.risks.off for rule, on in fires.items()) else "on-track"


# --- measures ---


def _threshold(criterion: Threshold, target: Target, world: _World) -> str:
    verdicts: list[str] = []
    choices = _all(_told(criterion, world))
    if not choices:
        return "at-risk"
    for choice in choices:
        believable = _ways(criterion, choice)
        if believable is None:
            return "at-risk"
        verdicts += [_measured(criterion, target, world, set_) for set_ in believable]
    return _one(verdicts)


def _told(criterion: Threshold, world: _World) -> list[list[Measurement]]:
    """What is told of each figure of the period; of a trend's level, of those after its base."""
    over, trend = criterion.over, criterion.trend
    found = []
    for p, told in world.measured(criterion):
        if criterion.kind == "level":
            counts = p.last <= over.last and (trend is None or p.last > trend.base.last)
        else:
            counts = p == over if criterion.kind == "figure" else p.overlaps(over)
        if counts:
            found.append(told)
    return found


def _ways(criterion: Threshold, choice: Sequence[Measurement]) -> list[list[Measurement]] | None:
    """The sets of figures that can be true of those chosen."""
    figures = [m for m in choice if not m.withdrawn]
    return [figures] if criterion.kind in ("level", "figure") else _believable(criterion, figures)


def _trend(criterion: Threshold, target: Target, world: _World) -> str:
    """A value against that of the base period, for each way the figures of both can be true."""
    trend = criterion.trend
    assert trend is not None
    before = attrs.evolve(criterion, over=trend.base, trend=None)
    told = _told(criterion, world)
    verdicts = []
    for choice in _all([*told, *_told(before, world)]):
        ways, base_ways = _ways(criterion, choice[: len(told)]), _ways(before, choice[len(told) :])
        if ways is None or base_ways is None or len(ways) * len(base_ways) > TRIED:
            return "at-risk"
        verdicts += [_measured(criterion, target, world, f, _Base(before, trend, b)) for f in ways for b in base_ways]
    return _one(verdicts)


class _Base:
    """The base value, and what a value is held against."""

    def __init__(self, before: Threshold, trend: Trend, figures: list[Measurement]) -> None:
        self.trend, self.figures = trend, figures
        if before.kind == "level":
            self.tiles = sorted(figures, key=lambda m: m.period.last)[-1:]
        else:
            self.tiles = figures if before.kind == "figure" else _tiles(before, figures)
        covered = bool(self.tiles) and self.tiles[-1].period.last == trend.base.last
        value = _value_of(before, self.tiles) if covered else None
        self.value = None if value is None else _round(before, value)
        self.final = self.value is not None and not any(m.preliminary for m in self.tiles)
        self.few = self.value is not None and self.too_few(self.tiles)

    def too_few(self, tiles: list[Measurement]) -> bool:
        return self.trend.minimum is not None and sum(m.volume or 0 for m in tiles) < self.trend.minimum

    def bound(self, base: Exact) -> Bound:
        """rise: more than base + band; not-rise: at most that. fall: less than base - band; not-fall: at least that."""
        band = self.trend.band * distance(base, 0) if self.trend.relative else self.trend.band
        match self.trend.direction:
            case "rise":
                return Bound("at_least", base + band, None, strict=True)
            case "not-rise":
                return Bound("at_most", None, base + band)
            case "fall":
                return Bound("at_most", None, base - band, strict=True)
            case "not-fall":
                return Bound("at_least", base - band, None)

    def so_far(self, criterion: Threshold, reach: date | None) -> Bound | None:
        """For an unfinished total: the bound from as many months and days of the base; None: not known."""
        over, base = criterion.over, self.trend.base
        ends = (over.last + DAY, base.last + DAY, over.first, base.first)
        lasting = [
            (later.year - first.year) * 12 + later.month - first.month
            for later, first in zip(ends, ends[2:], strict=False)
        ]
        if criterion.kind != "total" or reach is None or reach == over.last:
            return None
        if any(day.day != 1 for day in ends) or lasting[0] != lasting[1]:
            return None
        after = reach + DAY
        months_in = (after.year - over.first.year) * 12 + after.month - over.first.month + base.first.month - 1
        try:
            last = date(base.first.year + months_in // 12, months_in % 12 + 1, after.day) - DAY
        except ValueError:
            return None
        tiles = _tiles(criterion, self.figures, Period(base.first, last))
        if not tiles or tiles[-1].period.last != last:
            return None
        return self.bound(sum(m.amount or 0 for m in tiles))


def _believable(criterion: Threshold, figures: list[Measurement]) -> list[list[Measurement]] | None:
    """The figures, taking the fewest of those that touch the covered days to be wrong, so that the rest can be true."""
    tiles = _tiles(criterion, figures)
    if not tiles:
        return [figures]
    reach = tiles[-1].period.last
    near = [m for m in figures if m.period.first <= reach and m.period.last >= criterion.over.first]
    far = [m for m in figures if m not in near]
    if len(near) == len(tiles) or _can_be_true(criterion, near):
        return [figures]
    for wrong in (1, 2) if len(near) <= 24 else ():
        found = [[*kept, *far] for kept in combinations(near, len(near) - wrong) if _can_be_true(criterion, list(kept))]
        if found:
            return found
    return None


def _can_be_true(criterion: Threshold, figures: list[Measurement]) -> bool:
    """Whether running sums exist that give every figure, within the rounding of what was written as a value.

    Start with all running sums at their highest, 0, and lower them as long as a figure demands it; when that does not
    come to rest in as many rounds as there are days, the figures contradict each other.
    """
    counted = [m for m in figures if _addable(criterion, m)]
    series: list[tuple[list[tuple[Measurement, Any, Any]], bool]] = [
        ([(m, m.amount, m.step) for m in counted], not criterion.signed)
    ]
    if criterion.kind != "total":
        series.append(([(m, m.volume, 0) for m in counted], True))
    if criterion.kind == "share":
        series.append(([(m, m.volume - m.amount, m.step) for m in counted], True))  # type: ignore[operator]
    for told, rising in series:
        limits: list[tuple[date, date, Any]] = []
        for m, value, step in told:
            half = Fraction(step) / 2 if step else 0
            limits.append((m.period.first, m.period.last + DAY, value + half))
            limits.append((m.period.last + DAY, m.period.first, half - value))
        days = sorted({day for a, _, _ in limits for day in [a]})
        if rising:
            limits += [(later, earlier, 0) for earlier, later in pairwise(days)]
        highest: dict[date, Any] = dict.fromkeys(days, 0)
        for _ in range(len(days) + 1):
            too_high = [(b, highest[a] + most) for a, b, most in limits if highest[b] > highest[a] + most]
            if not too_high:
                break
            for day, limit in too_high:
                highest[day] = min(highest[day], limit)
        else:
            return False
    for alone in figures:
        if not _addable(criterion, alone):
            tiles = _tiles(criterion, counted, alone.period)
            if tiles and tiles[-1].period.last == alone.period.last and (n := sum(m.volume or 0 for m in tiles)):
                mean = Fraction(sum(m.amount or 0 for m in tiles)) / n
                if abs(mean - alone.value) > Fraction(alone.step) / 2:  # type: ignore[operator]
                    return False
    return True


def _addable(criterion: Threshold, m: Measurement) -> bool:
    return m.amount is not None and (criterion.kind == "total" or m.volume is not None)


def _tiles(criterion: Threshold, figures: list[Measurement], over: Period | None = None) -> list[Measurement]:
    """Every chain from the first day tried; the one that reaches furthest, with fewest preliminary, then fewest pieces."""
    over = over or criterion.over
    inside = [m for m in figures if m.period.within(over)]
    tried: dict[date, list[Measurement]] = {}

    def best_from(day: date) -> list[Measurement]:
        if day not in tried:
            first = (m for m in inside if m.period.first == day and _addable(criterion, m))
            tried[day] = min([[], *([m, *best_from(m.period.last + DAY)] for m in first)], key=rank)
        return tried[day]

    def rank(chain: list[Measurement]) -> Any:
        reach = chain[-1].period.last.toordinal() if chain else 0
        return (-reach, sum(m.preliminary for m in chain), len(chain), [-m.period.last.toordinal() for m in chain])

    alone = [[m] for m in inside if m.period.first == over.first and not _addable(criterion, m)]
    return min([best_from(over.first), *alone], key=rank)


def _measured(
    criterion: Threshold, target: Target, world: _World, figures: list[Measurement], base: _Base | None = None
) -> str:
    if base is not None and base.value is not None:
        criterion = attrs.evolve(criterion, bound=base.bound(base.value))
    over, today, bound = criterion.over, world.as_of, criterion.bound
    if criterion.kind == "level":
        tiles = sorted(figures, key=lambda m: m.period.last)[-1:]
    elif criterion.kind == "figure":
        tiles = figures
    else:
        tiles = _tiles(criterion, figures)
    reach = tiles[-1].period.last if tiles else None
    covered = reach == over.last
    settles = base is None or base.final
    final = settles and not any(m.preliminary for m in tiles)
    amount = sum(m.amount or 0 for m in tiles)
    volume = sum(m.volume or 0 for m in tiles)
    value = _value_of(criterion, tiles)
    if base is not None and (base.few or (covered and value is not None and base.too_few(tiles))):
        return "at-risk"
    if covered and value is None:
        if criterion.if_empty != "fulfilled":
            return "at-risk"
        if final:
            return "fulfilled"
    elif covered and final:
        return "fulfilled" if _holds(criterion, value) else "missed"
    if criterion.kind == "total" and not criterion.signed and settles:
        sure = [m for m in figures if not m.preliminary and m.period.within(over) and reach and m.period.first <= reach]
        settled = _round(criterion, _largest_sum(sure))
        if sure and bound.high is not None and not _within(_at_most(bound), settled):
            return "missed"
        if sure and bound.operator == "at_least" and _within(bound, settled):
            return "fulfilled"
    lag = criterion.closes - over.last
    if not covered and today > criterion.closes and criterion.undocumented == "missed":
        return "missed"
    if base is not None and base.value is None:
        if today > criterion.closes:
            return "at-risk"
        late = _late_evidence(criterion, world, tiles, reach, lag, base)
        return _lean({"R7": late}, target)
    # open: does a risk rule fire?
    risks = target.risks
    held = criterion if base is None else attrs.evolve(criterion, bound=base.so_far(criterion, reach) or bound)
    forecasts = [f for f in world.told("forecast", (criterion.measure, criterion.dimensions, over)) if not f.withdrawn]
    volumes = [f.volume for f in forecasts if f.volume is not None and f.volume >= volume]
    countable = criterion.kind in ("mean", "share") and all(_addable(criterion, m) for m in tiles)
    ends = [_ends(criterion, amount, volume, n) for n in volumes if countable and n and not criterion.signed]
    secured = (
        bool(volumes)
        and countable
        and len(ends) == len(volumes)
        and all(
            worst is not None and best is not None and _holds(criterion, best) and _holds(criterion, worst)
            for best, worst in ends
        )
    )
    if criterion.kind == "mean" and bound.operator == "at_least" and not secured:
        secured = bool(ends) and len(ends) == len(volumes) and all(_holds(criterion, best) for best, _ in ends)
    partial_sum = criterion.kind == "total" and not covered and bound.operator != "at_most" and held.bound is bound
    few = base is not None and base.too_few(tiles)
    fires = dict.fromkeys(("R1", "R2", "R3", "R4", "R7", "R8", "R9"), False)
    if value is not None and not secured and not partial_sum and not few:
        fires["R1"] = not _holds(held, value)
        if risks.margin is not None and bound.operator != "exactly" and not fires["R1"]:
            ends_ = [e for e in (held.bound.low, held.bound.high) if e is not None]
            nearest = min(ends_, key=lambda e: distance(value, e))
            allowed = risks.margin * distance(nearest, 0) if risks.margin_is_relative else risks.margin
            fires["R2"] = min(distance(_round(criterion, value), e) for e in ends_) <= allowed
    if risks.required_rate is not None and not secured and not covered:
        fires["R3"] = _behind(criterion, target, world, amount, volume, volumes if countable else [], reach)
    fires["R4"] = any(f.value is not None and not _within(bound, f.value) for f in forecasts)
    fires["R7"] = _late_evidence(criterion, world, tiles, reach, lag, base)
    if risks.trend and not secured:
        if criterion.kind == "level":
            tiles = sorted((m for m in _levels(criterion, world)), key=lambda m: m.period.last)
        rates = [r for m in tiles if (r := _rate(criterion, m)) is not None][-risks.trend :]
        fires["R8"] = len(rates) == risks.trend > 1 and all(_better(criterion, a, b) for a, b in pairwise(rates))
    fires["R9"] = any(_lost(criterion, best, worst) for best, worst in ends)
    return _lean(fires, target)


def _value_of(criterion: Threshold, tiles: list[Measurement]) -> Exact | None:
    if not tiles:
        return None
    if criterion.kind in ("level", "figure") or not _addable(criterion, tiles[0]):
        return tiles[0].value
    amount = sum(m.amount or 0 for m in tiles)
    if criterion.kind == "total":
        return amount
    volume = sum(m.volume or 0 for m in tiles)
    return Fraction(amount) / volume if volume else None


def _largest_sum(figures: list[Measurement]) -> Exact:
    """Of figures that cannot be negative: the largest sum of some that do not overlap."""
    sums: list[tuple[date, Exact]] = []
    for m in sorted(figures, key=lambda m: m.period.last):
        before = max((total for last, total in sums if last < m.period.first), default=0)
        sums.append((m.period.last, (m.amount or 0) + before))
    return max((total for _, total in sums), default=0)


def _round(criterion: Threshold, value: Exact) -> Exact:
    return value if criterion.rounded_to is None else round_half_up(value, criterion.rounded_to)


def _holds(criterion: Threshold, value: Exact | None) -> bool:
    assert value is not None
    return _within(criterion.bound, _round(criterion, value))


def _within(bound: Bound, value: Exact) -> bool:
    if bound.strict and value in (bound.low, bound.high):
        return False
    return (bound.low is None or value >= bound.low) and (bound.high is None or value <= bound.high)


def _at_most(bound: Bound) -> Bound:
    """Its upper end alone."""
    return Bound("at_most", None, bound.high, strict=bound.strict)


def _ends(criterion: Threshold, amount: Exact, volume: Exact, expected: Exact) -> tuple[Exact, Exact | None]:
    """The least and the greatest value still possible at the expected volume; a mean has no greatest."""
    least = Fraction(amount) / expected
    return least, Fraction(amount + expected - volume) / expected if criterion.kind == "share" else None


def _lost(criterion: Threshold, least: Exact, most: Exact | None) -> bool:
    bound = criterion.bound
    if bound.high is not None and not _within(_at_most(bound), _round(criterion, least)):
        return True
    highest = Bound("at_least", bound.low, None, strict=bound.strict)
    return most is not None and bound.low is not None and not _within(highest, _round(criterion, most))


def _rate(criterion: Threshold, m: Measurement) -> Exact | None:
    if criterion.kind == "total":
        return Fraction(m.amount or 0) / ((m.period.last - m.period.first).days + 1)
    if criterion.kind in ("level", "figure") or not _addable(criterion, m):
        return m.value
    return Fraction(m.amount or 0) / m.volume if m.volume else None


def _better(criterion: Threshold, a: Exact, b: Exact) -> bool:
    operator = criterion.bound.operator
    if operator == "at_most":
        return a < b
    if operator == "at_least":
        return a > b
    return criterion.bound.margin(a) > criterion.bound.margin(b)


def _levels(criterion: Threshold, world: _World) -> list[Measurement]:
    return [
        next(m for m in told if not m.withdrawn)
        for period, told in world.measured(criterion)
        if period.within(criterion.over) and any(not m.withdrawn for m in told)
    ]


def _behind(
    criterion: Threshold,
    target: Target,
    world: _World,
    amount: Exact,
    volume: Exact,
    volumes: list[Exact],
    reach: date | None,
) -> bool:
    """R3: the rest must do better than the reference."""
    bound = criterion.bound
    if bound.operator not in ("at_most", "at_least"):
        return False
    limit = bound.high if bound.operator == "at_most" else bound.low
    assert limit is not None
    if criterion.kind == "total":
        days = (criterion.over.last - (reach or criterion.over.first - DAY)).days
        required = [Fraction(limit - amount) / days] if days else []
    elif criterion.kind in ("mean", "share"):
        required = [Fraction(limit * n - amount) / (n - volume) for n in volumes if n > volume]
    else:
        required = []
    reference = target.risks.required_rate
    if reference == "best-quarter":
        rates = [
            r
            for period, told in world.measured(criterion)
            if period.first.month in (1, 4, 7, 10) and period == months(period.first.year, period.first.month, 3)
            for m in told
            if not m.withdrawn and (r := _rate(criterion, m)) is not None
        ]
        if not rates:
            return False
        reference = min(rates) if bound.operator == "at_most" else max(rates)
    return any(r < reference if bound.operator == "at_most" else r > reference for r in required)  # type: ignore[operator]


def _late_evidence(
    criterion: Threshold,
    world: _World,
    tiles: list[Measurement],
    reach: date | None,
    lag: timedelta,
    base: _Base | None,
) -> bool:
    """R7: a figure is due and not there, stale, or preliminary after its date."""
    today, over, step = world.as_of, criterion.over, world.plan.follow_up
    if any(m.preliminary and today > m.period.last + lag for m in [*tiles, *(base.tiles if base else ())]):
        return True
    if today > over.last + lag and reach != over.last:
        return True
    if not step or criterion.kind == "figure":
        return False
    for year in range(over.first.year, over.last.year + 1):
        for month in range(1, 13, step):
            piece = months(year, month, step)
            if piece.within(over) and today > piece.last + lag:
                wanted = piece.first if criterion.kind == "level" and piece.last < over.last else piece.last
                if reach is None or reach < wanted:
                    return True
    return False


# --- lists ---


def _set_change(criterion: SetChange, target: Target, world: _World) -> str:
    days = sorted(about[1] for kind, about in world.things if kind == "list" and about[0] == criterion.measure)
    days = [day for day in days if day <= criterion.over.last]
    told = [world.told("list", (criterion.measure, day)) for day in days]
    while sum(d <= criterion.base for d in days) > 1:  # an older list matters only where the newer may be taken back
        second = [d for d in days if d <= criterion.base][1]
        if not any(
            all(not v.withdrawn for v in vs) for d, vs in zip(days, told, strict=True) if second <= d <= criterion.base
        ):
            break
        days, told = days[1:], told[1:]
    return _one(_listed(criterion, target, world, [v for v in choice if not v.withdrawn]) for choice in _all(told))


def _listed(criterion: SetChange, target: Target, world: _World, lists: list[Listing]) -> str:
    base = [found for found in lists if found.at <= criterion.base][-1:]
    later = [found for found in lists if found.at > criterion.base]
    inside = [found for found in later if found.at >= criterion.over.first]
    today, lag = world.as_of, criterion.closes - criterion.over.last
    over = today > criterion.closes
    no_new = criterion.direction == "no-new"

    def new(listed: Listing, counting: list[Listing]) -> int:
        return sum(not _forebears(m, listed, counting) & set(base[0].members) for m in listed.members)

    def grown(listed: Listing, counting: list[Listing]) -> int:
        """By how much it is larger than the base, when descent is followed."""
        kept = {name for m in listed.members for name in _forebears(m, listed, counting)}
        return new(listed, counting) - sum(m not in kept for m in base[0].members)

    if base and not base[0].preliminary and no_new and any(not f.preliminary and new(f, later) for f in later):
        return "missed"
    last = inside[-1] if inside else None
    certain = base and last and not base[0].preliminary and not last.preliminary
    if certain and last and (over or last.at == criterion.over.last):
        final = [f for f in later if not f.preliminary]
        if no_new and not new(last, final):
            return "fulfilled"
        smaller = {grown(last, counting) < 0 for counting in (later, final)}
        if not no_new and len(smaller) == 1:
            return "fulfilled" if smaller.pop() else "missed"
    if over and not inside and criterion.undocumented == "missed":
        return "missed"
    if over and not base:
        return "at-risk"
    worse = base and later and (new(later[-1], later) if no_new else grown(later[-1], later) >= 0)
    stale = any(f.preliminary and today > f.at + lag for f in [*base, *inside[-1:]])
    return _lean({"R1": bool(worse), "R7": stale or (over and not inside)}, target)


def _forebears(member: str, listed: Listing, lists: list[Listing]) -> set[str]:
    """The member with all it descends from, a list at a time, from its own list back."""
    names = {member}
    for earlier in sorted((f for f in lists if f.at <= listed.at), key=lambda f: f.at, reverse=True):
        names |= {name for heir, names_ in earlier.origins if heir in names for name in names_}
    return names
