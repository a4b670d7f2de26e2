"""Everything there is to say about a target of an evaluation."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click
from rulecheck.cli.explanation.paragraphs import promise, readings, wrapped
from rulecheck.cli.explanation.reasoning import Reasoning

if TYPE_CHECKING:
    from rulecheck.cli.sentences import Sentences
    from rulecheck.engine.evaluate import Evaluation, TargetVerdict, Withdrawn
    from rulecheck.facts.documents.document import Document


class Explained:
    """One evaluation, told target by target."""

    def __init__(self, evaluation: "Evaluation", document: "Document", sentences: "Sentences", colour: bool) -> None:
        self.evaluation, self.sentences, self.colour = evaluation, sentences, colour
        self.reasoning = Reasoning(evaluation, document, sentences)
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
        yield from self.reasoning.step(verdict.step, 1)
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
        yield from self.reasoning.step(judged.step, 1)
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
