#!/usr/bin/env bash
# Playwright's tests of the release page in dist/, in a real browser.
. "$(dirname "$0")/lib.sh"
need packages browser
step "End-to-end tests" node_modules/.bin/playwright test -c tests/e2e/playwright.config.js
