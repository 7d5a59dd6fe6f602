# shellcheck shell=bash
# What the scripts of this folder share. Sourced first by each: goes to the repository's root, finds Cargo's commands.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
PATH=$PATH:${CARGO_HOME:-$HOME/.cargo}/bin
if [[ -n ${NO_COLOR:-} ]]; then export NO_COLOR=true; fi # the one word for it that Trunk takes

say() { printf '%s\n' "$*"; }

die() {
  printf '%s\n' "$*" >&2
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# need rust packages …: makes sure of each, by the script of that name, which may set variables for its caller.
need() {
  local name
  for name in commands "$@"; do
    # shellcheck source=/dev/null
    . "scripts/need-$name.sh"
  done
}

# log_of NAME: where the output of installing it goes.
log_of() { say "target/setup/${1%% *}.log"; }

# try_install NAME WHAT TIME COMMAND…: one line for the reader, the command's own output to the log.
try_install() {
  local log
  log=$(log_of "$1")
  mkdir -p "${log%/*}"
  say "Installing $1, $2: $3"
  if "${@:4}" >"$log" 2>&1 </dev/null; then return; fi
  if [[ -n ${CI:-} ]]; then tail -n 40 "$log" >&2; fi
  return 1
}

# install NAME WHAT TIME COMMAND…: the same, and the end if it fails.
install() { try_install "$@" || die "Could not install $1: $(log_of "$1") says why."; }

# step NAME COMMAND…: a heading, the command with its output, and the step's name if it fails.
step() {
  local name=$1
  shift
  printf '\n== %s: %s\n' "$name" "$*"
  "$@" || die "Failed: $name"
}
