"""The verdicts as JSON: canonical (sorted keys, no clock, no host, no path), decimals as texts. Schema: formats.md."""

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from rulecheck.cli.language import LANGUAGES, language
from rulecheck.cli.sentences import Sentences
from rulecheck.cli.sentences.readings import readings_data
from rulecheck.cli.sentences.words import met
from rulecheck.engine.amendments import added
from rulecheck.engine.evaluate import Evaluation, Original, TargetVerdict, Withdrawn
from rulecheck.engine.judgements import Judgement
from rulecheck.engine.proof import Step
from rulecheck.engine.readings import readings_of
from rulecheck.engine.score import Score
from rulecheck.engine.settled import gaps
from rulecheck.engine.version import VERSION
from rulecheck.facts.quantity import Exact, exact, plain, terminates
from rulecheck.rules.criteria import horizon
from rulecheck.rules.plan import Parameter

SCHEMA = "rulecheck/verdicts/1"
Data = dict[str, Any]


def render_json(evaluation: Evaluation, shown: list[TargetVerdict], _: Sentences, *, robust: bool = False) -> str:
    """The whole document: one line a key, and one line a verdict, goal and breach. ``robust`` adds how firm each is."""
    data = document(evaluation, shown)
    if robust:
        from rulecheck.cli.outlook import firm_data
        from rulecheck.engine.robustness import robustness

        for row, verdict in zip(data["verdicts"], shown, strict=True):
            row["robustness"] = firm_data(robustness(evaluation, verdict))
    return lines_of(data)


def lines_of(data: Data) -> str:
    """Canonical JSON, broken only between the entries of the outermost object and of the lists in it.

    Not indented: the standard library indents in Python, which costs a tenth of a whole evaluation.
    """

    def compact(value: object) -> str:
        return json.dumps(value, ensure_ascii=False, sort_keys=True)

    parts = []
    for key in sorted(data):
        value = data[key]
        if isinstance(value, list) and value:
            rows = ",\n    ".join(compact(row) for row in value)
            parts.append(f"{compact(key)}: [\n    {rows}\n  ]")
        else:
            parts.append(f"{compact(key)}: {compact(value)}")
    return "{\n  " + ",\n  ".join(parts) + "\n}\n"


