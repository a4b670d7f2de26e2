"""Laws 3, 4 and 5: what a verdict may owe to the passing of time."""

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st
from rulecheck.engine.evaluate import Evaluation, evaluate
from rulecheck.engine.reference import reference_verdicts
from rulecheck.engine.testing.facts import days_of_interest
from rulecheck.facts.facts import Facts
from rulecheck.rules.criteria import Leaf, Milestone, Recurring, SetChange, Threshold, leaves
from rulecheck.rules.plan import Target

from tests.generators import Case, cases, read
from tests.generators.plans import PLAIN
from tests.properties.canonical import verdicts
from tests.properties.laws import changed, examples, judge

DAY = timedelta(1)
SETTLED = ("fulfilled", "missed")


# --- 3. impartial ---


def after(case: Case) -> list[date]:
    """The days after D on which something may turn."""
    return [day for day in days_of_interest(case.plan, case.facts_data) if day > case.as_of]


def contradicted(found: Evaluation) -> set[str]:
    """Targets whose proof names a contradiction between facts."""
    return {v.target.id for v in found.verdicts if any(s.rule.startswith("alternatives") for s in v.step.walk())}


def corrected(facts: Facts) -> set[str]:
    """Targets whose documented judgement was made more than once: the later one corrects the earlier."""
    judged = [a.target for a in facts.assessments]
    return {target for target in judged if judged.count(target) > 1}


@examples(250)
@given(cases(), st.data())
def test_law_03_impartial_a_definitive_verdict_stays(case: Case, data: st.DataObject) -> None:
    """What is definitive on D is the same on every later day, whatever happened, was measured or fell due in between.

    Precondition: no correction. All facts are known on both days (no known-at); the version in force is the same; on
    the later day no two facts contradict each other; no judgement is made twice.
    """
    days = [day for day in days_of_interest(case.plan, case.facts_data) if day > case.as_of]
    later = data.draw(st.sampled_from([case.as_of, *days]))
    assume(case.plan.version_on(later) is case.plan.version_on(case.as_of))
    now = evaluate(case.plan, case.facts, case.as_of)
    then = evaluate(case.plan, case.facts, later)
    corrections = contradicted(then) | corrected(case.facts)
    for target, verdict in verdicts(now).items():
        if verdict in SETTLED and target not in corrections:
            assert verdicts(then)[target] == verdict, target


def about(fact: Any) -> object:
    """What a fact is about: two facts about the same thing correct or contradict each other."""
    parts = ("measure", "event", "target", "subject", "period", "at", "dimensions")
    return type(fact), tuple(getattr(fact, part, None) for part in parts)


def without_later_days(facts: Facts, day: date) -> Facts:
    """The facts without those about days after ``day``, but for those that say something new of an earlier thing."""

    def later(fact: Any) -> bool:
        match type(fact).__name__:
            case "Measurement":
                return fact.period.last > day  # type: ignore[no-any-return]
            case "Listing":
                return fact.at > day  # type: ignore[no-any-return]
            case "Forecast":
                return fact.reported is not None and fact.reported > day
            case _:
                return fact.date is not None and fact.date > day

    def kept(group: tuple[Any, ...]) -> tuple[Any, ...]:
        told = [about(fact) for fact in group]
        return tuple(fact for fact, thing in zip(group, told, strict=True) if not later(fact) or told.count(thing) > 1)

    return changed(
        facts, measurements=kept(facts.measurements), lists=kept(facts.lists), events=kept(facts.events),
        forecasts=kept(facts.forecasts), assessments=kept(facts.assessments),
    )  # fmt: skip


@examples(250)
@given(cases())
def test_law_03_impartial_nothing_after_the_day_counts(case: Case) -> None:
    """Facts about days after D, unless they correct what was told before, change nothing for D (semantics §2)."""
    trimmed = without_later_days(case.facts, case.as_of)
    assert verdicts(evaluate(case.plan, trimmed, case.as_of, case.known_at)) == verdicts(judge(case))


# --- 4. anticipating ---


def alone(case: Case) -> Target:
    """The only target of a plan with one leaf."""
    (target,) = case.plan.versions[0].targets
    assume(leaves(target.criterion) == [target.criterion])
    return target


def days(case: Case) -> Iterator[date]:
    """Every day on which something can turn, and all days around the plan's period."""
    first, last = case.plan.period.first - 5 * DAY, case.plan.period.last + 90 * DAY
    seen = [d for d in days_of_interest(case.plan, case.facts_data) if d < first or d > last]
    yield from sorted({*seen, *(first + timedelta(i) for i in range((last - first).days + 1))})


def first_definitive(case: Case) -> tuple[date, str] | None:
    """By brute force: the first day on which the reference gives a definitive verdict, and which."""
    for day in days(case):
        ((_, verdict),) = reference_verdicts(case.plan, case.facts, day).items()
        if verdict in SETTLED:
            return day, verdict
    return None


