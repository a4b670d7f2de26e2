"""What an open verdict still needs to become fulfilled. Source: semantics §7, docs/what-would-change-it.md."""

from collections.abc import Iterator
from typing import assert_never

from rulecheck.engine.needed.events import Data, Shown, needed_list, needed_milestone, needed_order, needed_reports
from rulecheck.engine.needed.figures import needed_figure
from rulecheck.engine.proof import Step
from rulecheck.rules.criteria import (
    Assessed,
    Combination,
    Criterion,
    Leaf,
    Milestone,
    Order,
    Recurring,
    SetChange,
    Threshold,
)


def needed(criterion: Criterion, step: Step) -> list[Data]:
    """For an open step, what is still missing for it to be fulfilled; nothing for a settled one."""
    if step.verdict in ("fulfilled", "missed"):
        return []
    if isinstance(criterion, Combination):
        return _cheapest(criterion, step)
    if step.rule.startswith("alternatives"):
        return [{"path": step.path, "what": "agreement", "facts": ids} for ids in step.data["conflicts"]]
    return [{"path": step.path, **entry} for entry in _of_leaf(criterion, step.data)]


def _cheapest(criterion: Combination, step: Step) -> list[Data]:
    """Of the open parts those that ask for least, as many as are wanted; ties in the plan's order."""
    lacking = criterion.count - sum(premise.verdict == "fulfilled" for premise in step.premises)
    parts = [
        needed(part, premise)
        for part, premise in zip(criterion.parts, step.premises, strict=True)
        if premise.verdict not in ("fulfilled", "missed")
    ]
    kept = sorted(sorted(range(len(parts)), key=lambda n: (_cost(parts[n]), n))[:lacking])
    return [entry for n in kept for entry in parts[n]]


def _cost(entries: list[Data]) -> int:
    """How many things they ask for; what nothing can bring about any more, or must be agreed first, comes last."""
    if not entries or any(e["what"] == "agreement" or e.get("out_of_reach") for e in entries):
        return 1 << 30
    return sum(e.get("count", 1) for e in entries)


def _of_leaf(criterion: Leaf, data: Shown) -> Iterator[Data]:
    match criterion:
        case Threshold():
            yield from needed_figure(criterion, data)
        case SetChange():
            yield from needed_list(data)
        case Milestone():
            yield from needed_milestone(data)
        case Order():
            yield from needed_order(data)
        case Recurring():
            yield from needed_reports(data)
        case Assessed():
            open_points = {"undeclared": data["undeclared"]} if "undeclared" in data else {}
            yield {"what": "assessment", "roles": data["roles"], "by": data["by"], **open_points}
        case _:
            assert_never(criterion)
