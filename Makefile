# Every target sets up what it needs by itself: `make help` lists them.
PYTHON ?= python3
RUN := .venv/bin/python -m
CACHE := $(CURDIR)/.venv/cache

# The commands see this environment and nothing of the user's own settings.
unexport PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONWARNINGS PYTHONOPTIMIZE PYTHONINSPECT PYTHONSAFEPATH PYTHONDONTWRITEBYTECODE
unexport PYTHONPYCACHEPREFIX PYTEST_ADDOPTS PYTEST_PLUGINS
unexport MPLBACKEND JUPYTER_PATH JUPYTER_CONFIG_PATH IPYTHON_CONFIG LANGUAGE COQPATH PIP_TARGET PIP_PREFIX SPHINXOPTS
export PYTHONNOUSERSITE := 1
export PYTHONHASHSEED := 0
export PYTHONUTF8 := 1
export SOURCE_DATE_EPOCH := 0
export PIP_USER := 0
export LC_ALL := C.UTF-8
export TZ := UTC
export LOSSBOOK_CACHE := $(CACHE)/lossbook
export MPLCONFIGDIR := $(CACHE)/matplotlib
export IPYTHONDIR := $(CACHE)/ipython
export JUPYTER_CONFIG_DIR := $(CACHE)/jupyter/config
export JUPYTER_DATA_DIR := $(CACHE)/jupyter/data
export JUPYTER_RUNTIME_DIR := $(CACHE)/jupyter/runtime
export JUPYTER_PREFER_ENV_PATH := 1

.PHONY: help environment book test formal notebooks pdf lint browser wheel peers fetch-peers bench results lock clean
.DEFAULT_GOAL := help

help: ## list the targets
	@sed -n 's/^\([a-z]*\):[^#]*## /\1\t/p' Makefile | expand -t 12

environment: ## make .venv as requirements.lock says (all targets below do so by themselves)
	@command -v "$(PYTHON)" >/dev/null || { echo "Python 3.11 or later is needed and $(PYTHON) was not found: name one, as in  make book PYTHON=python3.12" >&2; exit 1; }
	@"$(PYTHON)" tools/environment.py $(if $(filter file,$(origin PYTHON)),,--this-python)

book: environment ## run every chapter from nothing, render the book, print the page to open
	@$(RUN) tools.build_book

test: environment ## unit tests, then every notebook against its stored outputs
	@$(RUN) pytest --nbval --nbval-current-env -n 2 --dist loadscope --no-loadscope-reorder tests book

formal: environment ## compile the Coq proofs from nothing, print what each theorem rests on (Coq is needed)
	@$(RUN) tools.formal

notebooks: environment ## execute all chapters in place (byte-stable)
	@$(RUN) tools.execute
	@$(RUN) tools.picture
	@$(RUN) tools.still

pdf: environment ## set the book as a PDF, and check its numbers and links (XeLaTeX, latexmk and rsvg-convert are needed)
	@$(RUN) tools.print_book
	@$(RUN) pytest -q -m pdf tests/book/test_print.py

lint: environment ## ruff (rules and format) and mypy
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy

browser: environment ## open every built page in Chromium: offline, light, dark, desktop, phone
	@$(RUN) pytest -m browser -n 2 tests/book

wheel: environment ## build the package, install it in an environment of its own, use its command (it downloads)
	@$(RUN) tools.wheel

peers: fetch-peers ## values and gradients of the losses against PyTorch, optax and scikit-learn (it downloads them)
	@PYTHONPATH=$(CURDIR)/_build/peers $(RUN) pytest -m peers tests/peers

fetch-peers: environment
	@$(RUN) tools.peers

bench: environment ## how long certified maxima take, what many thresholds and sweeps cost, how fast learning runs
	@$(RUN) benchmarks.maximize_gain
	@$(RUN) benchmarks.thresholds
	@$(RUN) benchmarks.sweeps
	@$(RUN) benchmarks.scale
	@$(RUN) tools.peers || echo "the benchmark goes on without the peers"
	@PYTHONPATH=$(CURDIR)/_build/peers $(RUN) benchmarks.learning

results: environment ## make the tables in results/ again by the sweeps of designs/, on every core (an hour or two of one)
	@$(RUN) tools.results

lock: environment ## renew requirements.lock and constraints.txt
	@$(RUN) tools.lock

clean: ## remove the environment and everything built
	rm -rf .venv _build
