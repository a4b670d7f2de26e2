"""The rules, as a table: which comparisons of a finding's integers with constants conclude what, and in which order.

The first rule that fires on a finding concludes it; rules of one finding are tried from the top. So a settled criterion
is never leaned on by a risk rule, and ``still-open`` concludes only what nothing before it has. Risk rules that fire
after the first one are recorded beside it. Every comparison is of one integer with one constant: that is the part of
durable-rules that was measured to be right (docs/architecture.md).
"""

from typing import Literal, NamedTuple

from rulecheck.engine.verdict import AT_RISK, FULFILLED, MISSED, ON_TRACK, RANK, Verdict

Comparison = tuple[str, Literal["==", "<", "<=", ">", ">="], int]
RISK_FIELDS = tuple(f"r{number}" for number in range(1, 10))


class Rule(NamedTuple):
    """On a finding of ``kind`` for which all comparisons hold, conclude ``concludes`` (None: what the finding carries)."""

    id: str
    kind: str
    when: tuple[Comparison, ...]
    concludes: Verdict | None
    meaning: str


def _risk(number: int, name: str, meaning: str) -> Rule:
    field = f"r{number}"
    comparison: Comparison = (field, "<=" if number == 2 else "<", 0)
    return Rule(f"R{number}", "leaf", (("leaf", "==", 1), comparison), AT_RISK, f"{name}: {meaning}")


