"""Random facts for a plan, as the JSON data of a facts file.

They lean towards where verdicts turn: values on the bound and one unit beside it, days on the deadline and one day
beside it, and one case in so many is told twice, corrected, taken back, preliminary, overlapping or contradictory.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import attrs
from rulecheck.engine.testing.pick import Pick
from rulecheck.facts.facts import Dimensions
from rulecheck.facts.period import Period, pieces
from rulecheck.facts.quantity import Exact, plain, terminates
from rulecheck.rules.criteria import Assessed, Bound, Leaf, Milestone, Order, Recurring, SetChange, Threshold, leaves
from rulecheck.rules.plan import Plan

Data = dict[str, Any]
DAY = timedelta(1)
NUMBERS = {"total", "count", "numerator", "denominator", "value", "members", "from"}
OPEN_NAMES = ("p1", "p2", "p3", "p4", "p5", "p6")
"""Subjects of events that anybody may join."""
JUDGES = ("Ministeriet", "Rigspolitiet")
"""Who judges where the plan names nobody, and who is not asked where it does."""
AREAS = ("A", "B", "C", "D")
MOODS = ("well", "well", "mixed", "badly", "silent")
"""How the year goes: what was promised happens in time, now and then, late, or nobody says."""


def facts_data(pick: Pick, plan: Plan, *, tidy: bool = False) -> Data:
    """Facts about what the plan asks for. ``tidy``: final, complete, told once, nothing contradictory."""
    return _Teller(pick, plan, tidy).facts()


def all_leaves(plan: Plan) -> list[Leaf]:
    """The leaf criteria of every version of the plan."""
    return [leaf for version in plan.versions for target in version.targets for leaf in leaves(target.criterion)]


class _Teller:
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

    def facts(self) -> Data:
        told: set[tuple[str, Dimensions]] = set()
        for leaf in self.leaves:
            self.mood = self.pick.among(MOODS[:4] if self.tidy else MOODS)
            if isinstance(leaf, SetChange):
                if leaf.measure not in self.listed or self.chance(10):
                    self.listed.add(leaf.measure)
                    self.lists(leaf)
            elif isinstance(leaf, Threshold):
                about = (leaf.measure, leaf.dimensions)
                if leaf.trend is not None:
                    leaf = self.based(leaf, about)
                if about not in told or (not self.tidy and self.chance(10)):
                    told.add(about)
                    self.measure(leaf)
            elif isinstance(leaf, Recurring):
                self.reports(leaf)
        self.happenings()
        for target in {leaf.target: leaf for leaf in self.leaves if isinstance(leaf, Assessed)}.values():
            self.assess(target)
        if self.chance(15):
            self.noise()
        data: Data = {
            "plan": self.plan.id,
            "measurements": self.measurements,
            "events": self.events,
            "forecasts": self.forecasts,
            "assessments": self.assessments,
            "calendar": self.calendar,
        }
        return {key: value for key, value in data.items() if value}

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

    # --- what it is compared with ---

    def based(self, leaf: Threshold, about: tuple[str, Dimensions]) -> Threshold:
        """Tell the base period; the leaf with the bound that comes of it."""
        pick, trend = self.pick, leaf.trend
        assert trend is not None
        aims: dict[str, Sequence[Exact]] = {
            "share": (Fraction(1, 2), Fraction(9, 10), Fraction(1, 5)),
            "mean": (10, Fraction(25, 2), 40),
        }
        aim: Exact = pick.among(aims.get(leaf.kind, (10, 40, 100, Fraction(15, 2)))) if pick.chance(92) else 0
        if leaf.signed and pick.chance(30):
            aim = -aim
        before = attrs.evolve(leaf, over=trend.base, trend=None, bound=Bound("at_most", None, aim))
        if about not in self.based_on and (self.tidy or pick.chance(85)):
            self.based_on.add(about)
            mood, tidy = self.mood, self.tidy
            if pick.chance(80):  # most of what lies back is known and final
                self.mood, self.tidy = "well", True
            self.measure(before, forecast=False)
            self.mood, self.tidy = mood, tidy
        if pick.chance(25):
            self.mood = "badly"
        return attrs.evolve(leaf, bound=trend.bound(aim, ""))

    def lists(self, leaf: SetChange) -> None:
        """A base list, and lists in which members go, come, merge and split."""
        pick = self.pick
        members = list(AREAS[: pick.number(1, 4)])
        head: Data = {"measure": leaf.measure}
        day = leaf.base - timedelta(pick.among((0, 0, 30)))
        if self.tidy or pick.chance(90):
            self.told(self.measurements, {**head, "at": day.isoformat(), "members": members}, day, {"members": ["A"]})
        if self.chance(12):
            day -= timedelta(100)
            self.told(self.measurements, {**head, "at": day.isoformat(), "members": ["A", "Z"]}, day, {"members": []})
        days = {leaf.over.last} if self.tidy or pick.chance(60) else set()
        days |= {pick.day(leaf.over.first, leaf.over.last) for _ in range(pick.number(0, 2))}
        for day in sorted(days) if self.mood != "silent" or self.tidy else []:
            members, origins = self.changed(members)
            entry: Data = {**head, "at": day.isoformat(), "members": members}
            if origins:
                entry["from"] = origins
            self.told(self.measurements, entry, day, {"members": [*members, "Q"] if pick.chance(50) else members[:1]})

    def changed(self, members: list[str]) -> tuple[list[str], Data]:
        """The next list, and what its members descend from."""
        pick = self.pick
        now: list[str] = list(members)
        origins: Data = {}
        fresh = [name for name in "KLMNOPRSTU" if name not in members]
        if now and pick.chance(35):  # split
            parent = now.pop(pick.number(0, len(now) - 1))
            heirs, fresh = fresh[:2], fresh[2:]
            now += heirs
            origins |= {heir: [parent] for heir in heirs if not self.chance(8)}
        if len(now) > 1 and pick.chance(25):  # merge
            heir, fresh = fresh[0], fresh[1:]
            parents, now = now[:2], [*now[2:], heir]
            origins[heir] = parents
        losing = {"well": 90, "mixed": 40}.get(self.mood, 10)
        if now and pick.chance(losing):
            gone = now.pop(pick.number(0, len(now) - 1))
            origins.pop(gone, None)
        if pick.chance({"well": 4, "mixed": 20}.get(self.mood, 50)):
            now.append(fresh[-1])
        return now, {heir: parents for heir, parents in origins.items() if heir in now}

    # --- measures ---

    def measure(self, leaf: Threshold, forecast: bool = True) -> None:
        head: Data = {"measure": leaf.measure}
        if leaf.dimensions:
            head["dimensions"] = dict(leaf.dimensions)
        if leaf.kind == "level":
            self.levels(leaf, head)
        elif leaf.kind == "figure":
            if self.mood != "silent" or self.chance(20):
                self.told(
                    self.measurements,
                    {**head, "period": leaf.over.label, "value": _text(self.near(leaf))},
                    leaf.over.last,
                    {"value": _text(self.near(leaf))},
                )
            if self.chance(20):
                part = self.pick.among(self.cut(leaf.over))
                self.told(
                    self.measurements,
                    {**head, "period": part.label, "value": _text(self.near(leaf))},
                    part.last,
                    {"value": "0"},
                )
        else:
            self.sums(leaf, head)
        if forecast and not self.tidy and self.pick.chance(45):
            self.expected_volume(leaf, head)

    def near(self, leaf: Threshold) -> Exact:
        """A number near the bound, on the side the mood says."""
        pick = self.pick
        end = pick.among([e for e in (leaf.bound.low, leaf.bound.high) if e is not None])
        steps: Sequence[Exact] = (0, 0, 1, Fraction(1, 10), 7)
        step = pick.among(steps)
        if leaf.bound.strict and pick.chance(60):
            step = step or 1
        if leaf.rounded_to is not None and pick.chance(40):
            step = Fraction(leaf.rounded_to) / 2
        inside = 1 if leaf.bound.operator == "at_least" else -1
        value = end + inside * step * {"well": 1, "mixed": pick.among((1, -1)), "badly": -1, "silent": 1}[self.mood]
        value = value if leaf.signed else max(Fraction(0), Fraction(value))
        return min(Fraction(1), Fraction(value)) if leaf.kind == "share" else value

    def levels(self, leaf: Threshold, head: Data) -> None:
        days = [piece.last for piece in self.given(self.cut(leaf.over))]
        if self.chance(20):
            days.append(leaf.over.first - DAY)
        slide = self.pick.among((0, 0, 0, -1 if leaf.bound.operator == "at_least" else 1))
        for i, day in enumerate(days):
            value = max(self.near(leaf) + slide * i, Fraction(-99 if leaf.signed else 0))
            entry = {**head, "at": day.isoformat(), "value": _text(value)}
            self.told(self.measurements, entry, day, {"value": _text(self.near(leaf))})

    def cut(self, period: Period) -> list[Period]:
        """The period in pieces: of the calendar where that fits, else anywhere."""
        pick = self.pick
        parts = pieces(period, pick.among((3, 3, 6, 1, 4, 12)))
        tiles = parts and parts[0].first == period.first and parts[-1].last == period.last
        if tiles and pick.chance(90):
            return parts
        found, first = [], period.first
        for _ in range(pick.number(0, 2)):
            last = pick.day(first, period.last)
            if last < period.last:
                found.append(Period(first, last))
                first = last + DAY
        return [*found, Period(first, period.last)]

    def given(self, parts: list[Period]) -> list[Period]:
        """Which of the pieces are there: all, the first ones, or all but one."""
        pick = self.pick
        if self.tidy or pick.chance(60):
            return parts
        if self.mood == "silent":
            return parts[: pick.number(0, 1)]
        if pick.chance(70):
            return parts[: pick.number(0, len(parts))]
        gap = pick.number(0, len(parts) - 1)
        return parts[:gap] + parts[gap + 1 :]

    def sums(self, leaf: Threshold, head: Data) -> None:
        parts = self.cut(leaf.over)
        if leaf.kind == "total":
            rows = [(amount, 0) for amount in self.spread(leaf, len(parts))]
        else:
            rows = self.counted(leaf, len(parts))
        given = self.given(parts)
        known = [(part, row) for part, row in zip(parts, rows, strict=True) if part in given]
        for part, (amount, volume) in known:
            other = self.numbers(leaf, amount + self.pick.among((1, 0, -1)), volume + self.pick.among((0, 1)))
            self.told(
                self.measurements,
                {**head, "period": part.label, **self.numbers(leaf, amount, volume)},
                part.last,
                other,
            )
        if len(known) > 1 and self.chance(30):
            self.so_far(leaf, head, known)
        if self.chance(4):  # a figure of the whole, by itself
            self.told(
                self.measurements,
                {**head, "period": leaf.over.label, **self.numbers(leaf, *rows[0], alone=True)},
                leaf.over.last,
                {},
            )

    def so_far(self, leaf: Threshold, head: Data, known: list[tuple[Period, tuple[Exact, int]]]) -> None:
        """A year-to-date figure over some of the pieces; one time in two it does not agree with them."""
        last = self.pick.number(1, len(known) - 1)
        part = Period(known[0][0].first, known[last][0].last)
        amount = sum(row[0] for _, row in known[: last + 1])
        volume = sum(row[1] for _, row in known[: last + 1])
        amount += self.pick.among((0, 0, 1, -1, 50))
        entry = {**head, "period": part.label, **self.numbers(leaf, amount, volume)}
        if self.chance(25):
            entry["status"] = "preliminary"
        self.told(self.measurements, entry, part.last, {})

    def spread(self, leaf: Threshold, size: int) -> list[Exact]:
        """Amounts of a total that come to a number near the bound."""
        aim = self.near(leaf)
        if self.mood == "badly" and self.pick.chance(50):
            aim = Fraction(aim) / 2 if leaf.bound.operator == "at_least" else 2 * aim + 3
        share = aim if self.pick.chance(25) else aim // size
        amounts: list[Exact] = [share] + [aim // size if share != aim else 0] * (size - 2) if size > 1 else []
        amounts.append(aim - sum(amounts))
        for i in range(size - 1):
            moved = self.pick.among((0, 0, 1, share))
            if leaf.signed or amounts[i + 1] >= moved:
                amounts[i] += moved
                amounts[i + 1] -= moved
        return amounts

    def counted(self, leaf: Threshold, size: int) -> list[tuple[Exact, int]]:
        """Amount and volume of each piece of a mean or share, together near the bound."""
        pick = self.pick
        empty = pick.chance(45 if leaf.if_empty == "fulfilled" else 5)
        sliding, far = pick.chance(30), self.mood != "well" and pick.chance(50)
        volumes = [0 if empty or pick.chance(4) else pick.among((10, 1, 4, 100, 3)) for _ in range(size)]
        end = pick.among([e for e in (leaf.bound.low, leaf.bound.high) if e is not None])
        inside = 1 if leaf.bound.operator == "at_least" else -1
        sense = {"well": inside, "mixed": pick.among((1, -1)), "badly": -inside, "silent": inside}[self.mood]
        rows: list[tuple[Exact, int]] = []
        for i, volume in enumerate(volumes):
            amount = Fraction(end) * volume
            if volume and far:
                amount += sense * (amount + volume)
            elif volume and sliding:
                amount -= inside * Fraction(i - size // 2, 10) * volume
            elif volume and (i == size - 1 or pick.chance(25)):
                amount += sense * pick.among((0, 1, 2, volume))
            if leaf.kind == "share":
                up = inside > 0 and self.mood == "well"
                amount = min(Fraction(volume), max(Fraction(0), Fraction(-(-amount // 1) if up else amount // 1)))
            elif not leaf.signed:
                amount = max(Fraction(0), amount)
            rows.append((amount, volume))
        return rows

    def numbers(self, leaf: Threshold, amount: Exact, volume: int, alone: bool = False) -> Data:
        """The numbers of one piece, as a measure of its kind is given."""
        pick = self.pick
        if not leaf.signed:
            amount = max(Fraction(0), Fraction(amount))
        if leaf.kind == "total":
            return {"total": _text(amount)}
        volume = max(0, volume)
        if leaf.kind == "share":
            amount = min(amount, volume)
        if volume and terminates(value := Fraction(amount) / volume) and (alone or self.chance(12)):
            volume_name = "count" if leaf.kind == "mean" else "denominator"
            return {"value": _text(value), **({} if alone or pick.chance(30) else {volume_name: volume})}
        if leaf.kind == "mean":
            return {"total": _text(amount) if volume else 0, "count": volume}
        return {"numerator": int(amount), "denominator": volume}

    def expected_volume(self, leaf: Threshold, head: Data) -> None:
        pick = self.pick
        day = pick.day(leaf.over.first - timedelta(20), leaf.over.last)
        entry: Data = {**head, "period": leaf.over.label}
        if leaf.kind in ("mean", "share") and pick.chance(85):
            known = sum(row.get("count") or row.get("denominator") or 0 for row in self.measurements[-4:])
            volume = pick.among((known + 1, known + 10, known + 3, known, 400, 0))
            entry["count" if leaf.kind == "mean" else "denominator"] = volume
        else:
            entry["value"] = _text(self.near(leaf))
        fact = {**entry, **self.reported(day)}
        self.forecasts.append(fact)
        if self.chance(10):
            changed = {"value": _text(self.near(leaf))} if "value" in entry else {}
            self.forecasts.append({**fact, **changed, **self.reported(day)})

    # --- events ---

    def happenings(self) -> None:
        """Every event that a milestone or order names, or that one of those requires."""
        deadlines: dict[str, list[date]] = {}
        for leaf in self.leaves:
            if isinstance(leaf, Milestone):
                deadlines.setdefault(leaf.event, []).append(leaf.by)
                for name in leaf.after:
                    deadlines.setdefault(name, []).append(leaf.by)
            elif isinstance(leaf, Order):
                deadlines.setdefault(leaf.before, []).append(leaf.by)
                deadlines.setdefault(leaf.then, []).append(leaf.by)
        for dependency in reversed(self.plan.dependencies):
            if dependency.then in deadlines and (self.tidy or self.pick.chance(85)):
                deadlines.setdefault(dependency.before, []).extend(deadlines[dependency.then])
        moods = MOODS[:4] if self.tidy else MOODS
        mood, self.orderly = self.pick.among(moods), self.pick.chance(50)
        for name in self.order:
            if name in deadlines:
                self.mood = mood if self.pick.chance(70) else self.pick.among(moods)
                for subject in self.subjects(name):
                    self.happening(name, subject, self.pick.among(deadlines[name]))

    def subjects(self, name: str) -> Sequence[str]:
        event = self.plan.events[name]
        if event.subjects is None:
            return ("",)
        others = self.pick.some(OPEN_NAMES) if not event.closed else []
        return [*event.subjects, *others]

    def happening(self, name: str, subject: str, by: date) -> None:
        pick = self.pick
        head: Data = {"event": name, **({"subject": subject} if subject else {})}
        happens = {"well": 96, "mixed": 70, "badly": 65, "silent": 8}[self.mood]
        if pick.chance(100 if self.tidy else happens):
            day = self.day(by, self.order.index(name))
            self.told(self.events, {**head, "date": day.isoformat()}, day, {"date": self.day(by, 9).isoformat()})
            if not self.chance(15):
                return
        if not self.tidy and pick.chance(45):
            self.forecast(head, by)

    def day(self, by: date, place: int) -> date:
        """A day near the deadline; what comes first in the order of events tends to happen first."""
        pick = self.pick
        first = min(by, self.plan.period.first + timedelta(place * 9))
        mood = pick.among(("well", "badly")) if self.mood == "mixed" else self.mood
        if mood == "badly":
            return by + timedelta(pick.among((1, 1, 2, 16, 40)))
        if self.orderly:
            return min(by, first + timedelta(pick.number(0, 8)))
        if pick.chance(35):
            return by - timedelta(pick.among((0, 0, 1)))
        return pick.day(first, min(by, first + timedelta(60)))

    def forecast(self, head: Data, by: date) -> None:
        pick = self.pick
        expected = by + timedelta(pick.among((0, 1, -1, 30, -30)))
        made = pick.day(self.plan.period.first, by)
        entry = {**head, "expected": expected.isoformat(), "reported": made.isoformat()}
        if pick.chance(20):
            del entry["reported"]
        self.forecasts.append(entry)
        if self.chance(15):
            again = {**entry, "expected": (by + timedelta(pick.among((5, -5)))).isoformat()}
            self.forecasts.append(again if pick.chance(50) else {**entry, "withdrawn": True})

    def reports(self, leaf: Recurring) -> None:
        pick = self.pick
        dates = leaf.dates
        if dates is None:
            if leaf.event not in self.calendar and (self.tidy or pick.chance(80)):
                last = min(o.by for o in self.leaves if isinstance(o, Recurring) and o.event == leaf.event)
                days = {pick.day(self.plan.period.first, last) for _ in range(pick.number(1, 3))}
                self.calendar[leaf.event] = [d.isoformat() for d in sorted(days)]
            dates = tuple(day for d in self.calendar.get(leaf.event, ()) if (day := date.fromisoformat(d)) <= leaf.by)
        for due in dates:
            head: Data = {"event": leaf.event, "subject": due.isoformat()}
            if pick.chance(100 if self.tidy else {"well": 98, "mixed": 80, "badly": 70, "silent": 40}[self.mood]):
                late = self.mood == "badly" or (self.mood == "mixed" and pick.chance(25))
                day = due + timedelta(pick.among((1, 3, 20)) if late else -pick.among((0, 0, 1, 9)))
                self.told(self.events, {**head, "date": day.isoformat()}, day, {"date": (due + DAY).isoformat()})
            elif pick.chance(40):
                self.forecast(head, due)

    # --- assessments, and what nobody asked for ---

    def assess(self, leaf: Assessed) -> None:
        pick = self.pick
        if self.mood == "silent" or not (self.tidy or pick.chance(80)):
            return
        verdict = pick.among(("fulfilled", "missed") if self.tidy else ("fulfilled", "missed", "at-risk", "on-track"))
        day = leaf.by + timedelta(pick.among((0, -1, 1, -30, 20)))
        role = pick.among(leaf.roles or JUDGES) if self.tidy or pick.chance(85) else pick.among((*JUDGES, "Rigspolit"))
        by = f"{role}, Direktionen" if pick.chance(30) else role.upper() if pick.chance(10) else role
        entry: Data = {"target": leaf.target, "verdict": verdict, "by": by, "date": day.isoformat()}
        self.told(self.assessments, entry, day, {"verdict": pick.among(("missed", "fulfilled"))})

    def beside(self) -> None:
        """Waivers, and judgements of what is computed: they stand beside the verdict."""
        pick = self.pick
        for target in self.plan.versions[-1].targets:
            computed = not any(isinstance(leaf, Assessed) for leaf in leaves(target.criterion))
            if pick.chance(15):
                verdict = pick.among(("waived", "fulfilled", "missed")) if computed else "waived"
                self.assessments.append(self.judged(target.id, verdict))

    def judged(self, target: str, verdict: str) -> Data:
        pick, period = self.pick, self.plan.period
        day = pick.day(period.first, period.last)
        entry: Data = {"target": target, "verdict": verdict, "by": pick.among(JUDGES), "date": day.isoformat()}
        entry["reason"] = "the building burned"
        if pick.chance(50):
            entry["expires"] = (day + timedelta(pick.among((0, 1, 30, 400)))).isoformat()
        return entry

    def noise(self) -> None:
        self.beside()
        period = self.plan.period
        total = next((m.id for m in self.plan.measures.values() if m.kind == "total"), None)
        if total is not None:
            self.measurements.append({"measure": total, "period": period.label, "total": 3, "dimensions": {"sex": "f"}})
        for event in self.plan.events.values():
            if event.subjects and not event.dated:
                head: Data = {"event": event.id, "subject": next(iter(event.subjects))}
                self.events.append({**head, "date": period.last.isoformat(), "dimensions": {"model": "a"}})
                break


def in_order(plan: Plan) -> list[str]:
    """The plan's events, each after those that must have happened before it; else as the plan lists them."""
    needs: dict[str, list[str]] = {name: [] for name in plan.events}
    for dependency in plan.dependencies:
        needs.setdefault(dependency.then, []).append(dependency.before)
    for leaf in all_leaves(plan):
        if isinstance(leaf, Milestone):
            needs.setdefault(leaf.event, []).extend(leaf.after)
    found: list[str] = []

    def add(name: str) -> None:
        if name not in found:
            for before in needs.get(name, ()):
                add(before)
            if name not in found:
                found.append(name)

    for name in plan.events:
        add(name)
    return found


