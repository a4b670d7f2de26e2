"""Exact work first: what the known facts say about each leaf criterion, once per alternative.

A finding decides nothing. Its ``numbers`` are small integers for the rules (a margin reduced to a sign-preserving
integer, days of slack, days left, counts); its ``data`` is what the proof shows: pieces, members, values, arithmetic.
Where facts contradict each other there is one finding per alternative, and the contradiction is named.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise, product
from typing import Any, NamedTuple

from rulecheck.engine.verdict import RANK, Evidence
from rulecheck.facts.cover import Cover, combines, cover, reconciled
from rulecheck.facts.facts import Assessment, Event, Fact, Forecast, Measurement
from rulecheck.facts.period import Period, pieces
from rulecheck.facts.quantity import Exact, distance, exact, plain, round_half_up, terminates
from rulecheck.facts.timeline import View, only
from rulecheck.rules.criteria import Assessed, Bound, Leaf, Milestone, Order, Recurring, Threshold
from rulecheck.rules.plan import Dependency, Plan, Risks

MAX_ALTERNATIVES = 64
"""With more combinations of contradicting facts than this, none is tried: they are taken to disagree."""
LIMIT = 1 << 62
SATURDAY = 5
Data = dict[str, Any]
Happened = tuple[date, bool, tuple[str, ...], Event]
"""Day, whether final, the ids it rests on, the event itself."""


class Finding(NamedTuple):
    """What one alternative says about a leaf."""

    kind: str
    numbers: Mapping[str, int]
    data: Data
    evidence: Evidence
    facts: tuple[str, ...]


class LeafFindings(NamedTuple):
    """All alternatives of a leaf. ``unresolved``: the contradiction is too tangled to say what the alternatives are."""

    leaf: Leaf
    cases: tuple[Finding, ...]
    conflicts: tuple[tuple[str, ...], ...] = ()
    unresolved: bool = False


class Setting(NamedTuple):
    """Everything a finding may look at."""

    plan: Plan
    view: View
    calendar: Mapping[str, tuple[date, ...]]
    breaches: dict[tuple[str, str, str], Data]
    """Found on the way: (before, then, subject) → the breach."""

    @property
    def as_of(self) -> date:
        return self.view.as_of


def find(leaf: Leaf, risks: Risks, setting: Setting) -> LeafFindings:
    """The findings about ``leaf``."""
    match leaf:
        case Threshold():
            return _threshold(leaf, risks, setting)
        case Milestone():
            return _over_variants(leaf, _events_of_milestone(leaf, setting), setting, risks)
        case Order():
            things = _with_prerequisites([(e, s) for s in leaf.subjects for e in (leaf.before, leaf.then)], setting)
            return _over_variants(leaf, things, setting, risks)
        case Recurring():
            things = [(leaf.event, due.isoformat()) for due in _due_dates(leaf, setting)]
            return _over_variants(leaf, _with_prerequisites(things, setting), setting, risks)
        case Assessed():
            return _assessed(leaf, setting)


# --- measures ---


def _threshold(leaf: Threshold, risks: Risks, setting: Setting) -> LeafFindings:
    known = setting.view.measurements.get((leaf.measure, leaf.dimensions), {})
    if leaf.kind == "level":
        told = _latest_level(leaf, known)
    elif leaf.kind == "figure":
        told = [known[leaf.over]] if leaf.over in known else []
    else:
        told = [variants for period, variants in known.items() if period.overlaps(leaf.over)]
    conflicts = [tuple(v.id for v in variants) for variants in told if len(variants) > 1]
    sets: list[Sequence[Measurement]] = []
    unresolved = False
    for choice in _choices(told):
        figures = only(choice)
        if leaf.kind in ("level", "figure"):
            sets.append(tuple(figures))
            continue
        found = _consistent(leaf, figures)
        if found is None:
            unresolved = True
            found = [tuple(figures)]
            conflicts.append(tuple(f.id for f in figures))
        elif len(found) > 1 or len(found[0]) < len(figures):
            conflicts.append(_contradiction(figures, [f for kept in found for f in figures if f not in kept]))
        sets += found
    if not sets:  # too many combinations
        unresolved = True
        sets = [tuple(only(variants[0] for variants in told))]
    cases = []
    seen: set[tuple[str, ...]] = set()
    for alternative in sets:
        finding = _threshold_case(leaf, alternative, risks, setting)
        if finding.facts not in seen:  # alternatives that differ only in figures left out are one
            seen.add(finding.facts)
            cases.append(finding)
    return LeafFindings(leaf, tuple(cases), tuple(dict.fromkeys(conflicts)), unresolved)


def _contradiction(figures: Sequence[Measurement], wrong: Sequence[Measurement]) -> tuple[str, ...]:
    """The figures that may be wrong, and those about the same days, which they cannot be true together with."""
    return tuple(f.id for f in figures if any(f.period.overlaps(w.period) for w in wrong))


def _latest_level(leaf: Threshold, known: Mapping[Period, tuple[Measurement, ...]]) -> list[tuple[Measurement, ...]]:
    """Level measurements up to the last day of the period, oldest first."""
    days = sorted((p for p in known if p.last <= leaf.over.last), key=lambda p: p.last)
    return [known[p] for p in days]


def _consistent(leaf: Threshold, figures: Sequence[Measurement]) -> list[tuple[Measurement, ...]] | None:
    """The ways the figures can be true, with what lies outside the covered days left as it is."""
    tiled = cover(figures, leaf.over, leaf.kind)
    if tiled.reach is None or len(tiled.pieces) == len(figures):
        return [tuple(figures)]
    span = Period(leaf.over.first, tiled.reach)
    touching = [f for f in figures if f.period.overlaps(span)]
    if len(touching) == len(tiled.pieces):
        return [tuple(figures)]
    kept = reconciled(touching, leaf.kind, leaf.signed)
    if kept is None:
        return None
    outside = [f for f in figures if not f.period.overlaps(span)]
    return [(*choice, *outside) for choice in kept]


def _threshold_case(leaf: Threshold, figures: Sequence[Measurement], risks: Risks, setting: Setting) -> Finding:
    as_of = setting.as_of
    if leaf.kind == "level":
        latest = figures[-1:]
        tiled = Cover(tuple(latest), latest[-1].period.last if latest else None)
    elif leaf.kind == "figure":
        tiled = Cover(tuple(figures), leaf.over.last if figures else None)
    else:
        tiled = cover(figures, leaf.over, leaf.kind)
    whole = tiled.reach == leaf.over.last
    final = not any(p.preliminary for p in tiled.pieces)
    value, items = _value(leaf, tiled)
    compared = _rounded(leaf, value)
    bound = leaf.bound
    margin = None if compared is None else bound.margin(compared)
    settled = _settled(leaf, figures, tiled)
    beyond = crossed(leaf, sum((p.amount or 0 for p in settled), start=0)) if settled else 0
    numbers = {
        "covered": 2 if whole else 1 if tiled.pieces else 0,
        "final": int(final),
        "items": int(items),
        "margin": _signed_integer(margin),
        "beyond": beyond,
        "left": (leaf.closes - as_of).days,
        "silence": int(leaf.undocumented == "missed"),
        "empty": int(leaf.if_empty == "fulfilled"),
    }
    left_out = (
        [f for f in figures if f not in tiled.pieces and f.period.overlaps(leaf.over)] if leaf.kind != "level" else []
    )
    data: Data = {
        "kind": leaf.kind,
        "measure": leaf.measure,
        "over": leaf.over.label,
        "closes": leaf.closes.isoformat(),
        "bound": bound_data(bound),
        "pieces": [_piece(p) for p in tiled.pieces],
    }
    if leaf.dimensions:
        data["dimensions"] = dict(leaf.dimensions)
    if tiled.reach:
        data["reach"] = tiled.reach.isoformat()
    if value is not None:
        data["value"] = plain(value)
        if not terminates(value):
            data["exact"] = _ratio(leaf, tiled, value)
        if compared is not None and compared != value:
            data["rounded"] = plain(compared)
        data["margin"] = plain(exact(margin or 0))
    if leaf.rounded_to is not None:
        data["rounded_to"] = plain(leaf.rounded_to)
    if left_out:
        data["left_out"] = [{"fact": f.id, "why": _why_left_out(f, tiled, leaf)} for f in left_out]
    defects = _evidence_defects(leaf, tiled, setting)
    if defects:
        data["defects"] = defects
    cited = [p.id for p in tiled.pieces]
    if beyond and settled != tuple(p for p in tiled.pieces if not p.preliminary):
        data["settled"] = [_piece(p) for p in settled]
        cited += [p.id for p in settled]
    if not (whole and final):
        cited += _lean(leaf, tiled, value, margin, risks, setting, numbers, data)
        numbers["r7"] = -len(defects)
    overdue = any(d["defect"] in ("missing", "stale") for d in defects)
    evidence: Evidence = (
        "overdue" if overdue else "complete" if whole and final else "partial" if tiled.pieces else "none"
    )
    return Finding("threshold", numbers, data, evidence, tuple(dict.fromkeys(cited)))


def _value(leaf: Threshold, tiled: Cover) -> tuple[Exact | None, bool]:
    """The value over the cover, None when there is none; and whether the cover has any item at all."""
    if not tiled.pieces:
        return None, True
    first = tiled.pieces[0]
    if leaf.kind in ("level", "figure"):
        return first.value, True
    if leaf.kind == "total":
        return tiled.amount, True
    if not combines(first, leaf.kind):
        return first.value, True
    if not tiled.volume:
        return None, False
    return exact(Fraction(tiled.amount) / Fraction(tiled.volume)), True


def _rounded(leaf: Threshold, value: Exact | None) -> Exact | None:
    return value if value is None or leaf.rounded_to is None else round_half_up(value, leaf.rounded_to)


def _settled(leaf: Threshold, figures: Sequence[Measurement], tiled: Cover) -> tuple[Measurement, ...]:
    """Of a total that cannot fall: final figures of the covered days, none overlapping another, with the largest sum.

    They are the final pieces of the cover, unless others come to more: what final figures had settled before a
    preliminary one reached further stays settled.
    """
    if leaf.kind != "total" or leaf.signed or tiled.reach is None:
        return ()
    final = tuple(p for p in tiled.pieces if not p.preliminary)
    inside = [f for f in figures if not f.preliminary and f.period.within(leaf.over) and f.period.first <= tiled.reach]
    inside.sort(key=lambda f: (f.period.last, f.period.first))
    ends = [f.period.last for f in inside]
    most: list[tuple[Exact, tuple[Measurement, ...]]] = [(0, ())]
    for figure in inside:
        amount, chain = most[bisect_left(ends, figure.period.first)]
        longer = (amount + (figure.amount or 0), (*chain, figure))
        most.append(longer if longer[0] >= most[-1][0] else most[-1])
    return final if final and most[-1][0] <= sum((p.amount or 0 for p in final), start=0) else most[-1][1]


def crossed(leaf: Threshold, total: Exact) -> int:
    """What a sum that cannot fall has done for good: -1 exceeded its bound, 1 reached it, 0 neither."""
    settled = _rounded(leaf, total) or 0
    if leaf.bound.high is not None:
        return -1 if settled > leaf.bound.high else 0
    return 1 if leaf.bound.low is not None and settled >= leaf.bound.low else 0


def _lean(
    leaf: Threshold,
    tiled: Cover,
    value: Exact | None,
    margin: Exact | None,
    risks: Risks,
    setting: Setting,
    numbers: dict[str, int],
    data: Data,
) -> list[str]:
    """The risk rules that look at the value: R1, R2, R3, R4, R8, R9. Returns the further facts they rest on."""
    cited: list[str] = []
    whole = tiled.reach == leaf.over.last
    growing = leaf.kind == "total" and not whole and leaf.bound.operator != "at_most"
    volumes = [f for f in setting.view.volumes.get((leaf.measure, leaf.dimensions, leaf.over), ()) if not f.withdrawn]
    expected = [f for f in volumes if f.volume is not None and f.volume >= tiled.volume]
    secured = False
    if expected and combined(tiled, leaf):
        outlooks = [_at_volume(leaf, tiled, f.volume or 0) for f in expected]
        secured = all(o == "secured" for o in outlooks)
        numbers["r9"] = -int(any(o == "out-of-reach" for o in outlooks))
        data["expected"] = [
            {"fact": f.id, "volume": plain(f.volume or 0), "outlook": o}
            for f, o in zip(expected, outlooks, strict=True)
        ]
        cited += [f.id for f in expected]
    if margin is not None and not secured and not growing:
        numbers["r1"] = _signed_integer(margin)
        if risks.margin is not None and leaf.bound.operator != "exactly" and margin >= 0:
            allowed = (
                risks.margin * distance(_nearest_bound(leaf.bound, value or 0), 0)
                if risks.margin_is_relative
                else risks.margin
            )
            numbers["r2"] = _signed_integer(margin - allowed)
            data["allowed_margin"] = plain(exact(allowed))
    if risks.required_rate is not None and not secured and not whole:
        cited += _required_rate(leaf, tiled, expected, risks, setting, numbers, data)
    values = [f for f in volumes if f.value is not None]
    if values:
        worst = min(values, key=lambda f: leaf.bound.margin(f.value or 0))
        numbers["r4"] = _signed_integer(leaf.bound.margin(worst.value or 0))
        data["forecast"] = {"fact": worst.id, "value": plain(worst.value or 0)}
        cited.append(worst.id)
    if risks.trend and not secured and (run := _worsening(leaf, tiled, risks.trend, setting)):
        numbers["r8"] = -1
        data["worsening"] = [p.id for p in run]
        cited += [p.id for p in run]
    return cited


def combined(tiled: Cover, leaf: Threshold) -> bool:
    """Whether the cover carries counts (or is empty), so that a rest can be added to it."""
    return leaf.kind in ("mean", "share") and all(combines(p, leaf.kind) for p in tiled.pieces)


def _at_volume(leaf: Threshold, tiled: Cover, volume: Exact) -> str:
    """What the expected volume leaves possible: ``secured``, ``out-of-reach`` or ``open``. Exact bounds, semantics §4."""
    if leaf.signed or not volume:
        return "open"
    least = Fraction(tiled.amount) / volume
    if leaf.bound.high is not None and (_rounded(leaf, least) or 0) > leaf.bound.high:
        return "out-of-reach"
    if leaf.kind == "mean":
        lowest_holds = leaf.bound.operator == "at_least" and leaf.bound.margin(_rounded(leaf, least) or 0) >= 0
        return "secured" if lowest_holds else "open"
    most = (tiled.amount + volume - tiled.volume) / Fraction(volume)
    worst = min(leaf.bound.margin(_rounded(leaf, x) or 0) for x in (least, most))
    if worst >= 0:
        return "secured"
    top = _rounded(leaf, most) or 0
    return "out-of-reach" if leaf.bound.low is not None and top < leaf.bound.low else "open"


def required_mean(leaf: Threshold, tiled: Cover, volume: Exact) -> Exact | None:
    """What the rest must average (a mean or share) for the value at ``volume`` to lie on the bound; None: no rest."""
    bound = leaf.bound.high if leaf.bound.operator == "at_most" else leaf.bound.low
    rest = volume - tiled.volume
    if bound is None or rest <= 0:
        return None
    return exact(Fraction(bound * volume - tiled.amount) / rest)


def _required_rate(
    leaf: Threshold,
    tiled: Cover,
    expected: Sequence[Forecast],
    risks: Risks,
    setting: Setting,
    numbers: dict[str, int],
    data: Data,
) -> list[str]:
    """R3. A mean or share needs the expected volume; a total is reckoned by the day."""
    if leaf.bound.operator not in ("at_most", "at_least"):
        return []
    if leaf.kind == "total":
        days = (leaf.over.last - (tiled.reach or leaf.over.first - timedelta(1))).days
        bound = leaf.bound.high if leaf.bound.operator == "at_most" else leaf.bound.low
        required = [exact(Fraction(bound - tiled.amount) / days)] if bound is not None and days else []
    elif leaf.kind in ("mean", "share") and combined(tiled, leaf):
        required = [r for f in expected if (r := required_mean(leaf, tiled, f.volume or 0)) is not None]
    else:
        required = []
    if not required:
        return []
    sense = 1 if leaf.bound.operator == "at_most" else -1
    worst = min(required, key=lambda r: sense * r)
    reference, cited = risks.required_rate, []
    if reference == "best-quarter":
        known = setting.view.measurements.get((leaf.measure, leaf.dimensions), {})
        quarters = [m for variants in known.values() for m in only(variants) if m.period.is_quarter]
        rated = [(rate, m) for m in quarters if (rate := _rate(leaf, m)) is not None]
        if not rated:
            return []
        reference, best = min(rated, key=lambda pair: (sense * pair[0], pair[1].id))
        cited = [best.id]
    assert reference is not None
    assert not isinstance(reference, str)
    numbers["r3"] = _signed_integer(sense * (worst - reference))
    data["required"] = {"rate": plain(worst), "reference": plain(reference), **({"fact": cited[0]} if cited else {})}
    return cited


def _rate(leaf: Threshold, piece: Measurement) -> Exact | None:
    """The value of one piece: its mean or share, or a total by the day."""
    if leaf.kind == "total":
        return exact(Fraction(piece.amount or 0) / ((piece.period.last - piece.period.first).days + 1))
    if leaf.kind in ("level", "figure") or not combines(piece, leaf.kind):
        return piece.value
    return exact(Fraction(piece.amount or 0) / Fraction(piece.volume)) if piece.volume else None


def _worsening(leaf: Threshold, tiled: Cover, count: int, setting: Setting) -> list[Measurement]:
    """The last ``count`` pieces, if each is worse than the one before; else none."""
    pieces_: list[Measurement] = list(tiled.pieces)
    if leaf.kind == "level":
        known = setting.view.measurements.get((leaf.measure, leaf.dimensions), {})
        levels = [only(v)[0] for p, v in known.items() if only(v) and p.within(leaf.over)]
        pieces_ = sorted(levels, key=lambda m: m.period.last)
    rated = [(p, rate) for p in pieces_ if (rate := _rate(leaf, p)) is not None][-count:]
    if len(rated) < count or count < 2:
        return []

    def goodness(rate: Exact) -> Exact:
        operator = leaf.bound.operator
        return -rate if operator == "at_most" else rate if operator == "at_least" else leaf.bound.margin(rate)

    falling = all(goodness(a) > goodness(b) for (_, a), (_, b) in pairwise(rated))
    return [p for p, _ in rated] if falling else []


def _evidence_defects(leaf: Threshold, tiled: Cover, setting: Setting) -> list[Data]:
    """R7: what is due and not there, and what is still preliminary after its date."""
    as_of, lag = setting.as_of, leaf.closes - leaf.over.last
    follow_up = setting.plan.follow_up
    due = [leaf.over]
    if follow_up and leaf.kind != "figure":
        due = [*pieces(leaf.over, follow_up), leaf.over]
    passed = [p for p in due if p.last + lag < as_of]
    defects: list[Data] = []
    if passed:
        last = passed[-1]
        if leaf.kind == "level" and last.last < leaf.over.last:
            behind = tiled.reach is None or tiled.reach < last.first
        else:
            behind = tiled.reach is None or tiled.reach < last.last
        if behind:
            name = "stale" if leaf.kind == "level" and tiled.pieces and last.last < leaf.over.last else "missing"
            defects.append({"defect": name, "through": last.last.isoformat(), "since": (last.last + lag).isoformat()})
    defects += [
        {"defect": "preliminary", "fact": p.id, "since": (p.period.last + lag).isoformat()}
        for p in tiled.pieces
        if p.preliminary and p.period.last + lag < as_of
    ]
    return defects


def _piece(piece: Measurement) -> Data:
    data: Data = {"fact": piece.id, "period": piece.period.label, "status": _status(piece)}
    if piece.amount is not None:
        data["amount"] = plain(piece.amount)
        if not terminates(piece.amount):
            data["amount"] = f"{Fraction(piece.amount)}"
    if piece.volume is not None:
        data["volume"] = plain(piece.volume)
    if piece.value is not None:
        data["value"] = plain(piece.value)
    return data


def _ratio(leaf: Threshold, tiled: Cover, value: Exact) -> str:
    """The value as the ratio of the sums, where those are whole."""
    if (
        leaf.kind in ("mean", "share")
        and isinstance(tiled.amount, int)
        and isinstance(tiled.volume, int)
        and tiled.volume
    ):
        return f"{tiled.amount}/{tiled.volume}"
    ratio = Fraction(value)
    return f"{ratio.numerator}/{ratio.denominator}"


def _why_left_out(figure: Measurement, tiled: Cover, leaf: Threshold) -> str:
    if not figure.period.within(leaf.over):
        return "reaches outside the period"
    if tiled.reach and figure.period.first <= tiled.reach:
        return "overlaps the pieces used"
    if not combines(figure, leaf.kind) or (tiled.pieces and not combines(tiled.pieces[0], leaf.kind)):
        return "cannot be added without a count"
    return "comes after a gap"


def _nearest_bound(bound: Bound, value: Exact) -> Exact:
    ends = [end for end in (bound.low, bound.high) if end is not None]
    return min(ends, key=lambda end: distance(value, end))


def bound_data(bound: Bound) -> Data:
    """A bound as a proof and a verdict show it."""
    data: Data = {"operator": bound.operator, "unit": bound.unit}
    if bound.low is not None:
        data["low"] = plain(bound.low)
    if bound.high is not None:
        data["high"] = plain(bound.high)
    return data


# --- events ---

Thing = tuple[str, str]
Chosen = Mapping[Thing, Event | None]


def _over_variants(
    leaf: Milestone | Order | Recurring, things: list[Thing], setting: Setting, risks: Risks
) -> LeafFindings:
    """One finding per combination of what contradicting events say."""
    events = setting.view.events
    disputed: list[Thing] = []
    told: list[list[Event | None]] = []
    for thing in dict.fromkeys(things):
        variants = events.get(thing[0], {}).get(thing[1], ())
        if len(variants) > 1:
            by_now: dict[tuple[object, ...], Event | None] = {}
            for v in variants:
                happened = _by(v, setting.as_of)
                by_now.setdefault((v.date, v.preliminary) if happened else (None,), v if happened else None)
            if len(by_now) > 1:
                disputed.append(thing)
                told.append(list(by_now.values()))
    if not disputed:
        return LeafFindings(leaf, (_event_case(leaf, {}, setting, risks),))
    conflicts = tuple(tuple(v.id for v in events[e][s]) for e, s in disputed)
    combinations = _choices(told)
    if not combinations:
        first = dict(zip(disputed, (variants[0] for variants in told), strict=True))
        return LeafFindings(leaf, (_event_case(leaf, first, setting, risks),), conflicts, True)
    cases = [_event_case(leaf, dict(zip(disputed, choice, strict=True)), setting, risks) for choice in combinations]
    return LeafFindings(leaf, tuple(cases), conflicts)


def _event_case(leaf: Milestone | Order | Recurring, chosen: Chosen, setting: Setting, risks: Risks) -> Finding:
    log = _Log(setting, chosen)
    match leaf:
        case Milestone():
            return _milestone_case(leaf, log, risks)
        case Order():
            return _order_case(leaf, log, risks)
        case Recurring():
            return _recurring_case(leaf, log)


def _by(event: Event, as_of: date) -> bool:
    """Whether it says that it had happened by D."""
    return not event.withdrawn and event.date is not None and event.date <= as_of


class _Log:
    """The events by D, each recognised only if what it requires had happened on or before its day."""

    def __init__(self, setting: Setting, chosen: Chosen) -> None:
        self.setting, self.chosen = setting, chosen
        self.memo: dict[Thing, Happened | None] = {}

    def raw(self, thing: Thing) -> Event | None:
        """The event as told, whether recognised or not; None when it has not happened by D."""
        if thing in self.chosen:
            return self.chosen[thing]
        variants = self.setting.view.events.get(thing[0], {}).get(thing[1])
        if not variants:
            return None
        return variants[0] if _by(variants[0], self.setting.as_of) else None

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
        for need in needs:
            for before in self.required(need, thing[1], event.date):
                earlier = self.happened(before)
                if earlier is None or earlier[0] > event.date:
                    self._breach(need, before, thing, event)
                    return None
                final = final and earlier[1]
                cited += earlier[2]
        return event.date, final, tuple(dict.fromkeys(cited)), event

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


def after_needs(leaf: Milestone, plan: Plan) -> list[Dependency]:
    """The ``after`` of a milestone as requirements; per subject where both events have subjects."""
    event = plan.events.get(leaf.event)
    found = []
    for name in leaf.after:
        other = plan.events.get(name)
        both = bool(event and event.subjects is not None and other and other.subjects is not None)
        found.append(Dependency(name, leaf.event, both, ""))
    return found


def _events_of_milestone(leaf: Milestone, setting: Setting) -> list[Thing]:
    things = [(leaf.event, s) for s in _subjects(leaf, setting)]
    after = after_needs(leaf, setting.plan)
    first = [
        t
        for need in after
        for s in _subjects(leaf, setting)
        for t in prerequisites(need, s, setting.plan, setting.view)
    ]
    return _with_prerequisites([*things, *first], setting)


def _with_prerequisites(things: Iterable[Thing], setting: Setting) -> list[Thing]:
    found: dict[Thing, None] = {}
    queue = list(things)
    while queue:
        thing = queue.pop()
        if thing not in found:
            found[thing] = None
            for need in setting.plan.requirements.get(thing[0], ()):
                queue += prerequisites(need, thing[1], setting.plan, setting.view)
    return sorted(found)


def _subjects(leaf: Milestone, setting: Setting) -> Sequence[str]:
    """The members, or for an open set the subjects heard of so far (with the empty one for an event without any)."""
    if leaf.members is not None:
        return leaf.members
    told = setting.view.events.get(leaf.event, {})
    heard = {s for s, variants in told.items() if any(_by(v, setting.as_of) for v in variants)}
    heard.update(s for (e, s), variants in setting.view.expected.items() if e == leaf.event and only(variants))
    event = setting.plan.events.get(leaf.event)
    return sorted(heard) if event is not None and event.subjects is not None else [""]


def _milestone_case(leaf: Milestone, log: _Log, risks: Risks) -> Finding:
    setting = log.setting
    as_of, plan = setting.as_of, setting.plan
    after = after_needs(leaf, plan)
    subjects = _subjects(leaf, setting)
    single = leaf.members is None and subjects == [""]
    size = 1 if single else len(subjects)
    closed = leaf.closed or single
    members: list[Data] = []
    cited: list[str] = []
    settled: list[date] = []
    told: list[date] = []
    late_forecasts = hopeful = blocked = 0
    for subject in subjects:
        thing = (leaf.event, subject)
        found = log.happened(thing, after)
        member: Data = {"subject": subject} if subject else {}
        if found:
            day, final, ids, event = found
            told.append(day)
            if final:
                settled.append(day)
            member |= {
                "fact": event.id,
                "date": day.isoformat(),
                "status": "final" if final else "preliminary",
                "days": (leaf.by - day).days,
            }
            cited += ids
        else:
            raw = log.raw(thing)
            if raw is not None:
                breaches = _missing_first(thing, after, log)
                member |= {"fact": raw.id, "not_recognised": breaches}
                cited += [raw.id, *(breach["fact"] for breach in breaches if "fact" in breach)]
            forecast = log.forecast(thing)
            if forecast and forecast.expected:
                member |= {"forecast": forecast.id, "expected": forecast.expected.isoformat()}
                cited.append(forecast.id)
                late_forecasts += forecast.expected > leaf.by
            waiting = _late_prerequisite(thing, after, log, leaf.by)
            if waiting:
                member["waits_for"] = waiting
                cited += [w["forecast"] for w in waiting]
                blocked += 1
            if not (forecast and forecast.expected and forecast.expected > leaf.by):
                hopeful += closed or forecast is not None
        members.append(member)
    settled.sort()
    told.sort()
    reached = settled[leaf.count - 1] if len(settled) >= leaf.count else None
    too_late = [day for day in settled if day > leaf.by]
    spare = size - leaf.count  # members that may fail
    late = (too_late[spare] - leaf.by).days if closed and len(too_late) > spare else 0
    provisional = sum(day <= leaf.by for day in told) >= leaf.count
    numbers = {
        "reached": int(reached is not None),
        "slack": (leaf.by - reached).days if reached else 0,
        "late": late,
        "left": (leaf.closes - as_of).days,
        "provisional": int(provisional),
        "silence": int(leaf.undocumented == "missed"),
    }
    on_time = sum(day <= leaf.by for day in told)
    if late_forecasts:
        numbers["r4"] = on_time + hopeful - leaf.count
    if risks.lead_time is not None and not provisional:
        numbers["r5"] = (leaf.by - as_of).days - risks.lead_time
    if blocked and not provisional:
        numbers["r6"] = -blocked
    defects: list[Data] = []
    if numbers["left"] < 0:
        if provisional:
            defects = [
                {"defect": "preliminary", "fact": m["fact"], "since": leaf.closes.isoformat()}
                for m in members
                if m.get("status") == "preliminary"
            ]
        elif leaf.undocumented == "at-risk":
            defects = [{"defect": "missing", "through": leaf.by.isoformat(), "since": leaf.closes.isoformat()}]
    numbers["r7"] = -len(defects)
    data: Data = {
        "kind": "milestone",
        "event": leaf.event,
        "by": leaf.by.isoformat(),
        "closes": leaf.closes.isoformat(),
        "count": leaf.count,
        "size": size if closed else None,
        "days_left": (leaf.by - as_of).days,
        "done": sum(day <= leaf.by for day in settled),
        "members": members,
    }
    if leaf.after:
        data["after"] = list(leaf.after)
    if leaf.shifted_from:
        data["shifted_from"] = leaf.shifted_from.isoformat()
    elif leaf.by.weekday() >= SATURDAY:
        data["stays_on_weekend"] = True
    if defects:
        data["defects"] = defects
    if len(told) >= leaf.count:
        data["delivered"] = told[leaf.count - 1].isoformat()
    decided = (reached is not None and reached <= leaf.by) or late > 0
    overdue = any(d["defect"] == "missing" for d in defects)
    evidence: Evidence = "overdue" if overdue else "complete" if decided else "partial" if told else "none"
    return Finding("milestone", numbers, data, evidence, tuple(dict.fromkeys(cited)))


def _missing_first(thing: Thing, after: Sequence[Dependency], log: _Log) -> list[Data]:
    """Why an event that happened does not count: the requirements that had not happened by its day."""
    plan = log.setting.plan
    event = log.raw(thing)
    found: list[Data] = []
    for need in (*plan.requirements.get(thing[0], ()), *after):
        for before in log.required(need, thing[1], event.date if event and event.date else date.min):
            earlier = log.happened(before)
            if event and event.date and (earlier is None or earlier[0] > event.date):
                entry: Data = {"before": before[0], "date": event.date.isoformat()}
                if before[1]:
                    entry["subject"] = before[1]
                raw = log.raw(before)
                if raw and raw.date:
                    entry |= {"fact": raw.id, "before_date": raw.date.isoformat()}
                found.append(entry)
    return found


def _late_prerequisite(thing: Thing, after: Sequence[Dependency], log: _Log, by: date) -> list[Data]:
    """Requirements that have not happened and are forecast only after the deadline."""
    plan, view = log.setting.plan, log.setting.view
    found = []
    for need in (*plan.requirements.get(thing[0], ()), *after):
        things = prerequisites(need, thing[1], plan, view)
        waiting = [before for before in things if log.raw(before) is None]
        told = [(f.expected, f.id) for before in waiting if (f := log.forecast(before)) and f.expected]
        if one_is_enough(need, plan):
            told = sorted(told)[:1] if len(waiting) == len(things) else []
        found += [
            {"before": need.before, "forecast": fact, "expected": day.isoformat()} for day, fact in told if day > by
        ]
    return found


def _order_case(leaf: Order, log: _Log, risks: Risks) -> Finding:
    setting = log.setting
    members: list[Data] = []
    cited: list[str] = []
    broken = done = late = slips = known = 0
    for subject in leaf.subjects:
        first, second = log.happened((leaf.before, subject)), log.happened((leaf.then, subject))
        member: Data = {"subject": subject} if subject else {}
        for key, found in (("before", first), ("then", second)):
            if found:
                member[key] = {
                    "fact": found[3].id,
                    "date": found[0].isoformat(),
                    "status": "final" if found[1] else "preliminary",
                }
                cited += found[2]
        known += first is not None or second is not None
        if second and second[1] and (first is None or first[0] > second[0]):
            broken += 1
        elif first and second and first[1] and second[1] and first[0] <= second[0]:
            done += second[0] <= leaf.by
            late += second[0] > leaf.by
        elif first and first[1] and first[0] > leaf.by:
            late += 1
        expected = [log.forecast((event, subject)) for event in (leaf.before, leaf.then)]
        days = [f.expected if f else None for f in expected]
        slip = any(day and day > leaf.by for day, found in zip(days, (first, second), strict=True) if not found)
        if not first and not second and days[0] and days[1] and days[1] < days[0]:
            slip = True
        if slip:
            slips += 1
            member["expected"] = {f.id: f.expected.isoformat() for f in expected if f and f.expected}
            cited += [f.id for f in expected if f]
        members.append(member)
    numbers = {
        "broken": broken,
        "late": late,
        "pending": len(leaf.subjects) - done,
        "left": (leaf.closes - setting.as_of).days,
        "r4": -slips,
    }
    if risks.lead_time is not None:
        numbers["r5"] = (leaf.by - setting.as_of).days - risks.lead_time
    data: Data = {
        "kind": "order",
        "before": leaf.before,
        "then": leaf.then,
        "by": leaf.by.isoformat(),
        "closes": leaf.closes.isoformat(),
        "days_left": (leaf.by - setting.as_of).days,
        "members": members,
    }
    decided = broken or late or done == len(leaf.subjects)
    evidence: Evidence = "complete" if decided else "partial" if known else "none"
    return Finding("order", numbers, data, evidence, tuple(dict.fromkeys(cited)))


def _due_dates(leaf: Recurring, setting: Setting) -> tuple[date, ...]:
    return leaf.dates if leaf.dates is not None else tuple(setting.calendar.get(leaf.event, ()))


def _recurring_case(leaf: Recurring, log: _Log) -> Finding:
    as_of = log.setting.as_of
    due_dates = _due_dates(leaf, log.setting)
    members: list[Data] = []
    cited: list[str] = []
    late = silent = pending = overdue = slips = stale = known = 0
    for due in due_dates:
        thing = (leaf.event, due.isoformat())
        found = log.happened(thing)
        member: Data = {"due": due.isoformat()}
        if found:
            day, final, ids, event = found
            known += 1
            cited += ids
            member |= {
                "fact": event.id,
                "date": day.isoformat(),
                "status": "final" if final else "preliminary",
                "days": (due - day).days,
            }
            if final:
                late += day > due
            else:
                pending += 1
                silent += day > due and due + leaf.lag < as_of
                stale += due + leaf.lag < as_of and day <= due
        else:
            pending += 1
            silent += due + leaf.lag < as_of
            overdue += due < as_of <= due + leaf.lag
            forecast = log.forecast(thing)
            if forecast and forecast.expected:
                member |= {"forecast": forecast.id, "expected": forecast.expected.isoformat()}
                cited.append(forecast.id)
                slips += forecast.expected > due
        members.append(member)
    horizon = due_dates[-1] if due_dates else leaf.by
    numbers = {
        "scheduled": int(bool(due_dates)),
        "late": late,
        "silent": silent,
        "pending": pending,
        "ahead": (leaf.by - as_of).days,
        "r4": -slips,
        "r7": -(overdue + stale),
    }
    data: Data = {
        "kind": "recurring",
        "event": leaf.event,
        "by": horizon.isoformat(),
        "closes": (horizon + leaf.lag).isoformat(),
        "lag": leaf.lag.days,
        "scheduled": bool(due_dates),
        "members": members,
    }
    if overdue or stale:
        data["defects"] = [
            {
                "defect": "preliminary" if "fact" in m else "missing",
                "through": m["due"],
                "since": m["due"] if "fact" not in m else (date.fromisoformat(m["due"]) + leaf.lag).isoformat(),
                **({"fact": m["fact"]} if "fact" in m else {}),
            }
            for m in members
            if (m.get("status") == "preliminary" and date.fromisoformat(m["due"]) + leaf.lag < as_of)
            or ("fact" not in m and date.fromisoformat(m["due"]) < as_of <= date.fromisoformat(m["due"]) + leaf.lag)
        ]
    decided = bool(due_dates) and (late > 0 or pending == 0)
    evidence: Evidence = "overdue" if overdue else "complete" if decided else "partial" if known else "none"
    return Finding("recurring", numbers, data, evidence, tuple(dict.fromkeys(cited)))


# --- assessments ---


def by_role(assessment: Assessment, roles: Sequence[str]) -> bool:
    """Whether the assessment is signed by one of the roles: ``Rigspolitiet`` or ``Rigspolitiet, Koncernstyring``."""
    signed = assessment.by.casefold()
    return not roles or any(signed == r.casefold() or signed.startswith(r.casefold() + ",") for r in roles)


def _assessed(leaf: Assessed, setting: Setting) -> LeafFindings:
    told = setting.view.assessments.get(leaf.target, ())
    conflicts = (tuple(a.id for a in told),) if len(told) > 1 else ()
    variants: tuple[Assessment | None, ...] = told or (None,)
    return LeafFindings(leaf, tuple(_assessed_case(leaf, a, setting) for a in variants), conflicts)


def _assessed_case(leaf: Assessed, told: Assessment | None, setting: Setting) -> Finding:
    counts = told is not None and not told.withdrawn and by_role(told, leaf.roles)
    numbers = {
        "assessed": RANK[told.verdict] if told is not None and counts else -1,  # type: ignore[index]
        "final": int(told is not None and not told.preliminary),
        "ahead": (leaf.by - setting.as_of).days,
    }
    data: Data = {"kind": "assessment", "by": leaf.by.isoformat(), "roles": list(leaf.roles)}
    if told is not None and not told.withdrawn:
        data["assessment"] = {
            "fact": told.id,
            "verdict": told.verdict,
            "by": told.by,
            "date": told.date.isoformat() if told.date else None,
            "reason": told.reason,
            "status": _status(told),
            "counts": counts,
        }
    settled = counts and told is not None and not told.preliminary
    evidence: Evidence = "complete" if settled else "partial" if counts else "none"
    return Finding("assessment", numbers, data, evidence, (told.id,) if told is not None else ())


# --- shared ---


def _choices(told: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Every combination of one variant per thing; none when there are too many."""
    size = 1
    for variants in told:
        size *= len(variants)
        if size > MAX_ALTERNATIVES:
            return []
    return list(product(*told))


def _signed_integer(number: Exact | None) -> int:
    """An integer with the sign of ``number``, within what the rules engine compares correctly (±2^62)."""
    if number is None:
        return 0
    numerator = number if isinstance(number, int) else number.numerator
    return max(-LIMIT, min(LIMIT, numerator))


def _status(fact: Fact) -> str:
    return "preliminary" if fact.preliminary else "final"


def breaches_of(needs: Iterable[Dependency], setting: Setting) -> None:
    """Add to the setting's breaches every event that happened before what it requires, asked for or not."""
    log = _Log(setting, {})
    for need in needs:
        for subject in sorted(setting.view.events.get(need.then, {})):
            log.happened((need.then, subject), (need,))
