"""The closed shape of a measure's ``records`` block. The meaning of each key is docs/records.md."""

from rulecheck.rules.shape import DAY, NAME, TEXT, Either, Many, Object, choice

_DATES = Either(TEXT, Many(TEXT, least=1))
_CONDITION = Object(
    "a condition",
    {
        "column": (TEXT, "the column it is about"),
        "equals": (TEXT, "the text it must be"),
        "not_equals": (TEXT, "the text it must not be"),
        "in": (Many(TEXT, least=1), "the texts of which it must be one"),
        "not_in": (Many(TEXT, least=1), "the texts of which it must be none"),
        "filled": (choice("true", "false"), "whether there must be something in it"),
        "on_or_after": (DAY, "a date it must not lie before"),
        "on_or_before": (DAY, "a date it must not lie after"),
        "before": (DAY, "a date it must lie before"),
        "after": (DAY, "a date it must lie after"),
    },
    ("column",),
)
RECORDS = Object(
    "records",
    {
        "source": (NAME, "the name under which the facts give the table"),
        "where": (Many(_CONDITION, least=1), "conditions, all of which a record must meet to count"),
        "days": (
            Object(
                "an interval",
                {
                    "from": (_DATES, "the date it begins; of a list the first that is filled in"),
                    "to": (_DATES, "the date it ends; of a list the first that is filled in"),
                },
                ("from", "to"),
            ),
            "for a mean or a total: the calendar days from one date to the other",
        ),
        "value": (TEXT, "for a mean or a total: a column of whole numbers"),
        "in_time": (
            Object(
                "an in-time rule",
                {
                    "done": (_DATES, "the date on which it was done"),
                    "deadline": (_DATES, "the last day in time; of a list the first that is filled in"),
                    "from": (_DATES, "the date before which nothing can have been done"),
                    "open": (choice("late", "left-out"), "what a record not done is once its deadline has passed"),
                },
                ("done", "deadline"),
            ),
            "for a share: those done on or before their deadline",
        ),
        "having": (Many(_CONDITION, least=1), "for a share: those that meet these conditions, too"),
        "period": (_DATES, "the date that puts a record into a period; of a list the first that is filled in"),
        "dimensions": (Many(TEXT, named=True), "dimension: the column that names its member"),
        "id": (TEXT, "a column that names a record; rows that share a name are rejected"),
        "zone": (TEXT, "the time zone of the plan's days, such as Europe/Copenhagen"),
    },
    ("source", "period"),
)
