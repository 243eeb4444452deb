import { createHmac, randomBytes } from 'node:crypto'

import { hash, verify } from '@node-rs/argon2'

import type { SiteRules } from '../../table'

// Who comes in with a name and a password (RFC 7617). Argon2id takes tens of milliseconds and much memory, so it runs beside the
// requests, a few at a time, and what fits is remembered for a while: by a keyed digest of name, password and the stored hash, so
// that nothing that is remembered outlives a change of the password, or tells it.

export type Doorkeeper = {
  /** True, false, or a promise of them where nobody remembers. `busy`: too many are being looked at. */
  knows(people: SiteRules['basicAuth'], authorization: string | undefined): boolean | 'busy' | Promise<boolean>
}

const MOST_REMEMBERED = 10_000
const REMEMBERED_MS = 10 * 60_000
/** More would take the threads that everything else needs for files and names. */
const AT_ONCE = 2
const MOST_WAITING = 64
const LONGEST = 1_024

type Verify = (hash: string, password: string) => Promise<boolean>
const argon2: Verify = (stored, password) => verify(stored, password).catch(() => false)

export function doorkeeper(check: Verify = argon2, now: () => number = () => performance.now()): Doorkeeper {
  const key = randomBytes(32)
  const remembered = new Map<string, number>()
  const waiting: (() => void)[] = []
  let busy = 0
  let decoy: Promise<string> | undefined

  const inTurn = async (work: () => Promise<boolean>) => {
    if (busy >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve))
    else busy++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else busy--
    }
  }
  const remember = (digest: string) => {
    remembered.delete(digest)
    remembered.set(digest, now() + REMEMBERED_MS)
    if (remembered.size > MOST_REMEMBERED) remembered.delete(remembered.keys().next().value!)
  }
  const look = async (stored: string | undefined, password: string, digest: string) => {
    // Whoever is not known takes as long as who is.
    const against = stored ?? (await (decoy ??= hash(randomBytes(16).toString('hex'))))
    const fits = (await check(against, password)) && stored !== undefined
    if (fits) remember(digest)
    return fits
  }
  return {
    knows(people, authorization) {
      const said = credentialsOf(authorization)
      if (!said) return false
      const stored = people.find(({ name }) => name === said.name)?.hash
      const digest = createHmac('sha256', key).update(JSON.stringify([stored ?? '', said.name, said.password])).digest('base64')
      const until = remembered.get(digest)
      if (stored !== undefined && until !== undefined && until > now()) return true
      if (waiting.length >= MOST_WAITING) return 'busy'
      return inTurn(() => look(stored, said.password, digest))
    },
  }
}

function credentialsOf(authorization: string | undefined): { name: string; password: string } | null {
  if (authorization === undefined || authorization.length > LONGEST) return null
  const text = /^basic +([A-Za-z0-9+/=_-]+) *$/i.exec(authorization)?.[1]
  if (text === undefined) return null
  const [, name, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(text, 'base64').toString('utf8')) ?? []
  return name === undefined || password === undefined ? null : { name, password }
}
