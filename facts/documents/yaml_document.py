"""``facts.yaml`` as a document."""

from collections.abc import Sequence
from typing import Any

from rulecheck.facts.documents.document import Document
from rulecheck.facts.documents.yaml_text import Positions, YamlWords, read_yaml
from rulecheck.facts.problem import InvalidFacts, Path, Place, Problem, dotted
from rulecheck.facts.rows.words import kind

WORDS = YamlWords(
    "facts-yaml",
    InvalidFacts,
    "the file has {size} bytes",
    "facts in YAML have at most {most}; as JSON, CSV or a workbook they may have more",
    "one file holds the facts of one plan",
    "the facts are nested too deeply",
    "facts need fewer than {most} levels",
    "as JSON, CSV or a workbook they may have more",
)


class YamlDocument(Document):
    """A facts file in YAML: numbers and days stay the texts they were written as, ``true`` and ``false`` are no texts."""

    def __init__(self, data: dict[str, Any], file: str, text: str, positions: Positions) -> None:
        super().__init__(data, file, ())
        self.lines, self.positions = text.splitlines(), positions

    def places(self, paths: Sequence[Path]) -> list[tuple[Place, str]]:
        """Line and column of each path, or of what it would stand in."""
        found = []
        for path in paths:
            known: Path = path
            while known not in self.positions:
                known = known[:-1]
            line, column = self.positions[known]
            text = self.lines[line - 1] if line <= len(self.lines) else ""
            found.append((Place(self.file, line, column, dotted(path)), text))
        return found


def _scalar(text: str, plain: bool) -> Any:
    if plain:
        return {"": None, "null": None, "~": None, "true": True, "false": False}.get(text, text)
    return text


def read_yaml_facts(content: bytes, file: str) -> YamlDocument:
    """The document. Raises InvalidFacts."""
    data, positions = read_yaml(content, file, WORDS, "plan", _scalar)
    if not isinstance(data, dict):
        line, column = positions[()]
        message = "the file holds {found}, not an object"
        remedy = "a facts file is one object: plan, measurements, events, forecasts, assessments"
        raise InvalidFacts(
            [Problem("facts-yaml", message, Place(file, line, column, "$"), remedy, {"found": kind(data)})]
        )
    return YamlDocument(data, file, content.decode("utf-8-sig"), positions)
