"""Thresholds: the value, the bound, and how far apart they are."""

from rulecheck.cli.sentences.voice import Voice
from rulecheck.engine.proof import Step
from rulecheck.facts.period import parse_period
from rulecheck.facts.quantity import exact_text


def about_threshold(voice: Voice, step: Step) -> str:
    """The value against its bound, and what settled it."""
    data = step.data
    words = {
        "what": voice.about(data),
        "value": voice.value(data) or "",
        "period": voice.period(data["over"]),
        "bound": voice.bound(data),
        "margin": voice.margin(data) if "margin" in data else "",
    }
    if "rounded" in data:
        words["value"] = voice.say(
            "{value} (rounded {rounded})",
            value=words["value"],
            rounded=voice.quantity(
                exact_text(data["rounded"]), data, near=voice.nearest(exact_text(data["rounded"]), data)
            ),
        )
    match step.rule:
        case "bound-holds":
            if exact_text(data["margin"]) == 0:
                return voice.say("{what}: {value} for {period}, exactly on the bound ({bound}).", **words)
            return voice.say("{what}: {value} for {period}, {margin} inside the bound ({bound}).", **words)
        case "bound-fails":
            return voice.say("{what}: {value} for {period}, {margin} outside the bound ({bound}).", **words)
        case "exceeded-for-good":
            return voice.say("{what}: {value} already, above the bound ({bound}); a total cannot fall.", **words)
        case "reached-for-good":
            return voice.say("{what}: {value} already, {bound} is reached for good.", **words)
        case "empty-fulfils":
            return voice.say("{what}: not a single item for {period}; the plan takes that as fulfilled.", **words)
        case "no-items":
            return voice.say("{what}: not a single item for {period}, so there is nothing to judge.", **words)
        case "undocumented":
            return voice.say(
                "{what}: no figures for {period} by {day}; the plan takes silence as missed.",
                day=voice.language.day(data["closes"]),
                **words,
            )
    if "value" not in data:
        return voice.say("{what}: no figures yet for {period}; {bound} is wanted.", **words)
    if data["reach"] == parse_period(data["over"]).last.isoformat():
        return voice.say("{what}: {value} for {period}, preliminary; {bound} is wanted.", **words)
    words["reach"] = voice.language.day(data["reach"])
    if data["kind"] == "level":
        last = voice.language.day(parse_period(data["over"]).last)
        return voice.say("{what}: {value} on {reach}; {bound} is wanted on {last}.", last=last, **words)
    told = voice.say("{what}: {value} so far, through {reach}; {bound} is wanted for {period}.", **words)
    if any(e["outlook"] == "secured" for e in data.get("expected", ())):
        told += " " + voice.say("Secured at the expected volume.")
    return told
