"""How deep the property tests dig: the same cases every time, few of them (``RULECHECK_TESTS=quick``) or very few (``few``), or
many fresh ones (``deep``). And which tests are the laws."""

import os
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, settings

QUIET = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example, HealthCheck.filter_too_much)

for name in ("ci", "quick", "few"):
    settings.register_profile(
        name,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=QUIET,
        phases=(Phase.explicit, Phase.generate),  # a failure is reported at once; the deep profile makes it small
    )
settings.register_profile("deep", database=None, deadline=None, suppress_health_check=QUIET)
settings.load_profile(os.environ.get("RULECHECK_TESTS", "ci"))


def pytest_configure(config: pytest.Config) -> None:
    """A plan cache of the tests' own, from the first import on: a plan is parsed once by whichever process meets it first,
    and nobody's cache is read or written."""
    if not hasattr(config, "workerinput"):
        folder = TemporaryDirectory(prefix="rulecheck-tests-", ignore_cleanup_errors=True)
        config.add_cleanup(folder.cleanup)
        os.environ["RULECHECK_CACHE_DIR"] = folder.name


LAWS = ("tests/differential/", "tests/properties/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The laws are marked, and come first: what takes a minute must not be what the others wait for."""
    for item in items:
        if item.nodeid.startswith(LAWS):
            item.add_marker("law")
    items.sort(key=lambda item: item.get_closest_marker("law") is None)
