import { RESTORED } from './folder'
import { loginMade } from './postgres-restored'

// What runs in containers in place of their image's command. Where the volume was put there from a snapshot, the login in it is
// of another time, so the one of the variables is set before anybody can connect. Whatever it is killed in, the next start
// does it again.

/** At the top of the volume: a copy that MariaDB's own program made, to be unpacked and made one moment. */
export const COPY = 'easel-copy'

const QUOTE_POSTGRES = [`text() { printf "'%s'" "$(printf %s "$1" | sed "s/'/''/g")"; }`, `name() { printf '"%s"' "$(printf %s "$1" | sed 's/"/""/g')"; }`]

const SOMEBODY = 'somebody'

/** A statement about somebody as a text of a shell that knows who that is. */
function inShell(statement: string): string {
  return statement.replace(/[\\"$`]/g, '\\$&').replaceAll(`'${SOMEBODY}'`, '$is').replaceAll(`\\"${SOMEBODY}\\"`, '$named')
}

/** In single-user mode, which takes a statement a line. */
export const POSTGRES_START = [
  'set -e',
  `note=/var/lib/postgresql/${RESTORED}`,
  'if [ -e "$note" ]; then',
  ...QUOTE_POSTGRES,
  'user="${POSTGRES_USER:-postgres}"',
  'is="$(text "$user")"; named="$(name "$user")"',
  `make="${inShell(loginMade(SOMEBODY))}"`,
  'printf "%s\\n" "$make" "alter role $named login password $(text "$POSTGRES_PASSWORD");" | docker-entrypoint.sh postgres --single -D "$PGDATA" -c exit_on_error=on template1',
  'rm -f "$note"',
  'fi',
  'exec docker-entrypoint.sh postgres',
].join('\n')

/** Functions of a shell that write a text, and a name, as statements of MariaDB and MySQL have them. */
export const QUOTE_MARIADB = [`text() { printf "'%s'" "$(printf %s "$1" | sed "s/[\\\\\\\\']/\\\\\\\\&/g")"; }`, "name() { printf '`%s`' \"$(printf %s \"$1\" | sed 's/`/``/g')\"; }"]

const MARIADB_ROOT = ['flush privileges;', 'alter user root@localhost identified by $root;', "alter user if exists root@'%' identified by $root;"]
const MARIADB_USER = [
  'create database if not exists $base;',
  "create user if not exists $user@'%';",
  `alter user $user@'%' identified by $(text "$MARIADB_PASSWORD");`,
  "grant all on $base.* to $user@'%';",
]

/** In bootstrap mode, without anybody who could connect. */
export const MARIADB_START = [
  'set -e',
  `data=/var/lib/mysql; note="$data/${RESTORED}"; copy="$data/${COPY}"`,
  'if [ -e "$note" ]; then',
  'if [ -e "$copy" ]; then',
  `find "$data" -mindepth 1 -maxdepth 1 ! -name '${RESTORED}' ! -name '${COPY}' ! -name lost+found -exec rm -rf {} +`,
  'mbstream -x -C "$data" <"$copy"',
  'mariadb-backup --prepare --target-dir="$data"',
  'sync',
  'rm -f "$copy"',
  'fi',
  ...QUOTE_MARIADB,
  'user="$(text "$MARIADB_USER")"; base="$(name "$MARIADB_DATABASE")"; root="$(text "${MARIADB_ROOT_PASSWORD:-$MARIADB_PASSWORD}")"',
  `{ ${printed(MARIADB_ROOT)}; [ -z "$MARIADB_USER" ] || ${printed(MARIADB_USER)}; } | docker-entrypoint.sh mariadbd --bootstrap`,
  'rm -f "$note"',
  'fi',
  'exec docker-entrypoint.sh mariadbd',
].join('\n')

const MYSQL_ROOT = ['create user if not exists root@localhost;', 'alter user root@localhost identified by $root;', "alter user if exists root@'%' identified by $root;"]
const MYSQL_USER = ['create database if not exists $base;', "create user if not exists $user@'%';", `alter user $user@'%' identified by $(text "$MYSQL_PASSWORD");`, "alter user $user@'%' discard old password;", "grant all on $base.* to $user@'%';"]

/** By a server that listens to nobody, which is given the statements before it is asked to end. */
export const MYSQL_START = [
  'set -e',
  `note=/var/lib/mysql/${RESTORED}; first=/var/lib/mysql/easel-first.sql`,
  'if [ -e "$note" ]; then',
  ...QUOTE_MARIADB,
  'user="$(text "$MYSQL_USER")"; base="$(name "$MYSQL_DATABASE")"; root="$(text "${MYSQL_ROOT_PASSWORD:-$MYSQL_PASSWORD}")"',
  // Where the entry point gives it to the user of the server.
  `(umask 077; { ${printed(MYSQL_ROOT)}; [ -z "$MYSQL_USER" ] || ${printed(MYSQL_USER)}; echo 'shutdown;'; } >"$first")`,
  'docker-entrypoint.sh mysqld --skip-networking --mysqlx=OFF --init-file="$first"',
  'rm -f "$note" "$first"',
  'fi',
  'exec docker-entrypoint.sh mysqld',
].join('\n')

function printed(statements: readonly string[]): string {
  return `printf '%s\\n' ${statements.map((statement) => `"${statement}"`).join(' ')}`
}
