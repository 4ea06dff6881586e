# make demo: a living Cité on http://127.0.0.1:8000     make test: the ordinary tests     make help: the rest
SHELL := /bin/sh
.DEFAULT_GOAL := help

BIN := .venv/bin
TAMPON := .venv/.installe
PYTEST_ARGS ?=

.PHONY: .venv help demo test e2e mesures lint messages lock clean

help: ## This list
	@sed -n 's/^\([a-z0-9]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

# The first interpreter that runs and is recent enough: a command can exist and still not run (version managers' shims).
$(TAMPON): requirements.lock
	@set -e; python=""; \
	for candidat in $$PYTHON python3.13 python3.12 python3.11 python3 python; do \
	  if "$$candidat" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then python=$$candidat; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "Python 3.11 or newer is needed, with its venv module, and none was found." >&2; \
	  echo "Install it (Debian: apt install python3 python3-venv) or name one: make PYTHON=/path/to/python3" >&2; \
	  exit 1; \
	fi; \
	if ! $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	  echo "Creating .venv with $$python"; rm -rf .venv; "$$python" -m venv .venv; \
	fi; \
	echo "Installing requirements.lock"; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock; \
	touch $@

.venv: $(TAMPON)

demo: $(TAMPON) ## A living Cité on http://127.0.0.1:8000 (Ctrl-C stops it)
	@DEMO=1 exec $(BIN)/python manage.py demo $(ARGS)

test: $(TAMPON) ## Every test but the measures (browser tests are skipped where Chromium is missing)
	$(BIN)/python -m pytest -n auto $(PYTEST_ARGS)

e2e: $(TAMPON) ## The browser tests only
	$(BIN)/python -m pytest -n auto -m navigateur $(PYTEST_ARGS)

mesures: $(TAMPON) ## Tickets, calls, live screens, waiting times: each beside its reference (20 minutes)
	@$(BIN)/python -m tests.mesures $(ARGS)
	@$(BIN)/python -m tests.mesures.direct
	@$(BIN)/python -m tests.mesures.prevision --graines 1 --sans-variantes

lint: $(TAMPON) ## Style, templates, import directions, types, missing migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@if [ -d templates ]; then $(BIN)/djlint templates --lint --quiet; fi
	$(BIN)/lint-imports
	DEBUG=1 $(BIN)/mypy
	DEBUG=1 $(BIN)/python manage.py makemigrations --check --dry-run

# Public surfaces only: staff pages and the admin are in French.
PAS_PUBLICS := reception* guichet* pilotage* publication periodes.py passe.py admin* models etats.py amorcer.py demonstration.py demo.html entete.html \
  bandeau_demo.html connexion.html registre.py simulation.py tests var .venv annulation.py entretiens.py appels.py guichets.py portes.py
messages: $(TAMPON) ## Collect and compile the translations (needs gettext)
	DEBUG=1 $(BIN)/python manage.py makemessages --no-obsolete --no-location --no-wrap \
	  $(foreach langue,en es ar uk,--locale $(langue)) $(foreach motif,$(PAS_PUBLICS),--ignore '$(motif)')
	DEBUG=1 $(BIN)/python manage.py compilemessages --ignore .venv

lock: ## Renew requirements.lock from pyproject.toml (LOCK_ARGS=--upgrade takes newer versions)
	@set -e; outils=$$(mktemp -d); trap 'rm -rf "$$outils"' EXIT; \
	python3 -m venv "$$outils"; "$$outils/bin/pip" install --quiet --disable-pip-version-check uv; \
	"$$outils/bin/uv" pip compile --quiet --all-extras --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-emit-index-url --no-emit-find-links $(LOCK_ARGS) pyproject.toml -o requirements.lock

clean: ## Forget the environment, the local databases and the caches
	rm -rf .venv var .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis
