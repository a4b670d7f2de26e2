"""The same questions to Z3, a solver that knows nothing of this one's search, intervals or argument by parts.

Each statement is put to it whole: of combinations with all their parts at once, of all targets with all that they share.
Where Z3 finds facts that this search did not, they are written down and judged like any others. Needs the extra ``verify``.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import z3
from rulecheck.engine.proofs import EXPECTED, Claim, PlanProof, TargetProof, at_the_end, better_in
from rulecheck.engine.proofs.conditions import meaning
from rulecheck.engine.proofs.constraints import Given, Unknown, Within
from rulecheck.engine.proofs.formula import Formula, Some, copied, every, unknowns
from rulecheck.engine.proofs.tree import Part, Tree, fulfilled, missed, parts_of
from rulecheck.engine.proofs.witness import Rows, certain, judged, rows_of
from rulecheck.facts.problem import InvalidFacts
from rulecheck.facts.quantity import Exact, exact
from rulecheck.rules.plan import Plan, Target

TIME = 20_000
"""Milliseconds a question may take."""
AGREES, DISAGREES, SILENT = "agrees", "disagrees", "says nothing"


def cross_checked(proof: PlanProof) -> PlanProof:
    """The proof with what Z3 says of each statement; its own facts where there were none."""
    plan = at_the_end(proof.plan)
    targets = plan.versions[0].targets
    checked = tuple(_target(each, plan) for each in proof.targets)
    if not targets:
        return proof
    wanted = [fulfilled(meaning(target.criterion, plan)) for target in targets]
    together = _exists(proof.together, wanted, plan, targets, dict.fromkeys((t.id for t in targets), "fulfilled"))
    return PlanProof(proof.plan, checked, together)


def _target(proof: TargetProof, plan: Plan) -> TargetProof:
    target = proof.target
    tree = meaning(target.criterion, plan)
    parts = list(parts_of(tree))
    found = []
    for claim in proof.claims:
        match claim.name:
            case "fulfilled":
                found.append(_exists(claim, [fulfilled(tree)], plan, [target], {target.id: "fulfilled"}))
            case "missed" if claim.answer != "exempt":
                expected = {target.id: EXPECTED[target.modality]}
                found.append(_exists(claim, [missed(tree)], plan, [target], expected))
            case "one":
                found.append(_never(claim, _gap_or_clash(tree), plan, target))
            case "monotone":
                found.append(_never(claim, _worse_is_better(tree, parts), plan, target))
            case _:
                found.append(claim)
    return TargetProof(target, tuple(found))


# --- the two kinds of question ---


def _exists(
    claim: Claim, wanted: Sequence[Formula], plan: Plan, targets: Sequence[Target], expected: dict[str, str]
) -> Claim:
    asked = _Asked()
    formulas = [*wanted, *certain(plan, targets)]
    answer, numbers = asked.solve([asked.said(formula) for formula in formulas], every(*formulas))
    if answer == z3.unsat:
        return claim._replace(checked=DISAGREES if claim.answer == "proven" else AGREES)
    if answer != z3.sat:
        return claim._replace(checked=SILENT)
    if claim.answer == "proven":
        return claim._replace(checked=AGREES)
    facts = rows_of(numbers, plan, targets)
    if not _judged_so(facts, plan, expected):
        return claim._replace(checked=DISAGREES if claim.answer == "refuted" else SILENT)
    if claim.answer == "refuted":
        return claim._replace(checked=DISAGREES, facts=facts)
    return Claim(claim.name, "proven", facts, checked=AGREES)


def _never(claim: Claim, against: tuple[Any, Formula, "_Asked"], plan: Plan, target: Target) -> Claim:
    said, about, asked = against
    answer, numbers = asked.solve([said], about)
    if answer == z3.unsat:
        return Claim(claim.name, "proven", checked=AGREES) if claim.answer != "refuted" else _differs(claim)
    if answer != z3.sat:
        return claim._replace(checked=SILENT)
    if claim.answer == "refuted":
        return claim._replace(checked=AGREES)
    told = {x: n for x, n in numbers.items() if x.copy == 0}
    return claim._replace(checked=DISAGREES, facts=rows_of(told, plan, [target]) if told else None)


def _differs(claim: Claim) -> Claim:
    return claim._replace(checked=DISAGREES)


def _judged_so(facts: Rows, plan: Plan, expected: dict[str, str]) -> bool:
    try:
        verdicts = judged(facts, plan)
    except InvalidFacts:
        return False
    return all(verdicts[target] == verdict for target, verdict in expected.items())


# --- what is asked ---


def _gap_or_clash(tree: Tree) -> "tuple[Any, Formula, _Asked]":
    """Both verdicts of the whole at once; or a part that has none, or two."""
    asked = _Asked()
    clashes = [z3.And(asked.said(fulfilled(tree)), asked.said(missed(tree)))]
    for part in parts_of(tree):
        one, two, three = (asked.said(each) for each in (part.fulfilled, part.missed, part.undecided))
        clashes += [z3.Not(z3.Or(one, two, three)), z3.And(three, z3.Or(one, two))]
    return z3.Or(*clashes), every(*(every(p.fulfilled, p.missed, p.undecided) for p in parts_of(tree))), asked


def _worse_is_better(tree: Tree, parts: Sequence[Part]) -> "tuple[Any, Formula, _Asked]":
    """Two worlds, the second at least as good in every part, and the whole judged worse in it."""
    asked = _Asked()
    shared = _shared(parts)
    better = z3.And(*(asked.said(better_in(part)) for part in parts if part not in shared))
    same = z3.And(*(asked.same(x) for part in shared for x in _about(part)))
    worse = z3.Or(
        z3.And(asked.said(fulfilled(tree)), z3.Not(asked.said(copied(fulfilled(tree), 1)))),
        z3.And(asked.said(copied(missed(tree), 1)), z3.Not(asked.said(missed(tree)))),
    )
    about = every(*(every(p.fulfilled, p.missed, copied(p.fulfilled, 1), copied(p.missed, 1)) for p in parts))
    return z3.And(better, same, worse), about, asked


def _shared(parts: Sequence[Part]) -> list[Part]:
    """Parts that want opposite things of one number: of it there is no better, and it stays as it is."""
    ways: dict[Unknown, set[str]] = {}
    for part in parts:
        for x, way in part.ordered:
            ways.setdefault(x, set()).add(way)
    return [part for part in parts if any(len(ways[x]) > 1 or "inside" in ways[x] for x, _ in part.ordered)]


def _about(part: Part) -> list[Unknown]:
    return unknowns(every(part.fulfilled, part.missed))


class _Asked:
    """Formulas in Z3's words: each quantity a number, and whether it is there."""

    def __init__(self) -> None:
        self.names: dict[Unknown, tuple[Any, Any]] = {}

    def named(self, x: Unknown) -> tuple[Any, Any]:
        if x.kind == "zero":
            return z3.BoolVal(True), z3.IntVal(0)
        if x not in self.names:
            n = len(self.names)
            number = z3.Int(f"n{n}") if x.whole else z3.Real(f"n{n}")
            self.names[x] = z3.Bool(f"there{n}"), number
        return self.names[x]

    def said(self, formula: Formula) -> Any:
        if isinstance(formula, Some):
            parts = [self.said(part) for part in formula.parts]
            if formula.need == len(parts):
                return z3.And(*parts)
            if formula.need == 1:
                return z3.Or(*parts)
            if formula.need <= 0 or formula.need > len(parts):
                return z3.BoolVal(formula.need <= 0)
            return z3.PbGe([(part, 1) for part in parts], formula.need)
        if isinstance(formula, Given):
            there = self.named(formula.x)[0]
            return there if formula.there else z3.Not(there)
        return self.compared(formula)

    def compared(self, atom: Within) -> Any:
        """In whole numbers where the quantities are whole: Z3 is slow where it has to mix them with others."""
        (there, x), (other, y) = self.named(atom.x), self.named(atom.y)
        most = _real(atom.most) if Fraction(atom.most).denominator > 1 else int(atom.most)
        if atom.y.kind == "zero":
            holds = x < most if atom.strict else x <= most
        elif atom.x.kind == "zero":
            holds = y > -most if atom.strict else y >= -most
        else:
            holds = x - y < most if atom.strict else x - y <= most
        return z3.And(there, other, holds)

    def same(self, x: Unknown) -> Any:
        (there, number), (other, twin) = self.named(x), self.named(x._replace(copy=1))
        return z3.And(there == other, z3.Implies(there, number == twin))

    def solve(self, said: Sequence[Any], about: Formula) -> tuple[Any, dict[Unknown, Exact]]:
        solver = z3.Solver()
        solver.set("timeout", TIME)
        solver.set("random_seed", 0)
        for x in unknowns(about):
            self.named(x)
        for x, (there, number) in self.names.items():
            if x.low is not None:
                solver.add(z3.Implies(there, number >= _real(x.low)))
            if x.high is not None:
                solver.add(z3.Implies(there, number <= _real(x.high)))
            if x.kind == "day":  # a calendar has no others
                solver.add(z3.Implies(there, z3.And(number >= 1, number <= 3_000_000)))
        solver.add(*said)
        answer = solver.check()
        if answer != z3.sat:
            return answer, {}
        model = solver.model()
        return answer, {
            x: _number(model.eval(number, model_completion=True))
            for x, (there, number) in self.names.items()
            if z3.is_true(model.eval(there, model_completion=True))
        }


def _real(number: Exact) -> Any:
    value = Fraction(number)
    return z3.Q(value.numerator, value.denominator)


def _number(value: Any) -> Exact:
    if z3.is_int_value(value):
        return int(value.as_long())
    return exact(Fraction(value.numerator_as_long(), value.denominator_as_long()))
