"""Changes of a set: the list at the base, the lists after it, and who descends from whom."""

from rulecheck.engine.reference.world import World, agreed, choices_of, lean
from rulecheck.facts.facts import Listing
from rulecheck.rules.criteria import SetChange
from rulecheck.rules.plan import Target


def set_change_verdict(criterion: SetChange, target: Target, world: World) -> str:
    """The list at the base against those after it, for each way contradicting lists can be true."""
    days = sorted(about[1] for kind, about in world.things if kind == "list" and about[0] == criterion.measure)
    days = [day for day in days if day <= criterion.over.last]
    told = [world.told("list", (criterion.measure, day)) for day in days]
    while sum(d <= criterion.base for d in days) > 1:  # an older list matters only where the newer may be taken back
        second = [d for d in days if d <= criterion.base][1]
        if not any(
            all(not v.withdrawn for v in vs) for d, vs in zip(days, told, strict=True) if second <= d <= criterion.base
        ):
            break
        days, told = days[1:], told[1:]
    return agreed(
        _listed(criterion, target, world, [v for v in choice if not v.withdrawn]) for choice in choices_of(told)
    )


def _listed(criterion: SetChange, target: Target, world: World, lists: list[Listing]) -> str:
    base = [found for found in lists if found.at <= criterion.base][-1:]
    later = [found for found in lists if found.at > criterion.base]
    inside = [found for found in later if found.at >= criterion.over.first]
    today, lag = world.as_of, criterion.closes - criterion.over.last
    over = today > criterion.closes
    no_new = criterion.direction == "no-new"

    def new(listed: Listing, counting: list[Listing]) -> int:
        return sum(not forebears(m, listed, counting) & set(base[0].members) for m in listed.members)

    def grown(listed: Listing, counting: list[Listing]) -> int:
        """By how much it is larger than the base, when descent is followed."""
        kept = {name for m in listed.members for name in forebears(m, listed, counting)}
        return new(listed, counting) - sum(m not in kept for m in base[0].members)

    if base and not base[0].preliminary and no_new and any(not f.preliminary and new(f, later) for f in later):
        return "missed"
    last = inside[-1] if inside else None
    certain = base and last and not base[0].preliminary and not last.preliminary
    if certain and last and (over or last.at == criterion.over.last):
        final = [f for f in later if not f.preliminary]
        if no_new and not new(last, final):
            return "fulfilled"
        smaller = {grown(last, counting) < 0 for counting in (later, final)}
        if not no_new and len(smaller) == 1:
            return "fulfilled" if smaller.pop() else "missed"
    if over and not inside and criterion.undocumented == "missed":
        return "missed"
    if over and not base:
        return "at-risk"
    worse = base and later and (new(later[-1], later) if no_new else grown(later[-1], later) >= 0)
    stale = any(f.preliminary and today > f.at + lag for f in [*base, *inside[-1:]])
    return lean({"R1": bool(worse), "R7": stale or (over and not inside)}, target)


def forebears(member: str, listed: Listing, lists: list[Listing]) -> set[str]:
    """The member with all it descends from, a list at a time, from its own list back."""
    names = {member}
    for earlier in sorted((f for f in lists if f.at <= listed.at), key=lambda f: f.at, reverse=True):
        names |= {name for heir, names_ in earlier.origins if heir in names for name in names_}
    return names
