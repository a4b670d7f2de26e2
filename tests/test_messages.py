"""Every message in every language: there, complete, and saying the same numbers."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from rulecheck.cli import language as spoken
from rulecheck.cli.explanation.explained import Explained
from rulecheck.cli.json_document import document
from rulecheck.cli.language import LANGUAGES, Language, language
from rulecheck.cli.rows import render_markdown
from rulecheck.cli.sentences import Sentences
from rulecheck.cli.table import render_table
from rulecheck.engine.evaluate import Evaluation
from rulecheck.facts.documents.headings import HEADINGS
from rulecheck.facts.documents.json_document import read_json as read_document
from rulecheck.rules.criteria import MEASURE_KINDS

from tests import messages as tool
from tests.command import Q3, Q4, ROOT, called
from tests.test_bad_input import FACTS, PLANS
from tests.test_cases import EXPECTED, evaluated, facts_file, read

FOREIGN = ("da", "sv", "nb")
PLACEHOLDER = re.compile(r"\{(\w+(?:!r)?)\}")
Capture = pytest.CaptureFixture[str]


def entries(code: str) -> Iterator[tuple[list[str], list[str]]]:
    """Each message of a catalogue, singular and plural, with its translations."""
    for message in tool.catalogue(code):
        if message.id:
            yield (
                list(message.id) if message.pluralizable else [message.id],
                list(message.string) if message.pluralizable else [message.string],
            )


# --- the catalogues ---


@pytest.mark.parametrize("code", FOREIGN)
def test_every_message_is_translated(code: str) -> None:
    assert not [message for message, translation in entries(code) if not all(translation)]
    assert len(list(entries(code))) > 400


@pytest.mark.parametrize("code", FOREIGN)
def test_translations_have_the_same_placeholders(code: str) -> None:
    for message, translation in entries(code):
        for english, other in zip(message, translation, strict=True):
            assert sorted(PLACEHOLDER.findall(english)) == sorted(PLACEHOLDER.findall(other)), english


@pytest.mark.parametrize("code", FOREIGN)
def test_translations_keep_blanks_and_full_stops(code: str) -> None:
    for message, translation in entries(code):
        for english, other in zip(message, translation, strict=True):
            for sign in (" ", "."):
                assert english.startswith(sign) == other.startswith(sign), english
            assert english.endswith(".") == other.endswith("."), english


@pytest.mark.uncovered
@pytest.mark.parametrize("code", FOREIGN)
def test_the_catalogues_are_what_the_tool_makes(code: str) -> None:
    """Neither a message too few nor one too many, and the compiled catalogue is the translators' one."""
    renewed = tool.renewed(code)
    assert (tool.CATALOGUES / f"{code}.po").read_bytes() == tool.written(renewed), "run make messages"
    assert (tool.CATALOGUES / f"{code}.json").read_bytes() == tool.compiled(renewed), "run make messages"


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_complaint_calls_things_as_the_workbook_does(code: str) -> None:
    for word in ("measure", "event", "target"):
        assert language(code).say(word) == HEADINGS[word][code]


# --- what is said is in the catalogues ---


class Listener:
    """Notes each message that is said and is not in the catalogue."""

    def __init__(self, code: str) -> None:
        self.known = set(json.loads((tool.CATALOGUES / f"{code}.json").read_bytes()))
        self.missing: set[str] = set()
        self.heard: set[str] = set()

    def hear(self, message: str) -> None:
        self.heard.add(message)
        if message and message not in self.known:
            self.missing.add(message)


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Listener:
    found = Listener("da")
    say, count, complain = Language.say, Language.count, Language.complain

    def hearing_say(self: Language, message: str, **values: object) -> str:
        found.hear(message)
        return say(self, message, **values)

    def hearing_count(self: Language, one: str, many: str, number: int, **values: object) -> str:
        found.hear(one)
        return count(self, one, many, number, **values)

    def hearing_complain(self: Language, message: str, values: Any) -> str:
        for key, value in values.items():
            if key in spoken.WORDS and isinstance(value, str) and value not in KEYWORDS and "/" not in value:
                found.hear(value)
        return complain(self, message, values)

    monkeypatch.setattr(Language, "say", hearing_say)
    monkeypatch.setattr(Language, "count", hearing_count)
    monkeypatch.setattr(Language, "complain", hearing_complain)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    return found


UNITS_OF_PLANS = {"%", "kr"}
KEYWORDS = {*MEASURE_KINDS, "set", "`at`, `members`", "`count`", "`value`", "`denominator`"}
"""What a plan or facts file must say in these very words, and a unit that is a sign."""


