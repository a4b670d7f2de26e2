"""``rulecheck forecast``: how likely each verdict is at the end, by which model, and why of some there is no forecast."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Any

import click
from rulecheck.cli import spoken
from rulecheck.cli.output import write
from rulecheck.cli.progress import progress
from rulecheck.cli.run import (
    as_of_option,
    evaluation_of,
    format_option,
    known_at_option,
    lang_option,
    output_option,
    parameters_option,
    plan_option,
)

MOST = 10_000_000
"""More futures than this say nothing more: the error of a probability is below 0.0002 then."""


class Whole(click.IntRange):
    """A whole number of a range, told of in the reader's language when it is none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Fail with the range for anything else."""
        word = str(value)
        number = int(word) if word.isascii() and word.isdigit() and len(word) < 20 else -1
        least, most = int(self.min or 0), int(self.max or 0)
        if not least <= number <= most:
            told = "{word} is no whole number from {least} to {most}"
            self.fail(spoken.say(told, word=repr(word[:60]), least=least, most=most), param, ctx)
        return number


@spoken.command("forecast")
@spoken.argument("facts", metavar="FACTS")
@spoken.option(
    "--futures",
    type=Whole(1, MOST),
    default=100_000,
    show_default=True,
    metavar="NUMBER",
    help="How many futures are drawn.",
)
@spoken.option(
    "--seed",
    type=Whole(0, (1 << 63) - 1),
    default=0,
    show_default=True,
    metavar="NUMBER",
    help="What they are drawn from: the same seed gives the same forecast.",
)
@spoken.option(
    "--backtest",
    is_flag=True,
    help="Forecast past days with what was known then, and hold that against what came.",
)
@plan_option
@as_of_option
@known_at_option
@parameters_option
@lang_option
@format_option("table", "json", help="How it is shown.")
@output_option
def command(
    facts: str,
    futures: int,
    seed: int,
    backtest: bool,
    plan: str | None,
    as_of: date | None,
    known_at: date | None,
    lang: str | None,
    format_: str,
    output: str | None,
) -> None:
    """Draw many futures of FACTS, judge the plan in each of them, and count.

    Figures of earlier years may stand among the facts: the more there are, the better the models. A forecast never changes a
    verdict, and where the facts are too few for a model there is none.
    """
    _needs_numpy()
    evaluation, _, speaker = evaluation_of(facts, plan, as_of, known_at, lang, earlier=True)
    from rulecheck.cli.sentences import Sentences

    sentences = Sentences(evaluation.plan, speaker)
    if backtest:
        from rulecheck.cli.backtest import backtest_lines
        from rulecheck.cli.forecast_json import backtest_json
        from rulecheck.engine.futures.backtest import backtest as tested

        with progress(speaker) as tell:
            outcome = tested(evaluation, futures, seed, partial(tell, evaluation.plan.id))
        text = backtest_json(outcome, evaluation) if format_ == "json" else _text(backtest_lines(outcome, sentences))
    else:
        from rulecheck.cli.forecast_json import forecast_json
        from rulecheck.cli.sentences.futures import forecast_lines
        from rulecheck.engine.futures import forecast

        with progress(speaker) as tell:
            found = forecast(evaluation, futures, seed, partial(tell, evaluation.plan.id))
        plain = not _can_print("█▁─▒", output)
        text = forecast_json(found) if format_ == "json" else _text(forecast_lines(found, sentences, plain))
    write(text, output)


def _text(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"


def _needs_numpy() -> None:
    try:
        import numpy  # noqa: F401
    except ImportError:
        told = "a forecast needs numpy, which is not installed; install it: pip install 'target-rulecheck[forecast]'"
        raise click.UsageError(spoken.say(told)) from None


def _can_print(signs: str, output: str | None) -> bool:
    """Whether where it goes has the signs: files are written in UTF-8, a terminal may not show them."""
    import sys

    if output not in (None, "-"):
        return True
    try:
        signs.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
