"""A failing example made as small as it gets, so that what is shown is what matters."""

from collections.abc import Callable
from typing import Any

from rulecheck.engine.testing.laws.law import GROUPS, Example


def smallest(example: Example, fails: Callable[[Example], bool]) -> Example:
    """The example without days, changes and rows it fails without: ever smaller lots are left out, at last single ones."""
    size = len(_parts(example))
    while size:
        start = 0
        while start < len(parts := _parts(example)):
            smaller = _without(example, parts[start : start + size])
            if fails(smaller):
                example = smaller
            else:
                start += size
        size //= 2
    return example


def _parts(example: Example) -> list[tuple[str, Any]]:
    """Everything an example could do without."""
    data = example.data
    rows = [(group, row) for group in GROUPS for row in data.get(group, ())]
    calendar = [("calendar", name) for name in data.get("calendar", {})]
    return [*(("day", d) for d in example.days), *(("change", c) for c in example.changes), *rows, *calendar]


def _without(example: Example, parts: list[tuple[str, Any]]) -> Example:
    gone: dict[str, list[int]] = {}
    for kind, part in parts:
        gone.setdefault(kind, []).append(id(part))

    def kept(kind: str, items: Any) -> Any:
        return [item for item in items if id(item) not in gone.get(kind, ())]

    data = {key: kept(key, told) if key in GROUPS else told for key, told in example.data.items()}
    if "calendar" in data:
        data["calendar"] = {name: data["calendar"][name] for name in kept("calendar", data["calendar"])}
    days, changes = kept("day", example.days), kept("change", example.changes)
    return example._replace(data=data, days=tuple(days), changes=tuple(changes))