def everything(name: str) -> Iterator[str]:
    """What there is to say of a case, in Danish: all targets in short, in full those it is about, of many every so many."""
    expected = read(name)
    evaluation = evaluated(name)
    file = facts_file(name)
    sentences = Sentences(evaluation.plan, language("da"))
    shown = [verdict for verdict in evaluation.verdicts if verdict.target.id in expected["verdicts"]]
    yield render_table(evaluation, shown, sentences)
    yield render_markdown(evaluation, list(evaluation.verdicts), sentences)
    explained = Explained(evaluation, read_document(file.read_bytes(), file.name), sentences, False)
    for verdict in shown[:: max(1, len(shown) // 4)]:
        yield from explained.target(verdict)


PARTS = 8
"""The cases are walked in so many parts, so that processes share them."""
EVERY = 3
"""So many parts of which one is explained: in a third of the cases all that is said of any has been heard."""


@pytest.mark.uncovered
@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_is_said_of_a_case_that_is_not_translated(listener: Listener, part: int) -> None:
    for name in list(EXPECTED)[part :: PARTS * EVERY]:
        assert all("{" not in text for text in everything(name))
    assert len(listener.heard) > 100
    assert listener.missing <= UNITS_OF_PLANS


def test_nothing_is_said_of_bad_input_that_is_not_translated(
    listener: Listener, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    for file in FACTS:
        called(capsys, "evaluate", str(file), "--lang", "da")
    for file in PLANS:
        called(capsys, "plans", "check", str(file), "--lang", "da")
    called(capsys, "evaluate", Q3, "--lang", "da", "--output", "nowhere/out")
    called(capsys, "evaluate", "nowhere", "--lang", "da")
    called(capsys, "evaluate", Q3, "--lang", "da", "--plan", "nowhere")
    assert len(listener.heard) > 100
    assert listener.missing <= UNITS_OF_PLANS


def test_nothing_is_said_of_plans_that_is_not_translated(listener: Listener, capsys: Capture) -> None:
    for words in (["plans", "list"], ["plans", "show", "dk-politiet-2024"], ["plans", "check", "dk-politiet-2024"],
                  ["facts", "check", Q4], ["facts", "template", "--plan", "dk-politiet-2024"],
                  ["explain", "1.1", "--plan", "dk-politiet-2024"]):  # fmt: skip
        assert called(capsys, *words, "--lang", "da").code == 0
    assert listener.missing <= UNITS_OF_PLANS


# --- the same numbers in every language ---


MONTHS = {code: {name: n for n, name in Locale.parse(code).months["format"]["wide"].items()} for code in LANGUAGES}
DATED = {
    code: re.compile(rf"\b(\d+)\.? ({'|'.join(sorted(names, key=len, reverse=True))})\b")
    for code, names in MONTHS.items()
}


@cache
def numbers(text: str, code: str) -> list[str]:
    """The numbers in a text, written alike: no groups, a point, months as numbers."""
    speaker = language(code)
    text = DATED[code].sub(lambda found: f"{found[1]} m{MONTHS[code][found[2]]}", text)
    text = re.sub(rf"(?<=\d){re.escape(speaker.group)}(?=\d\d\d)", "", text)
    text = re.sub(rf"(?<=\d){re.escape(speaker.point)}(?=\d)", ".", text)
    return sorted(re.findall(r"m?\d+(?:\.\d+)*", text))


def texts(value: Any) -> Iterator[dict[str, str]]:
    if isinstance(value, dict):
        if set(value) == set(LANGUAGES):
            yield value
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def differences(evaluation: Evaluation) -> tuple[list[str], int]:
    """The sentences whose numbers are not the same in every language, and how many with numbers there are."""
    labels = [evaluation.plan.measures.values(), evaluation.plan.events.values()]
    titles = sorted({t for group in labels for entry in group for t in entry.label.values()}, key=len, reverse=True)
    title = re.compile("|".join(map(re.escape, titles)) or "(?!)")
    found, compared = [], 0
    for by_language in texts(document(evaluation, list(evaluation.verdicts))):
        cleaned = {code: title.sub("…", text) for code, text in by_language.items()}
        expected = numbers(cleaned["en"], "en")
        found += [f"{cleaned['en']} / {cleaned[c]}" for c in FOREIGN if numbers(cleaned[c], c) != expected]
        compared += bool(expected)
    return found, compared


@pytest.mark.uncovered
@pytest.mark.parametrize("part", range(PARTS))
def test_the_languages_say_the_same_numbers(part: int) -> None:
    compared = 0
    for name in list(EXPECTED)[part::PARTS]:
        found, count = differences(evaluated(name))
        assert not found, name
        compared += count
    assert compared > 60


@pytest.mark.parametrize("code", LANGUAGES)
def test_numbers_are_written_as_the_cldr_says(code: str) -> None:
    for number in (0, 7, 1234, 1234567):
        assert language(code).whole(number) == format_decimal(number, locale=code)
    from fractions import Fraction

    for text in ("0.5", "171.82", "1234.25", "1234567.89"):
        assert language(code).number(Fraction(text)) == format_decimal(text, locale=code, format="#,##0.##")


@pytest.mark.parametrize("code", LANGUAGES)
def test_days_are_written_as_the_cldr_says(code: str) -> None:
    from datetime import date

    for month in range(1, 13):
        day = date(2024, month, month)
        locale = "en_GB" if code == "en" else code
        assert language(code).day(day) == format_date(day, "long", locale=locale)
        assert language(code).day(day.isoformat()) == language(code).day(day)


@pytest.mark.parametrize("code", LANGUAGES)
def test_singular_and_plural(code: str) -> None:
    speaker = language(code)
    one, many = "{n} problem; nothing was judged.", "{n} problems; nothing was judged."
    assert speaker.count(one, many, 1).startswith("1 ")
    assert speaker.count(one, many, 2).startswith("2 ")
    assert speaker.count(one, many, 0).startswith("0 ")
    assert speaker.count(one, many, 1000) == speaker.count(one, many, 2).replace("2", speaker.whole(1000))


def test_a_message_without_a_translation_stays_english(tmp_path: Path) -> None:
    catalogue = tool.catalogue("da")
    message = next(m for m in catalogue if m.id == "complete")
    message.string = ""
    found = json.loads(tool.compiled(catalogue))
    assert "complete" not in found
    assert language("da").say("never translated {n}", n=1) == "never translated 1"
