"""What a named person documented."""

from rulecheck.cli.sentences.voice import Voice
from rulecheck.cli.sentences.words import WORDS, clean
from rulecheck.engine.proof import Step


def about_assessment(voice: Voice, step: Step) -> str:
    """What was assessed, by whom and when; and which parameter would make it computable."""
    told = _judged(voice, step)
    if "undeclared" not in step.data:
        return told
    names = voice.language.names([voice.parameter(name) for name in step.data["undeclared"]])
    return voice.say("Not computed, for nobody has declared {names}.", names=names) + " " + told


def _judged(voice: Voice, step: Step) -> str:
    data = step.data
    told = data.get("assessment")
    by = voice.language.day(data["by"])
    if told and told["counts"]:
        words = {
            "verdict": voice.say(WORDS[told["verdict"]]),
            "who": clean(told["by"]),
            "when": voice.language.day(told["date"]),
        }
        sentence = voice.say("Assessed as {verdict} by {who} on {when}.", **words)
        return sentence + (f" {clean(told['reason'])}" if told["reason"] else "")
    if told:
        return voice.say("Not assessed: {who} is not {roles}.", who=clean(told["by"]), roles=" / ".join(data["roles"]))
    if step.rule == "not-assessed":
        return voice.say("Not assessed, and {by} has passed.", by=by)
    return voice.say("Not assessed yet; wanted by {by}.", by=by)
