# Thin wrappers over python -m corpus|index|search|web. `make` alone prints what there is.

CORPUS ?= corpus/sample
INDEX  ?= var/index
# An OpenSearch cluster in the place of the folder: make index ENGINE=http://host:9200
ENGINE ?=
PORT   ?= 8000
Q      ?=
BENCH  ?=
EVAL   ?=
FUZZ   ?= 10
# Processes that run the tests.
JOBS   ?= 2
TORTURE ?=

# uv where it is installed, venv and pip where not; `make setup UV=` asks for pip all the same.
UV     ?= $(shell command -v uv 2>/dev/null)
# An interpreter to use instead of the first fitting one: make setup PYTHON=python3.12
PYTHON ?=

# Recipes read these from their environment, where quotes, spaces and dollars are only text:
# make search Q="l'Élysée", make index CORPUS="/home/me/mes articles"
override CORPUS := $(value CORPUS)
override INDEX  := $(value INDEX)
override ENGINE := $(value ENGINE)
override PORT   := $(value PORT)
override Q      := $(value Q)
override BENCH  := $(value BENCH)
override EVAL   := $(value EVAL)
override FUZZ   := $(value FUZZ)
override JOBS   := $(value JOBS)
override TORTURE := $(value TORTURE)
export CORPUS INDEX ENGINE PORT Q BENCH EVAL FUZZ JOBS TORTURE

# Where python -m index works: on the cluster, if one is named.
WHERE = $${ENGINE:+--engine "$$ENGINE"} --index "$$INDEX"

# On a cluster, which others may use, it writes nothing: a server that is silent for a moment is no missing index.
INDEXED = if [ -n "$$ENGINE" ]; then echo "Using the cluster. To write the index on to it: make index ENGINE=... CORPUS=..."; \
	elif $(PY) -m index stats --index "$$INDEX" >/dev/null 2>&1; \
	then echo "Using the index at $$INDEX. To rebuild it: make index CORPUS=/some/folder"; \
	else $(PY) -m index build "$$CORPUS" --index "$$INDEX"; fi

PY      := .venv/bin/python
READY   := .venv/.serve-ready
TOOLS   := .venv/.test-ready
TYPES   := var/types/kiosque
HTMX    := 2.0.11
HTMX_JS := var/assets/htmx-$(HTMX)/htmx.min.js
AXE     := 4.14.1
AXE_JS  := var/assets/axe-core-$(AXE)/axe.min.js

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# index, search and corpus are folders too: without .PHONY make would call them up to date.
.PHONY: help setup index sync watch serve dev search assets test mutants fuzz torture bench eval check lock clean

help: ## Print these lines
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' Makefile
	@echo
	@printf '%s\n' "Variables: CORPUS=$$CORPUS  INDEX=$$INDEX  PORT=$$PORT  ENGINE=$${ENGINE:+(a cluster)}  Q=\"$${Q:-words}\""

setup: $(READY) ## Create .venv with the package and its pinned dependencies
	@echo "Ready. Next: make serve"

index: $(READY) ## Rebuild the index at INDEX from the files of CORPUS
	@$(PY) -m index build "$$CORPUS" $(WHERE)

sync: $(READY) ## Bring the index at INDEX up to date with CORPUS, writing only what changed
	@$(PY) -m index sync "$$CORPUS" $(WHERE)

# exec: whoever stops make stops the process, with no shell between them that would leave it running.
watch: $(READY) ## Follow CORPUS and keep the index at INDEX up to date, until Ctrl-C
	@exec $(PY) -m index watch "$$CORPUS" $(WHERE)

serve: $(READY) ## Serve the page on PORT; indexes CORPUS first where INDEX holds no index
	@$(INDEXED)
	@exec $(PY) -m web --index "$${ENGINE:-$$INDEX}" --port "$$PORT"

# Settings by the environment: watchfiles splits the command that it runs at spaces.
dev: $(READY) ## Serve as `make serve` does, in one process that starts again when a source file changes
	@$(INDEXED)
	@KIOSQUE_INDEX="$${ENGINE:-$$INDEX}" KIOSQUE_PORT="$$PORT" KIOSQUE_WORKERS=1 \
	    exec $(PY) -m watchfiles --target-type command "$(PY) -m web" web search index corpus

search: $(READY) ## Search in the terminal: make search Q="aide militaire"
	@[ -n "$$Q" ] || { echo 'Say what to look for: make search Q="aide militaire"' >&2; exit 2; }
	@$(PY) -m search --index "$${ENGINE:-$$INDEX}" -- "$$Q"

assets: $(HTMX_JS) ## Fetch htmx with npm, to serve it from here: KIOSQUE_ASSETS=local make serve
	@[ -f $(HTMX_JS) ]

test: $(TOOLS) $(HTMX_JS) $(AXE_JS) ## Run all tests; those in a browser need chromium and npm
	@$(PY) -m pytest --numprocesses "$$JOBS" --dist worksteal

mutants: $(TOOLS) ## Put faults into the rules that matter: the tests must catch each (ten minutes)
	@$(PY) -m tests.mutants

