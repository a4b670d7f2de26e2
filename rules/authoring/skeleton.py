"""Skeletons: a plan to begin with, and a target of a given kind of criterion put into a plan. Everything else stays."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from rulecheck.facts.digest import sha256
from rulecheck.facts.period import Period, parse_period
from rulecheck.rules.authoring.tree import after_line, child, column, compose, end, start
from rulecheck.rules.authoring.writing import Quoted, inline, lines
from rulecheck.rules.criteria import examples
from rulecheck.rules.criteria.example import Example
from rulecheck.rules.read_plan import read_plan

SCHEMA = "plan.schema.json"
"""The file an editor finds the schema in, beside the plan."""
Say = Callable[[str], str]
Edit = tuple[int, int, str]
"""From where to where something of the text is replaced, and by what."""


class UnknownGoal(Exception):
    """The plan has no goal of this id; ``known`` are those it has."""

    def __init__(self, known: tuple[str, ...]) -> None:
        self.known = known
        super().__init__(known)


class Added(NamedTuple):
    """A plan's text with a further target, and what that is called."""

    text: str
    target: str
    names: tuple[str, ...]


def plan_text(plan: str, period: Period, language: str, say: Say) -> str:
    """A plan that ``plans check`` accepts, with one target to replace and a word on every key."""
    example = examples(period)["share"]
    ((name, measure),) = example.measures.items()
    title = inline(say("Its name"))
    return f"""\
# yaml-language-server: $schema={SCHEMA}
# {say("What is promised, and how it is judged. After every change: rulecheck plans check FILE")}
plan: {inline(plan)}
title: {title}
authority: {inline(say("Who set it"))}
language: {language}  # {say("the language of its quotes and names")}
period: {period.label}
reporting_lag: 15 days  # {say("how long after a period or deadline its facts may still arrive")}
follow_up: quarterly  # {say("how often figures fall due")}
# source: {{document: plan.pdf, signed: {period.first.isoformat()}}}  # {say("the document the quotes are from")}
# {say("An open target is at risk when its value is this near the bound. For events: lead-time, such as 30 days left.")}
risk: {{margin: 2 %}}

goals:
  - goal: "1"
    title: {title}
    targets:
      # {say("One promise. Another: rulecheck new target FILE KIND")}
      - target: "1.1"
        title: {title}
        # weight: 100  # {say("points; every target has some, 100 in all, or none has")}
        # quote: "…"  # {say("the plan's own words, verbatim")}
        {lines("require", example.require)[0]}

# {say("What the figures are called; `rulecheck facts template` makes a file to fill in of them.")}
measures:
  {name}: {{label: {title}, kind: {measure["kind"]}}}
"""


def with_target(content: bytes, file: str, kind: str, goal: str | None, say: Say) -> Added:
    """The plan with a target of ``kind`` at the end of the goal (the last one if none is named).

    Raises InvalidPlan when the plan, or what would become of it, is invalid, and UnknownGoal.
    """
    _, data, _ = read_plan(content, file, sha256(content).hexdigest())
    text = content.decode()
    line_break = "\r\n" if "\r\n" in text else "\n"
    text = text.replace("\r\n", "\n")
    text = text if text.endswith("\n") else f"{text}\n"
    goals = [entry["goal"] for entry in data["goals"]]
    if goal is not None and goal not in goals:
        raise UnknownGoal(tuple(goals))
    place = len(goals) - 1 if goal is None else goals.index(goal)
    example = _renamed(examples(parse_period(data["period"]))[kind], data)
    target = _free(data, goals[place])
    entry: dict[str, Any] = {"target": Quoted(target), "title": say("Its name")}
    if any(t.get("weight") is not None for g in data["goals"] for t in g["targets"]):
        entry["weight"] = "0"
    entry["require"] = example.require
    root = compose(text)
    named = {"measures": example.measures, "events": example.events}
    declared = {
        group: {name: {**one, "label": say("Its name")} for name, one in entries.items()}
        for group, entries in named.items()
        if entries
    }
    written_goals: Any = child(root, "goals")
    targets = child(written_goals.value[place], "targets")
    edits = [_appended(text, targets, entry, say)]
    there_first = sorted(declared, key=lambda group: child(root, group) is None)  # new blocks come last in the text
    edits += [_entered(text, root, group, declared[group]) for group in there_first]
    edits.sort(key=lambda edit: edit[0])
    for first, last, what in reversed(edits):
        text = text[:first] + what + text[last:]
    _as_before(text, file, data, target)
    return Added(text.replace("\n", line_break), target, (*example.measures, *example.events))


