"""Bad input of many megabytes: what is done grows with what is shown, not with what is wrong. Work is counted, not time."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from rulecheck.engine.version import VERSION
from rulecheck.facts import problem
from rulecheck.facts.documents import json_document, json_places
from rulecheck.facts.documents.json_document import read_json
from rulecheck.facts.problem import InvalidFacts
from rulecheck.facts.read_facts import read_facts
from rulecheck.facts.rows import report
from rulecheck.rules.library import load_plan

MANY = 20_000
PLAN = "dk-politiet-2024"
WRONG: dict[str, dict[str, Any]] = {
    "rows": {"events": [{"event": "strategy_presented", "date": "2024-02-30"}] * MANY},
    "names": {"events": [{"event": f"strategy_present{n}", "date": "2024-02-03"} for n in range(MANY)]},
    "keys": {f"evets{n}": 1 for n in range(MANY)},
    "keys of a row": {"events": [{"event": "strategy_presented", "date": "2024-02-03", **{f"dat{n}": 1 for n in range(MANY)}}]},
    "duties": {"calendar": {f"due{n}": [] for n in range(MANY)}},
    "numbers": {"measurements": [{"measure": "case_days", "period": "2024", "value": "9" * 31}] * MANY},
}  # fmt: skip


def counted(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> Callable[[], int]:
    """How often a function is called."""
    calls = 0
    honest = getattr(module, name)

    def counting(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        return honest(*arguments, **named)

    monkeypatch.setattr(module, name, counting)
    return lambda: calls


def refused(content: str) -> InvalidFacts:
    with pytest.raises(InvalidFacts) as found:
        read_facts(read_json(content.encode(), "f.json"), load_plan(PLAN, VERSION).vocabulary)
    return found.value


@pytest.mark.uncovered
@pytest.mark.parametrize("name", WRONG)
def test_places_and_guesses_are_worked_out_for_what_is_shown(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    walks, guesses = counted(monkeypatch, json_places, "_walk"), counted(monkeypatch, report, "nearest")
    error = refused(json.dumps({"plan": PLAN, **WRONG[name]}))
    assert len(error.problems) == MANY
    assert walks() == guesses() == 0, "nothing is looked up before somebody looks"
    shown = error.problems[:50]
    assert len(shown) == 50
    assert all(p.place.line == 1 and p.place.column > 1 for p in shown)
    assert walks() <= 4 * 50 + 2
    assert guesses() <= 50


def test_everything_that_is_wrong_can_be_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    guesses = counted(monkeypatch, report, "nearest")
    error = refused(json.dumps({"plan": PLAN, **WRONG["names"]}))
    problems = list(error.problems)
    assert len({p.place for p in problems}) == MANY
    assert problems[0].remedy == "did you mean `{guess}`?"
    assert guesses() == report.GUESSED
    assert problems[-1].remedy == "known are: {known}"


def test_names_given_twice_are_numbered_once() -> None:
    repeated = ", ".join(['"a": 1'] * MANY)
    error = refused(f'{{"plan": "{PLAN}", {repeated}}}')
    assert len(error.problems) == MANY  # one name too many for each but the first, and one unknown key
    assert error.problems[0].place == error.problems[-1].place


def test_a_word_of_megabytes_is_compared_with_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    import difflib

    compared = counted(monkeypatch, difflib, "get_close_matches")
    assert problem.nearest("x" * 3_000_000, ["strategy_presented", "polsas_in_use"]) is None
    assert compared() == 0
    assert problem.nearest("strategy_presentd", ["strategy_presented", "polsas_in_use"]) == "strategy_presented"


def test_a_truncated_file_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    reads = counted(monkeypatch, json_document.json, "loads")
    row = '{"event": "strategy_presented", "date": "2024-02-03"}, '
    error = refused(f'{{"plan": "{PLAN}", "events": [' + row * MANY)
    assert [p.message for p in error.problems] == ["this is not JSON: {error}"]
    assert reads() == 1
