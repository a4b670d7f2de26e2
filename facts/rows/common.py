"""What a row of every kind may carry."""

from typing import Any

from rulecheck.facts.rows.scalars import Row, RowPath, Values


def common(values: Values, path: RowPath, row: Row) -> dict[str, Any]:
    """The keys every fact may have. Raises Refused."""
    fields: dict[str, Any] = {"id": "", "index": path}
    for key in ("id", "source", "by", "note"):
        if row.get(key) is not None:
            fields[key] = values.text((*path, key), row[key])
    if row.get("reported") is not None:
        fields["reported"] = values.day((*path, "reported"), row["reported"])
    if row.get("status") is not None:
        fields["preliminary"] = values.status((*path, "status"), row["status"]) == "preliminary"
    if row.get("withdrawn") is not None:
        fields["withdrawn"] = values.truth((*path, "withdrawn"), row["withdrawn"])
    if row.get("dimensions") is not None:
        fields["dimensions"] = values.dimensions((*path, "dimensions"), row["dimensions"])
    return fields
