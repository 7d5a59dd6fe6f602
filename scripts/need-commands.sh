# shellcheck shell=bash
# What only the reader can install: one sentence for each that is missing. Sourced by `need`, before all else.
missing=()
if ! have rustup || ! have cargo; then
  missing+=("rustup or cargo is missing: install Rust (https://rustup.rs), then run this again.")
fi
if ! have node; then
  missing+=("Node.js is missing: install version 20 or newer (https://nodejs.org), then run this again.")
else
  version=$(node --version)
  major=${version#v}
  if ((${major%%.*} < 20)); then
    missing+=("Node.js $version is too old: install version 20 or newer (https://nodejs.org), then run this again.")
  elif ! have npm; then
    missing+=("npm is missing: install it too, as the Node.js of https://nodejs.org does, then run this again.")
  fi
fi
if ((${#missing[@]})); then
  printf '%s\n' "${missing[@]}" >&2
  exit 1
fi
