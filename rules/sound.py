"""What is left of a plan document when what has the wrong shape is left out, so that the rest is checked as well."""

from copy import deepcopy
from typing import Any

from rulecheck.facts.problem import Path
from rulecheck.rules.build_plan import build_plan
from rulecheck.rules.checks import errors
from rulecheck.rules.plan import Complaint

IMPOSSIBLE = (KeyError, TypeError, ValueError, AttributeError, IndexError)
"""What reading a plan raises when something it needs was left out."""
NAMES = "unknown {kind} `{name}`"
"""A complaint that may come from what was left out: the one use of a declared name."""


def further(data: Any, misshapen: list[Complaint]) -> list[tuple[str, Complaint]]:
    """What else is wrong with a document that is partly misshapen, with the id of the check that says so; nothing, where the rest cannot stand by itself.

    Left out are complaints that may have their cause in what is misshapen: about its surroundings, about weights, which
    sum to 100 only where all are there, and about names, whose use may have been left out.
    """
    places = [complaint[0] for complaint in misshapen]
    rest = _without(data, places)
    if rest is None:
        return []
    try:
        plan, wrong, _ = build_plan(rest, "")
        found = [("plan", complaint) for complaint in wrong]
        found += [(check.id, complaint) for check, complaint in errors(plan, rest, without=("weights",))]
    except IMPOSSIBLE:
        return []
    return [(code, told) for code, told in found if told[1] != NAMES and not _near(told[0], places)]


def _without(data: Any, places: list[Path]) -> Any:
    """A copy without the values at these places, or None when one of them is no key of a mapping."""
    rest = deepcopy(data)
    for path in places:
        if not path or isinstance(path[-1], int):
            return None  # an entry of a list: without it the others would stand in other places
        holder = rest
        for part in path[:-1]:
            holder = holder.get(part) if isinstance(holder, dict) else holder[part] if isinstance(part, int) else None
            if holder is None:
                break  # what it stood in is left out already
        if isinstance(holder, dict):
            holder.pop(path[-1], None)
    return rest


def _near(path: Path, places: list[Path]) -> bool:
    """Whether the path leads to, into or past the mapping of one of the places; the goals as a whole lead everywhere."""
    return any(path[: len(place) - 1] == place[:-1] or place[: len(path)] == path for place in places if len(place) > 1)
