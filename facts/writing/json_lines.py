"""Facts → JSON with one row a line, so that it can be read and edited as a table."""

import json
from typing import Any


def json_lines(document: dict[str, Any]) -> str:
    """The text of a ``facts.json``."""

    def one(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    parts = []
    for key, value in document.items():
        if isinstance(value, list) and value:
            rows = ",\n".join(f"    {one(row)}" for row in value)
            parts.append(f"  {one(key)}: [\n{rows}\n  ]")
        else:
            parts.append(f"  {one(key)}: {one(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"
