"""What is only preliminary, and has to become final."""

from collections.abc import Iterator, Mapping
from typing import Any

Shown = Mapping[str, Any]
"""What a step of the proof shows."""
Data = dict[str, Any]
"""One need, as verdicts in JSON tell it."""


def final(members: Iterator[Any]) -> Iterator[Data]:
    """The facts behind ``members`` as one need, if there are any."""
    preliminary = list(dict.fromkeys(name for m in members for name in m.get("loose", (m["fact"],))))
    if preliminary:
        yield {"what": "final", "facts": preliminary}
