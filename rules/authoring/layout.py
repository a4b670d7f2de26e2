"""The canonical layout of a plan document: keys in the order of the schema, one blank line at most, no blanks at ends.

What the document says, how each value is written and every comment stay as they are. A comment above a key goes with it.
"""

from collections.abc import Sequence
from typing import Any

from rulecheck.rules.authoring.tree import (
    COMMENT,
    after_line,
    child,
    column,
    compose,
    end,
    head,
    is_empty,
    is_mapping,
    line_start,
    start,
)
from rulecheck.rules.criteria import kind_of
from rulecheck.rules.document import PLAN
from rulecheck.rules.shape import TEXTS, Criterion, Either, Many, Object, criterion_shapes
from rulecheck.rules.yaml_document import read_yaml


def formatted(content: bytes, file: str) -> str:
    """The document in its canonical layout. Raises InvalidPlan for what is no YAML that a plan may be written in."""
    data, _ = read_yaml(content, file)
    text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    text = _tidied(_ordered(text if text.endswith("\n") else f"{text}\n"))
    again, _ = read_yaml(text.encode(), file)
    assert again == data, "the layout changed what the plan says"
    return text


def _ordered(text: str) -> str:
    root = compose(text)
    told = child(root, "language") if is_mapping(root) else None
    lead, body = _Layout(text, told.value if told is not None else "").block(root, len(text), PLAN)
    return _spliced(text[: start(root)], lead) + body


class _Layout:
    """Each method gives the text of a node, up to where the next thing begins, with its keys in order."""

    def __init__(self, text: str, language: str) -> None:
        self.text, self.language = text, language

    def block(self, node: Any, stop: int, shape: Any, above: str = "") -> tuple[str, str]:
        """The comments that now stand above the node's first line, and its text up to ``stop``.

        ``above`` are those that stand there now and are about its first key.
        """
        if isinstance(node.value, list) and not node.flow_style:
            if is_mapping(node):
                return self.mapping(node, stop, shape, above)
            return self.items(node, stop, shape)
        written = end(node, self.text, stop)
        return "", self.inline(node, shape) + self.text[written:stop]

    def mapping(self, node: Any, stop: int, shape: Any, above: str) -> tuple[str, str]:
        text, indent = self.text, column(node)
        heads = [start(node)]
        ends = [end(value, text, text.index(":", key.end_mark.index) + 1) for key, value in node.value]
        for n, (key, _) in enumerate(node.value[1:]):
            heads.append(head(text, ends[n], start(key), indent))
        tail = head(text, ends[-1], stop, indent)
        inner = self.inner(shape, node)
        bodies = []
        for n, (key, value) in enumerate(node.value):
            until = heads[n + 1] if n + 1 < len(heads) else tail
            if is_empty(value):
                bodies.append(text[start(key) : until])
                continue
            before, own = self.opening(start(key), value)
            lead, body = self.block(value, until, inner.get(key.value), own)
            bodies.append(_spliced(before, lead) + body)
        leads = [above, *(text[heads[n] : line_start(text, start(key))] for n, (key, _) in enumerate(node.value) if n)]
        first, *others = _order([key.value for key, _ in node.value], list(inner))
        rest = "".join(f"{leads[n]}{' ' * indent}{bodies[n]}" for n in others)
        return leads[first], bodies[first] + rest + text[tail:stop]

    def items(self, node: Any, stop: int, shape: Any) -> tuple[str, str]:
        text, indent, place = self.text, column(node), start(node)
        if any(is_empty(item) for item in node.value):
            return "", text[place:stop]
        of = _held(shape.of) if isinstance(shape, Many) else None
        above, found = "", ""
        for n, item in enumerate(node.value):
            last = n + 1 == len(node.value)
            written = end(item, text, stop)
            until = stop if last else head(text, written, self.dash(written), indent)
            before, own = self.opening(place, item)
            lead, body = self.block(item, until, of, own)
            if _on_a_line_of_its_own(before):
                found += _spliced(before, lead) + body
            else:
                lead = "".join(" " * indent + line.lstrip() for line in lead.splitlines(keepends=True))
                if n:
                    found = _spliced(found + before, lead) + body
                else:  # the line of the first dash began before this list
                    above, found = lead, before + body
            place = until
        return above, found

    def dash(self, place: int) -> int:
        """Where the line of the next item's dash begins: the item itself may begin further down."""
        place = after_line(self.text, place)
        while _is_comment(self.text[place : after_line(self.text, place + 1)]):
            place = after_line(self.text, place + 1)
        return place

    def opening(self, place: int, node: Any) -> tuple[str, str]:
        """The text from ``place`` to the node, and taken out of it the comments right above a mapping's first key."""
        text, first = self.text, line_start(self.text, start(node))
        before = text[place : start(node)]
        if not is_mapping(node) or node.flow_style or first <= place or not _on_a_line_of_its_own(before):
            return before, ""
        above = first
        while above > place and _is_comment(text[line_start(text, above - 1) : above]):
            above = line_start(text, above - 1)
        return text[place:above] + text[first : start(node)], text[above:first]

    def inline(self, node: Any, shape: Any) -> str:
        """A scalar as written, or a collection in brackets; what stands between its entries stays where it is."""
        text = self.text
        if not isinstance(node.value, list):
            return text[start(node) : end(node, text, start(node))]
        stop = int(node.end_mark.index)
        if is_mapping(node):
            if any(is_empty(value) for _, value in node.value):
                return text[start(node) : stop]
            inner = self.inner(shape, node)
            spans = [(start(key), int(value.end_mark.index)) for key, value in node.value]
            written = [
                text[start(key) : start(value)] + self.inline(value, inner.get(key.value)) for key, value in node.value
            ]
            order = _order([key.value for key, _ in node.value], list(inner))
        else:
            of = _held(shape.of) if isinstance(shape, Many) else None
            if any(is_empty(item) for item in node.value):
                return text[start(node) : stop]
            spans = [(start(item), int(item.end_mark.index)) for item in node.value]
            written = [self.inline(item, of) for item in node.value]
            order = list(range(len(written)))
        found, place = "", start(node)
        for (first, last), n in zip(spans, order, strict=True):
            found += text[place:first] + written[n]
            place = last
        return found + text[place:stop]

    def inner(self, shape: Any, node: Any) -> dict[str, Any]:
        """What each key of a mapping of this shape holds, in the canonical order; of texts the plan's language first."""
        shape = _held(shape)
        if isinstance(shape, Criterion):
            kind = kind_of({key.value: "" for key, _ in node.value})
            shape = criterion_shapes()[kind] if kind else None
        if isinstance(shape, Object):
            known = {key: _held(value) for key, (value, _) in shape.fields.items()}
            first = {self.language: known[self.language]} if shape is TEXTS.other and self.language in known else {}
            return {**first, **known}
        if isinstance(shape, Many) and shape.named:
            return {key.value: _held(shape.of) for key, _ in node.value}
        return {}


