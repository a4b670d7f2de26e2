"""What a criterion demands, without any facts."""

from rulecheck.cli.sentences.voice import Voice
from rulecheck.cli.sentences.words import clean
from rulecheck.engine.findings import bound_data
from rulecheck.rules.criteria import Assessed, Combination, Criterion, Milestone, Order, Recurring, Threshold


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
        return voice.say(
            "{what} {bound} in {period}",
            what=voice.about(data),
            bound=voice.bound(data),
            period=voice.period(criterion.over.label),
        )
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
