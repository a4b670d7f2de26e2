"""Re-derives every verdict from its proof: the plan, the cited facts, and arithmetic. Finding is hard, checking is not.

The checker never selects, searches or tiles. It takes what a proof says (these pieces, these events, this rule) and
asks whether the cited facts say so, whether the sums are right, and whether the rule gives that verdict. Together with
the reference evaluator, which sees facts a proof may have left out, it stands between the engine and every reader.
"""

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

from rulecheck.engine.proof import Step
from rulecheck.facts.facts import Assessment, Event, Fact, Facts, Forecast, Measurement
from rulecheck.facts.period import ONE_DAY
from rulecheck.facts.quantity import Exact, distance, exact_text, round_half_up
from rulecheck.rules.criteria import Assessed, Combination, Criterion, Milestone, Order, Recurring, Threshold
from rulecheck.rules.plan import Target

Data = Mapping[str, Any]
_RANK = {"missed": 0, "at-risk": 1, "on-track": 2, "fulfilled": 3}


class Disagreement(Exception):
    """A proof does not hold, or the reference evaluator judges otherwise (exit 5)."""

    def __init__(self, found: list[str]) -> None:
        self.found = tuple(found)
        super().__init__("; ".join(found))


class _Wrong(Exception):
    """What does not hold in the step at hand."""


def check(
    targets: Mapping[str, Target], steps: Mapping[str, Step], facts: Facts, as_of: date, known_at: date | None
) -> list[str]:
    """What does not hold in the proofs; empty when every verdict follows."""
    context = _Context(facts.by_id(), facts.calendar, as_of, known_at, {t: s.verdict for t, s in steps.items()})
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


