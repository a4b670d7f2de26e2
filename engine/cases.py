"""Cases: facts as a controller writes them, and the verdicts they must give. The format: docs/cases.md.

A case is a file ``name.expected.json``; its facts stand beside it as ``name.json``, or where its key ``facts`` says.
The files a case names are looked for in its own folder, then in the folders above it.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from os.path import exists
from pathlib import Path as File
from typing import Any, NamedTuple, get_args

from rulecheck.engine.evaluate import Evaluation, evaluate
from rulecheck.engine.verdict import Evidence, Verdict
from rulecheck.facts.documents.document import Document
from rulecheck.facts.documents.json_document import read_json
from rulecheck.facts.documents.read import read_document
from rulecheck.facts.facts import Facts
from rulecheck.facts.problem import InvalidFacts, Path, Place, Problem, nearest
from rulecheck.facts.quantity import NotExact, parse_number, plain
from rulecheck.facts.read_facts import read_facts
from rulecheck.rules.library import UnknownPlan, load_plan, shipped
from rulecheck.rules.plan import RISK_RULES, Plan

SUFFIX = ".expected.json"
POINTS = ("total", "fulfilled", "open", "missed", "graduated", "waived")
TEXTS = ("because", "source", "plan", "facts", "parameters", "as_of", "known_at", "disputed")
BY_TARGET = ("verdicts", "evidence", "risks", "original", "withdrawn", "beside", "shows")
KEYS = (*TEXTS, *BY_TARGET, "covers", "breaches", "score")


class Case(NamedTuple):
    """A case file as written: nothing of its facts or its plan is read yet."""

    file: File
    expected: Mapping[str, Any]
    document: Document

    @property
    def name(self) -> str:
        """Its folder and name, without the ending."""
        return f"{self.file.parent.name}/{self.file.name.removesuffix(SUFFIX)}"

    @property
    def facts_file(self) -> File:
        """The facts beside it, unless it names a file it shares with another case."""
        given = self.expected.get("facts")
        return beside(self.file, given) if given else self.file.with_name(self.file.name.replace(SUFFIX, ".json"))

    @property
    def parameters(self) -> str | None:
        """The file of the reader's parameters, when it has one."""
        given = self.expected.get("parameters")
        return None if given is None else str(beside(self.file, given))


class Ready(NamedTuple):
    """A case whose plan and facts are read."""

    case: Case
    plan: Plan
    facts: Facts
    as_of: date
    known_at: date | None


def beside(file: File, name: str) -> File:
    """The file a case names: from its own folder, else from the nearest folder above it that has it."""
    folder = file.absolute().parent
    found = (one / name for one in (folder, *folder.parents))
    return next((one for one in found if exists(one)), folder / name)


def case_files(folders: Iterable[File]) -> list[File]:
    """The case files in the folders and below them, in order."""
    return sorted({file for folder in folders for file in folder.rglob(f"*{SUFFIX}")})


def read_case(file: File) -> Case:
    """The case in ``file``. Raises InvalidFacts, with everything that is wrong with it."""
    document = _document(file)
    defects = _defects(document.data)
    problems = [
        document.problem("case", path, message, remedy, "error", **words) for path, message, remedy, words in defects
    ]
    if problems:
        raise InvalidFacts(problems)
    return Case(file, document.data, document)


def _document(file: File) -> Document:
    try:
        return read_json(file.read_bytes(), str(file))
    except OSError as error:
        raise unreadable(file, error) from None


def unreadable(file: File, error: OSError) -> InvalidFacts:
    """A file a case names that cannot be read."""
    reason = (error.strerror or str(error)).lower()
    return InvalidFacts(
        [Problem("case", "the facts cannot be read: {reason}", Place(str(file)), "check the path", {"reason": reason})]
    )


Defect = tuple[Path, str, str, dict[str, object]]


