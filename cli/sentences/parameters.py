"""What the plan leaves open, and who has declared it."""

from collections.abc import Sequence

from rulecheck.cli.sentences.voice import Voice
from rulecheck.cli.sentences.words import clean
from rulecheck.rules.plan import Parameter, Version


def declared(voice: Voice, parameter: Parameter) -> str:
    """A parameter with its value, and who says so; or that nobody has declared it."""
    name, because = voice.parameter(parameter.name), voice.text(parameter.because)
    if parameter.value is None:
        told = voice.say("parameter {name}: nobody has declared it", name=name)
        return f"{told}; {because}" if because else told
    told = voice.say(
        "parameter {name} = {value}, declared {day}; source: {source}; {because}",
        name=name,
        value=_value(parameter),
        day=voice.language.day(parameter.declared),
        source=clean(" ".join(parameter.source.split())),
        because=because,
    )
    return told + voice.say("; from the parameters file") if parameter.origin == "file" else told


def in_use(voice: Voice, version: Version) -> Sequence[str]:
    """One line that names every parameter a version uses and where it comes from; none when it uses none."""
    used = dict.fromkeys(name for target in version.targets for name in target.parameters)
    parts = [_in_short(voice, voice.plan.parameters[name]) for name in used]
    return [voice.say("Parameters: {parameters}.", parameters="; ".join(parts))] if parts else []


def _in_short(voice: Voice, parameter: Parameter) -> str:
    name = clean(f"${parameter.name}")
    if parameter.value is None:
        return voice.say("{name} is not declared", name=name)
    words = {"name": name, "value": _value(parameter)}
    if parameter.origin == "file":
        return voice.say("{name} = {value} (the parameters file)", **words)
    return voice.say("{name} = {value} (the plan)", **words)


def _value(parameter: Parameter) -> str:
    value = parameter.value or ""
    return clean(value if isinstance(value, str) else ", ".join(value))
