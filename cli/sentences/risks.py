"""Why a risk rule fired."""

from rulecheck.cli.sentences.voice import Voice
from rulecheck.cli.sentences.words import Data, clean
from rulecheck.engine.proof import Step
from rulecheck.facts.quantity import Exact, distance, exact_text


def risk(voice: Voice, rule: str, step: Step) -> str:
    """Why a risk rule fired on a leaf."""
    data = step.data
    match rule:
        case "R1":
            return _outside(voice, data)
        case "R2":
            if _margin(data) == 0:
                return voice.say("That is exactly the bound.")
            return voice.say("The bound is only {margin} away.", margin=voice.difference(_margin(data), data))
        case "R3":
            rate, reference = (exact_text(data["required"][key]) for key in ("rate", "reference"))
            return voice.say(
                "The rest must come to {rate}; the reference is {reference}.",
                rate=voice.quantity(rate, data, near=reference),
                reference=voice.quantity(reference, data, near=rate),
            )
        case "R4":
            return _slip(voice, data)
        case "R5":
            if data["days_left"] < 0:
                return voice.say("The deadline passed {days} ago.", days=voice.days(-data["days_left"]))
            return voice.count("{n} day is left.", "{n} days are left.", data["days_left"])
        case "R6":
            return voice.say("What it requires has not happened in time, or is not forecast in time.")
        case "R7":
            return " ".join(_defect(voice, defect) for defect in data.get("defects", ()))
        case "R8":
            return voice.count(
                "The last figure is worse.",
                "The last {n} figures worsen one after the other.",
                len(data["worsening"]),
            )
        case _:
            return voice.say("Not even a perfect rest of the expected volume reaches the bound.")


def _outside(voice: Voice, data: Data) -> str:
    if data["kind"] == "set-change":
        if data["direction"] == "no-new":
            return voice.say("As long as that stands, the promise is broken.")
        return voice.say("That is not fewer.")
    margin = _margin(data)
    part = data.get("trend", {}).get("part")
    if part is None:
        if margin == 0:
            return voice.say("That is no more than the bound itself, which is not enough.")
        return voice.say("That is {margin} outside the bound.", margin=voice.difference(margin, data))
    words = {
        "base": voice.quantity(exact_text(part["value"]), data),
        "day": voice.language.day(part["reach"]),
        "margin": voice.difference(margin, data),
    }
    told = "Measured by {base} through {day}, the same part of the base, that is {margin} outside."
    if margin == 0:
        told = "Measured by {base} through {day}, the same part of the base, that is not enough."
    return voice.say(told, **words)


def _margin(data: Data) -> Exact:
    """How far the value so far is from what it is held against: the bound, or that of the same part of the base."""
    shown = data.get("trend", {}).get("part") or data
    return distance(exact_text(shown["margin"]), 0)


def _slip(voice: Voice, data: Data) -> str:
    if "forecast" in data:
        value = exact_text(data["forecast"]["value"])
        return voice.say(
            "The forecast for the period is {value}.",
            value=voice.quantity(value, data, near=voice.nearest(value, data)),
        )
    late = []
    for member in data["members"]:
        expected = member.get("expected")
        if not expected:
            continue
        days = [expected] if isinstance(expected, str) else list(expected.values())
        limit = member.get("due", data["by"])
        late += [(member, day) for day in days if day > limit or data["kind"] == "order"]
    parts = []
    for member, day in late[:3]:
        name = voice.subject(data["event"], member["subject"]) if member.get("subject") and "event" in data else ""
        when = voice.language.day(day)
        parts.append(
            voice.say("{who} is forecast for {when}.", who=name, when=when)
            if name
            else voice.say("It is forecast for {when}.", when=when)
        )
    return " ".join(parts)


def _defect(voice: Voice, defect: Data) -> str:
    match defect["defect"]:
        case "preliminary":
            return voice.say("{fact} is still preliminary.", fact=clean(defect["fact"]))
        case "stale":
            return voice.say(
                "The latest figure is older than the last due date {day}.", day=voice.language.day(defect["through"])
            )
        case _:
            return voice.say("Facts through {day} were due and are missing.", day=voice.language.day(defect["through"]))
