"""Findings → criteria → targets → dependents → score buckets, by firing rules; every firing becomes a proof step.

Conclusions are fed back as new facts: when the last part of a combination has concluded, the combination's own finding
is asserted, and so on up. Between firings things are only counted; what follows from a count is for the rules.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from rulecheck.engine.findings import Data, Finding, LeafFindings
from rulecheck.engine.proof import Step
from rulecheck.engine.ruleset import BY_ID
from rulecheck.engine.session import Firing, RulesFailed
from rulecheck.engine.verdict import AT_RISK, MISSED, ORDER, RANK, Verdict, combined_evidence
from rulecheck.rules.criteria import Combination, Criterion
from rulecheck.rules.plan import Target

_MODALITY = {"must": 0, "should": 1, "may": 2}
Found = Mapping[str, LeafFindings]
"""Findings by the path of their leaf."""


class RulesEngine(Protocol):
    """What fires rules: durable-rules, or the interpreter where it is not there."""

    def run(self, facts: Iterable[Mapping[str, Any]], fired: Firing) -> int: ...


def judge(targets: Iterable[Target], found: Found, engine: RulesEngine) -> tuple[dict[str, Step], dict[str, str]]:
    """The proof of each target, and the bucket its points fall into (fulfilled, open, missed)."""
    chain = _Chain(targets, found)
    engine.run(chain.first(), chain.fired)
    return chain.results()


class _Node:
    """Something that is concluded once. ``children`` are the steps it waits for."""

    __slots__ = ("children", "concluded", "needed", "parent", "payload", "risks", "step")

    def __init__(self, payload: Any, parent: int | None, needed: int = 0) -> None:
        self.payload, self.parent, self.needed = payload, parent, needed
        self.children: list[_Node | None] = [None] * needed
        self.concluded: tuple[str, Verdict] | None = None
        self.risks: list[str] = []
        self.step: Step | None = None

    @property
    def verdict(self) -> Verdict:
        assert self.concluded is not None
        return self.concluded[1]


class _Chain:
    def __init__(self, targets: Iterable[Target], found: Found) -> None:
        self.targets = {target.id: target for target in targets}
        self.found = found
        self.nodes: list[_Node] = []
        self.slots: list[int] = []
        self.facts: list[Data] = []
        self.roots: dict[str, int] = {}
        self.final: dict[str, Step] = {}
        self.buckets: dict[str, str] = {}
        self.dependents: dict[str, list[str]] = {}
        self.waiting: dict[str, int] = {}
        self.judged: dict[str, Step] = {}

    def first(self) -> Iterable[Data]:
        for target in self.targets.values():
            self.waiting[target.id] = len(target.depends_on)
            for other in target.depends_on:
                self.dependents.setdefault(other, []).append(target.id)
            node = self.node(target, None, 1)
            self.roots[target.id] = node
            self.grow(target.criterion, node, 0, target)
        return self.facts

    def node(self, payload: Any, parent: int | None, needed: int = 0, slot: int = 0) -> int:
        self.nodes.append(_Node(payload, parent, needed))
        self.slots.append(slot)
        return len(self.nodes) - 1

    def grow(self, criterion: Criterion, parent: int, slot: int, target: Target) -> None:
        if isinstance(criterion, Combination):
            node = self.node(criterion, parent, len(criterion.parts), slot)
            for i, part in enumerate(criterion.parts):
                self.grow(part, node, i, target)
            return
        found = self.found[criterion.path]
        if found.conflicts or found.unresolved:
            parent, slot = self.node(found, parent, len(found.cases), slot), 0
        for i, case in enumerate(found.cases):
            n = self.node((criterion.path, case), parent, 0, slot + i)
            off = target.risks.off
            numbers = {k: v for k, v in case.numbers.items() if k.upper() not in off} if off else case.numbers
            self.facts.append({"kind": case.kind, "leaf": 1, "n": n, **numbers})

    # --- what a firing does ---

    def fired(self, rule: str, n: int) -> Iterable[Data]:
        node = self.nodes[n]
        if isinstance(node.payload, str):  # a target's points
            self.buckets[node.payload] = rule.removeprefix("points-")
            return ()
        if node.concluded is not None:
            if rule.startswith("R") and node.concluded[0].startswith("R"):
                node.risks.append(rule)
            return ()
        concludes = BY_ID[rule].concludes
        node.concluded = (rule, concludes if concludes is not None else self.carried(node))
        if rule.startswith("R"):
            node.risks.append(rule)
        return self.up(n, node)

    def carried(self, node: _Node) -> Verdict:
        child = node.children[0]
        assert child is not None
        return child.verdict

    def up(self, n: int, node: _Node) -> Iterable[Data]:
        """Tell the parent; when it has heard from all its children, its finding goes to the rules."""
        if isinstance(node.payload, Target):
            return self.target_concluded(node)
        assert node.parent is not None
        parent = self.nodes[node.parent]
        parent.needed -= 1
        parent.children[self.slots[n]] = node
        return () if parent.needed else self.finding_of(node.parent, parent)

    def finding_of(self, n: int, node: _Node) -> Iterable[Data]:
        verdicts = [child.verdict for child in node.children if child is not None]
        payload = node.payload
        if isinstance(payload, Combination):
            at_least = [sum(RANK[v] >= rank for v in verdicts) - payload.count for rank in range(len(ORDER))]
            yield {
                "kind": "combination",
                "n": n,
                "spare_fulfilled": at_least[3],
                "spare_on_track": at_least[2],
                "spare_at_risk": at_least[1],
            }
        elif isinstance(payload, LeafFindings):
            ranks = [RANK[v] for v in verdicts]
            yield {
                "kind": "alternatives",
                "n": n,
                "rank": ranks[0],
                "spread": max(ranks) - min(ranks),
                "unresolved": int(payload.unresolved),
            }
        else:
            yield from self.target_ready(n, payload)

    def target_ready(self, n: int, target: Target) -> Iterable[Data]:
        """A target goes to the rules when its criterion and all targets it depends on are judged."""
        node = self.nodes[n]
        if node.needed or self.waiting[target.id]:
            return
        child = node.children[0]
        assert child is not None
        yield {
            "kind": "target",
            "n": n,
            "rank": RANK[child.verdict],
            "modality": _MODALITY[target.modality],
            "blocked": len(self.blocking(target)),
        }

    def blocking(self, target: Target) -> list[Step]:
        """The targets it depends on that are at risk, or missed and not delivered late."""
        others = [self.judged[other] for other in target.depends_on if other in self.judged]
        return [s for s in others if s.verdict == AT_RISK or (s.verdict == MISSED and not delivered_late(s))]

    def target_concluded(self, node: _Node) -> Iterable[Data]:
        target: Target = node.payload
        assert node.concluded is not None
        self.judged[target.id] = self.step(node)
        result = self.node(target.id, None)
        yield {"kind": "result", "n": result, "rank": RANK[node.concluded[1]]}
        for other in self.dependents.get(target.id, ()):
            self.waiting[other] -= 1
            yield from self.target_ready(self.roots[other], self.targets[other])

    # --- proofs ---

    def step(self, node: _Node) -> Step:
        """The proof step of a concluded node, with its premises."""
        if node.step is None:
            assert node.concluded is not None
            rule, verdict = node.concluded
            premises = tuple(self.step(child) for child in node.children if child is not None)
            node.step = self.make(node.payload, rule, verdict, tuple(sorted(node.risks)), premises)
        return node.step

    def make(
        self, payload: Any, rule: str, verdict: Verdict, risks: tuple[str, ...], premises: tuple[Step, ...]
    ) -> Step:
        if isinstance(payload, LeafFindings):
            data: Data = {"conflicts": [list(ids) for ids in payload.conflicts], "size": len(payload.cases)}
            if payload.unresolved:
                data["unresolved"] = True
            told = tuple(dict.fromkeys(fact for ids in payload.conflicts for fact in ids))
            risks = ("R7",) if rule == "alternatives-disagree" else ()
            return Step(payload.leaf.path, verdict, rule, "conflicting", data, told, risks, premises)
        if isinstance(payload, tuple):
            path, case = payload
            finding: Finding = case
            return Step(path, verdict, rule, finding.evidence, finding.data, finding.facts, risks)
        evidence = combined_evidence(p.evidence for p in premises)
        if isinstance(payload, Combination):
            data = {
                "kind": payload.label,
                "count": payload.count,
                "size": len(payload.parts),
                "fulfilled": sum(p.verdict == "fulfilled" for p in premises),
            }
            return Step(payload.path, verdict, rule, evidence, data, (), (), premises)
        target: Target = payload
        data = {"modality": target.modality}
        if target.depends_on:
            data["depends_on"] = {
                other: self.judged[other].verdict for other in target.depends_on if other in self.judged
            }
            data["blocked_by"] = [step.path for step in self.blocking(target)]
        return Step(target.id, verdict, rule, evidence, data, (), ("R6",) if rule == "dependency" else (), premises)

    def results(self) -> tuple[dict[str, Step], dict[str, str]]:
        if len(self.judged) != len(self.targets) or len(self.buckets) != len(self.targets):
            raise RulesFailed("the rules left a target without a verdict")
        return {target: self.judged[target] for target in self.targets}, self.buckets


def delivered_late(step: Step) -> str | None:
    """For a missed step, the day by which everything it needed had happened after all; None when it has not."""
    day = _delivered(step)
    return day if step.verdict == MISSED else None


def _delivered(step: Step) -> str | None:
    data = step.data
    if data.get("kind") == "milestone":
        delivered: str | None = data.get("delivered")
        return delivered
    days = sorted(day for premise in step.premises if (day := _delivered(premise)) is not None)
    needed = data.get("count", len(step.premises)) if "kind" in data else len(step.premises)
    return days[needed - 1] if step.premises and len(days) >= needed else None
