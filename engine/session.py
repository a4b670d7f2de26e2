"""The rule table in durable-rules. The only module that imports it.

The C extension is used directly: the package's ``Host`` runs timer threads and swallows the exceptions of actions. One
ruleset is built a process and kept; each evaluation runs in a session of its own, whose state is deleted afterwards.
Facts are flat, their ids our own short decimals, their numbers integers within ±2^62. Every error code of the extension
ends the evaluation.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from threading import Lock
from typing import Any

from rulecheck.engine.ruleset import RULES

RULES_ENGINE = "durable-rules 2.0.28"
"""The one release it was measured with; a test holds it against the installed one."""

_OPERATORS = {"<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte"}
_STORED, _NOT_WANTED, _SEEN = 0, 1, 2
_MOST_FIRINGS_A_FACT = 64
"""For each fact given at first: it and what it leads to (a combination, a target, a result) fire a dozen rules each."""

_MATCH = re.compile(r'\{"([^"]+)":\{"m":\{[^{}]*"n":(\d+)')
"""A match is ``{rule: {"m": fact}}``; facts are flat, and their texts are our own words (measured: json costs 0.2 ms more)."""

Firing = Callable[[str, int], Iterable[Mapping[str, Any]]]
"""Called with the rule that fired and the ``n`` of the fact it fired on; returns facts to add."""


class RulesUnavailable(Exception):
    """durable-rules cannot be imported on this Python."""


class RulesFailed(Exception):
    """The extension reported an error; nothing it said in this session is used."""


class Session:
    """The compiled rule table. ``run`` is serialised: the extension is not safe for threads."""

    def __init__(self) -> None:
        try:
            import durable_rules_engine as engine
        except ImportError as error:
            raise RulesUnavailable(str(error)) from None
        self._engine = engine
        self._lock = Lock()
        self._ruleset = engine.create_ruleset("rulecheck", json.dumps(definition()))

    def run(self, facts: Iterable[Mapping[str, Any]], fired: Firing) -> int:
        """Assert the facts, fire rules until none is left, feeding back what ``fired`` returns. Number of firings."""
        with self._lock:
            try:
                return self._run(facts, fired)
            finally:
                self._engine.delete_state(self._ruleset, "s")

    def _run(self, facts: Iterable[Mapping[str, Any]], fired: Firing) -> int:
        engine, ruleset = self._engine, self._ruleset
        count = 0

        def put(fact: Mapping[str, Any]) -> None:
            nonlocal count
            for _ in range(8):  # ids are told apart by a 32-bit hash: on a collision the fact takes the next number
                count += 1
                numbers = ",".join([f'"{name}":{value}' for name, value in fact.items() if name != "kind"])
                body = f'{{"kind":"{fact["kind"]}",{numbers},"id":"{count}","sid":"s"}}'
                code, _ = engine.assert_fact(ruleset, body)
                if code in (_STORED, _NOT_WANTED):
                    return
                if code != _SEEN:
                    raise RulesFailed(f"assert: error {code}")
            raise RulesFailed("no free id")

        code, state = engine.assert_fact(ruleset, '{"$boot": 1, "id": "0", "sid": "s"}')
        if code != _STORED:
            raise RulesFailed(f"boot: error {code}")
        if engine.start_action_for_state(ruleset, state):  # a state nothing fired in cannot be deleted
            engine.complete_and_start_action(ruleset, state)
        for fact in facts:
            put(fact)
        most = _MOST_FIRINGS_A_FACT * (count + 1)
        begun = engine.start_action_for_state(ruleset, state)
        match = begun[1] if begun else None
        firings = 0
        while match:
            firings += 1
            if firings > most:
                raise RulesFailed("the rules do not come to rest")
            told = _MATCH.match(match)
            if told is None:
                raise RulesFailed(f"a match that cannot be read: {match[:200]}")
            for fact in fired(told[1], int(told[2])):
                put(fact)
            match = engine.complete_and_start_action(ruleset, state)
        return firings


def definition() -> dict[str, Any]:
    """The rule table in durable-rules' own form: pure data."""
    rules: dict[str, Any] = {"$boot": {"all": [{"m": {"$boot": 1}}]}}
    for priority, rule in enumerate(RULES, start=1):
        conditions: list[dict[str, Any]] = [] if rule.kind == "leaf" else [{"kind": rule.kind}]
        conditions += [{f: v} if op == "==" else {_OPERATORS[op]: {f: v}} for f, op, v in rule.when]
        pattern = {"$and": conditions} if len(conditions) > 1 else conditions[0]
        rules[rule.id] = {"all": [{"m": pattern}], "pri": priority}
    rules["$end"] = {"all": [{"m": {"$and": [{"$never": 1}, {"$never2": 1}]}}]}  # a false last rule reads past the end
    return rules


_session: Session | None = None
_unavailable: str = ""


def session() -> Session | None:
    """The process's session; None where durable-rules cannot be imported."""
    global _session, _unavailable
    if _session is None and not _unavailable:
        try:
            _session = Session()
        except RulesUnavailable as error:
            _unavailable = str(error)
    return _session
