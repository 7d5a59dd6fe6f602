#!/usr/bin/env bash
# The page on this machine, rebuilt at every change: `trunk serve`, once all it needs is there.
. "$(dirname "$0")/lib.sh"
need rust packages trunk

port=${PORT:-8080}
if (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
  die "Port $port of 127.0.0.1 is in use: stop what listens there, or choose another with PORT=8081 make serve."
fi
say "Building the page (the first time takes about 3 minutes), then serving it at http://127.0.0.1:$port/"
exec trunk serve --port "$port"
