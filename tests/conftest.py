"""How deep the property tests dig: the same cases every time, or (``RULECHECK_TESTS=deep``) many fresh ones."""

import os

from hypothesis import HealthCheck, settings

QUIET = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example, HealthCheck.filter_too_much)

settings.register_profile("ci", derandomize=True, database=None, deadline=None, suppress_health_check=QUIET)
settings.register_profile("deep", database=None, deadline=None, suppress_health_check=QUIET)
settings.load_profile(os.environ.get("RULECHECK_TESTS", "ci"))
