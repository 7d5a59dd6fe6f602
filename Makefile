# The front door. Each target is one script in scripts/, which installs what it needs before it starts.
.DEFAULT_GOAL := help
.PHONY: help serve build lint unit browser e2e test fuzz clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

serve: ## the page at http://127.0.0.1:8080/, rebuilt at every change (PORT=… for another port)
	@scripts/serve.sh

build: ## the page for publishing, in dist/
	@scripts/build.sh

test: ## everything below, as the project's checks run it
	@scripts/test.sh

lint: ## formatting, clippy and documentation
	@scripts/lint.sh

unit: ## every crate's tests on this machine
	@scripts/unit.sh

browser: ## the tests that run as wasm in a headless browser
	@scripts/browser.sh

e2e: build ## Playwright's tests of the page in dist/
	@scripts/e2e.sh

fuzz: ## random texts for the engine (TARGET=read SECONDS=60 for one target and its time; not a part of test)
	@scripts/fuzz.sh "$(TARGET)" "$(SECONDS)"

clean: ## remove what was built
	rm -rf target dist web/js/dist fuzz/target
