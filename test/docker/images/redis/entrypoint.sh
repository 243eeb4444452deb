#!/bin/sh
# Runs the server as redis, whose the folder is then.
set -eu
if [ "$1" = redis-server ] && [ "$(id -u)" = 0 ]; then
  chown -R redis:redis .
  exec setpriv --reuid redis --regid redis --init-groups "$0" "$@"
fi
exec "$@"
