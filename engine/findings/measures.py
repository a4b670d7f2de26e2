"""Thresholds: which figures cover the period, what they come to, and what they contradict."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from rulecheck.engine.findings.finding import Data, Finding, LeafFindings, Setting, choices, signed_integer, status
from rulecheck.engine.findings.leaning import lean
from rulecheck.engine.findings.value import bound_data, crossed, ratio, rounded, settled_figures, value_of
from rulecheck.engine.verdict import Evidence
from rulecheck.facts.cover import Cover, combines, cover, reconciled
from rulecheck.facts.facts import Measurement
from rulecheck.facts.period import Period, pieces
from rulecheck.facts.quantity import exact, plain, terminates
from rulecheck.facts.timeline import only
from rulecheck.rules.criteria import Threshold
from rulecheck.rules.plan import Risks


def find_threshold(leaf: Threshold, risks: Risks, setting: Setting) -> LeafFindings:
    """One finding per way the figures can be true."""
    known = setting.view.measurements.get((leaf.measure, leaf.dimensions), {})
    if leaf.kind == "level":
        told = _latest_level(leaf, known)
    elif leaf.kind == "figure":
        told = [known[leaf.over]] if leaf.over in known else []
    else:
        told = [variants for period, variants in known.items() if period.overlaps(leaf.over)]
    conflicts = [tuple(v.id for v in variants) for variants in told if len(variants) > 1]
    sets: list[Sequence[Measurement]] = []
    unresolved = False
    for choice in choices(told):
        figures = only(choice)
        if leaf.kind in ("level", "figure"):
            sets.append(tuple(figures))
            continue
        found = _consistent(leaf, figures)
        if found is None:
            unresolved = True
            found = [tuple(figures)]
            conflicts.append(tuple(f.id for f in figures))
        elif len(found) > 1 or len(found[0]) < len(figures):
            conflicts.append(_contradiction(figures, [f for kept in found for f in figures if f not in kept]))
        sets += found
    if not sets:  # too many combinations
        unresolved = True
        sets = [tuple(only(variants[0] for variants in told))]
    cases = []
    seen: set[tuple[str, ...]] = set()
    for alternative in sets:
        finding = _threshold_case(leaf, alternative, risks, setting)
        if finding.facts not in seen:  # alternatives that differ only in figures left out are one
            seen.add(finding.facts)
            cases.append(finding)
    return LeafFindings(leaf, tuple(cases), tuple(dict.fromkeys(conflicts)), unresolved)


def _contradiction(figures: Sequence[Measurement], wrong: Sequence[Measurement]) -> tuple[str, ...]:
    """The figures that may be wrong, and those about the same days, which they cannot be true together with."""
    return tuple(f.id for f in figures if any(f.period.overlaps(w.period) for w in wrong))


def _latest_level(leaf: Threshold, known: Mapping[Period, tuple[Measurement, ...]]) -> list[tuple[Measurement, ...]]:
    """Level measurements up to the last day of the period, oldest first."""
    days = sorted((p for p in known if p.last <= leaf.over.last), key=lambda p: p.last)
    return [known[p] for p in days]


def _consistent(leaf: Threshold, figures: Sequence[Measurement]) -> list[tuple[Measurement, ...]] | None:
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


def _threshold_case(leaf: Threshold, figures: Sequence[Measurement], risks: Risks, setting: Setting) -> Finding:
    as_of = setting.as_of
    if leaf.kind == "level":
        latest = figures[-1:]
        tiled = Cover(tuple(latest), latest[-1].period.last if latest else None)
    elif leaf.kind == "figure":
        tiled = Cover(tuple(figures), leaf.over.last if figures else None)
    else:
        tiled = cover(figures, leaf.over, leaf.kind)
    whole = tiled.reach == leaf.over.last
    final = not any(p.preliminary for p in tiled.pieces)
    value, items = value_of(leaf, tiled)
    compared = rounded(leaf, value)
    bound = leaf.bound
    margin = None if compared is None else bound.margin(compared)
    settled = settled_figures(leaf, figures, tiled)
    beyond = crossed(leaf, sum((p.amount or 0 for p in settled), start=0)) if settled else 0
    numbers = {
        "covered": 2 if whole else 1 if tiled.pieces else 0,
        "final": int(final),
        "items": int(items),
        "margin": signed_integer(margin),
        "beyond": beyond,
        "left": (leaf.closes - as_of).days,
        "silence": int(leaf.undocumented == "missed"),
        "empty": int(leaf.if_empty == "fulfilled"),
    }
    left_out = (
        [f for f in figures if f not in tiled.pieces and f.period.overlaps(leaf.over)] if leaf.kind != "level" else []
    )
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
        data["margin"] = plain(exact(margin or 0))
    if leaf.rounded_to is not None:
        data["rounded_to"] = plain(leaf.rounded_to)
    if left_out:
        data["left_out"] = [{"fact": f.id, "why": _why_left_out(f, tiled, leaf)} for f in left_out]
    defects = _evidence_defects(leaf, tiled, setting)
    if defects:
        data["defects"] = defects
    cited = [p.id for p in tiled.pieces]
    if beyond and settled != tuple(p for p in tiled.pieces if not p.preliminary):
        data["settled"] = [piece_data(p) for p in settled]
        cited += [p.id for p in settled]
    if not (whole and final):
        cited += lean(leaf, tiled, value, margin, risks, setting, numbers, data)
        numbers["r7"] = -len(defects)
    overdue = any(d["defect"] in ("missing", "stale") for d in defects)
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
    defects += [
        {"defect": "preliminary", "fact": p.id, "since": (p.period.last + lag).isoformat()}
        for p in tiled.pieces
        if p.preliminary and p.period.last + lag < as_of
    ]
    return defects


def piece_data(piece: Measurement) -> Data:
    """A figure as a proof shows it."""
    data: Data = {"fact": piece.id, "period": piece.period.label, "status": status(piece)}
    if piece.amount is not None:
        data["amount"] = plain(piece.amount)
        if not terminates(piece.amount):
            data["amount"] = f"{Fraction(piece.amount)}"
    if piece.volume is not None:
        data["volume"] = plain(piece.volume)
    if piece.value is not None:
        data["value"] = plain(piece.value)
    return data


def _why_left_out(figure: Measurement, tiled: Cover, leaf: Threshold) -> str:
    if not figure.period.within(leaf.over):
        return "reaches outside the period"
    if tiled.reach and figure.period.first <= tiled.reach:
        return "overlaps the pieces used"
    if not combines(figure, leaf.kind) or (tiled.pieces and not combines(tiled.pieces[0], leaf.kind)):
        return "cannot be added without a count"
    return "comes after a gap"
