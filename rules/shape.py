"""What the shape of a document is made of: tables that tell what a document may not hold, and print its JSON Schema."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import attrs
from rulecheck.facts.period import parse_day, parse_period
from rulecheck.facts.problem import Path, nearest
from rulecheck.facts.quantity import parse_quantity
from rulecheck.rules.criteria import CRITERIA, kind_of, shapes
from rulecheck.rules.parameters import references, replaced, stand_in
from rulecheck.rules.plan import Complaint

LANGUAGES = ("da", "sv", "nb", "en")
FIRST_YEAR, LAST_YEAR = 1000, 9000


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
    if not re.fullmatch(r"(?!\$)[^\s/\[\]@#]+", text) or len(text) > 100:
        raise ValueError(text)
    return text


def _count(text: str) -> object:
    if not re.fullmatch(r"[1-9]\d{0,5}", text):
        raise ValueError(text)
    return text


TEXT = Scalar("text")
NAME = Scalar("a name without blanks and without any of / [ ] @ #", _name)
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

BY = (PERIOD, "the deadline: the last day of this period, included")


class Criterion:
    """A mapping whose kind is told by one of its keys; each kind's shape stands in its file under ``criteria/``."""


CRITERION = Criterion()


@cache
def criterion_shapes() -> dict[str, Object]:
    """How each kind of criterion is written, by kind."""
    return shapes()


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
            kind = kind_of(data) if isinstance(data, dict) else None
            if kind is None:
                known = {field for one in criterion_shapes().values() for field in one.fields}
                strange = set(data if isinstance(data, dict) else ()) - known
                guess = next(filter(None, (nearest(key, CRITERIA) for key in sorted(strange))), None)
                yield (
                    path,
                    "no kind of criterion is named here",
                    "did you mean `{guess}`?" if guess else "name one: {known}",
                    {"guess": guess, "known": ", ".join(CRITERIA)},
                )
            else:
                values: dict[Path, Any] = {
                    (field,): stand_in(field) for field in {str(ref.path[0]) for ref in references(data)}
                }
                yield from complaints(replaced(data, values) if values else data, criterion_shapes()[kind], path)
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


def schema(shape: Any) -> dict[str, Any]:
    """The shape as JSON Schema."""
    match shape:
        case Scalar(choices=()):
            return {"type": ["string", "number"], "description": shape.what}
        case Scalar():
            return {"enum": [*shape.choices, *(c == "true" for c in shape.choices if c in ("true", "false"))]}
        case Either():
            return {"anyOf": [schema(shape.text), schema(shape.other)]}
        case Many(named=True):
            return {"type": "object", "additionalProperties": schema(shape.of)}
        case Many():
            return {"type": "array", "items": schema(shape.of), "minItems": shape.least}
        case Criterion():
            return {"$ref": "#/$defs/criterion"}
    fields = {
        key: {**schema(value), "description": what} if what else schema(value)
        for key, (value, what) in shape.fields.items()
    }
    return {"type": "object", "properties": fields, "required": list(shape.required), "additionalProperties": False}
