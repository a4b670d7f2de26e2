"""Laws that hold of every plan, whatever is in it: 1, 2, 3, 9, 11, 13; and the bounds of law 7. Raise AssertionError.

``evaluate`` itself holds laws 12 and 14: it refuses an evaluation whose proofs the checker cannot re-derive, or whose
verdicts the reference evaluator does not share.
"""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from rulecheck.engine.testing.boundary import boundary
from rulecheck.engine.testing.laws.law import GROUPS, NotApplicable, judged
from rulecheck.engine.testing.strategies import Told, histories, picks, read, told
from rulecheck.facts.facts import Facts
from rulecheck.rules.criteria import Assessed, leaves
from rulecheck.rules.plan import Plan


def verdicts(plan: Plan, facts: Facts, as_of: Any) -> dict[str, str]:
    """The verdict of every target."""
    return {verdict.target.id: verdict.verdict for verdict in judged(plan, facts, as_of).verdicts}


def total(plan: Plan, profile: settings) -> None:
    """1, 12, 14: any facts give exactly one verdict per target, which the reference and the checker share."""

    @profile
    @given(told(plan))
    def law(one: Told) -> None:
        found = verdicts(plan, one.facts, one.as_of)
        assert list(found) == [target.id for target in plan.version_on(one.as_of).targets]

    law()


def deterministic(plan: Plan, profile: settings) -> None:
    """2: the same facts in another order, some of them repeated, give the same verdicts."""

    @profile
    @given(told(plan), picks())
    def law(one: Told, pick: Any) -> None:
        data = dict(one.data)
        for group in GROUPS:
            rows = data.get(group, [])
            data[group] = pick.shuffled([*rows, *pick.some(rows)])
        assert verdicts(plan, read(plan, data), one.as_of) == verdicts(plan, one.facts, one.as_of)

    law()


def impartial(plan: Plan, profile: settings) -> None:
    """3: what is definitive on a day is the same on every later day, when nothing is corrected."""

    @profile
    @given(histories(plan))
    def law(history: Any) -> None:
        settled: dict[str, str] = {}
        version = plan.version_on(history.days[0])
        for day in history.days:
            if plan.version_on(day) is not version:
                break
            found = verdicts(plan, history.facts, day)
            assert {target: found[target] for target in settled} == settled
            settled |= {target: told for target, told in found.items() if told in ("fulfilled", "missed")}

    law()


def boundaries(plan: Plan, _: settings) -> None:
    """7: exactly at the bound holds, one unit beyond fails."""
    version = plan.versions[-1]
    compared = 0
    for target in version.targets:
        for on in (True, False):
            one = boundary(plan, target, on)
            if one is not None and plan.version_on(one.as_of) is version:
                compared += 1
                found = verdicts(plan, one.facts(plan), one.as_of)[target.id]
                side = "on the bound" if on else "one step beyond"
                assert found == one.verdict, f"{target.id} {side}: {found}, not {one.verdict}; {json.dumps(one.data)}"
    if not compared:
        raise NotApplicable("no target has a bound that facts can stand on")


def irrelevance(plan: Plan, profile: settings) -> None:
    """9: where a fact comes from, what is remarked about it, and a waiver of the target change no verdict."""

    @profile
    @given(told(plan))
    def law(one: Told) -> None:
        data: dict[str, Any] = {**one.data}
        for group in GROUPS:
            data[group] = [{**row, "note": "seen"} for row in data.get(group, [])]
        computed = [
            t.id for t in plan.versions[-1].targets if not any(isinstance(p, Assessed) for p in leaves(t.criterion))
        ]
        day = plan.period.first.isoformat()
        waivers = [{"target": t, "verdict": "waived", "by": "-", "date": day, "reason": "-"} for t in computed]
        data["assessments"] = [*(row for row in data["assessments"] if row["target"] not in computed), *waivers]
        assert verdicts(plan, read(plan, data), one.as_of) == verdicts(plan, one.facts, one.as_of)

    law()


def no_evidence(plan: Plan, profile: settings) -> None:
    """11: without a single fact no target is fulfilled, on any day."""

    @profile
    @given(st.dates(plan.period.first, plan.period.last.replace(year=plan.period.last.year + 1, day=1)))
    def law(day: Any) -> None:
        found = verdicts(plan, read(plan, {"plan": plan.id}), day)
        assert "fulfilled" not in found.values()

    law()


def replay(plan: Plan, profile: settings) -> None:
    """13: facts that are written and read again give the same verdicts and the same hash."""

    @profile
    @given(told(plan))
    def law(one: Told) -> None:
        again = read(plan, json.loads(json.dumps(one.data, sort_keys=True)))
        assert verdicts(plan, again, one.as_of) == verdicts(plan, one.facts, one.as_of)
        assert again.sha256 == one.facts.sha256

    law()
