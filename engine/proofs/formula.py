"""Conditions on quantities, and the search for quantities that meet them."""

from collections.abc import Sequence
from math import inf
from typing import NamedTuple

from rulecheck.engine.proofs.constraints import Given, System, Unknown, Within


class Some(NamedTuple):
    """At least ``need`` of the parts hold."""

    need: int
    parts: "tuple[Formula, ...]"


Formula = Within | Given | Some
MOST = 20_000
"""So many choices are tried; then nothing is said."""


class Undecided(Exception):
    """The search was given up."""


def every(*parts: Formula) -> Some:
    """All of them."""
    return Some(len(parts), parts)


def either(*parts: Formula) -> Some:
    """At least one of them; of none: never."""
    return Some(1, parts)


NEVER = either()


def opposite(formula: Formula) -> Formula:
    """What holds exactly where the formula does not."""
    if isinstance(formula, Some):
        return Some(len(formula.parts) - formula.need + 1, tuple(opposite(part) for part in formula.parts))
    if isinstance(formula, Given):
        return Given(formula.x, not formula.there)
    x, y, most, strict = formula
    return either(Given(x, False), Given(y, False), Within(y, x, -most, not strict))


def copied(formula: Formula, copy: int) -> Formula:
    """The same condition on the quantities of another world."""
    if isinstance(formula, Some):
        return Some(formula.need, tuple(copied(part, copy) for part in formula.parts))
    if isinstance(formula, Given):
        return Given(in_world(formula.x, copy), formula.there)
    return Within(in_world(formula.x, copy), in_world(formula.y, copy), formula.most, formula.strict)


def in_world(x: Unknown, copy: int) -> Unknown:
    """The quantity in another world; zero is the same everywhere."""
    return x if x.kind == "zero" else x._replace(copy=copy)


def unknowns(formula: Formula) -> list[Unknown]:
    """What the formula is about, each once."""
    if isinstance(formula, Some):
        return list(dict.fromkeys(x for part in formula.parts for x in unknowns(part)))
    told = (formula.x,) if isinstance(formula, Given) else (formula.x, formula.y)
    return [x for x in told if x.kind != "zero"]


def solve(wanted: Sequence[Formula], most: int | None = None) -> System | None:
    """Constraints under which everything wanted holds, with at most so many quantities there; None: there are none.

    Raises Undecided.
    """
    return _search(list(wanted), System(most), [MOST])


def smallest(wanted: Sequence[Formula]) -> System | None:
    """The same with as few quantities there as possible; few, where showing that took too long. Raises Undecided."""
    found = solve(wanted)
    if found is None:
        return None
    left = [MOST]
    for most in range(len(found.given())):
        try:
            fewer = _search(list(wanted), System(most), left)
        except Undecided:
            break
        if fewer is not None:
            return fewer
    return found


def core(wanted: Sequence[Formula]) -> list[int]:
    """Of formulas that cannot all hold the places of some that cannot either, none of which can be left out."""
    kept = list(range(len(wanted)))
    for place in list(kept):
        rest = [wanted[i] for i in kept if i != place]
        if solve(rest) is None:
            kept.remove(place)
    return kept


def _search(todo: list[Formula], system: System, left: list[int]) -> System | None:
    while True:
        choices = _without_choices(todo, system)
        if choices is None or any(_asks(choice, system) > _room(system) for choice in choices):
            return None
        if not choices:
            return system
        left[0] -= 1
        if left[0] < 0:
            raise Undecided
        first, rest = choices[0], choices[1:]
        others = first.parts[1:]
        with_it = _search([first.parts[0], *rest, Some(first.need - 1, others)], system.copied(), left)
        if with_it is not None:
            return with_it
        todo = [*rest, Some(first.need, others)]


def _without_choices(todo: list[Formula], system: System) -> list[Some] | None:
    """Take in what leaves no choice; the choices that remain, or None when it contradicts."""
    choices: list[Some] = []
    while todo:
        formula = todo.pop(0)
        if not isinstance(formula, Some):
            if not system.add(formula):
                return None
        elif formula.need > len(formula.parts):
            return None
        elif formula.need == len(formula.parts):
            todo = [*formula.parts, *todo]
        elif formula.need > 0:
            choices.append(formula)
    return choices


def _room(system: System) -> int | float:
    """How many further quantities may be there."""
    return inf if system.most is None else system.most - len(system.given())


def _asks(choice: Some, system: System) -> int:
    """So many further quantities must be there at least for the choice; 0 where its parts share any, or nobody counts."""
    if system.most is None:
        return 0
    wanted = [needed(part) - set(system.given()) for part in choice.parts]
    if sum(map(len, wanted)) > len(set[Unknown]().union(*wanted)):
        return 0
    return sum(sorted(map(len, wanted))[: choice.need])


def needed(formula: Formula) -> set[Unknown]:
    """What is there whenever the formula holds."""
    if isinstance(formula, Given):
        return {formula.x} if formula.there else set()
    if isinstance(formula, Within):
        return {x for x in (formula.x, formula.y) if x.kind != "zero"}
    if formula.need == len(formula.parts):
        return set[Unknown]().union(*(needed(part) for part in formula.parts))
    return set()
