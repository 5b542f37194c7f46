# The commands of this project; `make run` and `make test` need Python 3.11 or newer, pip and make.

PYTHON ?= python3
VENV   ?= .venv
BIN     = $(VENV)/bin

.PHONY: run test coverage fuzz check test-real bench bench-server clean

run: $(VENV)/.installed ## build the sample feeds and serve them
	$(BIN)/feeds build
	$(BIN)/feeds serve

test: $(VENV)/.installed-test ## the test suite
	$(BIN)/pytest -n logical --maxprocesses 4 --dist worksteal $(PYTEST)

coverage: $(VENV)/.installed-test ## the test suite again, in one process, and which lines and branches it runs
	$(BIN)/coverage run -m pytest $(PYTEST)
	$(BIN)/coverage report --skip-covered --show-missing

FUZZ_SECONDS ?= 100

fuzz: $(VENV)/.installed-test ## property tests with other examples each time, over again until FUZZ_SECONDS are over
	@end=$$(( $$(date +%s) + $(FUZZ_SECONDS) )); \
	while $(BIN)/pytest -q -n logical --maxprocesses 4 --dist worksteal --hypothesis-profile fuzz \
		-m "hypothesis and not real" $(PYTEST); do \
		[ $$(date +%s) -lt $$end ] || exit 0; \
	done; exit 1

test-real: $(VENV)/.installed-test-real ## tests with real readers, browsers and web servers; installs Debian packages as root, and one of npm's
	$(BIN)/pytest -m real $(PYTEST); code=$$?; [ $$code -eq 0 ] || [ $$code -eq 5 ]

check: $(VENV)/.installed-dev ## lint, format, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --editable .
	@touch $@

$(VENV)/.installed-test: pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --editable '.[test]'
	@touch $@

$(VENV)/.installed-test-real: pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --editable '.[test-real]'
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --editable '.[dev]'
	@touch $@

bench: $(VENV)/.installed-bench ## builds, measured against Hugo and a plain script; writes docs/build-times.*
	$(BIN)/python -m benchmarks.build --plain --write $(BENCH)

bench-server: $(VENV)/.installed-bench ## answers, measured against nginx (needs nginx and wrk); writes docs/server-speed.*
	$(BIN)/python -m benchmarks.server --write $(BENCH)

$(VENV)/.installed-bench: pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --editable '.[bench]'
	@touch $@

clean: ## remove what the commands above made
	rm -rf $(VENV) .feeds public .coverage .mypy_cache .ruff_cache .pytest_cache
