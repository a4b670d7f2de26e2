"""The verdicts as a table for the terminal: one row a target, grouped by goal, then the score and what comes first."""

from collections.abc import Mapping
from textwrap import wrap
from typing import Any

import tabulate as tables
from rulecheck.cli.sentences import WORDS, Sentences, amendments, attention
from rulecheck.cli.sentences.beside import beside, marks
from rulecheck.cli.sentences.parameters import in_use
from rulecheck.cli.sentences.readings import by_reading, reading_marks
from rulecheck.engine.evaluate import Evaluation, TargetVerdict
from rulecheck.engine.readings import Readings, readings_of
from rulecheck.engine.score import Score
from rulecheck.rules.criteria import horizon
from rulecheck.rules.plan import Plan, Version
from tabulate import SEPARATING_LINE, tabulate

GLYPHS = {"fulfilled": "✓", "on-track": "→", "at-risk": "!", "missed": "✗"}
PLAIN_GLYPHS = {"fulfilled": "+", "on-track": ">", "at-risk": "!", "missed": "x"}
COLOURS = {"fulfilled": "green", "on-track": "blue", "at-risk": "yellow", "missed": "red"}
Read = Mapping[str, Readings]
WIDE = 90
NARROWEST = 40
FIRST = 5
"""So many targets are named as needing attention first."""


def mark(verdict: str, sentences: Sentences, plain: bool = False) -> str:
    """Glyph and word: colour alone never carries the meaning."""
    return f"{(PLAIN_GLYPHS if plain else GLYPHS)[verdict]} {sentences.say(WORDS[verdict])}"


def render_table(evaluation: Evaluation, shown: list[TargetVerdict], sentences: Sentences, width: int = 100) -> str:
    """The table, fitted to ``width`` columns by wrapping; below 90 columns the narrow cells share one column."""
    say = sentences.say
    title = sentences.text(evaluation.plan.title, evaluation.plan.id)
    head = say("{title}: as of {day}", title=title, day=sentences.language.day(evaluation.as_of))
    if evaluation.known_at:
        head += say(", as known on {day}", day=sentences.language.day(evaluation.known_at))
    heads = [head, *amendments.judged_by(sentences, evaluation)]
    read = readings_of(evaluation)
    rows = _rows(evaluation, shown, sentences, read, wide=width >= WIDE)
    headers = [say("Target"), say("Verdict"), say("Value"), say("Deadline"), say("Points"), say("Why")]
    aligned = ["left", "left", "left", "left", "right", "left"]
    columns = [0, 1, 5] if width < WIDE else [0, 1, 2, 3, 4, 5] if evaluation.version.weighted else [0, 1, 2, 3, 5]
    headers, aligned = [headers[i] for i in columns], [aligned[i] for i in columns]
    rows = [row if row is SEPARATING_LINE else [row[i] for i in columns] for row in rows]
    widths = _widths(rows, headers, max(width, NARROWEST))
    tables.MIN_PADDING = 0  # otherwise a heading makes its column two wider than the heading
    table = tabulate(rows, headers, tablefmt="simple", disable_numparse=True, maxcolwidths=widths, colalign=aligned)
    lines = [
        *(line for told in heads for line in wrap(told, max(width, NARROWEST))),
        "",
        *(line.rstrip() for line in table.splitlines()),
        "",
        *_summary(evaluation, sentences, read, max(width, NARROWEST)),
    ]
    return "\n".join(lines) + "\n"


def _rows(
    evaluation: Evaluation, shown: list[TargetVerdict], sentences: Sentences, read: Read, wide: bool
) -> list[Any]:
    wanted = {v.target.id: v for v in shown}
    rows: list[Any] = []
    for goal, score in evaluation.goals:
        members = [wanted[t.id] for t in goal.targets if t.id in wanted]
        if not members:
            continue
        name = sentences.text(goal.title, goal.id).upper()
        points = _points(score.total, sentences) if evaluation.version.weighted else ""
        if rows:
            rows.append(SEPARATING_LINE)
        rows.append([goal.id, "", "", "", points, name if wide else f"{name} {points}".strip()])
        rows += [_row(v, evaluation.plan, sentences, wide, read.get(v.target.id)) for v in members]
    return rows