class _Context:
    def __init__(
        self,
        facts: Mapping[str, Fact],
        calendar: Mapping[str, tuple[date, ...]],
        as_of: date,
        known_at: date | None,
        verdicts: Mapping[str, str],
    ) -> None:
        self.facts, self.calendar, self.as_of, self.known_at = facts, calendar, as_of, known_at
        self.verdicts = verdicts

    def cited(self, name: str) -> Any:
        """A cited fact: there, known at K."""
        fact = self.facts.get(name)
        _need(fact is not None, f"cites a fact that is not there: {name}")
        assert fact is not None
        known = self.known_at is None or fact.reported is None or fact.reported <= self.known_at
        _need(known, f"cites a fact that was not known yet: {name}")
        return fact

    def target(self, target: Target, step: Step) -> None:
        (inner,) = step.premises
        self.criterion(target.criterion, inner, target)
        rank = _RANK[inner.verdict]
        if step.rule == "may":
            expected = "on-track" if target.modality == "may" and rank <= 1 else None
        elif step.rule == "should":
            expected = "at-risk" if target.modality == "should" and rank == 0 else None
        elif step.rule == "dependency":
            blocked = step.data["blocked_by"]
            bad = [b for b in blocked if b in target.depends_on and self.verdicts[b] in ("at-risk", "missed")]
            expected = "at-risk" if bad and rank in (1, 2) else None
        else:
            capped = (target.modality == "may" and rank <= 1) or (target.modality == "should" and rank == 0)
            expected = None if capped or step.rule != "as-judged" else inner.verdict
        _need(step.verdict == expected, f"rule {step.rule} does not give {step.verdict}")

    def criterion(self, criterion: Criterion, step: Step, target: Target) -> None:
        _need(step.path == criterion.path, f"the step {step.path} stands where {criterion.path} should")
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
        found = {premise.verdict for premise in step.premises}
        agreed = len(found) == 1 and not step.data.get("unresolved")
        expected = found.pop() if agreed else "at-risk"
        _need(step.verdict == expected, "the alternatives do not give this verdict")
        _need((step.rule == "alternatives-agree") == agreed, "the alternatives agree or not")

    def open(self, step: Step, target: Target, fires: Mapping[str, Callable[[], object]]) -> None:
        """An open step: at risk exactly when the risk rules it names fire, on track when none that can be seen does."""
        if step.rule == "still-open":
            _need(step.verdict == "on-track" and not step.risks, "an open step without risks is on track")
            for rule in ("R1", "R5"):
                if rule in fires and rule not in target.risks.off:
                    _need(not fires[rule](), f"{rule} fires and is not counted")
            return
        _need(step.verdict == "at-risk" and step.rule in step.risks, f"rule {step.rule} does not give {step.verdict}")
        for rule in step.risks:
            _need(rule not in target.risks.off, f"{rule} is off")
            _need(fires[rule](), f"{rule} does not fire")

    # --- leaves ---

    def threshold(self, criterion: Threshold, step: Step, target: Target) -> None:
        data = step.data
        pieces = [self.piece(criterion, piece) for piece in data["pieces"]]
        reach = self.tiled(criterion, pieces)
        covered = reach == criterion.over.last
        final = not any(p.preliminary for p in pieces)
        amount = sum(p.amount or 0 for p in pieces)
        volume = sum(p.volume or 0 for p in pieces)
        value: Exact | None = None
        if pieces:
            alone = criterion.kind in ("level", "figure") or pieces[0].amount is None
            if alone:
                value = pieces[0].value or 0
            elif criterion.kind == "total":
                value = amount
            elif volume:
                value = Fraction(amount) / volume
        _need((value is None) == ("value" not in data), "the value is missing")
        if value is not None:
            stated = data.get("exact", data["value"])
            _need(exact_text(stated) == value, f"the value is {value}, not {stated}")
        rounded = value
        if value is not None and criterion.rounded_to is not None:
            rounded = round_half_up(value, criterion.rounded_to)
        low, high = criterion.bound.low, criterion.bound.high

        def holds(number: Exact | None) -> bool:
            return number is not None and (low is None or number >= low) and (high is None or number <= high)

        sure = self.apart(criterion, data["settled"]) if "settled" in data else pieces
        sure = [p for p in sure if not p.preliminary]
        settled_sum = sum(p.amount or 0 for p in sure)
        if criterion.rounded_to is not None:
            settled_sum = round_half_up(settled_sum, criterion.rounded_to)
        monotone = criterion.kind == "total" and not criterion.signed and bool(sure)
        over = monotone and high is not None and settled_sum > high
        enough = monotone and criterion.bound.operator == "at_least" and low is not None and settled_sum >= low
        silent = criterion.undocumented == "missed" and self.as_of > criterion.closes
        settled = {
            "bound-holds": (covered and final and holds(rounded), "fulfilled"),
            "bound-fails": (covered and final and value is not None and not holds(rounded), "missed"),
            "exceeded-for-good": (over, "missed"),
            "reached-for-good": (enough, "fulfilled"),
            "empty-fulfils": (covered and final and value is None and criterion.if_empty == "fulfilled", "fulfilled"),
            "no-items": (covered and value is None and criterion.if_empty == "at-risk", "at-risk"),
            "undocumented": (not covered and silent, "missed"),
        }
        if step.rule in settled:
            _need(settled[step.rule] == (True, step.verdict), f"rule {step.rule} does not give {step.verdict}")
            return
        _need(not any(holds_ for holds_, _ in settled.values()), "the criterion is settled, not open")
        growing = criterion.kind == "total" and not covered and criterion.bound.operator != "at_most"
        secured = bool(data.get("expected")) and all(e["outlook"] == "secured" for e in data["expected"])

        def margin_fires() -> bool:
            if rounded is None or target.risks.margin is None:
                return False
            ends = [e for e in (low, high) if e is not None]
            assert value is not None
            nearest = min(ends, key=lambda e: distance(value, e))
            allowed = target.risks.margin * (distance(nearest, 0) if target.risks.margin_is_relative else 1)
            return holds(rounded) and min(distance(rounded, e) for e in ends) <= allowed

        def out_of_reach() -> bool:
            for entry in data["expected"]:
                forecast: Forecast = self.cited(entry["fact"])
                expected = Fraction(forecast.volume or 0)
                least = amount / expected
                most = (amount + expected - volume) / expected if criterion.kind == "share" else None
                too_much = high is not None and self.round(criterion, least) > high
                too_little = low is not None and most is not None and self.round(criterion, most) < low
                if entry["outlook"] == "out-of-reach" and (too_much or too_little):
                    return True
            return False

        def required() -> bool:
            rate, reference = exact_text(data["required"]["rate"]), exact_text(data["required"]["reference"])
            return rate < reference if criterion.bound.operator == "at_most" else rate > reference

        def slips() -> bool:
            forecast: Forecast = self.cited(data["forecast"]["fact"])
            return forecast.value is not None and not holds(forecast.value)

        self.open(
            step,
            target,
            {
                "R1": lambda: value is not None and not secured and not growing and not holds(rounded),
                "R2": margin_fires,
                "R3": required,
                "R4": slips,
                "R7": lambda: self.defects(data),
                "R8": lambda: len(data["worsening"]) == target.risks.trend,
                "R9": out_of_reach,
            },
        )

    @staticmethod
    def round(criterion: Threshold, value: Fraction) -> Fraction:
        return value if criterion.rounded_to is None else Fraction(round_half_up(value, criterion.rounded_to))

    def piece(self, criterion: Threshold, piece: Data) -> Measurement:
        fact = self.cited(piece["fact"])
        _need(isinstance(fact, Measurement) and fact.measure == criterion.measure, f"{fact.id} measures something else")
        _need(fact.dimensions == criterion.dimensions, f"{fact.id} is about another part")
        _need(fact.period.last <= self.as_of, f"{fact.id} ends after the day that is judged")
        _need(not fact.withdrawn, f"{fact.id} was taken back")
        for key, number in (("amount", fact.amount), ("volume", fact.volume), ("value", fact.value)):
            shown = piece.get(key)
            _need((shown is None) == (number is None), f"{fact.id}: {key}")
            if shown is not None and key != "value":
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
            if "date" in member:
                event = self.event(member, criterion.event, member.get("subject", ""))
                told.append(event)
                if member["status"] == "final":
                    _need(not self.cited(member["fact"]).preliminary, f"{member['fact']} is preliminary")
                    final.append(event)
            elif "waits_for" in member:
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
        settled = {
            "in-time": (len(in_time) >= criterion.count, "fulfilled"),
            "too-late": (lost, "missed"),
            "not-shown": (over, "missed"),
        }
        if step.rule in settled:
            _need(settled[step.rule] == (True, step.verdict), f"rule {step.rule} does not give {step.verdict}")
            return
        _need(not any(holds for holds, _ in settled.values()), "the criterion is settled, not open")
        lead = target.risks.lead_time

        def slips() -> bool:
            late = [m for m in data["members"] if "expected" in m and self.forecast(m) > criterion.by]
            hopeful = sum("date" not in m and m not in late and (closed or "expected" in m) for m in data["members"])
            return bool(late) and sum(day <= criterion.by for day in told) + hopeful < criterion.count

        self.open(
            step,
            target,
            {
                "R4": slips,
                "R5": lambda: lead is not None and not likely and (criterion.by - self.as_of).days < lead,
                "R6": lambda: waiting and not likely,
                "R7": lambda: self.defects(data),
            },
        )

    def event(self, shown: Data, name: str, subject: str) -> date:
        fact = self.cited(shown["fact"])
        _need(isinstance(fact, Event) and (fact.event, fact.subject) == (name, subject), f"{fact.id} is something else")
        _need(not fact.withdrawn and fact.date is not None, f"{fact.id} was taken back")
        day = _day(shown["date"])
        _need(fact.date == day and day <= self.as_of, f"{fact.id} did not happen on {day}")
        return day

    def forecast(self, shown: Data) -> date:
        fact = self.cited(shown["forecast"])
        _need(isinstance(fact, Forecast) and fact.expected == _day(shown["expected"]), f"{fact.id} says otherwise")
        return _day(shown["expected"])

    def order(self, criterion: Order, step: Step, target: Target) -> None:
        states, slips = [], False
        for subject, member in zip(criterion.subjects, step.data["members"], strict=True):
            first = self.event(member["before"], criterion.before, subject) if "before" in member else None
            second = self.event(member["then"], criterion.then, subject) if "then" in member else None
            sure = [member[k]["status"] == "final" if k in member else False for k in ("before", "then")]
            slips |= "expected" in member
            if second and sure[1] and (first is None or first > second):
                states.append("broken")
            elif first and second and all(sure):
                states.append("done" if second <= criterion.by else "late")
            else:
                states.append("late" if first and sure[0] and first > criterion.by else "open")
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
        lead = target.risks.lead_time
        self.open(
            step,
            target,
            {
                "R4": lambda: slips,
                "R5": lambda: lead is not None and (criterion.by - self.as_of).days < lead,
            },
        )

    def recurring(self, criterion: Recurring, step: Step, target: Target) -> None:
        dates = criterion.dates if criterion.dates is not None else self.calendar.get(criterion.event, ())
        _need([_day(m["due"]) for m in step.data["members"]] == list(dates), "the due dates are others")
        late = silent = pending = False
        slips = overdue = False
        for due, member in zip(dates, step.data["members"], strict=True):
            passed = self.as_of > due + criterion.lag
            day = self.event(member, criterion.event, due.isoformat()) if "date" in member else None
            if day and member["status"] == "final":
                late |= day > due
                continue
            pending = True
            silent |= passed and (day is None or day > due)
            overdue |= passed or (day is None and self.as_of > due)
            slips |= "expected" in member and self.forecast(member) > due
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
        self.open(step, target, {"R4": lambda: slips, "R7": lambda: overdue})

    def assessed(self, criterion: Assessed, step: Step, target: Target) -> None:
        told = step.data.get("assessment")
        verdict = None
        if told and told["counts"]:
            fact = self.cited(told["fact"])
            _need(isinstance(fact, Assessment) and fact.target == criterion.target, f"{fact.id} judges something else")
            _need(fact.verdict == told["verdict"] and not fact.withdrawn, f"{fact.id} says otherwise")
            _need(fact.date is not None and fact.date <= self.as_of, f"{fact.id} was made later")
            roles = [role.casefold() for role in criterion.roles]
            signed = any(fact.by.casefold().split(",")[0] == r.split(",")[0] for r in roles) if roles else True
            _need(signed, f"{fact.id} is not signed by the role")
            verdict = fact.verdict
            final = not fact.preliminary
        after = self.as_of > criterion.by
        expected = {
            "assessed-fulfilled": verdict == "fulfilled" and final,
            "assessed-missed": verdict == "missed" and final,
            "assessed-low": verdict == "at-risk" or (verdict == "missed" and not final),
            "not-assessed": after and verdict not in ("missed", "at-risk"),
            "still-open": not after and verdict not in ("missed", "at-risk"),
        }
        gives = {"assessed-fulfilled": "fulfilled", "assessed-missed": "missed", "still-open": "on-track"}
        _need(
            expected[step.rule] and step.verdict == gives.get(step.rule, "at-risk"),
            f"rule {step.rule} does not give {step.verdict}",
        )

    def defects(self, data: Data) -> bool:
        """Whether something named as due is past its date."""
        return any(self.as_of > _day(defect["since"]) for defect in data["defects"])


_LEAVES: dict[type, Callable[[_Context, Any, Step, Target], None]] = {
    Threshold: _Context.threshold,
    Milestone: _Context.milestone,
    Order: _Context.order,
    Recurring: _Context.recurring,
    Assessed: _Context.assessed,
}
