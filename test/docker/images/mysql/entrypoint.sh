#!/bin/sh
# Sets up an empty folder by MYSQL_ROOT_PASSWORD, MYSQL_USER, MYSQL_PASSWORD and MYSQL_DATABASE, then runs the server as mysql.
set -eu
[ "$1" = mysqld ] || exec "$@"
data=/var/lib/mysql
if [ "$(id -u)" = 0 ]; then
  chown -R mysql:mysql "$data" /run/mysqld
  exec setpriv --reuid mysql --regid mysql --init-groups "$0" "$@"
fi
if [ ! -d "$data/mysql" ]; then
  mysqld --no-defaults --datadir="$data" --initialize-insecure
  mysqld --no-defaults --datadir="$data" --skip-networking --mysqlx=OFF --socket=/run/mysqld/mysqld.sock --pid-file=/run/mysqld/mysqld.pid &
  until mysql --no-defaults -uroot --socket=/run/mysqld/mysqld.sock -e 'select 1' >/dev/null 2>&1; do sleep 0.2; done
  mysql --no-defaults -uroot --socket=/run/mysqld/mysqld.sock <<SQL
create database \`$MYSQL_DATABASE\`;
create user '$MYSQL_USER'@'%' identified by '$MYSQL_PASSWORD';
grant all on \`$MYSQL_DATABASE\`.* to '$MYSQL_USER'@'%';
create user 'root'@'%' identified by '$MYSQL_ROOT_PASSWORD';
grant all on *.* to 'root'@'%' with grant option;
alter user root@localhost identified by '$MYSQL_ROOT_PASSWORD';
shutdown;
SQL
  wait
fi
shift
exec mysqld --no-defaults --datadir="$data" --bind-address=0.0.0.0 --mysqlx=OFF --socket=/run/mysqld/mysqld.sock --pid-file=/run/mysqld/mysqld.pid "$@"
