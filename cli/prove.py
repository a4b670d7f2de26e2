"""``rulecheck plans prove``: what holds of a plan whatever the facts will be, and facts that show it."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click
from rulecheck.cli import spoken
from rulecheck.cli.output import write
from rulecheck.cli.progress import progress
from rulecheck.cli.run import chosen_language, plan_for

if TYPE_CHECKING:
    from rulecheck.cli.language import Language
    from rulecheck.engine.proofs import Claim, PlanProof, TargetProof

ANSWERS = {"proven": "proven", "refuted": "refuted", "undecided": "undecided", "exempt": "–"}
SCHEMA = "rulecheck/proofs/1"


def prove_plans(
    names: Sequence[str],
    facts: str | None,
    target: str | None,
    z3: bool,
    form: str,
    lang: str | None,
    output: str | None,
) -> int:
    """Prove what can be proved of the plans; 3 unless all of it is. Raises click.UsageError."""
    from rulecheck.engine.proofs import prove

    if facts and len(names) > 1:
        raise click.UsageError(spoken.say("--facts is about one plan"))
    plans = [plan_for(name, None) for name in names]
    speaker = chosen_language(lang, plans[0] if len(plans) == 1 else None)
    proofs = []
    for plan in plans:
        with progress(speaker) as tell:
            proof = prove(plan, tell)
        proofs.append(_cross_checked(proof, speaker) if z3 else proof)
    if facts:
        write(facts_text(_shown_by(proofs[0], facts, target)), output)
    elif form == "json":
        write(_json(proofs, target, speaker), output)
    else:
        write("\n".join(line for proof in proofs for line in _lines(proof, target, z3, speaker)) + "\n", output)
    return 0 if all(proof.holds for proof in proofs) else 3


def _cross_checked(proof: "PlanProof", speaker: "Language") -> "PlanProof":
    try:
        from rulecheck.engine.proofs.cross_check import cross_checked
    except ImportError:
        told = "the cross-check needs Z3, which is not installed; install it: pip install 'target-rulecheck[verify]'"
        raise click.UsageError(speaker.say(told)) from None
    return cross_checked(proof)


def _shown_by(proof: "PlanProof", which: str, target: str | None) -> dict[str, Any]:
    """The facts of the claim that was asked for. Raises click.UsageError where there are none."""
    from rulecheck.engine.proofs import WHY

    found = _refuted(proof, target) if which == "counterexample" else _claim(proof, which, target)
    if found is None:
        raise click.UsageError(spoken.say("no statement is refuted by facts"))
    if found.facts is None:
        told = "there are no such facts: {reason}"
        raise click.UsageError(spoken.say(told, reason=spoken.say(found.because or WHY["none"])))
    return dict(found.facts)


def _refuted(proof: "PlanProof", target: str | None) -> "Claim | None":
    """The first statement that facts speak against."""
    shown = [claim for one in proof.targets if target in (None, one.target.id) for claim in one.claims]
    doubted = [claim for claim in shown if "refuted" in claim.answer or claim.checked == "disagrees"]
    return next((claim for claim in doubted if claim.facts is not None), None)


def _claim(proof: "PlanProof", which: str, target: str | None) -> "Claim":
    if target is None:
        if which == "fulfilled":
            return proof.together
        raise click.UsageError(spoken.say("name the target with --target"))
    for one in proof.targets:
        if one.target.id == target:
            return next(claim for claim in one.claims if claim.name == which)
    known = ", ".join(one.target.id for one in proof.targets)
    raise click.UsageError(spoken.say("no target matches '{pattern}'; there are: {known}", pattern=target, known=known))


def _shown(proof: "PlanProof", target: str | None) -> "list[TargetProof]":
    """The targets that were asked for. Raises click.UsageError where there is none."""
    shown = [one for one in proof.targets if target in (None, one.target.id)]
    if not shown:
        _claim(proof, "fulfilled", target)
    return shown


def facts_text(facts: dict[str, Any]) -> str:
    """A facts file that ``rulecheck evaluate`` can judge."""
    from rulecheck.facts.writing.json_lines import json_lines

    return json_lines(facts)


def _lines(proof: "PlanProof", target: str | None, z3: bool, speaker: "Language") -> Iterator[str]:
    import tabulate as tables
    from rulecheck.engine.proofs import CLAIMS

    say = speaker.say
    shown = _shown(proof, target)
    heads = {
        "target": "Target",
        "fulfilled": "can be fulfilled",
        "missed": "can be missed",
        "one": "one verdict",
        "monotone": "worse never better",
    }
    rows = [[one.target.id, *(say(ANSWERS[claim.answer]) for claim in one.claims)] for one in shown]
    tables.MIN_PADDING = 0
    yield proof.plan.id
    yield tables.tabulate(rows, [say(word) for word in heads.values()], tablefmt="simple", disable_numparse=True)
    yield ""
    yield f"{say(CLAIMS['together'])}: {_told(proof.together, speaker)}"
    for one in shown:
        for claim in one.claims:
            if claim.answer != "proven" or claim.checked not in ("", "agrees"):
                yield f"{one.target.id}  {say(CLAIMS[claim.name])}: {_told(claim, speaker)}"
    if z3:
        agreed = sum(claim.checked == "agrees" for claim in proof.claims)
        asked = sum(claim.checked != "" for claim in proof.claims)
        yield say("Z3 agrees on {agreed} of {asked} statements.", agreed=agreed, asked=asked)


def _told(claim: "Claim", speaker: "Language") -> str:
    told = speaker.say(ANSWERS[claim.answer])
    if claim.because:
        told += f" ({speaker.say(claim.because)})"
    if claim.among:
        told += ": " + speaker.say("{names} exclude each other", names=", ".join(claim.among))
    if claim.checked not in ("", "agrees"):
        told += "; " + speaker.say("Z3 disagrees" if claim.checked == "disagrees" else "Z3 says nothing")
    return told


def _json(proofs: "Sequence[PlanProof]", target: str | None, speaker: "Language") -> str:
    import json

    plans = [
        {
            "plan": proof.plan.id,
            "sha256": proof.plan.sha256,
            "proven": proof.holds,
            "together": _data(proof.together, speaker),
            "targets": [
                {"target": one.target.id, "claims": {claim.name: _data(claim, speaker) for claim in one.claims}}
                for one in _shown(proof, target)
            ],
        }
        for proof in proofs
    ]
    return json.dumps({"schema": SCHEMA, "plans": plans}, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _data(claim: "Claim", speaker: "Language") -> dict[str, Any]:
    data: dict[str, Any] = {"answer": claim.answer}
    if claim.because:
        data["because"] = speaker.say(claim.because)
    if claim.among:
        data["among"] = list(claim.among)
    if claim.checked:
        data["z3"] = claim.checked
    if claim.facts is not None:
        data["facts"] = claim.facts
    return data
