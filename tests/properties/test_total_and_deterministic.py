"""Laws 1 and 2: there is always exactly one answer, and always the same one."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rulecheck.engine.evaluate import evaluate
from rulecheck.engine.testing.pick import Pick
from rulecheck.engine.verdict import RANK

from tests.generators import Case, cases, read
from tests.generators.cases import picks
from tests.properties.canonical import evaluation_text, skeleton, verdicts
from tests.properties.laws import examples, judge

ROOT = Path(__file__).parents[2]
GROUPS = ("measurements", "events", "forecasts", "assessments")
FAR_DAYS = (date.min, date(1900, 2, 28), date(2024, 2, 29), date(2031, 1, 1), date.max)


@examples(400)
@given(cases())
def test_law_01_total(case: Case) -> None:
    """Any valid plan and facts give exactly one verdict per target, and every point of the plan lies in one bucket."""
    found = judge(case)
    assert [v.target.id for v in found.verdicts] == [t.id for t in case.plan.version_on(case.as_of).targets]
    for v in found.verdicts:
        assert v.verdict in RANK
        assert v.definitive == (v.verdict in ("fulfilled", "missed"))
        assert v.step.evidence in ("complete", "partial", "overdue", "conflicting", "none")
        assert (v.since is None) or v.definitive
        assert not (v.needed and v.definitive)
    points = found.score
    assert points.total == points.fulfilled + points.open + points.missed
    assert points.fulfilled <= points.graduated <= points.total
    assert points.total == sum(score.total for _, score in found.goals)
    if case.plan.version_on(case.as_of).weighted:
        assert points.total == 100


@examples(150)
@given(cases(), st.sampled_from(FAR_DAYS), st.sampled_from((None, *FAR_DAYS)))
def test_law_01_total_on_any_day(case: Case, as_of: date, known_at: date | None) -> None:
    """There is an answer for the first and the last day of the calendar too."""
    assert set(verdicts(evaluate(case.plan, case.facts, as_of, known_at)).values()) <= set(RANK)


@examples(300)
@given(cases(), picks())
def test_law_02_deterministic_whatever_the_order_and_repetitions(case: Case, pick: Pick) -> None:
    """The same facts in another order, some of them repeated, give the same bytes and the same hash of the facts."""
    data = dict(case.facts_data)
    for group in GROUPS:
        rows = data.get(group, [])
        data[group] = pick.shuffled([*rows, *pick.some(rows)])
    data = {key: data[key] for key in pick.shuffled(list(data))}
    again = read(data, case.plan)
    assert again.sha256 == case.facts.sha256
    assert evaluation_text(evaluate(case.plan, again, case.as_of, case.known_at)) == evaluation_text(judge(case))


@examples(200)
@given(cases(), picks())
def test_law_02_deterministic_duplicates_from_another_source_are_harmless(case: Case, pick: Pick) -> None:
    """Equal duplicates are harmless, whatever their source (semantics §3)."""
    data = dict(case.facts_data)
    for group in GROUPS:
        rows = data.get(group, [])
        data[group] = [*rows, *({**row, "source": "another register", "note": "copied"} for row in pick.some(rows))]
    again = evaluate(case.plan, read(data, case.plan), case.as_of, case.known_at)
    assert skeleton(again) == skeleton(judge(case))


def digest(**environment: str) -> str:
    """The hash of many evaluations, made by a fresh process in this environment."""
    command = [sys.executable, "-m", "tests.properties.digest", "120"]
    env = {**os.environ, **environment}
    found = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True, timeout=120)
    return found.stdout.strip()


@pytest.fixture(scope="module")
def plain_digest() -> str:
    return digest(PYTHONHASHSEED="0", TZ="UTC", LC_ALL="C")


@pytest.mark.uncovered
@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "da_DK.UTF-8"},
        {"PYTHONHASHSEED": "4242", "TZ": "America/Nuuk", "LC_ALL": "tr_TR.UTF-8", "PYTHONUTF8": "1"},
    ],
)
def test_law_02_deterministic_in_any_process(plain_digest: str, environment: dict[str, str]) -> None:
    """Neither the hash seed nor the time zone nor the locale changes a byte."""
    assert len(plain_digest) == 64
    assert digest(**environment) == plain_digest