def _defects(data: Mapping[str, Any]) -> Iterable[Defect]:
    """What is wrong with a case by itself."""
    for key in data:
        if key not in KEYS:
            guess = nearest(key, KEYS)
            yield (
                (key,),
                "unknown key `{word}`",
                "did you mean `{guess}`?" if guess else "known are: {known}",
                {"word": key, "guess": guess, "known": ", ".join(KEYS)},
            )
    for key in ("because", "verdicts"):
        if not data.get(key):
            remedy = (
                "say in a sentence why these are the verdicts" if key == "because" else "name a target and its verdict"
            )
            yield (), "`{key}` is missing", remedy, {"key": key}
    for key in TEXTS:
        if key in data and not isinstance(data[key], str):
            yield (key,), "`{key}` is not a text", "write it in quotes", {"key": key}
    for key in BY_TARGET:
        if key in data and not isinstance(data[key], dict):
            yield (key,), "`{key}` is not an object", "write {example}", {"key": key, "example": '{"1.1": …}'}
        elif key in WORDS:
            for target, told in data.get(key, {}).items():
                yield from _words(key, target, told)
    for key in ("as_of", "known_at"):
        if isinstance(data.get(key), str) and not _is_day(data[key]):
            yield (key,), "`{word}` is no day", "write it as 2024-09-30", {"word": data[key]}
    yield from _points(data.get("score", {}))
    if not isinstance(data.get("breaches", 0), int) or isinstance(data.get("breaches"), bool):
        yield (
            ("breaches",),
            "`{key}` is not a whole number",
            "say how many dependencies the facts break",
            {"key": "breaches"},
        )


WORDS: Mapping[str, tuple[str, ...]] = {
    "verdicts": get_args(Verdict),
    "original": get_args(Verdict),
    "withdrawn": get_args(Verdict),
    "evidence": get_args(Evidence),
    "risks": tuple(RISK_RULES.values()),
}
"""What may be said of a target, by key. Of risks there are many at once."""


def _words(key: str, target: str, told: object) -> Iterable[Defect]:
    known = WORDS[key]
    listed = told if key == "risks" and isinstance(told, list) else [told]
    for word in listed:
        if word not in known:
            text = word if isinstance(word, str) else json.dumps(word, ensure_ascii=False, default=str)
            guess = nearest(text, known)
            yield (
                (key, target),
                "`{word}` is none of the words for `{key}`",
                "did you mean `{guess}`?" if guess else "known are: {known}",
                {"word": text[:60], "key": key, "guess": guess, "known": ", ".join(known)},
            )


def _points(score: object) -> Iterable[Defect]:
    if not isinstance(score, dict):
        yield (
            ("score",),
            "`{key}` is not an object",
            "write {example}",
            {"key": "score", "example": '{"fulfilled": "25"}'},
        )
        return
    for key, points in score.items():
        if key not in POINTS:
            guess = nearest(key, POINTS)
            remedy = "did you mean `{guess}`?" if guess else "known are: {known}"
            yield (
                ("score", key),
                "unknown key `{word}`",
                remedy,
                {"word": key, "guess": guess, "known": ", ".join(POINTS)},
            )
        elif not isinstance(points, str) or not _is_number(points):
            yield ("score", key), "`{key}` is not a number in quotes", 'write it as "25"', {"key": key}


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_number(text: str) -> bool:
    try:
        parse_number(text)
    except NotExact:
        return False
    return True


def cases_of(cases: Iterable[Case], plan: str, file: File) -> list[tuple[Case, Document]]:
    """The cases of the plan with this id, which is in ``file``; each with its facts as values. Raises InvalidFacts."""
    found = []
    for case in cases:
        given = case.expected.get("plan")
        if given is not None and given != plan and beside(case.file, given).resolve() != file.resolve():
            continue
        facts = facts_document(case)
        if given is not None or facts.data.get("plan") == plan:
            found.append((case, facts))
    return found


FindPlan = Callable[[Case, Document], Plan]


