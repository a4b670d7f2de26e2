"""Cases with enough history for a forecast: earlier years' figures, forecasts that were revised, and a day with a rest."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from rulecheck.engine.testing.pick import Pick
from rulecheck.facts.period import Period, pieces
from rulecheck.rules.criteria import Recurring, Threshold, leaves
from rulecheck.rules.plan import Plan

from tests.generators.cases import Case, case_of, picks, read

Data = dict[str, Any]


def with_history(case: Case, pick: Pick) -> Case:
    """The case some way into its period, with figures before the day and forecasts of the events after it."""
    period = case.plan.period
    days = (period.last - period.first).days
    as_of = period.first + timedelta(pick.among((days // 4, days // 2, days * 3 // 4, days)))
    if pick.chance(60):
        as_of = pick.among([p.last for p in pieces(period, 3)] or [as_of])
    facts = dict(case.facts_data)
    if pick.chance(70):  # nothing that contradicts the figures below
        facts["measurements"] = []
    facts["measurements"] = [
        *facts.get("measurements", []),
        *_figures(case.plan, pick, as_of),
        *_single(case.plan, pick, as_of),
    ]
    if reports := _reports(case, pick, as_of):
        facts["events"] = [*facts.get("events", []), *reports]
    facts["forecasts"] = [*facts.get("forecasts", []), *_forecasts(case.plan, pick, as_of)]
    return Case(
        case.plan_data, case.plan, facts, read(facts, case.plan), as_of, case.known_at and as_of + timedelta(20)
    )


def _reports(case: Case, pick: Pick, as_of: Any) -> list[Data]:
    """A report, a few days early or late, for most due dates that have passed and have none; and of the year before."""
    told = {(row["event"], row.get("subject")) for row in case.facts_data.get("events", [])}
    found: list[Data] = []
    calendar = case.facts.calendar
    for leaf in (leaf for t in case.plan.versions[0].targets for leaf in leaves(t.criterion)):
        if not isinstance(leaf, Recurring):
            continue
        earlier = [p.last for p in pieces(_year_before(case.plan.period.first), 3)]
        for due in [*earlier, *leaf.dates] if leaf.dates is not None else calendar.get(leaf.event, ()):
            day = due + timedelta(pick.among((-3, -1, 0, 0, 0, 2)))
            if (
                day <= as_of
                and (leaf.event, due.isoformat()) not in told
                and (leaf.dates is None or leaf.event not in calendar)
                and not pick.chance(4)
            ):
                told.add((leaf.event, due.isoformat()))
                found.append({"event": leaf.event, "subject": due.isoformat(), "date": day.isoformat()})
    return found


def _year_before(day: Any) -> Period:
    return Period(day.replace(year=day.year - 1), day - timedelta(1))


def _figures(plan: Plan, pick: Pick, as_of: Any) -> list[Data]:
    """A figure of each piece of a measure up to the day, from one or two years before the period."""
    found: list[Data] = []
    for name, measure in plan.measures.items():
        length = pick.among((1, 3, 3, 3, 6))
        first = plan.period.first.replace(year=plan.period.first.year - pick.among((0, 1, 1, 2)))
        if pick.chance(80):  # what trends are measured from
            first = min(
                [first, *(leaf.trend.base.first.replace(month=1, day=1) for leaf in _on(plan, name) if leaf.trend)]
            )
        parts = sorted(plan.vocabulary.measures[name].dimensions.items())
        members = [(d, m) for d, names in parts for m in sorted(names)]
        for part in [None, *members]:
            for piece in pieces(Period(first, as_of), length) if as_of >= first else ():
                if row := _figure(name, measure.kind, piece, pick):
                    row["reported"] = (piece.last + timedelta(3)).isoformat()
                    row |= {"dimensions": dict([part])} if part else {}
                    found.append(row)
    return found


def _on(plan: Plan, measure: str) -> list[Threshold]:
    """The criteria on a measure."""
    found = [leaf for target in plan.versions[0].targets for leaf in leaves(target.criterion)]
    return [leaf for leaf in found if isinstance(leaf, Threshold) and leaf.measure == measure]


def _single(plan: Plan, pick: Pick, as_of: Any) -> list[Data]:
    """Of figures that cannot be combined those of the periods before, and of the base of a trend."""
    found: list[Data] = []
    for name, measure in plan.measures.items():
        if measure.kind != "figure":
            continue
        wanted = {(leaf.trend.base, leaf.dimensions) for leaf in _on(plan, name) if leaf.trend}
        for leaf in _on(plan, name):
            length = next((n for n in (1, 3, 4, 6, 12) if pieces(leaf.over, n) == [leaf.over]), None)
            begun = leaf.over.first.replace(year=leaf.over.first.year - 4)
            earlier = pieces(Period(begun, leaf.over.first - timedelta(1)), length) if length else []
            wanted |= {(period, leaf.dimensions) for period in earlier[-pick.number(2, 4) :]}
        for period, dimensions in sorted(wanted, key=lambda one: (one[0].first, one[0].last, one[1])):
            if period.last <= as_of:
                row = {"measure": name, "period": period.label, "value": pick.number(0, 60)}
                found.append({**row, "dimensions": dict(dimensions)} if dimensions else row)
    return found


def _figure(name: str, kind: str, piece: Period, pick: Pick) -> Data | None:
    row: Data = {"measure": name, "period": piece.label}
    if pick.chance(6):
        row["status"] = "preliminary"
    items = pick.number(0 if pick.chance(10) else 1, 40)
    if kind == "mean":
        return {**row, "total": pick.number(0, 200) * items, "count": items}
    if kind == "share":
        return {**row, "numerator": pick.number(0, items), "denominator": items}
    if kind == "total":
        return {**row, "total": pick.among((pick.number(0, 40), "2.5"))}
    if kind == "level":
        row.pop("period")
        return {**row, "at": piece.last.isoformat(), "value": pick.number(0, 60)}
    return None


def _forecasts(plan: Plan, pick: Pick, as_of: Any) -> list[Data]:
    """Of most events a forecast around the end of the period, and one or two that it replaced."""
    found: list[Data] = []
    for name, event in plan.events.items():
        if event.dated:
            continue
        for subject in [""] if event.subjects is None else [*(event.subjects or ("p1", "p2", "p3"))]:
            if pick.chance(25):
                continue
            for back in range(pick.number(1, 3), 0, -1):
                day = as_of + timedelta(pick.number(-60, 250))
                row = {
                    "event": name,
                    "expected": day.isoformat(),
                    "reported": (as_of - timedelta(30 * back)).isoformat(),
                }
                found.append({**row, "subject": subject} if subject else row)
    return found


@st.composite
def histories(draw: Any) -> Case:
    """Cases for a test of forecasts."""
    pick = draw(picks())
    return with_history(case_of(pick, tidy=pick.chance(80)), pick)