def _row(verdict: TargetVerdict, plan: Plan, sentences: Sentences, wide: bool, read: Readings | None) -> list[str]:
    target = verdict.target
    standing = sentences.standing(verdict.step)
    deadline = horizon(target.criterion).isoformat()
    points = "" if target.weight is None else _points(target.weight, sentences)
    why = sentences.reason(verdict)
    if verdict.delivered_late:
        why += " " + sentences.say("Delivered late, on {day}.", day=sentences.language.day(verdict.delivered_late))
    why = " ".join((why, *amendments.beside(sentences, plan, verdict)))
    marked = mark(verdict.verdict, sentences)
    marked = "\n".join((marked, *marks(sentences, verdict), *reading_marks(sentences, read)))
    if not wide:
        marked = "\n".join(filter(None, (marked, standing, deadline, points)))
    return [target.id, marked, standing, deadline, points, why]


def _widths(rows: list[Any], headers: list[str], width: int) -> list[int]:
    """Every column as wide as it needs to be, at most 20, and the last as wide as is left."""
    cells = [row for row in rows if isinstance(row, list) and len(row) == len(headers)]
    widths = [
        min(20, max(len(line) for row in [headers, *cells] for line in row[i].split("\n")))
        for i in range(len(headers) - 1)
    ]
    return [*widths, max(16, width - sum(widths) - 2 * len(widths))]


def _points(number: Any, sentences: Sentences) -> str:
    return sentences.language.number(number)


def _summary(evaluation: Evaluation, sentences: Sentences, read: Read, width: int) -> list[str]:
    told = [score_line(evaluation, sentences)]
    score = evaluation.score
    if evaluation.version.weighted and score.graduated != score.fulfilled:
        message = "Counting part fulfilment where it is declared: {points} points fulfilled."
        told.append(sentences.say(message, points=_points(score.graduated, sentences)))
    told += as_signed(evaluation, sentences)
    told += waived_line(evaluation, sentences)
    told += beside(sentences, evaluation.verdicts)
    told += by_reading(sentences, read, [v.target.id for v in evaluation.verdicts])
    told += [sentences.say("Broken dependency: {breach}", breach=sentences.breach(b)) for b in evaluation.breaches]
    told += in_use(sentences, evaluation.version)
    lines = [line for text in told for line in wrap(text, width)]
    first = list(attention(evaluation))
    if first:
        lines += ["", sentences.say("Needs attention first:")]
        for v in first[:FIRST]:
            needs = "; ".join(sentences.needed(e) for e in v.needed)
            line = f"  {v.target.id}  {mark(v.verdict, sentences)}"
            if needs:
                line += sentences.say("; still needed: {needed}", needed=needs)
            elif v.since:
                line += sentences.say(", certain since {day}", day=sentences.language.day(v.since))
            lines += wrap(line, width, subsequent_indent="      ", break_long_words=False, break_on_hyphens=False)
        if len(first) > FIRST:
            lines.append("  " + sentences.count("and {n} more", "and {n} more", len(first) - FIRST))
    return lines


def score_line(evaluation: Evaluation, sentences: Sentences) -> str:
    """The score in one line: fulfilled, open, missed, and what is still reachable."""
    return _score_line(evaluation.score, evaluation.version, sentences)


def as_signed(evaluation: Evaluation, sentences: Sentences) -> list[str]:
    """Of an amended plan: the score by the plan as first signed, and the targets that have been withdrawn."""
    if evaluation.signed is None:
        return []
    first = _score_line(evaluation.signed, evaluation.plan.versions[0], sentences)
    told = [sentences.say("By the plan as first signed: {score}", score=first)]
    return [*told, *amendments.withdrawn(sentences, evaluation)]


def _score_line(score: Score, version: Version, sentences: Sentences) -> str:
    least, most = score.reachable
    words = {
        "total": _points(score.total, sentences),
        "fulfilled": _points(score.fulfilled, sentences),
        "open": _points(score.open, sentences),
        "missed": _points(score.missed, sentences),
        "least": _points(least, sentences),
        "most": _points(most, sentences),
    }
    if version.weighted:
        return sentences.say(
            "Points: {fulfilled} of {total} fulfilled, {open} open, {missed} missed; {least} to {most} can still be reached.",
            **words,
        )
    return sentences.say("Targets: {fulfilled} of {total} fulfilled, {open} open, {missed} missed.", **words)


def waived_line(evaluation: Evaluation, sentences: Sentences) -> list[str]:
    """How much of what is open or missed has been waived; nothing when nothing has."""
    if not evaluation.score.waived:
        return []
    number = _points(evaluation.score.waived, sentences)
    if evaluation.version.weighted:
        return [
            sentences.say("Waived: {points} of the points open or missed; they stay open or missed.", points=number)
        ]
    return [sentences.say("Waived: {targets} of the targets open or missed; they stay open or missed.", targets=number)]