fuzz: $(TOOLS) ## Try hostile queries, texts and files for FUZZ minutes: make fuzz FUZZ=60
	@KIOSQUE_FUZZ=1 $(PY) -m tests.fuzz --minutes "$$FUZZ"

torture: $(TOOLS) ## Kill builds and damage indexes in all the ways there are, for an hour or so
	@$(PY) -m tests.crash.torture $$TORTURE
	@$(PY) -m tests.crash.damage
	@$(PY) -m tests.crash.damage --large --only-flips --served

bench: $(READY) requirements-bench.lock ## Measure beside tantivy, SQLite FTS5 and Whoosh: make bench BENCH="--scale 200000"
	@$(call install,--require-hashes --no-deps -r requirements-bench.lock)
	@$(PY) -m benchmarks.speed $$BENCH

eval: $(READY) requirements-bench.lock ## Judge the ranking on judged queries: make eval EVAL="--engine titles"
	@$(call install,--require-hashes --no-deps -r requirements-bench.lock)
	@$(PY) -m benchmarks.relevance $$EVAL

check: $(TOOLS) $(TYPES) ## Lint, formatting and types
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy

lock: $(PY) ## Write both lock files anew after a change of pyproject.toml (needs uv)
	@[ -n "$(UV)" ] || { echo "make lock needs uv. Install it, or name it: make lock UV=/path/to/uv" >&2; exit 1; }
	@$(BUILD_REQUIRES) | $(COMPILE) -o requirements.lock
	@$(BUILD_REQUIRES) | $(COMPILE) --extra dev --constraint requirements.lock -o requirements-dev.lock
	@$(BUILD_REQUIRES) | $(COMPILE) --extra bench --constraint requirements.lock -o requirements-bench.lock

clean: ## Remove what can be rebuilt: .venv, var/ with its indexes, caches
	rm -rf .venv var build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Names, versions and hashes, without the address of any registry. The build backend is locked with the rest,
# so that the package itself is installed without fetching anything that has no hash.
COMPILE = "$(UV)" pip compile pyproject.toml - --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --custom-compile-command "make lock"
BUILD_REQUIRES = $(PY) -c \
	'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")'

# $(call install,ARGUMENTS): a venv made by uv has no pip, so the pip way adds it where it is missing.
ifneq ($(UV),)
install = "$(UV)" pip install --quiet --python $(PY) $(1)
else
install = { $(PY) -m pip --version >/dev/null 2>&1 || $(PY) -m ensurepip >/dev/null; } && \
	$(PY) -m pip install --quiet --disable-pip-version-check $(1)
endif

# Stamps: files inside .venv that say what is installed there. They vanish with it.
$(READY): $(PY) requirements.lock pyproject.toml
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo ".venv holds $$($(PY) --version), and Kiosque needs Python 3.11 or newer." >&2; \
	    echo "Remove it and name a newer one: rm -rf .venv && make setup PYTHON=python3.12" >&2; exit 1; }
	@echo "Installing Kiosque and its dependencies into .venv"
	@$(call install,--require-hashes -r requirements.lock)
	@$(call install,--no-deps --no-build-isolation --editable .)
	@touch $@

$(TOOLS): $(READY) requirements-dev.lock
	@echo "Installing the tools for tests and checks into .venv"
	@$(call install,--require-hashes -r requirements-dev.lock)
	@touch $@

# Runs only where there is no .venv yet, or where its Python has been removed from the system.
$(PY):
	@rm -rf .venv
ifneq ($(UV),)
	@"$(UV)" venv --quiet --python "$(or $(PYTHON),>=3.11)" .venv
else
	@for python in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11); do \
	    if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	    then "$$python" -m venv .venv && exit 0; rm -rf .venv; exit 1; fi; \
	done; \
	echo "Kiosque needs Python 3.11 or newer; none was found (tried: $(or $(PYTHON),python3 to python3.14))." >&2; \
	echo "Install one and run make again, or name it: make setup PYTHON=/path/to/python3.12" >&2; exit 1
endif

# The four folders under their installed names, for mypy, which does not read the mapping of pyproject.toml.
$(TYPES):
	@mkdir -p $@ && for folder in corpus index search web; do ln -sfn ../../../$$folder $@/$$folder; done

# $(call npm,NAME,VERSION,FILE): one file of an npm package, beside which it leaves nothing.
npm = mkdir -p $(@D) && { cd $(@D) && npm pack $(1)@$(2) --silent --fetch-retries=1 --fetch-timeout=30000 && \
	tar -xzf $(1)-$(2).tgz --strip-components=$(4) $(3) && rm $(1)-$(2).tgz; } </dev/null >/dev/null 2>&1

# The browser tests answer the page's request to the CDN with this file. Without npm they skip and say so.
$(HTMX_JS):
	@$(call npm,htmx.org,$(HTMX),package/dist/htmx.min.js,2) || \
	    echo "htmx $(HTMX) could not be fetched with npm: the browser tests will skip"

# What looks for barriers in the pages, for the tests only.
$(AXE_JS):
	@$(call npm,axe-core,$(AXE),package/axe.min.js,1) || \
	    echo "axe-core $(AXE) could not be fetched with npm: the tests of access will skip"
