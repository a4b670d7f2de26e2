"""``rulecheck plans compare``: whether two plans judge alike, and the fewest facts on which they do not."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click
from rulecheck.cli import spoken
from rulecheck.cli.output import write
from rulecheck.cli.prove import facts_text
from rulecheck.cli.run import chosen_language, plan_for

if TYPE_CHECKING:
    from rulecheck.cli.language import Language
    from rulecheck.engine.proofs.compare import Compared

TOLD_OF = {
    "alike": "the same rule",
    "same": "written otherwise, but the same in the end whatever the facts, and no difference was found before",
    "only-first": "only in {first}",
    "only-second": "only in {second}",
    "undecided": "undecided: {reason}",
}
SCHEMA = "rulecheck/compared-plans/1"


def compare_plans(
    names: tuple[str, str], target: str | None, check: bool, form: str, lang: str | None, output: str | None
) -> int:
    """Compare the plans; 1 with ``check`` unless they are shown to be the same. Raises click.UsageError."""
    from rulecheck.engine.proofs.compare import compare

    first, second = (plan_for(name, None) for name in names)
    speaker = chosen_language(lang, first)
    found = compare(first, second)
    if target is not None:
        known = ", ".join(one.target for one in found)
        found = tuple(one for one in found if one.target == target)
        if not found:
            told = "no target matches '{pattern}'; there are: {known}"
            raise click.UsageError(spoken.say(told, pattern=target, known=known))
    differing = [one for one in found if one.facts is not None]
    fewest = min(differing, key=lambda one: sum(isinstance(row, dict) for row in _rows(one)), default=None)
    if output != "-":  # then the facts are all that is wanted there
        write(_json(names, found) if form == "json" else "\n".join(_lines(names, found, speaker)) + "\n", None)
    if output is not None and fewest is not None and fewest.facts is not None:
        write(facts_text(dict(fewest.facts)), output)
        told = "{file}: facts on which {target} differs; judge them with --plan {first} and --plan {second}"
        click.echo(speaker.say(told, file=output, target=fewest.target, first=names[0], second=names[1]), err=True)
    return 1 if check and any(one.outcome not in ("alike", "same") for one in found) else 0


def _rows(one: "Compared") -> list[Any]:
    return [row for rows in (one.facts or {}).values() if isinstance(rows, list) for row in rows]


def _lines(names: tuple[str, str], found: "Sequence[Compared]", speaker: "Language") -> Iterator[str]:
    from rulecheck.cli.sentences import WORDS

    say = speaker.say
    for one in found:
        if one.outcome != "differs" or one.facts is None:
            words = {"first": names[0], "second": names[1], "reason": say(one.because) if one.because else ""}
            yield f"{one.target}  {say(TOLD_OF[one.outcome], **words)}"
            continue
        day = speaker.day(date.fromisoformat(one.facts["as_of"]))
        verdicts = [say(WORDS[verdict]) for verdict in one.verdicts]
        told = "{first}: {verdict}; {second}: {otherwise}, as of {day}, with these facts:"
        words = {"first": names[0], "verdict": verdicts[0], "second": names[1], "otherwise": verdicts[1], "day": day}
        yield f"{one.target}  {say(told, **words)}"
        rows = _rows(one)
        yield from (f"      {_row(row)}" for row in rows)
        if not rows:
            yield f"      {say('none at all')}"
    if all(one.outcome in ("alike", "same") for one in found):
        yield say("The plans judge alike.")
    elif all(one.outcome in ("alike", "same", "undecided") for one in found):
        yield say("Whether the plans judge alike was not shown.")
    else:
        yield say("The plans do not judge alike.")


def _row(row: Any) -> str:
    import json

    return json.dumps(row, ensure_ascii=False)


def _json(names: tuple[str, str], found: "Sequence[Compared]") -> str:
    import json

    targets = [
        {
            "target": one.target,
            "outcome": one.outcome,
            **({"verdicts": list(one.verdicts), "facts": one.facts} if one.facts is not None else {}),
            **({"because": one.because} if one.because else {}),
        }
        for one in found
    ]
    data = {"schema": SCHEMA, "first": names[0], "second": names[1], "targets": targets}
    return json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
