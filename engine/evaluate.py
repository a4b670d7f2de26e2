"""From a plan and facts to verdicts with proofs. Reads as a table of contents."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

import attrs
from rulecheck.engine import amendments
from rulecheck.engine import score as scoring
from rulecheck.engine.checker import Disagreement, check
from rulecheck.engine.findings import LeafFindings, Setting, after_needs, breaches_of, find
from rulecheck.engine.forward import delivered_late, judge
from rulecheck.engine.judgements import Judgement, judgements, waived
from rulecheck.engine.needed import needed
from rulecheck.engine.proof import Step
from rulecheck.engine.reference import reference_verdicts
from rulecheck.engine.session import RULES_ENGINE, session
from rulecheck.engine.settled import certain_since
from rulecheck.engine.verdict import Verdict, definitive
from rulecheck.facts.facts import Facts
from rulecheck.facts.timeline import View, view
from rulecheck.rules.criteria import Milestone, leaves
from rulecheck.rules.plan import Goal, Plan, Target, Version


class TargetVerdict(NamedTuple):
    """The verdict of one target. ``step`` is its proof; ``original`` what it was by the version it first stood in."""

    target: Target
    step: Step
    needed: tuple[Mapping[str, Any], ...]
    since: str | None
    delivered_late: str | None
    judgements: tuple[Judgement, ...]
    original: "Original | None" = None

    @property
    def verdict(self) -> Verdict:
        return self.step.verdict

    @property
    def definitive(self) -> bool:
        return definitive(self.step.verdict)


class Original(NamedTuple):
    """The verdict of an amended target by the version it first stood in."""

    version: Version
    judged: TargetVerdict

    @property
    def verdict(self) -> Verdict:
        return self.judged.verdict


class Withdrawn(NamedTuple):
    """A target the version in force no longer has: who took it out and why, and its verdict had it stayed."""

    version: Version
    reason: str
    original: Original


class Evaluation(NamedTuple):
    """Everything one evaluation gives, from which every output is rendered."""

    plan: Plan
    version: Version
    facts: Facts
    as_of: date
    known_at: date | None
    rules_engine: str
    verdicts: tuple[TargetVerdict, ...]
    score: scoring.Score
    goals: tuple[tuple[Goal, scoring.Score], ...]
    breaches: tuple[Mapping[str, Any], ...]
    replaced: Mapping[str, tuple[str, ...]]
    signed: scoring.Score | None = None
    """Of an amended plan: the score by the plan as first signed."""
    withdrawn: tuple[Withdrawn, ...] = ()


def evaluate(plan: Plan, facts: Facts, as_of: date, known_at: date | None = None) -> Evaluation:
    """Judge every target of the version in force on ``as_of`` by what was known at ``known_at``.

    Raises Disagreement when the reference evaluator or the checker does not come to the same verdicts.
    """
    version = plan.version_on(as_of)
    seen = view(facts, as_of, known_at)
    setting = Setting(plan, seen, facts.calendar, {})
    steps, buckets, rules_engine = _judged(version, setting)
    _agreed(plan, version, steps, facts, as_of, known_at)
    earlier = _earlier(plan, version, setting, facts)
    changed = {t: earlier[v.id].original(t, seen) for t, v in amendments.changed(plan, version).items()}
    _all_breaches(plan, version, setting)
    verdicts = tuple(_verdict(t, steps[t.id], seen, changed.get(t.id)) for t in version.targets)
    set_aside = frozenset(v.target.id for v in verdicts if waived(v.judgements))
    return Evaluation(
        plan,
        version,
        facts,
        as_of,
        known_at,
        rules_engine,
        verdicts,
        scoring.score(version.targets, steps, buckets, set_aside),
        tuple(scoring.goal_scores(version, steps, buckets, set_aside)),
        tuple(setting.breaches[key] for key in sorted(setting.breaches)),
        seen.replaced,
        _score_as_signed(plan, earlier, seen),
        tuple(_withdrawn(plan, version, earlier, seen)),
    )


def _judged(version: Version, setting: Setting) -> tuple[dict[str, Step], dict[str, str], str]:
    """Findings, then rules; each target's proof, the bucket of its points, and which engine decided."""
    found: dict[str, LeafFindings] = {
        leaf.path: find(leaf, target.risks, setting) for target in version.targets for leaf in leaves(target.criterion)
    }
    rules = session()
    if rules is not None:
        return *judge(version.targets, found, rules), RULES_ENGINE
    from rulecheck.engine.interpreter import Interpreter

    return *judge(version.targets, found, Interpreter()), "reference"


