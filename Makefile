# Every target does its own set-up, in .venv: what the product needs for `demo`, the tools and test clients on top of
# it for the others. It is done again only when pyproject.toml or constraints.txt change. Needs Python 3.12 or newer;
# PYTHON=/path/to/python3 chooses one.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Where an environment forbids Python to keep what it compiled (images of containers like to), every worker would compile
# every test anew: half of the unit suite's time.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
PRODUCT := .venv/.product
READY := .venv/.ready
PLUGIN := plugins/pytest-replaysandbox
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt
PYTEST_ARGS ?=
JOBS ?= 2

# The first of these that runs and is new enough: what the user names, what is on PATH, what pyenv keeps off PATH.
CANDIDATES := $(PYTHON) python3.13 python3.12 python3.14 python3 python \
	$(sort $(wildcard $(or $(PYENV_ROOT),$(HOME)/.pyenv)/versions/3.1[2-9]*/bin/python))
NEW_ENOUGH := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12))

.PHONY: help venv demo test unit check format bench fuzz soak clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

demo: $(PRODUCT) ## start the sandbox, drive it with real clients, show a day in the life of the devices
	@$(BIN)/replaysandbox demo

test: $(READY) ## the whole test suite
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

unit: $(READY) ## the unit suite alone: the quick tests, in JOBS parts side by side
	@$(MAKE) -j $(JOBS) --output-sync $(foreach part,$(shell seq $(JOBS)),unit-part-$(part))

unit-part-%: $(READY)
	@$(BIN)/python -m pytest -q tests/unit -m "not slow" --part $*/$(JOBS) $(PYTEST_ARGS)

check: $(READY) ## ruff, mypy, layers and the house rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --config-file $(PLUGIN)/pyproject.toml $(PLUGIN)/src
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/guards $(PYTEST_ARGS)

format: $(READY) ## let ruff put the files in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY) ## what the README's figures were measured with
	@for script in bench/*.py; do echo "== $$script"; $(BIN)/python "$$script"; done

fuzz: $(READY) ## arbitrary input, 5,000 of each kind: both lanes against each other, captures, packs, paths, bodies
	@FUZZ=5000 $(BIN)/python -m pytest -q tests/proxy/test_both_lanes.py tests/hostile/test_fuzz.py --timeout=1800 -n $(JOBS) $(PYTEST_ARGS)

soak: $(READY) ## what takes long: 10,000 idle clients, a pack saved 1,000 times under load, 200,000 requests
	@MANY=10000 SAVES=1000 REQUESTS=200000 $(BIN)/python -m pytest -q tests/hostile/test_many_connections.py \
		tests/hostile/test_faults.py tests/hostile/test_soak.py --timeout=1800 -n0 -rP $(PYTEST_ARGS)

venv: $(READY) ## the virtual environment alone

$(PRODUCT): pyproject.toml constraints.txt
	@if ! $(BIN)/python -c '$(NEW_ENOUGH)' 2>/dev/null; then \
		chosen=; \
		for candidate in $(CANDIDATES); do \
			if "$$candidate" -c '$(NEW_ENOUGH)' 2>/dev/null; then chosen="$$candidate"; break; fi; \
		done; \
		if [ -z "$$chosen" ]; then \
			echo "replaysandbox needs Python 3.12 or newer with venv, and found none." >&2; \
			echo "Install one (pyenv install 3.13; apt-get install python3-venv; brew install python@3.13)" >&2; \
			echo "or name it: make PYTHON=/path/to/python3" >&2; \
			exit 2; \
		fi; \
		echo "Setting up .venv with $$($$chosen -V) …"; \
		rm -rf .venv; \
		"$$chosen" -m venv .venv; \
	fi
	@$(PIP) hatchling
	@$(PIP) --no-build-isolation -e .
	@touch $@

$(READY): $(PRODUCT) $(PLUGIN)/pyproject.toml
	@$(PIP) --no-build-isolation -e '.[dev]' -e $(PLUGIN)
	@touch $@

clean: ## take away what the targets made
	rm -rf .venv .cache build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
