# Two commands: `make run` to try Toolshare, `make test` to prove it.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
BIN = .venv/bin
SPOKEN = $(wildcard toolshare/translations/*/LC_MESSAGES/messages.po)
LOCK = $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-header --no-emit-index-url --no-strip-extras

.PHONY: run test check bench machine wheel lock audit messages clean

run: .venv/runtime
	@$(BIN)/toolshare demo --if-empty
	@exec $(BIN)/toolshare serve --host $(HOST) --port $(PORT)

# Servers and commands that tests start find themselves compiled, whatever the shell says of that.
test: export PYTHONDONTWRITEBYTECODE =
test: machine check
	$(BIN)/python -m slipcover --dont-wrap-pytest --json --out .coverage -m pytest -n auto --dist worksteal
	@$(BIN)/python -m slipcover --merge .coverage --out .coverage.merged --skip-covered --fail-under 95

check: .venv/development
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

# The figures of docs/developers/figures.md, in about five minutes; CROWDED is in seconds.
CROWDED ?= 5
bench: .venv/development
	@$(BIN)/python -m benchmarks.labels
	@echo
	@$(BIN)/python -m benchmarks.availability docs/pictures/availability.svg
	@echo
	@$(BIN)/python -m benchmarks.calendars
	@echo
	@$(BIN)/python -m benchmarks.pages
	@echo
	@$(BIN)/python -m benchmarks.scanning
	@echo
	@$(BIN)/python -m benchmarks.contention $(CROWDED)

# Chromium, PostgreSQL and poppler, when they are missing and may be installed.
machine:
	@tests/machine.sh

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Toolshare needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 ..."; exit 1; }
	$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

.venv/runtime: requirements/runtime.txt requirements/build.txt setup.cfg $(SPOKEN) | .venv/bin/python
	$(BIN)/python -m pip install -qq --require-hashes -r requirements/build.txt -r requirements/runtime.txt
	$(BIN)/python -m pip install -qq --no-deps --no-build-isolation --editable .
	@touch $@

.venv/development: requirements/development.txt .venv/runtime .venv/storage/bin/moto_server
	$(BIN)/python -m pip install -qq --require-hashes -r requirements/development.txt
	@touch $@

# An S3-compatible storage for the tests, which wants other versions of things than we do.
.venv/storage/bin/moto_server: requirements/storage.txt | .venv/bin/python
	$(BIN)/python -m venv .venv/storage
	.venv/storage/bin/python -m pip install -qq --require-hashes -r requirements/storage.txt
	@touch $@

# For real use: dist/toolshare-*.whl holds all that an installation needs.
wheel: .venv/development
	rm -rf build dist
	$(BIN)/python -m build --wheel --no-isolation

lock: .venv/development
	$(LOCK) requirements/build.in -o requirements/build.txt
	$(LOCK) requirements/runtime.in -o requirements/runtime.txt
	$(LOCK) requirements/development.in -o requirements/development.txt
	$(LOCK) requirements/storage.in -o requirements/storage.txt

# Whether anything that an installation needs is known to have a hole: asks the package index.
audit: .venv/development
	$(BIN)/uv tool run pip-audit --strict --require-hashes --disable-pip -r requirements/runtime.txt

# Collects the words to translate, and puts those that are new into each language, empty.
messages: .venv/development
	$(BIN)/pybabel -q extract -F babel.cfg -k "msgid msgids:1,2" --sort-by-file --no-location \
		--project=toolshare -o toolshare/translations/messages.pot .
	$(BIN)/pybabel -q update -i toolshare/translations/messages.pot -d toolshare/translations \
		--no-fuzzy-matching --ignore-obsolete --width=100

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .coverage*
