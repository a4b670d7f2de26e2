"""What only a named role's documented judgement can say. Source: semantics §1 and §4."""

from datetime import date
from typing import TYPE_CHECKING

import attrs
from rulecheck.facts.problem import Path

if TYPE_CHECKING:
    from rulecheck.facts.period import Period
    from rulecheck.rules.criteria import Criterion
    from rulecheck.rules.criteria.example import Example
    from rulecheck.rules.reader import Context, Data, Reader
    from rulecheck.rules.shape import Object


@attrs.frozen(eq=False, repr=False)
class Assessed:
    """A named role's documented judgement; ``roles`` empty: anyone's who signs it.

    ``undeclared`` names the parameters nobody has declared: with them the criterion could be computed. ``instead`` is
    that criterion, read with something in their place; it is never judged, but facts may already be about it.
    """

    path: str
    target: str
    roles: tuple[str, ...]
    by: date
    undeclared: tuple[str, ...] = ()
    instead: "Criterion | None" = None


def shapes() -> dict[str, "Object"]:
    """How it is written, by kind."""
    from rulecheck.rules.shape import BY, TEXT, Either, Many, Object

    role = (Either(TEXT, Many(TEXT, least=1)), "the role that judges, or `anyone`")
    return {"assessment": Object("an assessment", {"assessment": role, "by": BY}, ("assessment",))}


def assessment(data: "Data", path: Path, context: "Context", reader: "Reader") -> Assessed:
    """The judgement ``data`` asks for."""
    by, _ = reader.deadline(data, path)
    given = data["assessment"]
    roles = (given,) if isinstance(given, str) else given
    return Assessed(context.path, context.target, tuple(role for role in roles if role != "anyone"), by)


def examples(period: "Period") -> "dict[str, Example]":
    """One example, fulfilled by a judgement at the end of ``period``."""
    from rulecheck.rules.criteria.example import Example

    judged = {"target": "1.1", "verdict": "fulfilled", "by": "Audit office", "date": period.last.isoformat()}
    return {
        "assessment": Example(
            "A better working climate",
            f"By the end of {period.label} the working climate has become better.",
            {"assessment": "Audit office", "by": period.label},
            {"assessments": [{**judged, "reason": "the survey and twelve interviews show it"}]},
        )
    }
