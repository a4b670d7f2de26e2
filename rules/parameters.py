"""What a plan leaves open: ``$name`` where a number, a period, a day or a list of members stands in a criterion.

A parameter is declared with a value, a day, a source and a reason, in the plan or in a file of the reader's (which has
become part of the plan data by the time it is built). Source: semantics §4, "What the plan leaves open".
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from rulecheck.facts.problem import Path
from rulecheck.rules.plan import Parameter, Texts

Data = Mapping[str, Any]

NUMBERS = ("at_most", "at_least", "exactly", "band", "minimum", "count", "rounded_to", "reporting_lag")
PERIODS = ("over", "base", "by")
LISTS = ("between", "on", "for_each")
FIELDS = (*NUMBERS, *PERIODS, *LISTS)
"""The fields of a criterion in which a parameter may stand: itself, or in a list there."""


class Reference(NamedTuple):
    """Where in a criterion a parameter stands, by the keys that lead to it."""

    path: Path
    name: str


def references(criterion: Data) -> list[Reference]:
    """The parameters a criterion names, those of its parts left out."""
    return [reference for field in FIELDS if field in criterion for reference in _within(criterion[field], (field,))]


def _within(value: Any, path: Path) -> Iterator[Reference]:
    if isinstance(value, str):
        if value.startswith("$"):
            yield Reference(path, value[1:])
    elif isinstance(value, list):
        if path in (("between",), ("on",)):  # members are what they are called, and other fields hold no list
            for i, inner in enumerate(value):
                yield from _within(inner, (*path, i))
    elif isinstance(value, dict) and path == ("for_each",):
        for dimension, members in value.items():
            if isinstance(members, str):
                yield from _within(members, (*path, dimension))


def replaced(criterion: Data, values: Mapping[Path, Any]) -> dict[str, Any]:
    """The criterion with these values in these places; a field whose value is None is left out."""
    found = dict(criterion)
    for path, value in values.items():
        field, *rest = path
        if rest:
            inner: Any = dict(found[str(field)]) if isinstance(found[str(field)], dict) else list(found[str(field)])
            inner[rest[0]] = value
            value = inner
        found[str(field)] = value
    return {key: value for key, value in found.items() if value is not None or criterion.get(key) is None}


def stand_in(field: str) -> Any:
    """Some value of the right shape for a field whose parameter nobody has declared, or None to do without the field."""
    if field in ("rounded_to", "reporting_lag", "for_each", "on"):
        return None
    if field == "between":
        return ["0", "1"]
    return "2024" if field in PERIODS else "1"


def declared(data: Data, texts: Callable[[Any], Texts]) -> dict[str, Parameter]:
    """The parameters of plan data, by name."""
    return {name: _parameter(name, entry or {}, texts) for name, entry in (data.get("parameters") or {}).items()}


def _parameter(name: str, entry: Data, texts: Callable[[Any], Texts]) -> Parameter:
    value = entry.get("value")
    origin: Literal["plan", "file"] = "file" if entry.get("file") else "plan"
    return Parameter(
        name,
        texts(entry.get("label")),
        tuple(value) if isinstance(value, list) else value,
        entry.get("declared") or "",
        entry.get("source") or "",
        texts(entry.get("because")),
        origin,
        entry.get("file") or "",
    )
