"""A verdict's proof: claim, the rule that gave it, the data it fired on, and the premises, down to cited facts."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from rulecheck.engine.verdict import Evidence, Verdict


class Step(NamedTuple):
    """One conclusion. ``path`` names the criterion ("2.3/1"); ``rule`` is an id of engine/ruleset.py.

    ``data`` holds only texts, integers, lists and mappings, decimals as texts, so that a proof can be written, read and
    checked without the program that made it. ``risks`` are all risk rules that fired.
    """

    path: str
    verdict: Verdict
    rule: str
    evidence: Evidence
    data: Mapping[str, Any]
    facts: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    premises: tuple["Step", ...] = ()

    def walk(self) -> Iterator["Step"]:
        """This step and all below it, from the top."""
        yield self
        for premise in self.premises:
            yield from premise.walk()

    def cited(self) -> tuple[str, ...]:
        """Ids of all facts the proof rests on, in the order they appear."""
        return tuple(dict.fromkeys(fact for step in self.walk() for fact in step.facts))

    def all_risks(self) -> tuple[str, ...]:
        """Ids of all risk rules that fired and count: those below a settled step lean nothing any more."""
        if self.verdict in ("fulfilled", "missed"):
            return ()
        return tuple(sorted({*self.risks, *(risk for step in self.premises for risk in step.all_risks())}))
