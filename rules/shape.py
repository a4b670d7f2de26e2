"""The closed schema of the plan document, as data: one table that reads a document and prints its JSON Schema."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs
from rulecheck.facts.period import parse_day, parse_period
from rulecheck.facts.problem import Path, nearest
from rulecheck.facts.quantity import parse_quantity
from rulecheck.rules.plan import FOLLOW_UP, MEASURE_KINDS, Complaint

LANGUAGES = ("da", "sv", "nb", "en")
FIRST_YEAR, LAST_YEAR = 1000, 9000
CRITERIA = (*MEASURE_KINDS, "milestone", "order", "recurring", "assessment", "all_of", "any_of", "at_least")


@attrs.frozen(eq=False, repr=False)
class Scalar:
    """A text that ``accepts`` does not refuse with a ValueError. ``what`` names it in messages."""

    what: str
    accepts: Callable[[str], object] = str
    choices: tuple[str, ...] = ()
    pattern: str = ""


@attrs.frozen(eq=False, repr=False)
class Object:
    """A mapping with these fields and no others; those of ``required`` must be there."""

    what: str
    fields: Mapping[str, tuple[Any, str]]
    required: tuple[str, ...] = ()


@attrs.frozen(eq=False, repr=False)
class Many:
    """A list (of at least ``least``) or, with ``named``, a mapping from names to ``of``."""

    of: Any
    named: bool = False
    least: int = 0


@attrs.frozen(eq=False, repr=False)
class Either:
    """A plain text, or the other shape: ``title: Text`` or ``title: {da: Text}``."""

    text: Scalar
    other: Any


def _days(text: str) -> object:
    if not re.fullmatch(r"\d{1,4}(\s+days?)?", text):
        raise ValueError(text)
    return text


def _points(text: str) -> object:
    if parse_quantity(text).unit not in ("", "%"):
        raise ValueError(text)
    return text


def _margin(text: str) -> object:
    if parse_quantity(text).value < 0:
        raise ValueError(text)
    return text


def _plan_period(text: str) -> object:
    period = parse_period(text)
    if period.first.year < FIRST_YEAR or period.last.year > LAST_YEAR:  # beyond them days cannot be counted on
        raise ValueError(text)
    return period


def _name(text: str) -> object:
    if not re.fullmatch(r"[^\s/\[\]@#]+", text) or len(text) > 100:
        raise ValueError(text)
    return text


def _count(text: str) -> object:
    if not re.fullmatch(r"[1-9]\d{0,5}", text):
        raise ValueError(text)
    return text


TEXT = Scalar("text")
NAME = Scalar("a name without blanks", _name)
DAY = Scalar("a date such as 2024-03-31", parse_day)
PERIOD = Scalar("a period such as 2024-Q3 or 2024-01-01/2024-08-31", parse_period)
DAYS = Scalar("a number of days such as `15 days`", _days)
COUNT = Scalar("a whole number from 1", _count)
POINTS = Scalar("a number of points, such as `15`", _points)
MARGIN = Scalar("a margin of 0 or more, such as `2 %` or `5 days`", _margin)
PLAN_PERIOD = Scalar("a period between the years 1000 and 9000, such as 2024", _plan_period)
QUANTITY = Scalar("a number with its unit, such as `180 days` or `90 %`", parse_quantity)
TEXTS = Either(TEXT, Object("a text by language", {lang: (TEXT, f"in {lang}") for lang in LANGUAGES}))
NAMES = Either(NAME, Many(NAME, least=1))


def choice(*choices: str) -> Scalar:
    """One of these words."""
    return Scalar("/".join(choices), choices=choices)


ON_OFF = choice("on", "off")
UNDOCUMENTED = (choice("missed", "at-risk"), "what silence after the horizon and the lag means")
IF_EMPTY = (choice("fulfilled", "at-risk"), "what a period without a single item means")
ROUNDED = (QUANTITY, "compare the value rounded to this step, halves up; without it the comparison is exact")
LAG = (DAYS, "how long after a period or deadline its facts may still arrive")

RISK = Object(
    "risk rules",
    {
        "value-breaches": (ON_OFF, "R1: the value so far is outside the bound"),
        "margin": (MARGIN, "R2: the value is within this of the bound; in % of the bound, or in the measure's unit"),
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
BOUND = {
    "at_most": (QUANTITY, "the largest value that fulfils"),
    "at_least": (QUANTITY, "the smallest value that fulfils"),
    "exactly": (QUANTITY, "the only value that fulfils"),
    "between": (Many(QUANTITY, least=2), "the smallest and the largest value that fulfil"),
}
MEASURED = {
    **BOUND,
    "over": (PERIOD, "the period the measure is of"),
    "for_each": (Many(Many(TEXT, least=1), named=True), "the members of a dimension it must hold for"),
    "count": (COUNT, "with for_each: how many members are enough"),
    "rounded_to": ROUNDED,
    "if_empty": IF_EMPTY,
    "undocumented": UNDOCUMENTED,
    "reporting_lag": LAG,
}
BY = (PERIOD, "the deadline: the last day of this period, included")


class Criterion:
    """A mapping whose kind is told by one of its keys."""

    def kind(self, data: Mapping[str, Any]) -> str | None:
        if "of" in data and "at_least" in data:
            return "at_least"
        return next((kind for kind in CRITERIA if kind in data and kind != "at_least"), None)

    def shape(self, kind: str) -> Object:
        return CRITERION_SHAPES[kind]


CRITERION = Criterion()
CRITERION_SHAPES: dict[str, Object] = {
    **{
        kind: Object("a criterion", {kind: (NAME, "the measure"), **MEASURED}, (kind, "over")) for kind in MEASURE_KINDS
    },
    "milestone": Object(
        "a milestone",
        {
            "milestone": (NAME, "the event"),
            "by": BY,
            "for_each": (Many(TEXT, least=1), "the subjects it must happen for"),
            "count": (COUNT, "how many distinct subjects are enough"),
            "after": (NAMES, "events that must have happened on or before its day"),
            "undocumented": UNDOCUMENTED,
            "reporting_lag": LAG,
        },
        ("milestone", "by"),
    ),
    "order": Object(
        "an order of two events",
        {
            "order": (Many(NAME, least=2), "the event that comes first, and the one that follows"),
            "by": BY,
            "for_each": (Many(TEXT, least=1), "the subjects it must hold for"),
            "reporting_lag": LAG,
        },
        ("order",),
    ),
    "recurring": Object(
        "a recurring duty",
        {
            "recurring": (NAME, "the event, whose subject is its due date"),
            "on": (Many(DAY, least=1), "the due dates; without them the facts' calendar gives them"),
            "by": BY,
            "reporting_lag": LAG,
        },
        ("recurring",),
    ),
    "assessment": Object(
        "an assessment",
        {"assessment": (Either(TEXT, Many(TEXT, least=1)), "the role that judges, or `anyone`"), "by": BY},
        ("assessment",),
    ),
    **{
        kind: Object("a combination", {kind: (Many(CRITERION, least=1), "the criteria")}, (kind,))
        for kind in ("all_of", "any_of")
    },
    "at_least": Object(
        "a combination",
        {"at_least": (COUNT, "how many"), "of": (Many(CRITERION, least=1), "the criteria")},
        ("at_least", "of"),
    ),
}
KNOWN_FIELDS = {field for shape in CRITERION_SHAPES.values() for field in shape.fields}

READING = Object(
    "a reading",
    {
        "chosen": (TEXTS, "what is taken to be meant"),
        "because": (TEXTS, "why"),
        "alternatives": (Many(TEXTS), "what else the text could mean"),
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
    "risk": (RISK, "risk rules of this target, over the plan's defaults"),
    "readings": (Many(READING, named=True), "declared answers to what the text leaves open"),
    "note": (TEXTS, "a remark shown with the reasoning"),
    "modality": (choice("must", "should", "may"), "must (the default); a should is at most at risk, a may never"),
    "graduated": (choice("none", "members", "sub-criteria"), "how part fulfilment counts in the graduated sum"),
    "depends_on": (Many(NAME, least=1), "targets this one depends on"),
    "requires": (Many(TEXT, least=1), "dependencies written as `X before Y`"),
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
        **{key: value for key, value in TARGET_FIELDS.items() if key != "target"},
        "goal": (NAME, "for a new target: the goal it belongs to"),
        "withdrawn": (TEXT, "why the target is taken out"),
    },
)
VERSION = Object(
    "a version",
    {
        "version": (NAME, "its name"),
        "in_force_from": (DAY, "the first day it is in force"),
        "reason": (TEXT, "why the plan was changed"),
        "decided_by": (TEXT, "who decided it"),
        "targets": (Many(AMENDED, named=True), "what changes, by target id"),
        "goals": (Many(POINTS, named=True), "changed goal weights, by goal id"),
    },
    ("in_force_from", "reason", "decided_by"),
)
RECORDS = Object(
    "records",
    {
        key: (TEXT, what)
        for key, what in {
            "source": "the kind of case record",
            "from": "the date the interval begins",
            "to": "the date it ends",
            "where": "which records count",
            "period": "the date that puts a record into a period",
            "in_time": "when a record counts as in time",
        }.items()
    },
)
MEASURE = Object(
    "a measure",
    {
        "label": (TEXTS, "its name"),
        "unit": (TEXT, "the unit of its value, such as `days`"),
        "kind": (choice(*MEASURE_KINDS), "mean, share, total, level or figure"),
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
    },
    ("plan", "period", "goals"),
)


def complaints(data: Any, shape: Any, path: Path = ()) -> Iterator[Complaint]:
    """Everything in ``data`` that the shape does not allow."""
    match shape:
        case Scalar():
            yield from _scalar(data, shape, path)
        case Either():
            yield from complaints(data, shape.text if isinstance(data, str) else shape.other, path)
        case Many(named=True):
            if not isinstance(data, dict):
                yield path, "a mapping is wanted here, not {found}", "write `name: …` lines", {"found": _found(data)}
                return
            for key, value in data.items():
                yield from complaints(value, shape.of, (*path, key))
        case Many():
            if not isinstance(data, list):
                yield path, "a list is wanted here, not {found}", "write `- …` lines or [a, b]", {"found": _found(data)}
                return
            if len(data) < shape.least:
                yield (
                    path,
                    "the list has {count} entries",
                    "it needs at least {least}",
                    {"count": len(data), "least": shape.least},
                )
            for i, value in enumerate(data):
                yield from complaints(value, shape.of, (*path, i))
        case Criterion():
            kind = shape.kind(data) if isinstance(data, dict) else None
            if kind is None:
                strange = set(data if isinstance(data, dict) else ()) - KNOWN_FIELDS
                guess = next(filter(None, (nearest(key, CRITERIA) for key in sorted(strange))), None)
                yield (
                    path,
                    "no kind of criterion is named here",
                    "did you mean `{guess}`?" if guess else "name one: {known}",
                    {"guess": guess, "known": ", ".join(CRITERIA)},
                )
            else:
                yield from complaints(data, shape.shape(kind), path)
        case _:
            yield from _object(data, shape, path)


def _object(data: Any, shape: Object, path: Path) -> Iterator[Complaint]:
    if not isinstance(data, dict):
        yield (
            path,
            "{what} is wanted here, not {found}",
            "write its fields",
            {"what": shape.what, "found": _found(data)},
        )
        return
    for key, value in data.items():
        if key in shape.fields:
            if value is not None:
                yield from complaints(value, shape.fields[key][0], (*path, key))
            elif key in shape.required:
                yield (*path, key), "`{key}` is empty", "give it a value", {"key": key}
            continue
        guess = nearest(key, shape.fields)
        remedy = "did you mean `{guess}`?" if guess else "{what} has: {known}"
        yield (
            (*path, key),
            "unknown key `{key}`",
            remedy,
            {"key": key[:60], "guess": guess, "what": shape.what, "known": ", ".join(shape.fields)},
        )
    for key in shape.required:
        if key not in data:
            yield path, "`{key}` is missing", "{what} needs it", {"key": key, "what": shape.what}


def _scalar(data: Any, shape: Scalar, path: Path) -> Iterator[Complaint]:
    if not isinstance(data, str):
        yield path, "{what} is wanted here, not {found}", "write {what}", {"what": shape.what, "found": _found(data)}
        return
    if shape.choices:
        if data not in shape.choices:
            guess = nearest(data, shape.choices)
            yield (
                path,
                "`{text}` is not {what}",
                "did you mean `{guess}`?" if guess else "write {what}",
                {"text": data[:60], "what": shape.what, "guess": guess},
            )
        return
    try:
        shape.accepts(data)
    except ValueError:
        yield path, "`{text}` is not {what}", "write {what}", {"text": data[:60], "what": shape.what}


def _found(data: Any) -> str:
    if data is None:
        return "nothing"
    return "a text" if isinstance(data, str) else "a mapping" if isinstance(data, dict) else "a list"


def json_schema() -> dict[str, Any]:
    """The plan document as JSON Schema (draft 2020-12), for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "rulecheck plan",
        **_schema(PLAN),
        "$defs": {
            "criterion": {"anyOf": [_schema(shape) for shape in CRITERION_SHAPES.values()]},
        },
    }


def _schema(shape: Any) -> dict[str, Any]:
    match shape:
        case Scalar(choices=()):
            return {"type": ["string", "number"], "description": shape.what}
        case Scalar():
            return {"enum": [*shape.choices, *(c == "true" for c in shape.choices if c in ("true", "false"))]}
        case Either():
            return {"anyOf": [_schema(shape.text), _schema(shape.other)]}
        case Many(named=True):
            return {"type": "object", "additionalProperties": _schema(shape.of)}
        case Many():
            return {"type": "array", "items": _schema(shape.of), "minItems": shape.least}
        case Criterion():
            return {"$ref": "#/$defs/criterion"}
    fields = {
        key: {**_schema(value), "description": what} if what else _schema(value)
        for key, (value, what) in shape.fields.items()
    }
    return {"type": "object", "properties": fields, "required": list(shape.required), "additionalProperties": False}