def _as_before(text: str, file: str, data: Any, target: str) -> None:
    """The plan is valid, and but for the target it says of its targets what it said. Raises InvalidPlan."""
    _, now, _ = read_plan(text.encode(), file, "")
    for goal in now["goals"]:
        goal["targets"] = [entry for entry in goal["targets"] if entry["target"] != target]
    assert now["goals"] == data["goals"], "the target changed what was there"


def _free(data: Mapping[str, Any], goal: str) -> str:
    """The first id ``goal.n`` that no target of any version has."""
    taken = {target["target"] for entry in data["goals"] for target in entry["targets"]}
    taken |= {name for version in data.get("versions") or () for name in version.get("targets") or ()}
    n = 1 + max((len(entry["targets"]) for entry in data["goals"] if entry["goal"] == goal), default=0)
    while f"{goal}.{n}" in taken:
        n += 1
    return f"{goal}.{n}"


def _renamed(example: Example, data: Mapping[str, Any]) -> Example:
    """The example with names that the plan does not have yet."""
    taken = {*(data.get("measures") or {}), *(data.get("events") or {}), *_texts(data["goals"])}
    taken |= set(_texts([data.get("versions"), data.get("dependencies")]))
    names = {}
    for name in (*example.measures, *example.events):
        free, n = name, 1
        while free in taken:
            n += 1
            free = f"{name}_{n}"
        names[name] = free

    def renamed(value: Any) -> Any:
        if isinstance(value, str):
            return names.get(value, value)
        if isinstance(value, Mapping):
            return {key: renamed(held) for key, held in value.items()}
        return [renamed(held) for held in value]

    return example._replace(
        require=renamed(example.require),
        measures={names[name]: entry for name, entry in example.measures.items()},
        events={names[name]: entry for name, entry in example.events.items()},
    )


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, Mapping) else value or ()
    return [text for part in inner for text in _texts(part)]


def _appended(text: str, node: Any, entry: Mapping[str, Any], say: Say) -> Edit:
    """A target put at the end of the list, in the list's own style."""
    last = node.value[-1]
    place = end(last, text, start(last))
    if node.flow_style:
        return place, place, f", {inline(entry)}"
    written: list[str] = []
    for key, value in entry.items():
        if key == "require":
            written.append('# quote: "…"  # ' + say("the plan's own words, verbatim"))
        written += lines(key, value)
        if key == "weight":
            written[-1] += "  # " + say("points; every target has some, 100 in all, or none has")
    block = [f"- {written[0]}", *(f"  {line}" for line in written[1:])]
    place = after_line(text, place)
    return place, place, "".join(f"{' ' * column(node)}{line}\n" for line in block)


def _entered(text: str, root: Any, group: str, entries: Mapping[str, Any]) -> Edit:
    """Names declared in ``measures`` or ``events``, which are made where they are not there."""
    node = child(root, group)
    block = [f"{name}: {inline(entry)}" for name, entry in entries.items()]
    bracketed = ", ".join(block)
    if node is None and not root.flow_style:
        return len(text), len(text), f"\n{group}:\n" + "".join(f"  {line}\n" for line in block)
    if node is None:
        place = end(root.value[-1][1], text, 0)
        return place, place, f", {group}: {{{bracketed}}}"
    if not isinstance(node.value, list):  # nothing, or null
        key = next(key for key, _ in root.value if key.value == group)
        place = text.index(":", key.end_mark.index) + 1
        return place, end(node, text, place), f" {{{bracketed}}}"
    if not node.value:
        return start(node), int(node.end_mark.index), f"{{{bracketed}}}"
    key, last = node.value[-1]
    place = end(last, text, text.index(":", key.end_mark.index) + 1)
    if node.flow_style:
        return place, place, f", {bracketed}"
    place = after_line(text, place)
    return place, place, "".join(f"{' ' * column(node)}{line}\n" for line in block)
