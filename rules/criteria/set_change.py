"""A list of members against an earlier one: no new member, or fewer. Source: semantics §4."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Literal

import attrs
from rulecheck.facts.period import Period, parse_period
from rulecheck.facts.problem import Path

if TYPE_CHECKING:
    from rulecheck.rules.criteria.example import Example
    from rulecheck.rules.reader import Context, Data, Reader
    from rulecheck.rules.shape import Object


@attrs.frozen(eq=False, repr=False)
class SetChange:
    """The lists of a measure over a period against the last one on or before the ``base`` day.

    ``no-new``: none has a member that is not of the base list and descends from none of it. ``fewer``: the last one is
    smaller. ``undocumented`` says what silence after ``closes`` means.
    """

    path: str
    measure: str
    direction: Literal["no-new", "fewer"]
    over: Period
    base: date
    closes: date
    undocumented: Literal["at-risk", "missed"] = "at-risk"


def shapes() -> dict[str, "Object"]:
    """How it is written, by kind."""
    from rulecheck.rules.shape import LAG, NAME, PERIOD, UNDOCUMENTED, Object, choice

    fields = {
        "set-change": (NAME, "the measure of kind set"),
        "direction": (choice("no-new", "fewer"), "no-new: no member is new; fewer: the last list is smaller"),
        "over": (PERIOD, "the period the lists are of"),
        "base": (PERIOD, "the day, or the last day of the period, whose list is the base"),
        "undocumented": UNDOCUMENTED,
        "reporting_lag": LAG,
    }
    return {"set-change": Object("a change of a set", fields, ("set-change", "direction", "over", "base"))}


def set_change(data: "Data", path: Path, context: "Context", reader: "Reader") -> SetChange:
    """The change of a list that ``data`` asks for."""
    over, base = parse_period(data["over"]), parse_period(data["base"])
    if base.last >= over.first and (*path, "over") not in reader.stood_in:
        reader.error(
            (*path, "base"),
            "the base {base} does not end before {period} begins",
            "name an earlier period",
            base=base.label,
            period=over.label,
        )
    measure = reader.measure(data["set-change"], "set", path, unit="", key="set-change")
    return SetChange(
        context.path,
        measure.id,
        data["direction"],
        over,
        base.last,
        over.last + timedelta(context.lag),
        context.undocumented or "at-risk",
    )


def examples(period: Period) -> "dict[str, Example]":
    """One example, fulfilled by the lists before and at the end of ``period``."""
    from rulecheck.facts.period import ONE_DAY
    from rulecheck.rules.criteria.example import Example

    name, day = "vulnerable_areas", (period.first - ONE_DAY).isoformat()
    lists: list[dict[str, Any]] = [
        {"measure": name, "at": day, "members": ["Hill", "Harbour", "Mill"]},
        {"measure": name, "at": period.last.isoformat(), "members": ["Hill", "Harbour East"],
         "from": {"Harbour East": ["Harbour"]}},
    ]  # fmt: skip
    return {
        "set-change": Example(
            "No new vulnerable areas",
            f"In {period.label} no area is listed as vulnerable that was not on the list of {day}.",
            {"set-change": name, "direction": "no-new", "over": period.label, "base": day},
            {"measurements": lists},
            {name: {"label": "Vulnerable areas", "kind": "set"}},
        )
    }
