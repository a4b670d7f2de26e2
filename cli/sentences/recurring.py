"""Duties that return."""

from typing import Any

from rulecheck.cli.sentences.voice import Voice
from rulecheck.cli.sentences.words import met
from rulecheck.engine.proof import Step


def about_recurring(voice: Voice, step: Step) -> str:
    """How many due dates were met, and which is the next or the broken one."""
    data = step.data
    members = data["members"]
    words: dict[str, Any] = {
        "what": voice.event(data["event"]),
        "count": len(members),
        "by": voice.language.day(data["by"]),
    }
    match step.rule:
        case "all-in-time":
            one, many = "{what}: the only due date was met.", "{what}: all {n} due dates were met."
            return voice.count(one, many, len(members), what=words["what"])
        case "report-late":
            late = next(m for m in members if "date" in m and m["days"] < 0)
            return voice.say(
                "{what}: due {due}, came {when}.",
                what=words["what"],
                due=voice.language.day(late["due"]),
                when=voice.language.day(late["date"]),
            )
        case "report-missing":
            missing = next(m for m in members if "date" not in m or (m["days"] < 0 and m["status"] != "final"))
            words["due"] = voice.language.day(missing["due"])
            if "date" not in missing:
                return voice.say("{what}: due {due}, and nothing came.", **words)
            return voice.say(
                "{what}: due {due}, and what came on {when} is late and only preliminary.",
                when=voice.language.day(missing["date"]),
                **words,
            )
        case "no-calendar":
            return voice.say("{what}: its due dates were never given, so it cannot be judged.", **words)
    if not data["scheduled"]:
        return voice.say("{what}: its due dates are not given yet.", **words)
    ahead = [m for m in members if "date" not in m]
    words["met"] = sum(met(data, m) for m in members)
    if not ahead:
        return voice.say("{what}: {met} of {count} due dates met, not all of them by final reports.", **words)
    return voice.say(
        "{what}: {met} of {count} due dates met, the next is {due}.", due=voice.language.day(ahead[0]["due"]), **words
    )
