"""How many members of a list would have to be wrong: what it would be with ever more members, or with ever fewer.

What counts of the lists after the base is one number: how many are new, or by how many the last list is larger than the
base. Each step takes in or leaves out the member that moves this number furthest; so the first step is the best there
is, and the steps after it are the best after the one before.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

import attrs
from rulecheck.engine.findings.set_change import compared_lists
from rulecheck.engine.proof import Step
from rulecheck.engine.robustness.probe import Flip, Probe
from rulecheck.facts.facts import Listing
from rulecheck.rules.criteria import SetChange

MOST_TRIED = 200
"""So many members that differ in what they are on, or descend from, are tried at each step."""
FRESH = "+{n}"


def list_flips(probe: Probe, leaf: SetChange, step: Step) -> Iterator[Flip]:
    """So many members more or fewer on one list: the smallest number, and of equals the latest list."""
    if "base" not in step.data or not step.data["lists"]:
        return
    facts = [probe.known[entry["fact"]] for entry in (step.data["base"], *step.data["lists"])]
    lists = [fact for fact in facts if isinstance(fact, Listing)]
    found: list[Flip] = []
    least = _most_steps(leaf, lists)
    for place in range(len(lists) - 1, -1, -1):
        for more, up in ((True, True), (False, False), (True, False), (False, True)):
            tried = islice(_wrong_lists(leaf, lists, place, more, up), least)
            for count, changed in enumerate(tried, 1):
                verdict = probe.judged_with(changed)
                if verdict != probe.now:
                    found.append(Flip(step.path, changed.id, verdict, members=count if more else -count))
                    least = count - 1
                    break
    yield from found[-1:]


def _wrong_lists(leaf: SetChange, lists: Sequence[Listing], place: int, more: bool, up: bool) -> Iterator[Listing]:
    """The list at ``place`` (0 is the base) with one member more, or fewer, at each step; ``up``: towards what is worse."""

    def weigh(changed: Listing) -> tuple[int, int]:
        number = _number(leaf, [*lists[:place], changed, *lists[place + 1 :]])
        return (number[0] if up else -number[0], number[1] if up else -number[1])

    kinds = _kinds(lists)
    listed, taken = lists[place], 0
    while True:
        if more:
            fresh = next(name for n in range(len(kinds) + 1) if (name := FRESH.format(n=taken + n + 1)) not in kinds)
            taken += 1
            names = [fresh, *(name for name in kinds if name not in listed.members)]
            tried = [attrs.evolve(listed, members=tuple(sorted((*listed.members, n)))) for n in _one_each(names, kinds)]
        else:
            tried = [_without(listed, name) for name in _one_each(listed.members, kinds)]
        if not tried:
            return
        listed = max(tried, key=weigh)
        yield listed


def _kinds(lists: Sequence[Listing]) -> dict[str, object]:
    """By name what it is alike in: on which lists it is; a name that descent is told of is like no other."""
    kinds: dict[str, object] = {}
    for listed in reversed(lists):
        for name in (*listed.members, *(earlier for _, names in listed.origins for earlier in names)):
            kinds.setdefault(name, tuple(name in one.members for one in lists))
    told = {name for listed in lists for member, names in listed.origins for name in (member, *names)}
    return {name: name if name in told else kind for name, kind in kinds.items()}


def _one_each(names: Iterable[str], kinds: Mapping[str, object]) -> list[str]:
    """One name of each kind, at most so many."""
    found: dict[object, str] = {}
    for name in names:
        found.setdefault(kinds.get(name, name), name)
    return list(found.values())[:MOST_TRIED]


def _most_steps(leaf: SetChange, lists: Sequence[Listing]) -> int:
    """More members than this make no difference that fewer do not make."""
    found = compared_lists(lists[0], lists[1:])
    apart: list[int] = [abs(entry["size"] - len(lists[0].members)) for entry in found]
    return max([1, *(n + 1 for n in apart), *(len(entry["new"]) for entry in found)])


def _number(leaf: SetChange, lists: Sequence[Listing]) -> tuple[int, int]:
    """What is compared: first of the lists that matter most, then of all of them."""
    found = compared_lists(lists[0], lists[1:])
    if leaf.direction == "fewer":
        number = found[-1]["size"] - len(lists[0].members)
        return number, number
    return len(found[-1]["new"]), sum(len(entry["new"]) for entry in found)


def _without(listed: Listing, name: str) -> Listing:
    origins = tuple(entry for entry in listed.origins if entry[0] != name)
    return attrs.evolve(listed, members=tuple(m for m in listed.members if m != name), origins=origins)
