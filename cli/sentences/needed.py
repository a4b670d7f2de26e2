"""What is still needed, and what a figure must come to."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from rulecheck.cli.sentences.voice import Voice
from rulecheck.cli.sentences.words import Data, clean
from rulecheck.facts.period import Period
from rulecheck.facts.quantity import Exact, distance, exact_text


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
        case "list":
            return _list(voice, entry)
        case "base":
            first, last = date.fromisoformat(entry["from"]), date.fromisoformat(entry["to"])
            return voice.say(
                "figures of {what} for {period}, which it is compared with",
                what=voice.about(entry),
                period=voice.period(Period(first, last).label),
            )
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


def _list(voice: Voice, entry: Data) -> str:
    words = {"what": voice.measure(entry["measure"]), "day": voice.language.day(entry["by"])}
    if "fewer_than" in entry:
        words["number"] = voice.language.whole(int(entry["fewer_than"]))
        return voice.say("{what}: a list of {day} with fewer than {number}, counted as in the base list", **words)
    if entry.get("direction") == "no-new":
        return voice.say("{what}: a list of {day} without a new member", **words)
    return voice.say("{what}: a list of {day}", **words)


def _figure(voice: Voice, entry: Data) -> str:
    data = {**entry, "kind": entry["what"]}
    first, last = date.fromisoformat(entry["from"]), date.fromisoformat(entry["to"])
    words = {"what": voice.about(data), "period": voice.period(Period(first, last).label)}
    if "required" in entry:
        required = exact_text(entry["required"])
        words |= {"rest": voice.language.number(exact_text(entry["rest"]), 0), "fact": clean(entry["assuming"])}
        operator = data["bound"]["operator"]
        if entry.get("out_of_reach"):
            return voice.say("{what} in {period}: out of reach with the expected {rest} more", **words)
        if entry["what"] == "share" and operator == "at_least":
            return voice.say(
                "{what} in {period}: of the expected {rest} more, at most {late} may fail",
                late=voice.language.whole(int(entry["late_left"])),
                **words,
            )
        words["rate"] = voice.quantity(_towards(required, operator), data)
        most = "{what} in {period}: the expected {rest} more must average at most {rate}"
        least = "{what} in {period}: the expected {rest} more must average at least {rate}"
        if "strict" in data["bound"]:
            most = "{what} in {period}: the expected {rest} more must average less than {rate}"
            least = "{what} in {period}: the expected {rest} more must average more than {rate}"
        return voice.say(most if operator == "at_most" else least, **words)
    if "between" in entry or "rests" in entry:
        ends = entry.get("between") or entry["rests"]
        words |= {"low": voice.quantity(exact_text(ends[0]), data), "high": voice.quantity(exact_text(ends[-1]), data)}
        if "rests" in entry:
            return voice.say("{what} in {period}: {low} to {high} more", **words)
        words["rest"] = voice.language.number(exact_text(entry["rest"]), 0)
        return voice.say("{what} in {period}: the expected {rest} more must average {low} to {high}", **words)
    if entry["what"] == "total" and "rest" in entry:
        words["rest"] = voice.quantity(exact_text(entry["rest"]), data)
        least = "{what} in {period}: at least {rest} more"
        most = "{what} in {period}: at most {rest} more"
        if "strict" in data["bound"]:
            least = "{what} in {period}: more than {rest} more"
            most = "{what} in {period}: less than {rest} more"
        return voice.say(least if data["bound"]["operator"] == "at_least" else most, **words)
    if not {"low", "high"} & set(data["bound"]):  # a trend whose base is not known yet
        return voice.say("figures of {what} for {period}", **words)
    return voice.say("figures of {what} for {period}, {bound} in all", bound=voice.bound(data), **words)


def whatever_volume(voice: Voice, entry: Data) -> Iterator[str]:
    """What is needed of a mean or share if the expected volume is left aside."""
    data = {**entry, "kind": entry["what"]}
    for side, end in (("below_high", "high"), ("above_low", "low")):
        if side not in entry.get("without", {}):
            continue
        balance, bound = exact_text(entry["without"][side]), exact_text(entry["bound"][end])
        words = {"bound": voice.quantity(bound, data), "balance": voice.language.number(distance(balance, 0))}
        if entry["what"] == "share":
            yield from _share_whatever(voice, balance, bound, end, words)
            continue
        words["unit"] = voice.say(voice.unit(data)) if voice.unit(data) else ""
        message = (
            "Whatever their number: the rest may together lie {balance} {unit} above {bound} each."
            if end == "high" and balance >= 0
            else "Whatever their number: the rest must together lie {balance} {unit} below {bound} each."
            if end == "high"
            else "Whatever their number: the rest may together lie {balance} {unit} below {bound} each."
            if balance >= 0
            else "Whatever their number: the rest must together lie {balance} {unit} above {bound} each."
        )
        yield voice.say(message, **words)


def _share_whatever(voice: Voice, balance: Exact, bound: Exact, end: str, words: dict[str, str]) -> Iterator[str]:
    """In items: how many good ones make up for those that failed, or that the bound itself is enough."""
    if end == "low" and balance < 0 and bound < 1:
        yield voice.count(
            "Whatever their number: {n} good one without a failure makes up for what was lost.",
            "Whatever their number: {n} good ones without a failure make up for what was lost.",
            int(-((balance / Fraction(1 - bound)) // 1)),
        )
    elif end == "low" and balance >= 0:
        yield voice.say("Whatever their number: {bound} of the rest is enough.", **words)


def _towards(number: Exact, operator: str) -> Fraction:
    """Two decimals (four of a share), rounded to the safe side: who keeps to what is shown keeps to the bound."""
    scaled = number * 10**4
    whole = scaled.numerator // scaled.denominator
    return Fraction(whole if operator == "at_most" or whole == scaled else whole + 1, 10**4)
