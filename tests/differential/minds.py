"""The same case judged three times: by durable-rules, by the rule table in plain Python, and by the reference."""

from collections.abc import Mapping

import attrs
from rulecheck.engine.checker import check
from rulecheck.engine.findings import Setting, find
from rulecheck.engine.forward import RulesEngine, judge
from rulecheck.engine.interpreter import Interpreter
from rulecheck.engine.proof import Step
from rulecheck.engine.reference import reference_verdicts
from rulecheck.engine.session import session
from rulecheck.facts.timeline import view
from rulecheck.rules.criteria import Combination, Criterion, Milestone, Recurring, SetChange, Threshold, leaves
from rulecheck.rules.plan import Target

from tests.generators import Case
from tests.generators.plans import PLAIN
from tests.properties.canonical import dump, step_data

Proofs = Mapping[str, Step]


@attrs.frozen(eq=False)
class Judged:
    """What the minds say of a case."""

    targets: Mapping[str, Target]
    proofs: Proofs
    plain_proofs: Proofs | None
    """By the interpreter; None where durable-rules cannot be imported, and ``proofs`` are already its own."""
    reference: Mapping[str, str]
    defects: tuple[str, ...]
    """What the checker does not accept."""

    def mismatches(self) -> list[str]:
        """Everything two of them do not agree on."""
        found = [f"checker: {defect}" for defect in self.defects]
        for target, step in self.proofs.items():
            if self.reference[target] != step.verdict:
                found.append(f"{target}: rules say {step.verdict}, the reference {self.reference[target]}")
            if self.plain_proofs and dump(step_data(step)) != dump(step_data(self.plain_proofs[target])):
                found.append(f"{target}: durable-rules and the interpreter give different proofs")
        return found


def judged(case: Case) -> Judged:
    """Ask all of them."""
    version = case.plan.version_on(case.as_of)
    setting = Setting(case.plan, view(case.facts, case.as_of, case.known_at), case.facts.calendar, {})
    found = {leaf.path: find(leaf, t.risks, setting) for t in version.targets for leaf in leaves(t.criterion)}

    def proofs(engine: RulesEngine) -> Proofs:
        steps, _ = judge(version.targets, found, engine)
        return steps

    rules = session()
    plain = proofs(Interpreter())
    steps = proofs(rules) if rules else plain
    targets = {target.id: target for target in version.targets}
    return Judged(
        targets,
        steps,
        plain if rules else None,
        reference_verdicts(case.plan, case.facts, case.as_of, case.known_at),
        tuple(check(case.plan, targets, steps, case.facts, case.as_of, case.known_at)),
    )


# --- what a case reaches ---


def rows(criterion: Criterion) -> list[str]:
    """The rows of the table that a criterion counts for."""
    match criterion:
        case Combination():
            return [f"{criterion.label} (a measure's members)" if criterion.label == "for_each" else criterion.label]
        case SetChange():
            return [f"set-change: {criterion.direction}"]
        case Threshold() if criterion.trend is not None:
            banded = ["trend with a band"] if criterion.trend.band else []
            return [f"trend: {criterion.trend.direction}", *banded]
        case Threshold():
            found = [criterion.kind, f"bound: {criterion.bound.operator}"]
            return found if criterion.rounded_to is None else [*found, "compared rounded"]
        case Milestone():
            if criterion.members is None:
                kind = "milestone, once" if criterion.event in PLAIN else "milestone, k of an open set"
            elif criterion.count < len(criterion.members):
                kind = "milestone, k of a closed set"
            else:
                kind = "milestone, all of a closed set"
            return [kind, "milestone with `after`"] if criterion.after else [kind]
        case Recurring():
            return ["recurring, dates in the facts" if criterion.dates is None else "recurring, dates in the plan"]
        case _:
            return ["order" if type(criterion).__name__ == "Order" else "assessment"]


def reached(found: Judged) -> list[tuple[str, str]]:
    """Each (row, verdict) that the case reaches, once per criterion and target."""
    cells: list[tuple[str, str]] = []
    for name, step in found.proofs.items():
        target = found.targets[name]
        cells.append((f"target: {target.modality}", step.verdict))
        if target.depends_on:
            cells.append(("target that depends on others", step.verdict))
        cells += _below(target.criterion, step.premises[0])
    return cells


def _below(criterion: Criterion, step: Step) -> list[tuple[str, str]]:
    cells = [(row, step.verdict) for row in rows(criterion)]
    if isinstance(criterion, Combination):
        for part, premise in zip(criterion.parts, step.premises, strict=True):
            cells += _below(part, premise)
    elif step.rule.startswith("alternatives"):
        cells.append(("contradicting facts", step.verdict))
    return cells


def rules_fired(found: Judged) -> list[str]:
    """The rules behind every step of every proof, with the risk rules that fired beside them."""
    return [rule for proof in found.proofs.values() for step in proof.walk() for rule in {step.rule, *step.risks}]
