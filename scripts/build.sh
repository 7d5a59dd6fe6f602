#!/usr/bin/env bash
# The page for publishing, in dist/: it works under any path of any static host.
. "$(dirname "$0")/lib.sh"
need rust packages trunk
step "Release page" trunk build --release
