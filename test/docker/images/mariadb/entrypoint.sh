#!/bin/sh
# Sets up an empty folder by MARIADB_ROOT_PASSWORD, MARIADB_USER, MARIADB_PASSWORD and MARIADB_DATABASE, then runs the server as mysql.
set -eu
[ "$1" = mariadbd ] || exec "$@"
data=/var/lib/mysql
if [ "$(id -u)" = 0 ]; then
  chown -R mysql:mysql "$data" /run/mysqld
  exec setpriv --reuid mysql --regid mysql --init-groups "$0" "$@"
fi
if [ ! -d "$data/mysql" ]; then
  mariadb-install-db --no-defaults --datadir="$data" --auth-root-authentication-method=normal --skip-test-db >/dev/null
  mariadbd --no-defaults --datadir="$data" --bootstrap <<SQL
flush privileges;
alter user root@localhost identified by '$MARIADB_ROOT_PASSWORD';
create database \`$MARIADB_DATABASE\`;
create user '$MARIADB_USER'@'%' identified by '$MARIADB_PASSWORD';
grant all on \`$MARIADB_DATABASE\`.* to '$MARIADB_USER'@'%';
SQL
fi
shift
exec mariadbd --no-defaults --datadir="$data" --bind-address=0.0.0.0 --socket=/run/mysqld/mysqld.sock --pid-file=/run/mysqld/mysqld.pid "$@"
