"""What a plan promises, as written: when it was signed, and after each amendment."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rulecheck.facts.problem import Path, nearest
from rulecheck.rules.reader import Data, Reader
from rulecheck.rules.readings import shown_only

Names = Sequence[tuple[str, Path]]
KINDS = ("goal", "target")
"""What may be there only once, as messages name it."""


class Promised(NamedTuple):
    """The targets of one version and where each stands: of an amended one, in its amendment."""

    order: Mapping[str, list[str]]
    """Goal → its targets."""
    targets: Mapping[str, tuple[Path, Data]]
    """Every target there is or was, so that one taken out may come back."""
    weights: Mapping[str, tuple[Path, str | None]]
    """Goal → the sum of its targets' weights, where one is stated."""
    withdrawn: Mapping[str, str]
    """Targets taken out, with the reason."""


def as_signed(data: Data, reader: Reader) -> Promised:
    """What the plan promised at first. A goal or target that is there twice is an error."""
    goals = list(enumerate(data["goals"]))
    targets = [(("goals", i, "targets", j), t) for i, g in goals for j, t in enumerate(g["targets"])]
    goal_names: Names = [(goal["goal"], ("goals", i, "goal")) for i, goal in goals]
    target_names: Names = [(target["target"], (*path, "target")) for path, target in targets]
    for what, names in zip(KINDS, (goal_names, target_names), strict=True):
        _once(what, names, reader)
    return Promised(
        {goal["goal"]: [t["target"] for t in goal["targets"]] for _, goal in goals},
        {target["target"]: (path, target) for path, target in targets},
        {goal["goal"]: (("goals", i, "weight"), goal.get("weight")) for i, goal in goals},
        {},
    )


def amended(before: Promised, amendment: Data, path: Path, reader: Reader) -> Promised:
    """What is promised after an amendment of goals' weights and of targets: changed, taken out, or new."""
    after = before
    for goal, weight in (amendment.get("goals") or {}).items():
        here: Path = (*path, "goals", goal)
        if goal not in after.weights:
            known = ", ".join(after.weights)
            reader.error(here, "unknown goal `{name}`", "known are: {known}", name=goal, known=known)
        after = after._replace(weights={**after.weights, goal: (here, weight)})
    for target, change in (amendment.get("targets") or {}).items():
        after = _changed(after, target, change, (*path, "targets", target), reader)
    return after


def _changed(before: Promised, target: str, change: Data, path: Path, reader: Reader) -> Promised:
    """One target changed, taken out, or added to a goal."""
    order, targets, _, withdrawn = before
    promised = [t for members in order.values() for t in members]
    if target in promised and change.get("withdrawn"):
        return before._replace(
            order={goal: [t for t in members if t != target] for goal, members in order.items()},
            withdrawn={**withdrawn, target: change["withdrawn"]},
        )
    if target in promised:
        _, written = targets[target]
        if "require" in change and written.get("readings"):
            written = {**written, "readings": shown_only(written["readings"])}
        return before._replace(targets={**targets, target: (path, {**written, **change})})
    if change.get("goal") in order and not change.get("withdrawn"):
        return before._replace(
            order={g: [*members, target] if g == change["goal"] else members for g, members in order.items()},
            targets={**targets, target: (path, {**change, "target": target})},
            withdrawn={t: reason for t, reason in withdrawn.items() if t != target},
        )
    guess = nearest(target, promised)
    remedy = "did you mean `{guess}`?" if guess else "a new target names its `goal`"
    reader.error(path, "unknown target `{name}`", remedy, name=target, guess=guess)
    return before


def _once(what: str, names: Names, reader: Reader) -> None:
    seen: set[str] = set()
    for name, path in names:
        if name in seen:
            reader.error(path, "the {what} `{name}` is there twice", "give each its own id", what=what, name=name)
        seen.add(name)
