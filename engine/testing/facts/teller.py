"""What tells facts: its choices, what it has told, and how well or badly a fact is told."""

from datetime import date, timedelta
from typing import Any

from rulecheck.engine.testing.facts.interest import all_leaves, in_order
from rulecheck.engine.testing.pick import Pick
from rulecheck.facts.facts import Dimensions
from rulecheck.rules.plan import Plan

Data = dict[str, Any]
DAY = timedelta(1)
NUMBERS = {"total", "count", "numerator", "denominator", "value", "members", "from"}
MOODS = ("well", "well", "mixed", "badly", "silent")
"""How the year goes: what was promised happens in time, now and then, late, or nobody says."""


class Teller:
    """The facts told so far, and how the next one is told. ``mood`` says how what is told of now has gone."""

    def __init__(self, pick: Pick, plan: Plan, tidy: bool) -> None:
        self.pick, self.plan, self.tidy = pick, plan, tidy
        self.leaves = all_leaves(plan)
        self.order = in_order(plan)
        self.measurements: list[Data] = []
        self.events: list[Data] = []
        self.forecasts: list[Data] = []
        self.assessments: list[Data] = []
        self.calendar: dict[str, list[str]] = {}
        self.listed: set[str] = set()
        self.based_on: set[tuple[str, Dimensions]] = set()
        self.loose = pick.chance(12)
        """Whether most of what is told is preliminary."""
        self.mood = MOODS[0]
        self.orderly = False
        """Whether events happen in their order."""

    def chance(self, percent: int) -> bool:
        """Whether something untidy is to happen."""
        return not self.tidy and self.pick.chance(percent)

    def reported(self, day: date) -> Data:
        """When a fact about ``day`` is reported: not said, or a few days later."""
        pick = self.pick
        if pick.chance(40):
            return {}
        return {"reported": (day + timedelta(pick.among((0, 5, 10, 15, 16, 1, 40)))).isoformat()}

    def told(self, group: list[Data], entry: Data, day: date, other: Data) -> None:
        """Tell a fact, or tell it as badly as facts are told: ``other`` is what it says when it says otherwise."""
        fact = {**entry, **self.reported(day)}
        if self.chance(60 if self.loose else 8):
            fact["status"] = "preliminary"
        if self.chance(5):
            fact["source"] = self.pick.among(("register", "letter"))
        group.append(fact)
        if not self.chance(18):
            return
        bare = entry if not NUMBERS & other.keys() else {k: v for k, v in entry.items() if k not in NUMBERS}
        again = {**bare, **other}
        match self.pick.number(0, 5):
            case 0:  # an exact repetition
                group.append(dict(fact))
            case 1 | 2:  # a contradiction: other content, reported the same day
                group.append({**again, **({"reported": fact["reported"]} if "reported" in fact else {})})
            case 3 | 4:  # it was first reported otherwise, and corrected
                group.append({**again, "reported": day.isoformat()})
            case 5:  # taken back
                group.append({**entry, "reported": (day + timedelta(20)).isoformat(), "withdrawn": True})
