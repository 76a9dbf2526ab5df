# "make" shows what there is. PYTHON=/path/to/python chooses the interpreter.

.DEFAULT_GOAL := help
.PHONY: help serve test check format docs screenshots bench clean

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
PYTHON ?=

# The sample threads belong to the sample articles: whoever brings other articles brings other threads.
THREADS ?= $(if $(KB_ARTICLES),,articles/community/threads.jsonl)

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

serve: $(VENV)/installed ## Install what is missing, index the articles, serve the site at http://127.0.0.1:8000
	@$(if $(THREADS),$(BIN)/kb import threads $(THREADS))
	@$(BIN)/kb index
	@exec $(BIN)/kb serve

screenshots: $(VENV)/installed-dev ## Photograph every type of page into build/screenshots (needs Chromium)
	@$(BIN)/python tools/screenshots

test: check ## Everything: format, lint, types, import layers, tests, documentation
	@$(BIN)/python -m pytest -n auto

check: $(VENV)/installed-dev ## The quick part: format, lint, types, import layers
	@$(BIN)/ruff format --check --quiet . || { echo 'Run "make format".' >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@report=$$($(BIN)/lint-imports --no-cache) || { echo "$$report"; exit 1; }

format: $(VENV)/installed-dev ## Format the code and mend what the linter can mend
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format .

docs: $(VENV)/installed-dev ## Write docs/cli.md anew from the commands
	@$(BIN)/python -m tests.cli_reference

bench: $(VENV)/installed-bench ## Measure searches against other engines, into docs/benchmarks (ten minutes, an idle machine)
	@$(BIN)/python benchmarks/search_speed.py --save docs/benchmarks/search-speed.md

clean: ## Remove the virtual environment and caches; data/ stays
	@rm -rf $(VENV) dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

$(VENV)/installed: pyproject.toml | $(VENV)
	@echo "Installing into $(VENV) (the first time takes a minute) ..."
	@$(PIP) install --editable .
	@touch $@

$(VENV)/installed-dev: pyproject.toml | $(VENV)
	@echo "Installing the development tools into $(VENV) ..."
	@$(PIP) install --editable '.[dev]'
	@touch $@ $(VENV)/installed

$(VENV)/installed-bench: $(VENV)/installed-dev
	@echo "Installing the engines to compare with into $(VENV) ..."
	@$(PIP) install --editable '.[bench]'
	@touch $@

# A virtual environment that could not be made whole is removed: it must not pass for one next time.
$(VENV):
	@python='$(PYTHON)'; \
	[ -n "$$python" ] || python=$$(tools/find-python) || exit 1; \
	"$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
		{ echo "PYTHON=$$python is not a Python 3.11, 3.12 or 3.13." >&2; exit 1; }; \
	echo "Making $(VENV) with $$("$$python" --version)"; \
	"$$python" -m venv $(VENV) || { rm -rf $(VENV); exit 1; }
