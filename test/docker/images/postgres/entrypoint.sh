#!/bin/sh
# Sets up an empty PGDATA by POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB, then runs what it is told to as postgres.
set -eu
[ "$1" = postgres ] || exec "$@"
if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA"
  chown -R postgres:postgres "$PGDATA"
  chmod 700 "$PGDATA"
  exec setpriv --reuid postgres --regid postgres --init-groups "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  user="${POSTGRES_USER:-postgres}"
  printf '%s' "$POSTGRES_PASSWORD" >/tmp/password
  initdb -D "$PGDATA" -U "$user" --pwfile=/tmp/password --auth-host=scram-sha-256 --auth-local=trust >/dev/null
  rm /tmp/password
  printf 'host all all 127.0.0.1/32 trust\nlocal all all trust\nlocal replication all trust\nhost all all all scram-sha-256\n' >"$PGDATA/pg_hba.conf"
  pg_ctl -D "$PGDATA" -w -o "-c listen_addresses=''" start >/dev/null
  [ "${POSTGRES_DB:-$user}" = postgres ] || createdb -h /var/run/postgresql -U "$user" "${POSTGRES_DB:-$user}"
  pg_ctl -D "$PGDATA" -m fast -w stop >/dev/null
fi
[ "$*" != postgres ] || set -- "$@" -c "listen_addresses=*"
exec "$@"
