"""RC004: measures that are computed from case records."""

from collections.abc import Iterator

from rulecheck.rules.checks.check import Check, Document
from rulecheck.rules.plan import Complaint

BAD = """\
plan: offices
period: 2024
goals:
  - goal: "1"
    targets:
      - {target: "1.1", require: {share: replies_in_time, at_least: 90 %, over: 2024}}
measures:
  replies_in_time:
    records:
      source: letters
      days: {from: sent, to: replied}
      period: replied
"""
GOOD = BAD.replace("days: {from: sent, to: replied}", "in_time: {from: sent, done: replied, deadline: due}")


def find(document: Document) -> Iterator[Complaint]:
    """Measures that are computed from case records are computed in one way, which their kind has."""
    if any(measure.records is not None for measure in document.plan.measures.values()):
        from rulecheck.rules.records import record_complaints

        yield from record_complaints(document.plan)


CHECK = Check(
    "RC004",
    "records",
    "error",
    "A measure that is computed from case records is computed in one way, which its kind has.",
    "A share needs rows that count and rows that do not, a mean a number of days; anything else gives no figure.",
    BAD,
    GOOD,
    find,
)
