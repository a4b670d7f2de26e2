"""Laws 3, 4 and 5: what a verdict may owe to the passing of time."""

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st
from rulecheck.engine.closing import judged_on
from rulecheck.engine.evaluate import Evaluation, evaluate
from rulecheck.engine.reference import reference_verdicts
from rulecheck.engine.testing.certainty import certain, in_the_end
from rulecheck.engine.testing.evidence import told_once
from rulecheck.engine.testing.facts import days_of_interest
from rulecheck.engine.testing.laws import law_4, law_5
from rulecheck.engine.testing.pick import Pick
from rulecheck.facts.facts import Facts
from rulecheck.rules.criteria import Threshold, leaves
from rulecheck.rules.plan import Plan, Target

from tests.generators import Case, cases, plans, read
from tests.generators.cases import picks
from tests.properties.canonical import verdicts
from tests.properties.laws import changed, examples, hold, judge

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


ALL_KINDS = ("measure", "total", "total", "trend", "set_change", "milestone", "order", "recurring", "assessment")


@examples(250)
@given(cases(single=True, tidy=True, kinds=ALL_KINDS), picks())
def test_law_04_anticipating(case: Case, pick: Pick) -> None:
    """A verdict is definitive on the earliest day the bounds allow, found by searching every day, and not before.

    The proof's own *certain since* is that day. Precondition: final facts, told once; some may be missing.
    """
    target = alone(case)
    data = told_once(case.facts_data)
    if pick.chance(40):
        data["measurements"] = pick.some(data.get("measurements", []))
    case = changed(case, facts_data=data, facts=read(data, case.plan))
    found = first_definitive(case)
    assert found == certain(target, in_the_end(case.plan, case.facts))
    for day in (found[0], found[0] + 400 * DAY) if found else ():
        (v,) = evaluate(case.plan, case.facts, day).verdicts
        assert (v.verdict, v.since) == (found[1], found[0].isoformat())


@examples(150)
@given(plans(), picks())
def test_law_04_anticipating_of_whole_plans(plan: Plan, pick: Pick) -> None:
    """The same of plans of many targets, with dependencies, combinations and amendments, on some days."""
    hold(law_4.LAW, plan, pick)


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


@examples(250)
@given(plans(), picks())
def test_law_05_decided_at_the_horizon(plan: Plan, pick: Pick) -> None:
    """On the first day after its deadlines and their lag, with complete and final evidence, no target is open.

    Precondition: every period is covered by figures with items, every duty has a calendar, every judgement is made by
    the role asked for, silence about an event means missed (the default).
    """
    hold(law_5.LAW, plan, pick)


@examples(250)
@given(cases())
def test_law_05_nothing_is_on_track_when_all_is_over(case: Case) -> None:
    """After every deadline and lag, whatever is lacking: fulfilled, missed, or at risk.

    Precondition: the plan does not switch R7 off, which says that lacking evidence is no reason to worry.
    """
    targets = [target for version in case.plan.versions for target in version.targets]
    over = max(judged_on(target, case.facts.calendar) for target in targets)
    for verdict in evaluate(case.plan, case.facts, max(over, case.as_of), case.known_at).verdicts:
        if "R7" not in verdict.target.risks.off:
            assert verdict.step.premises[0].verdict != "on-track", (verdict.target.id, over)
