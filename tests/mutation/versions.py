"""Wrong versions of a module, one a place, made by cosmic-ray."""

import ast
import difflib
import random
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.ast.ast_query import ASTQuery
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

SAME = ("Eq_Is", "NotEq_IsNot", "Is_Eq", "IsNot_NotEq")
"""``is`` for ``==`` where what is compared is one of a kind: the same program."""
EXCHANGES = ("ReplaceBinaryOperator", "ReplaceComparisonOperator", "ReplaceUnaryOperator")

Place = tuple[int, int]
Places = dict[Place, list[tuple[str, str]]]
"""Where a module can be changed: the kinds of change possible there, and in which function."""


class Version(NamedTuple):
    """One wrong version: where it differs, the lines as they are and as they are in it, and its whole text."""

    module: str
    place: Place
    definition: str
    was: str
    now: str
    text: str


@cache
def operators() -> dict[str, list[str]]:
    """cosmic-ray's operators, those that change the same thing together: they differ only in what they put there."""
    found: dict[str, list[str]] = {}
    for name in operator_names():
        if get_operator(name).arguments() or name.endswith(SAME) or name.endswith("/RemoveDecorator"):
            continue  # a decorator taken off is noticed by the import, or is a cache
        exchanges = name.split("/")[1].startswith(EXCHANGES)
        found.setdefault(name.rsplit("_", 1)[0] if exchanges and "_Delete_" not in name else name, []).append(name)
    return found


@lru_cache(1)
def nodes(text: str) -> list[Any]:
    """What a module is made of."""
    return list(ast_nodes(get_ast(text)))


def places(text: str) -> Places:
    """Where a module can be changed, but for what nobody would see."""
    idle = list(without_effect(text))
    found: Places = {}
    for kind, names in operators().items():
        operator = get_operator(names[0])()
        for node in nodes(text):
            for start, _ in operator.mutation_positions(node):
                if not any(first <= start < last for first, last in idle):
                    found.setdefault(start, []).append((kind, ASTQuery(node).get_definition_name() or ""))
    return found


def without_effect(text: str) -> Iterator[tuple[Place, Place]]:
    """What only a type checker reads, annotations and unions of types given a name; and that ``zip`` shall be strict, which
    guards against mistakes of the program that are not there."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        parts: list[Any] = []
        if isinstance(node, ast.FunctionDef):
            parts = [node.returns]
        elif isinstance(node, ast.AnnAssign | ast.arg):
            parts = [node.annotation]
        elif isinstance(node, ast.keyword) and node.arg == "strict":
            parts = [node.value]
        elif isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            parts = [*node.body, node.test]
        elif isinstance(node, ast.Assign) and node in tree.body and isinstance(node.value, ast.BinOp):
            parts = [node.value] if isinstance(node.value.op, ast.BitOr) else []
        for part in parts:
            if part is not None:
                yield (part.lineno, part.col_offset), (part.end_lineno, part.end_col_offset)


def drawn(module: str, text: str, possible: Places, seed: int, least: int, share: float) -> list[Version]:
    """A share of the places of a module, but at least some: one wrong version of each.

    A larger share draws the same ones and more; what another module holds makes no difference.
    """
    chance = random.Random(f"{seed} {module}")
    order = sorted(possible)
    chance.shuffle(order)
    found = []
    for place in order[: max(least, round(share * len(order)))]:
        kind, definition = chance.choice(possible[place])
        changed = changed_at(text, place, chance.sample(operators()[kind], len(operators()[kind])))
        if changed is None or not compiles(changed):
            continue
        was, now = difference(text, changed)
        found.append(Version(module, place, definition, was, now, changed))
    return sorted(found)


def changed_at(text: str, place: Place, names: list[str]) -> str | None:
    """The text as the first of the operators that can do anything there leaves it."""
    for name in names:
        operator = get_operator(name)()
        starts = [start for node in nodes(text) for start, _ in operator.mutation_positions(node)]
        if place in starts:
            try:
                return str(mutate_code(text, operator, starts.index(place)))
            except AttributeError:  # cosmic-ray cannot exchange an exception that is named with its module
                return None
    return None


def compiles(text: str) -> bool:
    """Whether it is Python at all: cosmic-ray takes the ``**`` of a table laid into another for a power."""
    try:
        compile(text, "", "exec")
    except SyntaxError:
        return False
    return True


def difference(text: str, changed: str) -> tuple[str, str]:
    """The lines that differ, as they were and as they are."""
    lines = list(difflib.unified_diff(text.splitlines(), changed.splitlines(), n=0, lineterm=""))[3:]
    return ("\n".join(line[1:] for line in lines if line[:1] == sign) for sign in "-+")  # type: ignore[return-value]


def modules(root: Path, packages: tuple[str, ...]) -> list[str]:
    """The modules of the packages; Spark's is left out, as from the coverage: a machine may have no Java."""
    files = (
        file.relative_to(root).as_posix() for package in packages for file in sorted((root / package).rglob("*.py"))
    )
    return [file for file in files if file != "facts/records/spark_engine.py"]
