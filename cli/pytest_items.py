"""What the pytest plugin collects: a plan is a test that it is sound and one for each law, a case file is a test.

Every case tells which verdicts and risk rules of which targets it exercised; what none did is told at the end.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path as File
from typing import Any

import pytest
from rulecheck.cli.complain import complaint
from rulecheck.cli.language import Language, from_locale, language
from rulecheck.cli.run import unconfirmed
from rulecheck.engine.cases import SUFFIX, Ready, compared, facts_document, judged, plan_of, read_case, ready
from rulecheck.engine.checker import Disagreement
from rulecheck.engine.evaluate import Evaluation
from rulecheck.engine.mutation.targets import risk_rules
from rulecheck.engine.version import VERSION
from rulecheck.facts.problem import InvalidInput
from rulecheck.rules.library import load_file
from rulecheck.rules.plan import Plan, Target

EXERCISED = "rulecheck"
"""Under this name a test report carries what its case exercised."""
LEFT_OUT = "rulecheck: law"
"""Under this name a test report carries which law a plan has nothing to say about, and why."""
LAWS_OF = "plan"


class Failed(Exception):
    """What is wrong, as people read it."""


class Collector:
    """Hooks of a run that collects plans and cases."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.speaker = language(from_locale() or "en")
        self.seen: dict[str, set[str]] = {}
        self.possible: dict[str, tuple[str, ...]] = {}
        self.left_out: dict[tuple[str, str], str] = {}
        self._plans: dict[str, File] | None = None

    @property
    def plans(self) -> dict[str, File]:
        """The plans of the repository, by id."""
        if self._plans is None:
            files = (f for f in sorted(self.config.rootpath.rglob("*.yaml")) if not _hidden(f, self.config.rootpath))
            self._plans = {name: file for file in files if (name := plan_id(file)) is not None}
        return self._plans

    def pytest_collect_file(self, file_path: File, parent: pytest.Collector) -> pytest.Collector | None:
        """A plan or a case file."""
        if file_path.name.endswith(SUFFIX):
            return CaseFile.from_parent(parent, path=file_path, collector=self)
        if file_path.suffix in (".yaml", ".yml") and plan_id(file_path) is not None:
            return PlanFile.from_parent(parent, path=file_path, collector=self)
        return None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Gather what cases exercised and which laws did not apply, from whichever process ran them."""
        if report.when != "call":
            return
        for name, told in report.user_properties:
            if name == EXERCISED and isinstance(told, dict):
                self.possible.setdefault(told["plan"], tuple(told["possible"]))
                self.seen.setdefault(told["plan"], set()).update(told["seen"])
            if name == LEFT_OUT and isinstance(told, dict):
                self.left_out[told["plan"], told["law"]] = told["why"]

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """What no case exercised, and which laws did not apply to a plan."""
        say = self.speaker.say
        if self.left_out:
            terminalreporter.write_sep("-", f"rulecheck: {say('laws that do not apply')}")
        for (plan, law), why in sorted(self.left_out.items()):
            terminalreporter.write_line(f"{plan}: {law}: {say(why)}")
        lines = [
            (plan, what)
            for plan, possible in sorted(self.possible.items())
            for what in possible
            if what not in self.seen.get(plan, set())
        ]
        if self.possible:
            title = say("what no case exercised") if lines else say("the cases exercise every rule")
            terminalreporter.write_sep("-", f"rulecheck: {title}")
        for plan, what in lines:
            terminalreporter.write_line(f"{plan}: {self._told(what)}")

    def _told(self, what: str) -> str:
        from rulecheck.cli.sentences import WORDS

        say = self.speaker.say
        kind, word, target = what.split(" ", 2)
        if kind == "risk":
            return say("risk {rule} of {target} never exercised", rule=word, target=target)
        return say("{target} never {verdict}", target=target, verdict=say(WORDS[word]))


def _hidden(file: File, root: File) -> bool:
    return any(part.startswith(".") for part in file.relative_to(root).parts)


def plan_id(file: File) -> str | None:
    """The id of a file that is a plan: it has ``plan:`` and ``goals:`` at the beginnings of lines."""
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    named = re.search(r"^plan:\s*[\"']?([^\s\"'#]+)", text, re.M)
    return named[1] if named and re.search(r"^goals:", text, re.M) else None


class CaseFile(pytest.File):
    """A case file: one test."""

    def __init__(self, *, collector: Collector, **rest: Any) -> None:
        super().__init__(**rest)
        self.collector = collector

    def collect(self) -> Iterator[pytest.Item]:
        name = self.path.name.removesuffix(SUFFIX)
        yield CaseItem.from_parent(self, name=name, collector=self.collector)


class PlanFile(pytest.File):
    """A plan: one test that it is sound, and one for each law."""

    def __init__(self, *, collector: Collector, **rest: Any) -> None:
        super().__init__(**rest)
        self.collector = collector

    def collect(self) -> Iterator[pytest.Item]:
        from rulecheck.engine.testing.laws import LAWS

        for name in (LAWS_OF, *LAWS):
            yield PlanItem.from_parent(self, name=name, collector=self.collector)


class _Item(pytest.Item):
    def __init__(self, *, collector: Collector, **rest: Any) -> None:
        super().__init__(**rest)
        self.collector = collector

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        error = excinfo.value
        if isinstance(error, InvalidInput):
            return complaint(error.problems, self.collector.speaker)
        if isinstance(error, Failed):
            return str(error)
        if isinstance(error, Disagreement):
            return "\n".join(unconfirmed(error, self.collector.speaker))
        if hasattr(error, "breach"):
            return "\n".join(_broken(error, self.collector.speaker))
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[File, int | None, str]:
        return self.path, None, f"{self.path.name}: {self.name}"


class CaseItem(_Item):
    """A case: its facts give what it expects."""

    def runtest(self) -> None:
        case = read_case(self.path)
        one = ready(case, plan_of(self.collector.plans, VERSION), facts_document(case))
        evaluation = judged(one)
        self.user_properties.append((EXERCISED, _exercised(one, evaluation)))
        found, expected = compared(case.expected, evaluation)
        wrong = list(_differences(found, expected, self.collector.speaker))
        disputed = case.expected.get("disputed")
        if wrong and disputed:
            pytest.xfail(disputed)
        if wrong:
            raise Failed("\n".join([*wrong, "", case.expected["because"]]))


def _differences(found: dict[str, Any], expected: dict[str, Any], speaker: Language) -> Iterator[str]:
    told = "{what}: {found}, and the case expects {expected}"
    for key, value in expected.items():
        if not isinstance(value, dict):
            if found[key] != value:
                yield speaker.say(told, what=key, found=found[key], expected=value)
            continue
        for name in sorted({*value, *found[key]}):
            if value.get(name) != found[key].get(name):
                yield speaker.say(told, what=f"{key} {name}", found=found[key].get(name), expected=value.get(name))


class PlanItem(_Item):
    """A plan can be read, or holds a law."""

    def runtest(self) -> None:
        from rulecheck.engine.testing.laws import LAWS, NotApplicable

        try:
            plan = load_file(self.path, VERSION)
        except InvalidInput:
            if self.name == LAWS_OF:
                raise
            pytest.skip(self.collector.speaker.say("the plan cannot be used"))
        if self.name == LAWS_OF:
            return
        try:
            LAWS[self.name](plan, profile(self.config.getoption("rulecheck_profile")))
        except NotApplicable as reason:
            self.user_properties.append((LEFT_OUT, {"plan": plan.id, "law": self.name, "why": reason.message}))
            pytest.skip(
                self.collector.speaker.say("not applicable: {why}", why=self.collector.speaker.text(reason.message))
            )


def _broken(error: Any, speaker: Language) -> Iterator[str]:
    """A law that does not hold: the law, the verdicts, and the smallest facts that show it, ready to be put into a file."""
    from rulecheck.cli.sentences import WORDS

    law, breach, known_at = error.law, error.breach, error.example.known_at
    words = {k: speaker.say(WORDS[v]) if k in ("found", "wanted") else v for k, v in breach.values.items()}
    yield speaker.say("law {number} does not hold: {words}", number=law.number, words=speaker.text(law.words))
    yield speaker.say(breach.message, **words)
    if known_at is not None:
        yield speaker.say("with what was known on {day}", day=known_at)
    yield ""
    rows = error.rows
    yield speaker.say("the smallest facts that show it:" if rows else "it takes no facts to show it")
    yield from (f"  {row}" for row in rows)


def profile(name: str) -> Any:
    """How many facts a law is tried on, and whether the same ones every time."""
    from hypothesis import HealthCheck, settings

    examples = {"quick": 10, "ci": 50, "deep": 1000}[name]
    return settings(
        max_examples=examples,
        derandomize=name != "deep",
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def _exercised(one: Ready, evaluation: Evaluation) -> dict[str, Any]:
    """What of the plan's rules this case exercised, and what there is to exercise."""
    seen: set[str] = set()
    for verdict in evaluation.verdicts:
        if verdict.target.id in one.case.expected["verdicts"]:
            seen.add(f"verdict {verdict.verdict} {verdict.target.id}")
            seen |= {f"risk {rule} {verdict.target.id}" for rule in verdict.step.all_risks()}
    return {"plan": one.plan.id, "possible": possible(one.plan), "seen": sorted(seen)}


def possible(plan: Plan) -> list[str]:
    """What cases can exercise: each target fulfilled, missed where it must be met, and leaned by each of its risk rules."""
    return [told for target in plan.versions[-1].targets for told in _of(target)]


def _of(target: Target) -> Iterable[str]:
    yield f"verdict fulfilled {target.id}"
    if target.modality == "must":
        yield f"verdict missed {target.id}"
    for rule in risk_rules(target):
        yield f"risk {rule} {target.id}"
