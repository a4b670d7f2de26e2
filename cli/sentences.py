"""Proof → sentences. Whatever a reader is told about a verdict is rendered here, from the proof tree and nothing else."""

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from rulecheck.cli.language import Language
from rulecheck.engine.evaluate import Evaluation, TargetVerdict
from rulecheck.engine.proof import Step
from rulecheck.engine.verdict import RANK
from rulecheck.facts.period import Period, parse_period
from rulecheck.facts.quantity import Exact, distance, exact, exact_text
from rulecheck.rules.criteria import Assessed, Bound, Combination, Criterion, Milestone, Order, Recurring, Threshold
from rulecheck.rules.plan import Plan, Texts

Data = Mapping[str, Any]

WORDS = {"fulfilled": "fulfilled", "on-track": "on track", "at-risk": "at risk", "missed": "missed"}
EVIDENCE = {
    "complete": "complete",
    "partial": "partial",
    "overdue": "overdue",
    "conflicting": "conflicting",
    "none": "none",
}
RISK_NAMES = {
    "R1": "value breaches the bound",
    "R2": "within the margin",
    "R3": "required rate",
    "R4": "slip",
    "R5": "lead time",
    "R6": "dependency",
    "R7": "evidence",
    "R8": "trend",
    "R9": "out of reach",
}
_BOUNDS = {
    "at_most": "at most {high}",
    "at_least": "at least {low}",
    "exactly": "exactly {low}",
    "between": "between {low} and {high}",
}
_SIGNS = {"at_most": "≤ {high}", "at_least": "≥ {low}", "exactly": "= {low}", "between": "{low}–{high}"}
MODALITIES = ("must", "should", "may")
UNITS = ("days", "weeks", "months", "hours", "minutes", "seconds", "cases", "persons", "employees")
"""Units of measures that are translated; others are shown as the plan writes them."""
_MOST_NAMES = 8


def clean(text: str) -> str:
    """Text from a file as it may be shown: on one line, without control characters (a terminal would obey them)."""
    return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)


