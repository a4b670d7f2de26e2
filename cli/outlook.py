"""What would change a verdict, in words and as JSON: how firmly it stands, and what was supposed."""

from collections.abc import Iterator
from typing import Any

from rulecheck.cli.sentences import WORDS, Sentences, clean
from rulecheck.engine.evaluate import TargetVerdict
from rulecheck.engine.robustness import Flip, Robustness
from rulecheck.facts.quantity import Exact, distance, exact, plain, terminates


def firm(found: Robustness, verdict: TargetVerdict, sentences: Sentences) -> Iterator[str]:
    """One sentence for each flip, and one for the facts without which the verdict is another."""
    steps = {step.path: step.data for step in verdict.step.walk() if "measure" in step.data}
    for flip in found.flips:
        yield _flip(flip, steps.get(flip.path, {}), sentences)
    by_verdict: dict[str, list[str]] = {}
    for fact, other in found.hangs_on:
        by_verdict.setdefault(other, []).append(clean(fact))
    for other, facts in by_verdict.items():
        yield sentences.say(
            "Without any one of these it would be {verdict}: {facts}.",
            verdict=sentences.say(WORDS[other]),
            facts=", ".join(facts),
        )


TOLD_OF = {
    "value": (
        "It would be {verdict} as soon as the value leaves {limit}.",
        "It would be {verdict} if the value were {limit}.",
        "It would be {verdict} if the value were {part} % too low (true value {limit}).",
        "It would be {verdict} if the value were {part} % too high (true value {limit}).",
    ),
    "base": (
        "It would be {verdict} as soon as the base value leaves {limit}.",
        "It would be {verdict} if the value of {fact}, the base, were {limit}.",
        "It would be {verdict} if the value of {fact}, the base, were {part} % too low (true value {limit}).",
        "It would be {verdict} if the value of {fact}, the base, were {part} % too high (true value {limit}).",
    ),
    "figure": (
        "It would be {verdict} as soon as the value of {fact} leaves {limit}.",
        "It would be {verdict} if the value of {fact} were {limit}.",
        "It would be {verdict} if the value of {fact} were {part} % too low (true value {limit}).",
        "It would be {verdict} if the value of {fact} were {part} % too high (true value {limit}).",
    ),
    "forecast": (
        "It would be {verdict} as soon as {fact} leaves {limit}.",
        "It would be {verdict} if {fact} were {limit}.",
        "It would be {verdict} if {fact} were {limit}, {part} % more.",
        "It would be {verdict} if {fact} were {limit}, {part} % less.",
    ),
}
"""How a wrong value is told: of one exactly on its limit, of one that is zero, of one too low, of one too high."""


def _flip(flip: Flip, data: Any, sentences: Sentences) -> str:
    words = {"verdict": sentences.say(WORDS[flip.verdict]), "fact": clean(flip.fact)}
    if flip.days is not None:
        words["days"] = sentences.days(abs(flip.days))
        return sentences.say(
            "It would be {verdict} if {fact} had been {days} later."
            if flip.days > 0
            else "It would be {verdict} if {fact} had been {days} earlier.",
            **words,
        )
    if flip.members is not None:
        return _wrong_by(flip.members, words, sentences)
    told = _wrong_by(flip.items, words, sentences) if flip.items else _wrong_value(flip, words, data, sentences)
    if _is_reference(flip, data):
        told += " " + sentences.say("The rest is measured by the best quarter, and this is one of the quarters.")
    return told


def _wrong_value(flip: Flip, words: dict[str, str], data: Any, sentences: Sentences) -> str:
    volume = flip.of == "volume"
    on_limit, from_zero, too_low, too_high = TOLD_OF["forecast" if volume else flip.of]
    assert flip.limit is not None
    words["limit"] = sentences.language.number(flip.limit) if volume else sentences.limit(flip.limit, data)
    if flip.of == "base":
        words["fact"] = sentences.period(data["trend"]["over"])
    if not flip.error:
        return sentences.say(on_limit, **words)
    if not flip.attained:
        beyond = "above {limit}" if flip.error > 0 else "below {limit}"
        words["limit"] = sentences.say(beyond, limit=words["limit"])
    if flip.relative is None:
        return sentences.say(from_zero, **words)
    words["part"] = sentences.language.near(distance(exact(flip.relative * 100), 0), 0)
    if not flip.attained:
        words["part"] = sentences.say("more than {part}", part=words["part"])
    return sentences.say(too_low if flip.error > 0 else too_high, **words)


def _is_reference(flip: Flip, data: Any) -> bool:
    """Whether it is a quarter that lies outside the figures of the criterion, by which the rest is measured."""
    if flip.of != "figure" or data["kind"] == "level":
        return False
    told = (data, data.get("trend", {}), data.get("trend", {}).get("part", {}))
    return all(flip.fact != piece["fact"] for one in told for piece in one.get("pieces", ()))


def _wrong_by(number: int, words: dict[str, str], sentences: Sentences) -> str:
    one, many = ("It would be {verdict} with {n} more in {fact}.", "It would be {verdict} with {n} more in {fact}.")
    if number < 0:
        one, many = (
            "It would be {verdict} with {n} fewer in {fact}.",
            "It would be {verdict} with {n} fewer in {fact}.",
        )
    return sentences.count(one, many, abs(number), **words)


def firm_data(found: Robustness) -> dict[str, Any]:
    """As JSON."""
    return {
        "flips": [_flip_data(flip) for flip in found.flips],
        "hangs_on": [{"fact": fact, "verdict": verdict} for fact, verdict in found.hangs_on],
    }


def _flip_data(flip: Flip) -> dict[str, Any]:
    data: dict[str, Any] = {"path": flip.path, "fact": flip.fact, "verdict": flip.verdict}
    for key in ("limit", "error", "relative"):
        number = getattr(flip, key)
        if number is not None:
            data[key] = number_data(number)
    if flip.of != "value":
        data["of"] = flip.of
    if flip.limit is not None:
        data["attained"] = flip.attained
    for key in ("items", "days", "members"):
        if getattr(flip, key) is not None:
            data[key] = getattr(flip, key)
    return data


def number_data(number: Exact) -> str:
    """A decimal, or the ratio where the decimal does not end."""
    return plain(number) if terminates(number) else str(number)
