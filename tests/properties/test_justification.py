"""Laws 12 and 13: a proof stands on what it cites, and whatever is written reads as what it was."""

import json
from datetime import date, timedelta
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st
from rulecheck.engine.checker import check
from rulecheck.engine.evaluate import Evaluation, evaluate
from rulecheck.engine.proof import Step
from rulecheck.engine.testing.pick import Pick
from rulecheck.facts.facts import Facts
from rulecheck.rules import cache
from rulecheck.rules.plan import Plan, Target
from rulecheck.rules.yaml_document import read_yaml

from tests.generators import Case, cases, read
from tests.generators.cases import picks
from tests.generators.plans import built
from tests.properties.canonical import dump, evaluation_text, facts_data, step_data, step_of
from tests.properties.laws import changed, examples, judge
from tests.properties.tampering import tampered

# --- 12. closed justification ---


def only_cited(facts: Facts, cited: set[str]) -> Facts:
    """The facts a proof cites, and the calendar."""
    groups = ("measurements", "lists", "events", "forecasts", "assessments")
    return changed(facts, **{g: tuple(f for f in getattr(facts, g) if f.id in cited) for g in groups})  # type: ignore[no-any-return]


def cited_with_others(target: Target, found: Evaluation) -> set[str]:
    """What the proof of a target cites, and what the proofs of the targets it depends on cite."""
    steps = {v.target.id: v for v in found.verdicts}
    cited = set(steps[target.id].step.cited())
    for other in target.depends_on:
        cited |= cited_with_others(steps[other].target, found)
    return cited


@examples(200)
@given(cases())
def test_law_12_closed_justification(case: Case) -> None:
    """The facts a proof cites (with those of the targets it depends on) are enough to come to the same verdict."""
    found = judge(case)
    for v in found.verdicts:
        facts = only_cited(case.facts, cited_with_others(v.target, found))
        again = evaluate(case.plan, facts, case.as_of, case.known_at)
        assert next(w.verdict for w in again.verdicts if w.target.id == v.target.id) == v.verdict, v.target.id


def proofs(found: Evaluation) -> tuple[dict[str, Target], dict[str, Step]]:
    return {v.target.id: v.target for v in found.verdicts}, {v.target.id: v.step for v in found.verdicts}


@examples(200)
@given(cases())
def test_law_12_a_proof_is_checked_without_the_program_that_made_it(case: Case) -> None:
    """Written as JSON and read again, with only the cited facts at hand, every proof is accepted."""
    targets, steps = proofs(judge(case))
    written = json.loads(dump({name: step_data(step) for name, step in steps.items()}))
    read_again = {name: step_of(step) for name, step in written.items()}
    facts = only_cited(case.facts, {fact for step in steps.values() for fact in step.cited()})
    assert check(case.plan, targets, read_again, facts, case.as_of, case.known_at) == []


@examples(1200)
@given(cases(), picks())
def test_law_12_a_tampered_proof_is_rejected(case: Case, pick: Pick) -> None:
    """Another verdict, rule, evidence, number, day or fact, a piece or premise less or twice: the checker objects.

    A rule is exchanged for one that concludes another verdict (two rules may both hold and conclude the same one); what
    is left out is something the verdict rests on.
    """
    targets, steps = proofs(judge(case))
    assume(steps)
    name = pick.among(list(steps))
    made = tampered(steps[name], pick)
    assume(made is not None and made[1] != steps[name])
    assert made is not None
    what, proof = made
    assert check(case.plan, targets, {**steps, name: proof}, case.facts, case.as_of, case.known_at), what


@examples(200)
@given(cases(), picks())
def test_law_12_a_proof_of_other_facts_is_rejected(case: Case, pick: Pick) -> None:
    """A proof does not hold when one of the facts it cites is not there, or was not known yet."""
    targets, steps = proofs(judge(case))
    cited = sorted({fact for step in steps.values() for fact in step.cited()})
    assume(cited)
    facts = only_cited(case.facts, set(cited) - {pick.among(cited)})
    assert check(case.plan, targets, steps, facts, case.as_of, case.known_at)
    reported = [f.reported for f in case.facts.by_id().values() if f.id in cited and f.reported]
    if reported:
        early = min(reported) - timedelta(1)
        assert check(case.plan, targets, steps, case.facts, case.as_of, early)


