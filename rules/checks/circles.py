"""Circles among names that need each other."""

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter


def circle(needs: Mapping[str, set[str]]) -> list[str]:
    """Names of which each needs the one before it, the last being the first again; empty when there is no circle."""
    try:
        TopologicalSorter({name: sorted(needs[name]) for name in sorted(needs)}).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []
