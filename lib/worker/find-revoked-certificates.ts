import { lookSoon, markRevoked, servedCertificates, wholeCertificates } from '../db/queries/engine/certificates'
import type { Engine } from '../provisioning/engine'
import { fetchList } from '../provisioning/certificate/revocation/fetch-list'
import { isListed, listAddresses } from '../provisioning/certificate/revocation/find-revoked'

/** How often each certificate is looked up. Authorities write a list anew after some hours. */
const EVERY_MS = 6 * 3_600_000
const MOST_AT_ONCE = 20

/**
 * Looks up whether certificates that are served were revoked. One that was is never served again; where an authority issued it, it is asked for another. What cannot be looked up is
 * believed to be good, as browsers do. A restart looks up all of them again.
 */
export function makeRevocationRound({ db, now, config, log }: Pick<Engine, 'db' | 'now' | 'config' | 'log'>): (signal: AbortSignal) => Promise<void> {
  const lookedAt = new Map<string, number>()
  return async (signal) => {
    const at = now().getTime()
    const served = await servedCertificates(db, now())
    const present = new Set(served.map(({ id }) => id))
    for (const id of lookedAt.keys()) if (!present.has(id)) lookedAt.delete(id)
    // One that was looked up at a time to come was so by a clock that has been set back since.
    const due = served.filter(({ id }) => Math.abs(at - (lookedAt.get(id) ?? -Infinity)) >= EVERY_MS || lookedAt.get(id)! > at).slice(0, MOST_AT_ONCE)
    for (const row of await wholeCertificates(db, due.map(({ id }) => id))) {
      lookedAt.set(row.id, at)
      for (const address of listAddresses(row.chainPem).slice(0, 4)) {
        const list = await fetchList(address, { policy: { allowsPrivate: config.alertsToPrivate }, signal })
        if (list === null || !(await isListed(row.chainPem, list, now()))) continue
        log.warn({ certificate: row.id, domain: row.domainId }, 'a certificate was revoked by its authority')
        await db.transaction(async (tx) => {
          await markRevoked(tx, row.id, now())
          await lookSoon(tx, row.domainId, now())
        })
        break
      }
    }
  }
}
