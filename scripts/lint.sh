#!/usr/bin/env bash
# Formatting, and clippy for this machine and for the browser.
. "$(dirname "$0")/lib.sh"
need rust packages
step "Format" cargo fmt --all --check
step "Editor bundle" scripts/editor.sh
step "Lint" cargo clippy --locked --workspace --all-targets -- -D warnings
step "Lint for the browser" cargo clippy --locked -p netpol-core -p netpol-web --all-targets \
  --target wasm32-unknown-unknown -- -D warnings
