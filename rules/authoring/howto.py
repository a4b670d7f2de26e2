"""How each kind of criterion is written: its keys, and an example with facts that fulfil it. From the kinds' own files."""

import json
from collections.abc import Iterator
from typing import Any

from rulecheck.facts.period import Period
from rulecheck.rules.authoring.writing import lines
from rulecheck.rules.criteria import CRITERIA, examples, shapes
from rulecheck.rules.criteria.example import Example
from rulecheck.rules.shape import Either, Many, Object, Scalar


def criteria_page(period: Period) -> str:
    """The page of all kinds, in Markdown, with facts of ``period``."""
    found, shown = shapes(), examples(period)
    page = [
        "# How each kind of promise is written",
        "",
        "Made from the files of the kinds in `rules/criteria/`; a test holds it to them, and judges every example fulfilled.",
        "`rulecheck new target FILE KIND` puts such an example into a plan. What the verdicts mean: [semantics.md](semantics.md) §4.",
    ]
    for kind in CRITERIA:
        page += ["", f"## {kind}", "", *_kind(found[kind], shown[kind])]
    return "\n".join(page) + "\n"


def _kind(shape: Object, example: Example) -> Iterator[str]:
    yield f"> {example.quote}"
    yield from ("", "```yaml", *lines("require", example.require))
    for key, entries in (("measures", example.measures), ("events", example.events)):
        if entries:
            yield from (f"{key}:", *(f"  {line}" for name, entry in entries.items() for line in lines(name, entry)))
    yield from ("```", "", "Facts that fulfil it:", "", "```json")
    rows = [f'  "{group}": [\n{_rows(told)}\n  ]' for group, told in example.rows.items() if told]
    yield from ("{", ",\n".join(rows), "}", "```", "", "| key | what it holds | |", "|---|---|---|")
    for key, (value, about) in shape.fields.items():
        name = f"**`{key}`**" if key in shape.required else f"`{key}`"
        yield f"| {name} | {_what(value)} | {about} |"


def _rows(told: Any) -> str:
    return ",\n".join(f"    {json.dumps(row, ensure_ascii=False)}" for row in told)


def _what(value: Any) -> str:
    """What a value of a shape is, in words."""
    match value:
        case Scalar():
            return value.what.replace("|", "\\|")
        case Either():
            return f"{_what(value.text)}, or {_what(value.other)}"
        case Many():
            return f"{'for each name ' if value.named else 'a list: '}{_what(value.of)}"
        case Object():
            return value.what
        case _:
            return "a criterion"
