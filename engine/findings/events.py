"""The log of events: what had happened by the day, and whether what it requires had happened before."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from rulecheck.engine.findings.finding import Data, Finding, LeafFindings, Setting, choices
from rulecheck.facts.facts import Event, Forecast
from rulecheck.facts.timeline import View, only
from rulecheck.rules.criteria import Leaf
from rulecheck.rules.plan import Dependency, Plan

Happened = tuple[date, bool, tuple[str, ...], Event]
"""Day, whether final, the ids it rests on, the event itself."""
Thing = tuple[str, str]
Chosen = Mapping[Thing, Event | None]


def over_variants(leaf: Leaf, things: list[Thing], setting: Setting, case: Callable[["Log"], Finding]) -> LeafFindings:
    """One finding per combination of what contradicting events say."""
    events = setting.view.events
    disputed: list[Thing] = []
    told: list[list[Event | None]] = []
    for thing in dict.fromkeys(things):
        variants = events.get(thing[0], {}).get(thing[1], ())
        if len(variants) > 1:
            by_now: dict[tuple[object, ...], Event | None] = {}
            for v in variants:
                happened = happened_by(v, setting.as_of)
                by_now.setdefault((v.date, v.preliminary) if happened else (None,), v if happened else None)
            if len(by_now) > 1:
                disputed.append(thing)
                told.append(list(by_now.values()))
    if not disputed:
        return LeafFindings(leaf, (case(Log(setting, {})),))
    conflicts = tuple(tuple(v.id for v in events[e][s]) for e, s in disputed)
    combinations = choices(told)
    if not combinations:
        first = dict(zip(disputed, (variants[0] for variants in told), strict=True))
        return LeafFindings(leaf, (case(Log(setting, first)),), conflicts, True)
    cases = [case(Log(setting, dict(zip(disputed, choice, strict=True)))) for choice in combinations]
    return LeafFindings(leaf, tuple(cases), conflicts)


def happened_by(event: Event, as_of: date) -> bool:
    """Whether it says that it had happened by D."""
    return not event.withdrawn and event.date is not None and event.date <= as_of


class Log:
    """The events by D, each recognised only if what it requires had happened on or before its day."""

    def __init__(self, setting: Setting, chosen: Chosen) -> None:
        self.setting, self.chosen = setting, chosen
        self.memo: dict[Thing, Happened | None] = {}
        self.loose: set[str] = set()
        """Ids of the preliminary events that were recognised."""

    def raw(self, thing: Thing) -> Event | None:
        """The event as told, whether recognised or not; None when it has not happened by D."""
        if thing in self.chosen:
            return self.chosen[thing]
        variants = self.setting.view.events.get(thing[0], {}).get(thing[1])
        if not variants:
            return None
        return variants[0] if happened_by(variants[0], self.setting.as_of) else None

    def happened(self, thing: Thing, after: Sequence[Dependency] = ()) -> Happened | None:
        """The recognised event. ``after`` are further requirements of the criterion that asks."""
        if not after and thing in self.memo:
            return self.memo[thing]
        found = self._recognise(thing, (*self.setting.plan.requirements.get(thing[0], ()), *after))
        if not after:
            self.memo[thing] = found
        return found

    def _recognise(self, thing: Thing, needs: Sequence[Dependency]) -> Happened | None:
        event = self.raw(thing)
        if event is None or event.date is None:
            return None
        final, cited = not event.preliminary, [event.id]
        if event.preliminary:
            self.loose.add(event.id)
        for need in needs:
            for before in self.required(need, thing[1], event.date):
                earlier = self.happened(before)
                if earlier is None or earlier[0] > event.date:
                    self._breach(need, before, thing, event)
                    return None
                final = final and earlier[1]
                cited += earlier[2]
        return event.date, final, tuple(dict.fromkeys(cited)), event

    def standing(self, found: Happened) -> Data:
        """Whether it is final; of one that rests on other events which are preliminary also which."""
        day, final, ids, event = found
        told: Data = {
            "fact": event.id,
            "date": day.isoformat(),
            "status": "final" if final else "preliminary",
        }
        loose = [name for name in ids if name in self.loose]
        return told if loose in ([], [event.id]) else {**told, "loose": loose}

    def required(self, need: Dependency, subject: str, by: date) -> list[Thing]:
        """What must have happened by then; of an open set, where one is enough, the one that serves best."""
        things = prerequisites(need, subject, self.setting.plan, self.setting.view)
        if not one_is_enough(need, self.setting.plan):
            return things
        met = [(not found[1], t) for t in things if (found := self.happened(t)) and found[0] <= by]
        return [min(met)[1]] if met else things[:1]

    def _breach(self, need: Dependency, before: Thing, thing: Thing, event: Event) -> None:
        earlier = self.raw(before)
        assert event.date is not None
        self.setting.breaches.setdefault(
            (need.before, need.then, thing[1]),
            {
                "before": need.before,
                "then": need.then,
                "subject": thing[1] or None,
                "then_date": event.date.isoformat(),
                "before_date": earlier.date.isoformat() if earlier and earlier.date else None,
                "facts": [event.id] + ([earlier.id] if earlier else []),
                "quote": need.quote or None,
            },
        )

    def forecast(self, thing: Thing) -> Forecast | None:
        """The latest of the expected days, where forecasts of one day differ."""
        told = only(self.setting.view.expected.get(thing, ()))
        return max(told, key=lambda f: (f.expected or date.min, f.id)) if told else None


def prerequisites(need: Dependency, subject: str, plan: Plan, view: View) -> list[Thing]:
    """What must have happened before ``need.then`` counts for ``subject``; of an open set, all that is heard of."""
    before = plan.events.get(need.before)
    if before is None or before.subjects is None:
        return [(need.before, "")]
    if need.per_subject:
        return [(need.before, subject)]
    heard = {*view.events.get(need.before, {}), *(s for e, s in view.expected if e == need.before)}
    return [(need.before, s) for s in (before.subjects or sorted(heard) or ("",))]


def one_is_enough(need: Dependency, plan: Plan) -> bool:
    """Of an open set nobody can say when all have happened: what requires such an event requires one of them."""
    before = plan.events.get(need.before)
    return before is not None and before.subjects is not None and not before.subjects and not need.per_subject


def with_prerequisites(things: Iterable[Thing], setting: Setting) -> list[Thing]:
    """The things, and all that they require, near and far."""
    found: dict[Thing, None] = {}
    queue = list(things)
    while queue:
        thing = queue.pop()
        if thing not in found:
            found[thing] = None
            for need in setting.plan.requirements.get(thing[0], ()):
                queue += prerequisites(need, thing[1], setting.plan, setting.view)
    return sorted(found)


def breaches_of(needs: Iterable[Dependency], setting: Setting) -> None:
    """Add to the setting's breaches every event that happened before what it requires, asked for or not."""
    log = Log(setting, {})
    for need in needs:
        for subject in sorted(setting.view.events.get(need.then, {})):
            log.happened((need.then, subject), (need,))


def loose_facts(members: Iterable[Data]) -> list[str]:
    """The preliminary facts behind what is shown as preliminary: the event itself, or those that it requires."""
    shown = (m for m in members if m.get("status") == "preliminary")
    return list(dict.fromkeys(name for m in shown for name in m.get("loose", (m["fact"],))))
