"""What is still needed, and what a figure must come to."""

from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction

from rulecheck.cli.sentences.voice import Voice
from rulecheck.cli.sentences.words import Data, clean
from rulecheck.facts.period import Period, parse_period
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
    if not {"low", "high"} & set(data["bound"]):  # a trend whose base is not known yet
        return voice.say("figures of {what} for {period}", **words)
    if "assuming" in entry:
        return _rest_of_volume(voice, entry, data, words)
    if "rests" in entry:
        low, high = (exact_text(end) for end in entry["rests"])
        words["low"], words["high"] = (voice.kept(low, data, voice.language.at_least),
                                       voice.kept(high, data, voice.language.at_most))  # fmt: skip
        if low == high:
            return voice.say("{what} for {period}: exactly {low} more", **words)
        return voice.say("{what} for {period}: {low} to {high} more", **words)
    if "rest" in entry:
        rest, end = exact_text(entry["rest"]), _end(data)
        words["rest"] = voice.kept(rest, data, _safe(voice, end))
        least = "{what} for {period}: at least {rest} more"
        most = "{what} for {period}: at most {rest} more"
        if _strict(data, end):
            least = "{what} for {period}: more than {rest} more"
            most = "{what} for {period}: less than {rest} more"
        return voice.say(least if end == "low" else most, **words)
    words["bound"] = voice.bound(data)
    if entry["what"] == "level":
        return voice.say("{what} on {day}: {bound}", day=voice.language.day(last), **words)
    over = parse_period(entry["over"])
    if (over.first, over.last) == (first, last):
        return voice.say("figures of {what} for {period}: {bound}", **words)
    return voice.say(
        "figures of {what} for {period}: {bound} for {over} as a whole", over=voice.period(entry["over"]), **words
    )


def _rest_of_volume(voice: Voice, entry: Data, data: Data, words: dict[str, str]) -> str:
    """What the rest of an expected volume must come to."""
    words["rest"] = voice.language.number(exact_text(entry["rest"]), 0)
    if entry.get("out_of_reach"):
        return voice.say("{what} for {period}: out of reach with the expected {rest} more", **words)
    if entry.get("secured"):
        return voice.say("{what} for {period}: the expected {rest} more, whatever they come to", **words)
    if "between" in entry:
        low, high = (exact_text(end) for end in entry["between"])
        words["low"], words["high"] = (voice.kept(low, data, voice.language.at_least),
                                       voice.kept(high, data, voice.language.at_most))  # fmt: skip
        return voice.say("{what} for {period}: the expected {rest} more must average {low} to {high}", **words)
    if "late_left" in entry and _end(data) == "low":
        words["late"] = voice.language.whole(int(entry["late_left"]))
        return voice.say("{what} for {period}: of the expected {rest} more, at most {late} may fail", **words)
    words["rate"] = voice.kept(exact_text(entry["required"]), data, _safe(voice, _end(data)))
    most = "{what} for {period}: the expected {rest} more must average at most {rate}"
    least = "{what} for {period}: the expected {rest} more must average at least {rate}"
    if _strict(data, _end(data)):
        most = "{what} for {period}: the expected {rest} more must average less than {rate}"
        least = "{what} for {period}: the expected {rest} more must average more than {rate}"
    return voice.say(most if _end(data) == "high" else least, **words)


def _end(data: Data) -> str:
    """The end of a one-sided bound."""
    return "high" if data["bound"]["operator"] == "at_most" else "low"


def _strict(data: Data, end: str) -> bool:
    """Whether the value must not lie on that end itself: so the bound says, or rounding does not reach so far."""
    return not data["turns"][end]["attained"] if "turns" in data else "strict" in data["bound"]


def _safe(voice: Voice, end: str) -> Callable[[Exact], str]:
    return voice.language.at_most if end == "high" else voice.language.at_least


def whatever_volume(voice: Voice, entry: Data) -> Iterator[str]:
    """What is needed of a mean or share if the expected volume is left aside."""
    data = {**entry, "kind": entry["what"]}
    for side, end in (("below_high", "high"), ("above_low", "low")):
        if side not in entry.get("without", {}):
            continue
        balance = exact_text(entry["without"][side])
        bound = exact_text(data["turns"][end]["limit"] if "turns" in data else entry["bound"][end])
        strict = _strict(data, end)
        words = {"bound": voice.limit(bound, data)}
        if entry["what"] == "share":
            yield from _share_whatever(voice, balance, bound, strict, end, words)
            continue
        shown = voice.language.at_most if balance >= 0 else voice.language.at_least
        words["balance"] = voice.kept(distance(balance, 0), data, shown)
        yield voice.say(_spare(end, strict) if balance >= 0 else _lack(end, strict), **words)


def _spare(end: str, strict: bool) -> str:
    """What the rest may lose, all in all."""
    message = "Whatever their number: the rest may together lie {balance} below {bound} each."
    if end == "high":
        message = "Whatever their number: the rest may together lie {balance} above {bound} each."
    if strict:
        message = "Whatever their number: the rest may together lie less than {balance} below {bound} each."
    if strict and end == "high":
        message = "Whatever their number: the rest may together lie less than {balance} above {bound} each."
    return message


def _lack(end: str, strict: bool) -> str:
    """What the rest must make up for, all in all."""
    message = "Whatever their number: the rest must together lie {balance} above {bound} each."
    if end == "high":
        message = "Whatever their number: the rest must together lie {balance} below {bound} each."
    if strict:
        message = "Whatever their number: the rest must together lie more than {balance} above {bound} each."
    if strict and end == "high":
        message = "Whatever their number: the rest must together lie more than {balance} below {bound} each."
    return message


def _share_whatever(
    voice: Voice, balance: Exact, bound: Exact, strict: bool, end: str, words: dict[str, str]
) -> Iterator[str]:
    """In items: how many good ones make up for those that failed, or that the bound itself is enough."""
    if end == "low" and balance < 0 and bound < 1:
        wanted = Fraction(-balance) / Fraction(1 - bound)
        least = -(-wanted // 1)
        yield voice.count(
            "Whatever their number: {n} good one without a failure makes up for what was lost.",
            "Whatever their number: {n} good ones without a failure make up for what was lost.",
            int(least) + (strict and least == wanted),
        )
    elif end == "low" and (balance > 0 or (balance == 0 and not strict)):
        yield voice.say("Whatever their number: {bound} of the rest is enough.", **words)
