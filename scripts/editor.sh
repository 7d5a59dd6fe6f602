#!/usr/bin/env bash
# Bundles the code editor, if anything it is made of is newer than the bundle: an untouched file rebuilds nothing.
. "$(dirname "$0")/lib.sh"
need packages

bundle=web/js/dist/editor.js
if [[ -e $bundle ]]; then
  newer=$(find web/js package.json package-lock.json -path web/js/dist -prune -o -type f -newer "$bundle" -print)
  if [[ -z $newer ]]; then exit 0; fi
fi
npm run --silent editor -- --log-level=warning
