"""Wrong versions of any plan can be judged, and judging only what a version changes gives what judging all gives."""

from collections import Counter

from hypothesis import given
from rulecheck.engine.evaluate import evaluate
from rulecheck.engine.mutation.plans import mutants, with_target, with_version
from rulecheck.engine.reference import Day, reference_verdicts

from tests.generators import Case, cases
from tests.properties.laws import examples


@given(cases())
@examples(40)
def test_every_wrong_version_is_another_plan_the_two_minds_agree_on(case: Case) -> None:
    """Each is named once; each can be judged; and judging one target again gives what judging the whole plan gives."""
    plan = case.plan
    found = mutants(plan)
    assert [key for key, n in Counter(m.key for m in found).items() if n > 1] == []
    day = Day(plan, case.facts, case.as_of, case.known_at)
    assert day.verdicts == reference_verdicts(plan, case.facts, case.as_of, case.known_at)
    for mutant in found[:: max(1, len(found) // 6)]:
        wrong = mutant.plan or with_version(plan, 0, with_target(plan.versions[0], mutant.target))  # type: ignore[arg-type]
        judged = evaluate(wrong, case.facts, case.as_of, case.known_at)
        verdicts = {verdict.target.id: verdict.verdict for verdict in judged.verdicts}
        if mutant.target is not None:
            assert {**day.verdicts, **day.verdicts_with(mutant.target)} == verdicts, mutant.name
