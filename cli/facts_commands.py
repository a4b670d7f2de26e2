"""``rulecheck facts``: check a facts file, or make an empty one to fill in."""

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import click
from rulecheck.cli import spoken
from rulecheck.cli.output import write
from rulecheck.cli.run import (
    all_problems_option,
    chosen_language,
    facts_of,
    lang_option,
    parameters_option,
    plan_for,
    plan_option,
    read_document,
)

if TYPE_CHECKING:
    from rulecheck.rules.plan import Plan


class Facts(spoken.Group):
    """The group, with a command that is imported only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), "measure"})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name == "measure":
            from rulecheck.cli.measure import command as measure

            return measure
        return super().get_command(ctx, cmd_name)


@spoken.group("facts", cls=Facts)
def command() -> None:
    """Check a facts file, or make an empty one to fill in."""


@command.command("check")
@spoken.argument("facts", metavar="FACTS")
@plan_option
@parameters_option
@lang_option
@all_problems_option
def check(facts: str, plan: str | None, lang: str | None) -> None:
    """Check FACTS without judging: every problem with its place and remedy. Exit 4 when there is an error."""
    document = read_document(facts)
    found = plan_for(plan, document)
    speaker = chosen_language(lang, found)
    read = facts_of(document, found, speaker)
    if document.data.get("records"):
        from rulecheck.cli.records import Tables, with_records

        day = read.as_of or date.today()
        read = with_records(read, document, found, day, None, Tables({}, "duckdb"), speaker)
    number = len(read.by_id())
    write(speaker.count("{n} fact, no errors", "{n} facts, no errors", number) + "\n", None)


@command.command("template")
@spoken.option("--plan", metavar="ID|FILE", required=True, help="The plan to collect facts for.")
@spoken.option("--output", "-o", metavar="FILE", help="Write there instead of to standard output.")
@parameters_option
@lang_option
def template(plan: str, output: str | None, lang: str | None) -> None:
    """A facts file with one empty row for each fact the plan needs and each period it is due."""
    found = plan_for(plan, None)
    write(json_lines(template_of(found, lang)), output)


def template_of(plan: "Plan", lang: str | None) -> dict[str, Any]:
    """The rows to fill in: measurements by follow-up period, events by subject. Empty (null) rows are not judged."""
    from rulecheck.cli.sentences import Sentences
    from rulecheck.facts.period import pieces
    from rulecheck.rules.criteria import Assessed, Milestone, Order, Recurring, SetChange, Threshold, leaves

    sentences = Sentences(plan, chosen_language(lang, plan))
    measurements: list[dict[str, Any]] = []
    events: dict[tuple[str, str], dict[str, Any]] = {}
    assessments: list[dict[str, Any]] = []
    calendar: dict[str, list[str]] = {}

    def event(name: str, subject: str = "") -> None:
        row: dict[str, Any] = {"event": name}
        if subject:
            row["subject"] = subject
        note = sentences.event(name) + (f": {sentences.subject(name, subject)}" if subject else "")
        events.setdefault((name, subject), {**row, "date": None, "reported": None, "note": note})

    for target in plan.versions[-1].targets:
        for leaf in leaves(target.criterion):
            match leaf:
                case Threshold():
                    parts = pieces(leaf.over, plan.follow_up) if plan.follow_up and leaf.kind not in ("figure",) else []
                    base = [leaf.trend.base] if leaf.trend is not None else []
                    for period in [*base, *(parts or [leaf.over])]:
                        row = {"measure": leaf.measure}
                        if leaf.kind == "level":
                            row["at"] = period.last.isoformat()
                        else:
                            row["period"] = period.label
                        if leaf.dimensions:
                            row["dimensions"] = dict(leaf.dimensions)  # type: ignore[assignment]
                        numbers = {
                            "mean": ("total", "count"),
                            "share": ("numerator", "denominator"),
                            "total": ("total",),
                        }
                        empty = dict.fromkeys(numbers.get(leaf.kind, ("value",)))
                        measurements.append({**row, **empty, "reported": None, "note": sentences.measure(leaf.measure)})
                case SetChange():
                    for day in (leaf.base, leaf.over.last):
                        listed = {"measure": leaf.measure, "at": day.isoformat(), "members": None, "from": None}
                        measurements.append({**listed, "reported": None, "note": sentences.measure(leaf.measure)})
                case Milestone():
                    for subject in leaf.members or [""]:
                        known = plan.events[leaf.event].subjects
                        if subject or known is None:
                            event(leaf.event, subject)
                        else:
                            for n in range(leaf.count):
                                event(leaf.event, f"{n + 1}")
                case Order():
                    for subject in leaf.subjects:
                        event(leaf.before, subject)
                        event(leaf.then, subject)
                case Recurring():
                    if leaf.dates is None:
                        calendar[leaf.event] = []
                    for due in leaf.dates or ():
                        event(leaf.event, due.isoformat())
                case Assessed():
                    assessments.append(
                        {
                            "target": target.id,
                            "verdict": None,
                            "by": leaf.roles[0] if leaf.roles else None,
                            "date": None,
                            "reason": None,
                        }
                    )
    for dependency in plan.dependencies:
        for name in (dependency.before, dependency.then):
            for subject in sorted(plan.events[name].subjects or [""]):
                event(name, subject)
    groups: dict[str, Any] = {
        "measurements": measurements,
        "events": list(events.values()),
        "forecasts": [],
        "assessments": assessments,
        "calendar": calendar,
    }
    return {"plan": plan.id, "as_of": None, **{k: v for k, v in groups.items() if v or k == "forecasts"}}


def json_lines(document: dict[str, Any]) -> str:
    """JSON with one row a line, so that it can be read and edited as a table."""

    def one(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    parts = []
    for key, value in document.items():
        if isinstance(value, list) and value:
            rows = ",\n".join(f"    {one(row)}" for row in value)
            parts.append(f"  {one(key)}: [\n{rows}\n  ]")
        else:
            parts.append(f"  {one(key)}: {one(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"
