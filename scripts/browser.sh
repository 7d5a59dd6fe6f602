#!/usr/bin/env bash
# The tests that run as wasm in a headless browser, crate by crate.
. "$(dirname "$0")/lib.sh"
need rust packages browser trunk
step "Editor bundle" scripts/editor.sh
for crate in netpol-core netpol-web; do
  step "Browser tests of $crate" scripts/count.sh cargo test --locked -p "$crate" --tests --target wasm32-unknown-unknown
done
