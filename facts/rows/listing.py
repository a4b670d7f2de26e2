"""A row of measurements that lists the members of a set on a day, and what they descend from."""

from collections.abc import Iterable

from rulecheck.facts.documents.document import Complaint
from rulecheck.facts.facts import Listing
from rulecheck.facts.problem import Path
from rulecheck.facts.rows.common import common
from rulecheck.facts.rows.report import Refused
from rulecheck.facts.rows.scalars import Row, RowPath, Values

LIST_KIND = "set"
NUMBERS = ("period", "total", "count", "numerator", "denominator", "value")


def listing(values: Values, path: RowPath, row: Row) -> Listing:
    """The members of a set on a day. Raises Refused."""
    fields = common(values, path, row)
    name = values.name(path, row, "measure")
    for key in NUMBERS:
        if row.get(key) is not None:
            values.report(
                "facts-content",
                (*path, key),
                "`{key}` does not belong to a measure of kind {kind}",
                "give {wanted}",
                key=key,
                kind=LIST_KIND,
                wanted="`at`, `members`",
            )
            raise Refused
    if row.get("at") is None:
        values.missing(path, "at", "a list is of a day")
    day = values.day((*path, "at"), row["at"])
    members: tuple[str, ...] = ()
    origins: tuple[tuple[str, tuple[str, ...]], ...] = ()
    if not fields.get("withdrawn"):
        if row.get("members") is None:
            values.missing(path, "members", "give the names of all members, or [] when there is none")
        members = values.members((*path, "members"), row["members"])
        if row.get("from") is not None:
            origins = values.origins((*path, "from"), row["from"])
        for member, _ in origins:
            if member not in members:
                values.unknown("facts-name", (*path, "from", member), "member", member, members)
                raise Refused
    if day > values.names.period.last:
        values.report(
            "facts-outside",
            (*path, "at"),
            "the day {day} lies outside the plan's period ({plan})",
            "correct the date, if it is wrong",
            "warning",
            day=day.isoformat(),
            plan=values.names.period.label,
        )
    return Listing(measure=name, at=day, members=members, origins=origins, **fields)


def check_origins(values: Values, lists: Iterable[Listing]) -> None:
    """A member may only descend from one that an earlier list has; otherwise the name is misspelt, and it would be new."""
    earlier: dict[object, set[str]] = {}
    for found in sorted(lists, key=lambda found: found.at):
        known = earlier.setdefault((found.measure, found.dimensions), set())
        for member, names in found.origins:
            for name in names:
                if name not in known:
                    path: Path = (*found.index, "from", member)
                    said = {"word": name}
                    message = "no earlier list has `{word}`"
                    values.complaints.append(
                        Complaint("facts-origin", path, message, "", "warning", said, frozenset(known))
                    )
        known.update(found.members)
