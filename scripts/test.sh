#!/usr/bin/env bash
# All checks, the quick ones first; stops at the first that fails.
. "$(dirname "$0")/lib.sh"
need rust packages browser
rm -rf target/results
for part in lint unit browser build e2e; do
  "scripts/$part.sh"
done
scripts/total.sh
