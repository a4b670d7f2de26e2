"""Law 8: how a period is cut does not matter."""

from datetime import date, timedelta
from fractions import Fraction

from rulecheck.engine.testing.evidence import complete_data, periods_of, told_once
from rulecheck.engine.testing.facts import all_leaves, days_of_interest, facts_data
from rulecheck.engine.testing.laws.law import Breach, Change, Compared, Data, Example, Law, judged, written
from rulecheck.engine.testing.pick import Pick
from rulecheck.engine.testing.plainer import not_against_the_past
from rulecheck.facts.period import Period, parse_period
from rulecheck.facts.quantity import plain
from rulecheck.rules.criteria import Leaf, Threshold
from rulecheck.rules.plan import Plan

DAY = timedelta(1)
SUMMED = ("mean", "share", "total")


def example(pick: Pick, plan: Plan) -> Example:
    """Final facts told once, a day on which periods of some figures are over, and some of those cut in two."""
    free = not_against_the_past(plan)
    data = complete_data(pick, free) if pick.chance(30) else told_once(facts_data(pick, free, tidy=True))
    asked = all_leaves(free)
    rows = [row for row in data.get("measurements", []) if cuttable(row, asked)]
    if not rows:
        return Example(data, ())
    known = _last(pick.among(rows))
    day = pick.among([known, *(day for day in days_of_interest(free, data) if day > known)])
    chosen = pick.some([row for row in rows if _last(row) <= day], 1)
    return Example(data, (day,), None, tuple(Change("measurements", row, cut(row, pick)) for row in chosen))


def compared(plan: Plan, one: Example) -> Compared:
    """Every target is judged alike with the figures whole and cut.

    Precondition: the pieces end on or before the day (one that has ended earlier is known earlier), are final, and no
    risk rule looks at single pieces.
    """
    free = not_against_the_past(plan)
    if not one.changes or not one.days:
        return
    (day,) = one.days
    whole, parts = (judged(free, facts, day) for facts in (one.facts(free), one.changed(free)))
    for was, now in zip(whole.verdicts, parts.verdicts, strict=True):
        if now.verdict == was.verdict:
            yield None
            continue
        values = {"target": was.target.id, "day": day, "wanted": was.verdict, "found": now.verdict}
        told = "{target} is {wanted} on {day}; with {old} cut into {new} it is {found}"
        rows = [row for change in one.changes for row in change.new]
        yield Breach(told, {**values, "old": written(tuple(c.old for c in one.changes)), "new": written(tuple(rows))})


def cuttable(row: Data, asked: list[Leaf]) -> bool:
    """Whether the figure can be cut and nothing else can be seen by it.

    It gives sums of more than one day; it lies within every period of its measure that it touches, since a part of it
    could cover another; and it is not of the base of a total, which says what is due by the day of a part.
    """
    if "period" not in row or not any(key in row for key in ("total", "numerator")) or "value" in row:
        return False
    period, member = parse_period(row["period"]), tuple(sorted(row.get("dimensions", {}).items()))
    if period.first == period.last:
        return False
    for leaf in asked:
        if isinstance(leaf, Threshold) and (leaf.measure, leaf.dimensions) == (row["measure"], member):
            over, *bases = periods_of(leaf)
            if any(period.overlaps(other) and not period.within(other) for other in (over, *bases)):
                return False
            if leaf.kind == "total" and any(period.overlaps(base) for base in bases):
                return False
    return True


def _last(row: Data) -> date:
    return parse_period(row["period"]).last


def cut(row: Data, pick: Pick) -> tuple[Data, ...]:
    """The figure in two, each with its part of the sums."""
    key = "total" if "total" in row else "numerator"
    period = parse_period(row["period"])
    day = pick.day(period.first, period.last - DAY)
    amount, volume_key = Fraction(str(row[key])), "count" if "count" in row else "denominator"
    volume = row.get(volume_key, 0)
    first_volume = pick.number(0, volume)
    if key == "numerator":
        least = max(0, int(amount) - (volume - first_volume))
        first_amount = Fraction(pick.number(least, min(first_volume, int(amount))))
    elif volume and first_volume in (0, volume):
        first_amount = amount if first_volume else Fraction(0)
    else:
        first_amount = amount * Fraction(pick.number(0, 10), 10)
    parts = []
    for part, share, items in (
        (Period(period.first, day), first_amount, first_volume),
        (Period(day + DAY, period.last), amount - first_amount, volume - first_volume),
    ):
        new = {**row, "period": part.label, key: int(share) if key == "numerator" else plain(share)}
        parts.append({**new, volume_key: items} if volume_key in row else new)
    return tuple(parts)


def applies(plan: Plan) -> bool:
    """Whether some target sums a measure over a period of more than one day."""
    return any(
        isinstance(leaf, Threshold) and leaf.kind in SUMMED and leaf.over.first < leaf.over.last
        for leaf in all_leaves(plan)
    )


LAW = Law(
    8,
    "cutting a period into pieces with the same sums changes nothing",
    applies,
    "no target sums a measure over a period (mean, share, total)",
    example,
    compared,
)
