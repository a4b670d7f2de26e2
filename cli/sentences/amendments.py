"""Where the plan was amended: which version judges, what it changed, and what the original would have said."""

from collections.abc import Iterator

from rulecheck.cli.sentences import Sentences
from rulecheck.cli.sentences.words import WORDS, clean
from rulecheck.engine.amendments import added, changes
from rulecheck.engine.evaluate import Evaluation, Original, TargetVerdict, Withdrawn
from rulecheck.rules.plan import Plan, Target, Version


def in_force(voice: Sentences, version: Version) -> str:
    """The version with its day, its reason and who decided it; the plan as signed has only a day."""
    words = {"name": clean(version.id), "day": voice.language.day(version.in_force_from)}
    if not version.reason:
        return voice.say("version {name}, in force from {day}", **words)
    return voice.say(
        "version {name}, in force from {day}: {reason} (decided by {who})",
        reason=clean(version.reason),
        who=clean(version.decided_by),
        **words,
    )


def judged_by(voice: Sentences, evaluation: Evaluation) -> list[str]:
    """Which version of an amended plan the targets are judged by; nothing while the plan is as it was signed."""
    if evaluation.version is evaluation.plan.versions[0]:
        return []
    return [voice.say("Judged by {version}.", version=in_force(voice, evaluation.version))]


def beside(voice: Sentences, plan: Plan, verdict: TargetVerdict) -> list[str]:
    """In short, for a row: when the target was added, and its verdict by the version it first stood in."""
    told = []
    first = added(plan, verdict.target.id)
    if first is not None:
        told.append(voice.say("Added from {day} on.", day=voice.language.day(first.in_force_from)))
    if verdict.original:
        told.append(by_original(voice, plan, verdict.original))
    return told


def by_original(voice: Sentences, plan: Plan, original: Original) -> str:
    """The verdict by the plan as signed, or by the amendment that added the target."""
    verdict = voice.say(WORDS[original.verdict])
    if original.version is plan.versions[0]:
        return voice.say("By the plan as first signed: {verdict}.", verdict=verdict)
    return voice.say("As it was first added ({name}): {verdict}.", name=clean(original.version.id), verdict=verdict)


def withdrawn(voice: Sentences, evaluation: Evaluation) -> Iterator[str]:
    """One sentence for each target that is no longer in the plan."""
    for gone in evaluation.withdrawn:
        yield f"{taken_out(voice, gone)} {by_original(voice, evaluation.plan, gone.original)}"


def taken_out(voice: Sentences, gone: Withdrawn) -> str:
    """Which target was taken out, when, by whom and why."""
    return voice.say(
        "{target} was withdrawn from {day} on: {reason} (decided by {who}).",
        target=gone.original.judged.target.id,
        day=voice.language.day(gone.version.in_force_from),
        reason=clean(gone.reason),
        who=clean(gone.version.decided_by),
    )


def told_of(voice: Sentences, plan: Plan, target: Target, until: Version) -> Iterator[str]:
    """Every amendment that added or changed the target, with what it has demanded since."""
    for version, now in changes(plan, target.id, until):
        message = (
            "Added by {version}: {demand}" if version is added(plan, target.id) else "Changed by {version}: {demand}"
        )
        yield voice.say(message, version=in_force(voice, version), demand=_demand(voice, now))


def amended(voice: Sentences, before: Version, after: Version) -> Iterator[str]:
    """What an amendment changes, target by target."""
    old = {target.id: target for target in before.targets}
    new = {target.id: target for target in after.targets}
    for name, target in new.items():
        if name not in old:
            yield voice.say("{target} is new: {demand}", target=name, demand=_demand(voice, target))
        elif _demand(voice, target) != _demand(voice, old[name]):
            yield voice.say(
                "{target} is changed: {demand}; before: {former}",
                target=name,
                demand=_demand(voice, target),
                former=_demand(voice, old[name]),
            )
    for name in old:
        if name not in new:
            yield voice.say("{target} is withdrawn: {reason}", target=name, reason=clean(after.withdrawn[name]))


def _demand(voice: Sentences, target: Target) -> str:
    told = voice.criterion(target.criterion)
    if target.modality != "must":
        told += f" ({voice.say(target.modality)})"
    if target.weight is None:
        return told
    return f"{told}; {voice.say('{points} points', points=voice.language.number(target.weight))}"
