"""A plan document's YAML → plain values with positions; every scalar stays the text it was written as."""

from typing import Any

from rulecheck.facts.documents import yaml_text
from rulecheck.facts.documents.yaml_text import Positions, YamlWords
from rulecheck.facts.problem import InvalidPlan

__all__ = ["Positions", "read_yaml"]

WORDS = YamlWords(
    "plan-yaml",
    InvalidPlan,
    "the plan has {size} bytes",
    "a plan has at most {most}",
    "one file holds one plan",
    "the plan is nested too deeply",
    "a plan needs fewer than {most} levels",
    "leave out what is not needed",
)


def read_yaml(content: bytes, file: str, first: str = "plan") -> tuple[Any, Positions]:
    """The document's value and where each path stands; ``first`` is the key it begins with. Raises InvalidPlan."""
    return yaml_text.read_yaml(content, file, WORDS, first)