def render_jsonl(evaluation: Evaluation, shown: list[TargetVerdict], _: Sentences) -> str:
    """One verdict a line."""
    speakers = speakers_of(evaluation)
    rows = (
        {"as_of": evaluation.as_of.isoformat(), "plan": evaluation.plan.id, **verdict}
        for verdict in _verdicts(evaluation, shown, speakers)
    )
    return "".join(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n" for row in rows)


def document(evaluation: Evaluation, shown: list[TargetVerdict]) -> Data:
    """The verdicts as plain data."""
    speakers = speakers_of(evaluation)
    plan = evaluation.plan
    return {
        "schema": SCHEMA,
        "plan": {"id": plan.id, "version": evaluation.version.id, "sha256": plan.sha256, **_amendment(evaluation)},
        "facts": {"sha256": evaluation.facts.sha256},
        "as_of": evaluation.as_of.isoformat(),
        "known_at": evaluation.known_at.isoformat() if evaluation.known_at else None,
        "engine": {"version": VERSION, "rules": evaluation.rules_engine, "checked_by": "reference"},
        "score": {**score_data(evaluation.score), "unit": "points" if evaluation.version.weighted else "targets"},
        "goals": [{"goal": goal.id, **score_data(score)} for goal, score in evaluation.goals],
        **({"withdrawn": [_withdrawn(w, speakers) for w in evaluation.withdrawn]} if evaluation.signed else {}),
        "verdicts": _verdicts(evaluation, shown, speakers),
        "parameters": _parameters(evaluation),
        "breaches": [
            {**breach, "text": {code: s.breach(breach) for code, s in speakers.items()}}
            for breach in evaluation.breaches
        ],
        **_records(evaluation),
    }


def _parameters(evaluation: Evaluation) -> list[Data]:
    """The parameters the version in force uses: value, source, and whether it comes from the plan or the reader's file."""
    used: dict[str, list[str]] = {}
    for target in evaluation.version.targets:
        for name in target.parameters:
            used.setdefault(name, []).append(target.id)
    return [_parameter(evaluation.plan.parameters[name], targets) for name, targets in sorted(used.items())]


def _parameter(declared: Parameter, targets: list[str]) -> Data:
    value = list(declared.value) if isinstance(declared.value, tuple) else declared.value
    data: Data = {"parameter": declared.name, "value": value, "targets": targets}
    if value is not None:
        data |= {"declared": declared.declared, "source": declared.source, "from": declared.origin}
    if declared.sha256:
        data["sha256"] = declared.sha256
    return data


def _records(evaluation: Evaluation) -> Data:
    """Where the measurements made of case records came from; nothing when there are none."""
    if not evaluation.facts.extracts:
        return {}
    from rulecheck.cli.records import as_data

    return {"records": [as_data(extract) for extract in evaluation.facts.extracts]}


def _amendment(evaluation: Evaluation) -> Data:
    """Of an amended plan: since when the version is in force, why, who decided, and what the plan as signed came to."""
    version, first = evaluation.version, evaluation.plan.versions[0]
    if evaluation.signed is None:
        return {}
    return {
        "in_force_from": version.in_force_from.isoformat(),
        "reason": version.reason,
        "decided_by": version.decided_by,
        "original": {"version": first.id, "score": score_data(evaluation.signed)},
    }


def _original(original: Original, speakers: Mapping[str, Sentences]) -> Data:
    weight = original.judged.target.weight
    return {
        "version": original.version.id,
        "weight": None if weight is None else plain(weight),
        "deadline": horizon(original.judged.target.criterion).isoformat(),
        "verdict": original.verdict,
        "text": {code: s.full(original.judged) for code, s in speakers.items()},
        **_measured(original.judged.step),
    }


def _withdrawn(gone: Withdrawn, speakers: Mapping[str, Sentences]) -> Data:
    return {
        "target": gone.original.judged.target.id,
        "version": gone.version.id,
        "in_force_from": gone.version.in_force_from.isoformat(),
        "reason": gone.reason,
        "decided_by": gone.version.decided_by,
        "original": _original(gone.original, speakers),
    }


def speakers_of(evaluation: Evaluation) -> dict[str, Sentences]:
    """One for each language, for texts that stand in all of them."""
    return {code: Sentences(evaluation.plan, language(code)) for code in LANGUAGES}


def score_data(score: Score) -> Data:
    """Points as JSON: decimals, and what is still reachable."""
    return {
        "total": _plain(score.total),
        "fulfilled": _plain(score.fulfilled),
        "open": _plain(score.open),
        "missed": _plain(score.missed),
        "waived": _plain(score.waived),
        "reachable": [_plain(end) for end in score.reachable],
        "graduated": {"fulfilled": _plain(score.graduated), **_exact(score.graduated)},
    }


def _plain(number: Exact) -> str:
    return plain(exact(Fraction(number)))


def _exact(number: Exact) -> Data:
    if terminates(number):
        return {}
    ratio = Fraction(number)
    return {"exact": f"{ratio.numerator}/{ratio.denominator}"}


def _verdicts(evaluation: Evaluation, shown: list[TargetVerdict], speakers: Mapping[str, Sentences]) -> list[Data]:
    read = readings_of(evaluation)
    rows = []
    for verdict in shown:
        row = _verdict(verdict, evaluation, speakers)
        if verdict.target.id in read:
            row["readings"] = readings_data(read[verdict.target.id])
        rows.append(row)
    return rows


def _verdict(verdict: TargetVerdict, evaluation: Evaluation, speakers: Mapping[str, Sentences]) -> Data:
    target, step = verdict.target, verdict.step
    data: Data = {
        "target": target.id,
        "goal": target.goal,
        "weight": None if target.weight is None else plain(target.weight),
        "verdict": verdict.verdict,
        "definitive": verdict.definitive,
        "evidence": step.evidence,
        "deadline": horizon(target.criterion).isoformat(),
        "risks": list(step.all_risks()),
        "facts": list(step.cited()),
        "needed": [
            {**entry, "text": {code: s.needed(entry) for code, s in speakers.items()}} for entry in verdict.needed
        ],
        "text": {code: s.full(verdict) for code, s in speakers.items()},
        "justification": _justification(step, speakers["en"], target.quote),
        **_measured(step),
    }
    if verdict.definitive and (found := gaps(target.criterion, step.premises[0])):
        data["gaps"] = found
    if verdict.since:
        data["certain_since"] = verdict.since
    if verdict.delivered_late:
        data["delivered_late"] = verdict.delivered_late
    replaced = {fact: list(evaluation.replaced[fact]) for fact in data["facts"] if fact in evaluation.replaced}
    if replaced:
        data["replaced"] = replaced
    if verdict.judgements:
        data["assessments"] = [_assessment(judgement) for judgement in verdict.judgements]
    if verdict.original:
        data["original"] = _original(verdict.original, speakers)
    first = added(evaluation.plan, target.id)
    if first is not None:
        data["added"] = {"version": first.id, "in_force_from": first.in_force_from.isoformat()}
    return data


def _measured(step: Step) -> Data:
    """Value, bound and margin of the criterion: a measure's own, or how many of how many."""
    inner = step
    while inner.data.get("kind") is None and inner.premises:
        inner = inner.premises[0]
    data = inner.data
    match data.get("kind"):
        case "mean" | "share" | "total" | "level" | "figure":
            ends = [data["bound"][end] for end in ("low", "high") if end in data["bound"]]
            found: Data = {
                "value": data.get("value"),
                "bound": ends[0] if len(set(ends)) == 1 else ends or None,
                "margin": data.get("margin"),
            }
            if "exact" in data:
                found["exact"] = data["exact"]
            if "trend" in data:
                found |= {"base": data["trend"].get("value"), "change": data["trend"].get("change")}
            return found
        case "set-change":
            return _listed(data)
        case "milestone":
            return _counted(data["done"], data["count"])
        case "order" | "recurring":
            return _counted(sum(met(data, member) for member in data["members"]), len(data["members"]))
        case "assessment":
            told = data.get("assessment")
            return {"value": told["verdict"] if told else None, "bound": "fulfilled", "margin": None}
        case _:
            return _counted(data["fulfilled"], data["count"])


def _listed(data: Mapping[str, Any]) -> Data:
    """Of the latest list: how many members are new, of none; or how many there are, of those before."""
    latest = data["lists"][-1] if "base" in data and data["lists"] else None
    bound = 0 if data["direction"] == "no-new" else data["size"]
    if latest is None:
        return {"value": None, "bound": None if bound is None else str(bound), "margin": None}
    value = len(latest["new"]) if data["direction"] == "no-new" else latest["size"]
    return {"value": str(value), "bound": str(bound), "margin": str(bound - value)}


def _counted(done: int, needed: int) -> Data:
    return {"value": str(done), "bound": str(needed), "margin": str(done - needed)}


def _assessment(judgement: Judgement) -> Data:
    fact = judgement.fact
    return {
        "fact": fact.id,
        "kind": judgement.kind,
        "verdict": fact.verdict,
        "by": fact.by,
        "date": fact.date.isoformat() if fact.date else None,
        "expires": fact.expires.isoformat() if fact.expires else None,
        "expired": judgement.expired,
        "reason": fact.reason,
    }


def _justification(step: Step, sentences: Sentences, quote: str) -> Data:
    """The proof tree. The quote stands at the top, with the target's own step."""
    data: Data = {
        "claim": f"{step.path}: {step.verdict}",
        "rule": step.rule,
        "evidence": step.evidence,
        "because": sentences.because(step),
        "data": dict(step.data),
        "facts": list(step.facts),
        "risks": list(step.risks),
        "premises": [_justification(premise, sentences, "") for premise in step.premises],
    }
    if quote:
        data["quote"] = quote
    return data
