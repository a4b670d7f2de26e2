"""``rulecheck whatif``: the verdicts and the score if something were to happen, and what it takes to reach a score."""

from collections.abc import Iterator
from datetime import date
from textwrap import wrap
from typing import TYPE_CHECKING

import click
from rulecheck.cli import spoken
from rulecheck.cli.output import write
from rulecheck.cli.run import (
    DAY,
    as_of_option,
    evaluation_of,
    format_option,
    known_at_option,
    lang_option,
    output_option,
    parameters_option,
    plan_option,
)

if TYPE_CHECKING:
    from rulecheck.cli.sentences import Sentences
    from rulecheck.engine.whatif import Change, Reach, WhatIf
    from rulecheck.facts.facts import Fact, Listing
    from rulecheck.facts.quantity import Exact

WIDTH = 100


@spoken.command("whatif")
@spoken.argument("facts", metavar="FACTS")
@spoken.option(
    "--set",
    "set_",
    multiple=True,
    metavar="NAME=VALUE",
    help="Suppose a fact, such as case_days/2024-Q4=165.2*48000 or polsas_in_use/faeroerne=2024-12-20; again for more.",
)
@spoken.option("--scenario", metavar="FILE", help="Suppose the facts of this facts file.")
@spoken.option("--reach", metavar="POINTS", help="Show the cheapest sets of outcomes that reach so many points.")
@spoken.option(
    "--on", "day", type=DAY, metavar="DATE", help="The day that is judged; by default the last one supposed."
)
@plan_option
@as_of_option
@known_at_option
@parameters_option
@lang_option
@format_option("table", "json", help="How it is shown.")
@output_option
def command(
    facts: str,
    set_: tuple[str, ...],
    scenario: str | None,
    reach: str | None,
    day: date | None,
    plan: str | None,
    as_of: date | None,
    known_at: date | None,
    lang: str | None,
    format_: str,
    output: str | None,
) -> None:
    """Judge FACTS as if something were so, against the present; or find what reaches a number of points.

    Nothing supposed is ever mixed with what is reported: the present verdicts stand as `rulecheck evaluate` gives them.
    """
    if not (set_ or scenario or reach):
        raise click.UsageError(spoken.say("give --set, --scenario or --reach"))
    if reach and (set_ or scenario):
        raise click.UsageError(spoken.say("--reach stands by itself; it finds what --set would have to say"))
    wanted = _points(reach) if reach else None
    evaluation, _, speaker = evaluation_of(facts, plan, as_of, known_at, lang)
    from rulecheck.cli.sentences import Sentences
    from rulecheck.cli.whatif_json import reach_json, whatif_json
    from rulecheck.engine import whatif

    sentences = Sentences(evaluation.plan, speaker)
    if wanted is not None:
        found = whatif.reach(evaluation, wanted)
        weighted = evaluation.version.weighted
        told_ = reach_lines(found, sentences, weighted)
        text = reach_json(found, weighted) if format_ == "json" else "\n".join(told_) + "\n"
        write(text, output)
        return
    from rulecheck.cli.suppose import scenario as scenario_facts
    from rulecheck.cli.suppose import settings
    from rulecheck.engine.scenario import thing

    laid = scenario_facts(scenario, evaluation.plan, speaker) if scenario else []
    single = settings(set_, evaluation.plan, evaluation.as_of, speaker)
    told = {thing(fact) for fact in single}
    supposed = [*(fact for fact in laid if thing(fact) not in told), *single]
    when = day or whatif.day_of(supposed, evaluation.as_of)
    if when < evaluation.as_of:
        raise click.UsageError(spoken.say("--on {day} lies before the present, {now}", day=when, now=evaluation.as_of))
    result = whatif.what_if(evaluation, evaluation.facts, supposed, when)
    write(
        whatif_json(result, supposed, sentences)
        if format_ == "json"
        else "\n".join(lines(result, supposed, sentences)) + "\n",
        output,
    )


def _points(text: str) -> "Exact":
    from rulecheck.facts.quantity import NotExact, parse_number

    try:
        number = parse_number(text.strip())
    except NotExact:
        number = -1
    if number < 0:
        raise click.UsageError(spoken.say("--reach {text} is no number of points; write 90", text=repr(text)))
    return number


def lines(result: "WhatIf", supposed: "list[Fact]", sentences: "Sentences") -> Iterator[str]:
    """What is supposed, what changes and why, and the score before and after."""
    from rulecheck.cli.table import score_line

    say, day = sentences.say, sentences.language.day
    yield say(
        "Supposed, and judged as of {then} (the present is {now}):",
        then=day(result.then.as_of),
        now=day(result.now.as_of),
    )
    yield from (f"    • {told(fact, sentences)}" for fact in supposed)
    yield ""
    changed = [c for c in result.changes if c.by_supposition]
    if changed:
        yield say("What that changes:")
        for change in changed:
            yield from _change(change, sentences)
    else:
        yield say("That changes no verdict.")
    passing = [c for c in result.changes if not c.by_supposition and c.anyway != c.now.verdict]
    if passing:
        from rulecheck.cli.sentences import WORDS

        yield ""
        yield say("What the passing of time changes by itself, with no further facts:")
        for c in passing:
            yield f"  {c.then.target.id}  {say(WORDS[c.now.verdict])} → {say(WORDS[c.then.verdict])}"
    yield ""
    yield say("Now:")
    yield from (f"    {line}" for line in wrap(score_line(result.now, sentences), WIDTH - 4))
    yield say("Then:")
    yield from (f"    {line}" for line in wrap(score_line(result.then, sentences), WIDTH - 4))


