"""Lists of members, in which members go, come, merge and split."""

from datetime import timedelta

from rulecheck.engine.testing.facts.teller import Data, Teller
from rulecheck.rules.criteria import SetChange

AREAS = ("A", "B", "C", "D")


def lists(teller: Teller, leaf: SetChange) -> None:
    """A base list, and lists in which members go, come, merge and split."""
    pick = teller.pick
    members = list(AREAS[: pick.number(1, 4)])
    head: Data = {"measure": leaf.measure}
    day = leaf.base - timedelta(pick.among((0, 0, 30)))
    if teller.tidy or pick.chance(90):
        teller.told(teller.measurements, {**head, "at": day.isoformat(), "members": members}, day, {"members": ["A"]})
    if teller.chance(12):
        day -= timedelta(100)
        teller.told(teller.measurements, {**head, "at": day.isoformat(), "members": ["A", "Z"]}, day, {"members": []})
    days = {leaf.over.last} if teller.tidy or pick.chance(60) else set()
    days |= {pick.day(leaf.over.first, leaf.over.last) for _ in range(pick.number(0, 2))}
    for day in sorted(days) if teller.mood != "silent" or teller.tidy else []:
        members, origins = _changed(teller, members)
        entry: Data = {**head, "at": day.isoformat(), "members": members}
        if origins:
            entry["from"] = origins
        teller.told(teller.measurements, entry, day, {"members": [*members, "Q"] if pick.chance(50) else members[:1]})


def _changed(teller: Teller, members: list[str]) -> tuple[list[str], Data]:
    """The next list, and what its members descend from."""
    pick = teller.pick
    now: list[str] = list(members)
    origins: Data = {}
    fresh = [name for name in "KLMNOPRSTU" if name not in members]
    if now and pick.chance(35):  # split
        parent = now.pop(pick.number(0, len(now) - 1))
        heirs, fresh = fresh[:2], fresh[2:]
        now += heirs
        origins |= {heir: [parent] for heir in heirs if not teller.chance(8)}
    if len(now) > 1 and pick.chance(25):  # merge
        heir, fresh = fresh[0], fresh[1:]
        parents, now = now[:2], [*now[2:], heir]
        origins[heir] = parents
    losing = {"well": 90, "mixed": 40}.get(teller.mood, 10)
    if now and pick.chance(losing):
        gone = now.pop(pick.number(0, len(now) - 1))
        origins.pop(gone, None)
    if pick.chance({"well": 4, "mixed": 20}.get(teller.mood, 50)):
        now.append(fresh[-1])
    return now, {heir: parents for heir, parents in origins.items() if heir in now}
