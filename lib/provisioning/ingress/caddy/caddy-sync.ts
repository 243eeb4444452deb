import { isDeepStrictEqual } from 'node:util'

import { isAppError } from '../../../errors'
import type { Log } from '../../../log'
import { WHOLE, type CaddyAdmin } from './caddy-admin'
import { HTTP_SERVER, OWN_ID, type CaddyParts, type Json, type JsonObject } from './caddy-config'
import { changeOf, merged } from './caddy-merge'

// Keeps Caddy as we want it. What is wanted is told by `follow`; what Caddy has is looked at again and again, because it may be started
// anew with nothing, or be changed by others. Caddy needs nobody of us to serve what it was told last.

/** Between two looks whether Caddy has our configuration at all. */
const LOOK_MS = 1_000
/** Every so many looks all of it is compared. */
const COMPARE_EVERY = 30
/** How long somebody who publishes waits for Caddy; it is tried again afterwards all the same. */
const FOLLOW_MS = 2_500
const CALL_MS = 30_000
/** Others may change the configuration between our look and our change. */
const MOST_TRIES = 5

export type CaddySync = {
  /** Something else may be wanted. Resolves when Caddy has it, or after a few seconds in which it could not be told. */
  follow(): Promise<void>
  /** What is wrong, in words; null when Caddy has what is wanted. */
  trouble(): string | null
  /** Certificates that Caddy does not take, by what `loaded` makes of them. They are left out, so that none keeps away all others. */
  refused(): Refused
  /** These are all certificates there are: others need not be remembered. */
  remember(certificates: readonly Pem[]): void
  close(): Promise<void>
}

type Pem = { chainPem: string; keyPem: string }
/** `object`: the `@id` it was told by; `said`: Caddy's words. */
export type Refused = ReadonlyMap<string, { object: string; said: string }>
/** `wanted`: without those certificates. */
type Means = { admin: CaddyAdmin; wanted(refused: Refused): CaddyParts; log: Log; lookMs?: number }

/** What tells a certificate from others, whatever its id. */
export function loaded({ chainPem, keyPem }: Pem): string {
  return `${chainPem}\n${keyPem}`
}

/** Begins at once. */
export function caddySync({ admin, wanted: wantedWithout, log, lookMs = LOOK_MS }: Means): CaddySync {
  const over = new AbortController()
  let applied: CaddyParts | null = null
  let trouble: string | null = 'Caddy was not told yet.'
  let looks = 0
  const refused = new Map<string, { object: string; said: string }>()
  const wanted = () => wantedWithout(refused)

  const note = (found: string | null) => {
    if (found !== null && trouble !== found) log.warn({ trouble: found }, 'Caddy does not have what it should, will try again')
    if (found === null && trouble !== null) log.info('Caddy has what it should')
    trouble = found
  }
  /** Makes Caddy's configuration what it should be. */
  const apply = async (): Promise<void> => {
    const signal = AbortSignal.any([over.signal, AbortSignal.timeout(CALL_MS)])
    for (let tries = 0; tries < MOST_TRIES; ) {
      const parts = wanted()
      const { value, etag } = await admin.read(WHOLE, signal)
      const next = merged(value, parts)
      const change = changeOf(value, next)
      if (change) log.info({ method: change.method, path: change.path }, 'Caddy is told')
      const outcome = change && (await admin.write({ ...change, etag: change.path === WHOLE ? etag : null }, signal).catch((error: unknown) => leaveOut(error, next)))
      if (outcome === 'left out') continue
      tries++
      if (outcome !== 'changed') {
        applied = parts
        return note(null)
      }
    }
    throw new Error('Its configuration is changed by somebody else all the time.')
  }
  /** Caddy takes all or nothing: where it says which certificate it cannot read, the others are told without it. */
  const leaveOut = (error: unknown, next: JsonObject): 'left out' => {
    const certificate = refusedCertificate(error, next)
    if (!certificate || refused.has(certificate.key)) throw error
    const { key, object, said } = certificate
    refused.set(key, { object, said })
    log.warn({ object, said }, 'Caddy does not take a certificate, which is left out')
    return 'left out'
  }
  let turn: Promise<void> = Promise.resolve()
  const inTurn = (work: () => Promise<void>) => {
    turn = turn.then(() => (over.signal.aborted ? undefined : work())).catch((error: unknown) => {
      applied = null
      if (!over.signal.aborted) note(error instanceof Error ? error.message : String(error))
    })
    return turn
  }
  const look = async () => {
    const isWhole = ++looks % COMPARE_EVERY === 0 || applied === null
    if (!isWhole && (await hasOurs())) return
    await apply()
  }
  const hasOurs = async () => {
    const { value } = await admin.read(`/id/${HTTP_SERVER}-door`, AbortSignal.any([over.signal, AbortSignal.timeout(CALL_MS)]))
    return isNamed(value)
  }
  let timer: NodeJS.Timeout | null = null
  const lookLater = () => {
    if (over.signal.aborted) return
    timer = setTimeout(() => void inTurn(look).finally(lookLater), lookMs)
  }
  void inTurn(apply).finally(lookLater)

  return {
    async follow() {
      if (applied !== null && isDeepStrictEqual(applied, wanted())) return
      const done = inTurn(async () => {
        if (applied === null || !isDeepStrictEqual(applied, wanted())) await apply()
      })
      // Whoever publishes is not kept waiting for a Caddy that was away a moment ago.
      if (trouble !== null && looks > 0) return
      let late: NodeJS.Timeout | undefined
      await Promise.race([done, new Promise<void>((resolve) => (late = setTimeout(resolve, FOLLOW_MS)))])
      clearTimeout(late)
    },
    trouble: () => trouble,
    refused: () => refused,
    remember(certificates) {
      if (refused.size === 0) return
      const known = new Set(certificates.map(loaded))
      for (const key of refused.keys()) if (!known.has(key)) refused.delete(key)
    },
    async close() {
      over.abort()
      if (timer) clearTimeout(timer)
      await turn
    },
  }
}

function isNamed(value: Json): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && String(value['@id']).startsWith(OWN_ID)
}

/** The certificate of ours that Caddy found wrong (`PEM pair 3: …`, as caddytls/pemloader.go has it); null where it is about something else. */
function refusedCertificate(error: unknown, configuration: JsonObject): { key: string; object: string; said: string } | null {
  const [, index, said = ''] = /PEM pair (\d+): (.*)$/s.exec(isAppError(error) ? String(error.detail.said ?? '') : '') ?? []
  if (index === undefined) return null
  const { load_pem: all } = (configuration.apps as { tls?: { certificates?: { load_pem?: JsonObject[] } } }).tls?.certificates ?? {}
  const one = all?.[Number(index)]
  if (!one || !isNamed(one)) return null
  return { key: loaded({ chainPem: String(one.certificate), keyPem: String(one.key) }), object: String(one['@id']), said: said.slice(0, 300) }
}
