"""Cases some way into their period, with several figures near the points at which the risk rules about a measure turn.

The rules that compare figures with each other (the required rate of the rest, figures that worsen one after the other)
are declared in most of them, and few say anything that other rules would be at risk for anyway.
"""

from datetime import timedelta
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from rulecheck.engine.testing.pick import Pick
from rulecheck.facts.period import Period, parse_period, pieces
from rulecheck.facts.quantity import plain

from tests.generators.cases import Case, picks, read
from tests.generators.plans import MEASURES, ROUNDING, built, defects

Data = dict[str, Any]

KINDS = ("days_taken", "in_time", "visits", "open_cases", "net_saving", "balance_change", "equity")
OPERATORS = ("at_most", "at_least", "at_most", "at_least", "between", "exactly")


def halfway_case(pick: Pick) -> Case:
    """A plan of one target, and figures of some quarters or months of 2024 and of quarters before it."""
    name = pick.among(KINDS)
    aim = pick.number(3, 9) * 10
    plan = _plan(pick, name, aim)
    assert not defects(plan), defects(plan)
    made = built(plan)
    over = parse_period("2024")
    parts = pieces(over, pick.among((3, 3, 1)))
    known = parts[: pick.number(1, len(parts) if pick.chance(20) else len(parts) - 1)]
    rows = [_figure(pick, name, aim, part) for part in known]
    count = sum(row.get("count") or row.get("denominator") or 0 for row in rows)
    earlier = pieces(parse_period("2023"), 3)
    based = "trend" in plan["goals"][0]["targets"][0]["require"]
    rows += [_figure(pick, name, aim, part) for part in (earlier if based else pick.some(earlier))]
    facts: Data = {"plan": made.id, "measurements": rows}
    if MEASURES[name]["kind"] in ("mean", "share") and pick.chance(80):
        facts["forecasts"] = _expected(pick, name, count)
    elif pick.chance(15):
        value = Fraction(aim + pick.number(-4, 4), 100 if MEASURES[name]["kind"] == "share" else 1)
        facts["forecasts"] = [{"measure": name, "period": "2024", "value": plain(value)}]
    as_of = known[-1].last + timedelta(pick.number(0, 3))
    return Case(plan, made, facts, read(facts, made), as_of, None)


def _plan(pick: Pick, name: str, aim: int) -> Data:
    kind = MEASURES[name]["kind"]
    percent = " %" if kind == "share" else ""
    require: Data = {kind: name, "over": "2024"}
    if pick.chance(25):
        require = {"trend": name, "over": "2024", "base": "2023"}
        require["direction"] = pick.among(("rise", "fall", "not-rise", "not-fall"))
        if pick.chance(50):
            require["band"] = pick.among(("5 %", "1", "10 %"))
    else:
        operator = pick.among(OPERATORS)
        whole = aim * pick.among((1, 4)) if kind == "total" else aim
        one, other = f"{whole}{percent}", f"{whole + pick.among((2, 10))}{percent}"
        require[operator] = [one, other] if operator == "between" else one
    if pick.chance(15):
        require["rounded_to"] = pick.among(ROUNDING.get(name, ("1", "0.5")))
    risk: Data = {}
    if pick.chance(60):
        risk["trend"] = pick.among(("2", "3", "2"))
    if pick.chance(75):
        near = pick.among((aim - 1, aim, aim + 2, aim * 3))
        declared = plain(Fraction(near, 100 if kind in ("share", "total") else 1))
        risk["required-rate"] = {"reference": pick.among(("best-quarter", "best-quarter", declared))}
    if pick.chance(20):
        risk["margin"] = pick.among(("2 %", "10 %", "0.5"))
    for rule, percentage in (("evidence", 70), ("value-breaches", 60), ("out-of-reach", 20)):
        if pick.chance(percentage):
            risk[rule] = "off"
    target: Data = {"target": "1.1", "modality": "must", "require": require}
    if risk:
        target["risk"] = risk
    return {
        "plan": "random",
        "period": "2024",
        "language": "da",
        "goals": [{"goal": "1", "targets": [target]}],
        "measures": {name: dict(MEASURES[name])},
    }


def _figure(pick: Pick, name: str, aim: int, part: Period) -> Data:
    """A figure of a few above or below what is aimed at."""
    kind = MEASURES[name]["kind"]
    row: Data = {"measure": name, "period": part.label}
    if pick.chance(5):
        row["status"] = "preliminary"
    rate = max(0, aim + pick.number(-4, 4))
    items = pick.among((10, 4, 7, 20, 100))
    if kind == "mean":
        return {**row, "total": rate * items + pick.number(0, 2), "count": items}
    if kind == "share":
        items *= 5
        return {**row, "numerator": min(items, rate * items // 100 + pick.number(0, 1)), "denominator": items}
    if kind == "total":
        months = (part.last - part.first).days // 28
        return {**row, "total": max(0, rate * months // 3)}
    row.pop("period")
    return {**row, "at": part.last.isoformat(), "value": rate}


def _expected(pick: Pick, name: str, count: int) -> list[Data]:
    """How many items are expected, at times told in two ways."""
    key = "count" if MEASURES[name]["kind"] == "mean" else "denominator"
    volumes = {count + pick.among((1, 10, 40, count, 3 * count)) for _ in range(2 if pick.chance(15) else 1)}
    return [{"measure": name, "period": "2024", key: volume} for volume in sorted(volumes)]


@st.composite
def halfway(draw: Any) -> Case:
    """Such cases for a test."""
    return halfway_case(draw(picks()))
