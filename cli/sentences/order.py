"""One event before another."""

from rulecheck.cli.sentences.voice import Voice
from rulecheck.cli.sentences.words import Data
from rulecheck.engine.proof import Step


def about_order(voice: Voice, step: Step) -> str:
    """Which came first and when, and whether that is the order."""
    data = step.data
    words = {
        "first": voice.event(data["before"]),
        "second": voice.event(data["then"]),
        "by": voice.language.day(data["by"]),
    }
    match step.rule:
        case "in-order":
            return voice.say("{first}, then {second}: both happened, in order and in time.", **words)
        case "out-of-order":
            return _broken(voice, next(m for m in data["members"] if _out_of_order(m)), data, words)
        case "order-too-late":
            return _late(voice, data, words)
        case "order-not-shown":
            return voice.say(
                "{first}, then {second}: not shown, and the time to report it has run out (deadline {by}).", **words
            )
    return voice.say("{first}, then {second}: still open (deadline {by}).", **words)


def _out_of_order(member: Data) -> bool:
    """Whether it is settled that the second came although the first had not."""
    first, second = member.get("before"), member.get("then")
    return bool(second and second["status"] == "final" and (first is None or first["date"] > second["date"]))


def _broken(voice: Voice, member: Data, data: Data, words: dict[str, str]) -> str:
    if member.get("subject"):
        words["second"] += f" ({voice.subject(data['then'], member['subject'])})"
    words["date"] = voice.language.day(member["then"]["date"])
    if "before" in member:
        when = voice.language.day(member["before"]["date"])
        return voice.say("{second} on {date} came before {first} ({when}).", when=when, **words)
    return voice.say("{second} on {date} came without {first}.", **words)


def _late(voice: Voice, data: Data, words: dict[str, str]) -> str:
    for member in data["members"]:
        for key, event in (("before", data["before"]), ("then", data["then"])):
            told = member.get(key)
            if told and told["status"] == "final" and told["date"] > data["by"]:
                name = f" ({voice.subject(event, member['subject'])})" if member.get("subject") else ""
                return voice.say(
                    "{what}: {when}, after the deadline {by}.",
                    what=voice.event(event) + name,
                    when=voice.language.day(told["date"]),
                    by=words["by"],
                )
    raise AssertionError(data)
