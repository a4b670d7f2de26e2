"""What is still needed, and what a figure must come to."""

from datetime import date
from fractions import Fraction

from rulecheck.cli.sentences.voice import Voice
from rulecheck.cli.sentences.words import Data, clean
from rulecheck.facts.period import Period
from rulecheck.facts.quantity import Exact, exact_text


def needed(voice: Voice, entry: Data) -> str:
    """One thing that is still needed."""
    match entry["what"]:
        case "event":
            by, what = voice.language.day(entry["by"]), voice.event(entry["event"])
            names = [voice.subject(entry["event"], s) for s in entry["subjects"]]
            if names and len(names) == entry["count"]:
                return voice.say("{what} by {by}: {names}", what=what, by=by, names=voice.listed(names))
            if names:
                return voice.say(
                    "{what} by {by}: {count} of {names}",
                    what=what,
                    by=by,
                    count=entry["count"],
                    names=voice.listed(names),
                )
            if entry["count"] > 1:
                return voice.say("{what} by {by}: {count} more", what=what, by=by, count=entry["count"])
            return voice.say("{what} by {by}", what=what, by=by)
        case "report":
            return voice.say("{what} by {by}", what=voice.event(entry["event"]), by=voice.language.day(entry["by"]))
        case "calendar":
            return voice.say("the due dates of {what}", what=voice.event(entry["event"]))
        case "assessment":
            roles = [clean(r) for r in entry["roles"]]
            who = " / ".join(roles) if roles else voice.say("a named person")
            told = voice.say("an assessment by {who}, by {by}", who=who, by=voice.language.day(entry["by"]))
            if "undeclared" in entry:
                open_points = voice.language.names([voice.parameter(name) for name in entry["undeclared"]])
                return voice.say("a declared value of {names}, or {assessment}", names=open_points, assessment=told)
            return told
        case "final":
            return voice.say(
                "final facts in place of the preliminary {facts}",
                facts=voice.listed([clean(f) for f in entry["facts"]]),
            )
        case "agreement":
            return voice.say("agreement between {facts}", facts=voice.listed([clean(f) for f in entry["facts"]]))
    return _figure(voice, entry)


def _figure(voice: Voice, entry: Data) -> str:
    data = {**entry, "kind": entry["what"]}
    first, last = date.fromisoformat(entry["from"]), date.fromisoformat(entry["to"])
    words = {"what": voice.about(data), "period": voice.period(Period(first, last).label)}
    if "required" in entry:
        required = exact_text(entry["required"])
        words |= {"rest": voice.language.number(exact_text(entry["rest"]), 0), "fact": clean(entry["assuming"])}
        operator = data["bound"]["operator"]
        if entry["what"] == "share" and operator == "at_least":
            if entry["late_left"] is None:
                return voice.say("{what} in {period}: out of reach with the expected {rest} more", **words)
            return voice.say(
                "{what} in {period}: of the expected {rest} more, at most {late} may fail",
                late=voice.language.whole(int(entry["late_left"])),
                **words,
            )
        words["rate"] = voice.quantity(_towards(required, operator), data)
        most = "{what} in {period}: the expected {rest} more must average at most {rate}"
        least = "{what} in {period}: the expected {rest} more must average at least {rate}"
        return voice.say(most if operator == "at_most" else least, **words)
    if entry["what"] == "total" and "rest" in entry:
        words["rest"] = voice.quantity(exact_text(entry["rest"]), data)
        least = "{what} in {period}: at least {rest} more"
        return voice.say(
            least if data["bound"]["operator"] == "at_least" else "{what} in {period}: at most {rest} more", **words
        )
    return voice.say("figures of {what} for {period}, {bound} in all", bound=voice.bound(data), **words)


def _towards(number: Exact, operator: str) -> Fraction:
    """Two decimals (four of a share), rounded to the safe side: who keeps to what is shown keeps to the bound."""
    scaled = number * 10**4
    whole = scaled.numerator // scaled.denominator
    return Fraction(whole if operator == "at_most" or whole == scaled else whole + 1, 10**4)
