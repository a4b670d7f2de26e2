"""Names and numbers as a reader of one language meets them."""

from collections.abc import Callable

from rulecheck.cli.language import Language
from rulecheck.cli.sentences.words import UNITS, Data, clean
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
        period = parse_period(label)
        if period.first == period.last:
            return self.language.day(period.first)
        if "/" not in label:
            return label
        return f"{self.language.day(period.first)} – {self.language.day(period.last)}"

    def days(self, number: int) -> str:
        return self.count("{n} day", "{n} days", number)

    def quantity(self, number: Exact, data: Data, *, near: Exact | None = None, bare: bool = False) -> str:
        """A number of the measure in the unit people use: shares in percent, days as days."""
        scale = 100 if self.percent(data) else 1
        scaled = exact(number * scale)
        shown = self.language.number(scaled) if near is None else self.language.near(scaled, near * scale)
        return shown if bare else self.with_unit(shown, data)

    def kept(self, number: Exact, data: Data, shown: Callable[[Exact], str]) -> str:
        """A number that has to be kept to, rounded to its safe side by ``shown``: ``at_most`` or ``at_least``."""
        return self.with_unit(shown(exact(number * (100 if self.percent(data) else 1))), data)

    def limit(self, number: Exact, data: Data, *, bare: bool = False) -> str:
        """A number at which a verdict turns: all its decimals, or where they do not end enough not to look like the value."""
        scale = 100 if self.percent(data) else 1
        shown = self.language.exact(exact(number * scale), exact(self.beside(data, number) * scale))
        return shown if bare else self.with_unit(shown, data)

    def percent(self, data: Data) -> bool:
        """Whether numbers of the measure are told in percent."""
        return data["kind"] == "share" or self.unit(data) == "%"

    def with_unit(self, shown: str, data: Data) -> str:
        """``1 day``, ``2 days``; units that the plan invents stay as it writes them."""
        unit = "%" if self.percent(data) else self.unit(data)
        if unit in UNITS:
            return self.language.forms(*UNITS[unit])[shown.lstrip("−") != "1"].format(n=shown)
        return f"{shown} {unit}" if unit else shown

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
                ends[end] = self.limit(exact_text(data["bound"][end]), data, bare=bare)
        return ends

    @staticmethod
    def beside(data: Data, number: Exact) -> Exact:
        """The value as it is compared, which a bound is told apart from; without one the bound itself."""
        return exact_text(data.get("exact", data["value"])) if "value" in data else number

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
        return self.apart(number, 0, data)

    def apart(self, number: Exact, other: Exact, data: Data) -> str:
        """A difference with enough digits not to look like ``other``, or cross it, when it is another."""
        if not self.percent(data):
            return self.quantity(number, data, near=other)
        shown = self.language.near(exact(number * 100), exact(other * 100))
        if shown == "1":
            return self.say("{number} percentage point", number=shown)
        return self.say("{number} percentage points", number=shown)

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
