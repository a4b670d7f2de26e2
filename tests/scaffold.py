"""`make check-scaffold NAME=what-it-finds`: the file of a new check, and its line in the list."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
TEMPLATE = '''\
"""{id}: {words}."""

from collections.abc import Iterator

from rulecheck.rules.checks.check import Check, Document
from rulecheck.rules.plan import Complaint

BAD = """\\
plan: offices
period: 2024
goals:
  - goal: "1"
    targets:
      - {{target: "1.1", require: {{milestone: office_opened, by: 2024}}}}
events:
  office_opened: {{label: Office opened}}
"""
GOOD = BAD


def find(document: Document) -> Iterator[Complaint]:
    """What must hold; each complaint is a path, a message, a remedy and their values."""
    yield from ()


CHECK = Check(
    "{id}",
    "{name}",
    "warning",
    "What must hold.",
    "Why it matters.",
    BAD,
    GOOD,
    find,
)
'''


def scaffold(name: str, folder: Path = ROOT / "rules" / "checks") -> Path:
    """Write the file of a new check and enter it last in the list of warnings. Raises ValueError for an unfit name."""
    if not re.fullmatch(r"[a-z]+(-[a-z]+)*", name):
        raise ValueError(f"{name!r}: write small letters with hyphens, such as orphan-goals")
    module = name.replace("-", "_")
    file = folder / f"{module}.py"
    if file.exists():
        raise ValueError(f"{file} exists")
    ids = [int(n) for other in folder.glob("*.py") for n in re.findall(r'^    "RC(\d{3})",$', other.read_text(), re.M)]
    listed = folder / "__init__.py"
    text = listed.read_text("utf-8")
    head, rest = text.split("\nWARNINGS = (\n", 1)
    names, tail = rest.split("\n)\n", 1)
    listed.write_text(f'{head}\nWARNINGS = (\n{names}\n    "{module}",\n)\n{tail}', "utf-8")
    file.write_text(TEMPLATE.format(id=f"RC{max(ids) + 1:03}", name=name, words=name.replace("-", " ")), "utf-8")
    return file


if __name__ == "__main__":
    try:
        print(f"{scaffold(sys.argv[1])}: write its two plans and find(); tests/test_checks.py holds it to them")
    except ValueError as error:
        sys.exit(str(error))
