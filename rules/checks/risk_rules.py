"""RC011: risk rules that can never fire."""

from collections.abc import Iterator

from rulecheck.facts.problem import Path
from rulecheck.rules.checks.check import Check, Document
from rulecheck.rules.criteria import Assessed, Criterion, Leaf, Milestone, Order, Threshold
from rulecheck.rules.criteria import leaves as leaves_of
from rulecheck.rules.plan import Complaint

BAD = """\
plan: offices
period: 2024
goals:
  - goal: "1"
    targets:
      - {target: "1.1", risk: {margin: 2 %}, require: {milestone: office_opened, by: 2024}}
events:
  office_opened: {label: Office opened}
"""
GOOD = BAD.replace("margin: 2 %", "lead-time: 30 days")
RULES = ("lead-time", "margin", "required-rate", "trend")
"""The rules that apply only where they are declared, with their number."""


def find(document: Document) -> Iterator[Complaint]:
    """Every risk rule that is declared with a number can fire: for its target, or as a default for some target."""
    targets = [(w, list(_leaves(w.target.criterion))) for w in document.targets]
    for written, leaves in targets:
        for rule in RULES:
            given = (written.fields.get("risk") or {}).get(rule)
            if given is not None and not any(_fires(rule, given, leaf) for leaf in leaves):
                yield _told((*written.path("risk"), rule), rule)
    for rule in RULES:
        given = (document.data.get("risk") or {}).get(rule)
        if given is not None and not any(_fires(rule, given, leaf) for _, leaves in targets for leaf in leaves):
            yield _told(("risk", rule), rule)


def _told(path: Path, rule: str) -> Complaint:
    message, remedy = "the risk rule `{rule}` can never fire here", "take it out, or declare it where it applies"
    return path, message, remedy, {"rule": rule}


def _leaves(criterion: Criterion) -> Iterator[Leaf]:
    """The leaves, and those that wait for a parameter."""
    for leaf in leaves_of(criterion):
        if isinstance(leaf, Assessed) and leaf.instead is not None:
            yield from _leaves(leaf.instead)
        else:
            yield leaf


def _fires(rule: str, given: object, leaf: Leaf) -> bool:
    """Whether some facts make the rule fire on the criterion. Source: semantics §5."""
    match rule:
        case "lead-time":
            return isinstance(leaf, Milestone | Order)
        case "margin":
            return isinstance(leaf, Threshold) and leaf.bound.operator != "exactly"
        case "required-rate":  # a rate is of what can be summed, against one end
            one_sided = isinstance(leaf, Threshold) and leaf.bound.operator in ("at_most", "at_least")
            return one_sided and isinstance(leaf, Threshold) and leaf.kind in ("mean", "share", "total")
        case _:  # at least two pieces that can be compared; a figure has one
            return isinstance(leaf, Threshold) and leaf.kind != "figure" and int(str(given)) >= 2


CHECK = Check(
    "RC011",
    "risk-rules",
    "warning",
    "Every risk rule that is declared with a number can fire: for its target, or as a default for some target.",
    "Who declares a warning relies on it; one that can never come is worse than none.",
    BAD,
    GOOD,
    find,
)
