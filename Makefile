# The commands of this project; `make run` and `make test` need Python 3.11 or newer, pip and make.

PYTHON ?= python3
VENV   ?= .venv
BIN     = $(VENV)/bin
LOCKS   = requirements
# Exactly the versions that were tested, and no file that is not the one that was locked.
INSTALL = $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes
# The project itself is a link to this folder; its build backend is locked like all else.
LINK    = $(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .

.PHONY: run test coverage test-real test-lowest test-newest fuzz check lock bench bench-server clean

# As many processes as the machine has cores, four at most.
PARALLEL = -n logical --maxprocesses 4 --dist worksteal

run: $(VENV)/.run ## build the sample feeds and serve them
	$(BIN)/feeds build
	$(BIN)/feeds serve

test: $(VENV)/.test ## the test suite
	$(BIN)/pytest $(PARALLEL) $(PYTEST)

coverage: $(VENV)/.test ## the test suite again, in one process, and which lines and branches it runs
	$(BIN)/coverage run -m pytest $(PYTEST)
	$(BIN)/coverage report --skip-covered --show-missing

FUZZ_SECONDS ?= 100

fuzz: $(VENV)/.test ## property tests with other examples each time, over again until FUZZ_SECONDS are over
	@end=$$(( $$(date +%s) + $(FUZZ_SECONDS) )); \
	while $(BIN)/pytest -q $(PARALLEL) --hypothesis-profile fuzz \
		-m "hypothesis and not real" $(PYTEST); do \
		[ $$(date +%s) -lt $$end ] || exit 0; \
	done; exit 1

test-real: $(VENV)/.test-real ## tests with real readers, browsers and web servers; installs Debian packages as root, and one of npm's
	$(BIN)/pytest -m real $(PYTEST); code=$$?; [ $$code -eq 0 ] || [ $$code -eq 5 ]

test-lowest: ## the suite with the oldest versions that pyproject.toml allows
	rm -rf .venv-lowest
	$(MAKE) VENV=.venv-lowest .venv-lowest/.lowest
	.venv-lowest/bin/pytest $(PARALLEL) $(PYTEST)

test-newest: ## the suite with the newest versions that there are today
	rm -rf .venv-newest
	$(PYTHON) -m venv .venv-newest
	.venv-newest/bin/pip install --quiet --disable-pip-version-check --upgrade --editable '.[test]'
	.venv-newest/bin/pip list --format freeze
	.venv-newest/bin/pytest $(PARALLEL) $(PYTEST)

check: $(VENV)/.dev ## lint, format, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.bench ## builds, measured against Hugo and a plain script; writes docs/build-times.*
	$(BIN)/python -m benchmarks.build --plain --write $(BENCH)

bench-server: $(VENV)/.bench ## answers, measured against nginx (needs nginx and wrk); writes docs/server-speed.*
	$(BIN)/python -m benchmarks.server --write $(BENCH)

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

# .run, .test, .test-real, .dev and .bench mark what is installed.
$(VENV)/.%: $(LOCKS)/%.txt pyproject.toml | $(VENV)/bin/python
	$(INSTALL) -r $<
	$(LINK)
	@touch $@

UV      = .venv-lock/bin/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url \
          --upgrade --python-version 3.11
RUN     = pyproject.toml $(LOCKS)/build.in

lock: ## choose the newest versions of everything, and write them down with their hashes
	test -x .venv-lock/bin/uv || { $(PYTHON) -m venv .venv-lock && .venv-lock/bin/pip install --quiet uv; }
	$(UV) $(RUN) --all-extras -o $(LOCKS)/all.txt
	for extra in test test-real dev bench; do \
		$(UV) $(RUN) --extra $$extra --constraint $(LOCKS)/all.txt -o $(LOCKS)/$$extra.txt || exit 1; \
	done
	$(UV) $(RUN) --constraint $(LOCKS)/all.txt -o $(LOCKS)/run.txt
	$(UV) $(RUN) --resolution lowest-direct -o $(LOCKS)/oldest.txt
	$(UV) $(RUN) --extra test --constraint $(LOCKS)/oldest.txt -o $(LOCKS)/lowest.txt
	rm $(LOCKS)/all.txt $(LOCKS)/oldest.txt

clean: ## remove what the commands above made
	rm -rf $(VENV) .venv-* .feeds public .coverage .mypy_cache .ruff_cache .pytest_cache
