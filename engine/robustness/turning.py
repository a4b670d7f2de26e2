"""Where the rules about a measure turn: the exact values of the measure, of its base, and of single figures.

Each is worked out from what the rule compares; whether the verdict turns there is for the search to try.
"""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from rulecheck.engine.edges import Edges, edges
from rulecheck.engine.findings.value import rounded
from rulecheck.engine.robustness.seen import (
    Rated,
    Seen,
    amount_of,
    end_of,
    number_of,
    parts_of,
    quotient,
)
from rulecheck.facts.facts import Measurement
from rulecheck.facts.quantity import Exact, distance, exact
from rulecheck.rules.criteria import Bound

# --- the value ---


def value_limits(seen: Seen) -> Iterator[Exact]:
    """The values of the measure at which a rule about it may turn."""
    leaf = seen.leaf
    if seen.value is None:
        return
    yield from _ends(edges(leaf.bound, leaf.rounded_to))
    if seen.final:
        return
    yield from _so_far(seen)
    yield from _at_expected(seen)
    yield from _required(seen)
    yield from _settled(seen)


def _ends(found: Edges) -> Iterator[Exact]:
    for edge in found:
        if edge is not None:
            yield edge.limit


def _so_far(seen: Seen) -> Iterator[Exact]:
    """R1 and R2: what the value so far is held against, and the declared margin within it."""
    held, margin, step = seen.held, seen.risks.margin, seen.leaf.rounded_to
    yield from _ends(edges(held, step))
    if margin is None or held.operator == "exactly":
        return

    def allowed(end: Exact) -> Exact:
        return exact(margin * distance(end, 0)) if seen.risks.margin_is_relative else margin

    low = None if held.low is None else held.low + allowed(held.low)
    high = None if held.high is None else held.high - allowed(held.high)
    yield from _ends(edges(Bound(held.operator, low, high, strict=True), step))
    if held.low is not None and held.high is not None and seen.risks.margin_is_relative:
        yield quotient(held.low + held.high, 2)  # beyond it the other end is the nearest


def _at_expected(seen: Seen) -> Iterator[Exact]:
    """R9, and what is secured: the least and the greatest value that the expected volume leaves possible."""
    leaf = seen.leaf
    if leaf.signed:
        return
    for volume in seen.expected:
        for limit in _ends(edges(leaf.bound, leaf.rounded_to)):
            yield quotient(limit * volume, seen.volume)
            if leaf.kind == "share":
                yield quotient(limit * volume - volume + seen.items, seen.volume)


def references(seen: Seen) -> list[Exact]:
    """What the rest is measured by now, and what it would be without the best quarter."""
    if seen.declared is not None:
        return [seen.declared]
    return sorted({rate for _, rate in seen.quarters}, reverse=seen.leaf.bound.operator != "at_most")[:2]


def _required(seen: Seen) -> Iterator[Exact]:
    """R3: the value so far that leaves the rest exactly the reference to achieve."""
    end = end_of(seen.leaf.bound)
    if seen.whole or end is None:
        return
    for reference in references(seen):
        if seen.leaf.kind == "total":
            yield exact(end - reference * seen.days)
        for volume in seen.expected:
            yield quotient(end * volume - reference * (volume - seen.items), seen.volume)


def _settled(seen: Seen) -> Iterator[Exact]:
    """A total that cannot fall: where the final figures among its pieces alone reach the bound."""
    final = amount_of(tuple(p for p in seen.pieces if not p.preliminary))
    if seen.leaf.kind == "total" and not seen.leaf.signed and final != seen.amount:
        for limit in _ends(edges(seen.leaf.bound, seen.leaf.rounded_to)):
            yield limit + seen.amount - final


# --- the base of a trend ---


def base_limits(seen: Seen) -> Iterator[Exact]:
    """The values of the base period at which the bound that comes of them meets something it is compared with."""
    trend, base, leaf = seen.leaf.trend, seen.base, seen.leaf
    if trend is None or base is None:
        return

    def meeting(ends: Iterable[Exact], step: Exact | None) -> Iterator[Exact]:
        for end in ends:
            bound = trend.bound_of_base(end)
            if bound is not None:
                yield from _ends(edges(bound, step))

    yield from meeting(_ends_to_meet(seen), leaf.rounded_to)
    if base.part:  # which is compared unrounded; the base value changes by as much as that of its part
        yield from (limit + base.value - amount_of(base.part) for limit in meeting(_with_margin(seen), None))


