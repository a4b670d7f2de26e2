"""Trends: the value, the base it is compared with, the change, and what was wanted."""

from collections.abc import Iterator
from fractions import Fraction

from rulecheck.cli.sentences.voice import Voice
from rulecheck.cli.sentences.words import Data
from rulecheck.engine.proof import Step
from rulecheck.facts.period import parse_period
from rulecheck.facts.quantity import Exact, distance, exact, exact_text


def about_trend(voice: Voice, step: Step) -> str:
    """The value and the base beside it; without either, what is not there yet."""
    data, trend = step.data, step.data["trend"]
    words = {
        "what": voice.about(data),
        "value": voice.value(data) or "",
        "period": voice.period(data["over"]),
        "before": voice.period(trend["over"]),
        "base": base_of(voice, data) or "",
        "wanted": voice.wanted(data),
    }
    if step.rule == "too-few":
        return _too_few(voice, data, words["what"])
    if step.rule == "no-base":
        return voice.say("{what}: no figures for {before}, so there is nothing to compare {period} with.", **words)
    if "value" not in trend:
        if "value" not in data:
            return voice.say("{what}: no figures yet, neither for {period} nor for {before} before it.", **words)
        return voice.say("{what}: {value}, and no figures yet for {before}, which it is compared with.", **words)
    if "value" not in data:
        return voice.say("{what}: no figures yet for {period}; {base} for {before}, and wanted is {wanted}.", **words)
    words["change"] = change_of(voice, data)
    if data["reach"] != parse_period(data["over"]).last.isoformat():
        told = "{what}: {value} so far, through {reach}; {base} for {before}, and wanted is {wanted}."
        if data["kind"] == "level":
            told = "{what}: {value} on {reach}; {base} for {before}, and wanted is {wanted}."
        return voice.say(told, reach=voice.language.day(data["reach"]), **words)
    if step.rule in ("bound-holds", "bound-fails"):
        return voice.say(
            "{what}: {value} for {period} after {base} for {before}: {change}, wanted is {wanted}.", **words
        )
    return voice.say(
        "{what}: {value} for {period}, preliminary, after {base} for {before}: {change}, wanted is {wanted}.", **words
    )


def _too_few(voice: Voice, data: Data, what: str) -> str:
    """Which periods have too few items; a share told as a value only does not say of how many."""
    trend = data["trend"]
    pieces = {data["over"]: data["pieces"], trend["over"]: trend["pieces"]}
    unknown = [period for period in trend["few"] if any("volume" not in piece for piece in pieces[period])]
    minimum = voice.language.whole(trend["minimum"])
    if unknown:
        return voice.say(
            "{what}: how many items the figures for {periods} are of is not known; a change is judged from {minimum} on.",
            what=what,
            minimum=minimum,
            periods=voice.language.names([voice.period(period) for period in unknown]),
        )
    return voice.say(
        "{what}: fewer than {minimum} items in {periods}, too few to judge a change by.",
        what=what,
        minimum=minimum,
        periods=voice.language.names([voice.period(period) for period in trend["few"]]),
    )


def base_of(voice: Voice, data: Data) -> str | None:
    """The base value as it is compared."""
    trend = data["trend"]
    if "value" not in trend:
        return None
    return voice.quantity(exact_text(trend.get("rounded", trend.get("exact", trend["value"]))), data)


def change_of(voice: Voice, data: Data) -> str:
    """``a fall of 1.2 percentage points``."""
    change = exact_text(data["trend"]["change"].removeprefix("-"))
    if change == 0:
        return voice.say("no change")
    size = voice.apart(change, _band(data), data)
    if data["trend"]["change"].startswith("-"):
        return voice.say("a fall of {change}", change=size)
    return voice.say("a rise of {change}", change=size)


def _band(data: Data) -> Exact:
    """The largest change that counts as none, in the measure's unit; zero where there is none."""
    trend = data["trend"]
    band = exact_text(trend["band"])
    if not trend["relative"]:
        return band
    return exact(band * distance(exact_text(trend.get("rounded", trend.get("exact", trend["value"]))), 0))


def trend_arithmetic(voice: Voice, data: Data) -> Iterator[str]:
    """The base's sum, the change, and the band it is held against."""
    trend = data["trend"]
    before, language = voice.period(trend["over"]), voice.language
    if "value" not in trend:
        return
    pieces = trend["pieces"]
    shown = base_of(voice, data) or ""
    if "amount" in pieces[0] and data["kind"] in ("mean", "share"):
        amounts = " + ".join(language.number(Fraction(p["amount"]), 4) for p in pieces)
        volumes = " + ".join(language.number(Fraction(p["volume"]), 4) for p in pieces)
        several = len(pieces) > 1
        yield f"{before}: " + (f"({amounts}) / ({volumes})" if several else f"{amounts} / {volumes}") + f" = {shown}"
    elif "amount" in pieces[0]:
        yield f"{before}: {' + '.join(language.number(Fraction(p['amount']), 4) for p in pieces)} = {shown}"
    else:
        yield f"{before}: {shown}"
    for left in trend.get("left_out", ()):
        yield voice.say("left out: {fact} ({why})", fact=left["fact"], why=voice.say(left["why"]))
    if "part" in trend:
        part = trend["part"]
        yield voice.say(
            "{before} through {reach}, the same part: {value}",
            before=before,
            reach=language.day(part["reach"]),
            value=voice.quantity(exact_text(part["value"]), data),
        )
    elif "change" in trend:
        yield voice.say(
            "change: {value} − {base} = {change}",
            value=voice.value(data) or "",
            base=shown,
            change=change_of(voice, data),
        )
    yield voice.say("wanted is {wanted}: {bound}", wanted=voice.wanted(data), bound=voice.bound(data))
