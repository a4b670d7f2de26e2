"""The rows a plan needs filled in, with the words that explain them in the reader's language."""

from typing import TYPE_CHECKING, Any

from rulecheck.cli.run import chosen_language

if TYPE_CHECKING:
    from rulecheck.facts.writing.workbook import Guide
    from rulecheck.rules.plan import Plan


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
