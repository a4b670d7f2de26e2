"""The list that keeps a set as the plan wants it."""

from datetime import date

from rulecheck.engine.proposal.draft import Data, Draft, Impossible
from rulecheck.facts.facts import Listing
from rulecheck.rules.criteria import SetChange


def meet_list(draft: Draft, leaf: SetChange, data: Data) -> None:
    """A final list of the last day: the members of the base, or all but one of them."""
    if "base" not in data:
        raise Impossible("what it is compared with is not known")
    base = draft.known[data["base"]["fact"]]
    assert isinstance(base, Listing)
    members = base.members if leaf.direction == "no-new" else base.members[:-1]
    if leaf.direction == "fewer" and not base.members:
        raise Impossible("fewer than none there cannot be")
    if base.preliminary:
        _list_of(draft, leaf, base.at, base.members)
    last = data["lists"][-1] if data["lists"] else None
    if last is None or last["at"] != data["by"] or last["status"] != "final":
        _list_of(draft, leaf, leaf.over.last, members)
    elif last["new"] if leaf.direction == "no-new" else last["size"] >= data["size"]:
        raise Impossible("the last list is final")


def _list_of(draft: Draft, leaf: SetChange, day: date, members: tuple[str, ...]) -> None:
    name = f"{leaf.measure}/{day.isoformat()}"
    draft.add(Listing(**draft.head(name), measure=leaf.measure, at=day, members=members))
