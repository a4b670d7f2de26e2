"""Changes of a set: which members are new, and how many there are."""

from collections.abc import Iterator

from rulecheck.cli.sentences.voice import Voice
from rulecheck.cli.sentences.words import Data, clean
from rulecheck.engine.proof import Step


def about_set_change(voice: Voice, step: Step) -> str:
    """The list that decides, beside the base list."""
    data, day = step.data, voice.language.day
    words = {
        "what": voice.measure(data["measure"]),
        "period": voice.period(data["over"]),
        "base": day(data["base"]["at"]) if "base" in data else day(data["base_day"]),
    }
    if step.rule == "no-list":
        return voice.say(
            "{what}: no list for {period} by {day}; the plan takes silence as missed.", day=day(data["closes"]), **words
        )
    if step.rule == "no-base-list":
        return voice.say("{what}: no list of {base} or before, so there is nothing to compare with.", **words)
    if "base" not in data:
        return voice.say("{what}: no list yet of {base} or before, which the later ones are compared with.", **words)
    if not data["lists"]:
        return voice.say("{what}: no list yet for {period}; the one of {base} is what it is compared with.", **words)
    shown = data["lists"][-1]
    if step.rule == "new-member":
        shown = next(found for found in data["lists"] if found["new"] and found["status"] == "final")
    words["day"] = day(shown["at"])
    if shown["status"] == "preliminary":
        words["day"] = voice.say("{day} (preliminary)", day=words["day"])
    if data["direction"] == "fewer":
        return voice.say(
            "{what}: {count} on {day}, counted as on {base}, when there were {before}; fewer are wanted.",
            count=voice.language.whole(shown["size"]),
            before=voice.language.whole(data["size"]),
            **words,
        )
    if shown["new"]:
        names = voice.listed([clean(name) for name in shown["new"]])
        return voice.say("{what}: new on {day}, compared with {base}: {names}.", names=names, **words)
    return voice.say("{what}: nothing new on {day}, compared with {base}.", **words)


def standing_of_set(voice: Voice, data: Data) -> str:
    """For the table: how many are new, or how many there are of how many before."""
    if "base" not in data or not data["lists"]:
        return "–"
    shown = data["lists"][-1]
    if data["direction"] == "no-new":
        return voice.say("{count} new", count=voice.language.whole(len(shown["new"])))
    return f"{voice.language.whole(shown['size'])} (< {voice.language.whole(data['size'])})"


def set_arithmetic(voice: Voice, data: Data) -> Iterator[str]:
    """Each list against the base: members, new, gone, and who descends from whom."""
    if "base" not in data:
        return
    for shown in data["lists"]:
        told = [voice.count("{n} member", "{n} members", shown["count"])]
        if shown["new"]:
            told.append(voice.say("new: {names}", names=voice.listed([clean(name) for name in shown["new"]])))
        if shown["gone"]:
            told.append(voice.say("gone: {names}", names=voice.listed([clean(name) for name in shown["gone"]])))
        told += [
            voice.say(
                "{member} descends from {names}", member=clean(member), names=voice.listed([clean(n) for n in names])
            )
            for member, names in shown["descends"].items()
        ]
        if data["direction"] == "fewer":
            told.append(
                voice.say(
                    "{before} − {gone} gone + {new} new = {size}",
                    before=voice.language.whole(data["size"]),
                    gone=voice.language.whole(len(shown["gone"])),
                    new=voice.language.whole(len(shown["new"])),
                    size=voice.language.whole(shown["size"]),
                )
            )
        yield f"{voice.language.day(shown['at'])}: {'; '.join(told)}"
