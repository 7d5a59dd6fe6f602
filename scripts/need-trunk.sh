# shellcheck shell=bash
# Trunk, and the wasm-bindgen commands of the very version that Cargo.lock has. Sourced through `need`.
trunk=0.21.14
if [[ $(trunk --version 2>/dev/null) != "trunk ${trunk%.*}."* ]]; then
  install "trunk $trunk" "the page's builder" "8 to 18 minutes, once" \
    cargo install trunk --locked --version "$trunk" --no-default-features --features rustls
fi

bindgen=$(awk -F'"' '$0 == "name = \"wasm-bindgen\"" { getline; print $2 }' Cargo.lock)
[[ -n $bindgen ]] || die "Cargo.lock names no wasm-bindgen: restore the file, then run this again."
if [[ $(wasm-bindgen --version 2>/dev/null) != "wasm-bindgen $bindgen" ]] || ! have wasm-bindgen-test-runner; then
  install "wasm-bindgen $bindgen" "the bridge from Rust to JavaScript" "about 5 minutes, once" \
    cargo install wasm-bindgen-cli --locked --version "$bindgen"
fi
