"""``rulecheck explain``: the whole reasoning behind one target."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path as File
from typing import TYPE_CHECKING, Any

import click
from rulecheck.cli import spoken
from rulecheck.cli.explain_check import about_check, is_check
from rulecheck.cli.output import write
from rulecheck.cli.records import Tables, records_options
from rulecheck.cli.run import (
    all_problems_option,
    as_of_option,
    chosen_language,
    color_option,
    colours,
    evaluation_of,
    known_at_option,
    lang_option,
    output_option,
    parameters_option,
    plan_for,
    plan_option,
)

if TYPE_CHECKING:
    from rulecheck.cli.sentences import Sentences
    from rulecheck.engine.evaluate import Evaluation, TargetVerdict, Withdrawn
    from rulecheck.engine.proof import Step
    from rulecheck.engine.readings import Readings
    from rulecheck.facts.documents.document import Document
    from rulecheck.facts.facts import Fact, Measurement
    from rulecheck.rules.plan import Target

DEFAULT_FACTS = "facts.json"
WIDTH = 96


@spoken.command("explain")
@spoken.argument("target", metavar="TARGET")
@spoken.argument("facts", metavar="[FACTS]", required=False, default=None)
@plan_option
@as_of_option
@known_at_option
@parameters_option
@records_options
@lang_option
@output_option
@color_option
@all_problems_option
def command(
    target: str,
    facts: str | None,
    plan: str | None,
    as_of: date | None,
    known_at: date | None,
    records: dict[str, str],
    records_engine: str,
    lang: str | None,
    output: str | None,
    color: str,
) -> None:
    """Show the whole reasoning behind TARGET, with the plan's own words.

    Without FACTS, the facts of the settings file or ./facts.json are taken; without those, or with only --plan, the
    target's rule and readings are shown. RC012 alone shows what that check of plans looks for.
    """
    source = facts or _default_facts(plan)
    if facts is None and plan is None and is_check(target):
        lines = list(about_check(target, chosen_language(lang, None)))
    elif source is None:
        lines = list(_without_facts(target, plan, lang))
    else:
        evaluation, document, speaker = evaluation_of(
            source, plan, as_of, known_at, lang, Tables(records, records_engine)
        )
        from rulecheck.cli.sentences import Sentences

        found = next((v for v in evaluation.verdicts if v.target.id == target), None)
        gone = next((w for w in evaluation.withdrawn if w.original.judged.target.id == target), None)
        if found is None and gone is None:
            raise _unknown(target, [v.target.id for v in evaluation.verdicts])
        explained = Explained(evaluation, document, Sentences(evaluation.plan, speaker), colours(color) and not output)
        lines = list(explained.target(found) if found else explained.withdrawn(gone) if gone else ())
    write("\n".join(lines) + "\n", output)


def _default_facts(plan: str | None) -> str | None:
    ctx = click.get_current_context()
    configured = (ctx.default_map or {}).get("facts")
    if configured:
        return str(configured)
    return DEFAULT_FACTS if File(DEFAULT_FACTS).is_file() and plan is None else None


def _unknown(target: str, known: list[str]) -> click.UsageError:
    from rulecheck.facts.problem import nearest

    guess = nearest(target, known)
    told = "no target '{target}'; did you mean '{guess}'?" if guess else "no target '{target}'; there are: {known}"
    return click.UsageError(spoken.say(told, target=target, guess=guess, known=", ".join(known)))


def _without_facts(name: str, plan_name: str | None, lang: str | None) -> Iterator[str]:
    from rulecheck.cli.sentences import Sentences

    if plan_name is None:
        raise click.UsageError(spoken.say("give FACTS, or --plan to see the rule without facts"))
    plan = plan_for(plan_name, None)
    target = next((t for t in plan.versions[-1].targets if t.id == name), None)
    if target is None:
        raise _unknown(name, [t.id for t in plan.versions[-1].targets])
    sentences = Sentences(plan, chosen_language(lang, plan))
    title = sentences.text(target.title)
    yield f"{target.id}  {title}".rstrip()
    yield from promise(target, plan.source, sentences)
    yield from readings(target, sentences)


def wrapped(text: str, indent: str, first: str | None = None) -> list[str]:
    """Text filled to the page, with a hanging indent."""
    from textwrap import fill

    return fill(
        text,
        WIDTH,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    ).splitlines()


def promise(target: "Target", source: Any, sentences: "Sentences") -> Iterator[str]:
    """The plan's own words, where they stand, and the rule made of them."""
    from rulecheck.cli.sentences import clean
    from rulecheck.cli.sentences.parameters import declared

    say = sentences.say
    if target.quote:
        yield ""
        yield say("The plan's words:")
        yield from wrapped(f"»{clean(' '.join(target.quote.split()))}«", "    ")
        where = [clean(part) for part in (source.get("document", ""), target.where) if part]
        if where:
            yield from wrapped(f"({', '.join(where)})", "    ")
    yield ""
    yield say("The rule:")
    yield from wrapped(sentences.criterion(target.criterion), "    ")
    details = []
    if target.weight is not None:
        details.append(say("{points} points", points=sentences.language.number(target.weight)))
    if target.owner:
        details.append(say("owner: {owner}", owner=clean(target.owner)))
    if target.modality != "must":
        details.append(say("modality: {modality}", modality=say(target.modality)))
    if details:
        yield "    " + "; ".join(details)
    for name in target.parameters:
        yield from wrapped(declared(sentences, sentences.plan.parameters[name]), "      ", "    • ")


