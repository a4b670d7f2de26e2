"""The plans that come with rulecheck, and loading one by id or file."""

from pathlib import Path as File

from rulecheck.facts.digest import sha256
from rulecheck.facts.problem import InvalidPlan, Place, Problem, nearest
from rulecheck.rules import cache
from rulecheck.rules.build_plan import build_plan
from rulecheck.rules.plan import Plan

SHIPPED = File(__file__).parent / "plans"


class UnknownPlan(Exception):
    """No shipped plan has this id; ``guess`` is the nearest that has."""

    def __init__(self, name: str) -> None:
        self.name, self.known = name, tuple(shipped())
        self.guess = nearest(name, self.known)
        super().__init__(name)


def shipped() -> dict[str, File]:
    """Plan id → file, in order of id."""
    return {file.stem: file for file in sorted(SHIPPED.glob("*.yaml"))}


def is_file(name: str) -> bool:
    """Whether a plan given on the command line is a file rather than an id."""
    return "/" in name or "\\" in name or name.endswith((".yaml", ".yml"))


def load_plan(name: str, version: str) -> Plan:
    """A shipped plan by id, or a plan file. Raises UnknownPlan, InvalidPlan."""
    if is_file(name):
        return load_file(File(name), version)
    file = shipped().get(name)
    if file is None:
        raise UnknownPlan(name)
    return load_file(file, version)


def read_content(file: File) -> bytes:
    """The bytes of a plan file. Raises InvalidPlan when it cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        problem = Problem(
            "plan-file",
            "the plan cannot be read: {reason}",
            Place(str(file)),
            "give the path of a plan file, or the id of a plan: {command}",
            {"reason": reason, "command": "rulecheck plans list"},
        )
        raise InvalidPlan([problem]) from None


def load_file(file: File, version: str) -> Plan:
    """The plan in ``file``, from the cache when its very bytes were read before. Raises InvalidPlan."""
    content = read_content(file)
    digest = sha256(content).hexdigest()
    data = cache.load(digest, version)
    if data is not None:
        plan, errors, _ = build_plan(data, digest)
        if not errors:
            return plan
    from rulecheck.rules.read_plan import read_plan  # a cached plan needs no YAML, schema or checks

    plan, data, _ = read_plan(content, str(file), digest)
    cache.store(digest, version, data)
    return plan
