"""The closed schema of the plan document, and its JSON Schema for editors. What a criterion holds: ``criteria/``."""

from typing import Any

from rulecheck.facts.quantity import parse_quantity
from rulecheck.rules.criteria import MEASURE_KINDS
from rulecheck.rules.parameters import LISTS
from rulecheck.rules.plan import FOLLOW_UP
from rulecheck.rules.records_shape import RECORDS
from rulecheck.rules.shape import (
    COUNT,
    CRITERION,
    DAY,
    DAYS,
    IF_EMPTY,
    LAG,
    LANGUAGES,
    MARGIN,
    NAME,
    NAMES,
    ON_OFF,
    PLAN_PERIOD,
    POINTS,
    QUANTITY,
    ROUNDED,
    TEXT,
    TEXTS,
    UNDOCUMENTED,
    Either,
    Many,
    Object,
    Scalar,
    choice,
    criterion_shapes,
    schema,
)

RISK = Object(
    "risk rules",
    {
        "value-breaches": (ON_OFF, "R1: the value so far is outside the bound"),
        "margin": (
            MARGIN,
            "R2: the value is within this of the bound; in % of the bound, in `pp`, or in the measure's unit",
        ),
        "required-rate": (
            Object(
                "a reference",
                {
                    "reference": (
                        Scalar("`best-quarter` or a number", lambda t: t == "best-quarter" or parse_quantity(t)),
                        "",
                    )
                },
                ("reference",),
            ),
            "R3: what the rest of the period must achieve is worse than the reference",
        ),
        "slip": (ON_OFF, "R4: a forecast lies after the deadline or outside the bound"),
        "lead-time": (DAYS, "R5: not done and fewer than these days left"),
        "dependency": (ON_OFF, "R6: a prerequisite is at risk, missed or not forecast in time"),
        "evidence": (ON_OFF, "R7: a due report is missing, stale, preliminary past its date, or conflicting"),
        "trend": (COUNT, "R8: the last so many pieces worsen one after the other"),
        "out-of-reach": (ON_OFF, "R9: not even a perfect rest of the expected volume reaches the bound"),
    },
)
ALTERNATIVE = Object(
    "an alternative",
    {
        **TEXTS.other.fields,
        "require": (CRITERION, "what it would require: then it is judged too, without effect on the verdict"),
        "rounded_to": (QUANTITY, "or: the same as is required, with values rounded to this step, halves up"),
    },
)
READING = Object(
    "a reading",
    {
        "chosen": (TEXTS, "what is taken to be meant"),
        "because": (TEXTS, "why"),
        "alternatives": (Many(Either(TEXT, ALTERNATIVE)), "what else the text could mean"),
        "of": (Many(TEXT), "the words of the quote, or the numbers and days of the rule, that it answers"),
    },
    ("chosen", "because"),
)
TARGET_FIELDS = {
    "target": (NAME, "the target's id"),
    "title": (TEXTS, "a short name"),
    "weight": (POINTS, "points"),
    "owner": (TEXT, "who answers for it"),
    "quote": (TEXT, "the plan's own words, verbatim"),
    "where": (TEXT, "where they stand in the source document"),
    "require": (CRITERION, "when it is fulfilled; without it only an assessment judges"),
    "modality": (choice("must", "should", "may"), "must (the default); a should is at most at risk, a may never"),
    "graduated": (choice("none", "members", "sub-criteria"), "how part fulfilment counts in the graduated sum"),
    "depends_on": (Many(NAME, least=1), "targets this one depends on"),
    "requires": (Many(TEXT, least=1), "dependencies written as `X before Y`"),
    "risk": (RISK, "risk rules of this target, over the plan's defaults"),
    "readings": (Many(READING, named=True), "declared answers to what the text leaves open"),
    "note": (TEXTS, "a remark shown with the reasoning"),
    "reporting_lag": LAG,
    "rounded_to": ROUNDED,
    "if_empty": IF_EMPTY,
    "undocumented": UNDOCUMENTED,
}
TARGET = Object("a target", TARGET_FIELDS, ("target",))
GOAL = Object(
    "a goal",
    {
        "goal": (NAME, "the goal's id"),
        "title": (TEXTS, "its name"),
        "weight": (POINTS, "the sum of its targets' points"),
        "quote": (TEXT, "the plan's own words, verbatim"),
        "targets": (Many(TARGET, least=1), "its targets"),
    },
    ("goal", "targets"),
)
AMENDED = Object(
    "an amended target",
    {
        "goal": (NAME, "for a new target: the goal it belongs to"),
        "withdrawn": (TEXT, "why the target is taken out"),
        **{key: value for key, value in TARGET_FIELDS.items() if key != "target"},
    },
)
VERSION = Object(
    "a version",
    {
        "version": (NAME, "its name"),
        "in_force_from": (DAY, "the first day it is in force"),
        "reason": (TEXT, "why the plan was changed"),
        "decided_by": (TEXT, "who decided it"),
        "goals": (Many(POINTS, named=True), "changed goal weights, by goal id"),
        "targets": (Many(AMENDED, named=True), "what changes, by target id"),
    },
    ("in_force_from", "reason", "decided_by"),
)
MEASURE = Object(
    "a measure",
    {
        "label": (TEXTS, "its name"),
        "unit": (TEXT, "the unit of its value, such as `days`"),
        "kind": (choice(*MEASURE_KINDS, "set"), "mean, share, total, level, figure, or set: a list of members"),
        "signed": (choice("true", "false"), "whether it may be negative"),
        "excludes": (Many(TEXT), "what is left out of it"),
        "note": (TEXTS, "its definition"),
        "records": (RECORDS, "how it is computed from case records"),
    },
)
EVENT = Object(
    "an event",
    {
        "label": (TEXTS, "its name"),
        "subjects": (Either(choice("open"), Many(TEXT, named=True)), "whom it can happen for; `open` for anyone"),
        "open": (choice("true", "false"), "whether others than the named subjects may join"),
        "note": (TEXTS, "its definition"),
    },
)
PARAMETER_FIELDS = {
    "value": (Either(TEXT, Many(TEXT, least=1)), "the number, period, day or list of members it stands for"),
    "declared": (DAY, "when it was declared"),
    "source": (TEXT, "where it stands; never the plan itself, which leaves it open"),
    "because": (TEXTS, "why this value, or why there is none"),
}
PARAMETER = Object("a parameter", {"label": (TEXTS, "its name"), **PARAMETER_FIELDS})
PARAMETERS_FILE = Object(
    "a parameters file",
    {
        "parameters": (
            Many(Object("a parameter", PARAMETER_FIELDS, tuple(PARAMETER_FIELDS)), named=True),
            "values for what a plan leaves open, by the parameter's name",
        )
    },
    ("parameters",),
)
COVERED = Object(
    "a covered sentence",
    {
        "quote": (TEXT, "the document's own words, verbatim"),
        "where": (TEXT, "where they stand in the source document"),
        "as": (choice("target", "sub-criterion", "dependency", "plan-rule", "no-rule"), "where the sentence went"),
        "target": (NAME, "the target it went to"),
        "because": (TEXTS, "why"),
    },
    ("quote", "as", "because"),
)
PLAN = Object(
    "a plan",
    {
        "plan": (NAME, "the plan's id"),
        "title": (TEXTS, "its name"),
        "authority": (TEXT, "who set it"),
        "language": (choice(*LANGUAGES), "the language of its quotes"),
        "period": (PLAN_PERIOD, "the days it is about"),
        "version": (NAME, "the name of the version as signed"),
        "in_force_from": (DAY, "the first day of that version; by default the first day of the period"),
        "reporting_lag": LAG,
        "follow_up": (choice(*FOLLOW_UP), "how often figures fall due"),
        "source": (
            Object(
                "a source",
                {
                    "document": (TEXT, "the document's name"),
                    "sha256": (TEXT, "its content hash"),
                    "signed": (DAY, "when it was signed"),
                    "note": (TEXT, "a remark"),
                },
            ),
            "the document the quotes are from",
        ),
        "deadlines": (
            Object(
                "a deadline rule",
                {
                    "non_working_day": (
                        choice("stay", "next-working-day"),
                        "where a deadline on a non-working day falls",
                    ),
                    "country": (TEXT, "whose calendar, such as DK"),
                },
                ("non_working_day",),
            ),
            "how deadlines on non-working days are read",
        ),
        "rounded_to": ROUNDED,
        "risk": (RISK, "defaults for every target"),
        "goals": (Many(GOAL, least=1), "the goals"),
        "dependencies": (
            Many(
                Object(
                    "a dependency",
                    {
                        "before": (NAME, "the event that must come first"),
                        "then": (NAMES, "what may only follow"),
                        "per": (choice("subject"), "for each subject by itself"),
                        "quote": (TEXT, "the plan's own words"),
                    },
                    ("before", "then"),
                )
            ),
            "what counts only after something else",
        ),
        "measures": (Many(MEASURE, named=True), "the measures the targets use"),
        "events": (Many(EVENT, named=True), "the events the targets use"),
        "versions": (Many(VERSION), "amendments"),
        "parameters": (Many(PARAMETER, named=True), "what the document leaves open, by name; a criterion says `$name`"),
        "coverage": (
            Many(COVERED),
            "every normative sentence that no target, goal or dependency quotes, and where it went",
        ),
    },
    ("plan", "period", "goals"),
)


def json_schema() -> dict[str, Any]:
    """The plan document as JSON Schema (draft 2020-12), for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "rulecheck plan",
        **schema(PLAN),
        "$defs": {
            "criterion": {"anyOf": [_open(schema(shape)) for shape in criterion_shapes().values()]},
        },
    }


def _open(criterion: dict[str, Any]) -> dict[str, Any]:
    """The schema of a criterion, with `$name` where a list may stand; where a number or a day may, any text may."""
    reference = {"type": "string", "pattern": r"^\$"}
    fields = criterion["properties"]
    for name in LISTS:
        match fields.get(name):
            case {"type": "array", "description": what, **rest}:
                fields[name] = {"anyOf": [{"type": "array", **rest}, reference], "description": what}
            case {"additionalProperties": members, **rest}:
                fields[name] = {**rest, "additionalProperties": {"anyOf": [members, reference]}}
    return criterion
