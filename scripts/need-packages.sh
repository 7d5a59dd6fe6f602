# shellcheck shell=bash
# The packages of package-lock.json, in node_modules. Sourced through `need`.
if ! cmp -s package-lock.json node_modules/.installed-lock.json; then
  install "npm packages" "the editor's parts and the tests' tools" "about a minute, once" npm ci --no-audit --no-fund
  cp package-lock.json node_modules/.installed-lock.json
fi