def earliest(criterion: Leaf, facts: Facts) -> date | None:
    """The earliest day the bounds allow, from final facts told once and without requirements; None: never."""
    match criterion:
        case Milestone():
            told = sorted(e.date for e in facts.events if e.event == criterion.event and e.date)
            late = [day for day in told if day > criterion.by]
            size = len(criterion.members or ("",))
            closed = criterion.closed or criterion.event in PLAIN
            found = []
            if len(told) >= criterion.count and told[criterion.count - 1] <= criterion.by:
                return told[criterion.count - 1]
            if closed and len(late) > size - criterion.count:
                found.append(late[size - criterion.count])
            if criterion.undocumented == "missed":
                found.append(criterion.closes + DAY)
            return min(found, default=None)
        case Threshold(kind="total", signed=False):
            amounts = sorted((m.period.last, m.amount or 0) for m in facts.measurements)
            so_far = Fraction(0)
            low, high = criterion.bound.low, criterion.bound.high
            for last, amount in amounts:
                so_far += amount
                if (high is not None and so_far > high) or (high is None and low is not None and so_far >= low):
                    return last
            return criterion.over.last
        case Threshold():
            return criterion.over.last
        case Recurring():
            return None
    return None


def plain_enough(criterion: Leaf, case: Case) -> None:
    """No requirements, no rounding of sums, no empty periods, and every member of a closed set named in the facts."""
    assume(not case.plan.dependencies)
    if isinstance(criterion, Milestone):
        assume(not criterion.after)
        if criterion.members is not None:
            told = {e.subject for e in case.facts.events if e.event == criterion.event}
            assume(told <= set(criterion.members))
    if isinstance(criterion, Threshold):
        assume(criterion.rounded_to is None)
        assume(any(m.volume for m in case.facts.measurements) or criterion.kind not in ("mean", "share"))


@examples(250)
@given(cases(single=True, tidy=True, kinds=("measure", "total", "total", "milestone")))
def test_law_04_anticipating(case: Case) -> None:
    """A verdict is definitive on the earliest day the bounds allow, found by searching every day, and not before.

    That is the day of the k-th event, or of the event that leaves too few members; the day after the lag when silence
    decides; the end of the piece with which a total that cannot fall crosses its bound; the end of the period for
    everything that can still turn. The proof's own *certain since* is that day.
    Precondition: final facts, told once, complete; what stands in the way of counting (requirements, rounding, periods
    without items) has laws of its own.
    """
    target = alone(case)
    assert not isinstance(target.criterion, type(None))
    plain_enough(target.criterion, case)  # type: ignore[arg-type]
    expected = earliest(target.criterion, case.facts)  # type: ignore[arg-type]
    found = first_definitive(case)
    assert (found and found[0]) == expected
    if found:
        (v,) = evaluate(case.plan, case.facts, found[0] + 400 * DAY).verdicts
        assert v.verdict == found[1]
        assert v.since == found[0].isoformat()


@examples(250)
@given(cases(single=True, tidy=True, kinds=("measure", "total", "milestone", "order", "recurring", "assessment")))
def test_law_04_anticipating_says_since_when(case: Case) -> None:
    """*Certain since* is the first day on which searching every day finds the verdict, for every kind of criterion."""
    alone(case)
    found = first_definitive(case)
    if found:
        (v,) = evaluate(case.plan, case.facts, found[0]).verdicts
        assert v.verdict == found[1]
        assert v.since == found[0].isoformat()
        (later,) = evaluate(case.plan, case.facts, found[0] + 400 * DAY).verdicts
        assert later.since == found[0].isoformat()


@examples(250)
@given(cases(single=True, tidy=True, kinds=("measure",)), st.data())
def test_law_04_what_is_open_can_still_go_either_way(case: Case, data: st.DataObject) -> None:
    """A measure that is open before the end of its period has a continuation that fulfils it and one that misses it.

    Precondition: the period is not over, the measure can be given for its rest, and some value lies on either side of
    the bound (a share at most 100 % or a sum of at least 0 has no other side).
    """
    target = alone(case)
    criterion = target.criterion
    assert isinstance(criterion, Threshold)
    assume(criterion.over.first < criterion.over.last)
    day = data.draw(st.dates(criterion.over.first - DAY, criterion.over.last - DAY))
    known = [row for row in case.facts_data["measurements"] if _last(row) <= day]
    facts = read({"plan": case.plan.id, "measurements": known}, case.plan)
    ((_, verdict),) = reference_verdicts(case.plan, facts, day).items()
    assume(verdict not in SETTLED)
    values = (-(10**9) if criterion.signed else 0, middle(criterion), 10**9)
    ends = {end_verdict(case, known, value) for value in values}
    low, high = criterion.bound.low, criterion.bound.high
    if criterion.kind == "share" and (low == high or ((high == 1 or high is None) and (low == 0 or low is None))):
        return  # whole items seldom come to exactly this share
    if not criterion.signed and high is None and low == 0:
        return
    assert {"fulfilled", "missed"} <= ends


