"""What a target would come to if its text were read otherwise; the chosen reading decides."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rulecheck.cli.sentences.voice import Voice
from rulecheck.cli.sentences.words import WORDS
from rulecheck.engine.readings import Otherwise, Readings
from rulecheck.rules.plan import Alternative, Reading

MARK = "~"
"""Stands beside a verdict that an alternative reading would change."""


def reading_marks(voice: Voice, found: Readings | None) -> list[str]:
    """The mark of a verdict that depends on how the text is read."""
    return [] if found is None or found.agree else [f"{MARK} {voice.say('reading')}"]


def by_reading(voice: Voice, found: Mapping[str, Readings], targets: Iterable[str]) -> Iterator[str]:
    """One sentence for each of the targets whose verdict depends on how the text is read."""
    for target in targets:
        if target not in found or found[target].agree:
            continue
        others = [
            voice.say(
                "{verdict} if it is read as {reading}",
                verdict=voice.say(WORDS[other.verdict]),
                reading=f"»{voice.text(other.texts)}«",
            )
            for other in found[target].others
            if other.verdict != found[target].verdict
        ]
        told = "{mark} {target} depends on how the text is read: {others}."
        yield voice.say(told, mark=MARK, target=target, others="; ".join(others))


def told_alternatives(voice: Voice, reading: Reading, found: Readings | None) -> str:
    """The alternatives of a reading in words, and what those that are judged come to."""
    judged = iter([other for other in found.others if other.reading == reading.name] if found else ())
    return ", ".join(_told(voice, other, judged, found) for other in reading.alternatives)


def _told(voice: Voice, other: Alternative, judged: Iterator[Otherwise], found: Readings | None) -> str:
    text = voice.text(other.texts)
    if found is None or other.criterion is None:
        return text
    verdict = next(judged).verdict
    if verdict == found.verdict:
        return f"{text} {voice.say('(the same verdict)')}"
    return f"{text} {voice.say('(then {verdict})', verdict=voice.say(WORDS[verdict]))}"


def readings_data(found: Readings) -> dict[str, Any]:
    """As JSON: whether all readings that can be judged agree, and what each alternative comes to."""
    return {
        "agree": found.agree,
        "alternatives": [
            {"reading": other.reading, "text": dict(other.texts), "verdict": other.verdict} for other in found.others
        ],
    }
