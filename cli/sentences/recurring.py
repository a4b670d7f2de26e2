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
            return voice.say("{what}: all {count} due dates were met.", **words)
        case "report-late":
            late = next(m for m in members if "date" in m and m["days"] < 0)
            return voice.say(
                "{what}: due {due}, came {when}.",
                what=words["what"],
                due=voice.language.day(late["due"]),
                when=voice.language.day(late["date"]),
            )
        case "report-missing":
            missing = next(m for m in members if m.get("status") != "final")
            return voice.say(
                "{what}: due {due}, and nothing came.", what=words["what"], due=voice.language.day(missing["due"])
            )
        case "no-calendar":
            return voice.say("{what}: its due dates were never given, so it cannot be judged.", **words)
    if not data["scheduled"]:
        return voice.say("{what}: its due dates are not given yet.", **words)
    ahead = [m for m in members if "date" not in m]
    due = voice.language.day(ahead[0]["due"]) if ahead else words["by"]
    in_time = sum(met("recurring", m) for m in members)
    return voice.say(
        "{what}: {met} of {count} due dates met, the next is {due}.",
        met=in_time,
        due=due,
        what=words["what"],
        count=words["count"],
    )
