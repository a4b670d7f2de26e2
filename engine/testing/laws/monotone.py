"""Law 6: better is never worse."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction

from rulecheck.engine.testing.evidence import periods_of
from rulecheck.engine.testing.facts import all_leaves, days_of_interest, facts_data
from rulecheck.engine.testing.laws.law import (
    GROUPS,
    Breach,
    Change,
    Compared,
    Data,
    Example,
    Law,
    contradicted,
    judged,
    written,
)
from rulecheck.engine.testing.pick import Pick
from rulecheck.engine.testing.plainer import not_against_the_past, requiring_nothing
from rulecheck.engine.verdict import ORDER, RANK
from rulecheck.facts.period import parse_period
from rulecheck.facts.quantity import exact, plain
from rulecheck.rules.criteria import Assessed, Leaf, Milestone, Order, Recurring, SetChange, Threshold
from rulecheck.rules.plan import Plan


def comparable(plan: Plan) -> Plan:
    """The plan in which better is better: no event requires another, and nothing is measured against the past.

    An event moved to a day before what it requires stops counting, which law 10 is about; a better past raises the bar.
    """
    return requiring_nothing(not_against_the_past(plan))


def example(pick: Pick, plan: Plan) -> Example:
    """Facts, some of them told better: a number, an earlier day, a shorter list, a milder judgement."""
    free = comparable(plan)
    data = facts_data(pick, free, tidy=pick.chance(60))
    days = days_of_interest(free, data)
    day = pick.among(days[len(days) // 2 :] if pick.chance(60) else days)
    known_at = day + timedelta(pick.among((0, 5, 16))) if pick.chance(20) else None
    return Example(data, (day,), known_at, tuple(better(pick, free, data, day)))


def compared(plan: Plan, one: Example) -> Compared:
    """No target is worse with the better facts. Precondition: no fact contradicts another, before or after."""
    free = comparable(plan)
    if not one.changes or not one.days:
        return
    (day,) = one.days
    before = judged(free, one.facts(free), day, one.known_at)
    after = judged(free, one.changed(free), day, one.known_at)
    if contradicted(before) or contradicted(after):
        return
    for was, now in zip(before.verdicts, after.verdicts, strict=True):
        if RANK[now.verdict] >= RANK[was.verdict]:
            yield None
            continue
        values = {"target": was.target.id, "day": day, "wanted": was.verdict, "found": now.verdict}
        told = "{target} is {wanted} on {day}; with {new} in place of {old}, which is no worse, it is {found}"
        rows = [row for change in one.changes for row in change.new]
        yield Breach(told, {**values, "old": written(tuple(c.old for c in one.changes)), "new": written(tuple(rows))})


def better(pick: Pick, plan: Plan, data: Data, as_of: date) -> Iterator[Change]:
    """Of most measures, events and judgements one row that can be told better, and how: any of them, so all of them."""
    asked = all_leaves(plan)
    rows = [(group, row) for group in GROUPS for row in data.get(group, ())]
    done: set[tuple[str, str]] = set()
    for group, row in pick.shuffled(rows):
        thing = (group, row.get("measure") or row.get("event") or row["target"])
        if thing in done or rows.count((group, row)) > 1:
            continue
        change = _better(pick, group, row, asked, data, as_of)
        if change is not None:
            done.add(thing)
            if pick.chance(80):
                yield Change(group, row, (change,))


def _better(pick: Pick, group: str, row: Data, asked: list[Leaf], data: Data, as_of: date) -> Data | None:
    if row.get("withdrawn"):
        return None
    if group == "assessments":
        return (
            _milder(row) if any(isinstance(leaf, Assessed) and leaf.target == row["target"] for leaf in asked) else None
        )
    if "event" in row:
        return _earlier(pick, row, asked, as_of)
    if group == "measurements":
        return _shorter(row, asked, data) if "members" in row else _better_number(pick, row, asked)
    return None


def _better_number(pick: Pick, row: Data, asked: list[Leaf]) -> Data | None:
    """A better number, as every target that uses the measure sees it; None where they do not agree."""
    uses = [leaf for leaf in asked if isinstance(leaf, Threshold) and leaf.measure == row["measure"]]
    key = next((k for k in ("numerator", "total", "value") if row.get(k) is not None), None)
    if len({leaf.bound.operator for leaf in uses}) != 1 or key is None or row.get("count") == 0:
        return None
    operator, period = uses[0].bound.operator, parse_period(row.get("period") or row["at"])
    bases = [base for leaf in uses for base in periods_of(leaf)[1:]]
    if operator not in ("at_most", "at_least") or any(period.overlaps(base) for base in bases):
        return None
    up = 1 if operator == "at_least" else -1
    whole: Sequence[Fraction] = (Fraction(1), Fraction(5), Fraction(100))
    step = pick.among(whole if key == "numerator" else (*whole, Fraction(1, 10)))
    found = Fraction(str(row[key])) + up * step
    if not uses[0].signed:
        found = max(Fraction(0), found)
    if key == "numerator":
        found = min(found, Fraction(row["denominator"]))
    elif key == "value" and uses[0].kind == "share":
        found = min(found, Fraction(1))
    return {**row, key: plain(exact(found))}


def _earlier(pick: Pick, row: Data, asked: list[Leaf], as_of: date) -> Data | None:
    """The event, or what is forecast of it, some days earlier; None where that is no better.

    The second of an order may come too soon. What comes after the day that is judged is no fact of that day: drawn before
    it, yet after its deadline, it would only show what was hidden.
    """
    key = "date" if "date" in row else "expected"
    if any(isinstance(leaf, Order) and leaf.then == row["event"] for leaf in asked) or not row.get(key):
        return None
    day = date.fromisoformat(row[key])
    sooner = day - timedelta(pick.among((1, 2, 20, 90, 200)))
    if key == "date" and sooner <= as_of < day and any(sooner > by for by in _deadlines(row, asked)):
        return None
    return {**row, key: sooner.isoformat()}


def _deadlines(row: Data, asked: list[Leaf]) -> Iterator[date]:
    for leaf in asked:
        match leaf:
            case Milestone() if leaf.event == row["event"]:
                yield leaf.by
            case Order() if leaf.before == row["event"]:
                yield leaf.by
            case Recurring() if leaf.event == row["event"]:
                yield date.fromisoformat(row["subject"])


def _shorter(row: Data, asked: list[Leaf], data: Data) -> Data | None:
    """The list without its last member that no later list names; None for a list that is a base."""
    day = date.fromisoformat(row["at"])
    uses = [leaf for leaf in asked if isinstance(leaf, SetChange) and leaf.measure == row["measure"]]
    if not uses or any(day <= leaf.base for leaf in uses):
        return None
    lists = [r for r in data.get("measurements", ()) if r["measure"] == row["measure"] and "members" in r]
    later = [r for r in lists if r["at"] >= row["at"] and r != row]
    named = {m for r in later for m in (*r["members"], *(p for parents in r.get("from", {}).values() for p in parents))}
    members = [m for m in row["members"] if m not in named]
    if not members:
        return None
    gone = members[-1]
    origins = {heir: parents for heir, parents in row.get("from", {}).items() if heir != gone}
    found = {**row, "members": [m for m in row["members"] if m != gone]}
    return {**{k: v for k, v in found.items() if k != "from"}, **({"from": origins} if origins else {})}


def _milder(row: Data) -> Data | None:
    """A judgement one step better."""
    verdict = row.get("verdict")
    if verdict not in ORDER[:-1]:
        return None
    return {**row, "verdict": ORDER[ORDER.index(verdict) + 1]}


def applies(plan: Plan) -> bool:
    """Whether some fact can be told better: not where every bound has two sides."""
    return any(
        isinstance(leaf, Milestone | Recurring | Assessed | SetChange | Order)
        or (isinstance(leaf, Threshold) and leaf.bound.operator in ("at_most", "at_least"))
        for leaf in all_leaves(plan)
    )


LAW = Law(
    6,
    "a better value, an earlier event or a milder judgement never gives a worse verdict",
    applies,
    "every target is held between two bounds, and nothing can be told better",
    example,
    compared,
)
