"""What is told of a measure: its figures, those of the base it is compared with, and what is expected of it."""

from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction

import attrs
from rulecheck.engine.testing.facts.sums import sums
from rulecheck.engine.testing.facts.teller import DAY, Data, Teller
from rulecheck.engine.testing.facts.values import cut, given, near, text_of
from rulecheck.facts.facts import Dimensions
from rulecheck.facts.quantity import Exact
from rulecheck.rules.criteria import Bound, Threshold


def based(teller: Teller, leaf: Threshold, about: tuple[str, Dimensions]) -> Threshold:
    """Tell the base period; the leaf with the bound that comes of it."""
    pick, trend = teller.pick, leaf.trend
    assert trend is not None
    aims: dict[str, Sequence[Exact]] = {
        "share": (Fraction(1, 2), Fraction(9, 10), Fraction(1, 5)),
        "mean": (10, Fraction(25, 2), 40),
    }
    aim: Exact = pick.among(aims.get(leaf.kind, (10, 40, 100, Fraction(15, 2)))) if pick.chance(92) else 0
    if leaf.signed and pick.chance(30):
        aim = -aim
    before = attrs.evolve(leaf, over=trend.base, trend=None, bound=Bound("at_most", None, aim))
    if about not in teller.based_on and (teller.tidy or pick.chance(85)):
        teller.based_on.add(about)
        mood, tidy = teller.mood, teller.tidy
        if pick.chance(80):  # most of what lies back is known and final
            teller.mood, teller.tidy = "well", True
        measure(teller, before, forecast=False)
        teller.mood, teller.tidy = mood, tidy
    if pick.chance(25):
        teller.mood = "badly"
    return attrs.evolve(leaf, bound=trend.bound(aim, ""))


def measure(teller: Teller, leaf: Threshold, forecast: bool = True) -> None:
    """Tell what there is of a measure: figures, and often what is expected of the whole."""
    head: Data = {"measure": leaf.measure}
    if leaf.dimensions:
        head["dimensions"] = dict(leaf.dimensions)
    if leaf.kind == "level":
        _levels(teller, leaf, head)
    elif leaf.kind == "figure":
        if teller.mood != "silent" or teller.chance(20):
            teller.told(
                teller.measurements,
                {**head, "period": leaf.over.label, "value": text_of(near(teller, leaf))},
                leaf.over.last,
                {"value": text_of(near(teller, leaf))},
            )
        if teller.chance(20):
            part = teller.pick.among(cut(teller, leaf.over))
            teller.told(
                teller.measurements,
                {**head, "period": part.label, "value": text_of(near(teller, leaf))},
                part.last,
                {"value": "0"},
            )
    else:
        sums(teller, leaf, head)
    if forecast and not teller.tidy and teller.pick.chance(45):
        _expected_volume(teller, leaf, head)


def _levels(teller: Teller, leaf: Threshold, head: Data) -> None:
    """Values on days, sliding towards or away from the bound."""
    days = [piece.last for piece in given(teller, cut(teller, leaf.over))]
    if teller.chance(20):
        days.append(leaf.over.first - DAY)
    slide = teller.pick.among((0, 0, 0, -1 if leaf.bound.operator == "at_least" else 1))
    for i, day in enumerate(days):
        value = max(near(teller, leaf) + slide * i, Fraction(-99 if leaf.signed else 0))
        entry = {**head, "at": day.isoformat(), "value": text_of(value)}
        teller.told(teller.measurements, entry, day, {"value": text_of(near(teller, leaf))})


def _expected_volume(teller: Teller, leaf: Threshold, head: Data) -> None:
    """Tell how much is expected, or of what value."""
    pick = teller.pick
    day = pick.day(leaf.over.first - timedelta(20), leaf.over.last)
    entry: Data = {**head, "period": leaf.over.label}
    if leaf.kind in ("mean", "share") and pick.chance(85):
        known = sum(row.get("count") or row.get("denominator") or 0 for row in teller.measurements[-4:])
        volume = pick.among((known + 1, known + 10, known + 3, known, 400, 0))
        entry["count" if leaf.kind == "mean" else "denominator"] = volume
    else:
        entry["value"] = text_of(near(teller, leaf))
    fact = {**entry, **teller.reported(day)}
    teller.forecasts.append(fact)
    if teller.chance(10):
        changed = {"value": text_of(near(teller, leaf))} if "value" in entry else {}
        teller.forecasts.append({**fact, **changed, **teller.reported(day)})
