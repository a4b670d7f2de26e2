"""Random valid plans and facts that reach the states where a verdict turns."""

from tests.generators.cases import Case, case_of, cases, plans, read, seeded

__all__ = ["Case", "case_of", "cases", "plans", "read", "seeded"]