RULES: tuple[Rule, ...] = (
    # a measure against its bound
    Rule("too-few", "threshold", (("few", "==", 1),),
         AT_RISK, "fewer items than the least number for which a trend is judged"),
    Rule("bound-holds", "threshold", (("covered", "==", 2), ("final", "==", 1), ("items", "==", 1), ("margin", ">=", 0)),
         FULFILLED, "the period is covered by final figures and the bound holds"),
    Rule("bound-fails", "threshold", (("covered", "==", 2), ("final", "==", 1), ("items", "==", 1), ("margin", "<", 0)),
         MISSED, "the period is covered by final figures and the bound fails"),
    Rule("exceeded-for-good", "threshold", (("beyond", "==", -1),),
         MISSED, "a total that cannot fall is already above its bound"),
    Rule("reached-for-good", "threshold", (("beyond", "==", 1),),
         FULFILLED, "a total that cannot fall has already reached its bound"),
    Rule("empty-fulfils", "threshold", (("covered", "==", 2), ("final", "==", 1), ("items", "==", 0), ("empty", "==", 1)),
         FULFILLED, "the period is covered without a single item, which the plan takes as fulfilled"),
    Rule("no-items", "threshold", (("covered", "==", 2), ("items", "==", 0), ("empty", "==", 0)),
         AT_RISK, "the period is covered without a single item"),
    Rule("undocumented", "threshold", (("covered", "<=", 1), ("left", "<", 0), ("silence", "==", 1)),
         MISSED, "the figures are overdue, which the plan takes as missed"),
    Rule("no-base", "threshold", (("base", "==", 0), ("left", "<", 0)),
         AT_RISK, "the figures of the base period were never given"),
    # a list of members against an earlier one
    Rule("new-member", "set-change", (("no_new", "==", 1), ("new", ">", 0)),
         MISSED, "a final list has a member that is new"),
    Rule("no-new-member", "set-change", (("no_new", "==", 1), ("outcome", "==", 1)),
         FULFILLED, "the last list of the period has no new member"),
    Rule("fewer-members", "set-change", (("no_new", "==", 0), ("outcome", "==", 1)),
         FULFILLED, "the last list of the period is smaller than the base list"),
    Rule("not-fewer", "set-change", (("no_new", "==", 0), ("outcome", "==", -1)),
         MISSED, "the last list of the period is not smaller than the base list"),
    Rule("no-list", "set-change", (("lists", "==", 0), ("left", "<", 0), ("silence", "==", 1)),
         MISSED, "no list is there in time, which the plan takes as missed"),
    Rule("no-base-list", "set-change", (("based", "==", 0), ("left", "<", 0)),
         AT_RISK, "the base list was never given"),
    # an event by a day
    Rule("in-time", "milestone", (("reached", "==", 1), ("slack", ">=", 0)),
         FULFILLED, "what was needed happened on or before the deadline"),
    Rule("too-late", "milestone", (("late", ">", 0),),
         MISSED, "what was needed happened after the deadline"),
    Rule("not-shown", "milestone", (("left", "<", 0), ("silence", "==", 1), ("provisional", "==", 0)),
         MISSED, "the deadline and the reporting lag have passed without it"),
    # two events in order
    Rule("out-of-order", "order", (("broken", ">", 0),),
         MISSED, "the second happened and the first had not"),
    Rule("order-too-late", "order", (("late", ">", 0),),
         MISSED, "it happened after the deadline"),
    Rule("in-order", "order", (("pending", "==", 0),),
         FULFILLED, "both happened, in order and in time"),
    Rule("order-not-shown", "order", (("left", "<", 0), ("provisional", "==", 0)),
         MISSED, "the deadline and the reporting lag have passed without it"),
    # a duty that recurs
    Rule("report-late", "recurring", (("late", ">", 0),),
         MISSED, "a due date was passed late"),
    Rule("report-missing", "recurring", (("silent", ">", 0),),
         MISSED, "a due date and the reporting lag have passed without it"),
    Rule("all-in-time", "recurring", (("scheduled", "==", 1), ("pending", "==", 0)),
         FULFILLED, "every due date was met"),
    Rule("no-calendar", "recurring", (("scheduled", "==", 0), ("ahead", "<", 0)),
         AT_RISK, "the calendar of due dates was never given"),
    # a judgement
    Rule("assessed-fulfilled", "assessment", (("assessed", "==", RANK[FULFILLED]), ("final", "==", 1)),
         FULFILLED, "assessed as fulfilled"),
    Rule("assessed-missed", "assessment", (("assessed", "==", RANK[MISSED]), ("final", "==", 1)),
         MISSED, "assessed as missed"),
    Rule("assessed-low", "assessment", (("assessed", ">=", RANK[MISSED]), ("assessed", "<=", RANK[AT_RISK])),
         AT_RISK, "assessed as at risk, or only preliminarily as missed"),
    Rule("not-assessed", "assessment", (("ahead", "<", 0),),
         AT_RISK, "the horizon has passed without a final assessment"),
    # what is still open leans one way or the other
    _risk(1, "value-breaches", "the value so far is outside the bound"),
    _risk(2, "margin", "the value so far is within the declared margin of the bound"),
    _risk(3, "required-rate", "the rest of the period must do better than the reference"),
    _risk(4, "slip", "a forecast lies after the deadline or outside the bound"),
    _risk(5, "lead-time", "not done, and fewer days left than declared"),
    _risk(6, "dependency", "a prerequisite has not happened and is not forecast in time"),
    _risk(7, "evidence", "a due report is missing, stale or still preliminary"),
    _risk(8, "trend", "the last pieces worsen one after the other"),
    _risk(9, "out-of-reach", "not even a perfect rest of the expected volume reaches the bound"),
    Rule("still-open", "leaf", (("leaf", "==", 1),), ON_TRACK, "open, and no risk rule fires"),
    # contradicting facts
    Rule("alternatives-agree", "alternatives", (("spread", "==", 0), ("unresolved", "==", 0)),
         None, "the facts contradict each other, and the verdict is the same whichever is true"),
    Rule("alternatives-disagree", "alternatives", (("rank", ">=", 0),),
         AT_RISK, "the facts contradict each other, and the verdict depends on which is true"),
    # criteria combined: spare is how many more than needed are at least this good
    Rule("enough-fulfilled", "combination", (("spare_fulfilled", ">=", 0),), FULFILLED, "enough criteria are fulfilled"),
    Rule("enough-on-track", "combination", (("spare_on_track", ">=", 0),), ON_TRACK, "enough are fulfilled or on track"),
    Rule("enough-at-risk", "combination", (("spare_at_risk", ">=", 0),), AT_RISK, "it depends on criteria at risk"),
    Rule("too-many-missed", "combination", (("spare_at_risk", "<", 0),), MISSED, "too many criteria are missed"),
    # the target
    Rule("may", "target", (("modality", "==", 2), ("rank", "<=", RANK[AT_RISK])), ON_TRACK, "a may is never missed"),
    Rule("should", "target", (("modality", "==", 1), ("rank", "==", RANK[MISSED])), AT_RISK, "a should is at most at risk"),
    Rule("dependency", "target",
         (("rank", ">=", RANK[AT_RISK]), ("rank", "<=", RANK[ON_TRACK]), ("blocked", ">", 0), ("modality", "<", 2)),
         AT_RISK, "a target it depends on is at risk or missed"),
    Rule("as-judged", "target", (("rank", ">=", 0),), None, "the target is what its criterion is"),
    # where its points go
    Rule("points-fulfilled", "result", (("rank", "==", RANK[FULFILLED]),), None, "its points are fulfilled"),
    Rule("points-missed", "result", (("rank", "==", RANK[MISSED]),), None, "its points are missed"),
    Rule("points-open", "result", (("rank", ">", RANK[MISSED]), ("rank", "<", RANK[FULFILLED])), None, "its points are open"),
)  # fmt: skip

BY_ID = {rule.id: rule for rule in RULES}
