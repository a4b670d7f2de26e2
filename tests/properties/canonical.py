"""Proofs, evaluations and facts as canonical JSON: equal texts mean equal things."""

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from rulecheck.engine.evaluate import Evaluation
from rulecheck.engine.proof import Step
from rulecheck.facts.facts import Assessment, Event, Fact, Facts, Forecast, Listing, Measurement
from rulecheck.facts.quantity import Exact, plain, terminates

Data = dict[str, Any]


def dump(value: Any) -> str:
    """Canonical JSON: sorted keys, no blanks. Whatever is not plain data is refused."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def step_data(step: Step) -> Data:
    """A proof as plain data."""
    return {
        "path": step.path,
        "verdict": step.verdict,
        "rule": step.rule,
        "evidence": step.evidence,
        "data": step.data,
        "facts": step.facts,
        "risks": step.risks,
        "premises": [step_data(premise) for premise in step.premises],
    }


def step_of(data: Mapping[str, Any]) -> Step:
    """The proof that was written as plain data."""
    return Step(
        data["path"], data["verdict"], data["rule"], data["evidence"], data["data"],
        tuple(data["facts"]), tuple(data["risks"]), tuple(step_of(premise) for premise in data["premises"]),
    )  # fmt: skip


def evaluation_text(found: Evaluation) -> str:
    """Everything an evaluation says, as one canonical text."""
    return dump(
        {
            "plan": [found.plan.id, found.version.id, found.plan.sha256],
            "facts": found.facts.sha256,
            "as_of": found.as_of.isoformat(),
            "known_at": found.known_at.isoformat() if found.known_at else None,
            "verdicts": [
                {
                    "target": v.target.id,
                    "step": step_data(v.step),
                    "needed": v.needed,
                    "since": v.since,
                    "delivered_late": v.delivered_late,
                    "judgements": [(j.fact.id, j.kind, j.expired) for j in v.judgements],
                    "original": step_data(v.original.judged.step) if v.original else None,
                }
                for v in found.verdicts
            ],
            "score": score_data(found.score),
            "waived": str(found.score.waived),
            "goals": [[goal.id, score_data(score)] for goal, score in found.goals],
            "breaches": found.breaches,
            "replaced": found.replaced,
        }
    )


def score_data(score: Any) -> list[str]:
    return [str(points) for points in (score.total, score.fulfilled, score.open, score.missed, score.graduated)]


def verdicts(found: Evaluation) -> dict[str, str]:
    """The verdict of each target."""
    return {v.target.id: v.verdict for v in found.verdicts}


def skeleton(found: Evaluation) -> list[tuple[object, ...]]:
    """What is concluded at every step of every proof, without the facts it rests on."""
    return [(s.path, s.verdict, s.rule, s.evidence, s.risks) for v in found.verdicts for s in v.step.walk()]


# --- facts, written again ---


def facts_data(facts: Facts, *, ids: bool = True) -> Data:
    """Facts as the data of a facts file that reads as the same facts; without ``ids`` they are made again."""
    data: Data = {"plan": facts.plan, "as_of": facts.as_of.isoformat() if facts.as_of else None}
    data["measurements"] = [_measurement(fact) for fact in facts.measurements] + [_list(fact) for fact in facts.lists]
    data["events"] = [_event(fact) for fact in facts.events]
    data["forecasts"] = [_forecast(fact) for fact in facts.forecasts]
    data["assessments"] = [_assessment(fact) for fact in facts.assessments]
    data["calendar"] = {name: [day.isoformat() for day in days] for name, days in facts.calendar.items()}
    if not ids:
        for row in (row for group in data.values() if isinstance(group, list) for row in group):
            del row["id"]
    return data


def _common(fact: Fact) -> Data:
    given: Data = {
        "id": fact.id,
        "reported": fact.reported.isoformat() if fact.reported else None,
        "source": fact.source,
        "by": fact.by,
        "note": fact.note,
        "status": "preliminary" if fact.preliminary else None,
        "withdrawn": fact.withdrawn or None,
        "dimensions": dict(fact.dimensions),
    }
    return {key: value for key, value in given.items() if value}


def _measurement(fact: Measurement) -> Data:
    data: Data = {**_common(fact), "measure": fact.measure}
    kind = KINDS[fact.measure]
    if kind == "level":
        data["at"] = fact.period.last.isoformat()
    else:
        data["period"] = fact.period.label
    if fact.withdrawn:
        return data
    sums, volume = {"mean": ("total", "count"), "share": ("numerator", "denominator")}.get(kind, ("total", ""))
    if fact.value is not None:
        data["value"] = _as_written(fact)
    elif fact.amount is not None:
        data[sums] = _text(fact.amount)
    if volume and fact.volume is not None:
        data[volume] = _text(fact.volume)
    return data


def _list(fact: Listing) -> Data:
    data: Data = {**_common(fact), "measure": fact.measure, "at": fact.at.isoformat()}
    if fact.withdrawn:
        return data
    return {**data, "members": list(fact.members), "from": {member: list(names) for member, names in fact.origins}}


def _as_written(fact: Measurement) -> str:
    """A value with as many decimals as it was given with, which its step remembers."""
    assert fact.value is not None
    step = Fraction(fact.step) / (fact.volume or 1)
    text = _text(fact.value)
    digits = len(str(1 / step)) - 1 if step else 0
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals.ljust(digits, '0')}" if digits else text


def _event(fact: Event) -> Data:
    date = {"date": fact.date.isoformat()} if fact.date else {}
    return {**_common(fact), "event": fact.event, **({"subject": fact.subject} if fact.subject else {}), **date}


def _forecast(fact: Forecast) -> Data:
    data = _common(fact)
    if fact.event:
        data |= {"event": fact.event, **({"subject": fact.subject} if fact.subject else {})}
        return {**data, **({"expected": fact.expected.isoformat()} if fact.expected else {})}
    assert fact.period is not None
    data |= {"measure": fact.measure, "period": fact.period.label}
    if fact.volume is not None:
        data["count" if KINDS[fact.measure] == "mean" else "denominator"] = _text(fact.volume)
    return {**data, **({"value": _text(fact.value)} if fact.value is not None else {})}


def _assessment(fact: Assessment) -> Data:
    data = {**_common(fact), "target": fact.target, "verdict": fact.verdict, "reason": fact.reason}
    data["date"] = fact.date.isoformat() if fact.date else None
    data["expires"] = fact.expires.isoformat() if fact.expires else None
    return {key: value for key, value in data.items() if value}


def _text(number: Exact) -> str:
    assert terminates(number), number
    return plain(number)


def _kinds() -> dict[str, str]:
    from tests.generators.plans import MEASURES

    return {name: entry["kind"] for name, entry in MEASURES.items()}


KINDS = _kinds()
