"""``rulecheck forecast --backtest``: how good forecasts of past days were, in words and tables."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from textwrap import wrap
from typing import TYPE_CHECKING

from rulecheck.cli.sentences.futures import WIDTH, percent

if TYPE_CHECKING:
    from rulecheck.cli.sentences import Sentences
    from rulecheck.engine.futures.backtest import Backtest


def backtest_lines(found: "Backtest", sentences: "Sentences") -> Iterator[str]:
    """The Brier score, the calibration table, and every forecast that was tested."""
    say, number = sentences.say, sentences.language.number
    if not found.tested:
        yield from wrap(
            say("There is nothing to test: no target that has come to an end could be forecast before it did."), WIDTH
        )
        return
    assert found.brier is not None
    assert found.always is not None
    told = say(
        "{n} forecasts of past days, each with what was known then. Brier score {brier} (0 is perfect; always saying the mean gives {always}).",
        n=len(found.tested),
        brier=number(_rounded(found.brier), 3),
        always=number(_rounded(found.always), 3),
    )
    yield from wrap(told, WIDTH)
    yield ""
    yield from _table(
        [(say("Said"), say("Forecasts"), say("Mean"), say("Came true"))]
        + [
            (
                f"{int(b.low * 100)}–{int(b.high * 100)} %",
                str(b.size),
                "–" if b.forecast is None else percent(b.forecast, sentences, False),
                "–" if b.came is None else percent(b.came, sentences, b.came in (0, 1)),
            )
            for b in found.bins
        ]
    )
    yield ""
    yield from _table(
        [(say("Target"), say("Period"), say("Day"), say("Said"), say("Came true"))]
        + [
            (
                t.target,
                t.period.label,
                t.day.isoformat(),
                percent(t.chance, sentences, False),
                say("yes") if t.fulfilled else say("no"),
            )
            for t in found.tested
        ]
    )


def _rounded(number: Fraction) -> Fraction:
    return Fraction(round(number * 1000), 1000)


def _table(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
