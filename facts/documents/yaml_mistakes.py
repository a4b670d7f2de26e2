"""What is wrong with a text that is not YAML, in the words of those who write plans and facts.

The parser speaks of tokens, nodes and block ends, in English, and often marks where it gave up rather than where the
mistake is. Source of the parser's words: ``scanner.py`` and ``parser.py`` of ruamel.yaml.
"""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ruamel.yaml.error import MarkedYAMLError


class Mistake(NamedTuple):
    """``said``: how the parser's words begin. ``at_start``: the mistake is where that begins which it could not end."""

    said: str
    message: str
    remedy: str
    at_start: bool = False


MISTAKES = (
    Mistake("found character '\\t'", "a tab stands where only blanks may", "indent with blanks"),
    Mistake("found character", "no text can begin with {sign}", "put the text in quotes"),
    Mistake(
        "mapping values are not allowed",
        "a colon is not expected here",
        "put a text with a colon in quotes, and begin each key on a line of its own",
    ),
    Mistake("could not find expected ':'", "a key has no colon", "write a colon and a blank behind it", at_start=True),
    Mistake(
        "expected <block end>",
        "this does not belong to what begins on line {begun}",
        "indent it like the line it follows, or put the whole text in quotes",
    ),
    Mistake(
        "expected ',' or ']'",
        "the bracket of line {begun} is not closed",
        "write a comma between the entries and `]` behind the last",
    ),
    Mistake(
        "expected ',' or '}'",
        "the brace of line {begun} is not closed",
        "write a comma between the entries and a closing brace behind the last",
    ),
    Mistake(
        "found unexpected",
        "the quotes that begin here are not closed",
        "close them; an apostrophe within single quotes is written twice",
        at_start=True,
    ),
    Mistake("sequence entries are not allowed", "a list cannot begin here", "begin it on a line of its own, indented"),
    Mistake(
        "found unknown escape character",
        "a backslash in double quotes must begin an escape",
        "write two backslashes, or use single quotes",
    ),
    Mistake(
        "expected escape sequence",
        "a backslash in double quotes must begin an escape",
        "write two backslashes, or use single quotes",
    ),
    Mistake("expected the node content", "a value is missing here", "write it, or leave out the sign that asks for it"),
    Mistake("", "this is not YAML", "correct the text at the mark; missing colons and quotes are usual"),
)
"""The first whose words the parser's begin with; the last is for what a plan or facts file has no use for (directives,
tags, anchors, block texts with wrong indicators)."""


def mistake_of(error: "MarkedYAMLError") -> tuple[Mistake, int, int, dict[str, object]]:
    """The mistake, its line and column counted from one (0 where the parser does not know), and its message's values."""
    told = str(error.problem or error.context or "")
    mistake = next(one for one in MISTAKES if told.startswith(one.said))
    begun = error.context_mark or error.problem_mark
    mark = begun if mistake.at_start else error.problem_mark or begun
    values = {"sign": told.removeprefix("found character ").split(" that ")[0], "begun": begun.line + 1 if begun else 0}
    return (
        mistake,
        mark.line + 1 if mark else 0,
        mark.column + 1 if mark else 0,
        {name: value for name, value in values.items() if f"{{{name}}}" in mistake.message},
    )
