"""How firmly a verdict stands: the smallest error in one reported fact that would change it, and the facts it hangs on.

Candidates are the exact points at which a rule turns (the edge of a bound, a neighbouring figure, a deadline). Each is
tried: the one fact is changed, the target judged again by the reference evaluator, and only a change of its verdict
counts. So what is told is never a guess; where no flip is told, none was found at these points.
"""

from collections.abc import Iterator
from typing import NamedTuple

from rulecheck.engine.evaluate import Evaluation, TargetVerdict
from rulecheck.engine.robustness.events import event_flips
from rulecheck.engine.robustness.figures import figure_flips
from rulecheck.engine.robustness.lists import list_flips
from rulecheck.engine.robustness.probe import Flip, Probe
from rulecheck.engine.scenario import without
from rulecheck.facts.quantity import Exact, distance
from rulecheck.rules.criteria import Milestone, Order, Recurring, SetChange, Threshold, leaves

__all__ = ["Flip", "Robustness", "robustness"]


class Robustness(NamedTuple):
    """``flips``: of each criterion at most one, and of a measure at most one of each kind of ``Flip.of``; where facts
    contradict each other one for each verdict it would be.

    ``hangs_on``: fact → the verdict without it, where that is another.
    """

    flips: tuple[Flip, ...]
    hangs_on: tuple[tuple[str, str], ...]


def robustness(evaluation: Evaluation, verdict: TargetVerdict) -> Robustness:
    """What would have to be wrong for the verdict to be another."""
    probe = Probe(evaluation, verdict)
    nearest: dict[tuple[str, str, str], Flip] = {}
    for flip in _flips(probe):  # where facts contradict each other, those of each alternative
        kind = (flip.path, flip.of, flip.verdict)
        if _size(flip) < _size(nearest.setdefault(kind, flip)):
            nearest[kind] = flip
    return Robustness(tuple(nearest.values()), tuple(_hangs_on(probe)))


def _size(flip: Flip) -> Exact:
    return distance(flip.days or flip.members or flip.error or 0, 0)


def _flips(probe: Probe) -> Iterator[Flip]:
    by_path = {leaf.path: leaf for leaf in leaves(probe.target.criterion)}
    for step in probe.verdict.step.walk():
        leaf = by_path.get(step.path)
        if leaf is None or "kind" not in step.data or step.premises:
            continue
        if isinstance(leaf, Threshold):
            yield from figure_flips(probe, leaf, step)
        elif isinstance(leaf, SetChange):
            yield from list_flips(probe, leaf, step)
        elif isinstance(leaf, Milestone | Order | Recurring):
            yield from event_flips(probe, leaf, step)


def _hangs_on(probe: Probe) -> Iterator[tuple[str, str]]:
    """Leave one out: the cited facts without which the verdict is another."""
    for name in probe.verdict.step.cited():
        found = probe.judged(without(probe.evaluation.facts, name))
        if found != probe.now:
            yield name, found