def small(required: dict[str, Any], **more: Any) -> Plan:
    goals = [{"goal": "g", "targets": [{"target": "t", "require": required}]}]
    return built({"plan": "p", "period": "2024", "goals": goals, **more})


def test_law_12_a_judgement_of_a_later_day_is_rejected() -> None:
    plan = small({"assessment": "the board", "by": "2024-12-31"})
    made = {"target": "t", "verdict": "fulfilled", "by": "the board", "date": "2024-06-02"}
    facts = read({"plan": "p", "assessments": [made]}, plan)
    targets, steps = proofs(evaluate(plan, facts, date(2024, 6, 2)))
    assert check(plan, targets, steps, facts, date(2024, 6, 2), None) == []
    (wrong,) = check(plan, targets, steps, facts, date(2024, 6, 1), None)
    assert "was made later" in wrong


def test_law_12_what_is_required_and_came_later_is_rejected() -> None:
    plan = small({"milestone": "opened", "by": "2024-12-31"}, dependencies=[{"before": "built", "then": "opened"}])
    days = ("2024-03-01", "2024-05-01")
    early, late = (
        read(
            {"plan": "p", "events": [{"event": "built", "date": day}, {"event": "opened", "date": "2024-04-01"}]}, plan
        )
        for day in days
    )
    targets, steps = proofs(evaluate(plan, early, date(2024, 6, 1)))
    assert steps["t"].verdict == "fulfilled"
    assert check(plan, targets, steps, early, date(2024, 6, 1), None) == []
    assert check(plan, targets, steps, late, date(2024, 6, 1), None)


# --- 13. replay ---


def plain_plan(plan: Plan) -> str:
    """Everything a plan says, as text."""
    return repr(plain(plan))


def plain(value: Any) -> Any:
    """Frozen data as plain lists, so that equal texts mean equal data."""
    if hasattr(value, "_asdict"):
        return [type(value).__name__, *(plain(v) for v in value._asdict().values())]
    if hasattr(value, "__attrs_attrs__"):
        return [type(value).__name__, *(plain(getattr(value, a.name)) for a in value.__attrs_attrs__)]
    if isinstance(value, dict):
        return sorted((str(k), plain(v)) for k, v in value.items())
    if isinstance(value, (frozenset, set)):
        return sorted(map(repr, value))
    return [plain(v) for v in value] if isinstance(value, (list, tuple)) else repr(value)


def block(value: Any, indent: int = 0) -> str:
    """Plan data as a YAML document in block style, as people write one."""
    space = "  " * indent
    if isinstance(value, dict):
        return "".join(f"{space}{k}:{below(v, indent)}" for k, v in value.items()) or f"{space}{{}}\n"
    return "".join(f"{space}-{below(v, indent)}" for v in value) or f"{space}[]\n"


def below(value: Any, indent: int) -> str:
    if isinstance(value, str):
        return f" {json.dumps(value)}\n"
    return f"\n{block(value, indent + 1)}" if value else f" {'{}' if isinstance(value, dict) else '[]'}\n"


@examples(100)
@given(cases())
def test_law_13_replay_of_plans(case: Case) -> None:
    """A plan written as YAML, in block style or as JSON, reads as the same plan data and the same plan."""
    for text in (block(case.plan_data), json.dumps(case.plan_data)):
        data, _ = read_yaml(text.encode(), "plan.yaml")
        assert data == case.plan_data
        assert plain_plan(built(data)) == plain_plan(case.plan)


