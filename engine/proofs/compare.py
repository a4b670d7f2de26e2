"""Two plans, target by target: the same for all facts, or the fewest facts on which they differ.

What is written alike is the same at any time. Of other targets it is looked for facts that end differently; where there
are none, that is proved, and facts that differ on the way there are looked for at the days on which something falls due.
Facts on which plans differ are judged by the whole engine, once by each plan.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import product
from typing import Any, Literal, NamedTuple

import attrs
from rulecheck.engine.closing import closing
from rulecheck.engine.evaluate import evaluate
from rulecheck.engine.proofs import EXPECTED, WHY, at_the_end
from rulecheck.engine.proofs.conditions import meaning
from rulecheck.engine.proofs.formula import Formula, Undecided, every, opposite, smallest
from rulecheck.engine.proofs.tree import fulfilled, missed
from rulecheck.engine.proofs.witness import Rows, certain, numbers, read, rows_of, witness
from rulecheck.facts.period import ONE_DAY, pieces
from rulecheck.facts.problem import InvalidFacts
from rulecheck.rules.criteria import Threshold, leaves
from rulecheck.rules.plan import Plan, Target

Outcome = Literal["alike", "same", "differs", "undecided", "only-first", "only-second"]


class Compared(NamedTuple):
    """One target of either plan. ``facts``: the fewest that were found to be judged differently; ``verdicts``: how."""

    target: str
    outcome: Outcome
    facts: Rows | None = None
    verdicts: tuple[str, str] = ("", "")
    because: str = ""


def compare(first: Plan, second: Plan) -> tuple[Compared, ...]:
    """Every target of the versions in force at the end of either plan."""
    one = at_the_end(first)
    other = at_the_end(second)
    targets = {target.id: target for target in one.versions[0].targets}
    others = {target.id: target for target in other.versions[0].targets}
    found = [
        _compared(_Both(one, other, target, others[name])) if name in others else Compared(name, "only-first")
        for name, target in targets.items()
    ]
    return (*found, *(Compared(name, "only-second") for name in others if name not in targets))


class _Both(NamedTuple):
    """A target by both plans."""

    first: Plan
    second: Plan
    one: Target
    other: Target

    @property
    def merged(self) -> Plan:
        """What both plans call measures and events, to write facts with."""
        return attrs.evolve(
            self.first,
            measures={**self.second.measures, **self.first.measures},
            events={**self.second.events, **self.first.events},
        )


def _compared(both: _Both) -> Compared:
    if _alike(both):
        return Compared(both.one.id, "alike")
    try:
        found = list(_ends(both))
    except Undecided:
        return Compared(both.one.id, "undecided", because=WHY["many"])
    told = [compared for facts in sorted(found, key=_size) if (compared := _confirmed(both, facts)) is not None]
    if told:
        return told[0]
    if found:
        return Compared(both.one.id, "undecided", because=WHY["otherwise"])
    return _on_the_way(both) or Compared(both.one.id, "same")


# --- written alike ---


def _alike(both: _Both) -> bool:
    """Whether everything the verdict may come from is written alike in both, but for names of places."""
    return bool(_decides(both.first, both.one) == _decides(both.second, both.other))


def _decides(plan: Plan, target: Target) -> Any:
    needed = [t for t in plan.versions[0].targets if t.id in _chain(plan, target)]
    own = [(t.id, t.criterion, t.risks, t.modality, t.depends_on) for t in needed]
    events = {name: (e.subjects and list(e.subjects), e.closed) for name, e in plan.events.items()}
    dependencies = [(d.before, d.then, d.per_subject) for d in plan.dependencies]
    used = _used_events(plan, needed)
    kept = {name: entry for name, entry in events.items() if name in used}
    required = [d for d in dependencies if d[1] in used]
    return _plainly((own, kept, sorted(required), plan.follow_up))


def _chain(plan: Plan, target: Target) -> set[str]:
    """The target and those it depends on."""
    known = {t.id: t for t in plan.versions[0].targets}
    found, ahead = set[str](), [target.id]
    while ahead:
        name = ahead.pop()
        if name not in found and name in known:
            found.add(name)
            ahead += known[name].depends_on
    return found


def _used_events(plan: Plan, targets: Sequence[Target]) -> set[str]:
    found, ahead = set[str](), [name for t in targets for leaf in leaves(t.criterion) for name in _named(leaf)]
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += [d.before for d in plan.requirements.get(name, ())]
    return found


def _named(leaf: Any) -> Iterator[str]:
    for field in ("event", "before", "then"):
        if isinstance(getattr(leaf, field, None), str):
            yield getattr(leaf, field)
    yield from getattr(leaf, "after", ())


def _plainly(value: Any) -> Any:
    """Frozen data as plain data, which can be compared."""
    if attrs.has(type(value)):
        return (type(value).__name__, [_plainly(getattr(value, field.name)) for field in attrs.fields(type(value))])
    if isinstance(value, Mapping):
        return {key: _plainly(held) for key, held in value.items()}
    if isinstance(value, tuple | list):
        return [_plainly(held) for held in value]
    return sorted(value) if isinstance(value, frozenset) else value


# --- in the end ---


def _ends(both: _Both) -> Iterator[Rows]:
    """The fewest facts for each pair of different verdicts that both plans can come to on the same facts."""
    for (verdict, one), (otherwise, other) in product(
        _outcomes(both.first, both.one), _outcomes(both.second, both.other)
    ):
        if verdict != otherwise:
            wanted = [one, other, *certain(both.merged, [both.one, both.other])]
            system = smallest(wanted)
            if system is not None:
                facts = rows_of(numbers(system, both.merged), both.merged, [both.one, both.other])
                yield {key: held for key, held in facts.items() if key != "plan" or both.first.id == both.second.id}


def _outcomes(plan: Plan, target: Target) -> list[tuple[str, Formula]]:
    tree = meaning(target.criterion, plan)
    good, bad = fulfilled(tree), missed(tree)
    neither = every(opposite(good), opposite(bad))
    open_ = "on-track" if target.modality == "may" else "at-risk"
    return [("fulfilled", good), (EXPECTED[target.modality], bad), (open_, neither)]


def _size(facts: Rows) -> tuple[int, str]:
    return sum(len(rows) for rows in facts.values() if isinstance(rows, list)), str(facts)


def _confirmed(both: _Both, facts: Rows) -> Compared | None:
    """The difference as the engine sees it, with nothing that is not needed for it."""
    verdicts = _verdicts(both, facts)
    if verdicts is None or verdicts[0] == verdicts[1]:
        return None
    for key in ("measurements", "events", "assessments"):
        for row in list(facts.get(key, ())):
            fewer = {**facts, key: [other for other in facts[key] if other is not row]}
            judged = _verdicts(both, fewer)
            if judged is not None and judged[0] != judged[1]:
                facts, verdicts = {name: held for name, held in fewer.items() if held != []}, judged
                facts.setdefault(key, [])
        if facts.get(key) == []:
            del facts[key]
    return Compared(both.one.id, "differs", facts, verdicts)


def _verdicts(both: _Both, facts: Rows) -> tuple[str, str] | None:
    """By either plan, each reading only what it has a name for; None where it cannot be read."""
    found = []
    day = date.fromisoformat(facts["as_of"])
    for plan, target in ((both.first, both.one), (both.second, both.other)):
        try:
            found.append(_verdict(plan, target, _known(facts, plan), day))
        except InvalidFacts:
            return None
    return found[0], found[1]


def _verdict(plan: Plan, target: Target, facts: Rows, day: date) -> str:
    judged = evaluate(plan, read(facts, plan), day)
    return next(v.verdict for v in judged.verdicts if v.target.id == target.id)


def _known(facts: Rows, plan: Plan) -> Rows:
    kept: Rows = {**facts, "plan": plan.id}
    for key, name, known in (("measurements", "measure", plan.measures), ("events", "event", plan.events)):
        if key in facts:
            kept[key] = [row for row in facts[key] if row[name] in known]
    if "calendar" in facts:
        kept["calendar"] = {event: days for event, days in facts["calendar"].items() if event in plan.events}
    return kept


# --- on the way ---


def _on_the_way(both: _Both) -> Compared | None:
    """Facts that end alike and are judged differently before: none at all, or those that fulfil or miss either target."""
    for facts in _tried(both):
        for day in _days(both):
            on_day = {**facts, "as_of": day.isoformat()}
            verdicts = _verdicts(both, on_day)
            if verdicts is not None and verdicts[0] != verdicts[1]:
                return _confirmed(both, on_day)
    return None


def _tried(both: _Both) -> Iterator[Rows]:
    yield {"plan": both.first.id} if both.first.id == both.second.id else {}
    for plan, target in ((both.first, both.one), (both.second, both.other)):
        tree = meaning(target.criterion, plan)
        for wanted in (fulfilled(tree), missed(tree)):
            facts = witness([wanted], both.merged, [target])
            if facts is not None:
                yield facts


def _days(both: _Both) -> list[date]:
    """Both sides of every day on which something falls due or closes."""
    found = {both.first.period.first, both.first.period.last}
    for plan, target in ((both.first, both.one), (both.second, both.other)):
        for leaf in leaves(target.criterion):
            if isinstance(leaf, Threshold) and plan.follow_up:
                lag = leaf.closes - leaf.over.last
                found |= {piece.last + lag + ONE_DAY for piece in pieces(leaf.over, plan.follow_up)}
    for leaf in (leaf for target in (both.one, both.other) for leaf in leaves(target.criterion)):
        due = getattr(leaf, "by", None) or leaf.over.last  # type: ignore[union-attr]
        lead = max(target.risks.lead_time or 0 for target in (both.one, both.other))
        for day in (due, closing(leaf, {}), due - ONE_DAY * lead):
            found |= {day - ONE_DAY, day, day + ONE_DAY}
    return sorted(found)
