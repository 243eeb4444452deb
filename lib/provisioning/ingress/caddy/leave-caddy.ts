import { readFile, rm } from 'node:fs/promises'

import type { Log } from '../../../log'
import { caddyAdmin, WHOLE } from './caddy-admin'
import type { CaddyParts } from './caddy-config'
import { changeOf, merged } from './caddy-merge'

// A Caddy that was driven once and is no longer would hold the ports that others want now, and keys of certificates. Which one it was is kept in
// a file, since no setting names it any more.

const NOTHING: CaddyParts = { servers: {}, certificates: [], policies: [], ask: null }
const CALL_MS = 10_000
const MOST_TRIES = 5

/** `but`: the one that is driven now; null for none. Takes what is ours out of the Caddy that was told last, if that is another one. Where it does not answer this is logged, and tried at the next start. */
export async function leaveCaddy({ toldFile, log, but }: { toldFile: string; log: Log; but: string | null }): Promise<void> {
  const former = (await readFile(toldFile, 'utf8').catch(() => '')).trim()
  if (former === '' || former === but) return
  try {
    await takeOut(former)
  } catch (cause) {
    log.warn({ caddy: former, cause }, 'Caddy is no longer used and still has what it was told, or will have it when it resumes: stop it, or start it without its former configuration')
    return
  }
  await rm(toldFile, { force: true })
  log.info({ caddy: former }, 'Caddy is no longer used, and has nothing of ours any more')
}

async function takeOut(address: string): Promise<void> {
  const admin = caddyAdmin(address)
  const signal = AbortSignal.timeout(CALL_MS)
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const { value, etag } = await admin.read(WHOLE, signal)
    const change = value === null ? null : changeOf(value, merged(value, NOTHING))
    if (!change || (await admin.write({ ...change, etag: change.path === WHOLE ? etag : null }, signal)) === 'done') return
  }
  throw new Error('Its configuration is changed by somebody else all the time.')
}
