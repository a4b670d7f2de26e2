"""Where a plan was amended: the targets that are new, changed or withdrawn, and which versions to judge them by.

A changed or withdrawn target is also judged by the version it first stood in, so that the original can be shown beside
what is in force. Source: semantics §2.
"""

from typing import NamedTuple

import attrs
from rulecheck.rules.plan import Plan, Target, Version


class Withdrawal(NamedTuple):
    """A target that the version in force no longer has."""

    target: str
    version: Version
    """The version that took it out."""
    reason: str


def withdrawals(plan: Plan, version: Version) -> list[Withdrawal]:
    """The targets taken out by the version in force or one before it, in the order they were."""
    found = []
    until = plan.versions[: plan.versions.index(version) + 1]
    for target, reason in version.withdrawn.items():
        lasted = max(n for n, one in enumerate(until) if any(t.id == target for t in one.targets))
        found.append(Withdrawal(target, until[lasted + 1], reason))
    return found


def added(plan: Plan, target: str) -> Version | None:
    """The amendment that brought the target in; None when it stood in the plan as signed."""
    first = introduced(plan, target)
    return None if first is plan.versions[0] else first


def introduced(plan: Plan, target: str) -> Version:
    """The first version that has the target."""
    return next(version for version in plan.versions if any(t.id == target for t in version.targets))


def changed(plan: Plan, version: Version) -> dict[str, Version]:
    """The targets of the version in force that promised something else when they first stood in the plan, and where."""
    found = {}
    for target in version.targets:
        first = introduced(plan, target.id)
        if first is not version and promise(target) != promise(of(first, target.id)):
            found[target.id] = first
    return found


def of(version: Version, target: str) -> Target:
    """The target as a version has it."""
    return next(t for t in version.targets if t.id == target)


def promise(target: Target) -> object:
    """What an amendment can change of a target so that it promises something else, or is worth something else."""
    return attrs.astuple(target.criterion, recurse=True), target.weight, target.modality


def changes(plan: Plan, target: str, until: Version) -> list[tuple[Version, Target]]:
    """The amendments up to ``until`` that added the target or changed what it promises, with the target as they have it."""
    found: list[tuple[Version, Target]] = []
    before: object = None
    for n, version in enumerate(plan.versions[: plan.versions.index(until) + 1]):
        for now in (t for t in version.targets if t.id == target):
            if n and promise(now) != before:
                found.append((version, now))
            before = promise(now)
    return found
