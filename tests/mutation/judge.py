"""One wrong version, and whether a test notices it: each in a process of its own, forked from one that is warm.

What all of them import from elsewhere is imported once; the packages and the tests anew in every process, so that a
change of a table or a class is seen as well as one of a function.
"""

import math
import os
import resource
import signal
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import _pytest.assertion.rewrite
import attrs
import click
import hypothesis
import hypothesis.strategies
import numpy
import pytest
import ruamel.yaml
import tabulate
import xdist

from tests.mutation.reach import Reached
from tests.mutation.versions import Version

WARM = (_pytest.assertion.rewrite, attrs, click, hypothesis.strategies, numpy, ruamel.yaml, tabulate, xdist)
"""Not polars and DuckDB: their threads do not survive a fork."""
FILES = 5
"""Of the affordable seconds, one file of tests may take one part in so many. The first is run alone: it notices most."""
COLLECTING = 0.6
"""Seconds a file of tests costs before its first test."""
PATIENCE = 20.0
"""Seconds that may pass beyond three times what the tests take."""
MEMORY = 6 << 30
PASSED, FAILED, UNKNOWN_TEST = 0, 1, 4


class Judged(NamedTuple):
    """The test that noticed, or how else the version came to grief; nothing if nobody noticed."""

    noticed: str
    tests: int


def judge(version: Version, reached: Reached, seconds: float, by: list[str]) -> Judged:
    """Put the version in the place of the module, let tests judge it, those named or those that reach it, and put it back."""
    file = reached.root / version.module
    original, times = file.read_bytes(), file.stat()
    tried = 0
    try:
        file.write_text(version.text, "utf-8")
        for tests, cost in [(by, seconds)] if by else batches(reached, version, seconds):
            tried += len(tests)
            if noticed := run(tests, cost):
                return Judged(noticed, tried)
        return Judged("", tried)
    finally:
        file.write_bytes(original)
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))  # its bytecode is the right one again


def batches(reached: Reached, version: Version, seconds: float) -> Iterator[tuple[list[str], float]]:
    """Tests to be run together, and the seconds they take: those that reach the line, then those that reach its module."""
    module = affordable(reached, reached.module(version.module) or reached.package(version.module), seconds / FILES)
    line = affordable(reached, reached.line(version.module, version.place[0]), seconds / FILES)
    others = {file: tests for file, tests in module.items() if file not in line}
    chosen: list[str] = []
    left = seconds
    for number, tests in enumerate((line | others).values()):
        cost = reached.cost(tests) + COLLECTING
        if cost <= left:
            chosen += tests
            left -= cost
        if number == 0 and chosen:
            yield chosen, seconds - left
            chosen = []
    if chosen:
        yield chosen, seconds - left


def affordable(reached: Reached, tests: list[str], seconds: float) -> dict[str, list[str]]:
    """As many tests of each file as these seconds hold; first the files that are about little else and cost little."""
    found: dict[str, list[str]] = {}
    for test in tests:
        found.setdefault(test.split("::")[0], []).append(test)
    chosen = {file: spread(reached, own, seconds) for file, own in found.items()}

    def promise(file: str) -> float:
        return len(found[file]) / reached.files[file] / (reached.cost(chosen[file]) + COLLECTING)

    return {file: chosen[file] for file in sorted(chosen, key=lambda file: (-promise(file), file))}


def spread(reached: Reached, tests: list[str], seconds: float) -> list[str]:
    """As many of a file's tests as are affordable: the cheapest, and of the others every n-th, so that all have a say."""
    cheap: list[str] = []
    for test in tests:
        if reached.cost([*cheap, test]) > seconds / 2:
            break
        cheap.append(test)
    others = sorted(tests[len(cheap) :])
    step = math.ceil(reached.cost(others) / (seconds / 2))
    return cheap + others[:: max(step, 1)]


def run(tests: list[str], seconds: float) -> str:
    """Which of the tests fails first, ``""`` if none does."""
    code, failed = forked(tests, seconds)
    if code == UNKNOWN_TEST:  # the change renamed a test made from a table: all that are made from it
        code, failed = forked(list(dict.fromkeys(test.split("[")[0] for test in tests)), seconds)
    return "" if code == PASSED else failed or f"exit {code}"


def forked(tests: list[str], seconds: float) -> tuple[int, str]:
    """The exit code of pytest in a process of its own, and the test that failed."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        os._exit(alone(tests, seconds, writer))
    os.close(writer)
    code = waited(child, time.monotonic() + 5 * (3 * seconds + PATIENCE))
    with os.fdopen(reader, "rb") as pipe:
        failed = pipe.read().decode()
    return code, failed or ("time" if code < 0 else "")


def alone(tests: list[str], seconds: float, writer: int) -> int:
    """In the forked process: its limits, its silence, and pytest."""
    os.setsid()
    limit = round(3 * seconds + PATIENCE)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    silence = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(silence, descriptor)
    try:
        return int(pytest.main(["-x", "-q", "-n", "0", *tests], plugins=[First(writer)]))
    except BaseException as error:
        os.write(writer, type(error).__name__.encode())
        return FAILED


class First:
    """A plugin of pytest that writes down which test failed first."""

    def __init__(self, writer: int):
        self.writer = writer

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            os.write(self.writer, report.nodeid.encode())

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            os.write(self.writer, f"import of {report.nodeid}".encode())


def waited(child: int, until: float) -> int:
    """The exit code of the process, which is ended when its time is up."""
    while True:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            break
        if time.monotonic() > until:
            os.killpg(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
            break
        time.sleep(0.02)
    with_children(child)
    return os.waitstatus_to_exitcode(status)


def with_children(group: int) -> None:
    """End what the process left running."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return