@examples(50)
@given(case=cases())
def test_law_13_replay_of_cached_plans(case: Case, tmp_path_factory: Any) -> None:
    """Plan data that was kept in the cache comes back as it was."""
    import os

    folder = tmp_path_factory.mktemp("cache")
    before = os.environ.get("RULECHECK_CACHE_DIR")
    os.environ["RULECHECK_CACHE_DIR"] = str(folder)
    try:
        cache.store("0" * 64, "1", case.plan_data)
        assert cache.load("0" * 64, "1") == case.plan_data
        assert cache.load("0" * 64, "2") is None
    finally:
        if before is None:
            del os.environ["RULECHECK_CACHE_DIR"]
        else:
            os.environ["RULECHECK_CACHE_DIR"] = before


@examples(400)
@given(cases())
def test_law_13_replay_of_facts(case: Case) -> None:
    """Facts written as a facts file read as the same facts, with the same ids and the same hash."""
    again = read(facts_data(case.facts, ids=False), case.plan)
    assert again.sha256 == case.facts.sha256
    assert facts_text(again) == facts_text(case.facts)


@examples(200)
@given(cases())
def test_law_13_replay_of_facts_with_their_ids(case: Case) -> None:
    """Written with the ids they were given, facts keep them, and every verdict stays."""
    again = read(facts_data(case.facts), case.plan)
    assert facts_text(again) == facts_text(case.facts)
    text = evaluation_text(judge(case)).replace(case.facts.sha256, again.sha256)
    assert evaluation_text(evaluate(case.plan, again, case.as_of, case.known_at)) == text


@examples(200)
@given(cases())
def test_law_13_nothing_is_lost_in_reading(case: Case) -> None:
    """Everything the rows of a facts file say stands in the facts that were read, and nothing else."""
    written = facts_data(case.facts, ids=False)
    for group in ("measurements", "events", "forecasts", "assessments"):
        told = {dump(said(row)) for row in case.facts_data.get(group, [])}
        assert {dump(said(row)) for row in written[group]} == told


def said(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its numbers and members in one notation, and without what is said by default."""
    numbers = ("total", "count", "numerator", "denominator", "value")
    row = {key: str(value) if key in numbers else value for key, value in row.items()}
    if row.get("members"):  # a list of members is a set
        row["members"] = sorted(row["members"])
    if row.get("withdrawn"):  # what is taken back has no content any more
        row = {key: value for key, value in row.items() if key not in (*numbers, "expected", "members", "from")}
    if "target" in row:
        row.setdefault("reported", row.get("date"))
    return {key: value for key, value in row.items() if value not in ("", {}, None)}


def facts_text(facts: Facts) -> str:
    """Everything facts say, but for where they stand in their file."""
    groups = (facts.measurements, facts.lists, facts.events, facts.forecasts, facts.assessments)
    rows = [sorted(repr(plain(changed(fact, index=("", 0)))) for fact in group) for group in groups]
    return repr((rows, facts.plan, facts.as_of, sorted(facts.calendar.items())))


@examples(200)
@given(cases())
def test_law_13_replay_of_verdicts(case: Case) -> None:
    """Verdicts and proofs are valid JSON that reads and writes as the same bytes."""
    text = evaluation_text(judge(case))
    assert dump(json.loads(text)) == text
    for v in judge(case).verdicts:
        data = json.loads(dump(step_data(v.step)))
        assert dump(step_data(step_of(data))) == dump(step_data(v.step))


@examples(100)
@given(st.text(max_size=40))
def test_law_13_replay_of_texts(text: str) -> None:
    """Any text a source, remark or quote can hold comes back as it was."""
    plan = built({"plan": "p", "period": "2024", "goals": [{"goal": "1", "targets": [{"target": "1"}]}],
                  "measures": {"visits": {"kind": "total"}}})  # fmt: skip
    row = {"measure": "visits", "period": "2024", "total": 1, "source": text, "note": text}
    assume(text.encode("utf-8", "replace").decode() == text)
    facts = read({"measurements": [row]}, plan)
    assert facts.measurements[0].source == facts.measurements[0].note == text
    assert facts_text(read(facts_data(facts, ids=False), plan)) == facts_text(facts)
