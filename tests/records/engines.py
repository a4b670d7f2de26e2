"""Which engines there are to test on this machine; one that is left out says why."""

import os
import shutil
from importlib.util import find_spec

import pytest

SPARK = os.environ.get("RULECHECK_TEST_SPARK", "spark")
"""``spark``, or where the cluster is that `make cluster` has started."""


def _lacking() -> str:
    if find_spec("pyspark") is None:
        return "pyspark is not installed; `make cluster` installs it, and tests Spark here and on a cluster"
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        return "no Java is installed, and Spark needs one, 17 or later"
    return ""


in_spark = pytest.mark.skipif(bool(_lacking()), reason=_lacking())
EMBEDDED = ["duckdb", "polars"]
ENGINES = [*EMBEDDED, pytest.param(SPARK, marks=in_spark, id="spark")]
