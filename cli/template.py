"""The rows a plan needs filled in, with the words that explain them in the reader's language."""

from typing import TYPE_CHECKING, Any

from rulecheck.cli.run import chosen_language

if TYPE_CHECKING:
    from rulecheck.cli.sentences import Sentences
    from rulecheck.facts.writing.workbook import Guide
    from rulecheck.rules.needs import Need
    from rulecheck.rules.plan import Plan


def template_of(plan: "Plan", lang: str | None) -> dict[str, Any]:
    """The rows to fill in: measurements by follow-up period, events by subject. Empty (null) rows are not judged."""
    from rulecheck.cli.sentences import Sentences
    from rulecheck.rules.needs import needs

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

    for need in needs(plan):
        match need.kind:
            case "measurement" | "list":
                measurements.append(_measurement(plan, need, sentences))
            case "event":
                for subject in [f"{n + 1}" for n in range(need.anyone)] or [need.subject]:
                    event(need.name, subject)
            case "calendar":
                calendar[need.name] = []
            case "assessment":
                by = need.roles[0] if need.roles else None
                assessments.append({"target": need.name, "verdict": None, "by": by, "date": None, "reason": None})
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


def _measurement(plan: "Plan", need: "Need", sentences: "Sentences") -> dict[str, Any]:
    """An empty row of a measure's value, or of a set's members."""
    kind, period = plan.measures[need.name].kind, need.period
    assert period is not None
    row: dict[str, Any] = {"measure": need.name}
    if need.kind == "list" or kind == "level":
        row["at"] = period.last.isoformat()
    else:
        row["period"] = period.label
    if need.dimensions:
        row["dimensions"] = dict(need.dimensions)
    numbers = {"mean": ("total", "count"), "share": ("numerator", "denominator"), "total": ("total",)}
    empty = ("members", "from") if need.kind == "list" else numbers.get(kind, ("value",))
    return {**row, **dict.fromkeys(empty), "reported": None, "note": sentences.measure(need.name)}


def guide_of(plan: "Plan", lang: str) -> "Guide":
    """The explanation of the workbook, and the names to choose from."""
    from rulecheck.cli.sentences import Sentences
    from rulecheck.facts.rows.fields import FIELDS, TOP
    from rulecheck.facts.writing.sheets import heading, title
    from rulecheck.facts.writing.workbook import Guide

    speaker = chosen_language(lang, plan)
    sentences = Sentences(plan, speaker)
    say = speaker.say
    subjects = {s: sentences.subject(name, s) for name, event in plan.events.items() for s in event.subjects or ()}
    targets = {t.id: sentences.text(t.title) for t in plan.versions[-1].targets}
    names = {
        "measure": {name: sentences.measure(name) for name in plan.measures},
        "event": {name: sentences.event(name) for name in plan.events},
        "subject": subjects,
        "target": targets,
    }
    rows: list[tuple[str, str]] = [(sentences.text(plan.title, plan.id), "")]
    general = (
        say("Each row of a sheet is one fact. Fill in what is known; a row without a number or a date is left out."),
        say("Numbers and dates may be typed as usual. What could be read in two ways is refused, with its cell."),
        say("Headings are locked; rows can be added, and columns left empty. Sheets have no password."),
        say("When it is filled in: {command}", command="rulecheck evaluate FILE"),
    )
    rows += [("", text) for text in general]
    own = {
        "members": say("a set: the names of all its members on that day, one a line"),
        "from": say("a set: what a member descends from, one line a member: Ronna = Ronna/Lina; Geneta"),
    }
    for group, fields in FIELDS.items():
        rows += [("", ""), (title(group, speaker.code), ""), ("", say(TOP[group]))]
        rows += [
            (heading(key, speaker.code), own.get(key) or say(what))
            for key, (_, what) in fields.items()
            if key != "dimensions"
        ]
    for key, known in names.items():
        if known:
            rows += [("", ""), (heading(key, speaker.code), "")]
            rows += [(name, label) for name, label in known.items()]
    wrong = say("Choose from the list, or write the date as year-month-day.")
    return Guide(rows, {key: tuple(known) for key, known in names.items()}, say("This cannot be read"), wrong)
