"""A future that is drawn, turned into facts, is judged the same by the rules of evaluation; chances are what was counted."""

from datetime import date
from itertools import pairwise

from hypothesis import assume, given
from rulecheck.engine.evaluate import Evaluation, evaluate
from rulecheck.engine.futures import Forecast, forecast
from rulecheck.engine.futures.draws import Draws
from rulecheck.engine.futures.judging import FULFILLED
from rulecheck.engine.futures.setting import Futures, futures_of
from rulecheck.engine.futures.worlds import facts_of, outcomes, world_of
from rulecheck.engine.reference import reference_verdicts
from rulecheck.engine.verdict import ORDER

from tests.generators import Case
from tests.generators.histories import histories
from tests.properties.laws import examples, judge

SIZE = 6


def drawn(case: Case) -> tuple[Evaluation, Futures]:
    found = judge(case)
    setting = futures_of(found)
    assume(any(p.node is not None and not p.verdict.definitive for p in setting.prospects))
    return found, setting


@examples(120)
@given(histories())
def test_a_future_is_judged_as_its_facts_are(case: Case) -> None:
    _, setting = drawn(case)
    assume(case.plan.version_on(setting.day) is setting.evaluation.version)
    world = world_of(setting, Draws(7, 0, SIZE))
    found = list(outcomes(setting, world))
    quarter = date.fromordinal((case.as_of.toordinal() + setting.day.toordinal()) // 2)
    for n in range(SIZE):
        facts = facts_of(setting, world, n)
        at_the_end = reference_verdicts(case.plan, facts, setting.day, None)
        if n == 0:  # the rules themselves, with proof and checker, are slower
            whole = evaluate(case.plan, facts, setting.day, None)
            assert {v.target.id: v.verdict for v in whole.verdicts} == at_the_end
        on_the_way = reference_verdicts(case.plan, facts, quarter, None)
        for prospect, outcome in zip(setting.prospects, found, strict=True):
            if outcome is None:
                continue
            target = prospect.verdict.target
            code = outcome.codes if outcome.codes.ndim == 0 else outcome.codes[n]
            since = outcome.since if outcome.since.ndim == 0 else outcome.since[n]
            assert at_the_end[target.id] == ORDER[int(code)], (target.id, n)
            fulfilled = bool(code == FULFILLED and since <= quarter.toordinal())
            assert (on_the_way[target.id] == "fulfilled") == fulfilled, (target.id, n, quarter)


def counted(found: Forecast) -> list[dict[str, int]]:
    return [c.counts for c in found.chances]


@examples(60)
@given(histories())
def test_chances_are_whole_repeatable_and_certain_where_the_verdict_is(case: Case) -> None:
    evaluation, _ = drawn(case)
    before = [(v.verdict, v.step) for v in evaluation.verdicts]
    found = forecast(evaluation, 500, 3)
    assert counted(found) == counted(forecast(evaluation, 500, 3))
    for chances in found.chances:
        if chances.reason is None:
            assert sum(chances.counts.values()) == 500
        else:
            assert chances.counts == {}
            assert not chances.verdict.definitive
        if chances.verdict.definitive:
            assert chances.counts[chances.verdict.verdict] == 500
    for points in (found.points, *(fan.points for fan in found.fan)):
        assert sum(n for _, n in points.counts) == 500
    ways = [fan.points for fan in found.fan] + [found.points]
    for earlier, later in pairwise(ways):  # what is fulfilled for good stays so
        assert all(earlier.at_least(points) <= later.at_least(points) for points, _ in earlier.counts)
    assert [(v.verdict, v.step) for v in evaluation.verdicts] == before
