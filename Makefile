# Everything starts here, from nothing but python3 and make.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check lint bench soak sbom env pins clean system-venv system-tools

PYTHON ?= python3
SERVE ?= 1
VENV := .venv
BIN := $(VENV)/bin
PIP_FLAGS := -qq --disable-pip-version-check
PIP_INSTALL := $(BIN)/python -m pip $(PIP_FLAGS) install
CHECKOUT := --no-deps --no-build-isolation -e .
COMPILE := --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url -q --upgrade

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 14

run: $(VENV)/.run ## set up what is needed, decide the bundled cases, then serve them (SERVE=0: do not)
	@$(BIN)/clausewise demo
	@test "$(SERVE)" = 0 || test -n "$$CI" || $(BIN)/clausewise serve --demonstration build/demonstration

test: lint system-tools ## everything that must hold before a change is accepted
	$(BIN)/pytest -q -n auto
	$(BIN)/clausewise test

check: lint ## the fast part of test, in under a minute
	$(BIN)/pytest -q -n auto -m "not slow"

lint: env ## style, types, layers, and how large functions and files are
	$(BIN)/ruff check
	$(BIN)/mypy $(wildcard src tests benchmarks tools)
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m tests.house.figures

bench: env ## the races and the other measurements
	@set -e; for script in $$(grep -l __main__ benchmarks/*.py); do echo "== $$script"; $(BIN)/python -m benchmarks.$$(basename $$script .py); done

soak: env system-tools ## many more random cases, every line of the documents changed, kill -9 and loss of power
	$(BIN)/pytest -q -n auto --hypothesis-profile=soak tests/properties
	$(BIN)/python -m tests.soak.api
	$(BIN)/python -m tools.mutate_documents
	$(BIN)/python -m tests.soak.deadline_lives
	$(BIN)/python -m tests.soak.kill
	$(BIN)/python -m tests.soak.kill --database postgresql --rounds 50
	$(BIN)/python -m tests.soak.kill --through http --rounds 25
	$(BIN)/python -m tests.soak.kill --through http --database postgresql --rounds 6
	$(BIN)/python -m tests.soak.power
	$(BIN)/python -m tests.soak.power --synchronous NORMAL
	$(BIN)/python -m tests.soak.faults
	$(BIN)/python -m tests.soak.schedules
	$(BIN)/python -m tests.soak.schedules --database postgresql --schedules 500
	$(BIN)/python -m tests.soak.winners

sbom: env ## the bill of materials (CycloneDX) of what runs, in build/sbom.json
	@$(BIN)/python -m tools.bill_of_materials build/sbom.json && echo "build/sbom.json"

env: $(VENV)/.dev ## the environment with all tools, in .venv

pins: ## renew the pinned versions in requirements/
	@test -x build/pins/bin/uv || { $(PYTHON) -m venv build/pins && build/pins/bin/pip $(PIP_FLAGS) install uv; }
	build/pins/bin/uv pip compile $(COMPILE) requirements/run.in -o requirements/run.txt
	build/pins/bin/uv pip compile $(COMPILE) -c requirements/run.txt requirements/dev.in -o requirements/dev.txt

clean: ## remove what the other targets made
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

# Two sizes of one environment: what the program needs, and what its checks need on top. The stamps say which is there.
$(VENV)/.run: requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "Setting up Clausewise in $(VENV) (only the first time) ..."
	@$(PIP_INSTALL) --require-hashes -r requirements/run.txt
	@$(PIP_INSTALL) $(CHECKOUT)
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(BIN)/python
	@echo "Setting up Clausewise and its tools in $(VENV) (only the first time) ..."
	@$(PIP_INSTALL) --require-hashes -r requirements/dev.txt
	@$(PIP_INSTALL) $(CHECKOUT)
	@touch $(VENV)/.run $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Clausewise needs Python 3.11 or newer. Name one: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || $(MAKE) --no-print-directory system-venv
	@$(PYTHON) -m venv $(VENV)

# Debian keeps the part of Python that makes environments in a package of its own.
system-venv:
	@test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
	  || { echo "This Python cannot make environments. On Debian: sudo apt-get install python3-venv"; exit 1; }
	@echo "Installing python3-venv ..."
	@apt-get -qq update && apt-get -qq install -y python3-venv >/dev/null

# The storage is tested on a real PostgreSQL, rebuilt files by exiftool, loss of power and failing disks on the system calls that
# strace records; where they cannot be installed those tests are skipped, and say so.
system-tools:
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || test "$$(id -u)" != 0 || ! command -v apt-get >/dev/null \
	  || { echo "Installing postgresql ..."; apt-get -qq update && apt-get -qq install -y postgresql >/dev/null; }
	@command -v exiftool >/dev/null || test "$$(id -u)" != 0 || ! command -v apt-get >/dev/null \
	  || { echo "Installing exiftool ..."; apt-get -qq update && apt-get -qq install -y libimage-exiftool-perl >/dev/null; }
	@command -v strace >/dev/null || test "$$(id -u)" != 0 || ! command -v apt-get >/dev/null \
	  || { echo "Installing strace ..."; apt-get -qq update && apt-get -qq install -y strace >/dev/null; }
