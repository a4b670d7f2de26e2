"""The proof of a verdict, step by step: rule, arithmetic, and each cited fact with where it stands."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from rulecheck.cli.explanation.paragraphs import wrapped

if TYPE_CHECKING:
    from rulecheck.cli.sentences import Sentences
    from rulecheck.engine.evaluate import Evaluation
    from rulecheck.engine.proof import Step
    from rulecheck.facts.documents.document import Document
    from rulecheck.facts.facts import Fact, Measurement

LISTED = 8
"""So many members of a list are written out where a fact is cited; of a longer one also how many there are."""


class Reasoning:
    """The proofs of one evaluation, in the reader's language."""

    def __init__(self, evaluation: "Evaluation", document: "Document", sentences: "Sentences") -> None:
        self.evaluation, self.document, self.sentences = evaluation, document, sentences
        self.facts = evaluation.facts.by_id()
        self.say = sentences.say

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
        yield from self.sums(data)
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

    def sums(self, data: "Mapping[str, Any]") -> Iterator[str]:
        """How the pieces of a mean, a share or a total come to its value."""
        pieces, value = data.get("pieces", ()), self.sentences.value
        if data.get("kind") == "total" and len(pieces) > 1:
            yield f"{self.added(pieces, 'amount')} = {value(data)}"
        elif data.get("kind") in ("mean", "share") and pieces and "amount" in pieces[0] and "value" in data:
            number = self.sentences.language.number
            if len(pieces) == 1:
                yield f"{self.added(pieces, 'amount')} / {self.added(pieces, 'volume')} = {value(data)}"
                return
            amount, volume = (sum(Fraction(p[what]) for p in pieces) for what in ("amount", "volume"))
            yield (
                f"({self.added(pieces, 'amount')}) / ({self.added(pieces, 'volume')})"
                f" = {number(amount, 4)} / {number(volume, 4)} = {value(data)}"
            )

    def added(self, pieces: "Sequence[Mapping[str, Any]]", what: str) -> str:
        """The amounts, or the volumes, of pieces as an addition."""
        return " + ".join(self.sentences.language.number(Fraction(p[what]), 4) for p in pieces)

    def records(self, step: "Step") -> Iterator[str]:
        """Where the cited figures that were made of case records came from."""
        cited = [extract for extract in self.evaluation.facts.extracts if set(extract.facts) & set(step.facts)]
        if cited:
            from rulecheck.cli.records import provenance

            for extract in cited:
                yield from provenance(extract, self.sentences.language)

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
            if key not in told_elsewhere and value not in (None, {})
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
