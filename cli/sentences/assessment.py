"""What a named person documented."""

from rulecheck.cli.sentences.voice import Voice
from rulecheck.cli.sentences.words import WORDS, clean
from rulecheck.engine.proof import Step


def about_assessment(voice: Voice, step: Step) -> str:
    """What was assessed, by whom and when."""
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
