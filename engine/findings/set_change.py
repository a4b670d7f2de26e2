"""Changes of a set: which members of a list are new, which of the base are gone, by name or by descent. Semantics §4."""

from collections.abc import Mapping, Sequence
from datetime import date

from rulecheck.engine.findings.finding import Data, Finding, LeafFindings, Setting, choices, status
from rulecheck.engine.verdict import Evidence
from rulecheck.facts.facts import Listing
from rulecheck.facts.timeline import only
from rulecheck.rules.criteria import SetChange

Roots = Mapping[str, frozenset[str]]
"""By name: the members of the base list that it is or descends from."""


def find_set_change(leaf: SetChange, setting: Setting) -> LeafFindings:
    """One finding per combination of what contradicting lists say."""
    told = _told(leaf, setting)
    conflicts = tuple(tuple(v.id for v in variants) for variants in told if len(variants) > 1)
    found = choices(told)
    unresolved = not found
    lists = [only(choice) for choice in found or [tuple(variants[0] for variants in told)]]
    return LeafFindings(leaf, tuple(_case(leaf, known, setting) for known in lists), conflicts, unresolved)


def _told(leaf: SetChange, setting: Setting) -> list[tuple[Listing, ...]]:
    """The variants of each list from the base list on; where that may be taken back, from the one before it."""
    known = setting.view.lists.get((leaf.measure, ()), {})
    told = [known[day] for day in sorted(known) if day <= leaf.over.last]
    sure = [
        i for i, variants in enumerate(told) if variants[0].at <= leaf.base and len(only(variants)) == len(variants)
    ]
    return told[sure[-1] :] if sure else told


def _case(leaf: SetChange, known: Sequence[Listing], setting: Setting) -> Finding:
    as_of = setting.as_of
    base = next((found for found in reversed(known) if found.at <= leaf.base), None)
    later = [found for found in known if found.at > leaf.base]
    inside = [found for found in later if found.at >= leaf.over.first]
    compared = [] if base is None else compared_lists(base, later)
    settles = base is not None and not base.preliminary
    broken = [c for c in compared if settles and c["status"] == "final" and c["new"]]
    last = compared[-1] if inside and compared else None
    closed = last is not None and (as_of > leaf.closes or last["at"] == leaf.over.last.isoformat())
    numbers = {
        "no_new": int(leaf.direction == "no-new"),
        "new": len(broken),
        "lists": int(bool(inside)),
        "based": int(base is not None),
        "outcome": _outcome(leaf, base, last) if last is not None and base is not None and closed and settles else 0,
        "left": (leaf.closes - as_of).days,
        "silence": int(leaf.undocumented == "missed"),
    }
    if compared and base is not None:
        worse = bool(compared[-1]["new"]) if leaf.direction == "no-new" else compared[-1]["size"] >= len(base.members)
        numbers["r1"] = -int(worse)
    defects = _defects(leaf, [*([base] if base else []), *([inside[-1]] if inside else [])], not inside, as_of)
    numbers["r7"] = -len(defects)
    data: Data = {
        "kind": "set-change",
        "measure": leaf.measure,
        "direction": leaf.direction,
        "over": leaf.over.label,
        "by": leaf.over.last.isoformat(),
        "closes": leaf.closes.isoformat(),
        "base_day": leaf.base.isoformat(),
        "lists": compared
        if base is not None
        else [{"fact": f.id, "at": f.at.isoformat(), "status": status(f)} for f in later],
        "size": len(base.members) if base is not None else None,
    }
    if base is not None:
        data["base"] = {
            "fact": base.id,
            "at": base.at.isoformat(),
            "status": status(base),
            "members": list(base.members),
        }
    if defects:
        data["defects"] = defects
    overdue = any(d["defect"] == "missing" for d in defects) or (base is None and as_of > leaf.closes)
    decided = bool(broken and leaf.direction == "no-new") or numbers["outcome"] != 0
    evidence: Evidence = "overdue" if overdue else "complete" if decided else "partial" if later else "none"
    return Finding("set-change", numbers, data, evidence, tuple(f.id for f in ([base] if base else []) + later))


def _outcome(leaf: SetChange, base: Listing, last: Data) -> int:
    """1: the last list holds; -1: it does not; 0: it is preliminary, or rests on descent that is."""
    if last["status"] != "final":
        return 0
    if leaf.direction == "no-new":
        return 1 if not last["new_by_final"] else 0
    fewer = {last["size"] < len(base.members), last["size_by_final"] < len(base.members)}
    return 0 if len(fewer) > 1 else 1 if fewer.pop() else -1


def compared_lists(base: Listing, later: Sequence[Listing]) -> list[Data]:
    """Each list against the base: what is new, what is gone, how large it is when descent is followed."""
    known: Roots = {member: frozenset((member,)) for member in base.members}
    final = known
    found = []
    for listed in later:
        known, sure = _heirs(known, listed), _heirs(final, listed)
        if not listed.preliminary:
            final = sure
        new, gone = _difference(base, listed, known)
        new_by_final, gone_by_final = _difference(base, listed, sure)
        size, of_base = len(base.members), set(base.members)
        found.append(
            {
                "fact": listed.id,
                "at": listed.at.isoformat(),
                "status": status(listed),
                "count": len(listed.members),
                "new": new,
                "gone": gone,
                "size": size - len(gone) + len(new),
                "new_by_final": new_by_final,
                "size_by_final": size - len(gone_by_final) + len(new_by_final),
                "descends": {m: sorted(known[m]) for m in listed.members if m not in of_base and known.get(m)},
            }
        )
    return found


def _heirs(roots: Roots, listed: Listing) -> Roots:
    """Which members of the base each name is or descends from, once this list has said what its members descend from."""
    nobody: frozenset[str] = frozenset()
    told = {
        member: roots.get(member, nobody).union(*(roots.get(name, nobody) for name in names))
        for member, names in listed.origins
    }
    return {**roots, **told} if told else roots


def _difference(base: Listing, listed: Listing, roots: Roots) -> tuple[list[str], list[str]]:
    """The members that are new, and those of the base that are gone."""
    kept = frozenset[str]().union(*(roots.get(member, ()) for member in listed.members))
    return [m for m in listed.members if not roots.get(m)], [m for m in base.members if m not in kept]


def _defects(leaf: SetChange, used: Sequence[Listing], silent: bool, as_of: date) -> list[Data]:
    """R7: no list when one is due, or one that is still preliminary after its date."""
    lag = leaf.closes - leaf.over.last
    defects: list[Data] = []
    if silent and as_of > leaf.closes:
        defects.append({"defect": "missing", "through": leaf.over.last.isoformat(), "since": leaf.closes.isoformat()})
    defects += [
        {"defect": "preliminary", "fact": f.id, "since": (f.at + lag).isoformat()}
        for f in used
        if f.preliminary and f.at + lag < as_of
    ]
    return defects
