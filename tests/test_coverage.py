"""Nothing of a document is left out unsaid: every normative sentence is quoted somewhere, and every quote is verbatim."""

import re
from pathlib import Path

import pytest
from rulecheck.cli.coverage import render_markdown, render_table, sentences_of
from rulecheck.cli.language import language
from rulecheck.cli.sentences import Sentences
from rulecheck.engine.version import VERSION
from rulecheck.rules.library import load_file, shipped
from rulecheck.rules.plan import Plan

from tests.command import ROOT, called, golden

SOURCES = Path(__file__).parent / "sources"
PLANS = {name: load_file(file, VERSION) for name, file in shipped().items()}
NORMATIVE = {
    "da": r"skal|vil|må|kan",
    "sv": r"ska|skall|bör|behöver|kan|måste",
    "nb": r"skal|vil|må|kan",
}
"""The words that make a sentence normative, by language."""
OVERLAP = 20
"""So many characters of a sentence, or all of it, a quote must share with it to be a quote of it."""
END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÅÄÖÆØ«–•-])|(?<=:)\s+(?=[A-ZÅÄÖÆØ])")
ORDINAL = re.compile(r"(?:^|\s)\d{1,2}\.$")
Span = tuple[int, int]
each_plan = pytest.mark.parametrize("plan", PLANS.values(), ids=list(PLANS))


def joined(text: str) -> str:
    """A text on one line: line breaks joined, blanks counted once."""
    return " ".join(text.split())


def paragraphs(plan: Plan) -> list[str]:
    """The paragraphs of the document, each on one line."""
    text = (SOURCES / plan.source["document"]).read_text("utf-8")
    return [joined(paragraph) for paragraph in re.split(r"\n\s*\n", text) if paragraph.strip()]


def source(plan: Plan) -> str:
    return " ".join(paragraphs(plan))


def sentences(parts: list[str]) -> list[Span]:
    """Where each sentence begins and ends in the paragraphs put together; a day of the month ends none."""
    starts, offset = [], 0
    for part in parts:
        ends = [m for m in END.finditer(part) if not ORDINAL.search(part[max(0, m.start() - 4) : m.start()])]
        starts += [offset, *(offset + m.end() for m in ends)]
        offset += len(part) + 1
    return list(zip(starts, [*starts[1:], offset], strict=True))


def quotes(plan: Plan) -> list[str]:
    found = [goal.quote for version in plan.versions for goal in version.goals]
    found += [target.quote for version in plan.versions for target in version.targets]
    found += [dependency.quote for dependency in plan.dependencies]
    found += [entry.quote for entry in plan.coverage]
    return [joined(quote) for quote in dict.fromkeys(found) if quote]


def spans(plan: Plan, text: str) -> list[Span]:
    """Every place of every quote in the document; a gap written as […] joins two places."""
    found = []
    for quote in quotes(plan):
        for fragment in quote.split(" […] "):
            found += [(m.start(), m.end()) for m in re.finditer(re.escape(fragment), text)]
    return found


def uncovered(plan: Plan, quoted: list[Span]) -> list[str]:
    """The normative sentences of the document of which no quote says anything."""
    text, words = source(plan), NORMATIVE[plan.language]
    normative = re.compile(rf"\b(?:{words})\b", re.I)
    return [
        text[start:end].strip()
        for start, end in sentences(paragraphs(plan))
        if normative.search(text[start:end])
        and not any(
            min(end, last) - max(start, first) >= min(OVERLAP, len(text[start:end].strip())) for first, last in quoted
        )
    ]


@each_plan
def test_every_quote_stands_in_the_document(plan: Plan) -> None:
    text = source(plan)
    missing = [part for quote in quotes(plan) for part in quote.split(" […] ") if part not in text]
    assert missing == []


@each_plan
def test_every_normative_sentence_is_quoted(plan: Plan) -> None:
    assert uncovered(plan, spans(plan, source(plan))) == []


def test_a_sentence_left_out_would_be_found() -> None:
    plan = PLANS["dk-politiet-2024"]
    text = source(plan)
    quoted = spans(plan, text)
    for entry in plan.coverage:
        place = text.index(joined(entry.quote))
        without = [span for span in quoted if span[0] != place]
        missing = uncovered(plan, without)
        normative = re.search(rf"\b(?:{NORMATIVE['da']})\b", entry.quote)
        assert [joined(entry.quote) in sentence for sentence in missing] == ([True] if normative else [])


def test_sentences_end_where_they_end() -> None:
    parts = [
        "Vægt: 5 pct.",
        "Den 14. december 2023 skal de mødes. Inden udgangen af 1. halvår vil de det. Kan de? Mål: Politiet skal.",
    ]
    text = " ".join(parts)
    found = [text[start:end].strip() for start, end in sentences(parts)]
    assert found == ["Vægt: 5 pct.", "Den 14. december 2023 skal de mødes.", "Inden udgangen af 1. halvår vil de det.", "Kan de?", "Mål:", "Politiet skal."]  # fmt: skip


@each_plan
def test_every_declared_sentence_says_why_in_the_plans_language_and_in_english(plan: Plan) -> None:
    for entry in plan.coverage:
        assert entry.where, entry.quote
        assert {plan.language, "en"} <= set(entry.because), entry.quote


def test_all_five_documents_are_here() -> None:
    assert sorted(file.name[:3] for file in SOURCES.glob("*.txt")) == ["000", "001", "002", "003", "004"]


# --- as it is shown ---


def document() -> str:
    """docs/coverage.md."""
    lines = [
        "# Where every sentence went",
        "",
        "For each plan that comes with rulecheck: every sentence of its document that says what somebody must, shall, will,",
        "should or may do, where it went, and why. What goals, targets and dependencies quote counts by itself; the other",
        "sentences are declared under `coverage` in the plan. A test holds every quote to the document, and finds sentences",
        "that are left out. This page is made by `make golden`; `rulecheck plans show ID --coverage` shows the same.",
        "",
    ]
    for plan in PLANS.values():
        speaker = Sentences(plan, language("en"))
        lines += [f"## {speaker.text(plan.title, plan.id)} (`{plan.id}`)", "", render_markdown(plan, speaker)]
    return "\n".join(lines)


def test_the_document_is_what_the_plans_say() -> None:
    golden(ROOT / "docs" / "coverage.md", document())


@each_plan
def test_the_command_shows_every_sentence(
    plan: Plan, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    shown = called(capsys, "plans", "show", plan.id, "--coverage", "--lang", "en")
    assert (shown.code, shown.err) == (0, "")
    speaker = Sentences(plan, language("en"))
    rows = sentences_of(plan, speaker)
    assert len(rows) == len(set(rows)) >= len(set(quotes(plan)))
    assert shown.out == render_table(plan, speaker, 100)
    wide = joined(render_table(plan, speaker, 140))
    assert all(joined(row.went).split()[0] in wide for row in rows)
    assert f"{len(rows)} sentences: " in joined(shown.out)


def test_the_table_fits_the_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for width in (60, 80, 100, 140):
        monkeypatch.setenv("COLUMNS", str(width))
        shown = called(capsys, "plans", "show", "dk-politiet-2024", "--coverage", "--lang", "da").out
        assert max(len(line) for line in shown.splitlines()[:-1]) <= width
