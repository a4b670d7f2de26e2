"""Plan data as YAML in the style of the plans that come with rulecheck: names and lists in brackets, parts on lines."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

_PLAIN = re.compile(r"[\w$][\w%/.$-]*( [\w%/.-]+)*")


class Quoted(str):
    """A text that is written in quotes although it need not: an id such as `"1.10"`."""

    __slots__ = ()


def inline(value: Any) -> str:
    """The value on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {inline(held)}" for key, held in value.items()) + "}"
    if isinstance(value, str):
        plain = (
            not isinstance(value, Quoted) and _PLAIN.fullmatch(value) and value.lower() not in ("null", "true", "false")
        )
        return value if plain else json.dumps(value, ensure_ascii=False)
    if isinstance(value, Sequence):
        return "[" + ", ".join(map(inline, value)) + "]"
    return str(value)


def lines(key: str, value: Any) -> list[str]:
    """``key: value``; of criteria in a list each on a line of its own."""
    if isinstance(value, Mapping) and any(_criteria(held) for held in value.values()):
        found = [f"{key}:"]
        for name, held in value.items():
            if _criteria(held):
                found += [f"  {name}:", *(f"    - {inline(part)}" for part in held)]
            else:
                found.append(f"  {name}: {inline(held)}")
        return found
    return [f"{key}: {inline(value)}"]


def _criteria(value: Any) -> bool:
    return not isinstance(value, str) and isinstance(value, Sequence) and any(isinstance(v, Mapping) for v in value)
