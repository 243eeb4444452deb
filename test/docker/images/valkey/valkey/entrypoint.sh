#!/bin/sh
# Runs the server as valkey, whose the folder is then.
set -eu
if [ "$1" = valkey-server ] && [ "$(id -u)" = 0 ]; then
  chown -R valkey:valkey .
  exec setpriv --reuid valkey --regid valkey --init-groups "$0" "$@"
fi
exec "$@"