def _change(change: "Change", sentences: "Sentences") -> Iterator[str]:
    from rulecheck.cli.sentences import WORDS

    say = sentences.say
    head = f"  {change.then.target.id}  {say(WORDS[change.now.verdict])} → {say(WORDS[change.then.verdict])}: "
    yield from wrap(head + sentences.reason(change.then), WIDTH, subsequent_indent="      ")


def told(fact: "Fact", sentences: "Sentences") -> str:
    """A supposed fact in words."""
    from rulecheck.facts.facts import Event, Forecast, Listing, Measurement
    from rulecheck.facts.quantity import exact

    say, language = sentences.say, sentences.language
    if isinstance(fact, Event):
        name = sentences.event(fact.event) + (
            f" ({sentences.subject(fact.event, fact.subject)})" if fact.subject else ""
        )
        return f"{name}: {language.day(fact.date) if fact.date else say('not yet')}"
    if isinstance(fact, Listing):
        name = f"{sentences.measure(fact.measure)}, {language.day(fact.at)}"
        return f"{name}: {say('not yet')}" if fact.withdrawn else f"{name}: {_members(fact, sentences)}"
    if isinstance(fact, Measurement):
        name = f"{sentences.measure(fact.measure)}, {sentences.period(fact.period.label)}"
        if fact.withdrawn:
            return f"{name}: {say('not yet')}"
        if fact.amount is not None and fact.volume is not None:
            return f"{name}: {language.number(fact.amount, 4)} / {language.number(fact.volume)}"
        number = exact(fact.amount if fact.amount is not None else fact.value or 0)
        if sentences.plan.measures[fact.measure].kind == "share":
            return f"{name}: {language.number(exact(number * 100), 4)} %"
        return f"{name}: {language.number(number, 4)}"
    if isinstance(fact, Forecast) and fact.event:
        name = sentences.event(fact.event) + (
            f" ({sentences.subject(fact.event, fact.subject)})" if fact.subject else ""
        )
        return say("{what} forecast for {when}", what=name, when=language.day(fact.expected) if fact.expected else "–")
    if isinstance(fact, Forecast) and fact.period is not None:
        number = fact.volume if fact.volume is not None else fact.value or 0
        return say(
            "forecast: {what}",
            what=f"{sentences.measure(fact.measure)}, {fact.period.label}: {language.number(number)}",
        )
    from rulecheck.cli.sentences import WORDS
    from rulecheck.facts.facts import Assessment

    assert isinstance(fact, Assessment)
    return say("{target} assessed as {verdict}", target=fact.target, verdict=say(WORDS.get(fact.verdict, fact.verdict)))


def _members(fact: "Listing", sentences: "Sentences") -> str:
    from rulecheck.cli.sentences import clean

    if not fact.members:
        return sentences.say("no members")
    names = sentences.listed([clean(name) for name in fact.members])
    return sentences.count("{n} member: {names}", "{n} members: {names}", len(fact.members), names=names)


def reach_lines(found: "Reach", sentences: "Sentences", weighted: bool) -> Iterator[str]:
    """The ways to reach the points, or why there is none; without weights a target is a point."""
    say, number = sentences.say, sentences.language.number
    if not found.ways and found.most >= found.wanted:
        yield say(
            "No way to {points} points was found: of {n} sets of outcomes none held up when it was judged again."
            if weighted
            else "No way to {points} targets was found: of {n} sets of outcomes none held up when it was judged again.",
            points=number(found.wanted),
            n=number(found.judged),
        )
    elif not found.ways:
        yield say(
            "{points} points cannot be reached any more: {most} at most."
            if weighted
            else "{points} targets cannot be fulfilled any more: {most} at most.",
            points=number(found.wanted),
            most=number(found.most),
        )
    elif not found.ways[0].targets:
        yield say(
            "{points} points are reached already." if weighted else "{points} targets are fulfilled already.",
            points=number(found.wanted),
        )
    else:
        yield say(
            "The cheapest ways to {points} points, each judged again:"
            if weighted
            else "The cheapest ways to {points} fulfilled targets, each judged again:",
            points=number(found.wanted),
        )
    for n, way in enumerate(found.ways if found.ways and found.ways[0].targets else (), 1):
        yield ""
        head = say(
            "{targets}: {points} points" if weighted else "{targets}: {points} fulfilled",
            targets=", ".join(way.targets),
            points=number(way.points),
        )
        asked = sentences.count("{n} outcome", "{n} outcomes", way.cost)
        yield f"  {n}. {head} ({asked})"
        for proposal in way.proposals:
            for fact in proposal.facts:
                yield from wrap(told(fact, sentences), WIDTH, initial_indent="       • ", subsequent_indent="         ")
    if found.lost:
        yield ""
        yield say("Out of reach:")
        for target, reason in found.lost:
            yield f"  {target}  {say(reason)}"
