"""What a plan's own words say in numbers and days and what they leave open, to be held against its rules."""

from rulecheck.rules.wording.ambiguous import QUESTIONS, Ambiguous, ambiguous
from rulecheck.rules.wording.mentions import Mention, Number, Span, mentions
from rulecheck.rules.wording.readings import answered, named, says

__all__ = [
    "QUESTIONS",
    "Ambiguous",
    "Mention",
    "Number",
    "Span",
    "ambiguous",
    "answered",
    "mentions",
    "named",
    "says",
]
