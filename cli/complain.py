"""Problems as people read them: what, where, the line with a mark under it, and what to do."""

import re
from collections.abc import Sequence

from rulecheck.cli.language import Language
from rulecheck.cli.sentences import clean
from rulecheck.facts.problem import Problem

WIDTH = 96
MOST = 50
"""More problems than this are counted, not shown, unless all are asked for."""
ALL = "--all-problems"


def complaint(problems: Sequence[Problem], language: Language, most: int | None = MOST) -> str:
    """The first problems, in the order of their places, and how many there are beyond them. ``most`` None: all."""
    found = problems[:most]
    blocks = [_block(problem, language) for problem in found]
    if len(problems) > len(found):
        more = len(problems) - len(found)
        blocks.append(
            language.count(
                "and {n} more; see them all with {option}", "and {n} more; see them all with {option}", more, option=ALL
            )
            + "\n"
        )
    return "\n".join(blocks)


def _block(problem: Problem, language: Language) -> str:
    values = {k: clean(v) if isinstance(v, str) else v for k, v in problem.values.items()}
    word = language.say("error" if problem.severity == "error" else "warning")
    check = f" [{problem.code}]" if re.fullmatch(r"RC\d{3}", problem.code) else ""
    lines = [f"{word}: {language.complain(problem.message, values)}{check}"]
    place = problem.place
    where = f"  --> {clean(str(place))}"
    lines.append(f"{where}  {clean(place.path)}" if place.path not in ("", "$") else where)
    if problem.text and place.line:
        text, column = _window(problem.text, place.column)
        text = clean(text)
        margin = " " * len(str(place.line))
        lines += [f"{margin} |", f"{place.line} | {text}", f"{margin} | {' ' * (column - 1)}^"]
    if problem.remedy:
        lines.append(f"   = {language.complain(problem.remedy, values)}")
    return "\n".join(lines) + "\n"


def _window(text: str, column: int) -> tuple[str, int]:
    """The part of a long line around the column, and the column within it."""
    column = max(1, min(column, len(text) + 1))
    if len(text) <= WIDTH:
        return text, column
    start = max(0, min(column - WIDTH // 2, len(text) - WIDTH))
    head, tail = "…" if start else "", "…" if start + WIDTH < len(text) else ""
    return f"{head}{text[start : start + WIDTH]}{tail}", column - start + len(head)
