import { LoginRefused } from './login-refused'
import { text } from './mariadb-text'
import type { CredentialsPart, Door } from './recipe'
import { QUOTE_MARIADB } from './start-scripts'

// MySQL lets a user come in with two passwords since 8.0.14: the present one, and one that it retains. They are in its data, so a
// server that is started again knows both. Passwords are read from the variables that the server is said to have, and statements
// are given to the client by its input, so none is seen in a list of processes.

const OTHER_KEY = 'MYSQL_OTHER_PASSWORD'
const ROOT = 'MYSQL_PWD="$MYSQL_ROOT_PASSWORD" mysql --protocol=socket --user=root --connect-timeout=5 --batch --skip-column-names'
const OWN = 'MYSQL_PWD="$1" mysql --protocol=socket --user="$MYSQL_USER" --connect-timeout=5'

/** A connection's number, and when the server was started that counts them. */
const MARK = "select concat(unix_timestamp() - variable_value, ':', connection_id()) from performance_schema.global_status where variable_name = 'Uptime'"
/** By how much that moment may differ, told twice. */
const SAME_START_S = 2

/** One that is valid already is not made valid again: that would push out the other. */
const ADMIT = [
  'set -e',
  ...QUOTE_MARIADB,
  `works() { ${OWN} --execute='select 1' >/dev/null 2>&1; }`,
  `works "$${OTHER_KEY}" || printf '%s\\n' "alter user $(text "$MYSQL_USER")@'%' identified by $(text "$${OTHER_KEY}") retain current password;" | ${ROOT}`,
].join('\n')

/** Whichever of the two it is now, it is the present one from here on, and there is no other. */
const REVOKE = ['set -e', ...QUOTE_MARIADB, `printf '%s\\n' "alter user $(text "$MYSQL_USER")@'%' identified by $(text "$MYSQL_PASSWORD");" "alter user $(text "$MYSQL_USER")@'%' discard old password;" | ${ROOT}`].join('\n')

/** Ends what was opened before references led to the password that stays. One may have gone by itself. */
const CUT_OFF = `set -e; statements="$(${ROOT} --execute="$0")"; printf '%s\\n' "$statements" | ${ROOT} --force`

export const mysqlCredentials: CredentialsPart = {
  otherPasswordKey: OTHER_KEY,
  // Whatever is done is done by root.
  greet: async (door, signal) => void (await inside(door, ['sh', '-c', `${ROOT} --execute='select 1'`], signal)),
  nextUser: async ({ login }) => login.user,
  async admit(door, _, signal) {
    await inside(door, ['sh', '-c', ADMIT], signal)
  },
  mark: (door, signal) => inside(door, ['sh', '-c', `${ROOT} --execute="$0"`, MARK], signal),
  async revoke(door, _, { mark }, signal) {
    await inside(door, ['sh', '-c', REVOKE], signal)
    const [before, now] = [parsed(mark ?? ''), parsed(await inside(door, ['sh', '-c', `${ROOT} --execute="$0"`, MARK], signal))]
    // Of a server that was started since, nobody of before is left.
    if (Math.abs(before.start - now.start) > SAME_START_S) return
    const theirs = `select concat('kill ', processlist_id, ';') from performance_schema.threads where processlist_user = ${text(door.login.user!)} and processlist_id <= ${before.connection}`
    await inside(door, ['sh', '-c', CUT_OFF, theirs], signal)
  },
}

function parsed(mark: string): { start: number; connection: number } {
  const [start, connection] = mark.trim().split(':').map(Number)
  return { start: start || 0, connection: connection || 0 }
}

async function inside(door: Door, argv: readonly string[], signal: AbortSignal): Promise<string> {
  return door.inside(argv, signal).catch((error: Error) => {
    if (/\b1045\b/.test(error.message)) throw new LoginRefused('MySQL refuses its user root with the password in the variable MYSQL_ROOT_PASSWORD, and only root may change users.', { cause: error })
    throw error
  })
}
