"""``rulecheck schema``: the JSON Schema of plans, facts, verdicts, forecasts and what-if."""

import json
from typing import Any

import click
from rulecheck.cli import spoken
from rulecheck.cli.output import write
from rulecheck.cli.run import output_option


@spoken.command("schema")
@spoken.argument(
    "document", type=click.Choice(["plan", "facts", "verdicts", "forecast", "backtest", "whatif", "reach"])
)
@output_option
@spoken.lang_option(expose_value=False)
def command(document: str, output: str | None) -> None:
    """Print the JSON Schema (draft 2020-12) of plan documents, facts files, verdicts, forecasts, back-tests or what-if."""
    write(json.dumps(schema_of(document), ensure_ascii=False, indent=2) + "\n", output)


def schema_of(document: str) -> dict[str, Any]:
    """The schema of ``plan``, ``facts``, ``verdicts``, ``forecast``, ``backtest``, ``whatif`` or ``reach``."""
    if document == "plan":
        from rulecheck.rules.document import json_schema

        return json_schema()
    if document == "verdicts":
        from rulecheck.cli.verdicts_schema import verdicts_schema

        return verdicts_schema()
    if document == "forecast":
        from rulecheck.cli.forecast_json import forecast_schema

        return forecast_schema()
    if document == "backtest":
        from rulecheck.cli.forecast_json import backtest_schema

        return backtest_schema()
    if document == "whatif":
        from rulecheck.cli.whatif_json import whatif_schema

        return whatif_schema()
    if document == "reach":
        from rulecheck.cli.whatif_json import reach_schema

        return reach_schema()
    return facts_schema()


def facts_schema() -> dict[str, Any]:
    """The facts file as JSON Schema, from the same table the reader uses. Null is a row not filled in yet."""
    from rulecheck.facts.records.named import FIELDS as RECORD_FIELDS
    from rulecheck.facts.rows.fields import FIELDS, TOP, VERDICTS

    day = {"type": ["string", "null"], "pattern": r"^\d{4}-\d{2}-\d{2}$"}
    kinds: dict[str, dict[str, Any]] = {
        "text": {"type": ["string", "null"]},
        "name": {"type": "string"},
        "day": day,
        "period": {"type": ["string", "integer"]},
        "number": {"type": ["number", "string", "null"]},
        "count": {"type": ["integer", "string", "null"], "minimum": 0},
        "status": {"enum": ["final", "preliminary", None]},
        "verdict": {"enum": [*VERDICTS, None]},
        "truth": {"type": ["boolean", "null"]},
        "dimensions": {"type": ["object", "null"], "additionalProperties": {"type": "string"}},
        "members": {"type": ["array", "null"], "items": {"type": "string"}},
        "origins": {
            "type": ["object", "null"],
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    }
    groups = {
        group: {
            "type": "array",
            "description": TOP[group],
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {key: {**kinds[kind], "description": what} for key, (kind, what) in fields.items()},
            },
        }
        for group, fields in FIELDS.items()
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "rulecheck facts",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "plan": {"type": "string", "description": TOP["plan"]},
            "as_of": {"type": ["string", "null"], "description": TOP["as_of"]},
            **groups,
            "calendar": {
                "type": "object",
                "description": TOP["calendar"],
                "additionalProperties": {"type": "array", "items": day},
            },
            "records": {
                "type": "object",
                "description": TOP["records"],
                "additionalProperties": {
                    "anyOf": [
                        {"type": "string"},
                        {
                            "type": "object",
                            "additionalProperties": False,
                            "required": ["path"],
                            "properties": {
                                key: {
                                    **(day if key in ("snapshot", "since") else {"type": "string"}),
                                    "description": what,
                                }
                                for key, what in RECORD_FIELDS.items()
                            },
                        },
                    ]
                },
            },
        },
    }
