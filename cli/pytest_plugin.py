"""pytest plugin: with ``--rulecheck`` the plans and case files of a repository are tests. See docs/testing.md.

This module is loaded by every pytest of an environment that has rulecheck; without the option nothing else is.
"""

from typing import Any

import pytest

PROFILES = ("quick", "ci", "deep")


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options, and the setting that turns collecting on for a repository."""
    group = parser.getgroup("rulecheck", "plans and case files")
    group.addoption(
        "--rulecheck", action="store_true", default=None, help="collect plans (*.yaml) and case files (*.expected.json)"
    )
    group.addoption(
        "--rulecheck-profile",
        choices=PROFILES,
        default="ci",
        help="how many facts the laws are tried on: quick 10, ci 50, deep 1000 fresh ones (default: ci)",
    )
    parser.addini("rulecheck", "collect plans and case files, as --rulecheck does", type="bool", default=False)


def pytest_configure(config: Any) -> None:
    """Load what collects, if it is asked for."""
    if config.getoption("rulecheck") or config.getini("rulecheck"):
        from rulecheck.cli.pytest_items import Collector

        config.pluginmanager.register(Collector(config), "rulecheck-collector")
