"""What must hold between the parts of a plan, and between its rules and its words: one small check a file.

A check is a frozen record (``check.Check``) with its documentation and two whole plans, one that it complains of and one
that it does not. Errors are looked for whenever a plan is read; warnings only where somebody asks (``rulecheck plans
check``), so that they cost nothing elsewhere.
"""

from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any

from rulecheck.rules.checks.check import Check, Document
from rulecheck.rules.plan import Complaint, Plan

__all__ = ["ERRORS", "WARNINGS", "Check", "Document", "all_checks", "errors", "warnings"]

ERRORS = ("weights", "event_cycles", "target_cycles", "records", "outside_period", "count_above_set")
"""The files of the checks without which a plan cannot be used, in order of their ids."""
WARNINGS = (
    "bounds",
    "order_of_deadlines",
    "shared_events",
    "unused",
    "risk_rules",
    "wording",
    "text_drift",
    "verbatim",
    "non_working_days",
)
"""The files of the checks that tell what is probably not meant, in order of their ids."""
Found = tuple[Check, Complaint]


def all_checks() -> tuple[Check, ...]:
    """Every check, in order of its id."""
    return tuple(_loaded((*ERRORS, *WARNINGS)))


def errors(plan: Plan, data: Any, without: tuple[str, ...] = ()) -> list[Found]:
    """What makes a plan unusable. ``without`` names the checks (by file) that are left out."""
    return _found(_loaded(name for name in ERRORS if name not in without), Document(plan, data))


def warnings(document: Document) -> list[Found]:
    """What is probably not meant."""
    return _found(_loaded(WARNINGS), document)


def _loaded(names: Iterable[str]) -> Iterator[Check]:
    for name in names:
        check: Check = import_module(f"{__name__}.{name}").CHECK
        yield check


def _found(checks: Iterable[Check], document: Document) -> list[Found]:
    found: list[Found] = []
    for check in checks:
        for complaint in check.find(document):
            if (check, complaint) not in found:  # what several versions of a plan share is told once
                found.append((check, complaint))
    return found
