"""The page about a campaign."""

import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.mutation.versions import Version

SAME = Path(__file__).with_name("equivalent.toml")
HEAD = """\
# Wrong versions of facts/ and engine/

cosmic-ray can change {places:,} places in {modules} modules: an operator, a comparison, a condition, a number, a loop, an
exception. {drawn} were drawn, at least two a module (seed {seed}), with one wrong version of each{tried}.

A version is judged by the tests that reach its line, then by those that reach its module: the files of tests that are
about little else first, a part of a file's where they take long, up to {seconds} seconds in all, and the laws with a twelfth of
their examples. Modules that have changed since that was measured, and versions nobody noticed at first, were tried by
tests named for them (`--by`). The whole suite tries more: the share is the least it can be.

A version is noticed when a test fails, or does not come to an end. `make mutation` repeats it; a stopped campaign goes on.
"""


def report(
    drawn: list[Version], outcome: Callable[[Version], str | None], sizes: dict[str, int], seed: int, seconds: float
) -> str:
    """What was tried, the share that was noticed and by what, and every version that was not."""
    found = {version: outcome(version) for version in drawn}
    versions = [version for version in drawn if found[version] is not None]
    same = Same()
    missed = [version for version in versions if not found[version]]
    left = [version for version in missed if not same.why(version)]
    wrong = [version for version in versions if found[version] and same.why(version)]
    if wrong:
        raise SystemExit(f"said to be the same in {SAME.name}, and a test tells them apart: {wrong[0][:5]}")
    lines = [
        HEAD.format(
            places=sum(sizes.values()),
            modules=sum(1 for number in sizes.values() if number),
            drawn=len(drawn),
            tried="" if drawn == versions else f"; {len(versions)} of them are judged so far",
            seed=seed,
            seconds=round(seconds),
        )
    ]
    lines += table(versions, sizes, Counter(map(package, missed)), Counter(map(package, left)))
    lines += ["", "## What noticed them", "", "| tests | versions |", "|---|---:|"]
    by = Counter(tests(found[version] or "") for version in versions if found[version])
    lines += [f"| {name} | {number} |" for name, number in sorted(by.items(), key=lambda one: (-one[1], one[0]))]
    if left:
        lines += ["", "## Not noticed", "", *shown(left)]
    if grouped := same.grouped(missed):
        lines += [
            "",
            "## The same program",
            "",
            "No input can tell them from the right one; by hand, with a reason each.",
            "",
        ]
    for why, some in grouped.items():
        lines += [f"**{why}**", "", *shown(some)]
    return "\n".join(lines).rstrip("\n") + "\n"


def table(versions: list[Version], sizes: dict[str, int], missed: Counter[str], left: Counter[str]) -> Iterator[str]:
    """One row a package, and all of them."""
    places = Counter()
    for module, number in sizes.items():
        places[folder(module)] += number
    tried = Counter(map(package, versions))
    yield "| package | places | tried | noticed | the same program | not noticed | share |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for name in sorted(tried):
        yield row(f"`{name}/`", places[name], tried[name], missed[name], left[name])
    yield row("**all**", places.total(), tried.total(), missed.total(), left.total())


def row(name: str, places: int, tried: int, missed: int, left: int) -> str:
    noticed = tried - missed
    share = f"{100 * noticed // (noticed + left)} %" if noticed + left else "–"
    return f"| {name} | {places:,} | {tried} | {noticed} | {missed - left} | {left} | {share} |"


def folder(module: str) -> str:
    return module.rpartition("/")[0]


def package(version: Version) -> str:
    return folder(version.module)


def tests(noticed: str) -> str:
    """The file of the test that noticed, or how else the version came to grief."""
    if "::" in noticed:
        return f"`{noticed.split('::')[0]}`"
    return {"time": "a test that does not come to an end"}.get(noticed, "the import of the program or of its tests")


def shown(versions: list[Version]) -> Iterator[str]:
    """Each version as a difference."""
    for version in versions:
        yield f"* `{version.module}:{version.place[0]}`" + (f" in `{version.definition}`" if version.definition else "")
        yield from ("", "  ```diff")
        yield from (
            f"  {sign}{line}" for sign, text in zip("-+", version[3:5], strict=True) for line in text.splitlines()
        )
        yield from ("  ```", "")


class Same:
    """The versions that are the same program, as people wrote them down."""

    def __init__(self) -> None:
        listed = tomllib.loads(SAME.read_text("utf-8"))["version"] if SAME.is_file() else []
        self.reasons = {(one["module"], one["was"], one["now"]): one["why"] for one in listed}

    def why(self, version: Version) -> str:
        return str(self.reasons.get((version.module, bare(version.was), bare(version.now)), ""))

    def grouped(self, versions: list[Version]) -> dict[str, list[Version]]:
        """Those of the versions that are the same, by reason."""
        found: dict[str, list[Version]] = {}
        for version in versions:
            if why := self.why(version):
                found.setdefault(why, []).append(version)
        return found


def bare(text: str) -> str:
    """Lines without their margins."""
    return "\n".join(line.strip() for line in text.splitlines())
