# Two commands, `make run` and `make test`, do everything they need on a fresh machine: Python 3.11 or newer, and make.

PORT ?= 8501
MINUTES ?= 10
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check

# The matrices are small: threads of linear algebra would only fight over the cores, one another's and other visitors'.
export OPENBLAS_NUM_THREADS := 1

.PHONY: help run test fuzz lint bench docs wheel browsers services torch typescript

help:  ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

run: $(VENV)/.app  ## Start the app and open it in the browser; PORT=8502 for another port
	@$(BIN)/streamlit run app.py --server.port $(PORT)

test: $(VENV)/.dev lint browsers services torch  ## Check style and types, then run every test
	@$(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist worksteal

fuzz: $(VENV)/.dev  ## Search for failures from new seeds; MINUTES=60 for longer, SEED=1 to repeat a round
	@$(BIN)/python tests/helpers/fuzz.py $(MINUTES) $(SEED)

lint: $(VENV)/.dev typescript  ## Check style and types alone
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@if [ -x node_modules/.bin/tsc ]; then node_modules/.bin/tsc; fi

bench: $(VENV)/.dev  ## Measure the speed figures of the README
	@for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python "$$script" || exit 1; done

docs: $(VENV)/.dev  ## Write the documentation, with the static site that it is part of, into build/site
	@$(BIN)/python -m landscape site build/site
	@echo "Its first page is build/site/docs/index.html."

wheel: $(VENV)/.dev  ## Build the package that pip installs, into dist/
	@rm -rf build/lib  # what setuptools would take of an older version
	@$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .
	@ls dist/*.whl

# The JavaScript's types and the pages' accessibility are checked where npm is, for the app itself needs no Node.
typescript:
	@if ! command -v npm >/dev/null; then echo "Neither the JavaScript's types nor the pages' accessibility are checked: that needs npm, which is not here."; \
	elif [ ! -e node_modules/.bin/tsc ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then \
	  npm ci --silent --no-audit --no-fund || echo "Neither the JavaScript's types nor the pages' accessibility are checked: npm could not install TypeScript and axe-core."; fi

# Chromium must be had; without a Firefox its tests are skipped, and this says so.
browsers: $(VENV)/.dev
	@$(BIN)/python tests/helpers/chromium.py
	@$(BIN)/python tests/helpers/firefox.py

services: $(VENV)/.dev
	@$(BIN)/python tests/helpers/services.py

# Without PyTorch its tests are skipped, and this says so.
torch: $(VENV)/.dev
	@$(BIN)/python tests/helpers/pytorch.py

# pip runs when a requirements file is newer than its stamp, and only then.
$(VENV)/.app: requirements.txt | $(BIN)/python
	@echo "Installing what the app needs into $(VENV)"
	@$(PIP) --requirement requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt requirements.txt pyproject.toml | $(BIN)/python
	@echo "Installing what the app and its tests need into $(VENV)"
	@$(PIP) --requirement requirements-dev.txt
	@$(PIP) --no-deps --editable .
	@touch $(VENV)/.app $@

# An interpreter's name on the PATH says little (version managers answer to names they cannot run), so each is tried.
$(BIN)/python:
	@for python in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    "$$python" -m venv --clear $(VENV) || { rm -rf $(VENV); exit 1; }; exit 0; \
	  fi; \
	done; \
	echo "Python 3.11 or newer is needed, and none was found: name one with make PYTHON=/path/to/python." >&2; exit 1
