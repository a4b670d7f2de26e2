"""The verdicts as CSV and as Markdown: one row a target."""

import csv
import io

from rulecheck.cli.sentences import WORDS, Sentences, amendments, attention
from rulecheck.cli.sentences.beside import beside, documented, marks
from rulecheck.cli.sentences.parameters import in_use
from rulecheck.cli.sentences.readings import by_reading, reading_marks
from rulecheck.engine.evaluate import Evaluation, TargetVerdict
from rulecheck.engine.readings import readings_of
from rulecheck.facts.quantity import plain
from rulecheck.rules.criteria import horizon

HEADINGS = (
    "target",
    "goal",
    "weight",
    "verdict",
    "definitive",
    "evidence",
    "value",
    "deadline",
    "risks",
    "reason",
    "beside",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render_csv(evaluation: Evaluation, shown: list[TargetVerdict], sentences: Sentences) -> str:
    """Comma-separated (RFC 4180), in UTF-8; a cell a spreadsheet would take for a formula gets an apostrophe before it."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    read = readings_of(evaluation)
    for v in shown:
        weight = "" if v.target.weight is None else plain(v.target.weight)
        row = [
            v.target.id,
            v.target.goal,
            weight,
            v.verdict,
            str(v.definitive).lower(),
            v.step.evidence,
            sentences.standing(v.step),
            horizon(v.target.criterion).isoformat(),
            " ".join(v.step.all_risks()),
            sentences.reason(v),
            " ".join(
                [
                    *(documented(sentences, j) for j in v.judgements if j.stands_beside),
                    *by_reading(sentences, read, [v.target.id]),
                ]
            ),
        ]
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row])
    return stream.getvalue()


def render_markdown(evaluation: Evaluation, shown: list[TargetVerdict], sentences: Sentences) -> str:
    """A report for a wiki or a merge request."""
    from rulecheck.cli.table import as_signed, mark, score_line, waived_line

    say = sentences.say
    title = sentences.text(evaluation.plan.title, evaluation.plan.id)
    lines = [f"# {_escaped(title)}", ""]
    lines.append(say("As of {day}.", day=sentences.language.day(evaluation.as_of)))
    if evaluation.known_at:
        lines.append(say("As known on {day}.", day=sentences.language.day(evaluation.known_at)))
    lines += [_escaped(told) for told in amendments.judged_by(sentences, evaluation)]
    lines += ["", score_line(evaluation, sentences), ""]
    read = readings_of(evaluation)
    heads = [say("Target"), say("Verdict"), say("Value"), say("Deadline"), say("Points"), say("Why")]
    lines += ["| " + " | ".join(heads) + " |", "|---|---|---|---|---:|---|"]
    for v in shown:
        points = "" if v.target.weight is None else sentences.language.number(v.target.weight)
        title = sentences.text(v.target.title)
        told = " ".join((sentences.reason(v), *amendments.beside(sentences, evaluation.plan, v)))
        why = f"**{_escaped(title)}**. {_escaped(told)}" if title else _escaped(told)
        cells = [
            v.target.id,
            "<br>".join(
                (
                    mark(v.verdict, sentences),
                    *map(_escaped, (*marks(sentences, v), *reading_marks(sentences, read.get(v.target.id)))),
                )
            ),
            _escaped(sentences.standing(v.step)),
            horizon(v.target.criterion).isoformat(),
            points,
            why,
        ]
        lines.append("| " + " | ".join(cells) + " |")
    standing_beside = (*beside(sentences, shown), *by_reading(sentences, read, [v.target.id for v in shown]))
    for told in (*as_signed(evaluation, sentences), *waived_line(evaluation, sentences), *standing_beside):
        lines += ["", _escaped(told)]
    for breach in evaluation.breaches:
        lines += ["", say("Broken dependency: {breach}", breach=_escaped(sentences.breach(breach)))]
    for told in in_use(sentences, evaluation.version):
        lines += ["", _escaped(told)]
    first = [v for v in attention(evaluation) if v.needed]
    if first:
        lines += ["", f"## {say('Still needed')}", ""]
        lines += [
            f"* {v.target.id} ({say(WORDS[v.verdict])}): {_escaped('; '.join(sentences.needed(e) for e in v.needed))}"
            for v in first
        ]
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is."""
    for sign in "\\`*_[]<>|#":
        text = text.replace(sign, f"\\{sign}")
    return text
