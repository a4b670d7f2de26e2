"""What if, as JSON: what was supposed and what it changes, or what reaches a number of points; with their schemas."""

from typing import TYPE_CHECKING, Any

from rulecheck.cli.json_document import lines_of, score_data
from rulecheck.cli.outlook import number_data
from rulecheck.cli.verdicts_schema import score_schema

if TYPE_CHECKING:
    from rulecheck.cli.sentences import Sentences
    from rulecheck.engine.whatif import Reach, WhatIf
    from rulecheck.facts.facts import Fact

WHATIF, REACH = "rulecheck/whatif/1", "rulecheck/reach/1"


def whatif_json(result: "WhatIf", supposed: "list[Fact]", sentences: "Sentences") -> str:
    """What was supposed, and every verdict now, then without it, and then with it."""
    return lines_of(
        {
            "schema": WHATIF,
            "plan": {"id": result.now.plan.id, "sha256": result.now.plan.sha256},
            "facts": {"sha256": result.now.facts.sha256},
            "now": {"as_of": result.now.as_of.isoformat(), "score": score_data(result.now.score)},
            "then": {"as_of": result.then.as_of.isoformat(), "score": score_data(result.then.score)},
            "supposed": [_fact(fact) for fact in supposed],
            "verdicts": [
                {
                    "target": c.then.target.id,
                    "now": c.now.verdict,
                    "anyway": c.anyway,
                    "then": c.then.verdict,
                    "changed": c.by_supposition,
                    "because": sentences.reason(c.then),
                }
                for c in result.changes
            ],
        }
    )


def _fact(fact: "Fact") -> dict[str, Any]:
    data: dict[str, Any] = {"id": fact.id}
    for key in ("measure", "event", "subject", "target", "verdict"):
        if getattr(fact, key, ""):
            data[key] = getattr(fact, key)
    if getattr(fact, "period", None) is not None:
        data["period"] = fact.period.label  # type: ignore[attr-defined]
    if fact.dimensions:
        data["dimensions"] = dict(fact.dimensions)
    for key in ("amount", "volume", "value"):
        if getattr(fact, key, None) is not None:
            data[key] = number_data(getattr(fact, key))
    for key in ("members", "withdrawn"):
        if getattr(fact, key, None) or (key == "members" and hasattr(fact, key)):
            data[key] = list(fact.members) if key == "members" else True  # type: ignore[attr-defined]
    for key in ("date", "expected", "at"):
        if getattr(fact, key, None) is not None:
            data[key] = getattr(fact, key).isoformat()
    return data


def reach_json(found: "Reach", weighted: bool) -> str:
    """The ways, cheapest first, with the facts each supposes; or what is out of reach."""
    return lines_of(
        {
            "schema": REACH,
            "unit": "points" if weighted else "targets",
            "wanted": number_data(found.wanted),
            "most": number_data(found.most),
            "judged": found.judged,
            "ways": [
                {
                    "targets": list(way.targets),
                    "points": number_data(way.points),
                    "outcomes": way.cost,
                    "facts": [_fact(fact) for proposal in way.proposals for fact in proposal.facts],
                }
                for way in found.ways
            ],
            "lost": [{"target": target, "because": reason} for target, reason in found.lost],
        }
    )


# --- the schemas ---

_TEXT, _DAY = {"type": "string"}, {"type": "string", "format": "date"}
_NUMBER = {"type": "string", "pattern": r"^-?\d+(\.\d+|/\d+)?$"}
_VERDICT = {"enum": ["fulfilled", "on-track", "at-risk", "missed"]}


def _object(properties: dict[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


def _document(schema: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": schema.rpartition("/")[0].replace("/", " "),
        **_object({"schema": {"const": schema}, **properties}),
    }


def _fact_schema() -> dict[str, Any]:
    """A supposed fact; what it is about is told by ``measure``, ``event`` or ``target``."""
    texts = dict.fromkeys(("id", "measure", "event", "subject", "target", "verdict", "period"), _TEXT)
    numbers = dict.fromkeys(("amount", "volume", "value"), _NUMBER)
    days = dict.fromkeys(("date", "expected", "at"), _DAY)
    data = {
        **texts,
        **numbers,
        **days,
        "dimensions": {"type": "object", "additionalProperties": _TEXT},
        "members": {"type": "array", "items": _TEXT},
        "withdrawn": {"const": True},
    }
    return _object(data, tuple(name for name in data if name != "id"))


def whatif_schema() -> dict[str, Any]:
    """``whatif --set`` and ``--scenario`` as JSON Schema (draft 2020-12)."""
    moment = _object({"as_of": _DAY, "score": score_schema()})
    row = {"target": _TEXT, "now": _VERDICT, "anyway": _VERDICT, "then": _VERDICT, "changed": {"type": "boolean"}, "because": _TEXT}  # fmt: skip
    return _document(
        WHATIF,
        {
            "plan": _object({"id": _TEXT, "sha256": _TEXT}),
            "facts": _object({"sha256": _TEXT}),
            "now": moment,
            "then": moment,
            "supposed": {"type": "array", "items": _fact_schema()},
            "verdicts": {"type": "array", "items": _object(row)},
        },
    )


def reach_schema() -> dict[str, Any]:
    """``whatif --reach`` as JSON Schema (draft 2020-12)."""
    count = {"type": "integer", "minimum": 0}
    way = {
        "targets": {"type": "array", "items": _TEXT},
        "points": _NUMBER,
        "outcomes": count,
        "facts": {"type": "array", "items": _fact_schema()},
    }
    return _document(
        REACH,
        {
            "unit": {"enum": ["points", "targets"]},
            "wanted": _NUMBER,
            "most": _NUMBER,
            "judged": count,
            "ways": {"type": "array", "items": _object(way)},
            "lost": {"type": "array", "items": _object({"target": _TEXT, "because": _TEXT})},
        },
    )
