#!/usr/bin/env bash
# Formatting, clippy for this machine and for the browser, and the documentation.
. "$(dirname "$0")/lib.sh"
need rust packages
step "Format" cargo fmt --all --check
step "Editor bundle" scripts/editor.sh
step "Lint" cargo clippy --locked --workspace --all-targets -- -D warnings
step "Lint for the browser" cargo clippy --locked -p netpol-core -p netpol-web --all-targets \
  --target wasm32-unknown-unknown -- -D warnings
step "Documentation" env RUSTDOCFLAGS=-Dwarnings cargo doc --locked --no-deps -p netpol-core -p netpol-cli
