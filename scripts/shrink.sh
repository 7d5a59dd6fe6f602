#!/usr/bin/env bash
# Makes a release page small: wasm-opt on its wasm, esbuild on the JavaScript that loads it. Trunk runs it after each build.
. "$(dirname "$0")/lib.sh"
if [[ $TRUNK_PROFILE != release ]]; then exit 0; fi

bin=$PWD/node_modules/.bin
for wasm in "$TRUNK_STAGING_DIR"/*.wasm; do
  "$bin/wasm-opt" -Oz --strip-producers "$wasm" -o "$wasm"
done
for js in "$TRUNK_STAGING_DIR"/*.js; do
  "$bin/esbuild" "$js" --minify --charset=utf8 --log-level=warning --allow-overwrite --outfile="$js"
done
