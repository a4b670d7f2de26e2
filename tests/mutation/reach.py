"""Which tests reach a line, and what each costs: measured once, by the whole suite with few examples.

Run inside the clone: ``python -m tests.mutation.reach FOLDER``.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from coverage import Coverage, CoverageData

LEFT_OUT = "tests/differential"
"""Ten thousand cases, of which the laws judge some."""


class Clock:
    """A plugin of pytest that tells coverage which test is running, and what each takes."""

    def __init__(self, coverage: Coverage):
        self.coverage = coverage
        self.seconds: dict[str, float] = {}
        self.failed: list[str] = []

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.coverage.switch_context(item.nodeid)
        start = sum(os.times()[:4])
        yield
        self.seconds[item.nodeid] = round(sum(os.times()[:4]) - start, 2)
        self.coverage.switch_context("")

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            self.failed.append(report.nodeid)


def main(folder: Path) -> None:
    """Run the suite once; tests that fail are an error, for then nothing could be told."""
    coverage = Coverage(data_file=str(folder / "reach.sqlite"), source=["facts", "rules", "engine"], config_file=False)
    clock = Clock(coverage)
    coverage.start()
    pytest.main(["-q", "-n", "0", f"--ignore={LEFT_OUT}", "tests"], plugins=[clock])
    coverage.stop()
    coverage.save()
    if clock.failed:
        raise SystemExit(f"these fail without any change: {clock.failed}")
    (folder / "seconds.json").write_text(json.dumps(clock.seconds, indent=0), "utf-8")


class Reached:
    """What was measured: tests by what they reach, cheapest first."""

    def __init__(self, folder: Path, root: Path):
        self.root = root
        self.seconds: dict[str, float] = json.loads((folder / "seconds.json").read_text("utf-8"))
        self.files = Counter(test.split("::")[0] for test in self.seconds)
        self.lines = CoverageData(str(folder / "reach.sqlite"))
        self.lines.read()

    def line(self, module: str, line: int) -> list[str]:
        """The tests that reach the line: that of the nearest line above where it goes on an expression."""
        by_line = self.lines.contexts_by_lineno(str(self.root / module))
        above = [number for number in by_line if number <= line]
        return self.cheapest(by_line.get(max(above, default=0), ()))

    def module(self, module: str) -> list[str]:
        """The tests that reach the module, and not always the line: a cache lets only the first one through."""
        return self.cheapest(self.reaching(module))

    def package(self, module: str) -> list[str]:
        """The tests that reach any module beside it: what an import reaches, such as a table, no test reaches alone."""
        folder = (self.root / module).parent
        beside = (file.relative_to(self.root).as_posix() for file in sorted(folder.glob("*.py")))
        return self.cheapest(test for file in beside for test in self.reaching(file))

    def reaching(self, module: str) -> set[str]:
        return {name for names in self.lines.contexts_by_lineno(str(self.root / module)).values() for name in names}

    def cheapest(self, tests: Iterable[str]) -> list[str]:
        """The tests in the order of their cost; what was reached by an import is no test."""
        return [test for _, test in sorted({(self.seconds[test], test) for test in tests if test in self.seconds})]

    def cost(self, tests: list[str]) -> float:
        return sum(self.seconds[test] for test in tests)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