class Sentences:
    """What there is to say about one evaluation in one language."""

    def __init__(self, plan: Plan, language: Language) -> None:
        self.plan, self.language = plan, language
        self.say, self.count = language.say, language.count

    # --- names and numbers ---

    def text(self, texts: Texts, otherwise: str = "") -> str:
        """A text of the plan in the reader's language, else in the plan's, else in any."""
        for code in (self.language.code, self.plan.language, *texts):
            if texts.get(code):
                return clean(texts[code])
        return clean(otherwise)

    def measure(self, name: str) -> str:
        return self.text(self.plan.measures[name].label, name)

    def event(self, name: str) -> str:
        return self.text(self.plan.events[name].label, name)

    def subject(self, event: str, subject: str) -> str:
        known = self.plan.events[event].subjects or {}
        return clean(known.get(subject) or subject)

    def period(self, label: str) -> str:
        """``2024`` as it is; an interval as two days."""
        if "/" not in label:
            return label
        period = parse_period(label)
        return f"{self.language.day(period.first)} – {self.language.day(period.last)}"

    def days(self, number: int) -> str:
        return self.count("{n} day", "{n} days", number)

    def quantity(self, number: Exact, data: Data, *, near: Exact | None = None, bare: bool = False) -> str:
        """A number of the measure in the unit people use: shares in percent, days as days."""
        percent = data["kind"] == "share" or self.unit(data) == "%"
        scale = 100 if percent else 1
        scaled = exact(number * scale)
        shown = self.language.number(scaled) if near is None else self.language.near(scaled, near * scale)
        unit = "%" if percent else self.unit(data)
        return shown if bare or not unit else f"{shown} {self.say(unit)}"

    def unit(self, data: Data) -> str:
        return self.plan.measures[data["measure"]].unit or str(data["bound"]["unit"])

    def bound(self, data: Data) -> str:
        """``at most 180 days``."""
        return self.say(_BOUNDS[data["bound"]["operator"]], **self._ends(data))

    def sign(self, data: Data) -> str:
        """``≤ 180 days``."""
        return _SIGNS[data["bound"]["operator"]].format(**self._ends(data))

    def _ends(self, data: Data) -> dict[str, str]:
        ends = {}
        for end in ("low", "high"):
            if end in data["bound"]:
                bare = end == "low" and data["bound"]["operator"] == "between"
                ends[end] = self.quantity(exact_text(data["bound"][end]), data, bare=bare)
        return ends

    def value(self, data: Data) -> str | None:
        """The value, with enough digits to stand on the right side of the bound."""
        if "value" not in data:
            return None
        value = exact_text(data.get("exact", data["value"]))
        return self.quantity(value, data, near=self._nearest(value, data))

    def margin(self, data: Data) -> str:
        margin = distance(exact_text(data["margin"]), 0)
        if data["kind"] == "share" or self.unit(data) == "%":
            return self.say("{number} percentage points", number=self.language.near(exact(margin * 100), 0))
        return self.quantity(margin, data, near=0)

    @staticmethod
    def _nearest(value: Exact, data: Data) -> Exact:
        ends = [exact_text(data["bound"][e]) for e in ("low", "high") if e in data["bound"]]
        return min(ends, key=lambda end: distance(value, end))

    def about(self, data: Data) -> str:
        """What a threshold measures, with the part it is about."""
        name = self.measure(data["measure"])
        parts = ", ".join(clean(m) for m in data.get("dimensions", {}).values())
        return f"{name} ({parts})" if parts else name

    # --- one line ---

    def standing(self, step: Step) -> str:
        """Value against bound, for the table: ``171.82 ≤ 180 days``, ``1 of 2``."""
        data = step.data
        kind = data.get("kind")
        if kind is None:
            return self.standing(step.premises[0]) if step.premises else ""
        if kind in ("mean", "share", "total", "level", "figure"):
            value = self.value(data)
            if value is None:
                return self.sign(data)
            bare = self.quantity(
                exact_text(data.get("exact", data["value"])),
                data,
                bare=True,
                near=self._nearest(exact_text(data.get("exact", data["value"])), data),
            )
            return f"{bare} ({self.sign(data)})"
        if kind == "milestone":
            done = sum("date" in m and m["days"] >= 0 and m["status"] == "final" for m in data["members"])
            return self.say("{done} of {count}", done=done, count=data["count"])
        if kind in ("order", "recurring"):
            done = sum(self._met(kind, m) for m in data["members"])
            return self.say("{done} of {count}", done=done, count=len(data["members"])) if data["members"] else "–"
        if kind == "assessment":
            return self.say(WORDS[data["assessment"]["verdict"]]) if "assessment" in data else "–"
        return self.say("{done} of {count}", done=data["fulfilled"], count=data["count"])

    @staticmethod
    def _met(kind: str, member: Data) -> bool:
        if kind == "order":
            return "before" in member and "then" in member
        return "date" in member and member["days"] >= 0

    def reason(self, verdict: TargetVerdict) -> str:
        """Why the target stands where it stands, in one sentence or two."""
        return self.because(verdict.step)

    def because(self, step: Step) -> str:
        """The deciding sentence of a step: its own for a criterion, that of its worst part for a combination."""
        if step.rule in ("may", "should"):
            words = {
                "may": "The plan says may: this is never missed.",
                "should": "The plan says should: this is at most at risk.",
            }
            return f"{self.because(step.premises[0])} {self.say(words[step.rule])}"
        if step.rule == "dependency":
            return self.say(
                "It depends on {targets}, which is {verdict}.",
                targets=", ".join(step.data["blocked_by"]),
                verdict=self._worst(step.data),
            )
        if step.rule == "as-judged":
            return self.because(step.premises[0])
        if step.rule.startswith("alternatives"):
            facts = "; ".join(" / ".join(clean(f) for f in ids) for ids in step.data["conflicts"])
            if step.rule == "alternatives-agree":
                return self.say(
                    "{reason} Facts contradict each other ({facts}), with the same verdict either way.",
                    reason=self.because(step.premises[0]),
                    facts=facts,
                )
            return self.say(
                "Facts contradict each other, and the verdict depends on which is right: {facts}.", facts=facts
            )
        if step.data["kind"] in ("all_of", "any_of", "at_least", "for_each"):
            return self._combination(step)
        return self.leaf(step)

    def _worst(self, data: Data) -> str:
        verdicts = [data["depends_on"][t] for t in data["blocked_by"]]
        return self.say(WORDS[min(verdicts, key=lambda v: RANK[v])])

    def _combination(self, step: Step) -> str:
        """The first of the parts that decide, and how many more there are."""
        data = step.data
        if step.verdict == "fulfilled" and data["fulfilled"] == data["size"]:
            told = self.say("All parts are fulfilled ({size}).", size=data["size"])
            if data["kind"] == "for_each" and all("margin" in premise.data for premise in step.premises):
                closest = min(step.premises, key=lambda premise: exact_text(premise.data["margin"]))
                told += " " + self.say("The closest: {reason}", reason=self.because(closest))
            return told
        deciding = [p for p in step.premises if p.verdict == step.verdict] or list(step.premises)
        told = self.because(deciding[0])
        others = len(deciding) - 1
        return f"{told} {self.count('(And {n} part more.)', '(And {n} parts more.)', others)}" if others else told

    def leaf(self, step: Step) -> str:
        """The sentence of a leaf criterion."""
        kind = step.data["kind"]
        if kind in ("mean", "share", "total", "level", "figure"):
            told = self._threshold(step)
        elif kind == "milestone":
            told = self._milestone(step)
        elif kind == "order":
            told = self._order(step)
        elif kind == "recurring":
            told = self._recurring(step)
        else:
            told = self._assessment(step)
        risks = [self.risk(rule, step) for rule in step.risks]
        return " ".join([told, *risks])

    def _threshold(self, step: Step) -> str:
        data = step.data
        words = {
            "what": self.about(data),
            "value": self.value(data) or "",
            "period": self.period(data["over"]),
            "bound": self.bound(data),
            "margin": self.margin(data) if "margin" in data else "",
        }
        if "rounded" in data:
            words["value"] = self.say(
                "{value} (rounded {rounded})",
                value=words["value"],
                rounded=self.quantity(exact_text(data["rounded"]), data),
            )
        match step.rule:
            case "bound-holds":
                if exact_text(data["margin"]) == 0:
                    return self.say("{what}: {value} for {period}, exactly on the bound ({bound}).", **words)
                return self.say("{what}: {value} for {period}, {margin} inside the bound ({bound}).", **words)
            case "bound-fails":
                return self.say("{what}: {value} for {period}, {margin} outside the bound ({bound}).", **words)
            case "exceeded-for-good":
                return self.say("{what}: {value} already, above the bound ({bound}); a total cannot fall.", **words)
            case "reached-for-good":
                return self.say("{what}: {value} already, {bound} is reached for good.", **words)
            case "empty-fulfils":
                return self.say("{what}: not a single item for {period}; the plan takes that as fulfilled.", **words)
            case "no-items":
                return self.say("{what}: not a single item for {period}, so there is nothing to judge.", **words)
            case "undocumented":
                return self.say(
                    "{what}: no figures for {period} by {day}; the plan takes silence as missed.",
                    day=self.language.day(data["closes"]),
                    **words,
                )
        if "value" not in data:
            return self.say("{what}: no figures yet for {period}; {bound} is wanted.", **words)
        if data["reach"] == parse_period(data["over"]).last.isoformat():
            return self.say("{what}: {value} for {period}, preliminary; {bound} is wanted.", **words)
        told = self.say(
            "{what}: {value} so far, through {reach}; {bound} is wanted for {period}.",
            reach=self.language.day(data["reach"]),
            **words,
        )
        if any(e["outlook"] == "secured" for e in data.get("expected", ())):
            told += " " + self.say("Secured at the expected volume.")
        return told

    def _milestone(self, step: Step) -> str:
        data = step.data
        by, what = self.language.day(data["by"]), self.event(data["event"])
        members = data["members"]
        single = data["size"] == 1 and data["count"] == 1
        done = [m for m in members if "date" in m]
        if single and done and step.rule in ("in-time", "too-late"):
            return self._dated(what, done[0], by)
        words = {"what": what, "by": by, "done": sum(m["days"] >= 0 for m in done), "count": data["count"]}
        if step.rule == "in-time":
            return self.say("{what}: {done} of {count} needed by {by}.", **words)
        named = [self.subject(data["event"], m["subject"]) for m in members if m.get("subject") and "date" not in m]
        missing = self.say(" Still missing: {names}.", names=self._listed(named)) if named and data["size"] else ""
        if step.rule == "too-late":
            late = [
                self._dated(self.subject(data["event"], m["subject"]), m, by)
                for m in done
                if m["days"] < 0 and m.get("subject")
            ]
            return self.say("{what}: too late.", what=what) + " " + " ".join(late)
        if step.rule == "not-shown":
            told = self.say(
                "{what}: not shown by {day}, when the time to report it ran out (deadline {by}).",
                day=self.language.day(data["closes"]),
                what=what,
                by=by,
            )
            return told if single else told + " " + self.say("{done} of {count}.", **words) + missing
        if single:
            told = (
                self.say(
                    "{what}: {date}, preliminary (deadline {by}).", date=self.language.day(done[0]["date"]), **words
                )
                if done
                else self.say("{what}: not yet (deadline {by}).", **words)
            )
        else:
            told = self.say("{what}: {done} of {count} so far (deadline {by}).", **words) + missing
        return told + self._unrecognised(data)

    def _dated(self, what: str, member: Data, by: str) -> str:
        when = self.language.day(member["date"])
        days = member["days"]
        if days == 0:
            return self.say("{what}: {when}, on the day of the deadline.", what=what, when=when)
        if days > 0:
            return self.say(
                "{what}: {when}, {days} before the deadline {by}.", what=what, when=when, days=self.days(days), by=by
            )
        return self.say(
            "{what}: {when}, {days} after the deadline {by}.", what=what, when=when, days=self.days(-days), by=by
        )

    def _unrecognised(self, data: Data) -> str:
        told = ""
        for member in data["members"]:
            for need in member.get("not_recognised", ())[:1]:
                told += " " + self.say(
                    "What happened on {date} does not count: {before} had not happened before.",
                    date=self.language.day(need["date"]),
                    before=self.event(need["before"]),
                )
        return told

    def _listed(self, names: list[str]) -> str:
        if len(names) > _MOST_NAMES:
            return ", ".join(names[:_MOST_NAMES]) + ", …"
        return self.language.names(names)

    def _order(self, step: Step) -> str:
        data = step.data
        words = {
            "first": self.event(data["before"]),
            "second": self.event(data["then"]),
            "by": self.language.day(data["by"]),
        }
        messages = {
            "in-order": "{first}, then {second}: both happened, in order and in time.",
            "out-of-order": "{second} happened although {first} had not.",
            "order-too-late": "{first}, then {second}: after the deadline {by}.",
            "order-not-shown": "{first}, then {second}: not shown, and the time to report it has run out (deadline {by}).",
        }
        return self.say(messages.get(step.rule, "{first}, then {second}: still open (deadline {by})."), **words)

    def _recurring(self, step: Step) -> str:
        data = step.data
        members = data["members"]
        words: dict[str, Any] = {
            "what": self.event(data["event"]),
            "count": len(members),
            "by": self.language.day(data["by"]),
        }
        match step.rule:
            case "all-in-time":
                return self.say("{what}: all {count} due dates were met.", **words)
            case "report-late":
                late = next(m for m in members if "date" in m and m["days"] < 0)
                return self.say(
                    "{what}: due {due}, came {when}.",
                    what=words["what"],
                    due=self.language.day(late["due"]),
                    when=self.language.day(late["date"]),
                )
            case "report-missing":
                missing = next(m for m in members if m.get("status") != "final")
                return self.say(
                    "{what}: due {due}, and nothing came.", what=words["what"], due=self.language.day(missing["due"])
                )
            case "no-calendar":
                return self.say("{what}: its due dates were never given, so it cannot be judged.", **words)
        if not data["scheduled"]:
            return self.say("{what}: its due dates are not given yet.", **words)
        ahead = [m for m in members if "date" not in m]
        due = self.language.day(ahead[0]["due"]) if ahead else words["by"]
        met = sum(self._met("recurring", m) for m in members)
        return self.say(
            "{what}: {met} of {count} due dates met, the next is {due}.",
            met=met,
            due=due,
            what=words["what"],
            count=words["count"],
        )

    def _assessment(self, step: Step) -> str:
        data = step.data
        told = data.get("assessment")
        by = self.language.day(data["by"])
        if told and told["counts"]:
            words = {
                "verdict": self.say(WORDS[told["verdict"]]),
                "who": clean(told["by"]),
                "when": self.language.day(told["date"]),
            }
            sentence = self.say("Assessed as {verdict} by {who} on {when}.", **words)
            return sentence + (f" {clean(told['reason'])}" if told["reason"] else "")
        if told:
            return self.say(
                "Not assessed: {who} is not {roles}.", who=clean(told["by"]), roles=" / ".join(data["roles"])
            )
        if step.rule == "not-assessed":
            return self.say("Not assessed, and {by} has passed.", by=by)
        return self.say("Not assessed yet; wanted by {by}.", by=by)

    # --- risks ---

    def risk(self, rule: str, step: Step) -> str:
        """Why a risk rule fired on a leaf."""
        data = step.data
        match rule:
            case "R1":
                return self.say("That is {margin} outside the bound.", margin=self.margin(data))
            case "R2":
                return self.say("Only {margin} are left to the bound.", margin=self.margin(data))
            case "R3":
                return self.say(
                    "The rest must come to {rate}; the reference is {reference}.",
                    rate=self.quantity(exact_text(data["required"]["rate"]), data),
                    reference=self.quantity(exact_text(data["required"]["reference"]), data),
                )
            case "R4":
                return self._slip(data)
            case "R5":
                if data["days_left"] < 0:
                    return self.say("The deadline passed {days} ago.", days=self.days(-data["days_left"]))
                return self.count("{n} day is left.", "{n} days are left.", data["days_left"])
            case "R6":
                return self.say("What it requires has not happened in time, or is not forecast in time.")
            case "R7":
                return " ".join(self._defect(defect) for defect in data.get("defects", ()))
            case "R8":
                return self.count(
                    "The last figure is worse.",
                    "The last {n} figures worsen one after the other.",
                    len(data["worsening"]),
                )
            case _:
                return self.say("Not even a perfect rest of the expected volume reaches the bound.")

    def _slip(self, data: Data) -> str:
        if "forecast" in data:
            return self.say(
                "The forecast for the period is {value}.",
                value=self.quantity(exact_text(data["forecast"]["value"]), data),
            )
        late = []
        for member in data["members"]:
            expected = member.get("expected")
            if not expected:
                continue
            days = [expected] if isinstance(expected, str) else list(expected.values())
            limit = member.get("due", data["by"])
            late += [(member, day) for day in days if day > limit or data["kind"] == "order"]
        parts = []
        for member, day in late[:3]:
            name = self.subject(data["event"], member["subject"]) if member.get("subject") and "event" in data else ""
            when = self.language.day(day)
            parts.append(
                self.say("{who} is forecast for {when}.", who=name, when=when)
                if name
                else self.say("It is forecast for {when}.", when=when)
            )
        return " ".join(parts)

    def _defect(self, defect: Data) -> str:
        match defect["defect"]:
            case "preliminary":
                return self.say("{fact} is still preliminary.", fact=clean(defect["fact"]))
            case "stale":
                return self.say(
                    "The latest figure is older than the last due date {day}.", day=self.language.day(defect["through"])
                )
            case _:
                return self.say(
                    "Facts through {day} were due and are missing.", day=self.language.day(defect["through"])
                )

    # --- what would change it ---

    def needed(self, entry: Data) -> str:
        """One thing that is still needed."""
        match entry["what"]:
            case "event":
                by, what = self.language.day(entry["by"]), self.event(entry["event"])
                names = [self.subject(entry["event"], s) for s in entry["subjects"]]
                if names and len(names) == entry["count"]:
                    return self.say("{what} by {by}: {names}", what=what, by=by, names=self._listed(names))
                if names:
                    return self.say(
                        "{what} by {by}: {count} of {names}",
                        what=what,
                        by=by,
                        count=entry["count"],
                        names=self._listed(names),
                    )
                if entry["count"] > 1:
                    return self.say("{what} by {by}: {count} more", what=what, by=by, count=entry["count"])
                return self.say("{what} by {by}", what=what, by=by)
            case "report":
                return self.say("{what} by {by}", what=self.event(entry["event"]), by=self.language.day(entry["by"]))
            case "calendar":
                return self.say("the due dates of {what}", what=self.event(entry["event"]))
            case "assessment":
                roles = [clean(r) for r in entry["roles"]]
                who = " / ".join(roles) if roles else self.say("a named person")
                return self.say("an assessment by {who}, by {by}", who=who, by=self.language.day(entry["by"]))
            case "final":
                return self.say(
                    "final facts in place of the preliminary {facts}",
                    facts=self._listed([clean(f) for f in entry["facts"]]),
                )
            case "agreement":
                return self.say("agreement between {facts}", facts=self._listed([clean(f) for f in entry["facts"]]))
        return self._needed_figure(entry)

    def _needed_figure(self, entry: Data) -> str:
        data = {**entry, "kind": entry["what"]}
        first, last = date.fromisoformat(entry["from"]), date.fromisoformat(entry["to"])
        words = {"what": self.about(data), "period": self.period(Period(first, last).label)}
        if "required" in entry:
            required = exact_text(entry["required"])
            words |= {"rest": self.language.number(exact_text(entry["rest"]), 0), "fact": clean(entry["assuming"])}
            operator = data["bound"]["operator"]
            if entry["what"] == "share" and operator == "at_least":
                if entry["late_left"] is None:
                    return self.say("{what} in {period}: out of reach with the expected {rest} more", **words)
                return self.say(
                    "{what} in {period}: of the expected {rest} more, at most {late} may fail",
                    late=self.language.whole(int(entry["late_left"])),
                    **words,
                )
            words["rate"] = self.quantity(_towards(required, operator), data)
            most = "{what} in {period}: the expected {rest} more must average at most {rate}"
            least = "{what} in {period}: the expected {rest} more must average at least {rate}"
            return self.say(most if operator == "at_most" else least, **words)
        if entry["what"] == "total" and "rest" in entry:
            words["rest"] = self.quantity(exact_text(entry["rest"]), data)
            least = "{what} in {period}: at least {rest} more"
            return self.say(
                least if data["bound"]["operator"] == "at_least" else "{what} in {period}: at most {rest} more", **words
            )
        return self.say("figures of {what} for {period}, {bound} in all", bound=self.bound(data), **words)

    # --- the criterion itself ---

    def criterion(self, criterion: Criterion) -> str:
        """What a criterion demands, without any facts."""
        if isinstance(criterion, Combination):
            parts = "; ".join(self.criterion(part) for part in criterion.parts)
            if criterion.count == len(criterion.parts):
                return self.say("all of: {parts}", parts=parts)
            return self.say("at least {count} of: {parts}", count=criterion.count, parts=parts)
        if isinstance(criterion, Threshold):
            data = {
                "kind": criterion.kind,
                "measure": criterion.measure,
                "bound": _bound(criterion.bound),
                "dimensions": dict(criterion.dimensions),
            }
            return self.say(
                "{what} {bound} in {period}",
                what=self.about(data),
                bound=self.bound(data),
                period=self.period(criterion.over.label),
            )
        by = self.language.day(criterion.by)
        if isinstance(criterion, Milestone):
            what = self.event(criterion.event)
            names = [self.subject(criterion.event, s) for s in criterion.members or ()]
            if criterion.members and criterion.count == len(criterion.members):
                told = self.say("{what} by {by}: {names}", what=what, by=by, names=self.language.names(names))
            elif criterion.count > 1:
                told = self.say("{what} by {by}: at least {count}", what=what, by=by, count=criterion.count)
            else:
                told = self.say("{what} by {by}", what=what, by=by)
            if criterion.after:
                told += self.say(
                    ", after {events}", events=self.language.names([self.event(e) for e in criterion.after])
                )
            return told
        if isinstance(criterion, Order):
            return self.say(
                "{first} before {second}, by {by}",
                first=self.event(criterion.before),
                second=self.event(criterion.then),
                by=by,
            )
        if isinstance(criterion, Recurring):
            return self.say("{what} on every due date until {by}", what=self.event(criterion.event), by=by)
        assert isinstance(criterion, Assessed)
        who = " / ".join(clean(r) for r in criterion.roles) or self.say("a named person")
        return self.say("an assessment by {who}, by {by}", who=who, by=by)

    def full(self, verdict: TargetVerdict) -> str:
        """The whole reason in running text, for the JSON output: verdict, reason, what is still needed or since when."""
        words = WORDS[verdict.verdict]
        parts = [f"{self.say(words).capitalize()}: {self.reason(verdict)}"]
        if verdict.delivered_late:
            parts.append(self.say("Delivered late, on {day}.", day=self.language.day(verdict.delivered_late)))
        if verdict.needed:
            parts.append(self.say("Still needed: {needed}.", needed="; ".join(self.needed(e) for e in verdict.needed)))
        return " ".join(parts)

    def breach(self, breach: Data) -> str:
        """A dependency the facts break."""
        subject = f" ({self.subject(breach['then'], breach['subject'])})" if breach["subject"] else ""
        words = {
            "then": self.event(breach["then"]) + subject,
            "before": self.event(breach["before"]),
            "date": self.language.day(breach["then_date"]),
        }
        if breach["before_date"]:
            return self.say(
                "{then} on {date} came before {before} ({when}); it is not recognised.",
                when=self.language.day(breach["before_date"]),
                **words,
            )
        return self.say("{then} on {date} came without {before}; it is not recognised.", **words)


def _towards(number: Exact, operator: str) -> Fraction:
    """Two decimals (four of a share), rounded to the safe side: who keeps to what is shown keeps to the bound."""
    scaled = number * 10**4
    whole = scaled.numerator // scaled.denominator
    return Fraction(whole if operator == "at_most" or whole == scaled else whole + 1, 10**4)


def _bound(bound: Bound) -> dict[str, Any]:
    from rulecheck.engine.findings import bound_data

    return bound_data(bound)


def attention(evaluation: Evaluation) -> Iterable[TargetVerdict]:
    """What needs attention first: at risk before missed (something can still be done), heavier before lighter."""
    order = {"at-risk": 0, "missed": 1}
    found = [v for v in evaluation.verdicts if v.verdict in order]
    return sorted(found, key=lambda v: (order[v.verdict], -(v.target.weight or 0), evaluation.verdicts.index(v)))
