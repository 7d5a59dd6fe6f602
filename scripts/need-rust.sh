# shellcheck shell=bash
# The toolchain that rust-toolchain.toml names, with its components and the wasm target. Sourced through `need`.
toolchain=$(sed -n 's/^channel = "\(.*\)"$/\1/p' rust-toolchain.toml)
toolchains=$(rustup toolchain list | cut -d' ' -f1)

if [[ $'\n'$toolchains != *$'\n'"$toolchain"-* ]]; then
  # The same version under another name, such as `stable`, serves as well and saves the download.
  for name in $toolchains; do
    if [[ $(rustup run "$name" rustc --version 2>/dev/null) == "rustc $toolchain "* ]]; then
      export RUSTUP_TOOLCHAIN=$name
      toolchain=$name
      break
    fi
  done
  if [[ $toolchain != "${RUSTUP_TOOLCHAIN:-}" ]]; then
    install "Rust $toolchain" "the compiler" "1 to 3 minutes, once" \
      rustup toolchain install "$toolchain" --profile minimal
  fi
fi

parts=$(rustup component list --installed --toolchain "$toolchain")
for part in clippy rustfmt; do
  if [[ $parts != *"$part"-* ]]; then
    install "$part" "a part of Rust" "under a minute, once" rustup component add "$part" --toolchain "$toolchain"
  fi
done
target=wasm32-unknown-unknown
if [[ $parts != *rust-std-$target* ]]; then
  install "$target" "Rust for the browser" "under a minute, once" rustup target add "$target" --toolchain "$toolchain"
fi
