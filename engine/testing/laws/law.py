"""A law that is held against drawn facts: what it compares, and what is said when it is broken."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from hypothesis import Phase, given, settings
from rulecheck.engine.checker import Disagreement
from rulecheck.engine.evaluate import Evaluation, TargetVerdict, evaluate
from rulecheck.engine.testing.pick import Pick
from rulecheck.engine.testing.strategies import picks, read
from rulecheck.facts.facts import Facts
from rulecheck.facts.problem import InvalidInput
from rulecheck.rules.plan import Plan, Target

Data = dict[str, Any]
GROUPS = ("measurements", "events", "forecasts", "assessments")
UNTRIED = "none of the facts drawn for this plan tries it; a deeper profile draws more"


class Change(NamedTuple):
    """A row of the facts that is told otherwise: as the rows of ``new``, or not at all."""

    group: str
    old: Data
    new: tuple[Data, ...]


class Example(NamedTuple):
    """Facts as data, the days they are judged on, and how some of them are told otherwise."""

    data: Data
    days: tuple[date, ...]
    known_at: date | None = None
    changes: tuple[Change, ...] = ()

    def facts(self, plan: Plan) -> Facts:
        """The facts as first told. Raises InvalidFacts."""
        return read(plan, self.data)

    def changed(self, plan: Plan) -> Facts:
        """The facts told otherwise. Raises InvalidFacts."""
        return read(plan, told_otherwise(self.data, self.changes))


class Breach(NamedTuple):
    """That a comparison failed: a message of the catalogues and its values, verdicts under ``found`` and ``wanted``."""

    message: str
    values: Mapping[str, object]


Compared = Iterator[Breach | None]
"""One for each comparison made: None where the law held."""


class Law(NamedTuple):
    """A law of semantics §8. ``words`` say it, ``otherwise`` why a plan to which it does not apply has no part in it."""

    number: int
    words: str
    applies: Callable[[Plan], bool]
    otherwise: str
    example: Callable[[Pick, Plan], Example]
    compared: Callable[[Plan, Example], Compared]


class NotApplicable(Exception):
    """Nothing in the plan is of the kind the law is about, or nothing drawn for it was. ``message``: of the catalogues."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


class _Fails(Exception):
    """An example fails."""


class Broken(AssertionError):
    """A law does not hold: which, of what, and the smallest facts that show it."""

    def __init__(self, law: Law, breach: Breach, example: Example) -> None:
        self.law, self.breach, self.example = law, breach, example
        super().__init__(law.number, breach)

    @property
    def rows(self) -> list[str]:
        """The facts, a row a line, as a ``facts.json`` writes them."""
        data = self.example.data
        lines = [f"{group}: {_written(row)}" for group in GROUPS for row in data.get(group, ())]
        return lines + [f"calendar: {_written({name: days})}" for name, days in data.get("calendar", {}).items()]

    def __str__(self) -> str:
        said = self.breach.message.format(**self.breach.values)
        return "\n".join([f"law {self.law.number}: {self.law.words}", said, *self.rows])


def hold(law: Law, plan: Plan, profile: settings) -> None:
    """Hold the law against as many drawn facts as the profile says. Raises Broken and NotApplicable.

    A failing example is made smaller here, a row at a time: most choices come from a seed, which Hypothesis cannot shrink.
    """
    if not law.applies(plan):
        raise NotApplicable(law.otherwise)
    failing: list[Example] = []
    compared = 0

    @settings(profile, phases=(Phase.explicit, Phase.generate), report_multiple_bugs=False)
    @given(picks())
    def one(pick: Pick) -> None:
        nonlocal compared
        example = law.example(pick, plan)
        found = list(law.compared(plan, example))
        compared += len(found)
        if any(found):
            failing.append(example)
            raise _Fails

    try:
        one()
    except _Fails:
        raise broken(law, plan, failing[0]) from None
    if not compared:
        raise NotApplicable(UNTRIED)


def broken(law: Law, plan: Plan, example: Example) -> Broken:
    """What a failing example says once it cannot be made smaller."""
    from rulecheck.engine.testing.laws.smallest import smallest

    small = smallest(example, lambda other: breach_of(law, plan, other) is not None)
    breach = breach_of(law, plan, small)
    assert breach is not None, "a law that fails by chance"
    return Broken(law, breach, small)


def breach_of(law: Law, plan: Plan, example: Example) -> Breach | None:
    """The first comparison of the example that fails; None where all hold, or the example cannot be judged."""
    try:
        return next((breach for breach in law.compared(plan, example) if breach is not None), None)
    except (InvalidInput, Disagreement):
        return None


def told_otherwise(data: Data, changes: tuple[Change, ...]) -> Data:
    """The facts with the changed rows in place of those they change; a row that is not there is not put there."""
    found = {**data}
    for change in changes:
        rows = found.get(change.group, [])
        found[change.group] = [new for row in rows for new in (change.new if row == change.old else (row,))]
    return found


def judged(plan: Plan, facts: Facts, as_of: date, known_at: date | None = None) -> Evaluation:
    """The one way in which laws have facts judged. Raises Disagreement."""
    return evaluate(plan, facts, as_of, known_at)


def each(plan: Plan, found: Evaluation, day: date) -> Iterator[tuple[Target, TargetVerdict]]:
    """Every target in force on the day, as the plan has it, with its verdict."""
    verdicts = {verdict.target.id: verdict for verdict in found.verdicts}
    yield from ((target, verdicts[target.id]) for target in plan.version_on(day).targets)


def contradicted(found: Evaluation) -> bool:
    """Whether some proof names a contradiction between facts."""
    return any(step.rule.startswith("alternatives") for v in found.verdicts for step in v.step.walk())


def written(rows: tuple[Data, ...]) -> str:
    """Rows in a message."""
    return ", ".join(_written(row) for row in rows)


def _written(row: Any) -> str:
    return json.dumps(row, ensure_ascii=False)
