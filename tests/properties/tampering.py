"""Ways to tamper with a proof: each gives a proof that says something else than the one it was made from."""

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from rulecheck.engine.proof import Step
from rulecheck.engine.ruleset import BY_ID
from rulecheck.engine.testing.pick import Pick
from rulecheck.engine.verdict import ORDER

from tests.properties.laws import changed

Path = tuple[str | int, ...]
KINDS = {
    **dict.fromkeys(("mean", "share", "total", "level", "figure"), "threshold"),
    **{kind: kind for kind in ("set-change", "milestone", "order", "recurring", "assessment")},
}
EVIDENCES = ("complete", "partial", "overdue", "conflicting", "none")


def tampered(step: Step, pick: Pick) -> tuple[str, Step] | None:
    """A proof changed in one place, and what was changed; None where no way of changing finds anything to change."""
    if pick.chance(25):
        return forged(step, pick)
    place = pick.number(0, len(list(step.walk())) - 1)
    ways = pick.shuffled((other_verdict, other_rule, other_evidence, other_number, less, other_premises, other_fact))
    return next((made for way in ways if (made := at(step, place, pick, way)) is not None), None)


def forged(step: Step, pick: Pick) -> tuple[str, Step] | None:
    """A target whose criterion is concluded by another rule of its kind, and which follows it: right but for that rule."""
    (inner,) = step.premises
    kinds = {BY_ID[inner.rule].kind, "leaf"} if BY_ID[inner.rule].kind != "combination" else {"combination"}
    if inner.data.get("kind") in KINDS:
        kinds.add(KINDS[inner.data["kind"]])
    if pick.chance(25):
        evidence = pick.among([e for e in EVIDENCES if e != inner.evidence])
        return f"{step.path}: forged {evidence}", changed(
            step, evidence=evidence, premises=(changed(inner, evidence=evidence),)
        )
    rules = [r for r in BY_ID.values() if r.kind in kinds and r.concludes not in (None, inner.verdict)]
    if not rules or step.rule != "as-judged":
        return None
    rule = pick.among(rules)
    assert rule.concludes is not None
    new = changed(inner, rule=rule.id, verdict=rule.concludes, risks=(rule.id,) if rule.id.startswith("R") else ())
    return f"{step.path}: forged {inner.rule} → {rule.id}", changed(step, verdict=rule.concludes, premises=(new,))


def at(step: Step, place: int, pick: Pick, way: Any) -> tuple[str, Step] | None:
    """Change the step that stands at ``place`` in the order of ``walk``."""
    if place == 0:
        made = way(step, pick)
        return None if made is None else (f"{step.path}: {made[0]}", made[1])
    place -= 1
    for i, premise in enumerate(step.premises):
        size = len(list(premise.walk()))
        if place < size:
            found = at(premise, place, pick, way)
            if found is None:
                return None
            what, new = found
            return what, changed(step, premises=(*step.premises[:i], new, *step.premises[i + 1 :]))
        place -= size
    raise AssertionError(place)


def other_verdict(step: Step, pick: Pick) -> tuple[str, Step]:
    verdict = pick.among([v for v in ORDER if v != step.verdict])
    return f"verdict {step.verdict} → {verdict}", changed(step, verdict=verdict)


def other_rule(step: Step, pick: Pick) -> tuple[str, Step]:
    """A rule that concludes another verdict. (Two rules may both hold and conclude the same one.)"""
    others = [r.id for r in BY_ID.values() if r.concludes not in (None, step.verdict)]
    rule = pick.among(others)
    return f"rule {step.rule} → {rule}", changed(step, rule=rule)


def other_evidence(step: Step, pick: Pick) -> tuple[str, Step]:
    evidence = pick.among([e for e in EVIDENCES if e != step.evidence])
    return f"evidence {step.evidence} → {evidence}", changed(step, evidence=evidence)


