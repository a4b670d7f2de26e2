"""So many of several criteria: all_of, any_of, at_least k of. Source: semantics §1 and §4."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

import attrs
from rulecheck.facts.problem import Path

if TYPE_CHECKING:
    from rulecheck.rules.criteria import Criterion
    from rulecheck.rules.criteria.example import Example
    from rulecheck.rules.reader import Context, Data, Reader
    from rulecheck.rules.shape import Object

    ReadCriterion = Callable[[Data, Path, Context, Reader], Criterion]

Graduation = Literal["none", "members", "sub-criteria"]


@attrs.frozen(eq=False, repr=False)
class Combination:
    """At least ``count`` of the parts: all of them (all_of, for_each), one (any_of), or k."""

    path: str
    label: Literal["all_of", "any_of", "at_least", "for_each"]
    count: int
    parts: tuple["Criterion", ...]


def shapes() -> dict[str, "Object"]:
    """How each kind is written, by kind."""
    from rulecheck.rules.shape import COUNT, CRITERION, Many, Object

    parts = (Many(CRITERION, least=1), "the criteria")
    return {
        **{kind: Object("a combination", {kind: parts}, (kind,)) for kind in ("all_of", "any_of")},
        "at_least": Object("a combination", {"at_least": (COUNT, "how many"), "of": parts}, ("at_least", "of")),
    }


def combination(
    kind: Any, data: "Data", path: Path, context: "Context", reader: "Reader", read: "ReadCriterion"
) -> Combination:
    """The parts ``data`` lists, and how many of them are needed."""
    key = "of" if kind == "at_least" else kind
    parts, path = data[key], (*path, key)
    count = int(data[kind]) if kind == "at_least" else len(parts) if kind == "all_of" else 1
    built = tuple(read(p, (*path, i), context.part(str(i + 1)), reader) for i, p in enumerate(parts))
    return Combination(context.path, kind, count, built)


def examples(found: "Mapping[str, Example]") -> "dict[str, Example]":
    """One example of each kind, made of those of single criteria."""
    from rulecheck.rules.criteria.example import joined

    all_of, any_of = [found["share"], found["order"]], [found["mean"], found["level"]]
    some = [found["total"], found["figure"], found["milestone"]]

    def parts(chosen: "list[Example]") -> list[Any]:
        return [part.require for part in chosen]

    def told(chosen: "list[Example]") -> str:
        return " ".join(part.quote for part in chosen)

    return {
        "all_of": joined(all_of, "Both", f"Both are reached: {told(all_of)}", {"all_of": parts(all_of)}),
        "any_of": joined(any_of, "One of two", f"One is reached: {told(any_of)}", {"any_of": parts(any_of)}),
        "at_least": joined(
            some, "Two of three", f"At least 2 are reached: {told(some)}", {"at_least": "2", "of": parts(some)}
        ),
    }
