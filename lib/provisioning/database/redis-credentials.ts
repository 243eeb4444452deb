import { LoginRefused } from './login-refused'
import type { CredentialsPart, Door } from './recipe'
import { ask as askAnybody, type Reply } from './redis-ask'

// Redis keeps any number of passwords for one user, in memory only: a server that is started again learns both from its
// configuration, which is made of its variables.

/** Before 6 there was one password for all. */
const hello = ({ login }: Door) => ['AUTH', login.password]

const REFUSAL = /^(WRONGPASS|NOAUTH|NOPERM|ERR invalid password|ERR (Client sent )?AUTH\b)/

async function ask(door: Door, commands: readonly (readonly string[])[], signal: AbortSignal): Promise<Reply[]> {
  return askAnybody(door, commands, signal).catch((error: Error) => {
    throw REFUSAL.test(error.message) ? new LoginRefused(`Redis says: ${error.message}.`, { cause: error }) : error
  })
}

/** The variables of its process that say its password: its own, and the other one for as long as both are valid. */
export const redisCredentials = (otherPasswordKey: string): CredentialsPart => ({
  otherPasswordKey,
  greet: async (door, signal) => void (await ask(door, [hello(door), ['PING']], signal)),
  nextUser: async () => null,
  admit: async (door, next, signal) => {
    await ask(door, [hello(door), ['ACL', 'SETUSER', 'default', `>${next.password}`]], signal).catch(inWords)
  },
  async revoke(door, gone, { writtenMs }, signal) {
    const [, passwords] = await ask(door, [hello(door), ['ACL', 'GETUSER', 'default']], signal)
    // Taking away one that is not there is a complaint.
    if (countOf(passwords!) > 1) await ask(door, [hello(door), ['ACL', 'SETUSER', 'default', `<${gone.password}`]], signal).catch(alreadyGone)
    await cutOff(door, writtenMs, signal)
  },
})

/** Whoever connected before references led to this password may have done so with the other one; the server does not tell. */
async function cutOff(door: Door, writtenMs: number, signal: AbortSignal): Promise<void> {
  const [, own, list] = await ask(door, [hello(door), ['CLIENT', 'ID'], ['CLIENT', 'LIST']], signal)
  const clients = String(list).split('\n').map((line) => ({ id: /\bid=(\d+)/.exec(line)?.[1], age: Number(/\bage=(\d+)/.exec(line)?.[1]) }))
  for (const { id, age } of clients) {
    if (id !== undefined && Number(id) !== own && age * 1000 > writtenMs) await ask(door, [hello(door), ['CLIENT', 'KILL', 'ID', id]], signal)
  }
}

/** How many passwords the answer about a user names. */
function countOf(user: Reply): number {
  if (!Array.isArray(user)) return 0
  const passwords = user[user.indexOf('passwords') + 1]
  return Array.isArray(passwords) ? passwords.length : 0
}

function inWords(error: Error): never {
  if (/unknown command/i.test(error.message)) throw new Error('This version knows one password only. Replacing it without a break needs Redis 6 or newer.')
  throw error
}

function alreadyGone(error: Error): void {
  if (!/not found|no such|doesn't exist|does not exist/i.test(error.message)) throw error
}
