"""What people documented beside a computed verdict; it never replaces the verdict."""

from collections.abc import Iterable, Iterator

from rulecheck.cli.sentences.voice import Voice
from rulecheck.cli.sentences.words import WORDS, clean
from rulecheck.engine.evaluate import TargetVerdict
from rulecheck.engine.judgements import Judgement

MARK = "*"
"""Stands beside a computed verdict that has an override or a waiver."""


def marks(voice: Voice, verdict: TargetVerdict) -> list[str]:
    """The override or waiver in a word, with its mark."""
    told = {"override": "override", "waiver": "waived"}
    return [f"{MARK} {voice.say(told[j.kind])}" for j in verdict.judgements if j.stands_beside]


def beside(voice: Voice, verdicts: Iterable[TargetVerdict]) -> Iterator[str]:
    """One sentence for each override and waiver that stands."""
    for verdict in verdicts:
        for judgement in verdict.judgements:
            if judgement.stands_beside:
                yield voice.say(
                    "{mark} {target} is computed as {verdict}. Beside it stands, without effect: {judgement}",
                    mark=MARK,
                    target=verdict.target.id,
                    verdict=voice.say(WORDS[verdict.verdict]),
                    judgement=documented(voice, judgement),
                )


def documented(voice: Voice, judgement: Judgement) -> str:
    """Who judged or waived what, when, until when, and why."""
    fact = judgement.fact
    signed = {"who": clean(fact.by), "when": voice.language.day(fact.date) if fact.date else "–"}
    if judgement.kind == "waiver":
        told = voice.say("Waived by {who} on {when}.", **signed)
    else:
        told = voice.say("Assessed as {verdict} by {who} on {when}.", verdict=voice.say(WORDS[fact.verdict]), **signed)
    if fact.expires:
        message = "It stood until {day}." if judgement.expired else "It stands until {day}."
        told += " " + voice.say(message, day=voice.language.day(fact.expires))
    return f"{told} {clean(fact.reason)}".rstrip()
