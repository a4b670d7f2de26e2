"""The messages of the program, found in its source; `python -m tests.messages` renews the catalogues.

A message is a text that stands where the program takes a message: as an argument of `say`, `count`, `report` and their
like, in a yielded complaint, in the rule table, or in a table of words. New messages are added to each catalogue with an
empty translation, obsolete ones are dropped, and the compiled catalogues are written.
"""

import ast
import io
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from rulecheck.cli.spoken import paragraphs

ROOT = Path(__file__).parent.parent
CATALOGUES = ROOT / "cli" / "messages"
LANGUAGES = ("da", "sv", "nb")

ARGUMENTS = {
    "Impossible": (0,), "Unknowable": (0,),
    "say": (0,), "_unwritable": (1,), "_risk": (), "report": (2, 3), "missing": (2,), "wrong": (1,), "broken": (0, 1), "Mistake": (1, 2), "error": (1, 2),
    "warn": (1, 2), "Unsettled": (1,), "Problem": (1, 3), "Complaint": (2, 3), "YamlWords": (2, 3, 4, 5, 6, 7), "_refused": (1, 2), "Unclear": (1, 2), "_complain": (4, 5), "problem": (2, 3), "unknown": (2,), "one_of": (2,), "name": (2,), "Scalar": (0,), "Object": (0,),
    "refused": (0, 1), "_warning": (1, 2), "mistyped": (2,), "Check": (3, 4), "Breach": (0,), "NotApplicable": (0,), "Law": (1, 3),
}  # fmt: skip
TABLES = {
    "WORDS", "EVIDENCE", "_BOUNDS", "_WANTED", "messages", "words", "message", "most", "least", "told", "remedy", "what", "backwards", "beyond",
    "CLICK", "METAVARS", "SHORT_HELP", "JSON_ERRORS", "WHAT", "LIST_KIND", "DAMAGED", "TOO_LARGE", "OS_ERRORS", "MODALITIES", "KINDS", "settled", "heads", "headers", "_wanted", "REASONS", "MODELS", "QUESTIONS", "ANSWERS", "CLAIMS", "TOLD_OF", "WHY", "UNTRIED",
}  # fmt: skip
DESCRIBED = {"FIELDS", "COMMON", "TOP"}
TOLD = {"NO_VALUE", "ERROR", "NO_HEADING"}
FUNCTIONS = {"kind", "_found", "_wanted", "_why_left_out", "choice"}
FILES = sorted(f for folder in ("facts", "rules", "engine", "cli") for f in (ROOT / folder).rglob("*.py"))

Message = str | tuple[str, str]


def texts(node: ast.AST) -> Iterator[str]:
    """The literal texts an expression may have as its value."""
    match node:
        case ast.Constant(value=str() as text):
            yield text
        case ast.IfExp():
            yield from texts(node.body)
            yield from texts(node.orelse)
        case ast.Dict():
            for value in node.values:
                yield from texts(value)
        case ast.Tuple() | ast.List():
            for value in node.elts:
                yield from texts(value)
        case ast.Call(func=ast.Attribute(attr="get"), args=[first, *rest]):
            for value in rest:
                yield from texts(value)
            yield from texts(node.func.value)
            del first
        case ast.BinOp(op=ast.Add()):
            return


@cache
def messages() -> dict[Message, list[str]]:
    """Every message, or pair of singular and plural, with the files it stands in."""
    found: dict[Message, list[str]] = {}
    for file in FILES:
        name = str(file.relative_to(ROOT))
        for message in _in_file(ast.parse(file.read_text("utf-8"))):
            if name not in found.setdefault(message, []):
                found[message].append(name)
    plural = {part for pair in found if isinstance(pair, tuple) for part in pair}
    return {m: files for m, files in found.items() if m and m not in plural}


