#!/usr/bin/env bash
# Every crate's tests on this machine.
. "$(dirname "$0")/lib.sh"
need rust packages
step "Editor bundle" scripts/editor.sh
step "Tests" scripts/count.sh cargo test --locked --workspace
