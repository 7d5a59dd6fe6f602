# shellcheck shell=bash
# Chromium and its driver, for the tests: finds or installs both, exports CHROMIUM and CHROMEDRIVER. Sourced through `need`.
first_of() {
  local name
  for name; do
    if [[ -n $name ]] && command -v "$name"; then return; fi
  done
}

find_browser() {
  CHROMIUM=$(first_of "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable \
    "/Applications/Chromium.app/Contents/MacOS/Chromium" "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
  CHROMEDRIVER=$(first_of "${CHROMEDRIVER:-}" chromedriver /usr/lib/chromium/chromedriver)
  [[ -n $CHROMIUM && -n $CHROMEDRIVER ]]
}

as_root() {
  if ((EUID == 0)); then "$@"; else sudo -n "$@"; fi
}

install_browser() {
  if have apt-get; then
    as_root apt-get update && as_root env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y --no-install-recommends chromium chromium-driver fonts-liberation fonts-dejavu-core
  elif have dnf; then
    as_root dnf install -y chromium chromedriver
  elif have pacman; then
    as_root pacman -S --noconfirm chromium
  elif have brew; then
    brew install --cask chromium chromedriver
  else
    return 1
  fi
}

if ! find_browser; then
  if ! try_install "Chromium and chromedriver" "the tests' browser" "about a minute, once" install_browser ||
    ! find_browser; then
    die "The tests need Chromium and chromedriver: install your system's packages of both" \
      "(on Debian: apt-get install chromium chromium-driver), then run this again."
  fi
fi
export CHROMIUM CHROMEDRIVER
