"""What can be proved of a plan before there is a single fact about it. Reads as a table of contents.

Of every target: some facts fulfil it, some miss it, every input gives exactly one verdict, and worse facts are never
judged better. Of the plan: all targets can be fulfilled together, each with what it requires before it, in time.
Existence is shown by facts, which the whole engine judges; what holds for all facts is shown by exact intervals, for
each condition by itself, and carries over to combinations: of n parts that are each exactly one of fulfilled, missed and
undecided, at least k are fulfilled, or more than n - k are missed, or neither, and a part that gets better makes no
combination worse. The version in force at the end of the plan is looked at.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Literal, NamedTuple

import attrs
from rulecheck.engine.proofs.conditions import meaning
from rulecheck.engine.proofs.constraints import ZERO, Given, Unknown, Within
from rulecheck.engine.proofs.formula import (
    NEVER,
    Formula,
    Undecided,
    copied,
    core,
    either,
    every,
    in_world,
    opposite,
    solve,
    unknowns,
)
from rulecheck.engine.proofs.tree import Part, Tree, fulfilled, missed, parts_of
from rulecheck.engine.proofs.witness import Rows, certain, judged, numbers, rows_of, witness
from rulecheck.facts.problem import InvalidFacts
from rulecheck.facts.quantity import exact
from rulecheck.rules.criteria import Threshold
from rulecheck.rules.plan import Plan, Target

__all__ = ["CLAIMS", "Claim", "PlanProof", "TargetProof", "prove"]

Answer = Literal["proven", "refuted", "undecided", "exempt"]
CLAIMS = {
    "fulfilled": "some facts fulfil it",
    "missed": "some facts miss it",
    "one": "every input gives exactly one verdict",
    "monotone": "worse facts are never judged better",
    "together": "all targets can be fulfilled together, each after what it requires",
}
"""What is claimed, by name."""
WHY = {
    "none": "no facts do",
    "many": "too many cases",
    "otherwise": "the engine judges the facts that were found otherwise",
    "may": "a may is never missed",
}
"""Why something is not proven."""
EXPECTED = {"must": "missed", "should": "at-risk", "may": "on-track"}
"""What becomes of a target that is not met, by its modality."""


class Claim(NamedTuple):
    """One statement. ``facts`` show it, or show that it is wrong; ``because`` says why there are none.

    ``among``: targets or criteria that exclude each other, none of which can be left out. ``checked``: what Z3 says.
    """

    name: str
    answer: Answer
    facts: Rows | None = None
    because: str = ""
    among: tuple[str, ...] = ()
    checked: str = ""


class TargetProof(NamedTuple):
    """The statements about one target."""

    target: Target
    claims: tuple[Claim, ...]


class PlanProof(NamedTuple):
    """The statements about a plan, and about each of its targets."""

    plan: Plan
    targets: tuple[TargetProof, ...]
    together: Claim

    @property
    def claims(self) -> tuple[Claim, ...]:
        return (*(claim for target in self.targets for claim in target.claims), self.together)

    @property
    def holds(self) -> bool:
        """Whether everything is proved, and nobody disagrees."""
        fine = all(claim.answer in ("proven", "exempt") for claim in self.claims)
        return fine and all(claim.checked in ("", "agrees") for claim in self.claims)


def prove(plan: Plan, tell: Callable[[str, int, int], None] = lambda *_: None) -> PlanProof:
    """Everything that can be proved of the plan. ``tell``: of which target, its number, and how many there are."""
    last = at_the_end(plan)
    targets = last.versions[0].targets
    found: list[TargetProof] = []
    for number, target in enumerate(targets, 1):
        tell(target.id, number, len(targets))
        found.append(_of_target(target, last))
    return PlanProof(plan, tuple(found), _together(targets, last))


def at_the_end(plan: Plan) -> Plan:
    """The plan as its last version has it."""
    return attrs.evolve(plan, versions=(attrs.evolve(plan.versions[-1], withdrawn={}),))


def _of_target(target: Target, plan: Plan) -> TargetProof:
    tree = meaning(target.criterion, plan)
    return TargetProof(
        target,
        (
            _can_be("fulfilled", target, fulfilled(tree), "fulfilled", plan),
            _can_be_missed(target, tree, plan),
            _for_all("one", target, plan, [(part, _not_one(part)) for part in parts_of(tree)]),
            _for_all("monotone", target, plan, [(part, _not_monotone(part)) for part in parts_of(tree)]),
        ),
    )


# --- some facts ---


def _can_be_missed(target: Target, tree: Tree, plan: Plan) -> Claim:
    if target.modality == "may":
        return Claim("missed", "exempt", because=WHY["may"])
    return _can_be("missed", target, missed(tree), EXPECTED[target.modality], plan)


def _can_be(name: str, target: Target, wanted: Formula, expected: str, plan: Plan) -> Claim:
    try:
        facts = witness([wanted], plan, [target])
        if facts is None:
            return Claim(name, "refuted", because=WHY["none"], among=_excluding(wanted, target, plan))
        if judged(facts, plan)[target.id] == expected:
            return Claim(name, "proven", facts)
    except Undecided:
        return Claim(name, "undecided", because=WHY["many"])
    except InvalidFacts:
        pass
    return Claim(name, "undecided", because=WHY["otherwise"])


def _excluding(wanted: Formula, target: Target, plan: Plan) -> tuple[str, ...]:
    """The criteria that cannot hold together, where all must."""
    parts = list(parts_of(meaning(target.criterion, plan)))
    if wanted != fulfilled(meaning(target.criterion, plan)) or solve([part.fulfilled for part in parts]) is not None:
        return ()
    found = core([*(part.fulfilled for part in parts)])
    return tuple(dict.fromkeys(parts[i].leaf.path for i in found))


def _together(targets: Sequence[Target], plan: Plan) -> Claim:
    wanted = [fulfilled(meaning(target.criterion, plan)) for target in targets]
    if not targets:
        return Claim("together", "proven")
    try:
        facts = witness(wanted, plan, targets)
        if facts is None:
            excluding = core([every(formula, *certain(plan, targets)) for formula in wanted])
            among = tuple(targets[i].id for i in excluding)
            return Claim("together", "refuted", because=WHY["none"], among=among)
        if set(judged(facts, plan).values()) == {"fulfilled"}:
            return Claim("together", "proven", facts)
    except Undecided:
        return Claim("together", "undecided", because=WHY["many"])
    except InvalidFacts:
        pass
    return Claim("together", "undecided", because=WHY["otherwise"])


# --- all facts ---


def _for_all(name: str, target: Target, plan: Plan, against: Sequence[tuple[Part, Sequence[Formula]]]) -> Claim:
    """Proven where none of what speaks against it is possible in any part."""
    try:
        for part, formulas in against:
            for formula in formulas:
                found = solve([formula])
                if found is not None:
                    told = {x: n for x, n in numbers(found, plan).items() if x.copy == 0}
                    return Claim(name, "refuted", rows_of(told, plan, [target]), among=(part.leaf.path,))
    except Undecided:
        return Claim(name, "undecided", because=WHY["many"])
    return Claim(name, "proven")


def _not_one(part: Part) -> list[Formula]:
    """No verdict, or two."""
    one, two, three = part.fulfilled, part.missed, part.undecided
    none = every(opposite(one), opposite(two), opposite(three))
    return [none, every(one, two), every(one, three), every(two, three)]


def _not_monotone(part: Part) -> list[Formula]:
    """Two worlds, the other one at least as good in everything, and yet judged worse."""
    better = better_in(part)
    return [
        every(better, part.fulfilled, opposite(copied(part.fulfilled, 1))),
        every(better, copied(part.missed, 1), opposite(part.missed)),
    ]


def better_in(part: Part) -> Formula:
    """The second world tells of the same, and everything it tells is at least as good.

    Where silence is not held against anybody, an event that does not count yet is silence, which a late event is not
    better than: only worlds whose events count are compared then.
    """
    ways = dict(part.ordered)
    about = unknowns(every(part.fulfilled, part.missed, part.undecided))
    first = every() if part.undecided == NEVER else part.proper
    return every(first, copied(part.proper, 1), *(_better(x, ways.get(x, "same"), part) for x in about))


def _better(x: Unknown, way: str, part: Part) -> Formula:
    other = in_world(x, 1)
    absent = every(Given(x, False), Given(other, False))
    return either(absent, _COMPARED[way](x, other, part))


def _inside(x: Unknown, other: Unknown, part: Part) -> Formula:
    """Nearer to the middle of the bound, on the same side of it."""
    assert isinstance(part.leaf, Threshold)
    low, high = part.leaf.bound.low, part.leaf.bound.high
    assert low is not None
    assert high is not None
    middle = exact(Fraction(low + high) / 2)
    from_below = every(Within(x, other, 0), Within(other, ZERO, middle))
    from_above = every(Within(other, x, 0), Within(ZERO, other, -middle))
    return either(from_below, from_above)


_COMPARED: dict[str, Callable[[Unknown, Unknown, Part], Formula]] = {
    "less": lambda x, other, _: Within(other, x, 0),
    "more": lambda x, other, _: Within(x, other, 0),
    "same": lambda x, other, _: every(Within(x, other, 0), Within(other, x, 0)),
    "inside": _inside,
}
