"""The JSON Schema of verdicts: what `rulecheck evaluate --format json` writes."""

from typing import Any

from rulecheck.cli.json_document import SCHEMA

Data = dict[str, Any]

_DAY = {"type": "string", "format": "date"}
_NUMBER = {"type": "string", "pattern": r"^-?\d+(\.\d+|/\d+)?$"}
NEEDED = (
    "event", "report", "calendar", "list", "base", "mean", "share", "total", "level", "figure", "assessment", "final", "agreement",
)  # fmt: skip
"""Kinds of what is still needed."""


def _needed() -> Data:
    """One thing that is still needed. docs/what-would-change-it.md says what each number means."""
    texts = {"type": "array", "items": {"type": "string"}}
    return {
        "type": "object",
        "required": ["path", "what", "text"],
        "properties": {
            "path": {"type": "string"},
            "what": {"enum": list(NEEDED)},
            "event": {"type": "string"},
            "measure": {"type": "string"},
            "by": _DAY,
            "from": _DAY,
            "to": _DAY,
            "over": {"type": "string"},
            "count": {"type": "integer", "minimum": 1},
            "subjects": texts,
            "facts": texts,
            "roles": texts,
            "direction": {"enum": ["no-new", "fewer"]},
            "fewer_than": {"type": "integer", "minimum": 0},
            "rest": _NUMBER,
            "rests": {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2},
            "required": _NUMBER,
            "between": {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2},
            "late_left": {"type": ["string", "null"], "pattern": r"^-?\d+$"},
            "assuming": {"type": "string"},
            "out_of_reach": {"const": True},
            "secured": {"const": True},
            "turns": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    end: {
                        "type": "object",
                        "required": ["limit", "attained"],
                        "properties": {"limit": _NUMBER, "attained": {"type": "boolean"}},
                    }
                    for end in ("low", "high")
                },
            },
            "without": {
                "type": "object",
                "additionalProperties": False,
                "properties": {"above_low": _NUMBER, "below_high": _NUMBER},
            },
            "text": {"type": "object", "additionalProperties": {"type": "string"}},
        },
    }


def _gap() -> Data:
    """How much to spare, or (negative) lacking: in the measure's unit, in days, or in members."""
    return {
        "type": "object",
        "required": ["path", "what", "by"],
        "additionalProperties": False,
        "properties": {
            "path": {"type": "string"},
            "what": {"enum": ["value", "days", "members"]},
            "by": {"anyOf": [_NUMBER, {"type": "integer"}]},
        },
    }


def _robustness() -> Data:
    """The smallest errors in a reported fact that change the verdict, and the facts it hangs on."""
    verdict = {"enum": ["fulfilled", "on-track", "at-risk", "missed"]}
    flip = {
        "path": {"type": "string"},
        "fact": {"type": "string"},
        "verdict": verdict,
        "of": {"enum": ["base", "figure", "forecast", "volume"]},
        "limit": _NUMBER,
        "attained": {"type": "boolean"},
        "error": _NUMBER,
        "relative": _NUMBER,
        "items": {"type": "integer"},
        "days": {"type": "integer"},
        "members": {"type": "integer"},
    }
    hangs = {"fact": {"type": "string"}, "verdict": verdict}
    return {
        "type": "object",
        "required": ["flips", "hangs_on"],
        "additionalProperties": False,
        "properties": {
            "flips": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["path", "fact", "verdict"],
                    "additionalProperties": False,
                    "properties": flip,
                    "oneOf": [
                        {"required": ["limit", "attained", "error"]},
                        {"required": ["days"]},
                        {"required": ["members"]},
                    ],
                },
            },
            "hangs_on": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": list(hangs),
                    "additionalProperties": False,
                    "properties": hangs,
                },
            },
        },
    }


def score_schema() -> Data:
    """The points of a plan or goal."""
    decimal = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}
    return {
        "type": "object",
        "required": ["total", "fulfilled", "open", "missed", "waived", "reachable", "graduated"],
        "properties": {
            **dict.fromkeys(("total", "fulfilled", "open", "missed", "waived"), decimal),
            "reachable": {"type": "array", "items": decimal, "minItems": 2, "maxItems": 2},
            "graduated": {"type": "object", "properties": {"fulfilled": decimal, "exact": {"type": "string"}}},
            "unit": {"enum": ["points", "targets"]},
        },
    }


