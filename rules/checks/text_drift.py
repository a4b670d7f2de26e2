"""RC013: what the text says and the rule does not, and the other way round."""

import re
from collections.abc import Iterable, Iterator

from rulecheck.facts.problem import Path
from rulecheck.rules.checks.check import Check, Document, Written
from rulecheck.rules.checks.rule_says import Days, Said, rule_says
from rulecheck.rules.plan import Complaint, Goal
from rulecheck.rules.wording import Mention, Number, Span, mentions, named, says

BAD = """\
plan: offices
language: en
period: 2024
goals:
  - goal: "1"
    targets:
      - target: "1.1"
        quote: The ministry opens six offices by the end of the third quarter of 2024.
        require: {milestone: office_opened, count: 6, by: 2024-Q2}
events:
  office_opened: {label: Office opened, subjects: open}
deadlines: {non_working_day: stay}
"""
GOOD = BAD.replace("2024-Q2", "2024-Q3")
MOST_YEARS = 30
"""In a plan of more years than these a day without its year says nothing."""


def find(document: Document) -> Iterator[Complaint]:
    """Every number, day, quarter and member of a quote is in the rule, and the other way round."""
    rules = {(w.version.id, w.target.id): rule_says(document, w) for w in document.targets}
    for written in document.targets:
        if written.target.quote:
            goal = next(g for g in written.version.goals if g.id == written.target.goal)
            said = rules[written.version.id, written.target.id]
            yield from _text_without_rule(document, written, said)
            yield from _rule_without_text(document, written, said, f"{written.target.quote} {goal.quote}")
    version = document.plan.versions[0]
    for i, goal in enumerate(version.goals):
        yield from _goal(document, goal, ("goals", i, "quote"), [rules[version.id, t.id] for t in goal.targets])


def _mentions(document: Document, text: str) -> list[Mention]:
    plan = document.plan.period
    years = range(plan.first.year, plan.last.year + 1)
    return mentions(text, document.plan.language, years if len(years) <= MOST_YEARS else ())


def _text_without_rule(document: Document, written: Written, said: Said) -> Iterator[Complaint]:
    target = written.target
    readings = [mention for r in target.readings for text in r.of for mention in _mentions(document, text)]
    for group in _grouped(_mentions(document, _without_id(target.quote, target.id))):
        known = any(_in_rule(mention, said) or _alike(mention, readings) for mention in group)
        if not known and not named(group[0].text, target):
            yield _untold(written.path("quote"), group[0].text)
    for members in said.members:
        for label in members.others.values():
            if says(target.quote, label) and not named(label, target):
                yield _untold(written.path("quote"), label)


def _untold(path: Path, word: str) -> Complaint:
    message = "the text says `{word}`, the rule does not"
    remedy = "correct the rule, or name it in the `of` of a reading that says what it is"
    return path, message, remedy, {"word": word, "mark": word}


def _rule_without_text(document: Document, written: Written, said: Said, text: str) -> Iterator[Complaint]:
    target = written.target
    told = _mentions(document, _without_id(text, target.id))
    told += [mention for r in target.readings for of in r.of for mention in _mentions(document, of)]
    for figure in said.figures:
        if figure.demanded and not any(isinstance(m, Number) and m.value == figure.value for m in told):
            yield _unsaid(figure.path, figure.text)
    for days in said.days:
        if days.demanded and not any(isinstance(m, Span) and _ends(m, days) for m in told):
            yield _unsaid(days.path, days.text)
    for members in said.members:
        counted = any(isinstance(m, Number) and m.value == len(members.names) for m in told)
        missing = [label for label in members.names.values() if not (_names(text, label) or named(label, target))]
        if len(missing) < len(members.names):
            for label in missing:
                yield _unsaid(members.path, label)
        elif missing and not counted and not named(members.of, target):
            yield (
                members.path,
                "the rule lists {count} members, the text names none of them and no number",
                "correct the rule, or name `{of}` in the `of` of a reading that says where the list comes from",
                {"count": len(missing), "of": members.of},
            )


def _unsaid(path: Path, word: str) -> Complaint:
    message = "the rule says `{word}`, the text does not"
    remedy = "correct the rule, or name it in the `of` of a reading that says where it comes from"
    return path, message, remedy, {"word": word, "mark": word}


def _goal(document: Document, goal: Goal, path: Path, rules: list[Said]) -> Iterator[Complaint]:
    """A goal's own words: its weight, its number, how many targets it has, and what their rules say."""
    own = {goal.weight, len(goal.targets), *(int(n) for n in re.findall(r"^\d+$", goal.id))}
    for group in _grouped(_mentions(document, _without_id(goal.quote, goal.id))):
        known = any(
            (isinstance(m, Number) and m.value in own) or any(_in_rule(m, said) for said in rules) for m in group
        )
        if not known and not any(named(group[0].text, target) for target in goal.targets):
            yield _untold(path, group[0].text)


def _grouped(found: Iterable[Mention]) -> list[list[Mention]]:
    """The readings of each mention: a day without a year has one for each year."""
    groups: dict[int, list[Mention]] = {}
    for mention in found:
        groups.setdefault(mention.start, []).append(mention)
    return list(groups.values())


def _without_id(text: str, name: str) -> str:
    """The text without the number it begins with, as documents number their targets: `2.1`, `3.`, or the target's id."""
    return re.sub(rf"^\s*(?:{re.escape(name)}|\d+(?:\.\d+)+\.?|\d+\.)(?=\s)", "", text)


def _in_rule(mention: Mention, said: Said) -> bool:
    if isinstance(mention, Number):
        counts = {len(members.names) for members in said.members}
        return mention.value in counts or any(mention.value == figure.value for figure in said.figures)
    return any(_ends(mention, days) or _lies(mention, days) for days in said.days)


def _alike(mention: Mention, others: Iterable[Mention]) -> bool:
    """Whether another mention says the same in other words."""
    if isinstance(mention, Number):
        return any(isinstance(other, Number) and other.value == mention.value for other in others)
    return any(isinstance(other, Span) and other.period == mention.period for other in others)


def _ends(span: Span, days: Days) -> bool:
    """Whether text and rule end on the same day: `by the end of 2024` is 31 December."""
    return span.period.last == days.period.last


def _lies(span: Span, days: Days) -> bool:
    """Whether a year of the text is one in which the rule's days lie, or a day the one on which they begin."""
    if span.whole_year:
        return days.demanded and days.period.within(span.period)
    return span.period.first == span.period.last == days.period.first


def _names(text: str, label: str) -> bool:
    """Whether a text names a member: by its label, or by its first word in whatever form it is bent."""
    if says(text, label):
        return True
    first = re.split(r"\W+", label)[0]
    bent = len(first) > 4 and not re.search(r"\d", label)
    return bent and re.search(rf"\b{re.escape(first[:-2])}", text, re.IGNORECASE) is not None


CHECK = Check(
    "RC013",
    "text-drift",
    "warning",
    "Every number, day, quarter and member of a quote is in the rule, and the other way round.",
    "A rule that has drifted from its text judges a promise nobody made.",
    BAD,
    GOOD,
    find,
)