def _last(row: dict[str, Any]) -> date:
    from rulecheck.facts.period import parse_period

    return parse_period(row.get("period") or row["at"]).last


def middle(criterion: Threshold) -> Fraction:
    low, high = criterion.bound.low, criterion.bound.high
    return Fraction(low if low is not None else high or 0)


def end_verdict(case: Case, known: list[dict[str, Any]], value: Fraction | int) -> str:
    """The verdict at the end, if the rest of the period brings the whole to ``value`` (as near as it can)."""
    criterion = case.plan.versions[0].targets[0].criterion
    assert isinstance(criterion, Threshold)
    facts = read({"plan": case.plan.id, "measurements": known}, case.plan)
    reach = max((m.period.last for m in facts.measurements), default=criterion.over.first - DAY)
    assume(reach < criterion.over.last)
    row: dict[str, Any] = {"measure": criterion.measure, "period": f"{reach + DAY}/{criterion.over.last}"}
    if criterion.dimensions:
        row["dimensions"] = dict(criterion.dimensions)
    amount = sum(Fraction(m.amount or 0) for m in facts.measurements)
    volume = sum(Fraction(m.volume or 0) for m in facts.measurements)
    rest = 10**6
    match criterion.kind:
        case "mean":
            wanted = value * (volume + rest) - amount
            row |= {"total": number(wanted if criterion.signed else max(Fraction(0), Fraction(wanted))), "count": rest}
        case "share":
            parts = min(Fraction(1), Fraction(value)) * (volume + rest) - amount
            up = criterion.bound.operator == "at_least"
            row |= {"numerator": min(rest, max(0, int(parts) + up)), "denominator": rest}
        case "total":
            row |= {"total": number(value - amount if criterion.signed else max(Fraction(0), value - amount))}
        case "level":
            row = {**row, "at": criterion.over.last.isoformat(), "value": number(Fraction(value))}
            del row["period"]
        case _:
            row |= {"period": criterion.over.label, "value": number(Fraction(value))}
    after = read({"plan": case.plan.id, "measurements": [*known, row]}, case.plan)
    ((_, verdict),) = reference_verdicts(case.plan, after, criterion.over.last).items()
    return verdict


def number(value: Fraction | int) -> str:
    from rulecheck.facts.quantity import exact, plain

    return plain(exact(Fraction(value)))


# --- 5. decided at the horizon ---


def complete(target: Target, case: Case) -> bool:
    """Whether the evidence is complete: every period covered with items, every member heard of, every duty scheduled."""
    measured = [(leaf.measure, leaf.dimensions) for v in case.plan.versions for t in v.targets
                for leaf in leaves(t.criterion) if isinstance(leaf, Threshold)]  # fmt: skip
    for leaf in leaves(target.criterion):
        if isinstance(leaf, Threshold):
            about_it = [
                m for m in case.facts.measurements if (m.measure, m.dimensions) == (leaf.measure, leaf.dimensions)
            ]
            if measured.count((leaf.measure, leaf.dimensions)) > 1:
                return False  # the figures told for one period do not tile another
            periods = [leaf.over] if leaf.trend is None else [leaf.over, leaf.trend.base]
            for period in periods if leaf.kind in ("mean", "share") else []:
                if not any(m.volume for m in about_it if m.period.within(period)):
                    return False
            if leaf.trend is not None and leaf.trend.minimum is not None:
                return False  # too few items are never judged
        if isinstance(leaf, SetChange):
            days_told = [found.at for found in case.facts.lists if found.measure == leaf.measure]
            if leaf.over.last not in days_told or not any(day <= leaf.base for day in days_told):
                return False
        if isinstance(leaf, Milestone) and leaf.undocumented == "at-risk":
            return False
    return True


@examples(250)
@given(cases(tidy=True))
def test_law_05_decided_at_the_horizon(case: Case) -> None:
    """After the last deadline and its lag, with complete and final evidence, no must is open.

    Precondition: every period is covered by figures with items, every duty has a calendar, every judgement is made by
    the role asked for, silence about an event means missed (the default), and no fact contradicts another.
    """
    last = max(day for day in days(case)) + 60 * DAY
    for v in evaluate(case.plan, case.facts, last).verdicts:
        contradicted = any(step.evidence == "conflicting" for step in v.step.walk())
        if v.target.modality == "must" and complete(v.target, case) and not contradicted:
            assert v.verdict in SETTLED, v.target.id
