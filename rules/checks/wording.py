"""RC012: words that leave something open."""

from collections.abc import Iterator

from rulecheck.rules.checks.check import Check, Document, Place
from rulecheck.rules.criteria import Threshold, leaves
from rulecheck.rules.plan import Complaint
from rulecheck.rules.wording import QUESTIONS, Ambiguous, ambiguous, answered

BAD = """\
plan: offices
language: en
period: 2024
goals:
  - goal: "1"
    targets:
      - target: "1.1"
        quote: The ministry opens its office, including a reading room.
        require: {milestone: office_opened, by: 2024}
events:
  office_opened: {label: Office opened}
"""
GOOD = BAD.replace(
    "        require:",
    """\
        readings:
          rooms: {chosen: the reading room must be there, because: 'it is named: "including"'}
        require:""",
)


def find(document: Document) -> Iterator[Complaint]:
    """Every word of a target that leaves something open is answered by one of its readings."""
    for written in document.targets:
        target = written.target
        for found in ambiguous(target.quote, document.plan.language):
            if not _settled(found, document.leaves(written)) and not answered(found.word, target.readings):
                yield (
                    written.path("quote"),
                    "`{word}` leaves open {what}",
                    "declare a reading that quotes it, or name it in the `of` of a reading",
                    {"word": found.word, "what": QUESTIONS[found.kind], "mark": found.word},
                )


def _settled(found: Ambiguous, places: list[Place]) -> bool:
    """Whether the rule itself answers the word."""
    measured = [leaf for place in places for leaf in leaves(place.criterion) if isinstance(leaf, Threshold)]
    if found.kind == "rounding":  # only of a value that is compared; whole numbers of things are what they are
        return all(leaf.rounded_to is not None or leaf.trend is not None for leaf in measured)
    if found.kind == "more":  # a trend says how much
        return any(leaf.trend is not None for leaf in measured)
    return False


CHECK = Check(
    "RC012",
    "wording",
    "warning",
    "Every word of a target that leaves something open is answered by one of its readings.",
    "Whoever judges otherwise must be able to see which reading was chosen, and why.",
    BAD,
    GOOD,
    find,
)
