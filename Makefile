# Two commands matter: `make demo` and `make test`. Both set everything up first.
SHELL := /bin/bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.installed
say = @printf '%s\n' "== $(1)"

.PHONY: help setup lock demo browser test check pictures bench-load bench-ui bench-api bench-match bench-match-live

help:
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(STAMP) ## virtual environment with the locked dependencies

# Made anew whenever the lock changes. The stamp comes last, so an interrupted set-up is done again.
$(STAMP): requirements.lock
	$(call say,Setting up $(VENV))
	@rm -f $@
	@found=; \
	for python in $(PYTHON) python3.11 python3.12 python3.13 python3.14 python3; do \
	  if $$python -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then echo "Python 3.11 or later was not found: install it, or name it with PYTHON=..." >&2; exit 1; fi; \
	if ! $$found -c 'import venv, ensurepip' 2>/dev/null; then \
	  echo "$$found has no venv module: install it (Debian: apt install python3-venv), or name another with PYTHON=..." >&2; exit 1; \
	fi; \
	$(PY) -c 'import pip' 2>/dev/null || $$found -m venv --clear $(VENV)
	$(call say,Installing $$(grep -c '==' requirements.lock) packages)
	@$(PY) -m pip install -qq --disable-pip-version-check --no-input --require-hashes -r requirements.lock
	@touch $@

lock: $(STAMP) ## resolve the dependencies of pyproject.toml anew (needs uv)
	@uv pip compile --universal --python-version 3.11 --extra dev --generate-hashes --no-header \
	  --no-emit-index-url --no-emit-find-links --upgrade --quiet --output-file requirements.lock pyproject.toml

demo: $(STAMP) ## the whole hub with three simulated systems; ONCE=1, DEMO_SCALE=0.1, SEED=7
	@exec $(PY) manage.py demo $(if $(ONCE),--once) $(if $(DEMO_SCALE),--scale $(DEMO_SCALE)) $(if $(SEED),--seed $(SEED))

check: $(STAMP) ## the quick half of `make test`: style, types, imports
	$(call say,ruff)
	@$(VENV)/bin/ruff check --quiet .
	$(call say,mypy)
	@$(VENV)/bin/mypy --no-error-summary
	$(call say,imports)
	@out=$$($(VENV)/bin/lint-imports --no-logo 2>&1) || { printf '%s\n' "$$out"; exit 1; }

browser: ## Chromium for the browser tests, from Debian's packages where this account may install them
	@if [ -z "$$CHROMIUM" ] && ! command -v chromium chromium-browser google-chrome google-chrome-stable >/dev/null; then \
	  if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	    echo "== Installing Chromium"; \
	    (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	      chromium fonts-dejavu-core fonts-liberation) >/dev/null || echo "Chromium could not be installed." >&2; \
	  else \
	    echo "No Chromium, and this account may not install it: browser tests are left out (with CI=true they fail)." >&2; \
	  fi; \
	fi

test: check browser ## every check and test, the demo at a tenth of its size among them
	$(call say,migrations and deployment checks)
	@$(VENV)/bin/pytest tests/architecture
	$(call say,tests)
	@$(VENV)/bin/pytest tests --ignore=tests/architecture
	$(call say,demo at a tenth of its size)
	@env -u DATABASE_URL -u REDIS_URL DATA_DIR=.data/test-demo $(PY) manage.py demo --once --scale 0.1
	$(call say,all good)

pictures: $(STAMP) browser ## the pictures of the README, made anew by the browser tests
	@$(VENV)/bin/pytest tests/browser/test_looks.py -k "1280 and light"
	@mkdir -p tests/browser/pictures
	@for name in case queue customer monitor; do \
	  cp .data/pictures/$$name-1280-light.png tests/browser/pictures/$$name.png; \
	done

bench-load: $(STAMP) ## first load of 20,000 source records, as JSON lines
	@$(PY) -m tests.bench.load

bench-ui: $(STAMP) ## pages of the desk on 1,000,000 golden customers, as JSON lines
	@$(PY) -m tests.bench.ui

bench-api: $(STAMP) ## the REST API on 1,000,000 golden customers, as JSON lines
	@$(PY) -m tests.bench.api

bench-match-live: $(STAMP) ## one new record against 1,000,000 golden ones and against Splink, as JSON lines
	@$(PY) -m tests.bench.live

bench-match: $(STAMP) ## matching on labelled files, beside Splink where SPLINK_PYTHON names it, as JSON lines
	@$(PY) -m tests.bench.match
