"""Proof → sentences. Whatever a reader is told about a verdict is rendered here, from the proof tree and nothing else."""

from collections.abc import Iterable

from rulecheck.cli.sentences.assessment import about_assessment
from rulecheck.cli.sentences.demanded import demanded
from rulecheck.cli.sentences.measures import about_threshold
from rulecheck.cli.sentences.milestone import about_milestone
from rulecheck.cli.sentences.needed import needed, whatever_volume
from rulecheck.cli.sentences.order import about_order
from rulecheck.cli.sentences.recurring import about_recurring
from rulecheck.cli.sentences.risks import risk
from rulecheck.cli.sentences.set_change import about_set_change, standing_of_set
from rulecheck.cli.sentences.trend import about_trend
from rulecheck.cli.sentences.voice import Voice
from rulecheck.cli.sentences.words import EVIDENCE, WORDS, Data, clean, met
from rulecheck.engine.evaluate import Evaluation, TargetVerdict
from rulecheck.engine.proof import Step
from rulecheck.facts.quantity import exact_text
from rulecheck.rules.criteria import Criterion

__all__ = ["EVIDENCE", "WORDS", "Sentences", "attention", "clean"]


GENERAL = ("exceeded-for-good", "reached-for-good", "empty-fulfils", "no-items", "undocumented")
"""Rules about a trend that are told as those of any bound."""


