# Every target sets up what it needs. `make` alone shows this menu.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup demo up test test-fast lint types fmt bench bench-engine bench-preview bench-candles bench-search images test-bots test-engine test-images bundle deploy destroy smoke test-live chat-score clean-state

# Any Python from 3.11 on; it only makes the virtual environment.
SYSTEM_PYTHON := $(shell command -v python3)
PYTHON := .venv/bin/python
STACK := $(PYTHON) -m emulators.stack
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PYTHONPATH := src:functions:jobs/backtest:jobs/market-data:services/live-bot:.
# What a deployment is told beside its environment's file; Terraform reads these names.
ENV ?= dev
ifdef DOMAIN
export TF_VAR_domain := $(DOMAIN)
endif
ifdef ALERT_EMAIL
export TF_VAR_alert_email := $(ALERT_EMAIL)
endif
ifdef BILLING
export TF_VAR_billing_account := $(BILLING)
endif
# Without bytecode Freqtrade takes four times as long to start.
unexport PYTHONDONTWRITEBYTECODE

help: ## Show this menu
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what is missing; does nothing the second time
	@$(SYSTEM_PYTHON) tools/setup.py

demo: setup ## Sign in, upload a strategy, backtest it, show the verified result
	@$(STACK) run -- $(PYTHON) -m tools.demo

up: setup ## Start the local stack and keep it running until Ctrl-C
	@$(STACK) up

test: setup ## Everything: lint, types, unit tests, tests on the local stack, security rules
	@$(PYTHON) -m emulators.bigquery install
	@$(PYTHON) -m tools.check

test-fast: setup ## Unit tests only, in parallel
	@$(PYTHON) -m pytest -q -n auto -m "not stack and not emulator and not images and not bots"

lint: setup ## Style, import contracts, formatting
	@ruff check .
	@ruff format --check .
	@lint-imports

types: setup ## Types of everything, tests included
	@mypy

fmt: setup ## Format and sort imports
	@ruff check --fix-only .
	@ruff format .

bench: setup ## The whole path against plain Freqtrade: time of each step (STANDBY=1: with a job that waits against without)
	@$(STACK) run $(if $(STANDBY),,--no-standby) -- $(PYTHON) -m tools.bench $(if $(STANDBY),--standby) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(TIMERANGE),--timerange $(TIMERANGE))

bench-engine: setup ## The engine against Freqtrade's own loop, W1 to W7 (ONLY=W4)
	@$(PYTHON) -m tools.bench_engine $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(ONLY),--only $(ONLY))

bench-preview: setup ## How long the server takes to preview a spec
	@$(STACK) run -- $(PYTHON) -m tools.bench_preview $(if $(ROUNDS),--rounds $(ROUNDS))

bench-candles: setup ## How long a chart's window and a job's candles take
	@$(STACK) run -- $(PYTHON) -m tools.bench_candles $(if $(ROUNDS),--rounds $(ROUNDS))

bench-search: setup ## Search over 10,000 listings: cold, per kind of query, and Firestore's plain way
	@$(STACK) run -- $(PYTHON) -m tools.bench_search $(if $(LISTINGS),--listings $(LISTINGS)) $(if $(ROUNDS),--rounds $(ROUNDS))

images: setup ## Build the container images here, without a registry (root)
	@$(PYTHON) -m tools.images

test-bots: setup ## The slow tests of live bots: the whole crash matrix, more than an hour
	@$(PYTHON) -m pytest -m bots -n 2 --dist loadgroup

test-engine: setup ## Both engines over random backtests, 12,000 of them: an hour or two (EXAMPLES=300)
	@CANDLEWICK_ENGINE_EXAMPLES=$(or $(EXAMPLES),3000) $(PYTHON) -m pytest tests/unit/engine/differential/test_random.py -n 2

test-images: setup ## Run the image in crun and gVisor: same trades, hostile strategies (root)
	@$(PYTHON) -m pytest -m images -n 2 --dist loadgroup

bundle: setup ## The functions' source as a reproducible zip
	@$(PYTHON) -m tools.bundle

deploy: setup ## Deploy this commit: make deploy PROJECT=… [ENV=prod DOMAIN=… ALERT_EMAIL=… BILLING=…]
	@$(PYTHON) -m tools.deploy up $(PROJECT) --environment $(ENV)

destroy: setup ## Take a deployment away, data included: make destroy PROJECT=… [ENV=prod]
	@$(PYTHON) -m tools.deploy destroy $(PROJECT) --environment $(ENV)

smoke: setup ## The demo's path against a deployment: make smoke URL=https://…
	@$(PYTHON) -m tools.smoke $(URL)

test-live: setup ## The emulators' contracts against Google: make test-live PROJECT=…
	@$(PYTHON) -m pytest tests/cloud --live $(PROJECT) --force-enable-socket

chat-score: setup ## Real Gemini against the corpus of phrases: make chat-score PROJECT=… [MODEL=… EVERY=5]; costs tokens
	@$(PYTHON) -m tools.chat_score $(PROJECT) $(if $(MODEL),--model $(MODEL)) $(if $(LOCATION),--location $(LOCATION)) $(if $(EVERY),--every $(EVERY))

clean-state: ## Delete the local stack's data and logs
	@$(SYSTEM_PYTHON) -m emulators.stack clean
