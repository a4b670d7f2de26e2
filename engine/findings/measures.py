"""Thresholds: which figures cover the period, what they come to, and what they contradict."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from rulecheck.engine.findings.base import Base
from rulecheck.engine.findings.finding import Data, Finding, LeafFindings, Setting, choices, signed_integer
from rulecheck.engine.findings.leaning import lean
from rulecheck.engine.findings.value import bound_data, crossed, piece_data, ratio, rounded, settled_figures, value_of
from rulecheck.engine.verdict import Evidence
from rulecheck.facts.cover import Cover, combines, cover, reconciled
from rulecheck.facts.facts import Measurement
from rulecheck.facts.period import Period, pieces
from rulecheck.facts.quantity import exact, plain, terminates
from rulecheck.facts.timeline import only
from rulecheck.rules.criteria import Threshold
from rulecheck.rules.plan import Risks

Figures = tuple[Measurement, ...]


def find_threshold(leaf: Threshold, risks: Risks, setting: Setting) -> LeafFindings:
    """One finding per way the figures can be true."""
    told = told_of(leaf, setting)
    conflicts = [tuple(v.id for v in variants) for variants in told if len(variants) > 1]
    sets: list[Figures] = []
    unresolved = False
    for choice in choices(told):
        ways = ways_of(leaf, choice)
        conflicts += ways.conflicts
        unresolved = unresolved or ways.unresolved
        sets += ways.sets
    if not sets:  # too many combinations
        unresolved = True
        sets = [tuple(only(variants[0] for variants in told))]
    cases = distinct(threshold_case(leaf, figures, risks, setting) for figures in sets)
    return LeafFindings(leaf, cases, tuple(dict.fromkeys(conflicts)), unresolved)


def distinct(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Alternatives that differ only in figures left out are one."""
    cases: dict[tuple[str, ...], Finding] = {}
    for finding in found:
        cases.setdefault(finding.facts, finding)
    return tuple(cases.values())


def told_of(leaf: Threshold, setting: Setting) -> list[tuple[Measurement, ...]]:
    """What is told of the leaf's period: the variants of each figure."""
    known = setting.view.measurements.get((leaf.measure, leaf.dimensions), {})
    if leaf.kind == "level":
        return _levels(leaf, known)
    if leaf.kind == "figure":
        return [known[leaf.over]] if leaf.over in known else []
    return [variants for period, variants in known.items() if period.overlaps(leaf.over)]


class Ways(NamedTuple):
    """How the chosen figures can be true; ``unresolved``: nobody can say, and ``sets`` holds all of them."""

    sets: list[Figures]
    conflicts: list[tuple[str, ...]]
    unresolved: bool = False


def ways_of(leaf: Threshold, choice: Sequence[Measurement]) -> Ways:
    """The sets of figures that can be true when this is what is told."""
    figures = only(choice)
    if leaf.kind in ("level", "figure"):
        return Ways([tuple(figures)], [])
    found = _consistent(leaf, figures)
    if found is None:
        return Ways([tuple(figures)], [tuple(f.id for f in figures)], True)
    if len(found) > 1 or len(found[0]) < len(figures):
        wrong = [f for kept in found for f in figures if f not in kept]
        return Ways(found, [_contradiction(figures, wrong)])
    return Ways(found, [])


def _contradiction(figures: Sequence[Measurement], wrong: Sequence[Measurement]) -> tuple[str, ...]:
    """The figures that may be wrong, and those about the same days, which they cannot be true together with."""
    return tuple(f.id for f in figures if any(f.period.overlaps(w.period) for w in wrong))


def _levels(leaf: Threshold, known: Mapping[Period, tuple[Measurement, ...]]) -> list[tuple[Measurement, ...]]:
    """Level measurements up to the last day of the period, of a trend those after its base, oldest first."""
    days = sorted((p for p in known if p.last <= leaf.over.last), key=lambda p: p.last)
    if leaf.trend is not None:
        days = [p for p in days if p.last > leaf.trend.base.last]
    return [known[p] for p in days]


def _consistent(leaf: Threshold, figures: Sequence[Measurement]) -> list[Figures] | None:
    """The ways the figures can be true, with what lies outside the covered days left as it is."""
    tiled = cover(figures, leaf.over, leaf.kind)
    if tiled.reach is None or len(tiled.pieces) == len(figures):
        return [tuple(figures)]
    span = Period(leaf.over.first, tiled.reach)
    touching = [f for f in figures if f.period.overlaps(span)]
    if len(touching) == len(tiled.pieces):
        return [tuple(figures)]
    kept = reconciled(touching, leaf.kind, leaf.signed)
    if kept is None:
        return None
    outside = [f for f in figures if not f.period.overlaps(span)]
    return [(*choice, *outside) for choice in kept]


def tiled_by(leaf: Threshold, figures: Sequence[Measurement]) -> Cover:
    """How the figures cover the leaf's period."""
    if leaf.kind == "level":
        latest = figures[-1:]
        return Cover(tuple(latest), latest[-1].period.last if latest else None)
    if leaf.kind == "figure":
        return Cover(tuple(figures), leaf.over.last if figures else None)
    return cover(figures, leaf.over, leaf.kind)


