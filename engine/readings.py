"""What a target would come to if its text were read otherwise, where a declared alternative can be computed.

The reference evaluator judges the alternatives, one at a time, everything else read as chosen. They stand beside the
verdict and never change it; what shows an evaluation asks for them, so that judging alone does not pay for them.
Source: semantics §4.
"""

from typing import NamedTuple

from rulecheck.engine.evaluate import Evaluation
from rulecheck.engine.reference import verdicts_otherwise
from rulecheck.rules.plan import Texts


class Otherwise(NamedTuple):
    """The verdict by an alternative: of which reading, and in which words."""

    reading: str
    texts: Texts
    verdict: str


class Readings(NamedTuple):
    """The verdict as the text is read, and as it could be read otherwise."""

    verdict: str
    others: tuple[Otherwise, ...]

    @property
    def agree(self) -> bool:
        return all(other.verdict == self.verdict for other in self.others)


def readings_of(evaluation: Evaluation) -> dict[str, Readings]:
    """By target, for those that have alternatives that can be judged."""
    e = evaluation
    asked = [(v, *other) for v in e.verdicts if v.target.readings for other in v.target.otherwise]
    if not asked:
        return {}
    pairs = [(v.target, criterion) for v, _, _, criterion in asked]
    verdicts = verdicts_otherwise(e.plan, e.facts, e.as_of, e.known_at, pairs)
    found: dict[str, Readings] = {}
    for (v, reading, texts, _), verdict in zip(asked, verdicts, strict=True):
        before = found.get(v.target.id, Readings(v.verdict, ())).others
        found[v.target.id] = Readings(v.verdict, (*before, Otherwise(reading.name, texts, verdict)))
    return found
