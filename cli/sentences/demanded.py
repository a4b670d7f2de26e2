"""What a criterion demands, without any facts."""

from rulecheck.cli.sentences.voice import Voice
from rulecheck.cli.sentences.words import Data, clean
from rulecheck.engine.findings import bound_data
from rulecheck.facts.quantity import plain
from rulecheck.rules.criteria import (
    Assessed,
    Combination,
    Criterion,
    Milestone,
    Order,
    Recurring,
    SetChange,
    Threshold,
    Trend,
)


def demanded(voice: Voice, criterion: Criterion) -> str:
    """What a criterion demands, without any facts."""
    if isinstance(criterion, Combination):
        parts = "; ".join(demanded(voice, part) for part in criterion.parts)
        if criterion.count == len(criterion.parts):
            return voice.say("all of: {parts}", parts=parts)
        return voice.say("at least {count} of: {parts}", count=criterion.count, parts=parts)
    if isinstance(criterion, Threshold):
        data = {
            "kind": criterion.kind,
            "measure": criterion.measure,
            "bound": bound_data(criterion.bound),
            "dimensions": dict(criterion.dimensions),
        }
        if criterion.trend is not None:
            return _trend(voice, criterion, criterion.trend, data)
        return voice.say(
            "{what} {bound} for {period}",
            what=voice.about(data),
            bound=voice.bound(data),
            period=voice.period(criterion.over.label),
        )
    if isinstance(criterion, SetChange):
        words = {
            "what": voice.measure(criterion.measure),
            "period": voice.period(criterion.over.label),
            "base": voice.language.day(criterion.base),
        }
        if criterion.direction == "no-new":
            return voice.say("{what}: no new member during {period}, compared with the list of {base}", **words)
        return voice.say("{what}: fewer members at the end of {period} than in the list of {base}", **words)
    by = voice.language.day(criterion.by)
    if isinstance(criterion, Milestone):
        what = voice.event(criterion.event)
        names = [voice.subject(criterion.event, s) for s in criterion.members or ()]
        if criterion.members and criterion.count == len(criterion.members):
            told = voice.say("{what} by {by}: {names}", what=what, by=by, names=voice.language.names(names))
        elif criterion.count > 1:
            told = voice.say("{what} by {by}: at least {count}", what=what, by=by, count=criterion.count)
        else:
            told = voice.say("{what} by {by}", what=what, by=by)
        if criterion.after:
            told += voice.say(
                ", after {events}", events=voice.language.names([voice.event(e) for e in criterion.after])
            )
        return told
    if isinstance(criterion, Order):
        return voice.say(
            "{first} before {second}, by {by}",
            first=voice.event(criterion.before),
            second=voice.event(criterion.then),
            by=by,
        )
    if isinstance(criterion, Recurring):
        return voice.say("{what} on every due date until {by}", what=voice.event(criterion.event), by=by)
    assert isinstance(criterion, Assessed)
    who = " / ".join(clean(r) for r in criterion.roles) or voice.say("a named person")
    told = voice.say("an assessment by {who}, by {by}", who=who, by=by)
    if criterion.undeclared:
        open_points = voice.language.names([voice.parameter(name) for name in criterion.undeclared])
        told += voice.say(", as long as nobody has declared {names}", names=open_points)
    return told


def _trend(voice: Voice, criterion: Threshold, trend: Trend, data: Data) -> str:
    asked = {"direction": trend.direction, "band": plain(trend.band), "relative": trend.relative}
    told = voice.say(
        "{what}: {wanted} from {before} to {period}",
        what=voice.about(data),
        wanted=voice.wanted({**data, "trend": asked}),
        before=voice.period(trend.base.label),
        period=voice.period(criterion.over.label),
    )
    if trend.minimum is not None:
        told += voice.say(", with at least {minimum} items in each", minimum=voice.language.whole(trend.minimum))
    return told