def threshold_case(
    leaf: Threshold, figures: Sequence[Measurement], risks: Risks, setting: Setting, base: Base | None = None
) -> Finding:
    """What these figures say; of a trend, beside what its base period came to, which gives the bound."""
    as_of = setting.as_of
    tiled = tiled_by(leaf, figures)
    whole = tiled.reach == leaf.over.last
    settles = base is None or base.settles
    final = settles and not any(p.preliminary for p in tiled.pieces)
    value, items = value_of(leaf, tiled)
    compared = rounded(leaf, value)
    bound = leaf.bound
    margin = None if compared is None or not (base is None or base.known) else bound.margin(compared)
    settled = settled_figures(leaf, figures, tiled) if settles else ()
    beyond = crossed(leaf, sum((p.amount or 0 for p in settled), start=0)) if settled else 0
    numbers = {
        "covered": 2 if whole else 1 if tiled.pieces else 0,
        "final": int(final),
        "items": int(items),
        "margin": signed_integer(margin, bound.strict),
        "beyond": beyond,
        "left": (leaf.closes - as_of).days,
        "silence": int(leaf.undocumented == "missed"),
        "empty": int(leaf.if_empty == "fulfilled"),
    }
    data: Data = {
        "kind": leaf.kind,
        "measure": leaf.measure,
        "over": leaf.over.label,
        "closes": leaf.closes.isoformat(),
        "bound": bound_data(bound),
        "pieces": [piece_data(p) for p in tiled.pieces],
    }
    if leaf.dimensions:
        data["dimensions"] = dict(leaf.dimensions)
    if tiled.reach:
        data["reach"] = tiled.reach.isoformat()
    if value is not None:
        data["value"] = plain(value)
        if not terminates(value):
            data["exact"] = ratio(leaf, tiled, value)
        if compared is not None and compared != value:
            data["rounded"] = plain(compared)
        if margin is not None:
            data["margin"] = plain(exact(margin))
    if leaf.rounded_to is not None:
        data["rounded_to"] = plain(leaf.rounded_to)
    if left_out := left_out_of(leaf, figures, tiled):
        data["left_out"] = left_out
    defects = _evidence_defects(leaf, tiled, setting)
    if base is not None:
        numbers |= base.numbers(leaf, tiled, compared)
        data["trend"] = base.data(leaf, tiled, compared)
        defects += preliminary_defects(base.tiled, leaf.closes - leaf.over.last, as_of)
    if defects:
        data["defects"] = defects
    cited = [p.id for p in tiled.pieces]
    if beyond and settled != tuple(p for p in tiled.pieces if not p.preliminary):
        data["settled"] = [piece_data(p) for p in settled]
        cited += [p.id for p in settled]
    if base is not None:
        cited += base.cited()
    if not (whole and final):
        if base is None or base.known:
            cited += lean(leaf, tiled, value, risks, setting, numbers, data, base)
        numbers["r7"] = -len(defects)
    overdue = any(d["defect"] in ("missing", "stale") for d in defects)
    if base is not None and not base.known:
        overdue = overdue or leaf.closes < as_of
    evidence: Evidence = (
        "overdue" if overdue else "complete" if whole and final else "partial" if tiled.pieces else "none"
    )
    return Finding("threshold", numbers, data, evidence, tuple(dict.fromkeys(cited)))


def _evidence_defects(leaf: Threshold, tiled: Cover, setting: Setting) -> list[Data]:
    """R7: what is due and not there, and what is still preliminary after its date."""
    as_of, lag = setting.as_of, leaf.closes - leaf.over.last
    follow_up = setting.plan.follow_up
    due = [leaf.over]
    if follow_up and leaf.kind != "figure":
        due = [*pieces(leaf.over, follow_up), leaf.over]
    passed = [p for p in due if p.last + lag < as_of]
    defects: list[Data] = []
    if passed:
        last = passed[-1]
        if leaf.kind == "level" and last.last < leaf.over.last:
            behind = tiled.reach is None or tiled.reach < last.first
        else:
            behind = tiled.reach is None or tiled.reach < last.last
        if behind:
            name = "stale" if leaf.kind == "level" and tiled.pieces and last.last < leaf.over.last else "missing"
            defects.append({"defect": name, "through": last.last.isoformat(), "since": (last.last + lag).isoformat()})
    return defects + preliminary_defects(tiled, lag, as_of)


def preliminary_defects(tiled: Cover, lag: timedelta, as_of: date) -> list[Data]:
    """R7: pieces that are still preliminary after their date."""
    return [
        {"defect": "preliminary", "fact": p.id, "since": (p.period.last + lag).isoformat()}
        for p in tiled.pieces
        if p.preliminary and p.period.last + lag < as_of
    ]


def left_out_of(leaf: Threshold, figures: Sequence[Measurement], tiled: Cover) -> list[Data]:
    """Figures of the period that its cover leaves out, and why."""
    if leaf.kind == "level":
        return []
    left_out = [f for f in figures if f not in tiled.pieces and f.period.overlaps(leaf.over)]
    return [{"fact": f.id, "why": _why_left_out(f, tiled, leaf)} for f in left_out]


def _why_left_out(figure: Measurement, tiled: Cover, leaf: Threshold) -> str:
    if not figure.period.within(leaf.over):
        return "reaches outside the period"
    if tiled.reach and figure.period.first <= tiled.reach:
        return "overlaps the pieces used"
    if not combines(figure, leaf.kind) or (tiled.pieces and not combines(tiled.pieces[0], leaf.kind)):
        return "cannot be added without a count"
    return "comes after a gap"
