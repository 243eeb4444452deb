import { createHash } from 'node:crypto'

import { LoginRefused } from './login-refused'
import { text } from './mariadb-text'
import type { CredentialsPart, Door } from './recipe'

// MariaDB lets one user come in by any of several ways, and two passwords are two ways. They are in its data, so a server that is
// started again knows both. Only who may change users can say so; that is root, from where the server is. Statements have what the
// server itself keeps of a password, so none is seen in a list of processes or in a log.

/** From here on the user comes in with any of these. */
function letIn({ login }: Door, passwords: readonly string[]): string {
  const ways = passwords.map((password) => `mysql_native_password using ${text(keptOf(password))}`)
  return `alter user ${text(login.user!)}@'%' identified via ${ways.join(' or ')}`
}

/** A connection's number, and when the server was started that counts them. */
const MARK = "select concat(unix_timestamp() - variable_value, ':', connection_id()) from information_schema.global_status where variable_name = 'UPTIME'"
/** By how much that moment may differ, told twice. */
const SAME_START_S = 2

export const mariadbCredentials: CredentialsPart = {
  otherPasswordKey: null,
  // Whatever is done is done by root.
  greet: async (door, signal) => void (await asRoot(door, ['select 1'], signal)),
  nextUser: async ({ login }) => login.user,
  async admit(door, next, signal) {
    await asRoot(door, [letIn(door, [door.login.password, next.password])], signal)
  },
  mark: (door, signal) => asRoot(door, [MARK], signal),
  async revoke(door, _, { mark }, signal) {
    await asRoot(door, [letIn(door, [door.login.password])], signal)
    const [before, now] = [parsed(mark ?? ''), parsed(await asRoot(door, [MARK], signal))]
    // Of a server that was started since, nobody of before is left.
    if (Math.abs(before.start - now.start) <= SAME_START_S) await asRoot(door, [cutOff(door, before.connection)], signal)
  },
}

/** Ends what was opened before references led to the password that stays: the server does not tell who came with which. */
function cutOff({ login }: Door, connection: number): string {
  const theirs = `select id from information_schema.processlist where user = ${text(login.user!)} and id <= ${connection}`
  // One may have gone by itself.
  return `begin not atomic declare continue handler for 1094 begin end; for one in (${theirs}) do execute immediate concat('kill ', one.id); end for; end`
}

function parsed(mark: string): { start: number; connection: number } {
  const [start, connection] = mark.trim().split(':').map(Number)
  return { start: start || 0, connection: connection || 0 }
}

/** As a process its socket is in the folder of its data; its image has it where the client looks for it. */
const SCRIPT = 'if [ -S server.sock ]; then set -- --no-defaults --socket=server.sock; else set --; fi; MYSQL_PWD="$MARIADB_ROOT_PASSWORD" exec mariadb "$@" --protocol=socket --user=root --connect-timeout=5 --batch --skip-column-names --delimiter=// --execute="$0"'

async function asRoot(door: Door, statements: readonly string[], signal: AbortSignal): Promise<string> {
  return door.inside(['sh', '-c', SCRIPT, statements.join('// ')], signal).catch((error: Error) => {
    if (/\b1045\b/.test(error.message)) throw new LoginRefused('MariaDB refuses its user root with the password in the variable MARIADB_ROOT_PASSWORD, and only root may change users.', { cause: error })
    throw error
  })
}

/** What MariaDB keeps of a password. */
function keptOf(password: string): string {
  return `*${createHash('sha1').update(createHash('sha1').update(password).digest()).digest('hex').toUpperCase()}`
}
