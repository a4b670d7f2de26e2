"""Numbers for what facts tell of → rows of a facts file, and what the whole engine says of them.

No proof rests on a search alone: facts that are said to exist are read and judged as any others are.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from math import lcm
from typing import Any

from rulecheck.engine.closing import judged_on
from rulecheck.engine.evaluate import evaluate
from rulecheck.engine.proofs.conditions import meaning
from rulecheck.engine.proofs.constraints import Given, Interval, System, Unknown, Within, simplest
from rulecheck.engine.proofs.events import calendar_of
from rulecheck.engine.proofs.formula import Formula, either, every, smallest, unknowns
from rulecheck.engine.proofs.tree import parts_of
from rulecheck.engine.verdict import Verdict
from rulecheck.facts.documents.document import Document
from rulecheck.facts.facts import Facts
from rulecheck.facts.period import Period
from rulecheck.facts.quantity import Exact, exact, plain
from rulecheck.facts.read_facts import read_facts
from rulecheck.rules.criteria import Assessed, Recurring, Threshold, leaves
from rulecheck.rules.plan import Plan, Target

Rows = dict[str, Any]
"""The data of a facts file."""
Numbers = Mapping[Unknown, Exact]
MEMBERS = ("A", "B", "C")
"""What lists are made of: three names at the base."""


def witness(wanted: Sequence[Formula], plan: Plan, targets: Sequence[Target]) -> Rows | None:
    """The fewest facts under which everything wanted holds, written so that they can be judged; None: there are none.

    Raises Undecided.
    """
    found = smallest([*wanted, *certain(plan, targets)])
    return None if found is None else rows_of(numbers(found, plan), plan, targets)


def certain(plan: Plan, targets: Sequence[Target]) -> list[Formula]:
    """What no facts can break: figures of one period are there or not, whatever they are asked for; a change is one of
    figures that are there; and a sum that cannot fall is over a part of a period at most what it is over the whole.
    """
    parts = [part for target in targets for part in parts_of(meaning(target.criterion, plan))]
    about = unknowns(every(*(every(part.fulfilled, part.missed, part.undecided) for part in parts)))
    figures = [x for x in about if x.kind in ("value", "ratio")]
    found: list[Formula] = []
    for x in figures:
        for y in figures:
            if x != y and (x.name, x.dimensions) == (y.name, y.dimensions) and y.kind == "value":
                found += _bound_up(x, y, plan)
    return found


def _bound_up(x: Unknown, y: Unknown, plan: Plan) -> Iterator[Formula]:
    """What a figure or change says of a figure of the same measure."""
    if y.period == x.period or (x.kind == "ratio" and y.period == x.base):
        yield either(Given(x, False), Given(y))
    measure = plan.measures[x.name]
    sums = measure.kind == "total" and not measure.signed and x.kind == "value" and x.step is None and y.step is None
    if sums and x.period is not None and y.period is not None and x.period != y.period and x.period.within(y.period):
        yield either(Given(x, False), Given(y, False), Within(x, y, 0))


def numbers(system: System, plan: Plan) -> Numbers:
    """A number for everything that is there: days as late as they may be, else as early; bounds met to the point."""

    def choose(x: Unknown, interval: Interval) -> Exact:
        if interval == (None, None) and x.kind == "day":
            return plan.period.last.toordinal()
        return simplest(x, interval)

    found = system.chosen(choose)
    changes = {(x.name, x.dimensions, x.period) for x in found if x.kind == "ratio"}
    free = [x for x in found if (x.name, x.dimensions, x.period) in changes and x.kind == "value" and _free(x, system)]
    return {x: number for x, number in found.items() if x not in free}


def _free(x: Unknown, system: System) -> bool:
    """Whether nothing but its being there is asked of a figure; how it has changed tells it then."""
    low, high = system.interval(x)
    return (None if low is None else low[0]) == x.low and (None if high is None else high[0]) == x.high


def rows_of(found: Numbers, plan: Plan, targets: Sequence[Target]) -> Rows:
    """The data of a facts file that tells these numbers."""
    every_leaf = [leaf for target in targets for leaf in leaves(target.criterion)]
    judges: dict[str, list[Assessed]] = {}
    for leaf in every_leaf:
        if isinstance(leaf, Assessed):
            judges.setdefault(leaf.target, []).append(leaf)
    least = {
        leaf.measure: leaf.trend.minimum or 1
        for leaf in every_leaf
        if isinstance(leaf, Threshold) and leaf.trend is not None
    }
    calendar = {
        leaf.event: [day.isoformat() for day in calendar_of(leaf.event, plan)]
        for leaf in every_leaf
        if isinstance(leaf, Recurring) and leaf.dates is None
    }
    known = {event: tuple(map(date.fromisoformat, days)) for event, days in calendar.items()}
    last = max(judged_on(target, known) for target in targets)
    data: Rows = {"plan": plan.id, "as_of": last.isoformat()}
    told = [row for x in found for row in _figures(x, found, plan, least.get(x.name, 1))]
    measured = list({_about(row): row for row in told}.values())
    happened = [_event(x, int(number)) for x, number in found.items() if x.kind == "day"]
    assessed = [_judged(judges[x.name], number) for x, number in found.items() if x.kind == "judgement"]
    for key, rows in (("measurements", measured), ("events", happened), ("assessments", assessed)):
        if rows:
            data[key] = rows
    if calendar:
        data["calendar"] = calendar
    return data


def _event(x: Unknown, day: int) -> Rows:
    subject = {"subject": x.subject} if x.subject else {}
    return {"event": x.name, **subject, "date": date.fromordinal(day).isoformat()}


def _judged(asking: Sequence[Assessed], number: Exact) -> Rows:
    """One judgement for all criteria that ask for it, by somebody all of them accept, if there is one."""
    named = [leaf.roles for leaf in asking if leaf.roles]
    roles = [role for role in named[0] if all(role in others for others in named)] if named else []
    return {
        "target": asking[0].target,
        "verdict": "fulfilled" if number else "missed",
        "by": next(iter((*roles, *(role for others in named for role in others))), "?"),
        "date": min(leaf.by for leaf in asking).isoformat(),
    }


def _about(row: Rows) -> str:
    return str([row.get(key) for key in ("measure", "period", "at", "dimensions")])


def _figures(x: Unknown, found: Numbers, plan: Plan, least: int) -> Iterator[Rows]:
    number = found[x]
    if x.kind in ("new", "growth"):
        yield from _lists(x, found)
    elif x.kind == "ratio":
        assert isinstance(x.base, Period)
        grown = 1 + Fraction(found[x])
        value = found.get(
            x._replace(kind="value", base=None, low=0 if x.low is not None else None, high=_most(x, plan))
        )
        if value is not None and grown > 0:
            base = Fraction(value) / grown
        else:
            base = Fraction(1, 2) / (grown if grown > 2 else 1) if _most(x, plan) else Fraction(100)
        yield _figure(x, x.base, exact(base), plan, least, found)
        yield _figure(x, x.period, exact(base * grown), plan, least, found)
    elif x.kind == "value":
        yield _figure(x, x.period, exact(Fraction(number) * (x.step or 1)), plan, least, found)


def _most(x: Unknown, plan: Plan) -> int | None:
    return 1 if plan.measures[x.name].kind == "share" else None


def _figure(x: Unknown, period: Period | None, value: Exact, plan: Plan, least: int, found: Numbers) -> Rows:
    assert period is not None
    kind = plan.measures[x.name].kind
    row: Rows = {"measure": x.name, "period": period.label}
    if x.dimensions:
        row["dimensions"] = dict(x.dimensions)
    if kind == "level":
        row = {key: of for key, of in row.items() if key != "period"} | {"at": period.last.isoformat()}
    if kind == "mean":
        count = _items(x, period, value, least, found)
        return {**row, "total": _written(value * count), "count": count}
    if kind == "share":
        count = _items(x, period, value, least, found)
        return {**row, "numerator": _written(value * count), "denominator": count}
    return {**row, "total" if kind == "total" else "value": _written(value)}


def _items(x: Unknown, period: Period, value: Exact, least: int, found: Numbers) -> int:
    """How many items a figure is of: a hundred, or so many a day where periods of the measure overlap."""
    periods = {y.period for y in found if y.name == x.name and y.dimensions == x.dimensions}
    start = 100 if len(periods) == 1 or not any(p.overlaps(period) for p in periods - {period} if p) else _days(period)
    count = lcm(start, Fraction(value).denominator)
    return count * -(-least // count)


def _days(period: Period) -> int:
    return (period.last - period.first).days + 1


def _written(number: Exact) -> int | str:
    number = exact(Fraction(number))
    return number if isinstance(number, int) else plain(number)


def _lists(x: Unknown, found: Numbers) -> Iterator[Rows]:
    """The base list and the last one; a measure may be asked for new members and for growth at once."""
    assert x.period is not None
    assert isinstance(x.base, date)
    twin = x._replace(kind="growth" if x.kind == "new" else "new", low=0 if x.kind == "growth" else None)
    if x.kind == "growth" and twin in found:
        return  # told with its twin
    new = int(found[x] if x.kind == "new" else max(0, found[x]))
    growth = int(found.get(twin, new) if x.kind == "new" else found[x])
    base = tuple(f"{MEMBERS[0]}{n}" for n in range(1, max(1, new - growth) + 1))
    kept = base[: len(base) + growth - new]
    yield {"measure": x.name, "at": x.base.isoformat(), "members": list(base)}
    last = [*kept, *(f"{MEMBERS[1]}{n}" for n in range(1, new + 1))]
    yield {"measure": x.name, "at": x.period.last.isoformat(), "members": last}


def read(data: Rows, plan: Plan) -> Facts:
    """The rows as facts, read as those of any file. Raises InvalidFacts."""
    facts, _ = read_facts(Document(data, "facts.json"), plan.vocabulary)
    return facts


def judged(data: Rows, plan: Plan) -> Mapping[str, Verdict]:
    """What the engine says of every target on the rows' day. Raises InvalidFacts, Disagreement."""
    found = evaluate(plan, read(data, plan), date.fromisoformat(data["as_of"]))
    return {verdict.target.id: verdict.verdict for verdict in found.verdicts}


def later(data: Rows, days: int) -> Rows:
    """The same facts, judged some days later."""
    return {**data, "as_of": (date.fromisoformat(data["as_of"]) + timedelta(days)).isoformat()}
