"""A plan document → Plan, with every problem of the document in one run."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from rulecheck.facts.problem import InvalidPlan, Path, Place, Problem, Severity, dotted, in_order, nearest
from rulecheck.rules.build_plan import build_plan
from rulecheck.rules.checks import Document, Found, errors, warnings
from rulecheck.rules.checks.check import Source as Quoted
from rulecheck.rules.document import PARAMETERS_FILE, PLAN
from rulecheck.rules.plan import Complaint, Plan
from rulecheck.rules.shape import CRITERION, complaints
from rulecheck.rules.yaml_document import Positions, read_yaml

Coded = tuple[str, Complaint]
"""A complaint with the id of the check that made it; ``plan`` for what reading itself finds."""


class Source(NamedTuple):
    """A file as it was read: its name, its bytes, and their hash."""

    file: str
    content: bytes
    sha256: str


def read_plan(
    content: bytes, file: str, sha256: str, declared: Source | None = None
) -> tuple[Plan, Any, tuple[Problem, ...]]:
    """The plan, its plain data (for the cache) and warnings. Raises InvalidPlan with every problem found.

    ``declared`` is a reader's file of parameters, whose values stand in the place of the plan's own.
    """
    document = _Document(Source(file, content, sha256))
    document.must_be(PLAN)
    data, documents = document.data, {"plan": document}
    if declared is not None:
        documents["file"] = _Document(declared, "parameters")
        documents["file"].must_be(PARAMETERS_FILE)
        data = _with_parameters(data, documents["file"])

    def problems(found: Iterable[Coded], severity: Severity = "error") -> list[Problem]:
        return in_order(
            documents[_origin(complaint[0], data)].problem(complaint, severity, code) for code, complaint in found
        )

    plan, wrong, doubtful = build_plan(data, sha256, lambda criterion, path: complaints(criterion, CRITERION, path))
    faults = [*_uncoded(wrong), *coded(errors(plan, data))]
    if faults:
        raise InvalidPlan(problems(faults))
    return plan, data, tuple(problems(_uncoded(doubtful), "warning"))


def examine_plan(
    content: bytes, file: str, sha256: str, quoted: Callable[[str], Quoted | None]
) -> tuple[Plan, list[Problem]]:
    """The plan and everything doubtful about it, which the checks of level warning find. Raises InvalidPlan.

    ``quoted`` finds the document the plan names as the one it quotes, or says None.
    """
    plan, data, doubtful = read_plan(content, file, sha256)
    document = _Document(Source(file, content, sha256))
    named = plan.source.get("document")
    found = coded(warnings(Document(plan, data, quoted(named) if named else None)))
    return plan, in_order([*doubtful, *(document.problem(complaint, "warning", code) for code, complaint in found)])


def coded(found: Iterable[Found]) -> list[Coded]:
    """Complaints with the id of the check that made them."""
    return [(check.id, complaint) for check, complaint in found]


def _uncoded(found: Iterable[Complaint]) -> list[Coded]:
    return [("plan", complaint) for complaint in found]


LONGEST = 60
"""Lines of a value in which the place of a text is looked for."""


class _Document:
    """A YAML document with the place of everything in it."""

    def __init__(self, source: Source, first: str = "plan") -> None:
        self.source = source
        self.data: Any
        self.positions: Positions
        self.data, self.positions = read_yaml(source.content, source.file, first)
        self.lines = source.content.decode("utf-8-sig").splitlines()

    def must_be(self, shape: Any) -> None:
        """Raises InvalidPlan with everything that is not of the shape, and with what else is wrong in the rest of a plan."""
        misshapen = list(complaints(self.data, shape))
        if misshapen:
            from rulecheck.rules.sound import further

            found = _uncoded(misshapen) + (further(self.data, misshapen) if shape is PLAN else [])
            raise InvalidPlan(in_order(self.problem(complaint, "error", code) for code, complaint in found))

    def problem(self, complaint: Complaint, severity: Severity = "error", code: str = "plan") -> Problem:
        """The complaint with its place; where it names a ``mark``, the place of that text within the value."""
        path, message, remedy, values = complaint
        known: Path = path
        while known and known not in self.positions:
            known = known[:-1]
        line, column = self.positions[known]
        if "mark" in values:
            line, column = self.within(line, column, str(values["mark"]))
        text = self.lines[line - 1] if line <= len(self.lines) else ""  # an empty value may stand after the last line
        place = Place(self.source.file, line, column, dotted(path))
        return Problem(code, message, place, remedy, values, text, severity)

    def within(self, line: int, column: int, mark: str) -> tuple[int, int]:
        """Where a text stands in a value that begins here, over the ends of lines too; the beginning if it is not found."""
        rest = "\n".join((self.lines[line - 1][column - 1 :], *self.lines[line : line + LONGEST]))
        wanted = r"\s+".join(map(re.escape, mark.split()))
        found = re.search(rf"(?<![\w-]){wanted}(?![\w-])", rest)
        if not found:
            return line, column
        before = rest[: found.start()]
        lines = before.count("\n")
        return line + lines, len(before) - before.rfind("\n") if lines else column + len(before)


def _with_parameters(data: Any, file: _Document) -> Any:
    """The plan's data with the file's values. Raises InvalidPlan for parameters the plan does not have."""
    known = data.get("parameters") or {}
    unknown = [file.problem(complaint) for complaint in _unknown(file.data["parameters"], known)]
    if unknown:
        raise InvalidPlan(unknown)
    given = {
        name: {**(known[name] or {}), **entry, "file": file.source.sha256}
        for name, entry in file.data["parameters"].items()
    }
    return {**data, "parameters": {**known, **given}}


def _unknown(given: dict[str, Any], known: dict[str, Any]) -> Iterator[Complaint]:
    for name in given:
        if name not in known:
            guess = nearest(name, known)
            remedy = "did you mean `{guess}`?" if guess else "known are: {known}" if known else "the plan has none"
            words: dict[str, object] = {"name": name[:60], "guess": guess, "known": ", ".join(known)}
            yield ("parameters", name), "unknown parameter `{name}`", remedy, words


def _origin(path: Path, data: Any) -> str:
    """Which document a path is in: what the reader's file declares is told of that file."""
    if len(path) > 1 and path[0] == "parameters" and (data["parameters"][path[1]] or {}).get("file"):
        return "file"
    return "plan"
