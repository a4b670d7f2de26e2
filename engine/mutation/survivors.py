"""Why a wrong version may survive: a file beside the cases, whose every entry has to match a wrong version that does.

``survivors.yaml``: ``plan``, and under ``survivors`` entries of ``mutant`` (its name; ``*``, ``?`` and ``[ab]`` as in
names of files) and ``because``.
"""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path as File
from typing import NamedTuple

from rulecheck.engine.mutation.catching import Outcome, Tried
from rulecheck.facts.problem import InvalidPlan, Place, Problem, dotted, in_order
from rulecheck.rules.shape import TEXT, Many, Object, complaints
from rulecheck.rules.yaml_document import read_yaml

NAME = "survivors.yaml"
SHAPE = Object(
    "a file of survivors",
    {
        "plan": (TEXT, "the plan they are wrong versions of"),
        "survivors": (
            Many(
                Object(
                    "a survivor",
                    {
                        "mutant": (TEXT, "its name, or a pattern of names"),
                        "because": (TEXT, "why no case can catch it"),
                    },
                    ("mutant", "because"),
                )
            ),
            "those that survive, and why",
        ),
    },
    ("plan", "survivors"),
)


class Reason(NamedTuple):
    """Why the wrong versions whose names match may survive, and where that is written."""

    mutant: str
    because: str
    place: Place
    text: str


class Held(NamedTuple):
    """The wrong versions of a plan, with the reasons given for those that survive."""

    tried: Tried
    reasons: tuple[tuple[Outcome, Reason | None], ...]
    """Each survivor and the reason given for it, None where nobody gave one."""
    idle: tuple[Reason, ...]
    """Reasons that match no survivor: the cases catch it now, or it cannot be made any more."""

    @property
    def unexplained(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome, reason in self.reasons if reason is None)

    @property
    def sound(self) -> bool:
        """Whether every case holds by the plan, every survivor has a reason and every reason a survivor."""
        return not (self.tried.failing or self.unexplained or self.idle)

    def problems(self) -> list[Problem]:
        """The idle reasons as warnings, each at its place."""
        message = "the reason for `{mutant}` matches no survivor"
        remedy = "take it out, or correct the name"
        return [
            Problem("survivors", message, idle.place, remedy, {"mutant": idle.mutant}, idle.text, "warning")
            for idle in self.idle
        ]


def read_reasons(folders: Iterable[File], plan: str) -> list[Reason]:
    """The reasons for survivors of ``plan`` in the folders and below them. Raises InvalidPlan."""
    files = sorted({file for folder in folders for file in folder.rglob(NAME)})
    return [reason for file in files for reason in _reasons(file, plan)]


def _reasons(file: File, plan: str) -> list[Reason]:
    content = file.read_bytes()
    data, positions = read_yaml(content, str(file))
    lines = content.decode("utf-8-sig").splitlines()

    def problem(path: tuple[str | int, ...], message: str, remedy: str, values: dict[str, object]) -> Problem:
        known = path
        while known and known not in positions:
            known = known[:-1]
        line, column = positions[known]
        text = lines[line - 1] if line <= len(lines) else ""
        return Problem("survivors", message, Place(str(file), line, column, dotted(path)), remedy, values, text)

    wrong = [problem(*complaint) for complaint in complaints(data, SHAPE)]
    if wrong:
        raise InvalidPlan(in_order(wrong))
    if data["plan"] != plan:
        return []
    found = []
    for n, entry in enumerate(data["survivors"]):
        line, column = positions[("survivors", n, "mutant")]
        place = Place(str(file), line, column)
        found.append(Reason(entry["mutant"], " ".join(entry["because"].split()), place, lines[line - 1]))
    return found


def held(tried: Tried, reasons: Sequence[Reason]) -> Held:
    """Each survivor with the first reason that matches it."""
    given = tuple(
        (outcome, next((r for r in reasons if fnmatchcase(outcome.mutant.name, r.mutant)), None))
        for outcome in tried.survivors
    )
    names = [outcome.mutant.name for outcome in tried.survivors]
    idle = tuple(reason for reason in reasons if not any(fnmatchcase(name, reason.mutant) for name in names))
    return Held(tried, given, idle)
