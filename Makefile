# One command per chore. Python 3.11 and make are all it needs; everything else goes into .venv and .state.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash
MAKEFLAGS += --no-print-directory
.NOTPARALLEL:

SERVE ?= 1
ARGS ?=
WORKERS ?= 3
PYTHON := .venv/bin/python
INSTALLED := .venv/.installed
# A developer's tool: a database of one's own does not make it production (portal/environment.py).
export COUNTERSIGN_PRODUCTION ?= 0

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | column -t -s '|'

install: $(INSTALLED) ## make the environment in .venv from the lock
	@:

# The stamp says where it was made: programs in a .venv that was copied or moved point to the old place.
ifneq ($(shell cat $(INSTALLED) 2>/dev/null),$(shell realpath .venv 2>/dev/null))
.PHONY: $(INSTALLED)
endif
$(INSTALLED): uv.lock pyproject.toml bin/install
	@bin/install

settings: install
	@$(PYTHON) -m portal.environment

demo: settings ## start everything, run both flows, tell the story, serve (SERVE=0: stop at its end)
	@exec $(PYTHON) -m demo $(if $(filter 0,$(SERVE)),--no-serve) $(ARGS)

run: settings ## serve the portal without the story
	@exec $(PYTHON) -m demo --no-story $(ARGS)

stop: install ## stop the embedded servers
	@$(PYTHON) -m portal.embedded stop
	@$(PYTHON) -m portal.embedded stop --state-dir .state/test

check: lint types imports migrations test ## everything that must hold; the tests last

# bandit leaves these five to ruff, which asks for a reason at each place.
lint: install ## ruff, format, bandit
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/bandit -q -r portal guardrails audit connectors questions tickets deploy -ll -s B108,B308,B608,B611,B703

fix: install ## let ruff correct what it can
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

types: install ## mypy
	@.venv/bin/mypy portal guardrails audit connectors questions tickets

imports: install ## the ladder of floors
	@.venv/bin/lint-imports --no-logo

migrations: settings ## models and migrations in step, Django's own checks
	@$(PYTHON) -m tests.with_servers manage.py makemigrations --check --dry-run
	@$(PYTHON) -m tests.with_servers manage.py check

test: settings ## every test that can run here; says what it skipped and why
	@bin/test-packages
	@$(PYTHON) -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

requirements: install ## every promise with its tests
	@$(PYTHON) -m tests.requirements $(ARGS)

mutants: settings ## break each promise once: its own tests must fail
	@$(PYTHON) -m tests.mutants $(ARGS)

bench: settings ## how fast it is
	@$(PYTHON) -m bench $(ARGS)

screenshots: settings ## pictures of every page in the four roles, into docs/img
	@$(PYTHON) -m demo.screenshots $(ARGS)

clean: ## stop the servers; remove the environment and everything that was made
	@if [ -x $(PYTHON) ]; then $(PYTHON) -m portal.embedded stop; \
		$(PYTHON) -m portal.embedded stop --state-dir .state/test; fi
	rm -rf .venv .state staticfiles .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

.PHONY: help install settings demo run stop check lint fix types imports migrations test requirements mutants \
	bench screenshots clean