def _held(shape: Any) -> Any:
    return shape.other if isinstance(shape, Either) else shape


def _order(present: Sequence[str], known: Sequence[str]) -> list[int]:
    """The places of the keys in canonical order; what the schema does not know stays behind, as it stood."""
    rank = {key: n for n, key in enumerate(known)}
    return sorted(range(len(present)), key=lambda n: rank.get(present[n], len(rank)))


def _on_a_line_of_its_own(before: str) -> bool:
    """Whether what follows ``before`` begins a line."""
    return "\n" in before and not before.rpartition("\n")[2].strip()


def _is_comment(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith(COMMENT)


def _spliced(before: str, lead: str) -> str:
    """``lead`` put above the last, unfinished line of ``before``."""
    place = line_start(before, len(before))
    return before[:place] + lead + before[place:]


def _tidied(text: str) -> str:
    """No blanks at the ends of lines, no two blank lines together, none at the beginning or the end."""
    kept = _within_scalars(text)
    found: list[str] = []
    for n, line in enumerate(text.split("\n")):
        line = line if n in kept else line.rstrip()
        if line or n in kept or (found and found[-1]):
            found.append(line)
    while found and not found[-1]:
        found.pop()
    return "\n".join(found) + "\n"


def _within_scalars(text: str) -> set[int]:
    """The numbers of lines that a scalar of several lines is written in: their blanks may mean something."""
    found: set[int] = set()
    waiting = [compose(text)]
    while waiting:
        node = waiting.pop()
        if isinstance(node.value, list):
            waiting += [part for entry in node.value for part in (entry if isinstance(entry, tuple) else (entry,))]
        elif not is_empty(node):
            first, last = start(node), end(node, text, start(node))
            lines = range(text.count("\n", 0, first), text.count("\n", 0, last) + 1)
            found |= set(lines) if len(lines) > 1 else set()
    return found
