# `make run` starts everything; `make help` lists the rest. Needed: Python 3.11 to 3.14, make.

.DEFAULT_GOAL := help
.PHONY: help install run test test-chaos load soak load-ghz test-weaviate test-docker check-containers test-compose test-chart test-clients test-live test-observe check audit check-workflows dashboards format protos meanings seeds compose-env migration bench bench-quality bench-retrieval chart lock clean

BIN := .venv/bin
MINUTES ?= 30
INSTALLED := .venv/.installed

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

$(INSTALLED): requirements.lock pyproject.toml tools/install tools/pip-settings tools/find-python
	@tools/install

install: $(INSTALLED) ## Make .venv (again, where the lock has changed)

run: $(INSTALLED) ## Start all parts and show where they are; Ctrl-C stops them
	@exec $(BIN)/testdata up

test: $(INSTALLED) ## Run the tests
	$(BIN)/pytest tests/unit tests/contract tests/integration tests/examples tests/acceptance

test-chaos: $(INSTALLED) ## Kill workers, stop Redis, lose messages; count what came of it
	$(BIN)/pytest tests/chaos -s

load: $(INSTALLED) ## Mixed load on all of it while its parts are killed, for a minute and a half; what comes back is checked
	$(BIN)/python -m tests.load

soak: $(INSTALLED) ## The same for MINUTES=30; what processes hold must not grow
	$(BIN)/python -m tests.load --minutes $(MINUTES)

load-ghz: $(INSTALLED) ## Measure calls and streams with ghz, which `tools/go-tool` builds
	$(BIN)/python -m tests.load.ghz

test-docker: $(INSTALLED) ## Build the images and run them in containers; needed: a Docker engine
	tests/docker/images
	$(BIN)/pytest tests/docker -p celery -p docker_tools

test-weaviate: $(INSTALLED) ## Find patterns in a real Weaviate, kill it, start it again (`tools/go-tool` builds one)
	$(BIN)/pytest tests/weaviate

check-containers: $(INSTALLED) ## Read the Dockerfiles by hadolint, and docker-compose.yml by Docker Compose
	"$$(tools/hadolint)" Dockerfile.gateway Dockerfile.worker tests/compose/standin/Dockerfile.*
	$(BIN)/pytest tests/compose/test_config.py

test-compose: $(INSTALLED) ## Start what docker-compose.yml says, use it, disturb it, restore it; needed: a Docker engine
	tests/docker/images
	tests/compose/images
	$(BIN)/pytest tests/compose

test-chart: $(INSTALLED) ## Render the chart with many values, and hold what comes out against Kubernetes (`tools/go-tool` builds Helm)
	$(BIN)/pytest tests/chart

test-clients: $(INSTALLED) ## Run the Node and Go clients of examples/ against the service; needed: npm
	$(BIN)/pytest tests/clients

test-observe: $(INSTALLED) ## Hold dashboards, alerts and documents to what real processes tell (`tools/promtool` gets one)
	$(BIN)/pytest tests/observability

test-live: $(INSTALLED) ## Ask the real model of ANTHROPIC_API_KEY for a few records
	$(BIN)/pytest tests/live -m live

check: $(INSTALLED) ## Formatting, lint, types, layers, generated stubs
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python tools/protos.py --check
	$(BIN)/python -m tools.api_reference --check
	$(BIN)/python -m tools.meanings --check
	$(BIN)/python -m tools.build_seeds --check
	$(BIN)/python -m tools.chart --check
	$(BIN)/python -m tools.build_dashboards --check

audit: $(INSTALLED) ## Look the locked versions up in the advisories that pypi.org tells
	@tools/audit

check-workflows: $(INSTALLED) ## actionlint and shellcheck over workflows and scripts (`tools/go-tool` builds one)
	tools/check-workflows

format: $(INSTALLED) ## Format, and mend what lint can mend
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

protos: $(INSTALLED) ## Generate the stubs and docs/api.md from protos/
	$(BIN)/python tools/protos.py
	$(BIN)/python -m tools.api_reference

compose-env: ## Write what docker-compose.yml asks for into .env, passwords made up: SET=full for the full set
	@"$$(tools/find-python)" tools/compose_env.py $(SET)

migration: $(INSTALLED) ## Write the migration that the tables need: MESSAGE="what changes"
	$(BIN)/python tools/migration.py "$(MESSAGE)"

meanings: $(INSTALLED) ## Make what the engine and the docs have of the meanings' data files
	$(BIN)/python -m tools.meanings

dashboards: $(INSTALLED) ## Make Grafana's dashboards, and the chart's copies, out of tools/dashboards/
	$(BIN)/python -m tools.build_dashboards
	$(BIN)/python -m tools.chart

seeds: $(INSTALLED) ## Make the patterns that ship out of tools/seeds/
	$(BIN)/python -m tools.build_seeds

chart: $(INSTALLED) ## Make what the chart has of settings and values, and docs/helm.md's table
	$(BIN)/python -m tools.chart

bench: $(INSTALLED) ## Measure speed beside its references
	$(BIN)/python -m tests.benchmarks

bench-quality: $(INSTALLED) ## Measure the variety and coherence of what is made
	$(BIN)/python -m tests.benchmarks.quality

bench-retrieval: $(INSTALLED) ## Measure how well patterns are found, by the labelled set
	$(BIN)/python -m tests.benchmarks.retrieval

lock: $(INSTALLED) ## Resolve requirements.lock from pyproject.toml (UPGRADE=--upgrade moves all pins)
	@. tools/pip-settings && $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --all-extras \
		--no-emit-index-url --custom-compile-command 'make lock' $(UPGRADE) pyproject.toml -o requirements.lock

clean: ## Remove what was installed, built and cached
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
