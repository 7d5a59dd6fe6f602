# shellcheck shell=bash
# A nightly compiler and cargo-fuzz, for the fuzzers alone. Sourced through `need`.
cargo_fuzz=0.13.2
export NIGHTLY=${NIGHTLY:-nightly}
toolchains=$(rustup toolchain list)
if [[ $'\n'$toolchains != *$'\n'"$NIGHTLY"-* ]]; then
  install "Rust $NIGHTLY" "the fuzzers' compiler" "1 to 3 minutes, once" \
    rustup toolchain install "$NIGHTLY" --profile minimal
fi
if [[ $(cargo "+$NIGHTLY" fuzz --version 2>/dev/null) != "cargo-fuzz $cargo_fuzz" ]]; then
  install "cargo-fuzz $cargo_fuzz" "what runs the fuzzers" "about 2 minutes, once" \
    cargo "+$NIGHTLY" install cargo-fuzz --locked --version "$cargo_fuzz"
fi
