"""The conditions of a criterion as a tree: single ones, and so many of several."""

from collections.abc import Iterator
from typing import NamedTuple

from rulecheck.engine.proofs.constraints import ZERO, Unknown, Within
from rulecheck.engine.proofs.formula import Formula, Some
from rulecheck.facts.quantity import Exact
from rulecheck.rules.criteria import Leaf


class Part(NamedTuple):
    """One condition that holds or not as a whole: a criterion on one value, or on one subject's event."""

    leaf: Leaf
    fulfilled: Formula
    missed: Formula
    undecided: Formula
    ordered: tuple[tuple[Unknown, str], ...]
    """What can be better or worse, and how: ``less``, ``more``, or ``inside`` the bound."""
    proper: Formula
    """What must hold for better to be better: events that come earlier, yet not before what they require."""


class Several(NamedTuple):
    """So many of several."""

    need: int
    parts: "tuple[Tree, ...]"


Tree = Part | Several


def fulfilled(tree: Tree) -> Formula:
    """When the criterion is fulfilled."""
    if isinstance(tree, Part):
        return tree.fulfilled
    return Some(tree.need, tuple(fulfilled(part) for part in tree.parts))


def missed(tree: Tree) -> Formula:
    """When it is missed: more parts are than may be."""
    if isinstance(tree, Part):
        return tree.missed
    return Some(len(tree.parts) - tree.need + 1, tuple(missed(part) for part in tree.parts))


def parts_of(tree: Tree) -> Iterator[Part]:
    """The single conditions, in the plan's order."""
    if isinstance(tree, Part):
        yield tree
        return
    for part in tree.parts:
        yield from parts_of(part)


def at_most(x: Unknown, most: Exact, strict: bool = False) -> Within:
    """``x`` is ``most`` or less; less, if ``strict``."""
    return Within(x, ZERO, most, strict)


def at_least(x: Unknown, least: Exact, strict: bool = False) -> Within:
    """``x`` is ``least`` or more; more, if ``strict``."""
    return Within(ZERO, x, -least, strict)