class Sentences(Voice):
    """What there is to say about one evaluation in one language."""

    def standing(self, step: Step) -> str:
        """Value against bound, for the table: ``171.82 ≤ 180 days``, ``1 of 2``."""
        data = step.data
        kind = data.get("kind")
        if kind is None:
            return self.standing(step.premises[0]) if step.premises else ""
        if kind in ("mean", "share", "total", "level", "figure"):
            value = self.value(data)
            if value is None:
                return self.sign(data)
            bare = self.quantity(
                exact_text(data.get("exact", data["value"])),
                data,
                bare=True,
                near=self.nearest(exact_text(data.get("exact", data["value"])), data),
            )
            sign = self.sign(data)
            return f"{bare} ({sign})" if sign != "–" else bare
        if kind == "set-change":
            return standing_of_set(self, data)
        if kind == "milestone":
            done = sum("date" in m and m["days"] >= 0 and m["status"] == "final" for m in data["members"])
            return self.say("{done} of {count}", done=done, count=data["count"])
        if kind in ("order", "recurring"):
            done = sum(met(data, m) for m in data["members"])
            return self.say("{done} of {count}", done=done, count=len(data["members"])) if data["members"] else "–"
        if kind == "assessment":
            return self.say(WORDS[data["assessment"]["verdict"]]) if "assessment" in data else "–"
        return self.say("{done} of {count}", done=data["fulfilled"], count=data["count"])

    def reason(self, verdict: TargetVerdict) -> str:
        """Why the target stands where it stands, in one sentence or two."""
        return self.because(verdict.step)

    def because(self, step: Step, parts: bool = True) -> str:
        """The deciding sentence of a step: its own for a criterion, that of its worst part for a combination.

        ``parts``: whether it is told how many parts more stand as that one does.
        """
        if step.rule in ("may", "should"):
            words = {
                "may": "The plan says may: this is never missed.",
                "should": "The plan says should: this is at most at risk.",
            }
            return f"{self.because(step.premises[0])} {self.say(words[step.rule])}"
        if step.rule == "dependency":
            return self._blocked(step.data)
        if step.rule == "as-judged":
            return self.because(step.premises[0])
        if step.rule.startswith("alternatives"):
            facts = "; ".join(" / ".join(clean(f) for f in ids) for ids in step.data["conflicts"])
            if step.rule == "alternatives-agree":
                return self.say(
                    "{reason} Facts contradict each other ({facts}), with the same verdict either way.",
                    reason=self.because(step.premises[0]),
                    facts=facts,
                )
            return self.say(
                "Facts contradict each other, and the verdict depends on which is right: {facts}.", facts=facts
            )
        if step.data["kind"] in ("all_of", "any_of", "at_least", "for_each"):
            return self._combination(step, parts)
        return self.leaf(step)

    def _blocked(self, data: Data) -> str:
        """The targets it waits for, each with its own verdict."""
        others = {target: self.say(WORDS[data["depends_on"][target]]) for target in data["blocked_by"]}
        if len(others) == 1:
            target, verdict = next(iter(others.items()))
            return self.say("It depends on {targets}, which is {verdict}.", targets=target, verdict=verdict)
        named = [f"{target} ({verdict})" for target, verdict in others.items()]
        return self.say("It depends on {targets}.", targets=self.language.names(named))

    def _combination(self, step: Step, parts: bool) -> str:
        """The first of the parts that decide, and how many more there are."""
        data = step.data
        if step.verdict == "fulfilled" and data["fulfilled"] == data["size"]:
            told = self.say("All parts are fulfilled ({size}).", size=data["size"])
            if data["kind"] == "for_each" and all("margin" in premise.data for premise in step.premises):
                closest = min(step.premises, key=lambda premise: exact_text(premise.data["margin"]))
                told += " " + self.say("The closest: {reason}", reason=self.because(closest))
            return told
        deciding = [p for p in step.premises if p.verdict == step.verdict] or list(step.premises)
        others = len(deciding) - 1 if parts else 0
        told = self.because(deciding[0], parts=not others)
        return f"{told} {self.count('(And {n} part more.)', '(And {n} parts more.)', others)}" if others else told

    def leaf(self, step: Step) -> str:
        """The sentence of a leaf criterion."""
        kind = step.data["kind"]
        if "trend" in step.data and step.rule not in GENERAL:
            told = about_trend(self, step)
        elif kind in ("mean", "share", "total", "level", "figure"):
            told = about_threshold(self, step)
        elif kind == "set-change":
            told = about_set_change(self, step)
        elif kind == "milestone":
            told = about_milestone(self, step)
        elif kind == "order":
            told = about_order(self, step)
        elif kind == "recurring":
            told = about_recurring(self, step)
        else:
            told = about_assessment(self, step)
        risks = [risk(self, rule, step) for rule in step.risks]
        return " ".join([told, *risks])

    def needed(self, entry: Data) -> str:
        """One thing that is still needed."""
        return needed(self, entry)

    def whatever_volume(self, entry: Data) -> list[str]:
        """What is needed of a mean or share if the expected volume is left aside."""
        return list(whatever_volume(self, entry))

    def criterion(self, criterion: Criterion) -> str:
        """What a criterion demands, without any facts."""
        return demanded(self, criterion)

    def full(self, verdict: TargetVerdict) -> str:
        """The whole reason in running text, for the JSON output: verdict, reason, what is still needed or since when."""
        words = WORDS[verdict.verdict]
        parts = [f"{self.say(words).capitalize()}: {self.reason(verdict)}"]
        if verdict.delivered_late:
            parts.append(self.say("Delivered late, on {day}.", day=self.language.day(verdict.delivered_late)))
        if verdict.needed:
            parts.append(self.say("Still needed: {needed}.", needed="; ".join(self.needed(e) for e in verdict.needed)))
        return " ".join(parts)

    def breach(self, breach: Data) -> str:
        """A dependency the facts break."""
        subject = f" ({self.subject(breach['then'], breach['subject'])})" if breach["subject"] else ""
        words = {
            "then": self.event(breach["then"]) + subject,
            "before": self.event(breach["before"]),
            "date": self.language.day(breach["then_date"]),
        }
        if breach["before_date"]:
            return self.say(
                "{then} on {date} came before {before} ({when}); it is not recognised.",
                when=self.language.day(breach["before_date"]),
                **words,
            )
        return self.say("{then} on {date} came without {before}; it is not recognised.", **words)


def attention(evaluation: Evaluation) -> Iterable[TargetVerdict]:
    """What needs attention first: at risk before missed (something can still be done), heavier before lighter."""
    order = {"at-risk": 0, "missed": 1}
    found = [v for v in evaluation.verdicts if v.verdict in order]
    return sorted(found, key=lambda v: (order[v.verdict], -(v.target.weight or 0), evaluation.verdicts.index(v)))
