# Needs nothing but make and Python 3.11 or newer with its venv module: config/install.py fetches the rest into .venv.
PYTHON ?= python3
PY := .venv/bin/python

run: install          ## the site at http://127.0.0.1:8000 (HOST and PORT say otherwise) and its worker
	@exec $(PY) -m config.run
link: install         ## make link EMAIL=...: a link that signs this user in once
	@$(PY) manage.py sign_in_link "$(EMAIL)" --base "http://$(or $(HOST),127.0.0.1):$(or $(PORT),8000)"
test: install-dev     ## everything but the slow tests, on SQLite, PostgreSQL and in Chromium
	@$(PY) -m tests.run $(ARGS)
test-slow: install-dev ## kills, fuzzing and whole files
	@$(PY) -m tests.run --slow $(ARGS)
bench: install-dev    ## how fast, how exact: make bench ARGS=imports
	@$(PY) -m tests.bench $(ARGS)
lint: install-dev
	@$(PY) -m ruff check . && $(PY) -m ruff format --check .
format: install-dev
	@$(PY) -m ruff check --fix . && $(PY) -m ruff format .
messages: install-dev ## bring locale/ up to date with the strings in the code
	@$(PY) -m tests.translations update

install:
	@$(PYTHON) -m config.install requirements.txt
install-dev:
	@$(PYTHON) -m config.install requirements-dev.txt

.PHONY: run link test test-slow bench lint format messages install install-dev
