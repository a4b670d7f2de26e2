"""The version of rulecheck; verdicts and the plan cache carry it."""

VERSION = "0.1.0"
