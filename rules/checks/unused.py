"""RC010: what is declared and never used."""

from collections.abc import Iterator

from rulecheck.rules.checks.check import Check, Document
from rulecheck.rules.parameters import references
from rulecheck.rules.plan import Complaint

BAD = """\
plan: offices
period: 2024
goals:
  - goal: "1"
    targets:
      - {target: "1.1", require: {milestone: office_opened, by: 2024}}
events:
  office_opened: {label: Office opened}
  office_painted: {label: Office painted}
"""
GOOD = BAD.removesuffix("  office_painted: {label: Office painted}\n")
NAMING = (
    "mean",
    "share",
    "total",
    "level",
    "figure",
    "trend",
    "set-change",
    "milestone",
    "order",
    "recurring",
    "after",
)


def find(document: Document) -> Iterator[Complaint]:
    """Every measure, event and parameter that is declared is used by some target or dependency."""
    places = (*document.places, *document.alternatives)
    used = {name for place in places for name in _names(place.data)}
    used |= {name for d in document.plan.dependencies for name in (d.before, d.then)}
    for group, one in (("measures", "measure"), ("events", "event")):
        for name in document.data.get(group) or {}:
            if name not in used:
                yield (
                    (group, name),
                    "nothing uses the {kind} `{name}`",
                    "use it, or take it out",
                    {"kind": one, "name": name},
                )
    given = {reference.name for place in places for reference in references(place.data)}
    for name in document.data.get("parameters") or {}:
        if name not in given:
            yield ("parameters", name), "the parameter `${name}` is not used", "use it, or take it out", {"name": name}


def _names(data: object) -> Iterator[str]:
    assert isinstance(data, dict)
    for key in NAMING:
        value = data.get(key)
        yield from [value] if isinstance(value, str) else value or ()


CHECK = Check(
    "RC010",
    "unused",
    "warning",
    "Every measure, event and parameter that is declared is used by some target or dependency.",
    "What nobody uses is collected for nothing, or its use was forgotten.",
    BAD,
    GOOD,
    find,
)
