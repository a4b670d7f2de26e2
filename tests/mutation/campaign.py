"""All wrong versions that were drawn, judged one after the other, each result kept as soon as it is there.

Run inside the clone: ``python -m tests.mutation.campaign FOLDER PERCENT SEED SECONDS REPORT [TEST...]``.
"""

import hashlib
import json
import random
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from tests.mutation.judge import judge
from tests.mutation.reach import Reached
from tests.mutation.report import report
from tests.mutation.versions import Version, drawn, modules, places

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("facts", "engine")
LEAST = 2


def main(folder: Path, percent: int, seed: int, seconds: float, target: Path, by: list[str]) -> None:
    """Draw, judge what is not judged yet or not noticed (if tests are named, by these), and write the report.

    With no seconds nothing is judged, and the report says what is known.
    """
    reached = Reached(folder, ROOT)
    texts = {module: (ROOT / module).read_text("utf-8") for module in modules(ROOT, PACKAGES)}
    possible = {module: places(text) for module, text in texts.items()}
    versions = [v for m, text in texts.items() for v in drawn(m, text, possible[m], seed, LEAST, percent / 100)]
    tests = hashlib.sha256((folder / "measured").read_bytes()).hexdigest()
    results = Results(folder / "results.jsonl", tests, seconds)
    order = one_of_each_first(random.Random(seed).sample(versions, len(versions)))
    for number, version in enumerate(order, 1):
        if seconds and not results.knows(version, by):
            noticed, tried = judge(version, reached, seconds, by)
            results.keep(version, noticed, tried)
            print(f"{number}/{len(order)} {version.module}:{version.place[0]} {noticed or 'NOT NOTICED'}", flush=True)
    sizes = {module: len(found) for module, found in possible.items()}
    target.write_text(report(versions, results.noticed, sizes, seed, results.longest()), "utf-8")


def one_of_each_first(versions: list[Version]) -> list[Version]:
    """In rounds, one of every module at a time: a campaign that is stopped has seen them all."""
    rounds = Counter()
    numbered = []
    for version in versions:
        rounds[version.module] += 1
        numbered.append((rounds[version.module], len(numbered), version))
    return [version for _, _, version in sorted(numbered)]


class Results:
    """What is known of versions so far. Noticed once is noticed; what was not is tried again by other tests, or by more."""

    def __init__(self, file: Path, tests: str, seconds: float):
        self.file, self.tests, self.seconds = file, tests, seconds
        lines = file.read_text("utf-8").splitlines() if file.is_file() else []
        self.known: dict[str, Any] = {result["version"]: result for result in map(json.loads, lines)}

    def knows(self, version: Version, by: list[str]) -> bool:
        """Whether nothing new can be said of it by these tests, or by those that were measured."""
        found = self.known.get(name(version))
        if found is None:
            return bool(by)
        tried = found["tests"] == self.tests and found["seconds"] >= self.seconds
        return bool(found["noticed"] or (tried and not by))

    def keep(self, version: Version, noticed: str, tried: int) -> None:
        result = {
            "version": name(version),
            "noticed": noticed,
            "tried": tried,
            "tests": self.tests,
            "seconds": self.seconds,
        }
        self.known[name(version)] = result
        with self.file.open("a", encoding="utf-8") as file:
            file.write(json.dumps({**result, "module": version.module, "was": version.was, "now": version.now}) + "\n")

    def longest(self) -> float:
        """The seconds of tests a version had, at most."""
        return max((result["seconds"] for result in self.known.values()), default=0)

    def noticed(self, version: Version) -> str | None:
        """What noticed it, ``""`` if nothing did; None if it was not judged yet."""
        if name(version) not in self.known:
            return None
        return str(self.known[name(version)]["noticed"])


def name(version: Version) -> str:
    """The version by what it is."""
    return hashlib.sha256(f"{version.module}\n{version.text}".encode()).hexdigest()[:20]


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]), Path(sys.argv[5]), sys.argv[6:])
