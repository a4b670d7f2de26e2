"""Random plans as plain plan data, the dict that a plan document is read into.

The names are fixed, so that targets share measures and events and dependencies tie them together; every kind of
criterion, bound, inheritance, risk rule, dependency and amendment is within reach. The events stand in an order, and
whatever requires an event stands after it, so no circle is made but through targets (those plans are made plainer).
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from rulecheck.engine.testing.facts import JUDGES
from rulecheck.engine.testing.pick import Pick
from rulecheck.facts.period import Period, parse_period, pieces
from rulecheck.rules.build_plan import build_plan
from rulecheck.rules.checks import errors as errors_of
from rulecheck.rules.document import PLAN
from rulecheck.rules.plan import Plan
from rulecheck.rules.shape import complaints

Data = dict[str, Any]

PERIODS = ("2024", "2023", "2024-H1", "2024-04-01/2025-03-31")
MEASURES: dict[str, Data] = {
    "days_taken": {"kind": "mean", "unit": "days"},
    "balance_change": {"kind": "mean", "signed": "true"},
    "in_time": {"kind": "share"},
    "visits": {"kind": "total"},
    "net_saving": {"kind": "total", "signed": "true"},
    "open_cases": {"kind": "level"},
    "equity": {"kind": "level", "signed": "true"},
    "satisfaction": {"kind": "figure"},
    "listed_areas": {"kind": "set"},
}
SUMMED = tuple(name for name, entry in MEASURES.items() if entry["kind"] != "set")
PLAIN = ("law_passed", "unit_founded", "unit_opened")
CLOSED = ("system_bought", "system_in_use")
DISTRICTS = ("nord", "syd", "vest")
EVENTS: dict[str, Data] = {
    "law_passed": {},
    "system_bought": {"subjects": {d: d.title() for d in DISTRICTS}},
    "project_begun": {"subjects": "open"},
    "unit_founded": {},
    "system_in_use": {"subjects": {d: d.title() for d in DISTRICTS}},
    "partner_joined": {"subjects": {"skat": "Skat", "told": "Told"}, "open": "true"},
    "project_running": {"subjects": "open"},
    "unit_opened": {},
    "report_sent": {},
    "duty_done": {},
}
IN_ORDER = tuple(EVENTS)[:8]
BOUNDS: dict[str, Sequence[str]] = {
    "days_taken": ("180 days", "165", "30.5", "0", "12.25 days"),
    "balance_change": ("0", "-2.5", "10"),
    "in_time": ("90 %", "0.5", "100 %", "0 %", "96.4 %"),
    "visits": ("10", "100", "1", "0", "12.5"),
    "net_saving": ("0", "10", "-4"),
    "open_cases": ("40", "0", "7.5"),
    "equity": ("0", "-3", "5"),
    "satisfaction": ("75", "3.5", "0"),
}
ROUNDING = {"in_time": ("1 %", "0.1 %", "0.05"), "days_taken": ("1", "0.5", "10")}
ANY_KIND = (
    ("measure",) * 7
    + ("trend",) * 3
    + ("set_change",)
    + ("milestone",) * 3
    + ("order", "recurring", "recurring", "assessment", "assessment")
)
OPERATORS = ("at_most", "at_least", "at_most", "at_least", "between", "exactly")


def plan_data(pick: Pick, kinds: Sequence[str] = (), single: bool = False) -> Data:
    """A valid plan; with ``kinds`` only criteria of these kinds, ``single`` of one must and nothing it depends on."""
    maker = _Maker(pick, kinds)
    if single:
        return maker.single()
    data = maker.plan()
    for plainer in ((), ("versions",), ("dependencies",), "depends_on"):
        if plainer == "depends_on":
            for target in (t for g in data["goals"] for t in g["targets"]):
                target.pop("depends_on", None)
                target.pop("requires", None)
        else:
            for key in plainer:
                data.pop(key, None)
        if not defects(data):
            return data
    raise AssertionError(defects(data))


def defects(data: Data) -> list[Any]:
    """Everything that is wrong with plan data; empty for a valid plan."""
    found: list[Any] = list(complaints(data, PLAN))
    if found:
        return found
    plan, errors, _ = build_plan(data, "0" * 64)
    return errors + errors_of(plan, data)


def built(data: Data) -> Plan:
    """The plan of valid plan data."""
    plan, errors, _ = build_plan(data, "0" * 64)
    assert not errors, errors
    return plan


class _Maker:
    def __init__(self, pick: Pick, kinds: Sequence[str]) -> None:
        self.pick, self.kinds = pick, kinds
        self.count = 0

    def plan(self) -> Data:
        pick = self.pick
        text = pick.among((*PERIODS, "2024", "2024"))
        self.period = parse_period(text)
        data: Data = {"plan": "random", "period": text, "language": "da"}
        if pick.chance(60):
            data["reporting_lag"] = pick.among(("15 days", "0 days", "5", "45 days"))
        if pick.chance(50):
            data["follow_up"] = pick.among(("quarterly", "monthly", "tertial", "half-yearly", "yearly"))
        if pick.chance(50):
            data["risk"] = self.risk()
        if pick.chance(5):
            data["rounded_to"] = "0.5"
        if pick.chance(1):
            data["deadlines"] = {"non_working_day": "next-working-day", "country": "DK"}
        data["goals"] = self.goals()
        if pick.chance(40):
            data["dependencies"] = [self.dependency() for _ in range(pick.number(1, 3))]
        data["measures"] = {name: dict(entry) for name, entry in MEASURES.items()}
        data["events"] = {name: dict(entry) for name, entry in EVENTS.items()}
        if pick.chance(15):
            data["versions"] = self.versions(data)
        return data

    def single(self) -> Data:
        data = self.plan()
        target = {**data["goals"][0]["targets"][0], "modality": "must"}
        for key in ("weight", "depends_on", "requires"):
            target.pop(key, None)
        data["goals"] = [{"goal": "1", "targets": [target]}]
        return {key: value for key, value in data.items() if key not in ("versions", "dependencies")}

    def goals(self) -> list[Data]:
        pick = self.pick
        goals: list[Data] = [{"goal": str(g + 1), "targets": []} for g in range(pick.number(1, 2))]
        targets = [self.target(goals[0])]
        targets += [self.target(pick.among(goals)) for _ in range(pick.number(0, 3))]
        goals = [goal for goal in goals if goal["targets"]]
        if pick.chance(50):
            self.weigh(goals, targets)
        for i, target in enumerate(targets):
            if i and pick.chance(20):
                target["depends_on"] = pick.some([t["target"] for t in targets[:i]], 1)
        return goals

    def weigh(self, goals: list[Data], targets: list[Data]) -> None:
        rest = 200  # halves of a point
        for target in targets[1:]:
            points = self.pick.number(0, rest)
            target["weight"] = _halves(points)
            rest -= points
        targets[0]["weight"] = _halves(rest)
        for goal in goals:
            if self.pick.chance(50):
                goal["weight"] = _halves(int(sum(2 * float(t["weight"]) for t in goal["targets"])))

    def target(self, goal: Data) -> Data:
        pick = self.pick
        self.count += 1
        data: Data = {"target": f"{goal['goal']}.{self.count}"}
        if self.kinds or pick.chance(96):
            data["require"] = self.criterion(2)
        data["modality"] = pick.among(("must",) * 8 + ("should", "may", "may"))
        if pick.chance(30):
            data["risk"] = self.risk()
        if pick.chance(20):
            data["graduated"] = pick.among(("members", "sub-criteria"))
        for key, choices in (
            ("reporting_lag", ("10 days", "0")),
            ("if_empty", ("fulfilled",)),
            ("undocumented", ("missed", "at-risk")),
        ):
            if pick.chance(6):
                data[key] = pick.among(choices)
        if pick.chance(4):
            data["requires"] = ["system_bought before system_in_use"]
        goal["targets"].append(data)
        return data

    def risk(self) -> Data:
        pick = self.pick
        data: Data = {}
        for rule in ("value-breaches", "slip", "dependency", "evidence", "out-of-reach"):
            if pick.chance(8):
                data[rule] = pick.among(("off", "on"))
        if pick.chance(50):
            data["margin"] = pick.among(("2 %", "10 %", "0.5", "5"))
        if pick.chance(40):
            data["lead-time"] = pick.among(("30 days", "10 days", "1 day", "90"))
        if pick.chance(40):
            data["required-rate"] = {"reference": pick.among(("best-quarter", "0.5", "100"))}
        if pick.chance(40):
            data["trend"] = pick.among(("2", "3", "1"))
        return data

    def dependency(self) -> Data:
        pick = self.pick
        i = pick.number(1, len(IN_ORDER) - 1)
        data: Data = {"before": pick.among(IN_ORDER[:i]), "then": IN_ORDER[i]}
        if pick.chance(10) and i < len(IN_ORDER) - 1:
            data["then"] = [IN_ORDER[i], IN_ORDER[i + 1]]
        if pick.chance(50):
            data["per"] = "subject"
        return data

    def versions(self, data: Data) -> list[Data]:
        """One amendment: what one target requires, or that it is taken out, or a further one."""
        pick = self.pick
        goal = pick.among(data["goals"])
        target = pick.among(goal["targets"])
        change: Data
        if pick.chance(70):
            change = {target["target"]: {"require": self.criterion(1)}}
        elif pick.chance(50):
            change = {target["target"]: {"withdrawn": "no longer wanted"}}
        else:
            change = {"new": {"goal": goal["goal"], "require": self.criterion(1)}}
            if "weight" in target:
                change["new"]["weight"] = "0"
        day = pick.day(self.period.first, self.period.last)
        return [
            {
                "in_force_from": max(day, self.period.first.replace(day=2)).isoformat(),
                "reason": "new circumstances",
                "decided_by": "Ministeriet",
                "targets": change,
            }
        ]

    # --- criteria ---

    def criterion(self, depth: int) -> Data:
        pick = self.pick
        if depth and not self.kinds and pick.chance(25):
            parts = [self.criterion(depth - 1) for _ in range(pick.number(1, 3))]
            label = pick.among(("all_of", "any_of", "at_least"))
            if label == "at_least":
                return {"at_least": str(pick.number(1, len(parts))), "of": parts}
            return {label: parts}
        kind = pick.among(self.kinds or ANY_KIND)
        return getattr(self, kind)()  # type: ignore[no-any-return]

    def total(self) -> Data:
        """A sum that cannot fall, the only measure that can be certain early."""
        return self.measure("visits")

    def measure(self, name: str = "") -> Data:
        pick = self.pick
        name = name or pick.among((*SUMMED, "satisfaction"))
        data: Data = {MEASURES[name]["kind"]: name, "over": self.over().label}
        operator = pick.among(OPERATORS)
        bound = pick.among(BOUNDS[name])
        data[operator] = self.between(name, bound) if operator == "between" else bound
        return {**data, **self.of_measure(name)}

    def of_measure(self, name: str) -> Data:
        """What a criterion about a measure may say besides."""
        pick = self.pick
        data: Data = {}
        if pick.chance(15):
            members = pick.some(DISTRICTS, 1)
            data["for_each"] = {"district": members}
            if pick.chance(60):
                data["count"] = str(pick.number(1, len(members)))
        if pick.chance(20):
            data["rounded_to"] = pick.among(ROUNDING.get(name, ("1", "0.5")))
        if pick.chance(12):
            data["if_empty"] = "fulfilled"
        if pick.chance(18):
            data["undocumented"] = "missed"
        if pick.chance(10):
            data["reporting_lag"] = pick.among(("0 days", "30 days"))
        return data

    def trend(self) -> Data:
        """A measure against its own value of an earlier period."""
        pick = self.pick
        name = pick.among((*SUMMED, "in_time", "visits", "days_taken"))
        kind = MEASURES[name]["kind"]
        over = self.over()
        data: Data = {
            "trend": name,
            "direction": pick.among(("rise", "fall", "not-rise", "not-fall")),
            "over": over.label,
            "base": self.before(over).label,
        }
        if pick.chance(50):
            units = ("5 %", "0", "1 pp", "10 pp") if kind == "share" else ("5 %", "0", "1", "0.5")
            data["band"] = pick.among(units)
        if kind in ("mean", "share") and pick.chance(30):
            data["minimum"] = pick.among(("1", "4", "11", "200"))
        return {**data, **self.of_measure(name)}

    def before(self, over: Period) -> Period:
        """The same months a year earlier; at times an earlier stretch of any length."""
        pick = self.pick
        back = timedelta(365 if over.first.day == 1 else 366)
        if pick.chance(75):
            if over.first.day == 1 and (over.last + timedelta(1)).day == 1:
                after = over.last + timedelta(1)
                return Period(
                    over.first.replace(year=over.first.year - 1), after.replace(year=after.year - 1) - timedelta(1)
                )
            return Period(over.first - back, over.last - back) if over.last - back < over.first else _day_before(over)
        last = over.first - timedelta(pick.among((1, 1, 30)))
        return Period(last - timedelta(pick.among((0, 89, 364))), last)

    def set_change(self) -> Data:
        """A list of members against an earlier one."""
        pick = self.pick
        over = self.over()
        data: Data = {
            "set-change": "listed_areas",
            "direction": pick.among(("no-new", "fewer")),
            "over": over.label,
            "base": (over.first - timedelta(pick.among((1, 1, 1, 60)))).isoformat(),
        }
        if pick.chance(25):
            data["undocumented"] = "missed"
        if pick.chance(10):
            data["reporting_lag"] = pick.among(("0 days", "30 days"))
        return data

    def between(self, name: str, bound: str) -> list[str]:
        unit = bound.partition(" ")[2]
        other = self.pick.among([b for b in BOUNDS[name] if b.partition(" ")[2] == unit])
        return sorted((bound, other), key=lambda text: float(text.split()[0]))

    def over(self) -> Period:
        pick = self.pick
        if pick.chance(55):
            return self.period
        parts = pieces(self.period, pick.among((3, 6, 1, 4)))
        if pick.chance(85) and parts:
            return pick.among(parts)
        first = pick.day(self.period.first, self.period.last)
        return Period(first, pick.day(first, self.period.last))

    def milestone(self) -> Data:
        pick = self.pick
        data: Data = {}
        shape = pick.number(0, 4)
        if shape == 0:
            data = {"milestone": pick.among(PLAIN)}
        elif shape == 1:
            members = pick.some(DISTRICTS, 1)
            data = {"milestone": pick.among(CLOSED), "for_each": members}
            if pick.chance(30):
                data["count"] = str(pick.number(1, len(members)))
        elif shape == 2:
            data = {"milestone": pick.among(CLOSED), "count": str(pick.number(1, len(DISTRICTS)))}
        elif shape == 3:
            data = {"milestone": pick.among(("project_begun", "project_running")), "count": str(pick.number(1, 4))}
        else:
            data = {"milestone": "partner_joined"}
            data |= {"count": str(pick.number(1, 3))} if pick.chance(50) else {"for_each": ["skat", "told"]}
        data["by"] = self.by()
        place = IN_ORDER.index(data["milestone"])
        if place and pick.chance(35):
            after = pick.some(IN_ORDER[:place], 1)[:2]
            data["after"] = after[0] if len(after) == 1 else after
        if pick.chance(15):
            data["undocumented"] = pick.among(("at-risk", "missed"))
        if pick.chance(10):
            data["reporting_lag"] = pick.among(("0 days", "30 days"))
        return data

    def by(self) -> str:
        pick = self.pick
        if pick.chance(50):
            return self.period.label
        if pick.chance(60):
            return pick.among(pieces(self.period, pick.among((3, 6, 1)))).label
        return pick.day(self.period.first, self.period.last).isoformat()

    def order(self) -> Data:
        pick = self.pick
        data: Data
        if pick.chance(50):
            i = pick.number(1, len(PLAIN) - 1)
            data = {"order": [pick.among(PLAIN[:i]), PLAIN[i]]}
        else:
            data = {"order": list(CLOSED), "for_each": pick.some(DISTRICTS, 1)}
        if pick.chance(70):
            data["by"] = self.by()
        return data

    def recurring(self) -> Data:
        pick = self.pick
        by = self.by() if pick.chance(40) else None
        if pick.chance(45):
            data: Data = {"recurring": "duty_done"}
        else:
            last = parse_period(by).last if by else self.period.last
            days = {pick.day(self.period.first, last) for _ in range(pick.number(1, 3))}
            data = {"recurring": "report_sent", "on": [day.isoformat() for day in sorted(days)]}
        if by:
            data["by"] = by
        if pick.chance(20):
            data["reporting_lag"] = "0"
        return data

    def assessment(self) -> Data:
        pick = self.pick
        data: Data = {"assessment": pick.among(("anyone", "Ministeriet", list(JUDGES)))}
        if pick.chance(40):
            data["by"] = self.by()
        return data


def _day_before(over: Period) -> Period:
    return Period(over.first - timedelta(1), over.first - timedelta(1))


def _halves(points: int) -> str:
    return str(points // 2) if points % 2 == 0 else f"{points // 2}.5"
