"""How deep the property tests dig: the same cases every time, or (``RULECHECK_TESTS=deep``) many fresh ones."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings

QUIET = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example, HealthCheck.filter_too_much)

settings.register_profile(
    "ci",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=QUIET,
    phases=(Phase.explicit, Phase.generate),  # a failure is reported at once; the deep profile makes it small
)
settings.register_profile("deep", database=None, deadline=None, suppress_health_check=QUIET)
settings.load_profile(os.environ.get("RULECHECK_TESTS", "ci"))


@pytest.fixture(autouse=True, scope="session")
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A plan cache of the tests' own: plans are parsed once, and nobody's cache is read or written."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RULECHECK_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield
