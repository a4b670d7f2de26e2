"""What makes two facts the same, their canonical order, and the names they get from it."""

from datetime import date
from typing import Any

from rulecheck.facts.facts import Assessment, Event, Fact, Forecast, Listing, Measurement


def content(fact: Fact) -> tuple[Any, ...]:
    """What makes two facts exact repetitions of each other, and the canonical order of the file's facts."""
    head: tuple[Any, ...]
    match fact:
        case Measurement():
            head = (
                fact.measure,
                fact.period.label,
                fact.dimensions,
                str(fact.amount),
                str(fact.volume),
                str(fact.value),
            )
        case Listing():
            head = (fact.measure, fact.at.isoformat(), fact.dimensions, repr(fact.members), repr(fact.origins), "")
        case Event():
            head = (fact.event, fact.subject, fact.dimensions, str(fact.date))
        case Forecast():
            period = fact.period.label if fact.period else ""
            head = (
                fact.event,
                fact.subject,
                fact.measure,
                period,
                fact.dimensions,
                str(fact.expected),
                str(fact.volume),
                str(fact.value),
            )
        case _:
            assert isinstance(fact, Assessment)
            head = (fact.target, fact.verdict, str(fact.date), fact.dimensions, fact.reason, str(fact.expires))
    reported = fact.reported.isoformat() if fact.reported else ""
    return (*head, reported, fact.preliminary, fact.withdrawn, fact.source, fact.by, fact.note, fact.id)


def named(found: list[tuple[Any, Any]]) -> tuple[Any, ...]:
    """The facts, each with an id that depends on nothing but the facts: neither on their order nor on repetitions."""
    groups: dict[str, list[Fact]] = {}
    for _, fact in found:
        groups.setdefault(fact.id or _about(fact), []).append(fact)
    for name, group in groups.items():
        taken: dict[str, int] = {}
        group.sort(key=lambda f: f.reported or date.min)  # stable: canonical order within a day
        for fact in group:
            unique = name if len(group) == 1 or not fact.reported else f"{name}@{fact.reported.isoformat()}"
            taken[unique] = taken.get(unique, 0) + 1
            object.__setattr__(fact, "id", unique if taken[unique] == 1 else f"{unique}#{taken[unique]}")
    return tuple(fact for _, fact in found)


def _about(fact: Fact) -> str:
    parts = "".join(f"[{k}={v}]" for k, v in fact.dimensions)
    match fact:
        case Measurement():
            return f"{fact.measure}{parts}/{fact.period.label}"
        case Listing():
            return f"{fact.measure}{parts}/{fact.at.isoformat()}"
        case Event():
            return f"{fact.event}{parts}" + (f"/{fact.subject}" if fact.subject else "")
        case Forecast(period=None):
            return f"forecast:{fact.event}" + (f"/{fact.subject}" if fact.subject else "")
        case Forecast():
            assert fact.period is not None
            return f"forecast:{fact.measure}{parts}/{fact.period.label}"
        case _:
            assert isinstance(fact, Assessment)
            return f"{'waiver' if fact.waiver else 'assessment'}:{fact.target}"


def more_exact(a: Fact, b: Fact) -> Fact:
    """Of two facts with equal content the one whose figure is written with more decimals: 0.50 tells more than 0.5."""
    if isinstance(a, Measurement) and isinstance(b, Measurement) and b.step < a.step:
        return b
    return a
