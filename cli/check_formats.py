"""What the checks found, for machines: JSON, SARIF (for code scanning) and GitHub's workflow commands."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rulecheck.cli.language import Language
    from rulecheck.facts.problem import Problem
    from rulecheck.rules.plan import Plan

Found = Sequence[tuple[str, "Plan | None", Sequence["Problem"]]]
"""For each plan its file, the plan (None: it cannot be read) and what was found."""
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render_json(found: Found, language: "Language") -> str:
    """``rulecheck/checks/1``: docs/formats.md."""
    plans = [
        {"file": file, "plan": plan.id if plan else None, "problems": [_problem(p, language) for p in problems]}
        for file, plan, problems in found
    ]
    return _dumped({"schema": "rulecheck/checks/1", "plans": plans})


def _problem(problem: "Problem", language: "Language") -> dict[str, Any]:
    place = problem.place
    return {
        "check": problem.code,
        "level": problem.severity,
        "message": language.complain(problem.message, problem.values),
        "remedy": language.complain(problem.remedy, problem.values),
        "line": place.line,
        "column": place.column,
        "path": place.path,
    }


def render_sarif(found: Found, language: "Language") -> str:
    """SARIF 2.1.0 (OASIS), as code scanning reads it: one run, a rule a check."""
    from rulecheck.engine.version import VERSION
    from rulecheck.rules.checks import all_checks

    rules = [
        {
            "id": check.id,
            "name": check.name,
            "shortDescription": {"text": language.say(check.what)},
            "fullDescription": {"text": language.say(check.why)},
            "defaultConfiguration": {"level": check.level},
        }
        for check in all_checks()
    ]
    driver = {"name": "rulecheck", "version": VERSION, "rules": rules}
    results = [_result(file, problem, language) for file, _, problems in found for problem in problems]
    run = {"columnKind": "unicodeCodePoints", "tool": {"driver": driver}, "results": results}
    return _dumped({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _result(file: str, problem: "Problem", language: "Language") -> dict[str, Any]:
    message = language.complain(problem.message, problem.values)
    remedy = language.complain(problem.remedy, problem.values)
    location: dict[str, Any] = {"artifactLocation": {"uri": _uri(file)}}
    if problem.place.line:
        location["region"] = {"startLine": problem.place.line, "startColumn": problem.place.column}
    return {
        "ruleId": problem.code,
        "level": problem.severity,
        "message": {"text": f"{message}; {remedy}" if remedy else message},
        "locations": [{"physicalLocation": location}],
    }


def _uri(file: str) -> str:
    """A file as SARIF names it: a URI, relative to where the command was run (RFC 3986)."""
    from urllib.parse import quote

    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def render_github(found: Found, language: "Language") -> str:
    """A workflow command a problem: GitHub shows it at its line."""
    return "".join(_annotation(file, problem, language) for file, _, problems in found for problem in problems)


def _annotation(file: str, problem: "Problem", language: "Language") -> str:
    message = language.complain(problem.message, problem.values)
    remedy = language.complain(problem.remedy, problem.values)
    words: Mapping[str, object] = {
        "file": PurePath(file).as_posix(),  # as GitHub names it: without ./
        "line": problem.place.line or 1,
        "col": problem.place.column or 1,
        "title": f"rulecheck {problem.code}",
    }
    properties = ",".join(f"{key}={_escaped(str(value), ':,')}" for key, value in words.items())
    return f"::{problem.severity} {properties}::{_escaped(f'{message}; {remedy}' if remedy else message)}\n"


def _escaped(text: str, further: str = "") -> str:
    """As GitHub reads them: https://github.com/actions/toolkit, packages/core/src/command.ts."""
    for char in "%\r\n" + further:
        text = text.replace(char, f"%{ord(char):02X}")
    return text


def _dumped(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


FORMATS: Mapping[str, Callable[[Found, "Language"], str]] = {
    "json": render_json,
    "sarif": render_sarif,
    "github": render_github,
}
