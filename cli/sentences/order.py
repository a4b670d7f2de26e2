"""One event before another."""

from rulecheck.cli.sentences.voice import Voice
from rulecheck.engine.proof import Step


def about_order(voice: Voice, step: Step) -> str:
    """Which came first, and whether that is the order."""
    data = step.data
    words = {
        "first": voice.event(data["before"]),
        "second": voice.event(data["then"]),
        "by": voice.language.day(data["by"]),
    }
    messages = {
        "in-order": "{first}, then {second}: both happened, in order and in time.",
        "out-of-order": "{second} happened although {first} had not.",
        "order-too-late": "{first}, then {second}: after the deadline {by}.",
        "order-not-shown": "{first}, then {second}: not shown, and the time to report it has run out (deadline {by}).",
    }
    return voice.say(messages.get(step.rule, "{first}, then {second}: still open (deadline {by})."), **words)
