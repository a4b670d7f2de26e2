"""Milestones: who was in time, who was late, who is missing."""

from rulecheck.cli.sentences.voice import Voice
from rulecheck.cli.sentences.words import Data
from rulecheck.engine.proof import Step


def about_milestone(voice: Voice, step: Step) -> str:
    """When it happened or by when it must; of several, how many."""
    data = step.data
    by, what = voice.language.day(data["by"]), voice.event(data["event"])
    members = data["members"]
    single = data["size"] == 1 and data["count"] == 1
    done = [m for m in members if "date" in m]
    if single and done and step.rule in ("in-time", "too-late"):
        return _dated(voice, what, done[0], by)
    words = {"what": what, "by": by, "done": sum(m["days"] >= 0 for m in done), "count": data["count"]}
    if step.rule == "in-time" and words["done"] > data["count"]:
        return voice.say("{what}: {done} by {by}, and {count} were needed.", **words)
    if step.rule == "in-time":
        return voice.say("{what}: {done} of {count} needed by {by}.", **words)
    named = [voice.subject(data["event"], m["subject"]) for m in members if m.get("subject") and "date" not in m]
    missing = voice.say(" Still missing: {names}.", names=voice.listed(named)) if named and data["size"] else ""
    if step.rule == "too-late":
        late = [
            _dated(voice, voice.subject(data["event"], m["subject"]), m, by)
            for m in done
            if m["days"] < 0 and m.get("subject")
        ]
        return voice.say("{what}: too late.", what=what) + " " + " ".join(late)
    if step.rule == "not-shown":
        told = voice.say(
            "{what}: not shown by {day}, when the time to report it ran out (deadline {by}).",
            day=voice.language.day(data["closes"]),
            what=what,
            by=by,
        )
        return told if single else told + " " + voice.say("{done} of {count}.", **words) + missing
    if single:
        told = (
            voice.say("{what}: {date}, preliminary (deadline {by}).", date=voice.language.day(done[0]["date"]), **words)
            if done
            else voice.say("{what}: not yet (deadline {by}).", **words)
        )
    else:
        told = voice.say("{what}: {done} of {count} so far (deadline {by}).", **words) + missing
        loose = sum(m["status"] == "preliminary" and m["days"] >= 0 for m in done)
        if loose and "defects" not in data:
            told += " " + voice.count("{n} of them is preliminary.", "{n} of them are preliminary.", loose)
    return told + _unrecognised(voice, data)


def _dated(voice: Voice, what: str, member: Data, by: str) -> str:
    when = voice.language.day(member["date"])
    days = member["days"]
    if days == 0:
        return voice.say("{what}: {when}, on the day of the deadline.", what=what, when=when)
    if days > 0:
        return voice.say(
            "{what}: {when}, {days} before the deadline {by}.", what=what, when=when, days=voice.days(days), by=by
        )
    return voice.say(
        "{what}: {when}, {days} after the deadline {by}.", what=what, when=when, days=voice.days(-days), by=by
    )


def _unrecognised(voice: Voice, data: Data) -> str:
    told = ""
    for member in data["members"]:
        for need in member.get("not_recognised", ())[:1]:
            told += " " + voice.say(
                "What happened on {date} does not count: {before} had not happened before.",
                date=voice.language.day(need["date"]),
                before=voice.event(need["before"]),
            )
    return told
