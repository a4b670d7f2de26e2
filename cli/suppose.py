"""Supposed facts as people write them: ``case_days/2024-Q4=165.2*48000``, or a facts file laid over the present one.

A setting is turned into the row a facts file would hold, and read by the reader of facts files; so what is refused there
is refused here, with the same words. Syntax: docs/what-would-change-it.md.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import click
from rulecheck.cli import spoken
from rulecheck.cli.complain import complaint
from rulecheck.cli.language import Language
from rulecheck.cli.run import read_document, warn_of_other_plan
from rulecheck.engine.scenario import SUPPOSED, all_facts, thing
from rulecheck.facts.facts import Fact, MeasureName, Vocabulary
from rulecheck.facts.problem import InvalidFacts, Problem, nearest
from rulecheck.facts.quantity import NotExact, exact, parse_number, plain, terminates
from rulecheck.rules.criteria import Assessed, leaves

if TYPE_CHECKING:
    from rulecheck.rules.plan import Plan

Row = dict[str, Any]
NAME = re.compile(r"(?P<what>forecast:|assessment:)?(?P<name>[^/\[=]+)(?P<dims>(\[[^\]=]+=[^\]]+\])*)(/(?P<about>.+))?")
NEVER = ("never", "none", "no")
GROUPS = {"measure": "measurements", "event": "events", "forecast": "forecasts", "assessment": "assessments"}


def settings(texts: Sequence[str], plan: "Plan", as_of: date, speaker: Language) -> list[Fact]:
    """The facts that the texts suppose. Raises click.UsageError with what is wrong and how it is written."""
    groups: dict[str, list[Row]] = {}
    for text in texts:
        group, row = _row(text, plan.vocabulary, speaker)
        if group == "assessments":
            row |= {"by": _role(plan, row["target"], as_of), "date": as_of.isoformat()}
        groups.setdefault(group, []).append({**row, "id": f"{SUPPOSED}:{text.split('=')[0].strip()}"})
    from rulecheck.facts.documents.document import Document
    from rulecheck.facts.read_facts import read_facts

    try:
        facts, _ = read_facts(Document({"plan": plan.id, **groups}, "--set"), plan.vocabulary)
    except InvalidFacts as error:
        told = [_plainly(problem, speaker) for problem in error.problems]
        raise click.UsageError("\n".join(dict.fromkeys(told))) from None
    found = all_facts(facts)
    twice = _told_twice(found)
    if twice:
        first, second = twice
        told_ = speaker.say("`{first}` and `{second}` suppose two things of one", first=first.id, second=second.id)
        raise click.UsageError(f"--set: {told_}")
    return found


def _role(plan: "Plan", target: str, day: date) -> str:
    """Somebody who may assess the target."""
    found = (t for t in plan.version_on(day).targets if t.id == target)
    roles = [role for t in found for leaf in leaves(t.criterion) if isinstance(leaf, Assessed) for role in leaf.roles]
    return roles[0] if roles else "?"


def _plainly(problem: Problem, speaker: Language) -> str:
    """A problem of a row that no file holds: what and what to do, without a place."""
    told = speaker.complain(problem.message, problem.values)
    remedy = speaker.complain(problem.remedy, problem.values) if problem.remedy else ""
    return f"--set: {told}" + (f"; {remedy}" if remedy else "")


def _told_twice(facts: Iterable[Fact]) -> tuple[Fact, Fact] | None:
    seen: dict[tuple[Any, ...], Fact] = {}
    for fact in facts:
        other = seen.setdefault(thing(fact), fact)
        if other is not fact:
            return other, fact
    return None


def scenario(source: str, plan: "Plan", speaker: Language) -> list[Fact]:
    """The facts of a scenario file. Raises InvalidFacts, also when two of them contradict each other."""
    from rulecheck.facts.read_facts import read_facts

    document = read_document(source)
    warn_of_other_plan(document, plan)
    facts, warnings = read_facts(document, plan.vocabulary)
    if warnings:
        click.echo(complaint(warnings, speaker), err=True)
    found = all_facts(facts)
    if not found:
        raise click.UsageError(spoken.say("the scenario {file} holds no facts", file=source))
    twice = _told_twice(found)
    if twice:
        problem = document.problem(
            "scenario",
            twice[1].index,
            "the scenario supposes two things of one: `{first}`",
            "leave one of the two out",
            first=twice[0].id,
        )
        raise InvalidFacts([problem])
    return found


def _row(text: str, names: Vocabulary, speaker: Language) -> tuple[str, Row]:
    left, equals, right = text.partition("=")
    while equals and left.count("[") > left.count("]"):  # the = within [district=fyn]
        more, equals, right = right.partition("=")
        left += "=" + more
    match = NAME.fullmatch(left.strip())
    if not equals or match is None or not right.strip():
        shown = "NAME/PERIOD=TOTAL/COUNT, NAME/PERIOD=MEAN*COUNT, EVENT/SUBJECT=DATE, forecast:EVENT=DATE"
        raise click.UsageError(f"--set {text!r}: " + speaker.say("write {shown}", shown=shown))
    what, name, about, value = match["what"], match["name"].strip(), match["about"], right.strip()
    if what == "assessment:":
        return "assessments", {"target": name, "verdict": value}
    if name not in names.measures and name not in names.events:
        raise _unknown(text, name, names, speaker)
    row: Row = {"dimensions": dict(part.split("=", 1) for part in re.findall(r"\[([^\]]+)\]", match["dims"]))}
    row = row if row["dimensions"] else {}
    if name in names.measures:
        return _measured(text, row, name, about, value, names.measures[name], what == "forecast:", speaker)
    key, group = ("expected", "forecasts") if what else ("date", "events")
    row |= {"event": name} | ({"subject": about} if about else {})
    if value.lower() in NEVER:
        return group, {**row, "withdrawn": True}
    return group, {**row, key: value}


def _unknown(text: str, name: str, names: Vocabulary, speaker: Language) -> click.UsageError:
    known = [*names.measures, *names.events]
    guess = nearest(name, known)
    hint = (
        speaker.say("did you mean `{guess}`?", guess=guess)
        if guess
        else speaker.say("known are: {known}", known=", ".join(sorted(known)))
    )
    return click.UsageError(
        f"--set {text!r}: " + speaker.say("unknown measure or event `{name}`", name=name) + f"; {hint}"
    )


def _measured(
    text: str,
    row: Row,
    name: str,
    about: str | None,
    value: str,
    measure: MeasureName,
    forecast: bool,
    speaker: Language,
) -> tuple[str, Row]:
    if not about:
        raise click.UsageError(
            f"--set {text!r}: " + speaker.say("name the period: {example}", example=f"{name}/2024-Q4={value}")
        )
    day = measure.kind == "set" or (measure.kind == "level" and not forecast)
    row |= {"measure": name, ("at" if day else "period"): about}
    if value.lower() in NEVER:
        return ("forecasts" if forecast else "measurements"), {**row, "withdrawn": True}
    if measure.kind == "set" and not forecast:
        names = value.removeprefix("[").removesuffix("]") if value.startswith("[") else value
        members = [member.strip() for member in names.split(";") if member.strip()]
        return "measurements", {**row, "members": members}
    percent = value.endswith("%")
    value = value.removesuffix("%").strip()
    pair = {"mean": ("total", "count"), "share": ("numerator", "denominator")}.get(measure.kind)
    try:
        if forecast:
            key = pair[1] if pair else "value"
            return "forecasts", {**row, key: _text(value)}
        for sign in ("*", "/"):
            if sign in value and pair:
                first, second = (parse_number(part.strip()) for part in value.split(sign, 1))
                amount = first * second if sign == "*" else first
                amount = exact(Fraction(amount) / 100) if percent else amount
                if not terminates(amount):
                    raise NotExact(value)
                return "measurements", {**row, pair[0]: plain(amount), pair[1]: plain(second)}
        number = parse_number(value)
        number = exact(Fraction(number) / 100) if percent else number
        return "measurements", {**row, ("total" if measure.kind == "total" else "value"): plain(number)}
    except (NotExact, ValueError):
        raise click.UsageError(
            f"--set {text!r}: "
            + speaker.say(
                "`{value}` is no number; write 165.2, 165.2*48000 (mean*count) or 7929600/48000 (total/count)",
                value=value,
            )
        ) from None


def _text(value: str) -> str:
    return plain(parse_number(value))
