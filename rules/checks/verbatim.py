"""RC014: quotes that are not in the document."""

from collections.abc import Iterator

from rulecheck.facts.problem import Path
from rulecheck.rules.checks.check import Check, Document
from rulecheck.rules.plan import Complaint

SOURCE = "The ministry opens an office in 2024."
"""The document that the two plans quote."""
BAD = """\
plan: offices
language: en
period: 2024
source: {document: offices.txt}
goals:
  - goal: "1"
    targets:
      - {target: "1.1", quote: The ministry opens its office in 2024., require: {milestone: office_opened, by: 2024}}
events:
  office_opened: {label: Office opened}
"""
GOOD = BAD.replace("its office", "an office")


def find(document: Document) -> Iterator[Complaint]:
    """Every quote stands in the plan's document, word for word, and the document is the one whose hash the plan gives."""
    if document.source is None:
        return
    told = (document.data.get("source") or {}).get("sha256")
    if told and told != document.source.sha256:
        yield (
            ("source", "sha256"),
            "the document is not the one the plan was made from: its SHA-256 is {sha256}",
            "compare the two, and correct the plan",
            {"sha256": document.source.sha256},
        )
    for path, quote in _quotes(document):
        if " ".join(quote.split()) not in document.source.words:
            yield (
                path,
                "the quote does not stand in the document: »{quote}«",
                "quote it word for word",
                {"quote": " ".join(quote.split())[:100]},
            )


def _quotes(document: Document) -> Iterator[tuple[Path, str]]:
    data = document.data
    for i, goal in enumerate(data["goals"]):
        if goal.get("quote"):
            yield ("goals", i, "quote"), goal["quote"]
    for written in document.targets:
        if written.fields.get("quote"):
            yield written.path("quote"), written.fields["quote"]
    for group in ("dependencies", "coverage"):
        for i, entry in enumerate(data.get(group) or ()):
            if entry.get("quote"):
                yield (group, i, "quote"), entry["quote"]


CHECK = Check(
    "RC014",
    "verbatim",
    "warning",
    "Every quote stands in the plan's document, word for word, and the document is the one whose hash the plan gives.",
    "A verdict rests on the plan's own words; words it does not have prove nothing.",
    BAD,
    GOOD,
    find,
    SOURCE,
)
