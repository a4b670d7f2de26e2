"""Figures that add up: totals, and means and shares with what they are of, in pieces that come near the bound."""

from fractions import Fraction

from rulecheck.engine.testing.facts.teller import Data, Teller
from rulecheck.engine.testing.facts.values import cut, given, near, text_of
from rulecheck.facts.period import Period
from rulecheck.facts.quantity import Exact, terminates
from rulecheck.rules.criteria import Threshold


def sums(teller: Teller, leaf: Threshold, head: Data) -> None:
    """Tell the pieces of a period, now and then with a figure over several of them."""
    parts = cut(teller, leaf.over)
    if leaf.kind == "total":
        rows = [(amount, 0) for amount in _spread(teller, leaf, len(parts))]
    else:
        rows = _counted(teller, leaf, len(parts))
    told = given(teller, parts)
    known = [(part, row) for part, row in zip(parts, rows, strict=True) if part in told]
    for part, (amount, volume) in known:
        other = _numbers(teller, leaf, amount + teller.pick.among((1, 0, -1)), volume + teller.pick.among((0, 1)))
        teller.told(
            teller.measurements,
            {**head, "period": part.label, **_numbers(teller, leaf, amount, volume)},
            part.last,
            other,
        )
    if len(known) > 1 and teller.chance(30):
        _so_far(teller, leaf, head, known)
    if teller.chance(4):  # a figure of the whole, by itself
        teller.told(
            teller.measurements,
            {**head, "period": leaf.over.label, **_numbers(teller, leaf, *rows[0], alone=True)},
            leaf.over.last,
            {},
        )


def _so_far(teller: Teller, leaf: Threshold, head: Data, known: list[tuple[Period, tuple[Exact, int]]]) -> None:
    """A year-to-date figure over some of the pieces; one time in two it does not agree with them."""
    last = teller.pick.number(1, len(known) - 1)
    part = Period(known[0][0].first, known[last][0].last)
    amount = sum(row[0] for _, row in known[: last + 1])
    volume = sum(row[1] for _, row in known[: last + 1])
    amount += teller.pick.among((0, 0, 1, -1, 50))
    entry = {**head, "period": part.label, **_numbers(teller, leaf, amount, volume)}
    if teller.chance(25):
        entry["status"] = "preliminary"
    teller.told(teller.measurements, entry, part.last, {})


def _spread(teller: Teller, leaf: Threshold, size: int) -> list[Exact]:
    """Amounts of a total that come to a number near the bound."""
    aim = near(teller, leaf)
    if teller.mood == "badly" and teller.pick.chance(50):
        aim = Fraction(aim) / 2 if leaf.bound.operator == "at_least" else 2 * aim + 3
    share = aim if teller.pick.chance(25) else aim // size
    amounts: list[Exact] = [share] + [aim // size if share != aim else 0] * (size - 2) if size > 1 else []
    amounts.append(aim - sum(amounts))
    for i in range(size - 1):
        moved = teller.pick.among((0, 0, 1, share))
        if leaf.signed or amounts[i + 1] >= moved:
            amounts[i] += moved
            amounts[i + 1] -= moved
    return amounts


def _counted(teller: Teller, leaf: Threshold, size: int) -> list[tuple[Exact, int]]:
    """Amount and volume of each piece of a mean or share, together near the bound."""
    pick = teller.pick
    empty = pick.chance(45 if leaf.if_empty == "fulfilled" else 5)
    sliding, far = pick.chance(30), teller.mood != "well" and pick.chance(50)
    volumes = [0 if empty or pick.chance(4) else pick.among((10, 1, 4, 100, 3)) for _ in range(size)]
    end = pick.among([e for e in (leaf.bound.low, leaf.bound.high) if e is not None])
    inside = 1 if leaf.bound.operator == "at_least" else -1
    sense = {"well": inside, "mixed": pick.among((1, -1)), "badly": -inside, "silent": inside}[teller.mood]
    rows: list[tuple[Exact, int]] = []
    for i, volume in enumerate(volumes):
        amount = Fraction(end) * volume
        if volume and far:
            amount += sense * (amount + volume)
        elif volume and sliding:
            amount -= inside * Fraction(i - size // 2, 10) * volume
        elif volume and (i == size - 1 or pick.chance(25)):
            amount += sense * pick.among((0, 1, 2, volume))
        if leaf.kind == "share":
            up = inside > 0 and teller.mood == "well"
            amount = min(Fraction(volume), max(Fraction(0), Fraction(-(-amount // 1) if up else amount // 1)))
        elif not leaf.signed:
            amount = max(Fraction(0), amount)
        rows.append((amount, volume))
    return rows


def _numbers(teller: Teller, leaf: Threshold, amount: Exact, volume: int, alone: bool = False) -> Data:
    """The numbers of one piece, as a measure of its kind is given."""
    pick = teller.pick
    if not leaf.signed:
        amount = max(Fraction(0), Fraction(amount))
    if leaf.kind == "total":
        return {"total": text_of(amount)}
    volume = max(0, volume)
    if leaf.kind == "share":
        amount = min(amount, volume)
    if volume and terminates(value := Fraction(amount) / volume) and (alone or teller.chance(12)):
        volume_name = "count" if leaf.kind == "mean" else "denominator"
        return {"value": text_of(value), **({} if alone or pick.chance(30) else {volume_name: volume})}
    if leaf.kind == "mean":
        return {"total": text_of(amount) if volume else 0, "count": volume}
    return {"numerator": int(amount), "denominator": volume}
