"""RC005: deadlines, due dates and periods outside the plan's period."""

from collections.abc import Iterator

from rulecheck.rules.checks.check import Check, Document
from rulecheck.rules.criteria import Recurring
from rulecheck.rules.plan import Complaint

BAD = """\
plan: offices
period: 2024
goals:
  - goal: "1"
    targets:
      - {target: "1.1", require: {milestone: office_opened, by: 2025-Q2}}
events:
  office_opened: {label: Office opened}
"""
GOOD = BAD.replace("2025-Q2", "2024-Q3")


def find(document: Document) -> Iterator[Complaint]:
    """Every deadline, due date and period of a measure lies within the plan's period."""
    plan = document.plan.period
    for place in (*document.places, *document.alternatives):
        deadline, over = place.period("by", document.plan), place.period("over", document.plan)
        if deadline is not None and not plan.first <= deadline.last <= plan.last:
            yield (
                place.told_of("by"),
                "the deadline {day} lies outside the plan's period {plan}",
                "correct one of the two",
                {"day": deadline.last.isoformat(), "plan": plan.label},
            )
        if over is not None and not over.within(plan):
            yield (
                place.told_of("over"),
                "{period} lies outside the plan's period {plan}",
                "correct one of the two",
                {"period": over.label, "plan": plan.label},
            )
        if isinstance(place.criterion, Recurring):
            for day in place.criterion.dates or ():
                if not plan.first <= day <= plan.last:
                    yield (
                        place.told_of("on"),
                        "{day} lies outside the plan's period {plan}",
                        "correct one of the two",
                        {"day": day.isoformat(), "plan": plan.label},
                    )


CHECK = Check(
    "RC005",
    "outside-period",
    "error",
    "Every deadline, due date and period of a measure lies within the plan's period.",
    "What falls outside the plan's period is judged by another plan, or by none.",
    BAD,
    GOOD,
    find,
)
