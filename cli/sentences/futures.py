"""A forecast in words and small charts: chances, the points over the year, the models and their assumptions."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from textwrap import wrap

from rulecheck.cli.sentences import WORDS, Sentences, clean
from rulecheck.engine.futures import Chances, Forecast, Points
from rulecheck.engine.futures.model import Model
from rulecheck.facts.facts import Measurement
from rulecheck.facts.quantity import Exact, exact

WIDTH = 100
BAR = 20
BLOCKS, PLAIN_BLOCKS = ("█", "▌", "·"), ("#", "+", ".")
BARS, PLAIN_BARS = "▁▂▃▄▅▆▇█", ".:-=+*#@"
LINE, PLAIN_LINE = ("─", "▒", "█"), ("-", "=", "#")
QUANTILES = (5, 25, 50, 75, 95)
LONGEST = 60
"""So many values are shown in a sparkline."""
TALLEST = 12
"""So many heights of the points are shown in a chart."""
MODELS = {
    "bootstrap": "{about}: each period to come ({slots}) is drawn from the {pieces} past ones",
    "seasonal": "{about}: each period to come ({slots}) is that of a year before, changed as {pairs} past ones were within a year",
    "binomial": "{about}: each period to come ({slots}) has the share of one of the {pieces} past ones, its items drawn one by one (binomial)",
    "seasonal-binomial": "{about}: each period to come ({slots}) has the share of a year before, changed as {pairs} past ones were within a year, its items drawn one by one (binomial)",
    "walk": "{about}: the last value, changed step by step as it changed {changes} times before",
    "punctuality": "{about}: as many days before or after its due date as {reports} past reports of it",
    "confirmed": "{about}: the preliminary figures are confirmed as they are",
}


def forecast_lines(found: Forecast, sentences: Sentences, plain: bool) -> Iterator[str]:
    """Everything there is to say about a forecast."""
    say, day, number = sentences.say, sentences.language.day, sentences.language.number
    evaluation = found.evaluation
    title = sentences.text(evaluation.plan.title, evaluation.plan.id)
    head = say(
        "{title}: forecast as of {day}, judged on {last}", title=title, day=day(evaluation.as_of), last=day(found.day)
    )
    yield from wrap(head, WIDTH)
    yield from wrap(
        say("{n} futures, seed {seed}; no verdict is changed by it.", n=number(found.futures), seed=found.seed), WIDTH
    )
    yield ""
    yield from _chances(found, sentences, plain)
    yield ""
    yield from _score(found, sentences, plain)
    models = {model.about: model for chances in found.chances for model in chances.models}
    if models:
        yield ""
        yield say("What it rests on:")
        for line, chart in _models(list(models.values()), found, sentences, plain):
            yield from wrap(line, WIDTH, initial_indent="    • ", subsequent_indent="      ")
            if chart:
                yield "      " + chart
        yield from wrap(_assumptions(sentences), WIDTH, initial_indent="    ", subsequent_indent="    ")
    silent = [chances for chances in found.chances if chances.reason is not None]
    if silent:
        yield ""
        yield say("Not forecast:")
        for chances in silent:
            line = f"  {chances.verdict.target.id}  {because(chances, sentences)}"
            yield from wrap(line, WIDTH, subsequent_indent="       ")


def because(chances: Chances, sentences: Sentences) -> str:
    """Why there is no forecast of a target."""
    assert chances.reason is not None
    told = chances.reason.words.items()
    words = {name: named(word, sentences) if isinstance(word, str) else word for name, word in told}
    return sentences.say(chances.reason.message, **words)


def named(about: str, sentences: Sentences) -> str:
    """A series or event in words: its label, and the part or subject it is about."""
    name, _, subject = about.partition("/")
    if name in sentences.plan.events:
        return sentences.event(name) + (f" ({sentences.subject(name, subject)})" if subject else "")
    name, _, part = about.partition("[")
    if name in sentences.plan.measures:
        return sentences.measure(name) + (f" ({clean(part.rstrip(']').partition('=')[2])})" if part else "")
    return clean(about)


def _chances(found: Forecast, sentences: Sentences, plain: bool) -> Iterator[str]:
    """A line a target: the verdict now, the chances of each verdict at the end, and a bar of them."""
    from rulecheck.cli.table import mark

    say = sentences.say
    shown = [chances for chances in found.chances if chances.reason is None]
    rows: list[tuple[str, ...]] = [
        (say("Target"), say("Now"), say(WORDS["fulfilled"]), say(WORDS["missed"]), say("else"), "")
    ]
    for chances in shown:
        counts, bar = chances.counts, _bar(chances.counts, found.futures, plain)
        other = counts["at-risk"] + counts["on-track"]
        parts = (counts["fulfilled"], counts["missed"], other)
        certain = chances.verdict.definitive
        told = [percent(Fraction(n, found.futures), sentences, certain) for n in parts[:2]]
        told.append(percent(Fraction(other, found.futures), sentences, False) if other else "–")
        rows.append((chances.verdict.target.id, mark(chances.verdict.verdict, sentences, plain), *told, bar))
    widths = [max(len(row[i]) for row in rows) for i in range(6)]
    for row in rows:
        left = [cell.ljust(width) for cell, width in zip(row[:2], widths[:2], strict=True)]
        right = [cell.rjust(width) for cell, width in zip(row[2:5], widths[2:5], strict=True)]
        yield "  ".join([*left, *right, row[5]]).rstrip()


def percent(part: Fraction, sentences: Sentences, certain: bool) -> str:
    """A probability as people read it; 0 and 100 only where the verdict is certain, else how near it comes."""
    if certain:
        return f"{int(part * 100)} %"
    if part < Fraction(5, 1000):
        return "< 1 %" if part else "~ 0 %"
    if part > Fraction(995, 1000):
        return "> 99 %" if part < 1 else "~ 100 %"
    return f"{sentences.language.number(int(part * 100 + Fraction(1, 2)))} %"


def _bar(counts: dict[str, int], futures: int, plain: bool) -> str:
    """Fulfilled, then neither, then missed, in twenty signs."""
    full, half, none = PLAIN_BLOCKS if plain else BLOCKS
    fulfilled = round(Fraction(counts["fulfilled"] * BAR, futures))
    missed = min(BAR - fulfilled, round(Fraction(counts["missed"] * BAR, futures)))
    return full * fulfilled + half * (BAR - fulfilled - missed) + none * missed


def _score(found: Forecast, sentences: Sentences, plain: bool) -> Iterator[str]:
    say, number = sentences.say, sentences.language.number
    points, weighted = found.points, found.evaluation.version.weighted
    words = {"low": number(points.quantile(Fraction(1, 20))), "middle": number(points.quantile(Fraction(1, 2))),
             "high": number(points.quantile(Fraction(19, 20)))}  # fmt: skip
    told = (
        say(
            "Points fulfilled in the end, of those forecast: {middle} in the middle of the futures, {low} to {high} in nine of ten.",
            **words,
        )
        if weighted
        else say(
            "Targets fulfilled in the end, of those forecast: {middle} in the middle of the futures, {low} to {high} in nine of ten.",
            **words,
        )
    )
    if found.unforecast:
        left = number(found.unforecast)
        told += " " + (
            say("Of {points} points nothing is said.", points=left)
            if weighted
            else say("Of {points} targets nothing is said.", points=left)
        )
    yield from wrap(told, WIDTH)
    if len(points.counts) > 1:
        yield from _histogram(points, sentences, plain)
    if found.fan and any(len(fan.points.counts) > 1 for fan in found.fan):
        yield ""
        yield say("The way there (nine of ten, half, and the middle of the futures):")
        yield from _fan(found, sentences, plain)


def _histogram(points: Points, sentences: Sentences, plain: bool) -> Iterator[str]:
    """How many futures come to how many points, the most frequent ones."""
    number, futures = sentences.language.number, sum(n for _, n in points.counts)
    frequent = sorted(sorted(points.counts, key=lambda c: -c[1])[:TALLEST])
    width = max(len(number(p)) for p, _ in frequent)
    most = max(n for _, n in frequent)
    sign = (PLAIN_BLOCKS if plain else BLOCKS)[0]
    for value, count in frequent:
        bar = sign * max(1, round(Fraction(count * BAR, most)))
        share = percent(Fraction(count, futures), sentences, certain=False)
        yield f"    {number(value).rjust(width)}  {bar.ljust(BAR)}  {share}"


def _fan(found: Forecast, sentences: Sentences, plain: bool) -> Iterator[str]:
    """A line a day: from the 5th to the 95th of a hundred futures, the half in the middle, the median."""
    most = found.points.counts[-1][0] or 1
    for fan in found.fan:
        low, lower, middle, upper, high = (fan.points.quantile(Fraction(q, 100)) for q in QUANTILES)
        numbers = f"{sentences.language.number(low)} – {sentences.language.number(middle)} – {sentences.language.number(high)}"
        yield f"    {fan.day.isoformat()}  {_strip((low, lower, middle, upper, high), most, plain)}  {numbers.replace('–', '-') if plain else numbers}"


def _strip(at: tuple[Exact, ...], most: Exact, plain: bool) -> str:
    thin, thick, dot = PLAIN_LINE if plain else LINE
    low, lower, middle, upper, high = (round(Fraction(p) * (2 * BAR - 1) / most) for p in at)
    signs = [" "] * (2 * BAR)
    signs[low : high + 1] = thin * (high + 1 - low)
    signs[lower : upper + 1] = thick * (upper + 1 - lower)
    signs[middle] = dot
    return "".join(signs)


def _models(models: list[Model], found: Forecast, sentences: Sentences, plain: bool) -> Iterator[tuple[str, str]]:
    """One sentence a model, with a chart of the past it was made of; of dates that slip, one for all of them."""
    for model in models:
        if model.kind != "slippage":
            yield _model(model, sentences), _past(model, found, sentences, plain)
    slipping = [model for model in models if model.kind == "slippage"]
    if slipping:
        days = "; ".join(
            f"{named(m.about, sentences)} ({sentences.language.day(m.data['expected'])})" for m in slipping
        )
        told = "Each at its forecast day, moved as one of the {slips} earlier forecasts of dates in these facts was wrong: {events}."
        yield sentences.say(told, slips=len(slipping[0].data["slips"]), events=days), ""


def _past(model: Model, found: Forecast, sentences: Sentences, plain: bool) -> str:
    """The past values in small bars, with the first and last period, the lowest and the highest value."""
    facts = found.evaluation.facts.by_id()
    pieces = [facts[name] for name in model.data.get("pieces", ())]
    told = [(piece.period.label, _value(piece)) for piece in pieces if isinstance(piece, Measurement)]
    if len(told) < 2:
        return ""
    values = [value for _, value in told]
    low, high = min(values), max(values)
    lowest, highest = _shown(low, model.about, sentences, True), _shown(high, model.about, sentences, False)
    first, last = sentences.period(told[0][0]), sentences.period(told[-1][0])
    dash = "-" if plain else "–"
    return f"{sparkline(values, plain)}  {first} {dash} {last}: {lowest} {dash} {highest}"


def sparkline(values: Sequence[Exact], plain: bool) -> str:
    """A sign a value, from the lowest to the highest; the last signs of very many."""
    signs, shown = (PLAIN_BARS if plain else BARS), values[-LONGEST:]
    low, high = min(shown), max(shown)
    steps = len(signs) - 1
    return "".join(signs[round(Fraction(value - low) * steps / (high - low)) if high > low else 0] for value in shown)


def _value(piece: Measurement) -> Exact:
    if piece.value is not None:
        return piece.value
    amount = Fraction(piece.amount or 0)
    return exact(amount / piece.volume) if piece.volume else exact(amount)


def _shown(value: Exact, about: str, sentences: Sentences, bare: bool) -> str:
    measure = sentences.plan.measures[about.partition("[")[0]]
    data = {"kind": measure.kind, "measure": measure.id, "bound": {"unit": ""}}
    return sentences.quantity(value, data, near=value, bare=bare)


def _model(model: Model, sentences: Sentences) -> str:
    data = model.data
    words: dict[str, object] = {"about": named(model.about, sentences)}
    for key in ("pieces", "pairs", "reports"):
        if key in data:
            words[key] = len(data[key])
    if "slots" in data:
        words["slots"] = ", ".join(data["slots"])
    if "changes" in data:
        words["changes"] = data["changes"]
    told = sentences.say(MODELS[model.kind], **words)
    if "expected" in data:
        told += "; " + sentences.say("the volume is as expected ({fact})", fact=clean(data["expected"]))
    return told + "."


def _assumptions(sentences: Sentences) -> str:
    return sentences.say(
        "It is assumed that what comes is like what was: nothing better or worse than the past is drawn, measures with the same past "
        "periods draw the same one, different events slip independently of each other, nothing happens before what it requires, and "
        "preliminary figures are confirmed."
    )
