"""Where every normative sentence of a plan's document went, and why."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from rulecheck.cli.sentences import Sentences, clean
from rulecheck.rules.plan import Plan

NARROWEST, WIDEST = 60, 140
WORDS = {
    "target": "target {name}",
    "sub-criterion": "part of target {name}",
    "dependency": "a dependency",
    "plan-rule": "a rule of the plan",
    "no-rule": "no rule",
}


class Sentence(NamedTuple):
    """One sentence of the document: where it stands, its words, where it went (as kind and in words), and why."""

    where: str
    quote: str
    kind: str
    went: str
    why: str


def sentences_of(plan: Plan, sentences: Sentences) -> list[Sentence]:
    """What goals, targets and dependencies quote, by itself; then the sentences whose whereabouts the plan declares."""
    found = [*_goals_and_targets(plan, sentences), *_dependencies(plan, sentences)]
    for entry in plan.coverage:
        went = sentences.say(WORDS[entry.went], name=entry.target)
        found.append(_sentence(entry.where, entry.quote, entry.went, went, sentences.text(entry.because)))
    return list(dict.fromkeys(found))  # a target may be the same in several versions


def _goals_and_targets(plan: Plan, sentences: Sentences) -> Iterator[Sentence]:
    for version in plan.versions:
        for goal in version.goals:
            if goal.quote:
                went = sentences.say("goal {name}", name=goal.id)
                yield _sentence("", goal.quote, "goal", went, sentences.text(goal.title))
            for target in goal.targets:
                if target.quote:
                    went = sentences.say(WORDS["target"], name=target.id)
                    yield _sentence(target.where, target.quote, "target", went, sentences.criterion(target.criterion))


def _dependencies(plan: Plan, sentences: Sentences) -> Iterator[Sentence]:
    """One sentence may make several dependencies."""
    orders: dict[str, list[str]] = {}
    for dependency in plan.dependencies:
        words = {"first": sentences.event(dependency.before), "second": sentences.event(dependency.then)}
        orders.setdefault(dependency.quote, []).append(sentences.say("{first} before {second}", **words))
    for quote, said in orders.items():
        if quote:
            yield _sentence("", quote, "dependency", sentences.say(WORDS["dependency"]), "; ".join(said))


def _sentence(where: str, quote: str, kind: str, went: str, why: str) -> Sentence:
    return Sentence(clean(where), clean(" ".join(quote.split())), kind, clean(went), " ".join(why.split()))


def heads(sentences: Sentences) -> list[str]:
    """The headings of both tables."""
    headers = ("Where it stands", "Sentence", "Where it went", "Why")
    return [sentences.say(head) for head in headers]


def render_table(plan: Plan, sentences: Sentences, width: int) -> str:
    """The table for a terminal of this width."""
    import tabulate as tables
    from tabulate import SEPARATING_LINE, tabulate

    width = max(NARROWEST, min(width, WIDEST)) - 6
    widths = [width * share // 100 for share in (15, 41, 14, 30)]
    rows: list[object] = []
    for entry in sentences_of(plan, sentences):
        rows += [SEPARATING_LINE] if rows else []
        rows.append([entry.where, f"»{entry.quote}«", entry.went, entry.why])
    tables.MIN_PADDING = 0  # otherwise a heading makes its column two wider than the heading
    table = tabulate(
        rows,
        heads(sentences),
        tablefmt="simple",
        disable_numparse=True,
        maxcolwidths=widths,
        maxheadercolwidths=widths,
    )
    lines = [sentences.text(plan.title, plan.id), "", *(line.rstrip() for line in table.splitlines()), ""]
    return "\n".join([*lines, summary(plan, sentences)]) + "\n"


def render_markdown(plan: Plan, sentences: Sentences) -> str:
    """The table for a document."""
    lines = ["| " + " | ".join(heads(sentences)) + " |", "|---|---|---|---|"]
    for entry in sentences_of(plan, sentences):
        cells = (entry.where, f"»{entry.quote}«", entry.went, entry.why)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join([*lines, "", summary(plan, sentences)]) + "\n"


def summary(plan: Plan, sentences: Sentences) -> str:
    """How many sentences went where."""
    number = Counter(entry.kind for entry in sentences_of(plan, sentences))
    return sentences.say(
        "{n} sentences: {targets} in goals and targets, {dependencies} in dependencies, {rules} in rules of the plan, {none} without a rule.",
        n=number.total(),
        targets=number["goal"] + number["target"] + number["sub-criterion"],
        dependencies=number["dependency"],
        rules=number["plan-rule"],
        none=number["no-rule"],
    )