def readings(target: "Target", sentences: "Sentences", found: "Readings | None" = None) -> Iterator[str]:
    """How the target reads what the text leaves open, and what it would come to if it were read otherwise."""
    from rulecheck.cli.sentences.readings import by_reading, told_alternatives

    if target.readings:
        yield ""
        yield sentences.say("How open points of the text are read:")
    for reading in target.readings:
        told = f"{sentences.text(reading.chosen)} ({sentences.text(reading.because)})"
        if reading.alternatives:
            told += sentences.say("; not: {others}", others=told_alternatives(sentences, reading, found))
        yield from wrapped(told, "      ", "    • ")
    for line in by_reading(sentences, {target.id: found} if found else {}, [target.id]):
        yield from wrapped(line, "    ", "    ")
    note = sentences.text(target.notes)
    if note:
        yield ""
        yield from wrapped(note, "    ", "    ")


LISTED = 8
"""So many members of a list are written out where a fact is cited; of a longer one also how many there are."""


def _written(value: object) -> str:
    """A value of the facts file as its reader would write it."""
    if isinstance(value, dict):
        lists = any(isinstance(inner, list) for inner in value.values())
        if lists:
            return "; ".join(f"{key}: {_written(inner)}" for key, inner in value.items())
        return " ".join(f"{key} {_written(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        shown = ", ".join(map(str, value[:LISTED]))
        return shown if len(value) <= LISTED else f"{shown}, … ({len(value)})"
    return str(value).lower() if isinstance(value, bool) else str(value)


class Explained:
    """One evaluation, told target by target."""

    def __init__(self, evaluation: "Evaluation", document: "Document", sentences: "Sentences", colour: bool) -> None:
        self.evaluation, self.document, self.sentences, self.colour = evaluation, document, sentences, colour
        self.facts = evaluation.facts.by_id()
        self.say = sentences.say

    def target(self, verdict: "TargetVerdict") -> Iterator[str]:
        """Everything there is to say about a target."""
        from rulecheck.cli.sentences import EVIDENCE
        from rulecheck.cli.table import COLOURS, mark
        from rulecheck.engine.readings import readings_of

        target, say, day = verdict.target, self.say, self.sentences.language.day
        marked = mark(verdict.verdict, self.sentences)
        if self.colour:
            marked = click.style(marked, fg=COLOURS[verdict.verdict])
        title = self.sentences.text(target.title)
        yield f"{target.id}  {title}".rstrip()
        settled = say("for good") if verdict.definitive else say("still open")
        evidence = say("evidence: {evidence}", evidence=say(EVIDENCE[verdict.step.evidence]))
        yield f"{marked} ({settled}; {evidence}; " + say("as of {day}", day=day(self.evaluation.as_of)) + ")"
        if self.evaluation.known_at:
            yield say("as known on {day}", day=day(self.evaluation.known_at))
        yield from promise(target, self.evaluation.plan.source, self.sentences)
        yield ""
        yield say("Why:")
        yield from self.step(verdict.step, 1)
        if verdict.since:
            yield "    " + say("Certain since {day}.", day=day(verdict.since))
        if verdict.delivered_late:
            yield "    " + say("Delivered late, on {day}.", day=day(verdict.delivered_late))
        if verdict.needed:
            yield ""
            yield say("Still needed:")
            for entry in verdict.needed:
                yield from wrapped(self.sentences.needed(entry), "      ", "    • ")
                for told in self.sentences.whatever_volume(entry):
                    yield from wrapped(told, "      ", "      ")
            yield from wrapped(self.rechecked(verdict), "    ", "    ")
        yield from self.firmness(verdict)
        for breach in self.evaluation.breaches:
            if set(breach["facts"]) & set(verdict.step.cited()):
                yield ""
                yield from wrapped(say("Broken dependency: {breach}", breach=self.sentences.breach(breach)), "    ", "")
                if breach["quote"]:
                    yield from wrapped(f"»{' '.join(breach['quote'].split())}«", "    ")
        yield from self.judgements(verdict)
        yield from self.amendments(verdict)
        yield from readings(target, self.sentences, readings_of(self.evaluation).get(target.id))

    def amendments(self, verdict: "TargetVerdict") -> Iterator[str]:
        """What amendments made of the target, and what the version it first stood in says of it."""
        from rulecheck.cli.sentences.amendments import by_original, told_of

        plan = self.evaluation.plan
        told = list(told_of(self.sentences, plan, verdict.target, self.evaluation.version))
        if told:
            yield ""
            yield self.say("How the plan was amended:")
        for line in told:
            yield from wrapped(line, "      ", "    • ")
        if verdict.original:
            line = by_original(self.sentences, plan, verdict.original)
            yield from wrapped(f"{line} {self.sentences.reason(verdict.original.judged)}", "      ", "    • ")

    def withdrawn(self, gone: "Withdrawn") -> Iterator[str]:
        """A target that is no longer in the plan: who took it out and why, and its verdict had it stayed."""
        from rulecheck.cli.sentences.amendments import by_original, taken_out

        judged = gone.original.judged
        title = self.sentences.text(judged.target.title)
        yield f"{judged.target.id}  {title}".rstrip()
        yield from wrapped(taken_out(self.sentences, gone), "", "")
        yield from promise(judged.target, self.evaluation.plan.source, self.sentences)
        yield ""
        yield from wrapped(by_original(self.sentences, self.evaluation.plan, gone.original), "", "")
        yield from self.step(judged.step, 1)
        yield from readings(judged.target, self.sentences)

    def rechecked(self, verdict: "TargetVerdict") -> str:
        """Whether the plan, judged with the cheapest of such facts added, has the target fulfilled."""
        from rulecheck.engine.proposal import Impossible
        from rulecheck.engine.whatif import fulfilled_by, proposal_for

        try:
            proposal = proposal_for(self.evaluation, verdict)
        except Impossible as reason:
            return self.say("No future facts are proposed: {reason}.", reason=self.say(str(reason)))
        if not fulfilled_by(self.evaluation, [proposal], [verdict.target.id]):
            return self.say("Checked: such facts alone are not enough.")
        return self.say("Checked: with such facts added the target is fulfilled.")

    def firmness(self, verdict: "TargetVerdict") -> Iterator[str]:
        """The smallest error that would change the verdict, and the facts it hangs on."""
        from rulecheck.cli.outlook import firm
        from rulecheck.engine.robustness import robustness

        lines = list(firm(robustness(self.evaluation, verdict), verdict, self.sentences))
        if lines:
            yield ""
            yield self.say("How firm that is:")
            for line in lines:
                yield from wrapped(line, "      ", "    • ")

    def judgements(self, verdict: "TargetVerdict") -> Iterator[str]:
        """Overrides and waivers, those that have expired too; they never replace the computed verdict."""
        from rulecheck.cli.sentences.beside import documented

        told = [judgement for judgement in verdict.judgements if judgement.kind != "assessment"]
        if told:
            yield ""
            yield self.say("Beside it, and without effect on it, stands:")
        for judgement in told:
            yield from wrapped(documented(self.sentences, judgement), "      ", "    • ")

    def step(self, step: "Step", depth: int) -> Iterator[str]:
        """A proof step: verdict, sentence, rule, arithmetic, facts, then its premises."""
        from rulecheck.cli.table import mark
        from rulecheck.engine.ruleset import BY_ID

        if step.rule == "as-judged":
            yield from self.step(step.premises[0], depth)
            return
        indent = "    " * depth
        part = f"{step.path}  " if "/" in step.path else ""
        first = f"{indent}{part}{mark(step.verdict, self.sentences)}: "
        yield from wrapped(self.sentences.because(step), indent + "  ", first)
        yield from wrapped(
            self.say("rule {rule}: {meaning}", rule=step.rule, meaning=self.say(BY_ID[step.rule].meaning)),
            indent + "    ",
            indent + "  · ",
        )
        for line in self.arithmetic(step):
            yield from wrapped(line, indent + "    ", indent + "  · ")
        for fact in step.facts:
            yield from wrapped(self.fact(self.facts[fact]), indent + "    ", indent + "  · ")
        for line in self.records(step):
            yield from wrapped(line, indent + "    ", indent + "  · ")
        for premise in step.premises:
            yield from self.step(premise, depth + 1)

    def arithmetic(self, step: "Step") -> Iterator[str]:
        """The sums, written out."""
        from rulecheck.cli.sentences.set_change import set_arithmetic
        from rulecheck.cli.sentences.trend import trend_arithmetic

        data, language = step.data, self.sentences.language
        if (
            data.get("kind") in ("mean", "share")
            and data.get("pieces")
            and "amount" in data["pieces"][0]
            and "value" in data
        ):
            amounts = [Fraction(p["amount"]) for p in data["pieces"]]
            volumes = [Fraction(p["volume"]) for p in data["pieces"]]

            def sum_of(numbers: list[Fraction]) -> str:
                shown = " + ".join(language.number(n, 4) for n in numbers)
                return f"({shown})" if len(numbers) > 1 else shown

            sums = (
                f" = {language.number(sum(amounts), 4)} / {language.number(sum(volumes), 4)}"
                if len(amounts) > 1
                else ""
            )
            yield f"{sum_of(amounts)} / {sum_of(volumes)}{sums} = {self.sentences.value(data)}"
        elif data.get("kind") == "total" and len(data.get("pieces", ())) > 1:
            yield (
                " + ".join(language.number(Fraction(p["amount"]), 4) for p in data["pieces"])
                + f" = {self.sentences.value(data)}"
            )
        if "trend" in data:
            yield from trend_arithmetic(self.sentences, data)
        elif data.get("kind") == "set-change":
            yield from set_arithmetic(self.sentences, data)
        for left in data.get("left_out", ()):
            yield self.say("left out: {fact} ({why})", fact=left["fact"], why=self.say(left["why"]))
        for expected in data.get("expected", ()):
            yield self.say(
                "expected volume: {volume} ({fact})",
                volume=language.number(Fraction(expected["volume"])),
                fact=expected["fact"],
            )
        if "stays_on_weekend" in data:
            yield self.say("the deadline {by} is on a weekend and stays there", by=language.day(data["by"]))
        if "shifted_from" in data:
            yield self.say(
                "the deadline {day} is no working day and moves to {by}",
                day=language.day(data["shifted_from"]),
                by=language.day(data["by"]),
            )

    def records(self, step: "Step") -> Iterator[str]:
        """Where the cited figures that were made of case records came from."""
        cited = [extract for extract in self.evaluation.facts.extracts if set(extract.facts) & set(step.facts)]
        if cited:
            from rulecheck.cli.records import provenance

            for extract in cited:
                yield from provenance(extract, self.sentences.language)

    def computed(self, fact: "Measurement") -> str:
        """A cited figure that was made of case records: its numbers, and the table they are from."""
        from rulecheck.cli.sentences import clean

        language = self.sentences.language
        numbers = [language.number(n) for n in (fact.amount, fact.volume) if n is not None]
        parts = [f"{clean(fact.id)}: {' / '.join(numbers)}", self.say("source: {source}", source=clean(fact.source))]
        parts.append(
            self.say("reported {day}", day=language.day(fact.reported))
            if fact.reported
            else self.say("no reporting date")
        )
        return "; ".join(parts)

    def fact(self, fact: "Fact") -> str:
        """A cited fact: id, content under the headings of the reader's language, source, when reported, where it stands."""
        from rulecheck.cli.sentences import clean
        from rulecheck.facts.documents.headings import HEADINGS

        group, number = fact.index
        if group == "records":
            return self.computed(fact)  # type: ignore[arg-type]  # only measurements are made of records
        row = self.document.data[group][number]
        told_elsewhere = ("source", "reported", "id", "note", "by")
        code = self.sentences.language.code
        said = ", ".join(
            f"{HEADINGS[key][code] if key in HEADINGS else key} {clean(_written(value))}"
            for key, value in row.items()
            if key not in told_elsewhere and value is not None
        )
        parts = [f"{clean(fact.id)}: {said}"]
        if fact.source:
            parts.append(self.say("source: {source}", source=clean(fact.source)))
        if fact.by:
            parts.append(self.say("stated by {who}", who=clean(fact.by)))
        parts.append(
            self.say("reported {day}", day=self.sentences.language.day(fact.reported))
            if "reported" in row and fact.reported
            else self.say("no reporting date")
        )
        parts.append(str(self.document.place(fact.index)))
        if fact.note:
            parts.append(clean(fact.note))
        replaced = self.evaluation.replaced.get(fact.id)
        if replaced:
            parts.append(self.say("replaces {facts}", facts=", ".join(clean(f) for f in replaced)))
        return "; ".join(parts)
