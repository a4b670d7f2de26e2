"""The facts format as a table: every key of a facts file, what its value is, and what it means."""

VERDICTS = ("fulfilled", "on-track", "at-risk", "missed", "waived")
COMMON = {
    "id": ("text", "a name of your own for the fact; one is made when it is left out"),
    "reported": ("day", "the day the fact was reported; without it the fact is known at all times"),
    "source": ("text", "where the fact comes from"),
    "by": ("text", "who states it"),
    "note": ("text", "a remark, shown with the fact"),
    "status": ("status", "final (the default) or preliminary; a preliminary fact never settles a verdict"),
    "withdrawn": ("truth", "true takes an earlier fact about the same thing back"),
    "dimensions": ("dimensions", 'the part of the whole it is about, such as {"district": "fyn"}'),
}
FIELDS: dict[str, dict[str, tuple[str, str]]] = {
    "measurements": {
        "measure": ("name", "a measure of the plan"),
        "period": ("period", "2024, 2024-H1, 2024-T2, 2024-Q3, 2024-05 or 2024-01-01/2024-08-31"),
        "at": ("day", "for a level: the day it was measured; for a set: the day its list is of"),
        "total": ("number", "a mean: the sum over all items; a total: the sum"),
        "count": ("count", "a mean: how many items"),
        "numerator": ("count", "a share: how many items have the property"),
        "denominator": ("count", "a share: how many items there are"),
        "value": ("number", "the figure by itself; a share as a fraction of 1"),
        "members": ("members", "a set: the names of all its members on that day"),
        "from": ("origins", 'a set: the earlier members a member descends from, such as {"Ronna": ["Ronna/Lina"]}'),
        **COMMON,
    },
    "events": {
        "event": ("name", "an event of the plan"),
        "subject": ("text", "whom or what it is about, where the plan names subjects"),
        "date": ("day", "the day it happened"),
        **COMMON,
    },
    "forecasts": {
        "event": ("name", "an event of the plan"),
        "subject": ("text", "whom or what it is about"),
        "expected": ("day", "the day the event is expected"),
        "measure": ("name", "a measure of the plan"),
        "period": ("period", "the period whose volume or value is expected"),
        "count": ("count", "a mean: the expected number of items"),
        "denominator": ("count", "a share: the expected number of items"),
        "value": ("number", "the expected value"),
        **COMMON,
    },
    "assessments": {
        "target": ("name", "a target of the plan"),
        "verdict": ("verdict", "fulfilled, on-track, at-risk or missed; waived for a waiver"),
        "date": ("day", "the day the judgement was made"),
        "reason": ("text", "why"),
        "expires": ("day", "the last day an override or waiver stands"),
        **COMMON,
    },
}
TOP = {
    "plan": "the plan's id",
    "as_of": "the day to judge, unless --as-of says otherwise",
    "measurements": "numbers for periods",
    "events": "things that happened",
    "forecasts": "expected days, volumes and values",
    "assessments": "documented judgements",
    "calendar": "due dates of recurring duties",
    "records": "case records to compute measures from",
}
CONTENT = ("total", "count", "numerator", "denominator", "value", "members", "date", "expected", "verdict")
