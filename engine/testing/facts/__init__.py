"""Random facts for a plan, as the JSON data of a facts file.

They lean towards where verdicts turn: values on the bound and one unit beside it, days on the deadline and one day
beside it, and one case in so many is told twice, corrected, taken back, preliminary, overlapping or contradictory.
"""

from rulecheck.engine.testing.facts.events import happenings, reports
from rulecheck.engine.testing.facts.interest import all_leaves, days_of_interest, in_order
from rulecheck.engine.testing.facts.judgements import JUDGES, assess, noise
from rulecheck.engine.testing.facts.lists import AREAS, lists
from rulecheck.engine.testing.facts.measures import based, measure
from rulecheck.engine.testing.facts.teller import MOODS, Data, Teller
from rulecheck.engine.testing.pick import Pick
from rulecheck.facts.facts import Dimensions
from rulecheck.rules.criteria import Assessed, Recurring, SetChange, Threshold
from rulecheck.rules.plan import Plan

__all__ = ["AREAS", "JUDGES", "all_leaves", "days_of_interest", "facts_data", "in_order"]


def facts_data(pick: Pick, plan: Plan, *, tidy: bool = False) -> Data:
    """Facts about what the plan asks for. ``tidy``: final, complete, told once, nothing contradictory."""
    teller = Teller(pick, plan, tidy)
    _figures_and_reports(teller)
    happenings(teller)
    for target in {leaf.target: leaf for leaf in teller.leaves if isinstance(leaf, Assessed)}.values():
        assess(teller, target)
    if teller.chance(15):
        noise(teller)
    data: Data = {
        "plan": plan.id,
        "measurements": teller.measurements,
        "events": teller.events,
        "forecasts": teller.forecasts,
        "assessments": teller.assessments,
        "calendar": teller.calendar,
    }
    return {key: value for key, value in data.items() if value}


def _figures_and_reports(teller: Teller) -> None:
    """What the criteria ask for in their order: lists, measures with what they are compared with, reports."""
    told: set[tuple[str, Dimensions]] = set()
    for leaf in teller.leaves:
        teller.mood = teller.pick.among(MOODS[:4] if teller.tidy else MOODS)
        if isinstance(leaf, SetChange):
            if leaf.measure not in teller.listed or teller.chance(10):
                teller.listed.add(leaf.measure)
                lists(teller, leaf)
        elif isinstance(leaf, Threshold):
            about = (leaf.measure, leaf.dimensions)
            if leaf.trend is not None:
                leaf = based(teller, leaf, about)
            if about not in told or (not teller.tidy and teller.chance(10)):
                told.add(about)
                measure(teller, leaf)
        elif isinstance(leaf, Recurring):
            reports(teller, leaf)
