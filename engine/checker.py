"""Re-derives every verdict from its proof: the plan, the cited facts, and arithmetic. Finding is hard, checking is not.

The checker never selects, searches or tiles. It takes what a proof says (these pieces, these events, this rule) and
asks whether the cited facts say so, whether every number shown follows from them and from the plan, and whether the rule
gives that verdict. Together with
the reference evaluator, which sees facts a proof may have left out, it stands between the engine and every reader.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

from rulecheck.engine.proof import Step
from rulecheck.facts.facts import Assessment, Event, Fact, Facts, Forecast, Measurement
from rulecheck.facts.period import ONE_DAY
from rulecheck.facts.quantity import Exact, distance, exact, exact_text, plain, round_half_up, terminates
from rulecheck.rules.criteria import Assessed, Bound, Combination, Criterion, Milestone, Order, Recurring, Threshold
from rulecheck.rules.plan import Plan, Target

Data = Mapping[str, Any]
_RANK = {"missed": 0, "at-risk": 1, "on-track": 2, "fulfilled": 3}
_ENOUGH = {"enough-fulfilled": 3, "enough-on-track": 2, "enough-at-risk": 1, "too-many-missed": 0}
"""Which rank each rule about combined criteria concludes."""


class Disagreement(Exception):
    """A proof does not hold, or the reference evaluator judges otherwise (exit 5)."""

    def __init__(self, found: list[str]) -> None:
        self.found = tuple(found)
        super().__init__("; ".join(found))


class _Wrong(Exception):
    """What does not hold in the step at hand."""


def check(
    plan: Plan,
    targets: Mapping[str, Target],
    steps: Mapping[str, Step],
    facts: Facts,
    as_of: date,
    known_at: date | None,
) -> list[str]:
    """What does not hold in the proofs; empty when every verdict follows."""
    context = _Context(plan, facts.by_id(), facts.calendar, as_of, known_at, steps)
    found = []
    for target, step in steps.items():
        try:
            context.target(targets[target], step)
        except _Wrong as wrong:
            found.append(f"{target}: {wrong}")
        except (KeyError, ValueError, TypeError, AttributeError, ZeroDivisionError, IndexError) as error:
            found.append(f"{target}: the proof cannot be followed ({type(error).__name__}: {error})")
    if set(targets) != set(steps):
        found.append("not every target has a verdict")
    return found


def _need(holds: object, what: str) -> None:
    if not holds:
        raise _Wrong(what)


def _day(text: str) -> date:
    return date.fromisoformat(text)


class _Seen(NamedTuple):
    """What the pieces of a measure come to. ``compared`` is the value as it is held against the bound."""

    pieces: list[Measurement]
    reach: date | None
    covered: bool
    final: bool
    amount: Exact
    volume: Exact
    value: Exact | None
    compared: Exact | None


def _seen(criterion: Threshold, pieces: list[Measurement], reach: date | None) -> _Seen:
    amount = sum(p.amount or 0 for p in pieces)
    volume = sum(p.volume or 0 for p in pieces)
    value: Exact | None = None
    if pieces and (criterion.kind in ("level", "figure") or pieces[0].amount is None):
        value = pieces[0].value
    elif pieces and criterion.kind == "total":
        value = amount
    elif volume:
        value = exact(Fraction(amount) / volume)
    compared = None if value is None else _Context.round(criterion, value)
    final = not any(p.preliminary for p in pieces)
    return _Seen(pieces, reach, reach == criterion.over.last, final, amount, volume, value, compared)


class _Context:
    def __init__(
        self,
        plan: Plan,
        facts: Mapping[str, Fact],
        calendar: Mapping[str, tuple[date, ...]],
        as_of: date,
        known_at: date | None,
        steps: Mapping[str, Step],
    ) -> None:
        self.facts, self.calendar, self.as_of, self.known_at = facts, calendar, as_of, known_at
        self.plan, self.steps = plan, steps
        self.citing: frozenset[str] = frozenset()

    def cited_as(self, kind: type[Fact], name: str, **about: object) -> Any:
        """A cited fact of this kind that says something, about this."""
        fact = self.cited(name)
        _need(isinstance(fact, kind) and not fact.withdrawn, f"{name} says nothing of the kind")
        for key, wanted in about.items():
            _need(getattr(fact, key) == wanted, f"{name} is about something else")
        return fact

    def cited(self, name: str) -> Any:
        """A cited fact: there, known at K, and among those the step at hand says it rests on."""
        fact = self.facts.get(name)
        _need(fact is not None, f"cites a fact that is not there: {name}")
        assert fact is not None
        _need(name in self.citing, f"{name} is used and not cited")
        known = self.known_at is None or fact.reported is None or fact.reported <= self.known_at
        _need(known, f"cites a fact that was not known yet: {name}")
        return fact

    def target(self, target: Target, step: Step) -> None:
        (inner,) = step.premises
        _need(step.path == target.id, f"the step {step.path} stands where {target.id} should")
        self.criterion(target.criterion, inner, target)
        _need(step.evidence == inner.evidence, f"the evidence is {inner.evidence}, not {step.evidence}")
        others = {other: self.steps[other] for other in target.depends_on}
        blocked = [name for name, other in others.items() if _blocks(other)]
        _shows(
            step.data,
            modality=target.modality,
            depends_on={name: other.verdict for name, other in others.items()} or None,
            blocked_by=blocked if others else None,
        )
        rank = _RANK[inner.verdict]
        if step.rule == "may":
            expected = "on-track" if target.modality == "may" and rank <= 1 else None
        elif step.rule == "should":
            expected = "at-risk" if target.modality == "should" and rank == 0 else None
        elif step.rule == "dependency":
            expected = "at-risk" if blocked and rank in (1, 2) else None
        else:
            capped = (target.modality == "may" and rank <= 1) or (target.modality == "should" and rank == 0)
            expected = None if capped or step.rule != "as-judged" else inner.verdict
        _need(step.verdict == expected, f"rule {step.rule} does not give {step.verdict}")

    def criterion(self, criterion: Criterion, step: Step, target: Target) -> None:
        _need(step.path == criterion.path, f"the step {step.path} stands where {criterion.path} should")
        self.citing = frozenset(step.facts)
        for fact in step.facts:
            self.cited(fact)
        if isinstance(criterion, Combination):
            self.combination(criterion, step, target)
        elif step.rule.startswith("alternatives"):
            self.alternatives(criterion, step, target)
        else:
            _LEAVES[type(criterion)](self, criterion, step, target)

    def combination(self, criterion: Combination, step: Step, target: Target) -> None:
        _need(len(step.premises) == len(criterion.parts), "not every part is judged")
        for part, premise in zip(criterion.parts, step.premises, strict=True):
            self.criterion(part, premise, target)
        _shows(
            step.data,
            kind=criterion.label,
            count=criterion.count,
            size=len(criterion.parts),
            fulfilled=sum(p.verdict == "fulfilled" for p in step.premises),
        )
        evidence = _combined(step.premises)
        _need(step.evidence == evidence, f"the evidence is {evidence}, not {step.evidence}")
        _need(_ENOUGH[step.rule] == _RANK[step.verdict], f"rule {step.rule} does not give {step.verdict}")
        best_first = sorted((_RANK[p.verdict] for p in step.premises), reverse=True)
        _need(
            _RANK[step.verdict] == best_first[criterion.count - 1],
            f"{step.verdict} is not the verdict of the {criterion.count} best parts",
        )

    def alternatives(self, criterion: Criterion, step: Step, target: Target) -> None:
        _need(step.data["conflicts"], "no contradiction is named")
        for ids in step.data["conflicts"]:
            _need(len(ids) > 1, "a contradiction takes two facts")
        for premise in step.premises:
            self.criterion(criterion, premise, target)
        _need(step.data["size"] == len(step.premises), "not every alternative is judged")
        told = tuple(dict.fromkeys(fact for ids in step.data["conflicts"] for fact in ids))
        _need(step.facts == told and step.evidence == "conflicting", "the contradicting facts are others")
        found = {premise.verdict for premise in step.premises}
        agreed = len(found) == 1 and not step.data.get("unresolved")
        expected = found.pop() if agreed else "at-risk"
        _need(step.verdict == expected, "the alternatives do not give this verdict")
        _need((step.rule == "alternatives-agree") == agreed, "the alternatives agree or not")

    def open(self, step: Step, target: Target, fires: Mapping[str, object]) -> None:
        """An open step: at risk for exactly the risk rules that fire on what is shown; on track when none does."""
        fired = {rule for rule, on in fires.items() if on and rule not in target.risks.off}
        _need(set(step.risks) == fired, f"the rules that fire are {sorted(fired)}, not {sorted(step.risks)}")
        rule, verdict = ("still-open", "on-track") if not fired else (min(fired), "at-risk")
        _need((step.rule, step.verdict) == (rule, verdict), f"rule {step.rule} does not give {step.verdict}")

    # --- leaves ---

    def threshold(self, criterion: Threshold, step: Step, target: Target) -> None:
        data = step.data
        pieces = [self.piece(criterion, piece) for piece in data["pieces"]]
        seen = _seen(criterion, pieces, self.tiled(criterion, pieces))
        self.figures_shown(criterion, data, seen.reach, seen.value, seen.compared)
        self.expectations_shown(criterion, data, seen)
        missing = self.evidence_defects(criterion, data.get("defects", ()), pieces, seen.reach)
        whole = seen.covered and seen.final
        evidence = "overdue" if missing else "complete" if whole else "partial" if pieces else "none"
        _need(step.evidence == evidence, f"the evidence is {evidence}, not {step.evidence}")
        settled = self.settled(criterion, data, seen)
        if step.rule in settled:
            _need(settled[step.rule] == (True, step.verdict), f"rule {step.rule} does not give {step.verdict}")
            return
        _need(not any(holds for holds, _ in settled.values()), "the criterion is settled, not open")
        self.open(step, target, self.leanings(criterion, data, target, seen))

    def settled(self, criterion: Threshold, data: Data, seen: "_Seen") -> dict[str, tuple[bool, str]]:
        """Which settling rules hold, and what each of them gives."""
        holds = seen.compared is not None and criterion.bound.margin(seen.compared) >= 0
        whole = seen.covered and seen.final
        empty = seen.covered and seen.value is None
        sure = self.apart(criterion, data["settled"]) if "settled" in data else seen.pieces
        sure = [p for p in sure if not p.preliminary]
        known = self.round(criterion, sum(p.amount or 0 for p in sure))
        low, high = criterion.bound.low, criterion.bound.high
        grows = criterion.kind == "total" and not criterion.signed and bool(sure)
        enough = criterion.bound.operator == "at_least" and low is not None and known >= low
        silent = criterion.undocumented == "missed" and self.as_of > criterion.closes
        return {
            "bound-holds": (whole and holds, "fulfilled"),
            "bound-fails": (whole and not empty and not holds, "missed"),
            "exceeded-for-good": (grows and high is not None and known > high, "missed"),
            "reached-for-good": (grows and enough, "fulfilled"),
            "empty-fulfils": (whole and empty and criterion.if_empty == "fulfilled", "fulfilled"),
            "no-items": (empty and criterion.if_empty == "at-risk", "at-risk"),
            "undocumented": (not seen.covered and silent, "missed"),
        }

    def leanings(self, criterion: Threshold, data: Data, target: Target, seen: "_Seen") -> dict[str, object]:
        """Which risk rules about a measure fire."""
        bound, compared, expected = criterion.bound, seen.compared, data.get("expected", ())
        secured = bool(expected) and all(entry["outlook"] == "secured" for entry in expected)
        growing = criterion.kind == "total" and not seen.covered and bound.operator != "at_most"
        inside = None if compared is None or secured or growing else bound.margin(compared)
        allowed = self.allowed_margin(criterion, target, seen)
        near = inside is not None and inside >= 0 and allowed is not None
        _shows(data, allowed_margin=plain(allowed) if near and allowed is not None else None)
        behind = False
        if "required" in data:
            rate, reference = self.required(criterion, data, target, seen)
            behind = rate < reference if bound.operator == "at_most" else rate > reference
        return {
            "R1": inside is not None and inside < 0,
            "R2": near and inside is not None and allowed is not None and inside <= allowed,
            "R3": behind,
            "R4": "forecast" in data and bound.margin(exact_text(data["forecast"]["value"])) < 0,
            "R7": data.get("defects"),
            "R8": "worsening" in data and self.worsens(criterion, data["worsening"]) == target.risks.trend,
            "R9": any(entry["outlook"] == "out-of-reach" for entry in expected),
        }

    @staticmethod
    def allowed_margin(criterion: Threshold, target: Target, seen: "_Seen") -> Exact | None:
        """How near the bound a value may come before R2 fires; None when no margin is declared."""
        bound, margin, value = criterion.bound, target.risks.margin, seen.value
        if value is None or margin is None or bound.operator == "exactly":
            return None
        nearest = min((end for end in (bound.low, bound.high) if end is not None), key=lambda end: distance(value, end))
        return exact(Fraction(margin * distance(nearest, 0))) if target.risks.margin_is_relative else margin

    def figures_shown(
        self, criterion: Threshold, data: Data, reach: date | None, value: Exact | None, compared: Exact | None
    ) -> None:
        """The period, the bound, the value and how far it is from the bound are as the proof says."""
        known = value is not None and compared is not None
        _shows(
            data,
            kind=criterion.kind,
            measure=criterion.measure,
            dimensions=dict(criterion.dimensions) or None,
            over=criterion.over.label,
            closes=criterion.closes.isoformat(),
            bound=_bound(criterion.bound),
            rounded_to=None if criterion.rounded_to is None else plain(criterion.rounded_to),
            reach=None if reach is None else reach.isoformat(),
            value=plain(value) if value is not None else None,
            rounded=plain(compared) if compared is not None and compared != value else None,
            margin=plain(exact(Fraction(criterion.bound.margin(compared)))) if known and compared is not None else None,
        )
        _need(("exact" in data) == (value is not None and not terminates(value)), "the exact value is missing")
        if value is not None and "exact" in data:
            _need(exact_text(data["exact"]) == value, f"the value is {value}, not {data['exact']}")

    def expectations_shown(self, criterion: Threshold, data: Data, seen: "_Seen") -> None:
        """The expected volumes and value are as the forecasts say, and leave possible what is said."""
        about = {**_same(criterion), "period": criterion.over}
        for entry in data.get("expected", ()):
            expected = self.cited_as(Forecast, entry["fact"], **about).volume
            _need(expected is not None and expected >= seen.volume, f"{entry['fact']} expects less than there is")
            _shows(entry, volume=plain(expected), outlook=self.outlook(criterion, seen, expected))
        if "forecast" in data:
            forecast = self.cited_as(Forecast, data["forecast"]["fact"], **about)
            _shows(data["forecast"], value=plain(forecast.value))

    def evidence_defects(
        self, criterion: Threshold, defects: Sequence[Data], pieces: Sequence[Measurement], reach: date | None
    ) -> bool:
        """Each defect named is one by its date; whether a figure is missing or stale."""
        lag = criterion.closes - criterion.over.last
        preliminary = {p.id: p.period.last for p in pieces if p.preliminary}
        for defect in defects:
            if defect["defect"] == "preliminary":
                last = preliminary[defect["fact"]]
            else:
                last = _day(defect["through"])
                _need(last <= criterion.over.last and (reach is None or reach < last), "nothing is missing")
            _shows(defect, since=(last + lag).isoformat())
            _need(self.as_of > last + lag, "it is not due yet")
        return any(defect["defect"] in ("missing", "stale") for defect in defects)

    def outlook(self, criterion: Threshold, seen: "_Seen", expected: Exact) -> str:
        """What the expected volume leaves possible, from the least and the greatest value that the rest can bring."""
        if criterion.signed or not expected:
            return "open"
        low, high = criterion.bound.low, criterion.bound.high
        least = self.round(criterion, Fraction(seen.amount) / expected)
        most = None  # a mean has no greatest value
        if criterion.kind == "share":
            most = self.round(criterion, Fraction(seen.amount + expected - seen.volume) / expected)
        if (high is not None and least > high) or (most is not None and low is not None and most < low):
            return "out-of-reach"
        above = low is None or least >= low
        below = high is None or (most is not None and most <= high)
        return "secured" if above and below else "open"

    def required(self, criterion: Threshold, data: Data, target: Target, seen: "_Seen") -> tuple[Exact, Exact]:
        """R3: what the rest must achieve, and what it is measured by."""
        at_most = criterion.bound.operator == "at_most"
        bound = (criterion.bound.high if at_most else criterion.bound.low) or 0
        if criterion.kind == "total":
            rest = (criterion.over.last - (seen.reach or criterion.over.first - ONE_DAY)).days
            rates = [exact(Fraction(bound - seen.amount) / rest)]
        else:
            volumes = [exact_text(entry["volume"]) for entry in data["expected"]]
            rates = [exact(Fraction(bound * n - seen.amount) / (n - seen.volume)) for n in volumes if n > seen.volume]
        rate = min(rates) if at_most else max(rates)
        reference = target.risks.required_rate
        if reference == "best-quarter":
            best = self.cited_as(Measurement, data["required"]["fact"], **_same(criterion))
            _need(best.period.is_quarter and best.period.last <= self.as_of, f"{best.id} is not of a quarter")
            reference = _rate(criterion, best)
        if reference is None or isinstance(reference, str):
            raise _Wrong("no reference is declared")
        _shows(data["required"], rate=plain(rate), reference=plain(reference))
        return rate, reference

    def worsens(self, criterion: Threshold, names: Sequence[str]) -> int:
        """How many figures there are, each worse than the one before."""
        figures = [self.cited_as(Measurement, name, **_same(criterion)) for name in names]
        for earlier, later in pairwise(figures):
            _need(earlier.period.last < later.period.first, f"{later.id} does not follow {earlier.id}")
            a, b = _rate(criterion, earlier), _rate(criterion, later)
            better = {"at_most": a < b, "at_least": a > b}
            worse = better.get(criterion.bound.operator, criterion.bound.margin(a) > criterion.bound.margin(b))
            _need(worse, f"{later.id} is not worse than {earlier.id}")
        return len(figures)

    @staticmethod
    def round(criterion: Threshold, value: Exact) -> Exact:
        return value if criterion.rounded_to is None else round_half_up(value, criterion.rounded_to)

    def piece(self, criterion: Threshold, piece: Data) -> Measurement:
        fact = self.cited(piece["fact"])
        _need(isinstance(fact, Measurement) and fact.measure == criterion.measure, f"{fact.id} measures something else")
        _need(fact.dimensions == criterion.dimensions, f"{fact.id} is about another part")
        _need(fact.period.last <= self.as_of, f"{fact.id} ends after the day that is judged")
        _need(not fact.withdrawn, f"{fact.id} was taken back")
        _shows(piece, period=fact.period.label, value=None if fact.value is None else plain(fact.value))
        for key, number in (("amount", fact.amount), ("volume", fact.volume)):
            shown = piece.get(key)
            _need((shown is None) == (number is None), f"{fact.id}: {key}")
            if shown is not None:
                _need(exact_text(shown) == number, f"{fact.id}: {key} is {number}, not {shown}")
        _need(piece["status"] == ("preliminary" if fact.preliminary else "final"), f"{fact.id}: status")
        return fact  # type: ignore[no-any-return]

    def apart(self, criterion: Threshold, shown: list[Data]) -> list[Measurement]:
        """Figures within the period, none overlapping the next."""
        figures = [self.piece(criterion, piece) for piece in shown]
        for figure, following in pairwise(figures):
            _need(figure.period.last < following.period.first, f"{following.id} overlaps")
        _need(all(f.period.within(criterion.over) for f in figures), "a figure lies outside the period")
        return figures

    def tiled(self, criterion: Threshold, pieces: list[Measurement]) -> date | None:
        """The last day the pieces cover, which lie end to end from the first day of the period."""
        if not pieces:
            return None
        if criterion.kind == "level":
            _need(len(pieces) == 1 and pieces[0].period.last <= criterion.over.last, "a level is one figure")
            return pieces[0].period.last
        if criterion.kind == "figure":
            _need(len(pieces) == 1 and pieces[0].period == criterion.over, "a figure is of the whole period")
        day = criterion.over.first
        for piece in pieces:
            _need(piece.period.first == day, f"{piece.id} leaves a gap or overlaps")
            addable = piece.amount is not None and (criterion.kind == "total" or piece.volume is not None)
            _need(len(pieces) == 1 or addable, f"{piece.id} cannot be added")
            day = piece.period.last + ONE_DAY if piece.period.last < date.max else date.max
        _need(pieces[-1].period.last <= criterion.over.last, "the pieces run past the period")
        return pieces[-1].period.last

    def milestone(self, criterion: Milestone, step: Step, target: Target) -> None:
        data = step.data
        final, told, waiting = [], [], 0
        for member in data["members"]:
            if criterion.members is not None:
                _need(member["subject"] in criterion.members, f"{member} is not asked for")
            subject = member.get("subject", "")
            if "expected" in member:
                self.forecast(member, criterion.event, subject)
            if "date" in member:
                event = self.event(step, member, criterion.event, subject, criterion.after)
                _shows(member, days=(criterion.by - event).days)
                told.append(event)
                if member["status"] == "final":
                    final.append(event)
                continue
            if "fact" in member:
                self.not_recognised(member, criterion.event, subject)
            for entry in member.get("waits_for", ()):
                _need(self.forecast(entry, entry["before"]) > criterion.by, f"{entry['forecast']} is in time")
                waiting += 1
        names = [m.get("subject", "") for m in data["members"]]
        _need(len(set(names)) == len(names), "a subject is counted twice")
        if criterion.members is not None:
            _need(set(names) == set(criterion.members), "a member is left out")
        in_time = [day for day in final if day <= criterion.by]
        likely = sum(day <= criterion.by for day in told) >= criterion.count
        single = criterion.members is None and names == [""]
        closed = criterion.closed or single
        lost = closed and sum(day > criterion.by for day in final) > len(names) - criterion.count
        over = self.as_of > criterion.closes and criterion.undocumented == "missed" and not likely
        told.sort()
        _shows(
            data,
            kind="milestone",
            event=criterion.event,
            by=criterion.by.isoformat(),
            closes=criterion.closes.isoformat(),
            count=criterion.count,
            size=len(names) if closed else None,
            done=len(in_time),
            days_left=(criterion.by - self.as_of).days,
            after=list(criterion.after) or None,
            shifted_from=criterion.shifted_from.isoformat() if criterion.shifted_from else None,
            delivered=told[criterion.count - 1].isoformat() if len(told) >= criterion.count else None,
        )
        missing = self.silence_defects(criterion, data, likely)
        complete = len(in_time) >= criterion.count or lost
        evidence = "overdue" if missing else "complete" if complete else "partial" if told else "none"
        _need(step.evidence == evidence, f"the evidence is {evidence}, not {step.evidence}")
        settled = {
            "in-time": (len(in_time) >= criterion.count, "fulfilled"),
            "too-late": (lost, "missed"),
            "not-shown": (over, "missed"),
        }
        if step.rule in settled:
            _need(settled[step.rule] == (True, step.verdict), f"rule {step.rule} does not give {step.verdict}")
            return
        _need(not any(holds for holds, _ in settled.values()), "the criterion is settled, not open")
        late = [m for m in data["members"] if "expected" in m and _day(m["expected"]) > criterion.by]
        hopeful = sum("date" not in m and m not in late and (closed or "expected" in m) for m in data["members"])
        fires = {
            "R4": late and sum(day <= criterion.by for day in told) + hopeful < criterion.count,
            "R5": not likely and self.little_time(criterion.by, target),
            "R6": waiting and not likely,
            "R7": data.get("defects"),
        }
        self.open(step, target, fires)

    def little_time(self, by: date, target: Target) -> bool:
        lead = target.risks.lead_time
        return lead is not None and (by - self.as_of).days < lead

    def not_recognised(self, member: Data, event: str, subject: str) -> None:
        """What happened before something it requires: the days are as the facts say."""
        told = self.cited_as(Event, member["fact"], event=event, subject=subject)
        for entry in member["not_recognised"]:
            _shows(entry, date=told.date.isoformat())
            if "fact" in entry:
                before = self.cited_as(Event, entry["fact"], event=entry["before"], subject=entry.get("subject", ""))
                _shows(entry, before_date=before.date.isoformat())

    def silence_defects(self, criterion: Milestone, data: Data, likely: bool) -> bool:
        """After the lag, each preliminary event that counts, or the silence, is a defect; whether it is silence."""
        defects = data.get("defects", ())
        _need(not defects or self.as_of > criterion.closes, "it is not due yet")
        for defect in defects:
            _shows(defect, since=criterion.closes.isoformat())
            if defect["defect"] == "missing":
                _need(not likely and criterion.undocumented == "at-risk", "nothing is missing")
                _shows(defect, through=criterion.by.isoformat())
            else:
                named = [m.get("status") for m in data["members"] if m.get("fact") == defect["fact"]]
                _need(likely and named == ["preliminary"], f"{defect['fact']} is not preliminary")
        return any(defect["defect"] == "missing" for defect in defects)

    def event(self, step: Step, shown: Data, name: str, subject: str, after: Sequence[str] = ()) -> date:
        """The day of an event that is counted: it had happened, and so had all that it requires."""
        fact = self.cited_as(Event, shown["fact"], event=name, subject=subject)
        day = _day(shown["date"])
        _need(fact.date == day and day <= self.as_of, f"{fact.id} did not happen on {day}")
        told: list[Event] = []
        if after or name in self.plan.requirements:
            told = [e for e in map(self.cited, step.facts) if isinstance(e, Event) and not e.withdrawn]
        standing = self.standing(fact, told, after)
        _need(standing == shown["status"], f"{fact.id} is {standing}, not {shown['status']}")
        return day

    def standing(self, event: Event, told: list[Event], after: Sequence[str] = ()) -> str:
        """``final``, ``preliminary``, or ``not recognised``: what it requires had not happened by its day."""
        found = {"preliminary" if event.preliminary else "final"}
        needs = [(d.before, d.per_subject) for d in self.plan.requirements.get(event.event, ())]
        needs += [(name, self.has_subjects(name) and self.has_subjects(event.event)) for name in after]
        for before, per_subject in needs:
            for subject in self.required_subjects(before, event.subject if per_subject else None):
                earlier = [e for e in told if e.event == before and subject in (None, e.subject)]
                in_time = [e for e in earlier if e.date and event.date and e.date <= event.date]
                best = {self.standing(e, told) for e in in_time}
                found.add(next((s for s in ("final", "preliminary") if s in best), "not recognised"))
        return next(s for s in ("not recognised", "preliminary", "final") if s in found)

    def has_subjects(self, event: str) -> bool:
        return event in self.plan.events and self.plan.events[event].subjects is not None

    def required_subjects(self, before: str, subject: str | None) -> list[str | None]:
        """Whom it must have happened for: this subject, all that are named, or (None) any of an open set."""
        if not self.has_subjects(before):
            return [""]
        return [subject] if subject is not None else list(self.plan.events[before].subjects or ()) or [None]

    def forecast(self, shown: Data, event: str, subject: str | None = None) -> date:
        about = {"event": event} if subject is None else {"event": event, "subject": subject}
        fact = self.cited_as(Forecast, shown["forecast"], **about)
        _need(fact.expected == _day(shown["expected"]), f"{fact.id} says otherwise")
        return _day(shown["expected"])

    def order(self, criterion: Order, step: Step, target: Target) -> None:
        states, slips, known = [], False, False
        for subject, member in zip(criterion.subjects, step.data["members"], strict=True):
            first = self.event(step, member["before"], criterion.before, subject) if "before" in member else None
            second = self.event(step, member["then"], criterion.then, subject) if "then" in member else None
            sure = [member[k]["status"] == "final" if k in member else False for k in ("before", "then")]
            slips |= "expected" in member and self.order_slips(criterion, member, subject)
            known |= "before" in member or "then" in member
            if second and sure[1] and (first is None or first > second):
                states.append("broken")
            elif first and second and all(sure):
                states.append("done" if second <= criterion.by else "late")
            else:
                states.append("late" if first and sure[0] and first > criterion.by else "open")
        _shows(
            step.data,
            kind="order",
            before=criterion.before,
            then=criterion.then,
            by=criterion.by.isoformat(),
            closes=criterion.closes.isoformat(),
            days_left=(criterion.by - self.as_of).days,
        )
        decided = {"broken", "late"} & {*states} or {*states} == {"done"}
        evidence = "complete" if decided else "partial" if known else "none"
        _need(step.evidence == evidence, f"the evidence is {evidence}, not {step.evidence}")
        over = self.as_of > criterion.closes
        settled = {
            "out-of-order": ("broken" in states, "missed"),
            "order-too-late": ("late" in states, "missed"),
            "in-order": (set(states) == {"done"}, "fulfilled"),
            "order-not-shown": (over and "open" in states, "missed"),
        }
        if step.rule in settled:
            _need(settled[step.rule] == (True, step.verdict), f"rule {step.rule} does not give {step.verdict}")
            return
        _need(not any(holds for holds, _ in settled.values()), "the criterion is settled, not open")
        self.open(step, target, {"R4": slips, "R5": self.little_time(criterion.by, target)})

    def order_slips(self, criterion: Order, member: Data, subject: str) -> bool:
        """Whether what is still to happen is expected too late, or the second before the first."""
        days = {}
        for name, day in member["expected"].items():
            fact = self.cited_as(Forecast, name, subject=subject, expected=_day(day))
            _need(fact.event in (criterion.before, criterion.then), f"{name} is about something else")
            days[fact.event] = _day(day)
        keys = ((criterion.before, "before"), (criterion.then, "then"))
        waiting = [event for event, key in keys if key not in member]
        late = any(days[event] > criterion.by for event in waiting if event in days)
        return late or (len(waiting) == len(days) == 2 and days[criterion.then] < days[criterion.before])

    def recurring(self, criterion: Recurring, step: Step, target: Target) -> None:
        dates = criterion.dates if criterion.dates is not None else self.calendar.get(criterion.event, ())
        _need([_day(m["due"]) for m in step.data["members"]] == list(dates), "the due dates are others")
        late = silent = pending = False
        slips = overdue = missing = known = False
        defects = []
        for due, member in zip(dates, step.data["members"], strict=True):
            passed = self.as_of > due + criterion.lag
            day = self.event(step, member, criterion.event, due.isoformat()) if "date" in member else None
            known |= day is not None
            if day is not None:
                _shows(member, days=(due - day).days)
                if member["status"] == "final":
                    late |= day > due
                    continue
            pending = True
            silent |= passed and (day is None or day > due)
            unseen = day is None and not passed and self.as_of > due
            missing |= unseen
            stale = passed and day is not None and day <= due
            overdue |= stale or unseen
            slips |= "expected" in member and self.forecast(member, criterion.event, due.isoformat()) > due
            if unseen or (passed and day is not None):
                since = due if day is None else due + criterion.lag
                named = {"fact": member["fact"]} if day is not None else {}
                kind = "missing" if day is None else "preliminary"
                defects.append({"defect": kind, "through": due.isoformat(), "since": since.isoformat(), **named})
        horizon = dates[-1] if dates else criterion.by
        _shows(
            step.data,
            kind="recurring",
            event=criterion.event,
            by=horizon.isoformat(),
            closes=(horizon + criterion.lag).isoformat(),
            lag=criterion.lag.days,
            scheduled=bool(dates),
            defects=defects if overdue else None,
        )
        complete = bool(dates) and (late or not pending)
        evidence = "overdue" if missing else "complete" if complete else "partial" if known else "none"
        _need(step.evidence == evidence, f"the evidence is {evidence}, not {step.evidence}")
        settled = {
            "report-late": (late, "missed"),
            "report-missing": (silent, "missed"),
            "all-in-time": (bool(dates) and not pending and not late, "fulfilled"),
            "no-calendar": (not dates and self.as_of > criterion.by, "at-risk"),
        }
        if step.rule in settled:
            _need(settled[step.rule] == (True, step.verdict), f"rule {step.rule} does not give {step.verdict}")
            return
        _need(not any(holds for holds, _ in settled.values()), "the criterion is settled, not open")
        self.open(step, target, {"R4": slips, "R7": overdue})

    def assessed(self, criterion: Assessed, step: Step, target: Target) -> None:
        told = step.data.get("assessment")
        verdict, final = None, False
        _shows(step.data, kind="assessment", by=criterion.by.isoformat(), roles=list(criterion.roles))
        if told:
            fact = self.cited_as(Assessment, told["fact"], target=criterion.target)
            _need(fact.date is not None and fact.date <= self.as_of, f"{fact.id} was made later")
            by, roles = fact.by.casefold(), [role.casefold() for role in criterion.roles]
            signed = not roles or any(by == role or by.startswith(role + ",") for role in roles)
            _shows(
                told,
                verdict=fact.verdict,
                by=fact.by,
                date=fact.date.isoformat(),
                reason=fact.reason,
                status="preliminary" if fact.preliminary else "final",
                counts=signed,
            )
            if signed:
                verdict, final = fact.verdict, not fact.preliminary
        evidence = "none" if verdict is None else "complete" if final else "partial"
        _need(step.evidence == evidence, f"the evidence is {evidence}, not {step.evidence}")
        after = self.as_of > criterion.by
        open_ = verdict in (None, "on-track") or (verdict == "fulfilled" and not final)
        expected = {
            "assessed-fulfilled": verdict == "fulfilled" and final,
            "assessed-missed": verdict == "missed" and final,
            "assessed-low": verdict == "at-risk" or (verdict == "missed" and not final),
            "not-assessed": after and open_,
            "still-open": not after and open_,
        }
        gives = {"assessed-fulfilled": "fulfilled", "assessed-missed": "missed", "still-open": "on-track"}
        _need(
            expected[step.rule] and step.verdict == gives.get(step.rule, "at-risk"),
            f"rule {step.rule} does not give {step.verdict}",
        )


def _shows(shown: Data, **follows: object) -> None:
    """What is shown is what follows; None: nothing is."""
    for key, value in follows.items():
        _need(shown.get(key) == value, f"{key} is {value}, not {shown.get(key)}")


def _bound(bound: Bound) -> Data:
    ends = (("low", bound.low), ("high", bound.high))
    return {
        "operator": bound.operator,
        "unit": bound.unit,
        **{key: plain(end) for key, end in ends if end is not None},
    }


def _same(criterion: Threshold) -> dict[str, object]:
    return {"measure": criterion.measure, "dimensions": criterion.dimensions}


def _rate(criterion: Threshold, figure: Measurement) -> Exact:
    """The value of one figure; a total by the day."""
    if criterion.kind == "total":
        days = (figure.period.last - figure.period.first).days + 1
        return exact(Fraction(figure.amount or 0) / days)
    if criterion.kind in ("level", "figure") or figure.amount is None or figure.volume is None:
        return figure.value or 0
    return exact(Fraction(figure.amount) / Fraction(figure.volume))


def _combined(premises: Sequence[Step]) -> str:
    """The evidence of combined criteria: the worst defect, what they all have, or partial."""
    found = {premise.evidence for premise in premises}
    for defect in ("conflicting", "overdue"):
        if defect in found:
            return defect
    return found.pop() if len(found) == 1 else "partial"


def _blocks(step: Step) -> bool:
    """Whether targets that depend on this one are at risk for it."""
    return step.verdict == "at-risk" or (step.verdict == "missed" and _delivered(step) is None)


def _delivered(step: Step) -> str | None:
    """The day by which everything needed had happened, if it had."""
    if step.data.get("kind") == "milestone":
        return step.data.get("delivered")
    days = sorted(day for premise in step.premises if (day := _delivered(premise)) is not None)
    count = step.data.get("count", len(step.premises)) if "kind" in step.data else len(step.premises)
    return days[count - 1] if step.premises and len(days) >= count else None


_LEAVES: dict[type, Callable[[_Context, Any, Step, Target], None]] = {
    Threshold: _Context.threshold,
    Milestone: _Context.milestone,
    Order: _Context.order,
    Recurring: _Context.recurring,
    Assessed: _Context.assessed,
}
