"""What can be wrong in a target: its criterion, how its parts combine, who judges, its risk rules, its modality."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import get_args

import attrs
from rulecheck.engine.mutation.events import milestones, orders, recurrences
from rulecheck.engine.mutation.measures import set_changes, thresholds
from rulecheck.engine.mutation.mutant import LAGS, Mutant, Other, beside, step_in, written
from rulecheck.facts.period import Period
from rulecheck.facts.quantity import exact
from rulecheck.rules.criteria import (
    Assessed,
    Combination,
    Criterion,
    Leaf,
    Milestone,
    Order,
    Recurring,
    SetChange,
    Threshold,
    leaves,
)
from rulecheck.rules.plan import RISK_RULES, Modality, Plan, Risks, Target

SILENCE = ("undocumented", *(kind for kind, _ in LAGS))


def target_mutants(target: Target, plan: Plan) -> Iterator[Mutant]:
    """The target with each small mistake."""
    optional = target.modality == "may"  # never worse than on-track: neither silence nor a risk costs it anything
    for other in criteria(target.criterion, plan.period):
        if optional and other.kind in SILENCE:
            continue
        yield Mutant(other.where, other.kind, other.text, attrs.evolve(target, criterion=other.made))
    for risk in risks(target) if not optional else ():
        yield Mutant(target.id, risk.kind, risk.text, attrs.evolve(target, risks=risk.made))
    for modality in get_args(Modality):
        if modality != target.modality:
            text = f"modality: {target.modality} → {modality}"
            yield Mutant(target.id, f"modality {modality}", text, attrs.evolve(target, modality=modality))
    for name in target.depends_on if not optional else ():
        rest = tuple(other for other in target.depends_on if other != name)
        yield Mutant(
            target.id, f"depends_on {name}", f"depends_on: without {name}", attrs.evolve(target, depends_on=rest)
        )


def criteria(criterion: Criterion, plan: Period) -> Iterator[Other[Criterion]]:
    """The criterion with each small mistake in it or in one of its parts."""
    match criterion:
        case Combination():
            yield from _combinations(criterion, plan)
        case Threshold():
            yield from thresholds(criterion, plan)
        case SetChange():
            yield from set_changes(criterion, plan)
        case Milestone():
            yield from milestones(criterion, plan)
        case Order():
            yield from orders(criterion, plan)
        case Recurring():
            yield from recurrences(criterion, plan)
        case Assessed():
            yield from _assessed(criterion)


def _combinations(whole: Combination, plan: Period) -> Iterator[Other[Criterion]]:
    size = len(whole.parts)
    counts = {"any": 1, "all": size, "count one fewer": whole.count - 1, "count one more": whole.count + 1}
    seen = {whole.count}
    for kind, count in counts.items():
        if 1 <= count <= size and count not in seen:
            seen.add(count)
            text = f"{whole.label}: {whole.count} of {size} → {count} of {size}"
            yield Other(whole.path, kind, text, attrs.evolve(whole, count=count))
    for n, part in enumerate(whole.parts if size > 1 else ()):
        rest = (*whole.parts[:n], *whole.parts[n + 1 :])
        count = min(whole.count, len(rest))
        yield Other(
            whole.path,
            f"without {part.path}",
            f"{whole.label}: without {part.path}",
            attrs.evolve(whole, parts=rest, count=count),
        )
    for n, part in enumerate(whole.parts):
        for other in criteria(part, plan):
            parts = (*whole.parts[:n], other.made, *whole.parts[n + 1 :])
            yield Other(other.where, other.kind, other.text, attrs.evolve(whole, parts=parts))


def _assessed(leaf: Assessed) -> Iterator[Other[Criterion]]:
    for kind, by in beside(leaf.by):
        if by < date.max:
            text = f"by: {leaf.by.isoformat()} → {by.isoformat()}"
            yield Other(leaf.path, f"by {kind}", text, attrs.evolve(leaf, by=by))
    if leaf.roles:
        text = f"assessment: {', '.join(leaf.roles)} → anyone"
        yield Other(leaf.path, "anyone", text, attrs.evolve(leaf, roles=()))
    for role in leaf.roles if len(leaf.roles) > 1 else ():
        rest = tuple(other for other in leaf.roles if other != role)
        yield Other(leaf.path, f"without {role}", f"assessment: without {role}", attrs.evolve(leaf, roles=rest))


def risks(target: Target) -> Iterator[Other[Risks]]:
    """Its declared risk rules with other numbers, and each rule that can speak of it switched the other way."""
    risks, parts = target.risks, leaves(target.criterion)
    if risks.lead_time is not None and any(isinstance(leaf, Milestone | Order) for leaf in parts):
        for kind, n in (("a day fewer", risks.lead_time - 1), ("a day more", risks.lead_time + 1)):
            text = f"risk.lead-time: {risks.lead_time} days → {n} days"
            yield Other(target.id, f"lead-time {kind}", text, risks._replace(lead_time=n))
    measured = [leaf for leaf in parts if isinstance(leaf, Threshold)]
    if risks.margin is not None and any(leaf.bound.operator != "exactly" for leaf in measured):
        unit = "%" if risks.margin_is_relative else ""
        for kind, sign in (("a step up", 1), ("a step down", -1)):
            margin = exact(risks.margin + sign * step_in(risks.margin, unit))
            text = f"risk.margin: {written(risks.margin, unit)} → {written(margin, unit)}"
            yield Other(target.id, f"margin {kind}", text, risks._replace(margin=margin))
        number = exact(Fraction(risks.margin) * 100 if risks.margin_is_relative else Fraction(risks.margin) / 100)
        other = risks._replace(margin=number, margin_is_relative=not risks.margin_is_relative)
        text = f"risk.margin: {written(risks.margin, unit)} → {written(number, '' if unit else '%')}"
        yield Other(target.id, "margin unit", text, other)
    if risks.required_rate is not None and measured:
        yield Other(target.id, "no required-rate", "risk: without required-rate", risks._replace(required_rate=None))
    if risks.trend is not None and measured:
        for n in (risks.trend - 1, risks.trend + 1):
            kind = "trend a piece more" if n > risks.trend else "trend a piece fewer"
            yield Other(target.id, kind, f"risk.trend: {risks.trend} → {n}", risks._replace(trend=n))
    named = {rule: name for name, rule in RISK_RULES.items()}
    spoken = {rule for leaf in parts for rule in _speaking(leaf)}
    if "R1" not in risks.off:
        spoken.discard("R9")  # what is out of reach breaches already, so beside R1 it changes no verdict
    for rule in sorted(spoken):
        text = f"risk.{named[rule]}: {'off → on' if rule in risks.off else 'on → off'}"
        yield Other(target.id, f"{named[rule]} switched", text, risks._replace(off=risks.off ^ {rule}))


def risk_rules(target: Target) -> list[str]:
    """The risk rules that can lean the target, in order: those that need no number, and those it declares."""
    parts = leaves(target.criterion)
    found = {rule for leaf in parts for rule in _speaking(leaf)} - target.risks.off
    if any(isinstance(leaf, Threshold) for leaf in parts):
        declared = {"R2": target.risks.margin, "R3": target.risks.required_rate, "R8": target.risks.trend}
        found |= {rule for rule, number in declared.items() if number is not None}
    if target.risks.lead_time is not None and any(isinstance(leaf, Milestone | Order) for leaf in parts):
        found.add("R5")
    return sorted(found) if target.modality != "may" else []


def _speaking(leaf: Leaf) -> Iterator[str]:
    """The risk rules that need no number and can speak of the criterion."""
    match leaf:
        case Threshold():
            if leaf.kind != "total" or leaf.bound.operator != "at_least" or leaf.trend is not None:
                yield "R1"
            yield from ("R4", "R7") if leaf.trend is None else ("R7",)
            if leaf.trend is None and (leaf.kind == "share" or (leaf.kind == "mean" and leaf.bound.high is not None)):
                yield "R9"
        case SetChange():
            yield from ("R1", "R7")
        case Milestone():
            yield "R4"
            if leaf.after:
                yield "R6"
            yield "R7"
        case Order():
            yield "R4"
        case Recurring():
            yield from ("R4", "R7")
        case Assessed():
            pass
