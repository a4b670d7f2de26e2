"""The rules engine as it is used here: what it is given, what it may not do, and life without it."""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from rulecheck.engine import session as sessions
from rulecheck.engine.evaluate import evaluate
from rulecheck.engine.forward import judge
from rulecheck.engine.interpreter import Interpreter
from rulecheck.engine.ruleset import BY_ID, RULES
from rulecheck.engine.session import RULES_ENGINE, RulesFailed, Session, definition, session
from rulecheck.engine.version import VERSION
from rulecheck.facts.documents.json_document import read_json as read_document
from rulecheck.facts.read_facts import read_facts
from rulecheck.rules.library import load_plan

ROOT = Path(__file__).parent.parent
FACTS = ROOT / "examples" / "dk-politiet-2024" / "2024-Q4.json"


class Engine:
    """Stands in for the C extension and returns an error code on the n-th assertion."""

    def __init__(self, codes: Iterable[int]) -> None:
        self.codes = iter(codes)
        self.deleted = 0
        self.asserted: list[Mapping[str, Any]] = []

    def assert_fact(self, _: object, body: str) -> tuple[int, int]:
        self.asserted.append(json.loads(body))
        return next(self.codes, 0), 0

    def start_action_for_state(self, *_: object) -> None:
        return None

    def delete_state(self, *_: object) -> None:
        self.deleted += 1


def with_codes(*codes: int) -> tuple[Session, Engine]:
    made = object.__new__(Session)
    engine = Engine(codes)
    real = Session()
    made._engine, made._lock, made._ruleset = engine, real._lock, 0
    return made, engine


def test_the_release_measured_is_the_one_installed() -> None:
    assert f"durable-rules {version('durable-rules')}" == RULES_ENGINE


def test_the_version_is_the_packages() -> None:
    assert version("target-rulecheck") == VERSION


def test_the_rule_set_stays_within_the_safe_subset() -> None:
    rules = definition()
    assert next(iter(rules)) == "$boot"
    assert list(rules)[-1] == "$end"
    for rule in RULES:
        assert all(isinstance(value, int) and not isinstance(value, bool) for _, _, value in rule.when), rule.id
        assert len(rules[rule.id]["all"]) == 1, "one pattern: no joins"
    text = json.dumps(rules)
    assert not any(word in text for word in ('"$or"', '"any"', '"none"', '"$not"', "$nex", "$add", "$sub"))


def test_rule_ids_are_distinct() -> None:
    assert len(BY_ID) == len(RULES)


@pytest.mark.parametrize("error", [303, 304, 312, -1])
def test_an_error_of_the_extension_ends_the_evaluation_and_deletes_its_state(error: int) -> None:
    made, engine = with_codes(0, 0, error)
    with pytest.raises(RulesFailed, match=str(error)):
        made.run([{"kind": "leaf", "n": 0}, {"kind": "leaf", "n": 1}], lambda *_: ())
    assert engine.deleted == 1


def test_a_failed_boot_ends_the_evaluation() -> None:
    made, _ = with_codes(5)
    with pytest.raises(RulesFailed, match="boot"):
        made.run([], lambda *_: ())


def test_a_collision_of_ids_takes_the_next_number() -> None:
    made, engine = with_codes(0, 2, 2, 0)
    made.run([{"kind": "leaf", "n": 7}], lambda *_: ())
    assert [fact["id"] for fact in engine.asserted] == ["0", "1", "2", "3"]


def test_collisions_without_end_are_an_error() -> None:
    made, _ = with_codes(0, *[2] * 20)
    with pytest.raises(RulesFailed, match="free id"):
        made.run([{"kind": "leaf", "n": 7}], lambda *_: ())


def test_rules_that_never_rest_are_stopped() -> None:
    real = session()
    assert real is not None
    fact = {"kind": "combination", "n": 0, "spare_fulfilled": -1, "spare_on_track": -1, "spare_at_risk": -1}
    with pytest.raises(RulesFailed, match="rest"):
        real.run([fact], lambda *_: [fact])
    assert real.run([fact], lambda *_: []) == 1


def test_the_interpreter_builds_the_same_proofs() -> None:
    from rulecheck.engine.findings import Setting, find
    from rulecheck.facts.timeline import view
    from rulecheck.rules.criteria import leaves

    plan = load_plan("dk-politiet-2024", VERSION)
    facts, _ = read_facts(read_document(FACTS.read_bytes(), "facts"), plan.vocabulary)
    targets = plan.versions[0].targets
    engine = session()
    assert engine is not None
    for day in (date(2024, 2, 1), date(2024, 9, 30), date(2025, 2, 1)):
        setting = Setting(plan, view(facts, day, None), facts.calendar, {})
        found = {leaf.path: find(leaf, t.risks, setting) for t in targets for leaf in leaves(t.criterion)}
        assert judge(targets, found, engine) == judge(targets, found, Interpreter())


def test_a_target_left_without_a_verdict_is_an_error() -> None:
    class Silent:
        def run(self, facts: Iterable[Mapping[str, Any]], fired: Any) -> int:
            return len(list(facts))

    plan = load_plan("dk-politiet-2024", VERSION)
    facts, _ = read_facts(read_document(b'{"plan": "dk-politiet-2024"}', "facts"), plan.vocabulary)
    from rulecheck.engine.findings import Setting, find
    from rulecheck.facts.timeline import view
    from rulecheck.rules.criteria import leaves

    setting = Setting(plan, view(facts, date(2024, 2, 1), None), {}, {})
    targets = plan.versions[0].targets
    found = {leaf.path: find(leaf, t.risks, setting) for t in targets for leaf in leaves(t.criterion)}
    with pytest.raises(RulesFailed, match="without a verdict"):
        judge(targets, found, Silent())


def test_without_durable_rules_the_reference_decides_visibly() -> None:
    code = (
        "import sys; sys.modules['durable_rules_engine'] = None\n"
        "from rulecheck.cli.main import main\n"
        f"main(['evaluate', {str(FACTS)!r}, '--format', 'json', '--lang', 'en'])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT.parent)
    there = json.loads(ran.stdout)
    assert there["engine"]["rules"] == "reference"
    assert "the reference evaluator decides" in ran.stderr
    plan = load_plan("dk-politiet-2024", VERSION)
    facts, _ = read_facts(read_document(FACTS.read_bytes(), "facts"), plan.vocabulary)
    here = evaluate(plan, facts, date(2024, 12, 31))
    assert [v["verdict"] for v in there["verdicts"]] == [v.verdict for v in here.verdicts]


def test_an_unavailable_extension_is_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
    monkeypatch.setattr(sessions, "_session", None)
    monkeypatch.setattr(sessions, "_unavailable", "")
    assert session() is None
    monkeypatch.delitem(sys.modules, "durable_rules_engine")
    assert session() is None


def test_no_state_is_left_after_many_evaluations() -> None:
    """A session that failed and ten thousand that did not leave the next one as it was."""
    real = session()
    assert real is not None

    def bad(_: str, __: int) -> list[dict[str, Any]]:
        raise KeyError("in an action")

    fact = {"kind": "combination", "n": 0, "spare_fulfilled": -1, "spare_on_track": -1, "spare_at_risk": -1}
    with pytest.raises(KeyError, match="in an action"):
        real.run([fact], bad)
    for _ in range(2000):
        seen: list[tuple[str, int]] = []
        assert real.run([fact], lambda rule, n, seen=seen: seen.append((rule, n)) or ()) == 1  # type: ignore[misc]
        assert seen == [("too-many-missed", 0)]
