# Everything is run through the locked environment in .venv, which the first target that needs it sets up.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
LOCK := infra/requirements.lock

# Two processes, each with a Spark of its own; files in the order of their names, in which the long ones come first.
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

# Named by content, not by age: a checkout changes the age of files that it leaves as they were.
SYNCED := $(VENV)/.synced-$(shell cat $(LOCK) pyproject.toml 2>/dev/null | cksum | cut -d' ' -f1)
UNFINISHED := $(VENV)/.unfinished

export MLFLOW_DISABLE_TELEMETRY := true
export MLFLOW_SERVER_ENABLE_JOB_EXECUTION := false
export GX_ANALYTICS_ENABLED := false
export AIRFLOW_HOME := $(CURDIR)/.airflow
export AIRFLOW__CORE__LOAD_EXAMPLES := false
# Without cached bytecode each start compiles Airflow, MLflow and Great Expectations anew.
unexport PYTHONDONTWRITEBYTECODE

ifdef LANDING
export LAKEHOUSE_LANDING := $(LANDING)
endif

.PHONY: help setup preflight run train test check generate bench evaluate format lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile
	echo
	echo 'ARGS="…" is handed on: make run LANDING=../shared/landing ARGS="--as-of 2016-09-19"; make test ARGS="-k name"'

run: setup ## run the pipeline over the files in LANDING=…
	$(BIN)/lakehouse run $(ARGS)

test: setup ## run the tests
	$(PYTEST) $(ARGS)

check: setup ## what CI runs: format, lint, types, generated files current, tests
	@PS4='> '; set -x
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/python -m mypy
	$(BIN)/lakehouse generate --check
	$(PYTEST)

train: setup ## train the models on the published tables, and write their pages
	$(BIN)/lakehouse train $(ARGS)

generate: setup ## write the files that are generated from the declarations
	$(BIN)/lakehouse generate $(ARGS)

bench: setup ## run the benchmarks
	$(BIN)/python -m benchmarks $(ARGS)

evaluate: setup ## simulate three worlds, run the pipeline on each, and compare what it finds with what is true
	$(BIN)/lakehouse evaluate --seeds 1,2,3 --held-out couriers $(ARGS)

format: setup ## format the code, and mend what the linter can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## remove caches and what runs leave behind; landing/, warehouse/, .venv and .jars stay
	rm -rf .airflow .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist *.egg-info benchmarks/out
	rm -rf spark-warehouse metastore_db derby.log .jars/.[!.]*
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

setup: $(SYNCED) ## install what is missing: the locked packages into .venv, the locked jars into .jars
	@$(BIN)/python infra/fetch_jars.py
	$(BIN)/python infra/archive_classes.py

# One that was cut off may hold half a package that looks whole: the marker it leaves has the next start from nothing.
# The lock on this file keeps two makes from installing at once.
$(SYNCED): | preflight
	@$(FUNCTIONS)
	exec 9<Makefile; if command -v flock >/dev/null; then flock 9; fi
	[ ! -e $@ ] || exit 0
	if ! is_whole_venv; then
	  echo 'Making $(VENV) ...'
	  rm -rf $(VENV); mkdir $(VENV); touch $(UNFINISHED)
	  "$$(find_python)" -m venv $(VENV)
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r <(locked_uv)
	fi
	rm -f $(VENV)/.synced-*; touch $(UNFINISHED)
	echo "Bringing $(VENV) to the $$(grep -c '^[a-z].*==' $(LOCK)) packages of $(LOCK) (from nothing: 1.6 GB) ..."
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes --build-constraints $(LOCK) $(LOCK)
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	mv $(UNFINISHED) $@

lock: setup ## compile infra/requirements.lock anew from pyproject.toml; ARGS=--upgrade takes newer versions
	$(BIN)/uv pip compile pyproject.toml --group dev --group bench --group build --python-version 3.11 \
	  --generate-hashes --custom-compile-command 'make lock' --quiet \
	  --output-file $(LOCK) $(ARGS)

# What the machine must bring, all that is missing named at once.
preflight:
	@$(FUNCTIONS)
	missing=()
	if ! is_whole_venv; then
	  if ! python=$$(find_python); then
	    missing+=("Python 3.11 not found$${PYTHON:+ ($$PYTHON is not it)}: apt-get install python3.11 python3.11-venv, or say make PYTHON=PATH")
	  elif ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then
	    missing+=("Python's venv module not found ($$python): apt-get install python3.11-venv")
	  fi
	fi
	java=$${JAVA_HOME:+$$JAVA_HOME/bin/}java
	version=$$("$$java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p') || true
	case $$version in
	  17|21) ;;
	  *) missing+=("JDK 17 not found ($$java: version $${version:-none}; Spark starts on 17 and 21): apt-get install openjdk-17-jdk-headless$${JAVA_HOME:+, and unset JAVA_HOME or point it there}") ;;
	esac
	if [ $${#missing[@]} -gt 0 ]; then printf '%s\n' "$${missing[@]}" >&2; exit 1; fi

define FUNCTIONS
is_python() { "$$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; }
find_python() { for name in $${PYTHON:-python3.11 python3}; do if is_python "$$name"; then echo "$$name"; return; fi; done; return 1; }
is_whole_venv() { [ ! -e $(UNFINISHED) ] && is_python $(BIN)/python && $(BIN)/uv --version >/dev/null 2>&1; }
# uv's own lines of the lock: pip installs it, and it installs the rest.
locked_uv() { awk '/^[a-z]/ { on = /^uv==/ } on' $(LOCK); }
endef
