# Two commands on a fresh machine: `make demo` and `make test`. Needs python3 (3.11 or later), a C compiler and PyPI.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK := .ci/requirements.txt
LAWS := tests/properties tests/differential
# what the README shows: workbooks, forecasts, tests of plans; case records are large and need the extra `data`
DAILY := excel,forecast,testing
ALL := $(DAILY),test,dev
# durable-rules' C code calls a function Python 3.13 renamed; its setup.py reads CPPFLAGS. Harmless on older versions.
export CPPFLAGS += -DPyEval_CallObject=PyObject_CallObject
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test check fast bench bench-records cluster cases golden messages check-scaffold campaign mutation mutants lock clean

demo: $(VENV)/ready
	@echo "== The Danish police's plan for 2024, judged at the end of the third quarter"
	@$(BIN)/rulecheck evaluate examples/dk-politiet-2024/2024-Q3.json --lang en
	@echo
	@echo "== Real published figures: how fast the Norwegian police answered 112, 2016-2019"
	@$(BIN)/rulecheck evaluate examples/no-112/facts.json --plan examples/no-112/plan.yaml --lang en
	@echo
	@echo "Next: $(BIN)/rulecheck explain 2.2 examples/dk-politiet-2024/2024-Q3.json --lang en"

# coverage makes a test take three times as long: it is taken with a quarter of the laws' examples; then those run that wait for it
test: check $(VENV)/ready-test
	$(BIN)/coverage erase
	RULECHECK_TESTS=quick $(BIN)/coverage run -m pytest -n 2 --dist worksteal --ignore tests/differential -m 'not uncovered'
	$(BIN)/pytest -n 2 --dist worksteal -m 'law or uncovered'
	$(BIN)/coverage combine -q
	$(BIN)/coverage report --fail-under=98

check: $(VENV)/ready-test build/import
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	MYPYPATH=build/import $(BIN)/mypy -p rulecheck.facts -p rulecheck.rules -p rulecheck.engine -p rulecheck.cli
	PYTHONPATH=build/import $(BIN)/lint-imports --no-cache

fast: $(VENV)/ready-test
	$(BIN)/pytest -n 2 $(addprefix --ignore=,$(LAWS))

bench: $(VENV)/ready-test
	$(BIN)/python -m compileall -q facts rules engine cli  # what has changed since they were
	$(BIN)/python bench/run.py
	$(BIN)/python bench/forecast.py

golden: $(VENV)/ready-test
	RULECHECK_RENEW_GOLDEN=1 $(BIN)/pytest tests/golden tests/test_bad_input.py tests/test_readme.py tests/test_docs.py tests/test_checks.py tests/test_coverage.py tests/test_examples.py

messages: $(VENV)/ready-test
	$(BIN)/python -m tests.messages

check-scaffold: $(VENV)/ready-test
	$(BIN)/python -m tests.scaffold "$(NAME)"

bench-records: $(VENV)/ready-test
	$(BIN)/python bench/records.py

cluster: $(VENV)/ready-test  # needs a Java, 17 or later; pyspark is 450 MB
	$(BIN)/pip install -q -c $(LOCK) -e '.[cluster]'
	$(BIN)/python -m tests.records.cluster

campaign: $(VENV)/ready-test
	$(BIN)/python -m tests.differential.campaign 200000

mutants: $(VENV)/ready-test
	$(BIN)/rulecheck plans mutate --lang en --format md --check --output docs/quality/mutation-plans.md

mutation: $(VENV)/ready-test
	$(BIN)/pip install -q cosmic-ray==8.7.0
	$(BIN)/python -m tests.mutation 3

lock:
	rm -rf build/lock && $(PYTHON) -m venv build/lock && build/lock/bin/pip install -q '.[test,dev,cluster]'
	build/lock/bin/pip freeze --exclude target-rulecheck > $(LOCK)

# one installation, not one upon the other: each builds the package anew
define install
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q -c $(LOCK) -e '.[rules,$(1)]' || $(BIN)/pip install -q -c $(LOCK) -e '.[$(1)]'
	$(BIN)/python -m compileall -q facts rules engine cli  # as pip does for what it installs
	touch $(VENV)/ready $@
endef

$(VENV)/ready: pyproject.toml $(LOCK)
	$(call install,$(DAILY))

$(VENV)/ready-test: pyproject.toml $(LOCK)
	$(call install,$(ALL))

# static tools see the packages under their import names
build/import:
	mkdir -p build/import/rulecheck
	for package in facts rules engine cli; do ln -sfn ../../../$$package build/import/rulecheck/$$package; done

clean:
	rm -rf $(VENV) build dist *.egg-info .coverage* .hypothesis .mypy_cache .ruff_cache
