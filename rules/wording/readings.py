"""Whether a declared reading answers a word: because its texts quote it, or because its ``of`` names it."""

import re
from collections.abc import Iterable, Iterator

from rulecheck.rules.plan import Reading, Target


def answered(word: str, readings: Iterable[Reading]) -> bool:
    """Whether a reading quotes the word, in whatever language it is written, or names it in its ``of``."""
    return any(says(text, word) for reading in readings for text in _texts(reading))


def named(word: str, target: Target) -> bool:
    """Whether an ``of`` of the target's readings names the word. A number is answered only like this: texts repeat it."""
    return any(says(text, word) for reading in target.readings for text in reading.of)


def says(text: str, word: str) -> bool:
    """Whether the text has the word as a word, however it is broken into lines and capitalised."""
    wanted = r"\s+".join(map(re.escape, word.split()))
    return re.search(rf"(?<!\w){wanted}(?!\w)", text, re.IGNORECASE) is not None


def _texts(reading: Reading) -> Iterator[str]:
    yield from reading.of
    for texts in (reading.chosen, reading.because, *(other.texts for other in reading.alternatives)):
        yield from texts.values()
