"""A plan document → Plan, with every problem of the document in one run."""

from typing import Any

from rulecheck.facts.problem import InvalidPlan, Path, Place, Problem, Severity, dotted
from rulecheck.rules.build_plan import build_plan
from rulecheck.rules.check_plan import check_plan
from rulecheck.rules.document import PLAN
from rulecheck.rules.plan import Complaint, Plan
from rulecheck.rules.shape import complaints
from rulecheck.rules.yaml_document import Positions, read_yaml


def read_plan(content: bytes, file: str, sha256: str) -> tuple[Plan, Any, tuple[Problem, ...]]:
    """The plan, its plain data (for the cache) and warnings. Raises InvalidPlan with every problem found."""
    data, positions = read_yaml(content, file)
    lines = content.decode("utf-8-sig").splitlines()

    def problems(found: list[Complaint], severity: Severity = "error") -> list[Problem]:
        return [_problem(complaint, positions, lines, file, severity) for complaint in found]

    misshapen = list(complaints(data, PLAN))
    if misshapen:
        raise InvalidPlan(problems(misshapen))
    plan, errors, warnings = build_plan(data, sha256)
    wrong = errors + check_plan(plan)
    if wrong:
        raise InvalidPlan(problems(wrong))
    return plan, data, tuple(problems(warnings, "warning"))


def _problem(complaint: Complaint, positions: Positions, lines: list[str], file: str, severity: Severity) -> Problem:
    path, message, remedy, values = complaint
    nearest: Path = path
    while nearest and nearest not in positions:
        nearest = nearest[:-1]
    line, column = positions[nearest]
    text = lines[line - 1] if line <= len(lines) else ""  # an empty value may stand after the last line
    return Problem("plan", message, Place(file, line, column, dotted(path)), remedy, values, text, severity)
