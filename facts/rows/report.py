"""What is wrong with a file, collected while its rows are read, and made into problems when somebody looks."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NoReturn, overload

from rulecheck.facts.documents.document import Complaint, Document
from rulecheck.facts.problem import Path, Problem, Severity, nearest
from rulecheck.facts.rows.words import kind, listed, shown

GUESSED = 1_000
"""For so many misspelt words of a file it is worked out what they could have been meant to be."""


class Refused(Exception):
    """One value of one fact cannot be read; the problem is already recorded."""


class Found(Sequence[Problem]):
    """Problems in the order of their places.

    Place, text and did-you-mean are worked out for those that are looked at: of a hundred thousand wrong rows a reader
    is shown fifty.
    """

    def __init__(self, document: Document, complaints: Iterable[Complaint]) -> None:
        self.document = document
        self.complaints = sorted(complaints, key=lambda c: (c.severity != "error", document.order(c.path)))
        self.nearest = cache(nearest)  # one misspelling may stand in every row

    def __len__(self) -> int:
        return len(self.complaints)

    @overload
    def __getitem__(self, index: int) -> Problem: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Problem, ...]: ...
    def __getitem__(self, index: int | slice) -> Problem | tuple[Problem, ...]:
        numbers = range(len(self))[index]
        if isinstance(numbers, int):
            return self[numbers : numbers + 1][0]
        chosen = [self.complaints[n] for n in numbers]
        places = self.document.places([complaint.path for complaint in chosen])
        return tuple(
            Problem(c.code, c.message, place, remedy, values, text, c.severity)
            for n, c, (place, text) in zip(numbers, chosen, places, strict=True)
            for remedy, values in [self._told(c, n < GUESSED)]
        )

    def __iter__(self) -> Iterator[Problem]:
        return iter(self[:])

    def _told(self, complaint: Complaint, guessing: bool) -> tuple[str, dict[str, object]]:
        """The remedy and the values; for an unknown word with what it may have been meant to be."""
        values = dict(complaint.values)
        if complaint.known is None:
            return complaint.remedy, values
        word = str(values["word"])
        values["word"] = shown(word)
        guess = self.nearest(word, tuple(complaint.known)) if guessing else None
        remedy = "did you mean `{guess}`?" if guess else "known are: {known}"
        return remedy, {**values, "guess": guess} if guess else {**values, "known": listed(complaint.known)}


class Report:
    """Collects complaints about a document's values."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.complaints: list[Complaint] = list(document.defects)

    def report(
        self, code: str, path: Path, message: str, remedy: str, severity: Severity = "error", **values: object
    ) -> None:
        self.complaints.append(Complaint(code, path, message, remedy, severity, values))

    def errors(self) -> Found | None:
        """The errors, if there are any."""
        errors = [c for c in self.complaints if c.severity == "error"]
        return Found(self.document, errors) if errors else None

    def warnings(self) -> Found:
        """What is no error."""
        return Found(self.document, (c for c in self.complaints if c.severity != "error"))

    def unknown(self, code: str, path: Path, what: str, word: str, known: Iterable[str]) -> None:
        """A word that is none of ``known``."""
        message = "unknown {what} `{word}`"
        self.complaints.append(Complaint(code, path, message, "", "error", {"what": what, "word": word}, known))

    def wrong(self, path: Path, wanted: str, value: object) -> None:
        """A value of another type than is wanted."""
        self.report(
            "facts-type",
            path,
            "{found} stands where {wanted} is wanted: `{text}`",
            "write {wanted}",
            found=kind(value),
            wanted=wanted,
            text=shown(value),
        )

    def missing(self, path: Path, key: str, why: str, **values: object) -> NoReturn:
        """A key that is not there. Raises Refused."""
        self.report("facts-missing", path, "`{name}` is missing", why, "error", name=key, **values)
        raise Refused
