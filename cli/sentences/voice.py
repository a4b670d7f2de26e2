"""Names and numbers as a reader of one language meets them."""

from rulecheck.cli.language import Language
from rulecheck.cli.sentences.words import Data, clean
from rulecheck.facts.period import parse_period
from rulecheck.facts.quantity import Exact, distance, exact, exact_text
from rulecheck.rules.plan import Plan, Texts

_BOUNDS = {
    "at_most": "at most {high}",
    "at_least": "at least {low}",
    "exactly": "exactly {low}",
    "between": "between {low} and {high}",
    "more": "more than {low}",
    "less": "less than {high}",
}
_SIGNS = {
    "at_most": "≤ {high}",
    "at_least": "≥ {low}",
    "exactly": "= {low}",
    "between": "{low}–{high}",
    "more": "> {low}",
    "less": "< {high}",
}
_WANTED = {
    "rise": ("a rise", "a rise of more than {band}"),
    "fall": ("a fall", "a fall of more than {band}"),
    "not-rise": ("no rise", "no rise of more than {band}"),
    "not-fall": ("no fall", "no fall of more than {band}"),
}
_MOST_NAMES = 8


def _operator(data: Data) -> str:
    operator: str = data["bound"]["operator"]
    if "strict" in data["bound"]:
        return "more" if operator == "at_least" else "less"
    return operator


class Voice:
    """Names and numbers of one plan in one language."""

    def __init__(self, plan: Plan, language: Language) -> None:
        self.plan, self.language = plan, language
        self.say, self.count = language.say, language.count

    def text(self, texts: Texts, otherwise: str = "") -> str:
        """A text of the plan in the reader's language, else in the plan's, else in any."""
        for code in (self.language.code, self.plan.language, *texts):
            if texts.get(code):
                return clean(texts[code])
        return clean(otherwise)

    def measure(self, name: str) -> str:
        return self.text(self.plan.measures[name].label, name)

    def parameter(self, name: str) -> str:
        """``$employees_2024 (employees at the end of 2024)``."""
        label = self.text(self.plan.parameters[name].label)
        return clean(f"${name} ({label})" if label else f"${name}")

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
        """``at most 180 days``; of a trend whose base is not known yet, the change that is wanted."""
        ends = self._ends(data)
        return self.say(_BOUNDS[_operator(data)], **ends) if ends else self.wanted(data)

    def sign(self, data: Data) -> str:
        """``≤ 180 days``; a dash while the base of a trend is not known."""
        ends = self._ends(data)
        return _SIGNS[_operator(data)].format(**ends) if ends else "–"

    def wanted(self, data: Data) -> str:
        """``a fall of more than 1 percentage point``: what a trend is to come to."""
        trend = data["trend"]
        plain, banded = _WANTED[trend["direction"]]
        band = exact_text(trend["band"])
        if band == 0:
            return self.say(plain)
        if trend["relative"]:
            shown = self.say("{number} % of the base value", number=self.language.number(exact(band * 100)))
        else:
            shown = self.difference(band, data)
        return self.say(banded, band=shown)

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
        return self.quantity(value, data, near=self.nearest(value, data))

    def margin(self, data: Data) -> str:
        return self.difference(distance(exact_text(data["margin"]), 0), data)

    def difference(self, number: Exact, data: Data) -> str:
        """How far two values are apart, in the unit people use: shares in percentage points."""
        if data["kind"] == "share" or self.unit(data) == "%":
            shown = self.language.near(exact(number * 100), 0)
            if number * 100 == 1:
                return self.say("{number} percentage point", number=shown)
            return self.say("{number} percentage points", number=shown)
        return self.quantity(number, data, near=0)

    @staticmethod
    def nearest(value: Exact, data: Data) -> Exact:
        ends = [exact_text(data["bound"][e]) for e in ("low", "high") if e in data["bound"]]
        return min(ends, key=lambda end: distance(value, end), default=value)

    def about(self, data: Data) -> str:
        """What a threshold measures, with the part it is about."""
        name = self.measure(data["measure"])
        parts = ", ".join(clean(m) for m in data.get("dimensions", {}).values())
        return f"{name} ({parts})" if parts else name

    def listed(self, names: list[str]) -> str:
        if len(names) > _MOST_NAMES:
            return ", ".join(names[:_MOST_NAMES]) + ", …"
        return self.language.names(names)
