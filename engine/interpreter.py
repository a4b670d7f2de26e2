"""The rule table applied in plain Python, for a Python that cannot import durable-rules.

It takes the place of ``Session`` in building proofs; the verdicts are the reference evaluator's, which has to agree.
"""

import operator
from collections.abc import Callable, Iterable, Mapping
from heapq import heappop, heappush
from typing import Any

from rulecheck.engine.ruleset import RULES
from rulecheck.engine.session import Firing

_COMPARE: dict[str, Callable[[int, int], bool]] = {
    "==": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_BY_KIND: dict[str, list[int]] = {}
for _number, _rule in enumerate(RULES):
    _BY_KIND.setdefault(_rule.kind, []).append(_number)


class Interpreter:
    """The agenda of the rules engine: the topmost rule first, and of its facts the earliest first."""

    def run(self, facts: Iterable[Mapping[str, Any]], fired: Firing) -> int:
        agenda: list[tuple[int, int, int]] = []
        count = firings = 0

        def put(fact: Mapping[str, Any]) -> None:
            nonlocal count
            count += 1
            for number in (*_BY_KIND[fact["kind"]], *(_BY_KIND["leaf"] if "leaf" in fact else ())):
                if all(f in fact and _COMPARE[op](fact[f], value) for f, op, value in RULES[number].when):
                    heappush(agenda, (number, count, fact["n"]))

        for fact in facts:
            put(fact)
        while agenda:
            number, _, n = heappop(agenda)
            firings += 1
            for fact in fired(RULES[number].id, n):
                put(fact)
        return firings
