"""Which case catches which wrong version: the first whose verdicts, points or breaches would no longer be as expected.

Verdicts are judged by the reference evaluator alone, the facts of each case looked at once. Proofs, sentences and risk
rules by themselves catch nothing here: what does not change a verdict, points or a breach nobody could be held to.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from rulecheck.engine.cases import Ready, compared
from rulecheck.engine.evaluate import evaluate
from rulecheck.engine.mutation.mutant import Mutant
from rulecheck.engine.mutation.plans import mutants
from rulecheck.engine.reference import Day
from rulecheck.facts.quantity import parse_number
from rulecheck.rules.plan import Plan

POINTS = ("fulfilled", "open", "missed")
HELD = ("verdicts", "score", "breaches", "original", "withdrawn")
"""What of a case can catch a wrong version."""


class Outcome(NamedTuple):
    """A wrong version, and the name of the first case that catches it; None: it survives."""

    mutant: Mutant
    case: str | None


class Tried(NamedTuple):
    """Every wrong version of a plan against its cases."""

    plan: Plan
    cases: int
    failing: tuple[str, ...]
    """Cases that fail by the plan as it is. They are not asked."""
    outcomes: tuple[Outcome, ...]

    @property
    def survivors(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if outcome.case is None)


class _Asked:
    """One case: its facts looked at once, and what it expects."""

    def __init__(self, one: Ready) -> None:
        self.ready, self.plan = one, one.plan
        self.expected: Mapping[str, Any] = one.case.expected
        self.day = Day(one.plan, one.facts, one.as_of, one.known_at)
        self.verdicts = self.day.verdicts
        self.followed = {other for t in one.plan.version_on(one.as_of).targets for other in t.depends_on}
        self.points = {key: parse_number(told) for key, told in self.expected.get("score", {}).items() if key in POINTS}

    def catches(self, mutant: Mutant) -> bool:
        """Whether the wrong version gives this case other verdicts, points or breaches than it expects."""
        if mutant.target is not None:
            if not self.looks_at(mutant.target.id):
                return False
            changed = self.day.verdicts_with(mutant.target)
            return bool(changed) and not self.as_expected(self.plan, {**self.verdicts, **changed})
        assert mutant.plan is not None
        other, one = mutant.plan, self.ready
        rewired = other.dependencies != self.plan.dependencies
        if len(other.versions) > 1 or ("breaches" in self.expected and rewired):
            return self.differs(other)
        same = not rewired and other.follow_up == self.plan.follow_up
        verdicts = self.verdicts if same else Day(other, one.facts, one.as_of, one.known_at).verdicts
        return not self.as_expected(mutant.plan, verdicts)

    def fails(self) -> bool:
        """Whether the plan as it is does not give what the case expects."""
        if not self.as_expected(self.plan, self.verdicts):
            return True
        return bool(self.expected.keys() & {"breaches", "original", "withdrawn"}) and self.differs(self.plan)

    def differs(self, plan: Plan) -> bool:
        """Whether a whole evaluation by ``plan`` gives anything the case does not expect."""
        one = self.ready
        found, expected = compared(self.expected, evaluate(plan, one.facts, one.as_of, one.known_at))
        return any(found.get(key) != expected.get(key) for key in HELD)

    def looks_at(self, target: str) -> bool:
        """Whether the case expects anything that the verdict of the target can change."""
        return bool(self.points) or target in self.expected["verdicts"] or target in self.followed

    def as_expected(self, plan: Plan, verdicts: Mapping[str, str]) -> bool:
        """Whether the verdicts, and the points they come to, are those the case expects."""
        if any(verdicts.get(target, "withdrawn") != told for target, told in self.expected["verdicts"].items()):
            return False
        if not self.points:
            return True
        points: dict[str, Fraction | int] = dict.fromkeys(POINTS, 0)
        for target in plan.version_on(self.ready.as_of).targets:
            verdict = verdicts[target.id]
            bucket = verdict if verdict in ("fulfilled", "missed") else "open"
            points[bucket] += 1 if target.weight is None else target.weight
        return all(points[key] == told for key, told in self.points.items())


def tried(plan: Plan, cases: Sequence[Ready], tell: Callable[[int, int], None] = lambda *_: None) -> Tried:
    """Every wrong version of ``plan``, each until a case catches it. ``tell``: which one, of how many.

    Cases with other parameters judge the same mistakes made with their values; a mistake that only they can have made
    (of a criterion that cannot be computed before a parameter is declared) is among them.
    """
    failing: list[str] = []
    by_plan: dict[int, list[_Asked]] = {}
    for one in map(_Asked, cases):
        if one.fails():
            failing.append(one.ready.case.name)
        else:
            by_plan.setdefault(id(one.plan), []).append(one)
    outcomes: dict[tuple[str, str], Outcome] = {m.key: Outcome(m, None) for m in mutants(plan)}
    made = [(mutant, asked) for asked in by_plan.values() for mutant in mutants(asked[0].plan)]
    for number, (mutant, asked) in enumerate(made, 1):
        tell(number, len(made))
        before = outcomes.get(mutant.key)
        if before is None or before.case is None:
            shown = mutant if before is None else before.mutant
            outcomes[mutant.key] = Outcome(shown, _first(mutant, asked))
    return Tried(plan, len(cases), tuple(failing), tuple(outcomes.values()))


def _first(mutant: Mutant, asked: Iterable[_Asked]) -> str | None:
    return next((one.ready.case.name for one in asked if one.catches(mutant)), None)