def days_of_interest(plan: Plan, data: Data) -> list[date]:
    """The days on which a verdict may turn: deadlines, ends of lags and pieces, days of events, and the days beside."""
    found = {plan.period.first, plan.period.last}
    for leaf in all_leaves(plan):
        match leaf:
            case SetChange():
                found |= {leaf.base, leaf.over.last, leaf.closes}
            case Threshold():
                found |= {leaf.over.last, leaf.closes}
                if leaf.trend is not None:
                    found.add(leaf.trend.base.last)
            case Milestone() | Order():
                found |= {leaf.by, leaf.closes}
            case Recurring():
                dates = leaf.dates or [date.fromisoformat(d) for d in data.get("calendar", {}).get(leaf.event, ())]
                found |= {leaf.by, *dates, *(d + leaf.lag for d in dates)}
            case Assessed():
                found.add(leaf.by)
    found |= {day for row in data.get("events", ()) if (day := _date(row.get("date")))}
    found |= {day for row in data.get("assessments", ()) if (day := _date(row.get("date")))}
    found |= set(_ends(data))
    return sorted({day + timedelta(beside) for day in found for beside in (-1, 0, 1)})


def _ends(data: Data) -> Iterator[date]:
    from rulecheck.facts.period import parse_period

    for row in data.get("measurements", ()):
        yield parse_period(row.get("period") or row["at"]).last


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _text(number: Exact) -> str:
    assert terminates(number), number
    return plain(number)
