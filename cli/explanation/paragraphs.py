"""The promise of a target as it stands in the plan, and text filled to the page."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rulecheck.cli.sentences import Sentences
    from rulecheck.engine.readings import Readings
    from rulecheck.rules.plan import Target

WIDTH = 96


def wrapped(text: str, indent: str, first: str | None = None) -> list[str]:
    """Text filled to the page, with a hanging indent."""
    from textwrap import fill

    return fill(
        text,
        WIDTH,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    ).splitlines()


def promise(target: "Target", source: Any, sentences: "Sentences") -> Iterator[str]:
    """The plan's own words, where they stand, and the rule made of them."""
    from rulecheck.cli.sentences import clean
    from rulecheck.cli.sentences.parameters import declared

    say = sentences.say
    if target.quote:
        yield ""
        yield say("The plan's words:")
        yield from wrapped(f"»{clean(' '.join(target.quote.split()))}«", "    ")
        where = [clean(part) for part in (source.get("document", ""), target.where) if part]
        if where:
            yield from wrapped(f"({', '.join(where)})", "    ")
    yield ""
    yield say("The rule:")
    yield from wrapped(sentences.criterion(target.criterion), "    ")
    details = []
    if target.weight is not None:
        details.append(say("{points} points", points=sentences.language.number(target.weight)))
    if target.owner:
        details.append(say("owner: {owner}", owner=clean(target.owner)))
    if target.modality != "must":
        details.append(say("modality: {modality}", modality=say(target.modality)))
    if details:
        yield "    " + "; ".join(details)
    for name in target.parameters:
        yield from wrapped(declared(sentences, sentences.plan.parameters[name]), "      ", "    • ")


def readings(target: "Target", sentences: "Sentences", found: "Readings | None" = None) -> Iterator[str]:
    """How the target reads what the text leaves open, and what it would come to if it were read otherwise."""
    from rulecheck.cli.sentences.readings import by_reading, told_alternatives

    if target.readings:
        yield ""
        yield sentences.say("How open points of the text are read:")
    for reading in target.readings:
        told = f"{sentences.text(reading.chosen)} ({sentences.text(reading.because)})"
        if reading.alternatives:
            told += sentences.say("; not: {others}", others=told_alternatives(sentences, reading, found))
        yield from wrapped(told, "      ", "    • ")
    for line in by_reading(sentences, {target.id: found} if found else {}, [target.id]):
        yield from wrapped(line, "    ", "    ")
    note = sentences.text(target.notes)
    if note:
        yield ""
        yield from wrapped(note, "    ", "    ")