def other_number(step: Step, pick: Pick) -> tuple[str, Step] | None:
    """A number, a day or a period shown in the proof, changed by one."""
    numbers = [path for path, value in scalars(step.data) if changed_number(value) is not None]
    if not numbers:
        return None
    path = pick.among(numbers)
    data = replaced(step.data, path, changed_number)
    return f"number {'.'.join(map(str, path))}", changed(step, data=data)


EVIDENCE = ("pieces", "settled", "members", "worsening", "after", "roles", "blocked_by")
"""Lists a proof rests on. What stands beside them (figures left out, forecasts, defects, why an event does not count) can
be left away without making the proof wrong: whether a proof left something out is what the reference evaluator sees."""


def less(step: Step, pick: Pick) -> tuple[str, Step] | None:
    """One entry left out of a list that the verdict rests on; of the subjects heard of, one that counts."""
    several = len(step.data.get("conflicts", ())) > 1  # what one contradiction leaves out, another may name
    lists = [path for path, value in lists_of(step.data) if value and rests_on(path) and not several]
    if not lists:
        return None
    path = pick.among(lists)
    entries = value_at(step.data, path)
    counting = [n for n, entry in enumerate(entries) if path != ("members",) or counts(entry, step)]
    if not counting:
        return None
    n = pick.among(counting)
    data = replaced(step.data, path, lambda value: [*value[:n], *value[n + 1 :]])
    return f"less {'.'.join(map(str, path))}", changed(step, data=data)


def counts(member: Any, step: Step) -> bool:
    """Of an open set, only those who did it in time and finally are needed; of a closed set, everyone."""
    return step.data.get("size", 1) is not None or (member.get("status") == "final" and member["days"] >= 0)


def rests_on(path: Path) -> bool:
    return path[-1] in EVIDENCE or (path[0] == "conflicts" and len(path) == 2)


def value_at(value: Any, path: Path) -> Any:
    for key in path:
        value = value[key]
    return value


def other_premises(step: Step, pick: Pick) -> tuple[str, Step] | None:
    """A premise left out, or given twice."""
    if not step.premises:
        return None
    n = pick.number(0, len(step.premises) - 1)
    if pick.chance(50):
        return "premise dropped", changed(step, premises=step.premises[:n] + step.premises[n + 1 :])
    return "premise twice", changed(step, premises=(*step.premises, step.premises[n]))


def other_fact(step: Step, pick: Pick) -> tuple[str, Step] | None:
    """A fact cited that nobody told."""
    if not step.facts:
        return None
    n = pick.number(0, len(step.facts) - 1)
    return "fact", changed(step, facts=(*step.facts[:n], "nobody/told", *step.facts[n + 1 :]))


# --- data ---


def scalars(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from scalars(entry, (*path, key))
    elif isinstance(value, list):
        for i, entry in enumerate(value):
            yield from scalars(entry, (*path, i))
    else:
        yield path, value


def lists_of(value: Any, path: Path = ()) -> Iterator[tuple[Path, list[Any]]]:
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from lists_of(entry, (*path, key))
    elif isinstance(value, list):
        yield path, value
        for i, entry in enumerate(value):
            yield from lists_of(entry, (*path, i))


def replaced(value: Any, path: Path, change: Any) -> Any:
    if not path:
        return change(value)
    key, *rest = path
    if isinstance(value, dict):
        return {**value, key: replaced(value[key], tuple(rest), change)}
    return [replaced(entry, tuple(rest), change) if i == key else entry for i, entry in enumerate(value)]


def changed_number(value: Any) -> Any:
    """The number one higher, the day one later, the period another; None for what is no number."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return value + 1
    if not isinstance(value, str):
        return None
    try:
        return (date.fromisoformat(value) + timedelta(1)).isoformat()
    except ValueError:
        pass
    try:
        number = Fraction(value)
    except (ValueError, ZeroDivisionError):
        return changed_period(value)
    return f"{number.numerator + 1}/{number.denominator}" if "/" in value else str(number + 1)


def changed_period(value: str) -> str | None:
    from rulecheck.facts.period import Period, parse_period

    try:
        period = parse_period(value)
    except ValueError:
        return None
    return Period(period.first, period.last + timedelta(1)).label
