"""A plan document as nodes with the place of each in the text; edits are made in the text, so that comments stay."""

from typing import Any

COMMENT = "#"


def compose(text: str) -> Any:
    """The nodes of a document that ``read_yaml`` has accepted."""
    from ruamel.yaml import YAML

    return YAML(typ="safe", pure=True).compose(text)


def is_mapping(node: Any) -> bool:
    """Whether the node has keys."""
    return str(node.tag).endswith(":map")


def is_empty(node: Any) -> bool:
    """Whether nothing is written: ``key:`` alone, whose node has no place of its own."""
    return not isinstance(node.value, list) and node.value == "" and node.style is None


def start(node: Any) -> int:
    """Where the node begins in the text."""
    return int(node.start_mark.index)


def column(node: Any) -> int:
    """How many characters stand before it in its line."""
    return int(node.start_mark.column)


def child(node: Any, name: str) -> Any | None:
    """The value of a key; None when the key is not there."""
    return next((value for key, value in node.value if key.value == name), None)


def end(node: Any, text: str, otherwise: int) -> int:
    """Where what is written ends, without the blank lines and comments after it; ``otherwise`` if nothing is."""
    if is_empty(node):
        return otherwise
    if not isinstance(node.value, list):
        if node.style in ("|", ">"):
            written = text[start(node) : node.end_mark.index]
            keeps = "+" in written.partition("\n")[0]
            return int(node.end_mark.index) if keeps else start(node) + len(written.rstrip())
        return int(node.end_mark.index)
    if node.flow_style:
        return int(node.end_mark.index)
    if is_mapping(node):
        key, value = node.value[-1]
        return end(value, text, text.index(":", key.end_mark.index) + 1)
    return end(node.value[-1], text, start(node))


def line_start(text: str, place: int) -> int:
    """Where the line that ``place`` is in begins."""
    return text.rfind("\n", 0, place) + 1


def after_line(text: str, place: int) -> int:
    """The first place of the line after the one ``place`` is in; a place right after a line break is in the next line."""
    if place and text[place - 1] == "\n":
        return place
    found = text.find("\n", place)
    return len(text) if found < 0 else found + 1


def head(text: str, before: int, stop: int, indent: int) -> int:
    """Where what belongs to the thing at ``stop`` begins, after content that ended at ``before``.

    Comments right of ``indent`` still belong to what was before; the others, and blank lines, to what follows.
    """
    begins = place = after_line(text, before)
    stop = line_start(text, stop) if stop < len(text) else stop
    while place < stop:
        following = after_line(text, place + 1)
        line = text[place:following]
        if line.lstrip().startswith(COMMENT) and len(line) - len(line.lstrip()) > indent:
            begins = following
        place = following
    return begins
