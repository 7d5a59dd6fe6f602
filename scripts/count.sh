#!/usr/bin/env bash
# count.sh COMMAND…: runs it, and keeps its output for `total.sh` to count the tests in.
. "$(dirname "$0")/lib.sh"
mkdir -p target/results
"$@" | tee -a target/results/cargo.txt