def _agreed(
    plan: Plan, version: Version, steps: Mapping[str, Step], facts: Facts, as_of: date, known_at: date | None
) -> None:
    """Two minds: the reference evaluator judges the same, and every proof holds."""
    expected = reference_verdicts(plan, facts, as_of, known_at)
    otherwise = [
        (target, steps[target].verdict, verdict)
        for target, verdict in expected.items()
        if steps[target].verdict != verdict
    ]
    unproven = check(plan, {target.id: target for target in version.targets}, steps, facts, as_of, known_at)
    if otherwise or unproven:
        raise Disagreement(otherwise, unproven)


def _earlier(plan: Plan, version: Version, setting: Setting, facts: Facts) -> "dict[str, _Earlier]":
    """Where the plan was amended: what earlier versions say, by their names. Each is agreed upon like the one in force."""
    if version is plan.versions[0]:
        return {}
    wanted = {plan.versions[0].id: plan.versions[0]}
    wanted |= {first.id: first for first in amendments.changed(plan, version).values()}
    for gone in amendments.withdrawals(plan, version):
        first = amendments.introduced(plan, gone.target)
        wanted[first.id] = first
    found = {}
    for name, one in wanted.items():
        steps, buckets, _ = _judged(one, setting)
        _agreed(attrs.evolve(plan, versions=(one,)), one, steps, facts, setting.as_of, setting.view.known_at)
        found[name] = _Earlier(one, steps, buckets)
    return found


def _score_as_signed(plan: Plan, earlier: "Mapping[str, _Earlier]", seen: View) -> scoring.Score | None:
    if not earlier:
        return None
    first = earlier[plan.versions[0].id]
    set_aside = frozenset(t.id for t in first.version.targets if waived(judgements(t, seen)))
    return scoring.score(first.version.targets, first.steps, first.buckets, set_aside)


def _withdrawn(plan: Plan, version: Version, earlier: "Mapping[str, _Earlier]", seen: View) -> Iterator[Withdrawn]:
    for gone in amendments.withdrawals(plan, version):
        first = earlier[amendments.introduced(plan, gone.target).id]
        yield Withdrawn(gone.version, gone.reason, first.original(gone.target, seen))


class _Earlier(NamedTuple):
    version: Version
    steps: Mapping[str, Step]
    buckets: Mapping[str, str]

    def original(self, target: str, seen: View) -> "Original":
        return Original(self.version, _verdict(amendments.of(self.version, target), self.steps[target], seen, None))


def _verdict(target: Target, step: Step, seen: View, original: Original | None) -> TargetVerdict:
    inner = step.premises[0]
    return TargetVerdict(
        target,
        step,
        tuple(needed(target.criterion, inner)) if not definitive(step.verdict) else (),
        certain_since(target.criterion, inner) if definitive(step.verdict) else None,
        delivered_late(step),
        judgements(target, seen),
        original,
    )


def _all_breaches(plan: Plan, version: Version, setting: Setting) -> None:
    """Dependencies that the facts break although no target asks for the event."""
    after = [
        need
        for t in version.targets
        for leaf in leaves(t.criterion)
        if isinstance(leaf, Milestone)
        for need in after_needs(leaf, plan)
    ]
    breaches_of([*plan.dependencies, *after], setting)