def plan_of(plans: Mapping[str, File], version: str) -> FindPlan:
    """Finds the plan of a case: the file it names, else among ``plans`` by id, else one that comes with rulecheck."""
    known: dict[tuple[str, str | None], Plan] = {}

    def find(case: Case, facts: Document) -> Plan:
        given = case.expected.get("plan")
        named = facts.data.get("plan")
        if given is not None:
            name = given if given in shipped() else str(beside(case.file, given))
        elif isinstance(named, str):
            name = str(plans.get(named, named))
        else:
            raise InvalidFacts([facts.problem("facts-plan", ("plan",), "`plan` is missing", "name the plan")])
        asked = name, case.parameters
        if asked not in known:
            try:
                known[asked] = load_plan(name, version, case.parameters)
            except UnknownPlan as error:
                words = {"word": error.name[:60], "guess": error.guess, "known": ", ".join((*plans, *error.known))}
                remedy = "did you mean `{guess}`?" if error.guess else "there are: {known}"
                raise InvalidFacts(
                    [facts.problem("facts-plan", ("plan",), "unknown plan `{word}`", remedy, "error", **words)]
                ) from None
        return known[asked]

    return find


def facts_document(case: Case) -> Document:
    """The facts of the case as values. Raises InvalidFacts."""
    try:
        return read_document(case.facts_file, str(case.facts_file))
    except OSError as error:
        raise unreadable(case.facts_file, error) from None


def ready(case: Case, find: FindPlan, facts: Document | None = None) -> Ready:
    """The case with its plan and facts. Raises InvalidFacts, InvalidPlan."""
    document = facts or facts_document(case)
    plan = find(case, document)
    named = {t.id for version in plan.versions for t in version.targets}
    problems = []
    for key in BY_TARGET:
        for target in case.expected.get(key, ()):
            if target not in named:
                guess = nearest(target, named)
                remedy = "did you mean `{guess}`?" if guess else "known are: {known}"
                words = {"name": target, "guess": guess, "known": ", ".join(sorted(named))}
                problems.append(
                    case.document.problem("case", (key, target), "unknown target `{name}`", remedy, "error", **words)
                )
    if problems:
        raise InvalidFacts(problems)
    read, _ = read_facts(document, plan.vocabulary)
    told = case.expected.get("as_of")
    as_of = date.fromisoformat(told) if told else read.as_of
    if as_of is None:
        message, remedy = "neither the case nor its facts say which day is judged", "give `as_of` in one of them"
        raise InvalidFacts([case.document.problem("case", (), message, remedy)])
    known_at = case.expected.get("known_at")
    return Ready(case, plan, read, as_of, date.fromisoformat(known_at) if known_at else None)


def judged(one: Ready) -> Evaluation:
    """What rulecheck makes of a case."""
    return evaluate(one.plan, one.facts, one.as_of, one.known_at)


def compared(expected: Mapping[str, Any], evaluation: Evaluation) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is so, and what the case expects, of all that it speaks of. It holds when the two are equal."""
    by_id = {verdict.target.id: verdict for verdict in evaluation.verdicts}

    def of(target: str, say: Callable[[Any], Any]) -> Any:
        return say(by_id[target]) if target in by_id else "withdrawn"

    found: dict[str, Any] = {
        "verdicts": {target: of(target, lambda v: v.verdict) for target in expected["verdicts"]},
        "evidence": {target: of(target, lambda v: v.step.evidence) for target in expected.get("evidence", ())},
        "risks": {target: of(target, lambda v: list(v.step.all_risks())) for target in expected.get("risks", ())},
        "score": {points: plain(getattr(evaluation.score, points)) for points in expected.get("score", ())},
    }
    if "original" in expected:
        found["original"] = {target: v.original.verdict for target, v in by_id.items() if v.original}
    if "withdrawn" in expected:
        found["withdrawn"] = {w.original.judged.target.id: w.original.verdict for w in evaluation.withdrawn}
    if "beside" in expected:
        found["beside"] = {
            target: of(target, lambda v: [j.kind for j in v.judgements if j.stands_beside])
            for target in expected["beside"]
        }
    if "breaches" in expected:
        found["breaches"] = len(evaluation.breaches)
    return found, {key: expected.get(key, {}) for key in found}
