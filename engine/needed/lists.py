"""What a set of members still needs."""

from collections.abc import Iterator

from rulecheck.engine.needed.final import Data, Shown, final


def needed_list(data: Shown) -> Iterator[Data]:
    """A list of the last day of the period; and the base list, where there is none."""
    used = [data[key] for key in ("base",) if key in data] + data["lists"][-1:]
    yield from final(m for m in used if m["status"] == "preliminary")
    if "base" not in data:
        yield {"what": "list", "measure": data["measure"], "by": data["base_day"]}
    if not data["lists"] or data["lists"][-1]["at"] != data["by"]:
        fewer = data["direction"] == "fewer" and "base" in data
        yield {"what": "list", "measure": data["measure"], "by": data["by"], "direction": data["direction"]} | (
            {"fewer_than": data["size"]} if fewer else {}
        )