def _in_file(tree: ast.AST) -> Iterator[Message]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(attr="count"), args=[ast.Constant(value=str(one)), ast.Constant(value=str(many)), *_]
            ):
                yield (one, many)
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if name == "Rule":
                yield from texts(node.args[4])
            case ast.Call(func=ast.Name(id="_risk")):
                _, title, meaning = (a.value for a in node.args if isinstance(a, ast.Constant))
                yield f"{title}: {meaning}"
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if name in ARGUMENTS:
                for position in ARGUMENTS[name]:
                    if position < len(node.args):
                        yield from texts(node.args[position])
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ) if name in DESCRIBED:
                for part in ast.walk(value):
                    if isinstance(part, ast.Tuple):
                        yield from texts(part.elts[1])
                    elif isinstance(part, ast.Dict) and name == "TOP":
                        yield from texts(part)
            case ast.For(target=ast.Name(id="kind"), iter=ast.Tuple() as kinds):
                yield from texts(kinds)
            case ast.Call(
                func=ast.Attribute(attr="option" | "argument") | ast.Name(id="option" | "format_option"),
                keywords=keywords,
            ):
                for keyword in keywords:
                    if keyword.arg in ("help", "metavar"):
                        yield from texts(keyword.value)
            case ast.FunctionDef(decorator_list=decorators) if any(map(_makes_command, decorators)):
                yield from paragraphs(ast.get_docstring(node) or "")
            case ast.Assign(targets=[ast.Name(id="EXIT_CODES")], value=ast.Constant(value=str(text))):
                yield from paragraphs(text)
            case (
                ast.Assign(targets=[ast.Name(id="CLICK_COUNTED")], value=ast.Tuple(elts=pairs))
                | ast.Assign(targets=[ast.Name(id="UNITS")], value=ast.Dict(values=pairs))
            ):
                for pair in pairs:
                    one, many = texts(pair)
                    yield (one, many)
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in TABLES:
                yield from texts(value)
            case ast.Assign(
                targets=[ast.Tuple(elts=[ast.Name(id="message"), ast.Name(id="remedy")])], value=ast.Tuple(elts=pair)
            ):
                for part in pair:
                    yield from texts(part)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Tuple(elts=[_, *told])) if name in TOLD:
                for part in told:
                    yield from texts(part)
            case ast.Assign(targets=[ast.Tuple(elts=[ast.Name(id="one"), ast.Name()])], value=ast.Tuple(elts=pair)):
                one, many = (p.value for p in pair if isinstance(p, ast.Constant))
                yield (str(one), str(many))
            case ast.Call(func=ast.Name(id="_cycle")):
                yield from texts(node.args[2])
            case ast.Yield(value=ast.Tuple(elts=[_, message, remedy, *_])):
                yield from texts(message)
                yield from texts(remedy)
            case ast.FunctionDef(name=name) if name in FUNCTIONS:
                for inner in ast.walk(node):
                    if isinstance(inner, ast.Return) and inner.value is not None:
                        yield from texts(inner.value)


def _makes_command(decorator: ast.AST) -> bool:
    match decorator:
        case ast.Call(func=ast.Attribute(attr="command" | "group")):
            return True
    return False


def catalogue(language: str) -> Catalog:
    """The catalogue of a language as it is stored."""
    file = CATALOGUES / f"{language}.po"
    if not file.is_file():
        return Catalog(locale=language)
    with file.open("rb") as stream:
        return read_po(stream, locale=language)


def renewed(language: str) -> Catalog:
    """The catalogue with exactly today's messages, and the translations it has for them."""
    old = catalogue(language)
    new = Catalog(locale=language, project="rulecheck", version="1", charset="utf-8", fuzzy=False)
    for message, files in sorted(messages().items(), key=str):
        known = old.get(message[0] if isinstance(message, tuple) else message)
        new.add(message, known.string if known else None, locations=[(f, 0) for f in files])
    return new


def compiled(catalog: Catalog) -> bytes:
    """The catalogue as the program reads it: JSON, English message → translation, or → [singular, plural]."""
    found = {
        m.id[0] if m.pluralizable else m.id: list(m.string) if m.pluralizable else m.string
        for m in catalog
        if m.id and all(m.string if m.pluralizable else [m.string])  # what is not translated stays English
    }
    return (json.dumps(found, ensure_ascii=False, indent=0, sort_keys=True) + "\n").encode()


def written(catalog: Catalog) -> bytes:
    """The catalogue as translators read it, without dates, so that the same messages give the same bytes."""
    stream = io.BytesIO()
    write_po(stream, catalog, width=120, omit_header=True, include_lineno=False)
    header = f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {catalog.plural_forms}\\n"\n\n'
    return header.encode() + stream.getvalue()


def main() -> None:
    for language in LANGUAGES:
        catalog = renewed(language)
        (CATALOGUES / f"{language}.po").write_bytes(written(catalog))
        (CATALOGUES / f"{language}.json").write_bytes(compiled(catalog))
        missing = [m.id for m in catalog if m.id and not (all(m.string) if m.pluralizable else m.string)]
        print(f"{language}: {len(catalog)} messages, {len(missing)} without a translation")


if __name__ == "__main__":
    main()
