#!/usr/bin/env bash
# fuzz.sh [TARGET [SECONDS]]: random texts for the engine, one target or all of them, that long each. The manifests of
# the cases and lessons are what it begins with; what it adds to them stays in fuzz/corpus/.
. "$(dirname "$0")/lib.sh"
need fuzz

all=(read analyze flip diff structured selector pattern lesson)
targets=("${all[@]}")
if [[ -n ${1:-} ]]; then targets=("$1"); fi
seconds=${2:-60}
for target in "${targets[@]}"; do
  [[ " ${all[*]} " == *" $target "* ]] || die "There is no target $target: choose one of ${all[*]}."
done
[[ $seconds =~ ^[0-9]+$ ]] || die "SECONDS is a whole number, and $seconds is none."

# seed FOLDER SEPARATOR: a file for each section of the cases and lessons, its yaml blocks with SEPARATOR between them.
seed() {
  mkdir -p "$1"
  awk -v folder="$1" -v between="$2" '
    FNR == 1 { name = FILENAME; gsub(/[^A-Za-z0-9]/, "-", name); section = 0; inside = 0; file = "" }
    !inside && /^#/ { if (file) close(file); section++; file = "" }
    inside && /^```/ { inside = 0; next }
    /^```yaml/ {
      inside = 1
      if (file) print between > file
      else { file = folder "/seed-" name "-" section; printf "" > file }
      next
    }
    /^```/ { inside = 2; next }
    inside == 1 { print > file }
  ' tests/cases/*.md lessons/*.md
}

# expressions FOLDER FIELD...: a file for each text that the cases and lessons have in one of these fields.
expressions() {
  mkdir -p "$1"
  grep -hoE "(^|[ {,-])($2): *('[^']*'|\"[^\"]*\"|[^]{},'\"]+)" tests/cases/*.md lessons/*.md |
    sed -E "s/^[^:]*: *//; s/^(['\"])(.*)\1\$/\2/; s/ +(#.*)?\$//" | sort -u |
    awk -v folder="$1" '{ file = folder "/seed-" NR; print > file; close(file) }'
}

# lessons FOLDER: the lessons as they are.
lessons() {
  mkdir -p "$1"
  for file in lessons/*.md; do cp "$file" "$1/seed-$(basename "$file" .md)"; done
}

# The engine has no unsafe code for a sanitizer to watch, and is several times faster without one.
for target in "${targets[@]}"; do
  corpus=fuzz/corpus/$target
  words=(-dict=fuzz/kubernetes.dict)
  case $target in
    structured) # its bytes are no text: nothing to begin with, and no words in it
      mkdir -p "$corpus"
      words=(-len_control=0)
      ;;
    diff) seed "$corpus" ===== ;;
    selector)
      expressions "$corpus" '[a-zA-Z]*[sS]elector'
      words=(-dict=fuzz/expressions.dict)
      ;;
    pattern)
      expressions "$corpus" 'path|method|host|exact|prefix'
      words=(-dict=fuzz/expressions.dict)
      ;;
    lesson) lessons "$corpus" ;;
    *) seed "$corpus" --- ;;
  esac
  step "Fuzz $target, $seconds s" cargo "+$NIGHTLY" fuzz run --sanitizer none "$target" -- \
    -max_total_time="$seconds" -max_len=8192 -timeout=5 -rss_limit_mb=1024 "${words[@]}"
done
