# greenapi: two commands are enough, `make demo` and `make test`. Each makes .venv and installs what it needs.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
RUN := $(VENV)/bin/python
COMPILE = var/uv/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate --quiet $(if $(UPGRADE),--upgrade)
REDOCLY := REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true npx --yes @redocly/cli@2.77.0

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test check fuzz lint types layers migrations contract lint-openapi bench-ledger bench-export bench-search \
	lock clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile

# `exec`: make, Ctrl-C and SIGTERM speak to Python itself, not to a shell that would forget it.
demo: $(VENV)/.demo ## serve the bundled facts on this machine until Ctrl-C (PORT=8000 SOURCES=folder RESET=1)
	@exec $(RUN) manage.py demo --port '$(PORT)' $(if $(SOURCES),--sources '$(SOURCES)') $(if $(RESET),--reset)

test: $(VENV)/.dev ## run the tests on a throw-away Postgres, or on DATABASE_URL (ARGS="-k ledger")
	@exec $(RUN) -m pytest -n auto --dist worksteal $(PYTEST_ARGS) $(ARGS)

check: lint types layers migrations contract ## run every check that is not a test

lint: $(VENV)/.dev ## check style and formatting
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .

types: $(VENV)/.dev ## check types
	@$(RUN) -m mypy

layers: $(VENV)/.dev ## check who imports whom
	@PYTHONPATH=client/src $(VENV)/bin/lint-imports

# On a throw-away Postgres: Django also looks whether the migrations applied are consistent, and check_ledger whether
# version tables, triggers, views and rights are what the models ask for once all migrations have run.
migrations: $(VENV)/.dev ## check that no model change lacks its migration, and what the migrations make
	@exec $(RUN) -m greenapi.embedded sh -ec '$(RUN) manage.py makemigrations --check --dry-run; \
		$(RUN) manage.py migrate --verbosity 0; $(RUN) manage.py check_ledger'

contract: $(VENV)/.dev ## check that greenapi/openapi.yaml is what the code serves
	@$(RUN) manage.py contract --check

lint-openapi: ## lint greenapi/openapi.yaml with Redocly, where npm is at hand
	@if ! $(REDOCLY) --version >/dev/null 2>&1; then echo "Redocly cannot be had here (npm); nothing is linted"; \
		else $(REDOCLY) lint greenapi/openapi.yaml; fi

# The smaller sets take their versions from the larger one, so that one .venv serves them all.
fuzz: $(VENV)/.dev ## ask a running service whatever its document allows and forbids (EXAMPLES=50 ONLY="^/api/v1/units")
	@exec $(RUN) -m tests.contract.fuzzing --examples '$(or $(EXAMPLES),50)' \
		$(if $(ONLY),--include-path-regex '$(ONLY)') $(ARGS)

bench-ledger: $(VENV)/.dev ## measure what the ledger costs, about 20 minutes (ROWS=1000000 ROUNDS=7 PARTS="writes reads")
	@exec $(RUN) -m bench.ledger --rows '$(or $(ROWS),1000000)' --rounds '$(or $(ROUNDS),7)' \
		$(if $(PARTS),--parts $(PARTS))

bench-export: $(VENV)/.dev ## measure what exporting all observations takes of a server (ROWS=1000000 FORMATS="ndjson csv parquet")
	@exec $(RUN) -m bench.export --rows '$(or $(ROWS),1000000)' $(if $(FORMATS),--formats $(FORMATS))

bench-search: $(VENV)/.dev ## measure what a search costs among many segments, about 10 minutes (SEGMENTS=100000 ASKED=400)
	@exec $(RUN) -m bench.search --segments '$(or $(SEGMENTS),100000)' --asked '$(or $(ASKED),400)'

lock: var/uv/.made ## write requirements/*.txt anew from pyproject.toml (UPGRADE=1: newest versions)
	@$(COMPILE) --extra dev --output-file requirements/dev.txt >/dev/null
	@$(COMPILE) --extra embedded --constraint requirements/dev.txt --output-file requirements/demo.txt >/dev/null
	@$(COMPILE) --constraint requirements/dev.txt --output-file requirements/service.txt >/dev/null
	@grep -c '==' requirements/*.txt

clean: ## remove .venv, the demo's data and everything generated
	-@test ! -e $(VENV)/.demo || $(RUN) -c 'from pathlib import Path; from greenapi import embedded; \
		embedded.remove(Path("var/demo/postgres"))'
	@rm -rf $(VENV) var build dist *.egg-info client/build client/*.egg-info \
		.mypy_cache .ruff_cache client/.ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "greenapi needs Python 3.11 or later, and $(PYTHON) is not; name another: make PYTHON=python3.12 ..." >&2; \
		exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/.demo: requirements/demo.txt $(VENV)/.made
	@echo "Installing $$(grep -c == $<) packages from $< ..."
	@$(RUN) -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

# What the demo needs is a part of what the tests need.
$(VENV)/.dev: requirements/dev.txt $(VENV)/.made
	@echo "Installing $$(grep -c == $<) packages from $<; the first time takes about a minute ..."
	@$(RUN) -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $(VENV)/.demo $@

var/uv/.made:
	@$(PYTHON) -m venv --clear var/uv
	@var/uv/bin/pip install -qq --disable-pip-version-check uv
	@touch $@
