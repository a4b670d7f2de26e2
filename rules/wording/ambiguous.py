"""Words that leave a promise open, by language, and what each of them leaves open.

They are the words the semantics' contested readings hang on (docs/semantics.md §1 and §4); a plan answers them with a
declared reading. Words of judgement such as *good* or *relevant* are left out: whom they leave the judgement to is said
by the rule.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

QUESTIONS = {
    "rounding": "whether the value is rounded before it is compared",
    "often": "how often",
    "list": "whether what is named is all there is",
    "near": "how near is near enough",
    "cases": "in which cases",
    "soon": "by which day",
    "more": "how much more is enough",
    "far": "how far is far enough",
}
"""What a word leaves open, by kind."""

_WORDS: Mapping[str, Mapping[str, str]] = {
    "da": {
        "rounding": r"højst|mindst|maksimalt|minimum",
        "often": r"løbende|jævnligt|regelmæssigt",
        "list": r"herunder|blandt andet|bl\.\s?a\.|m\.?v\.|m\.?fl\.|eksempelvis|f\.\s?eks\.|for eksempel|o\.l\.",
        "near": r"ca\.|cirka|omkring|omtrent",
        "cases": r"ved behov|efter behov|i relevant omfang|i relevante tilfælde|i passende omfang|eventuelt",
        "soon": r"snarest(?: muligt)?|hurtigst muligt|inden længe|i de kommende år",
        "more": r"i højere grad|i øget omfang|i stigende grad|væsentligt",
        "far": r"så vidt muligt|i videst muligt omfang|i størst muligt omfang|som udgangspunkt",
    },
    "sv": {
        "rounding": r"högst|minst|maximalt",
        "often": r"löpande|regelbundet|fortlöpande",
        "list": r"bland annat|bl\.\s?a\.|m\.\s?m\.|m\.\s?fl\.|exempelvis|t\.\s?ex\.|till exempel|däribland",
        "near": r"cirka|ca\.?|omkring|ungefär",
        "cases": r"i lämpliga fall|vid behov|i tillämpliga fall|eventuellt",
        "soon": r"snarast(?: möjligt)?|så snart som möjligt|inom kort|under de kommande åren|på sikt",
        "more": r"i ökad omfattning|i ökad utsträckning|i högre grad|i större utsträckning|väsentligt",
        "far": r"så långt (?:som )?möjligt|i möjligaste mån|i första hand|i huvudsak",
    },
    "nb": {
        "rounding": r"høyst|minst|maksimalt",
        "often": r"løpende|jevnlig|regelmessig",
        "list": r"herunder|blant annet|bl\.\s?a\.|m\.\s?m\.|m\.\s?fl\.|eksempelvis|f\.\s?eks\.|for eksempel|o\.l\.",
        "near": r"ca\.|cirka|omtrent|omkring",
        "cases": r"ved behov|etter behov|i relevante tilfeller|eventuelt",
        "soon": r"snarest(?: mulig)?|så snart som mulig|de nærmeste årene|på sikt",
        "more": r"i større grad|i økt grad|i økende grad|vesentlig",
        "far": r"så langt (?:som )?mulig|i størst mulig grad|i hovedsak",
    },
    "en": {
        "rounding": r"at most|at least|no more than|no less than|not exceed(?:ing)?",
        "often": r"continuously|regularly|on an ongoing basis|periodically",
        "list": r"including|among others|among other things|inter alia|e\.g\.|for example|such as|etc\.",
        "near": r"approximately|circa|around|roughly",
        "cases": r"where appropriate|as appropriate|in appropriate cases|where necessary|as needed|if needed",
        "soon": r"as soon as possible|promptly|shortly|in the coming years",
        "more": r"to a greater extent|increasingly|significantly|substantially",
        "far": r"as far as possible|to the extent possible|primarily|in principle",
    },
}


class Ambiguous(NamedTuple):
    """A word of a text, and the kind of question it leaves open."""

    word: str
    kind: str
    start: int


def ambiguous(text: str, language: str) -> Iterator[Ambiguous]:
    """The words of a text that leave something open, in the text's order."""
    for match in _pattern(language).finditer(text):
        assert match.lastgroup is not None
        yield Ambiguous(match[0], match.lastgroup, match.start())


@cache
def _pattern(language: str) -> re.Pattern[str]:
    kinds = "|".join(rf"(?P<{kind}>{words})" for kind, words in _WORDS[language].items())
    return re.compile(rf"(?<!\w)(?:{kinds})(?!\w)", re.IGNORECASE)