def verdicts_schema() -> Data:
    """The verdicts document as JSON Schema (draft 2020-12)."""
    decimal = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}
    text = {"type": "object", "additionalProperties": {"type": "string"}}
    score = score_schema()
    verdict = {"enum": ["fulfilled", "on-track", "at-risk", "missed"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "rulecheck verdicts",
        "type": "object",
        "required": [
            "schema",
            "plan",
            "facts",
            "as_of",
            "known_at",
            "engine",
            "score",
            "goals",
            "verdicts",
            "parameters",
            "breaches",
        ],
        "properties": {
            "schema": {"const": SCHEMA},
            "plan": {
                "type": "object",
                "required": ["id", "version", "sha256"],
                "properties": {
                    "in_force_from": {"type": "string", "format": "date"},
                    "reason": {"type": "string"},
                    "decided_by": {"type": "string"},
                    "original": {
                        "type": "object",
                        "required": ["version", "score"],
                        "properties": {"version": {"type": "string"}, "score": score},
                    },
                },
            },
            "withdrawn": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["target", "version", "in_force_from", "reason", "decided_by", "original"],
                    "properties": {"original": {"$ref": "#/$defs/original"}},
                },
            },
            "facts": {"type": "object", "required": ["sha256"]},
            "as_of": {"type": "string", "format": "date"},
            "known_at": {"type": ["string", "null"], "format": "date"},
            "engine": {"type": "object", "required": ["version", "rules", "checked_by"]},
            "score": score,
            "goals": {"type": "array", "items": score},
            "parameters": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["parameter", "value", "targets"],
                    "properties": {
                        "parameter": {"type": "string"},
                        "value": {"type": ["string", "array", "null"], "items": {"type": "string"}},
                        "declared": {"type": "string", "format": "date"},
                        "source": {"type": "string"},
                        "from": {"enum": ["plan", "file"]},
                        "sha256": {"type": "string"},
                        "targets": {"type": "array", "items": {"type": "string"}},
                    },
                },
            },
            "records": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": [
                        "measure",
                        "file",
                        "sha256",
                        "definition",
                        "engine",
                        "rows",
                        "reasons",
                        "sample",
                        "facts",
                    ],
                },
            },
            "breaches": {"type": "array", "items": {"type": "object", "required": ["before", "then", "subject"]}},
            "verdicts": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": [
                        "target",
                        "goal",
                        "weight",
                        "verdict",
                        "definitive",
                        "evidence",
                        "value",
                        "bound",
                        "margin",
                        "deadline",
                        "risks",
                        "facts",
                        "needed",
                        "justification",
                        "text",
                    ],
                    "properties": {
                        "target": {"type": "string"},
                        "goal": {"type": "string"},
                        "weight": {"anyOf": [decimal, {"type": "null"}]},
                        "verdict": verdict,
                        "definitive": {"type": "boolean"},
                        "evidence": {"enum": ["complete", "partial", "overdue", "conflicting", "none"]},
                        "deadline": {"type": "string", "format": "date"},
                        "risks": {"type": "array", "items": {"enum": [f"R{n}" for n in range(1, 10)]}},
                        "facts": {"type": "array", "items": {"type": "string"}},
                        "assessments": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "required": ["fact", "kind", "verdict", "by", "date", "expires", "expired", "reason"],
                                "properties": {
                                    "kind": {"enum": ["assessment", "override", "waiver"]},
                                    "verdict": {"enum": [*verdict["enum"], "waived"]},
                                    "date": {"type": ["string", "null"], "format": "date"},
                                    "expires": {"type": ["string", "null"], "format": "date"},
                                    "expired": {"type": "boolean"},
                                },
                            },
                        },
                        "original": {"$ref": "#/$defs/original"},
                        "added": {"type": "object", "required": ["version", "in_force_from"]},
                        "needed": {"type": "array", "items": {"$ref": "#/$defs/needed"}},
                        "gaps": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/gap"}},
                        "certain_since": {"type": "string", "format": "date"},
                        "delivered_late": {"type": "string", "format": "date"},
                        "robustness": {"$ref": "#/$defs/robustness"},
                        "readings": {"$ref": "#/$defs/readings"},
                        "justification": {"$ref": "#/$defs/step"},
                        "text": text,
                    },
                },
            },
        },
        "$defs": {
            "needed": _needed(),
            "gap": _gap(),
            "robustness": _robustness(),
            "readings": {
                "type": "object",
                "required": ["agree", "alternatives"],
                "additionalProperties": False,
                "properties": {
                    "agree": {"type": "boolean"},
                    "alternatives": {
                        "type": "array",
                        "minItems": 1,
                        "items": {
                            "type": "object",
                            "required": ["reading", "text", "verdict"],
                            "additionalProperties": False,
                            "properties": {"reading": {"type": "string"}, "text": text, "verdict": verdict},
                        },
                    },
                },
            },
            "original": {
                "type": "object",
                "required": ["version", "weight", "deadline", "verdict", "value", "bound", "margin", "text"],
                "properties": {"verdict": verdict, "deadline": {"type": "string", "format": "date"}, "text": text},
            },
            "step": {
                "type": "object",
                "required": ["claim", "rule", "premises"],
                "properties": {"premises": {"type": "array", "items": {"$ref": "#/$defs/step"}}},
            },
        },
    }