def _ends_to_meet(seen: Seen) -> Iterator[Exact]:
    leaf = seen.leaf
    value = rounded(leaf, seen.value)
    if value is not None:
        yield value
    if seen.final:
        return
    yield from (rounded(leaf, forecast) or 0 for forecast in seen.forecast)
    yield from _with_margin(seen)
    for volume in seen.expected:
        yield rounded(leaf, quotient(seen.amount, volume)) or 0
        if leaf.kind == "share":
            yield rounded(leaf, quotient(seen.amount + volume - seen.items, volume)) or 0
    for reference in () if seen.whole else references(seen):
        if leaf.kind == "total":
            yield exact(seen.amount + reference * seen.days)
        for volume in seen.expected:
            yield quotient(reference * (volume - seen.items) + seen.amount, volume)
    if leaf.kind == "total":
        yield rounded(leaf, amount_of(tuple(p for p in seen.pieces if not p.preliminary))) or 0


def _with_margin(seen: Seen) -> Iterator[Exact]:
    """The value, and the ends of a bound that would have it exactly the declared margin inside."""
    value, margin = rounded(seen.leaf, seen.value), seen.risks.margin
    if value is None:
        return
    yield value
    if margin is None:
        return
    inwards = 1 if seen.leaf.bound.operator == "at_most" else -1
    if not seen.risks.margin_is_relative:
        yield value + inwards * margin
        return
    for part in (1 - margin, 1 + margin):
        if part:
            yield quotient(value, part)


# --- single figures ---


def own_numbers(seen: Seen) -> Iterator[tuple[Measurement, Exact]]:
    """The numbers of single figures at which a rule that looks at them one by one may turn."""
    yield from _worsening(seen)
    yield from _as_reference(seen)


def _worsening(seen: Seen) -> Iterator[tuple[Measurement, Exact]]:
    """R8: a figure exactly as good as the one before it, or after it."""
    bound = seen.leaf.bound
    for place, (figure, _) in enumerate(seen.run):
        for _, rate in (*seen.run[max(place - 1, 0) : place], *seen.run[place + 1 : place + 2]):
            inside = bound.margin(rate)
            ends = (
                None if bound.low is None else bound.low + inside,
                None if bound.high is None else bound.high - inside,
            )
            for equal in {end for end in ends if end is not None}:
                yield figure, exact(equal * parts_of(seen.leaf, figure))


def _as_reference(seen: Seen) -> Iterator[tuple[Measurement, Exact]]:
    """R3: a quarter that comes to exactly what the rest must achieve.

    Of quarters that have no other part in the criterion the one is taken for which the least has to change: what each
    of them does is the same.
    """
    base = seen.base.pieces if seen.base else ()
    outside: list[tuple[Measurement, Exact]] = []
    for figure, _ in seen.quarters:
        found = list(_meeting(seen, figure))
        if figure in seen.pieces or figure in base:
            yield from ((figure, number) for number in found)
        else:
            outside += [(figure, number) for number in found if _matters(seen, seen.quarters, figure)]
    yield from sorted(outside, key=lambda one: (distance(one[1], number_of(one[0])), one[0].id))[:1]


def _matters(seen: Seen, quarters: Rated, figure: Measurement) -> bool:
    """Whether the rest would have to do better than all other quarters, so that it depends on this one."""
    others = [rate for other, rate in quarters if other is not figure]
    required = _to_achieve(seen, 0, end_of(seen.leaf.bound))
    if seen.leaf.bound.operator == "at_most":
        return not others or min(required, default=0) < min(others)
    return not others or max(required, default=0) > max(others)


def _meeting(seen: Seen, figure: Measurement) -> Iterator[Exact]:
    """The numbers at which the figure comes to what the rest must achieve, which may itself depend on the figure.

    Both are linear in the number, so two points tell where they meet.
    """
    now = number_of(figure)
    parts = parts_of(seen.leaf, figure)
    places = (0, 1)
    apart = [
        [required - quotient(now + more, parts) for required in _to_achieve(seen, *_moved(seen, figure, more))]
        for more in places
    ]
    for here, there in zip(*apart, strict=True):
        if here != there:
            yield exact(now + Fraction(here) / (here - there))


def _moved(seen: Seen, figure: Measurement, more: Exact) -> tuple[Exact, Exact | None]:
    """How much larger the sum so far is, and where the bound ends, when the figure's number is larger by ``more``."""
    trend, base = seen.leaf.trend, seen.base
    end = end_of(seen.leaf.bound)
    if trend is not None and base is not None and figure in base.pieces and seen.leaf.rounded_to is None:
        end = end_of(trend.bound(exact(base.value + quotient(more, base.volume)), ""))
    return more if figure in seen.pieces else 0, end


def _to_achieve(seen: Seen, more: Exact, end: Exact | None) -> Sequence[Exact]:
    """What the rest must come to: of a total each day, else each item at each expected volume."""
    if end is None:
        return []
    amount = seen.amount + more
    if seen.leaf.kind == "total":
        return [quotient(end - amount, seen.days)] if seen.days else []
    return [quotient(end * n - amount, n - seen.items) for n in seen.expected if n > seen.items]
