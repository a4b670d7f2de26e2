"""The canonical layout of plans: a second time it changes nothing, and no comment leaves its key."""

import json
import re
from typing import Any

from hypothesis import given
from rulecheck.engine.testing.pick import Pick
from rulecheck.rules.authoring.layout import formatted
from rulecheck.rules.document import TARGET_FIELDS
from rulecheck.rules.yaml_document import read_yaml

from tests.generators import Case, cases
from tests.generators.cases import picks
from tests.properties.laws import examples


def mixed_up(value: Any, pick: Pick) -> Any:
    """The same plan data with its keys in any order."""
    if isinstance(value, dict):
        return {key: mixed_up(value[key], pick) for key in pick.shuffled(list(value))}
    return [mixed_up(part, pick) for part in value] if isinstance(value, list) else value


def told(value: Any, pick: Pick, indent: int = 0, path: str = "") -> str:
    """The data as YAML, some of it in brackets, with a comment above every key that names its path."""
    space = " " * indent
    lines = ""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, held in items:
        here = f"{path}/{key}"
        mark = f"{key}:" if isinstance(value, dict) else "-"
        blank = "\n" * pick.among((0, 0, 0, 1, 3))
        lines += f"{blank}{space}# above {here}\n" if pick.chance(40) and isinstance(value, dict) else ""
        if isinstance(held, str) or not held or pick.chance(15):
            lines += f"{space}{mark} {json.dumps(held)}{' ' * pick.among((0, 2))}\n"
        elif isinstance(value, list) and isinstance(held, dict) and pick.chance(80):
            inner = told(held, pick, indent + 2, here).lstrip("\n")
            first = inner.lstrip()
            lines += f"{space}- {first}" if not first.startswith("#") else f"{space}-\n{inner}"
        else:
            lines += f"{space}{mark}\n{told(held, pick, indent + 2, here)}"
    return lines


@examples(20)
@given(cases(), picks())
def test_fmt_is_idempotent_and_keeps_every_comment_above_its_key(case: Case, pick: Pick) -> None:
    text = told(mixed_up(case.plan_data, pick), pick)
    found = formatted(text.encode(), "p.yaml")
    data, _ = read_yaml(found.encode(), "p.yaml")
    assert data == case.plan_data
    assert formatted(found.encode(), "p.yaml") == found
    assert sorted(comments_of(found)) == sorted(comments_of(text))
    assert "\n\n\n" not in found
    lines = [line.strip().removeprefix("- ") for line in found.splitlines()]
    header = next(n for n, line in enumerate(lines) if line and not line.startswith("#"))
    for n, line in enumerate(lines):
        if line.startswith("# above") and n >= header:  # what stands above the first key is about the file
            key = line.rpartition("/")[2]
            following = next(other for other in lines[n + 1 :] if other and not other.startswith("#"))
            assert re.match(rf"{re.escape(key)}:", following) or lines[n + 1].startswith("#"), found
    for goal in data["goals"]:
        for target in goal["targets"]:
            assert list(target) == [key for key in TARGET_FIELDS if key in target]


def comments_of(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip().startswith("#")]
