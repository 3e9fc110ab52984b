#!/usr/bin/env bash
# Unpacks Debian's nats-server into .cache/nats (no service, no user) and prints the path of the program.
set -euo pipefail
cd "$(dirname "$0")/.."
program="$PWD/.cache/nats/usr/sbin/nats-server"
if [ ! -x "$program" ]; then
  if command -v nats-server >/dev/null; then
    command -v nats-server
    exit 0
  fi
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  (cd "$work" && { apt-get download -qq nats-server || { apt-get update -qq && apt-get download -qq nats-server; }; } >&2)
  mkdir -p .cache/nats
  dpkg-deb -x "$work"/nats-server_*.deb .cache/nats
fi
echo "$program"
