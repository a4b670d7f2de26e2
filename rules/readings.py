"""What a target's text leaves open, how it is read, and what is required where it is read otherwise. Source: semantics §2.

An alternative is shown; one with ``require`` or ``rounded_to`` is also judged, beside the chosen reading and without effect
on it. So what alternatives name never changes what the chosen readings mean (see ``aside``).
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import attrs
from rulecheck.facts.problem import Path
from rulecheck.facts.quantity import Exact, parse_quantity
from rulecheck.rules.criteria import Assessed, Combination, Criterion, Threshold, leaves, read_criterion
from rulecheck.rules.plan import Alternative, EventType, Measure, Reading
from rulecheck.rules.reader import Context, Data, Reader

COMPUTED = ("require", "rounded_to")
"""What makes an alternative one that can be judged."""


def read_readings(
    data: Data, path: Path, criterion: Criterion, context: Callable[[], Context], reader: "ReadingsReader"
) -> tuple[Reading, ...]:
    """The readings of the target at ``path``; ``context`` makes what a criterion of the target inherits."""
    found = []
    for name, entry in (data.get("readings") or {}).items():
        here = (*path, "readings", name, "alternatives")
        others = tuple(
            _alternative(other, (*here, i), criterion, context, reader)
            for i, other in enumerate(entry.get("alternatives") or ())
        )
        chosen, because = reader.texts(entry["chosen"]), reader.texts(entry["because"])
        found.append(Reading(name, chosen, because, others, tuple(entry.get("of") or ())))
    return tuple(found)


def shown_only(readings: Mapping[str, Any]) -> dict[str, Any]:
    """The readings without what their alternatives require: an amendment has changed what that was an alternative to."""

    def shown(other: Any) -> Any:
        return other if isinstance(other, str) else {key: value for key, value in other.items() if key != "require"}

    return {
        name: {**entry, "alternatives": [shown(other) for other in entry.get("alternatives") or ()]}
        for name, entry in readings.items()
    }


def _alternative(
    data: Any, path: Path, criterion: Criterion, context: Callable[[], Context], reader: "ReadingsReader"
) -> Alternative:
    if isinstance(data, str):
        return Alternative(reader.texts(data))
    texts = reader.texts({key: value for key, value in data.items() if key not in COMPUTED})
    if not texts:
        reader.error(path, "the alternative is not said in words", "write it in a language, such as `en: …`")
    given = [key for key in COMPUTED if data.get(key)]
    if not given:
        return Alternative(texts)
    if len(given) == 2:
        reader.error(path, "there are `require` and `rounded_to`", "write the rounding within `require`")
        return Alternative(texts)
    if given == ["require"]:
        with reader.aside():
            return Alternative(texts, read_criterion(data["require"], (*path, "require"), context(), reader))
    step = parse_quantity(data["rounded_to"]).value
    if step <= 0:
        words = {"step": data["rounded_to"]}
        reader.error((*path, "rounded_to"), "rounding to {step} is not possible", "give a step above 0", **words)
    elif not any(isinstance(leaf, Threshold | Assessed) for leaf in leaves(criterion)):
        reader.error((*path, "rounded_to"), "nothing is rounded in this target", "say what it requires with `require`")
    return Alternative(texts, rounded(criterion, step))


def rounded(criterion: Criterion, step: Exact) -> Criterion:
    """The criterion with every value rounded to ``step`` before it is compared."""
    if isinstance(criterion, Combination):
        return attrs.evolve(criterion, parts=tuple(rounded(part, step) for part in criterion.parts))
    return attrs.evolve(criterion, rounded_to=step) if isinstance(criterion, Threshold) else criterion


class ReadingsReader(Reader):
    """A reader that keeps what only alternatives name apart until all that is chosen is read."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.measures_aside: dict[str, Measure] = {}
        self.events_aside: dict[str, EventType] = {}

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Read something whose implied measures and events must not show in what is chosen."""
        measures, events = dict(self.measures), dict(self.events)
        try:
            yield
        finally:
            self.measures_aside |= {k: v for k, v in self.measures.items() if k not in measures or not measures[k].kind}
            self.events_aside |= {k: v for k, v in self.events.items() if k not in events}
            self.measures, self.events = measures, events

    def join(self) -> None:
        """Add the measures and events that only alternatives name."""
        for name, measure in self.measures_aside.items():
            if name not in self.measures or not self.measures[name].kind:
                self.measures[name] = measure
        for name, event in self.events_aside.items():
            self.events.setdefault(name, event)
