# Needs Python 3.11+, make and a shell; everything else comes into .venv and .local.
.DEFAULT_GOAL := help
PY := .venv/bin/python
# Two by default: each worker has a database of its own.
TEST_PROCESSES ?= 2

.PHONY: help run test faults check fix manage clean dev

help: ## Show what there is.
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile

run: ## Start everything on this machine; PORT=8000 moves it, Ctrl-C stops it.
	@sh config/local/environment.sh requirements/run.txt && exec $(PY) -m config.local.run --with-parent

test: dev ## Run every test, on servers of its own; ARGS="tests/desk -x" passes on.
	@CHROMIUM="$$($(PY) -m config.local.browser)" && export CHROMIUM && \
		exec $(PY) -m pytest -n $(TEST_PROCESSES) $(ARGS)

faults: dev ## Break servers and workers on purpose and count letters; SUITE=kills SEED=7.
	@exec $(PY) -m tests.faults $(SUITE) $(if $(SEED),--seed $(SEED)) $(ARGS)

check: dev ## Format, lint, types, layers, templates, migrations, deployment.
	@exec sh config/local/check.sh

bench: dev ## Measure it against the least it could cost; ARGS="people letters" picks rows.
	@exec $(PY) -m benchmarks $(ARGS)

fix: dev ## Mend what can be mended by machine.
	@$(PY) -m ruff check --fix --quiet . ; $(PY) -m ruff format . ; $(PY) -m config.local.moves

manage: ## Run a management command on the local data: make manage ARGS="demo --reset".
	@set -a && . "$${LOCAL_DIR:-.local}/environment" && exec $(PY) manage.py $(ARGS)

clean: ## Remove what was built. The local data in .local stays.
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache staticfiles
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

dev:
	@sh config/local/environment.sh requirements/dev.txt
