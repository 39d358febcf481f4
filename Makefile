# opsdesk: one command each. `make` alone lists them.

VENV := .venv
PY := $(VENV)/bin/python
MANAGE := $(PY) manage.py
# On a server of their own, also where the environment names one for `make run`.
PYTEST := env -u DATABASE_URL -u REDIS_URL $(PY) -m pytest
DEMO ?= 1
PORT ?=
# The first Python that works and is 3.11, or whatever python3 is: preflight says so if that will not do.
PYTHON ?= $(shell for each in python3.11 python3; do $$each -c '' 2>/dev/null && echo $$each && break; done)
PIP_INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all:

.DEFAULT_GOAL := help
.PHONY: help run install install-dev preflight preflight-check lint format-check style types templates layers \
	django-check migrations-check catalogues-check test test-main test-browser test-faults check bench soak pictures draw \
	format lock clean

# Settings want a database address even where none is asked for anything.
NOWHERE := postgres://opsdesk@127.0.0.1:1/opsdesk

# Runs one command under a heading and says how long it took.
define timed
@printf '\n== %s\n' '$(1)'; from=$$(date +%s); $(2) || { printf '== %s: FAILED\n' '$(1)'; exit 1; }; \
	printf '== %s: %s s\n' '$(1)' $$(( $$(date +%s) - from ))
endef

help: ## List the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | \
		while IFS='|' read -r name text; do printf '%-16s %s\n' "$$name" "$$text"; done

run: install ## Run everything with the demo company (DEMO=0: empty; PORT=8010: that port)
	@exec setpriv --pdeathsig TERM $(PY) -m opsdesk.supervisor $(if $(PORT),--port $(PORT)) $(if $(filter 0,$(DEMO)),--empty)

# The environment. A changed lock installs what changed over what is there: every package is pinned by hash, and a
# running opsdesk keeps its files.
preflight:
	@$(if $(PYTHON),$(PYTHON) -I opsdesk/preflight.py --for run,\
		echo 'opsdesk needs Python 3.11. On Debian 12: apt-get update && apt-get install -y python3 python3-venv' >&2; exit 1)

preflight-check:
	@$(PYTHON) -I opsdesk/preflight.py --for check

$(VENV)/installed: requirements.lock | preflight
	@$(PY) -m pip --version >/dev/null 2>&1 || { echo 'Making the virtual environment in $(VENV) …'; $(PYTHON) -m venv $(VENV); }
	@echo 'Installing the locked packages; the first time takes a minute or two …'
	@$(PIP_INSTALL) -r requirements.lock
	@touch $@

$(VENV)/installed-dev: requirements-dev.lock $(VENV)/installed | preflight-check
	@echo 'Installing the locked packages for tests and checks …'
	@$(PIP_INSTALL) -r requirements-dev.lock
	@touch $@

install: preflight $(VENV)/installed
install-dev: install preflight-check $(VENV)/installed-dev

test: test-main test-browser test-faults ## Run all tests: side by side first, then the browser's, then the faults

test-main: install-dev
	$(call timed,tests side by side,$(PYTEST) -n 2 -m "not faults and not browser")

test-browser: install-dev
	$(call timed,tests in the browser,$(PYTEST) -n 2 -m "browser and not faults")

test-faults: install-dev
	$(call timed,tests with faults,$(PYTEST) -m faults)

lint: format-check style types templates layers ## Run the linters alone

format-check: install-dev
	$(call timed,ruff format,$(PY) -m ruff format --check .)

style: install-dev
	$(call timed,ruff check,$(PY) -m ruff check .)

types: install-dev
	$(call timed,mypy,env DATABASE_URL=$(NOWHERE) $(PY) -m mypy manage.py opsdesk apps)

templates: install-dev
	$(call timed,djlint,$(PY) -m djlint --check --lint --quiet templates)

layers: install-dev
	$(call timed,lint-imports,$(VENV)/bin/lint-imports)

# Production settings refuse weak secrets, so each run makes its own; nothing is contacted.
random = $$($(PY) -c 'import secrets; print(secrets.token_hex(48))')
PRODUCTION = env DJANGO_SETTINGS_MODULE=opsdesk.settings.production SECRET_KEY=$(random) VAULT_KEY=$(random) \
	VAULT_SEARCH_KEY=$(random) ALLOWED_HOSTS=office.test DATABASE_URL=$(NOWHERE) \
	REDIS_URL=redis://127.0.0.1:1/0

django-check: install-dev
	$(call timed,manage.py check --deploy,$(PRODUCTION) $(MANAGE) check --deploy --fail-level WARNING)

migrations-check: install-dev
	$(call timed,manage.py makemigrations --check,$(MANAGE) makemigrations --check --dry-run)

catalogues-check: install-dev
	$(call timed,manage.py check_catalogues,$(MANAGE) check_catalogues)

check: lint django-check migrations-check catalogues-check test ## Run all that CI runs

bench: install-dev ## Measure the workloads
	$(PY) -m tests.benchmarks

soak: install-dev ## Keep opsdesk under load and faults for a long while
	$(PY) -m tests.benchmarks.soak

pictures: install-dev ## Take the README's pictures from a running demo company (ADDRESS=… PASSWORD=…)
	$(PY) tools/screenshots.py $(ADDRESS) $(PASSWORD)

draw: install-dev ## Draw the machines into docs/workflows/
	$(MANAGE) draw_workflows

format: install-dev ## Format the code
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

# A lock names no index and no host; pins that still fit pyproject.toml stay as they are.
COMPILE := $(PY) -m piptools compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options

lock: install-dev ## Write both lock files anew from pyproject.toml
	$(COMPILE) --output-file requirements.lock pyproject.toml
	$(COMPILE) --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml

clean: ## Remove what can be made again; the data in var/ stays
	rm -rf $(VENV) static_root test-results .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -not -path './var/*' -type d -prune -exec rm -rf {} +
	find locale apps -name '*.mo' -delete 2>/dev/null || true
