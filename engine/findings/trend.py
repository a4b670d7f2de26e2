"""Trends: thresholds whose bound is what the figures of a base period say. Source: semantics §4."""

from collections.abc import Mapping
from typing import Any

import attrs
from rulecheck.engine.findings.base import Base
from rulecheck.engine.findings.finding import MAX_ALTERNATIVES, Finding, LeafFindings, Setting, choices
from rulecheck.engine.findings.measures import (
    Figures,
    distinct,
    left_out_of,
    threshold_case,
    tiled_by,
    told_of,
    ways_of,
)
from rulecheck.engine.findings.value import rounded, value_of
from rulecheck.facts.cover import Cover, cover
from rulecheck.facts.quantity import exact_text
from rulecheck.facts.timeline import only
from rulecheck.rules.criteria import Threshold, Trend
from rulecheck.rules.plan import Risks


def find_trend(leaf: Threshold, risks: Risks, setting: Setting) -> LeafFindings:
    """One finding per way the figures of the period and those of the base period can be true together."""
    trend = leaf.trend
    assert trend is not None
    before = attrs.evolve(leaf, over=trend.base, trend=None)
    now, then = told_of(leaf, setting), told_of(before, setting)
    conflicts = [tuple(v.id for v in variants) for variants in (*then, *now) if len(variants) > 1]
    pairs: list[tuple[Figures, Figures]] = []
    unresolved = False
    for choice in choices([*now, *then]):
        ways, base = ways_of(leaf, choice[: len(now)]), ways_of(before, choice[len(now) :])
        conflicts += [*base.conflicts, *ways.conflicts]
        found = [(figures, earlier) for earlier in base.sets for figures in ways.sets]
        unresolved = unresolved or ways.unresolved or base.unresolved or len(found) > MAX_ALTERNATIVES
        pairs += found[:MAX_ALTERNATIVES]
    if not pairs:  # too many combinations
        unresolved = True
        pairs = [(tuple(only(v[0] for v in now)), tuple(only(v[0] for v in then)))]
    cases = distinct(_case(leaf, trend, before, pair, risks, setting) for pair in pairs)
    return LeafFindings(leaf, cases, tuple(dict.fromkeys(conflicts)), unresolved)


def _case(
    leaf: Threshold, trend: Trend, before: Threshold, pair: tuple[Figures, Figures], risks: Risks, setting: Setting
) -> Finding:
    figures, earlier = pair
    tiled = tiled_by(before, earlier)
    value = value_of(before, tiled)[0] if tiled.reach == trend.base.last else None
    compared = rounded(before, value)
    part = None if compared is None else _same_part(leaf, trend, figures, earlier)
    base = Base(before, trend, tiled, value, compared, tuple(left_out_of(before, earlier, tiled)), part)
    if compared is not None:
        leaf = attrs.evolve(leaf, bound=trend.bound(compared, leaf.bound.unit))
    return threshold_case(leaf, figures, risks, setting, base)


def _same_part(leaf: Threshold, trend: Trend, figures: Figures, earlier: Figures) -> Cover | None:
    """For a total that is not whole: the cover of as much of the base period as is known of the period."""
    reach = tiled_by(leaf, figures).reach
    if leaf.kind != "total" or reach is None or reach == leaf.over.last:
        return None
    part = trend.part(leaf.over, reach)
    if part is None:
        return None
    tiled = cover(earlier, part, leaf.kind)
    return tiled if tiled.reach == part.last else None


def with_base(criterion: Threshold, data: Mapping[str, Any]) -> Threshold:
    """The criterion with the bound that its proof shows; as it is when it has no base, or the base is not known."""
    shown = data.get("trend")
    if criterion.trend is None or shown is None or "value" not in shown:
        return criterion
    base = exact_text(shown.get("rounded", shown.get("exact", shown["value"])))
    return attrs.evolve(criterion, bound=criterion.trend.bound(base, criterion.bound.unit))
