# Development of cloud_registry.migration. "make help" lists the targets; CONTRIBUTING.md explains them.
.DEFAULT_GOAL := help
.PHONY: help setup demo test unit contract helm modules playbooks lint sanity docs build bench archive publish clean

NETWORK ?= public
HARBOR ?= 2.15
PYTHON := .venv/bin/python
VERSION = $(shell sed -n 's/^version: //p' galaxy.yml)
ARCHIVE = build/archive/cloud_registry-migration-$(VERSION).tar.gz

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

setup: ## make or update the virtual environment .venv; quick when nothing changed
	@sh tests/tools/setup.sh

demo: setup ## migrate a sandbox twice and show that nothing is left to do (NETWORK=public|private, HARBOR=2.15)
	@$(PYTHON) -m tests.tools.demo --network "$(NETWORK)" --harbor "$(HARBOR)"

test: setup ## run every test and every gate; the last line is "N passed, N failed"
	@$(PYTHON) -m tests.tools.gate all

unit: setup ## run the unit tests
	@$(PYTHON) -m tests.tools.gate unit

contract: setup ## run the tests of the sandbox against recorded answers and foreign clients
	@$(PYTHON) -m tests.tools.gate contract

helm: setup ## install Helm with Go and look with it at charts that were moved; not part of "make test" where Helm is missing
	@test -x .cache/helm/helm || GOBIN=$(CURDIR)/.cache/helm go install helm.sh/helm/v3/cmd/helm@v3.18.6
	@PATH="$(CURDIR)/.cache/helm:$$PATH" $(PYTHON) -m tests.tools.gate helm

modules: setup ## run the tests of the modules against the sandbox
	@$(PYTHON) -m tests.tools.gate modules

playbooks: setup ## run roles, examples and journeys against the sandbox
	@$(PYTHON) -m tests.tools.gate playbooks

lint: setup ## run ruff, mypy, yamllint and ansible-lint
	@$(PYTHON) -m tests.tools.gate lint

sanity: setup ## run ansible-test sanity on what is shipped
	@$(PYTHON) -m tests.tools.gate sanity

docs: setup ## check the documentation and the changelog
	@$(PYTHON) -m tests.tools.gate docs

build: setup ## build the collection, check what is in the archive, install it, import it as Galaxy would
	@$(PYTHON) -m tests.tools.gate build

bench: setup ## measure tasks, calls and seconds against the sandbox; a few minutes, not part of "make test"
	@$(PYTHON) -m tests.bench

archive: setup ## build the archive of version VERSION (default: that of galaxy.yml) into build/archive
	@rm -rf build/archive
	@.venv/bin/ansible-galaxy collection build --output-path build/archive
	@test -f $(ARCHIVE) || { echo "archive: galaxy.yml does not hold version $(VERSION); change it, or the tag" >&2; exit 1; }

publish: archive ## publish the archive to Galaxy with the token in the environment variable GALAXY_TOKEN
	@test -n "$$GALAXY_TOKEN" || { echo "publish: the environment variable GALAXY_TOKEN is empty; set it to a token of Galaxy" >&2; exit 1; }
	@ANSIBLE_GALAXY_SERVER_LIST=galaxy ANSIBLE_GALAXY_SERVER_GALAXY_URL=https://galaxy.ansible.com/ \
		ANSIBLE_GALAXY_SERVER_GALAXY_TOKEN="$$GALAXY_TOKEN" .venv/bin/ansible-galaxy collection publish $(ARCHIVE)

clean: ## remove everything that the targets above made
	rm -rf .venv .venvs .cache .ansible build tests/output .mypy_cache .pytest_cache .ruff_cache
	find plugins tests examples -name __pycache__ -type d -prune -exec rm -rf {} +
