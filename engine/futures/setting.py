"""From an evaluation to what is to be drawn: each open target as a tree over series and events, or why it cannot be forecast."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from rulecheck.engine.closing import judged_on
from rulecheck.engine.evaluate import Evaluation, TargetVerdict
from rulecheck.engine.findings import after_needs, with_base
from rulecheck.engine.findings.events import happened_by
from rulecheck.engine.futures.dates import NEVER, Calendar, slippages
from rulecheck.engine.futures.duties import due_things
from rulecheck.engine.futures.figures import Figures, figures_of
from rulecheck.engine.futures.judging import (
    FULFILLED,
    MISSED,
    Duty,
    Happening,
    Node,
    Settled,
    Several,
    Succession,
    sum_of,
    value_of,
)
from rulecheck.engine.futures.levels import Walk, walk_of
from rulecheck.engine.futures.model import Model, Unknowable
from rulecheck.engine.futures.series import Key, Series, Wanted, series_of, wanted
from rulecheck.engine.proof import Step
from rulecheck.engine.settled import certain_since
from rulecheck.facts.timeline import only, view
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
)
from rulecheck.rules.criteria import leaves as leaves_of
from rulecheck.rules.plan import Dependency, Target


class Prospect(NamedTuple):
    """A target with its tree and the models it rests on; or, ``node`` None, the reason why there is no forecast."""

    verdict: TargetVerdict
    node: Node | None
    models: tuple[Model, ...]
    reason: Unknowable | None


class Futures(NamedTuple):
    """Everything that is drawn, and what is judged of it, on ``day``: when all facts about the plan are there."""

    evaluation: Evaluation
    day: date
    prospects: tuple[Prospect, ...]
    series: Mapping[Key, Series]
    levels: Mapping[Key, Walk]
    figures: Mapping[Key, Figures]
    calendar: Calendar


def futures_of(evaluation: Evaluation) -> Futures:
    """What can be forecast of the version in force, target by target."""
    builder = _Builder(evaluation)
    builder.gather()
    prospects = tuple(builder.prospect(verdict) for verdict in evaluation.verdicts)
    calendar = evaluation.facts.calendar
    days = [judged_on(v.target, calendar) for v in evaluation.verdicts]
    day = max([evaluation.as_of, *days])
    return Futures(evaluation, day, prospects, builder.series, builder.levels, builder.figures, builder.calendar)


class _Builder:
    def __init__(self, evaluation: Evaluation) -> None:
        e = self.evaluation = evaluation
        self.seen = view(e.facts, e.as_of, e.known_at)
        self.known = e.facts.by_id()
        self.series: dict[Key, Series] = {}
        self.levels: dict[Key, Walk] = {}
        self.figures: dict[Key, Figures] = {}
        self.wanted: dict[str, Wanted] = {}
        self.failed: dict[Key | str, Unknowable] = {}
        slips = slippages(e.facts, self.seen)
        self.calendar = Calendar(e.plan, self.seen, slips, self.further())

    def further(self) -> dict[str, Sequence[Dependency]]:
        """What milestones require of their event beyond what the plan does."""
        found: dict[str, list[Dependency]] = {}
        targets = self.evaluation.version.targets
        milestones = [leaf for t in targets for leaf in leaves_of(t.criterion) if isinstance(leaf, Milestone)]
        for leaf in milestones:
            needs = found.setdefault(leaf.event, [])
            needs += [need for need in after_needs(leaf, self.evaluation.plan) if need not in needs]
        return {event: tuple(needs) for event, needs in found.items()}

    # --- figures first: criteria on the same series share what is drawn ---

    def gather(self) -> None:
        """Every series that an open criterion asks for, once."""
        sums: dict[Key, list[Wanted]] = {}
        walks: dict[Key, list[Threshold]] = {}
        single: dict[Key, list[Threshold]] = {}
        for verdict in self.evaluation.verdicts:
            for leaf, step in _open(verdict.target.criterion, verdict.step.premises[0]):
                if not isinstance(leaf, Threshold) or step.rule.startswith("alternatives"):
                    continue
                key = (leaf.measure, leaf.dimensions)
                try:
                    if leaf.kind == "level":
                        if any(p.last > leaf.over.last for p in self.seen.measurements.get(key, {})):
                            raise Unknowable("later values are known, but not that of its last day")
                        walks.setdefault(key, []).append(leaf)
                    elif leaf.kind == "figure":
                        single.setdefault(key, []).append(leaf)
                    else:
                        self.wanted[leaf.path] = wanted(leaf, step.data, self.known)
                        sums.setdefault(key, []).append(self.wanted[leaf.path])
                except Unknowable as reason:
                    self.failed[leaf.path] = reason
        for key, asked in sums.items():
            try:
                self.series[key] = series_of(key, asked, self.seen.measurements.get(key, {}), _named(key))
            except Unknowable as reason:
                self.failed[key] = reason
        for key, asked_levels in walks.items():
            try:
                self.levels[key] = walk_of(key, asked_levels, self.seen.measurements.get(key, {}), _named(key))
            except Unknowable as reason:
                self.failed[key] = reason
        for key, asked_figures in single.items():
            try:
                self.figures[key] = figures_of(key, asked_figures, self.seen.measurements.get(key, {}), _named(key))
            except Unknowable as reason:
                self.failed[key] = reason

    # --- then targets ---

    def prospect(self, verdict: TargetVerdict) -> Prospect:
        target = verdict.target
        if verdict.definitive:
            return Prospect(verdict, self.settled(target, verdict), (), None)
        self.models: dict[str, Model] = {}
        try:
            node = self.node(target.criterion, verdict.step.premises[0], target)
        except Unknowable as reason:
            return Prospect(verdict, None, (), reason)
        return Prospect(verdict, node, tuple(self.models.values()), None)

    def settled(self, target: Target, verdict: TargetVerdict) -> Settled:
        return Settled(FULFILLED if verdict.verdict == "fulfilled" else MISSED, _day(verdict.since))

    def node(self, criterion: Criterion, step: Step, target: Target) -> Node:
        """The criterion as something to judge. Raises Unknowable."""
        if step.verdict in ("fulfilled", "missed"):
            fulfilled = step.verdict == "fulfilled"
            return Settled(
                FULFILLED if fulfilled else MISSED, _day(certain_since(criterion, step) if fulfilled else None)
            )
        if isinstance(criterion, Combination):
            return self.several(criterion, step, target)
        if step.rule.startswith("alternatives"):
            raise Unknowable("facts contradict each other")
        match criterion:
            case Threshold():
                return self.figure(criterion, step)
            case Milestone():
                return self.milestone(criterion, target)
            case Order():
                return self.order(criterion)
            case Recurring():
                return self.duty(criterion)
            case SetChange():
                raise Unknowable("there is no model of a list of members")
            case Assessed():
                raise Unknowable("it waits for a judgement")

    def several(self, criterion: Combination, step: Step, target: Target) -> Node:
        pairs = list(zip(criterion.parts, step.premises, strict=True))
        parts = tuple(self.node(part, premise, target) for part, premise in pairs)
        return Several(criterion.count, parts)

    def figure(self, leaf: Threshold, step: Step) -> Node:
        key = (leaf.measure, leaf.dimensions)
        for where in (leaf.path, key):
            if where in self.failed:
                raise self.failed[where]
        if leaf.kind in ("level", "figure"):
            if leaf.trend is not None and "value" not in step.data["trend"]:
                raise Unknowable("what it is compared with is not known")
            drawn = self.levels[key] if leaf.kind == "level" else self.figures[key]
            self.models[_named(key)] = drawn.model
            leaf = with_base(leaf, step.data)
            return value_of(leaf, key, drawn.scale, drawn.largest)
        series = self.series[key]
        self.models[_named(key)] = series.model
        return sum_of(self.wanted[leaf.path], series)

    def milestone(self, leaf: Milestone, target: Target) -> Node:
        if leaf.undocumented != "missed" and "R7" in target.risks.off:
            raise Unknowable("silence means nothing in it")
        subjects = leaf.members if leaf.members is not None else self.heard(leaf)
        things = [(leaf.event, subject) for subject in subjects]
        after = tuple(after_needs(leaf, self.evaluation.plan))
        coming = self.calendar.known(things)
        if len(coming) < leaf.count:
            silent = [thing for thing in things if thing not in coming]
            if silent:
                raise self.calendar.silent[silent[0]]
            words = {"event": leaf.event, "known": len(coming), "count": leaf.count}
            raise Unknowable("{event}: {known} of {count} have happened or are forecast", **words)
        self.modelled(coming)
        single = leaf.members is None and subjects == [""]
        return Happening(leaf, tuple(things), leaf.closed or single, after)

    def heard(self, leaf: Milestone) -> list[str]:
        """The subjects of an open set that an event or a forecast tells of."""
        event = self.evaluation.plan.events[leaf.event]
        if event.subjects is None:
            return [""]
        told = self.seen.events.get(leaf.event, {})
        found = {s for s, variants in told.items() if any(happened_by(v, self.seen.as_of) for v in variants)}
        found |= {s for (e, s), variants in self.seen.expected.items() if e == leaf.event and only(variants)}
        return sorted(found)

    def order(self, leaf: Order) -> Node:
        pairs = tuple(((leaf.before, subject), (leaf.then, subject)) for subject in leaf.subjects)
        for pair in pairs:
            for thing in pair:
                self.calendar.ask(thing)
            self.modelled(pair)
        return Succession(leaf, pairs)

    def duty(self, leaf: Recurring) -> Node:
        due = tuple(day.toordinal() for day in leaf.due_dates(self.evaluation.facts.calendar))
        things = due_things(leaf, self.calendar, due)
        self.modelled(things)
        return Duty(tuple(things), due)

    def modelled(self, things: Sequence[tuple[str, str]]) -> None:
        """Name the models of the events that are still to come, with those of what they wait for."""
        queue = list(things)
        while queue:
            thing = queue.pop(0)
            coming = self.calendar.coming.get(thing)
            if coming is not None and coming.model is not None and coming.model.about not in self.models:
                self.models[coming.model.about] = coming.model
                queue += [before for group in self.calendar.first(thing) for before in group]


def _open(criterion: Criterion, step: Step) -> list[tuple[Leaf, Step]]:
    """The leaves that are still open, with their proofs."""
    if step.verdict in ("fulfilled", "missed"):
        return []
    if isinstance(criterion, Combination):
        pairs = zip(criterion.parts, step.premises, strict=True)
        return [found for part, premise in pairs for found in _open(part, premise)]
    return [(criterion, step)]


def _named(key: Key) -> str:
    return key[0] + "".join(f"[{dimension}={member}]" for dimension, member in key[1])


def _day(text: str | None) -> int:
    return int(NEVER) if text is None else date.fromisoformat(text).toordinal()
