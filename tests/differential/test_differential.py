"""Ten thousand cases made from seeds: no mismatch, and nothing that a plan can say is left out."""

import pytest
from rulecheck.engine.ruleset import RULES

from tests.differential.campaign import IMPOSSIBLE, Tally, report, tally

CASES = 10_000
LEAST = 50
LEAST_FIRED = 20


@pytest.mark.uncovered
def test_law_14_two_minds_agree_on_ten_thousand_cases() -> None:
    """No case with two verdicts, two proofs, or a proof the checker does not accept; and the cases leave nothing out.

    One test, so that the cases are judged once however many processes the tests run in.
    """
    found = tally(range(CASES))
    assert found.cases == CASES
    assert found.mismatches == []
    every_kind_comes_to_every_verdict(found)
    every_rule_fires(found)
    assert f"tests.differential.campaign {CASES} --from 0" in report(found, 0)


def every_kind_comes_to_every_verdict(found: Tally) -> None:
    """Each kind of criterion comes to each verdict at least fifty times, but for cells that cannot be reached."""
    assert found.thin(LEAST) == {}
    assert [cell for cell in IMPOSSIBLE if found.cells[cell]] == []
    assert len(found.rows()) >= 25


def every_rule_fires(found: Tally) -> None:
    """No rule is there for nothing."""
    fired = {rule.id: found.rules[rule.id] for rule in RULES if rule.kind != "result"}
    assert {rule: times for rule, times in fired.items() if times < LEAST_FIRED} == {}
