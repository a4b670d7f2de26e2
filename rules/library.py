"""The plans that come with rulecheck, and loading one by id or file."""

import sys
from pathlib import Path as File

from rulecheck.facts.digest import sha256
from rulecheck.facts.problem import InvalidPlan, Place, Problem, nearest
from rulecheck.rules import cache
from rulecheck.rules.build_plan import build_plan
from rulecheck.rules.plan import Plan

SHIPPED = File(__file__).parent / "plans"
STDIN = "-"


def shown_as(file: File) -> str:
    """What messages call a file."""
    return "<stdin>" if str(file) == STDIN else str(file)


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
    """Whether a plan given on the command line is a file (``-``: standard input) rather than an id."""
    return name == STDIN or "/" in name or "\\" in name or name.endswith((".yaml", ".yml"))


def load_plan(name: str, version: str, parameters: str | None = None) -> Plan:
    """A shipped plan by id, or a plan file. Raises UnknownPlan, InvalidPlan."""
    if is_file(name):
        return load_file(File(name), version, parameters)
    file = shipped().get(name)
    if file is None:
        raise UnknownPlan(name)
    return load_file(file, version, parameters)


def read_content(file: File) -> bytes:
    """The bytes of a plan file. Raises InvalidPlan when it cannot be read."""
    message = "the plan cannot be read: {reason}"
    remedy = "give the path of a plan file, or the id of a plan: {command}"
    return _bytes(file, "plan-file", message, remedy)


def read_parameters(file: str) -> bytes:
    """The bytes of a parameters file. Raises InvalidPlan when it cannot be read."""
    message = "the parameters cannot be read: {reason}"
    remedy = "check the path"
    return _bytes(File(file), "parameters-file", message, remedy)


def _bytes(file: File, code: str, message: str, remedy: str) -> bytes:
    if str(file) == STDIN:
        return sys.stdin.buffer.read() if sys.stdin else b""
    try:
        return file.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        values = {"reason": reason, "command": "rulecheck plans list"}
        raise InvalidPlan([Problem(code, message, Place(str(file)), remedy, values)]) from None


def load_file(file: File, version: str, parameters: str | None = None) -> Plan:
    """The plan in ``file``, from the cache when its very bytes were read before. Raises InvalidPlan.

    ``parameters`` names a file of values for what the plan leaves open; the cache keeps the two as one.
    """
    content = read_content(file)
    digest = kept_as = sha256(content).hexdigest()
    declared = None if parameters is None else read_parameters(parameters)
    if declared is not None:
        kept_as = sha256(f"{digest} {sha256(declared).hexdigest()}".encode()).hexdigest()
    data = cache.load(kept_as, version)
    if data is not None:
        plan, errors, _ = build_plan(data, digest)
        if not errors:
            return plan
    from rulecheck.rules.read_plan import Source, read_plan  # a cached plan needs no YAML, schema or checks

    source = None
    if declared is not None:
        source = Source(shown_as(File(str(parameters))), declared, sha256(declared).hexdigest())
    plan, data, _ = read_plan(content, shown_as(file), digest, source)
    cache.store(kept_as, version, data)
    return plan
