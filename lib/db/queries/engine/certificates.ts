import { and, desc, eq, exists, getTableColumns, inArray, isNotNull, isNull, ne, notExists, sql } from 'drizzle-orm'

import type { Db } from '../../connection'
import { acmeOrders, certificates, domains } from '../../schema/domain'

export type CertificateRow = typeof certificates.$inferSelect
/** What is known of a certificate without its chain and its key, of which there are some kilobytes each. */
export type ServedCertificate = Omit<CertificateRow, 'chainPem' | 'keySealed'>
export type CertifiedDomain = Pick<typeof domains.$inferSelect, 'id' | 'environmentId' | 'serviceId' | 'hostname' | 'ownedAt' | 'dnsProvider' | 'dnsSettingsSealed'>

const { chainPem: _chain, keySealed: _key, ...SERVED } = getTableColumns(certificates)
const CERTIFIED = { id: domains.id, environmentId: domains.environmentId, serviceId: domains.serviceId, hostname: domains.hostname, ownedAt: domains.ownedAt, dnsProvider: domains.dnsProvider, dnsSettingsSealed: domains.dnsSettingsSealed }

/** A host name, as far as it concerns its certificate; null when it is gone. */
export async function certifiedDomain(db: Db, id: string): Promise<CertifiedDomain | null> {
  const [row] = await db.select(CERTIFIED).from(domains).where(eq(domains.id, id))
  return row ?? null
}

/**
 * The certificate that each host name is served with: the newest that is valid at the time, else the newest that was not revoked. One that has
 * ended is better than none, because the clock may be wrong and a browser says what it finds.
 */
export function servedCertificates(db: Db, now: Date, domainId?: string): Promise<ServedCertificate[]> {
  const at = now.toISOString()
  return db
    .selectDistinctOn([certificates.domainId], SERVED)
    .from(certificates)
    .innerJoin(domains, eq(domains.id, certificates.domainId))
    .where(and(isNull(certificates.revokedAt), isNotNull(domains.ownedAt), domainId === undefined ? undefined : eq(certificates.domainId, domainId)))
    .orderBy(certificates.domainId, desc(sql`${certificates.notBefore} <= ${at}::timestamptz and ${certificates.notAfter} > ${at}::timestamptz`), desc(certificates.createdAt), desc(certificates.id))
}

/** These with chains and sealed keys, as far as they are there. */
export function wholeCertificates(db: Db, ids: readonly string[]): Promise<CertificateRow[]> {
  return db.select().from(certificates).where(inArray(certificates.id, [...ids]))
}

export type NewCertificate = Omit<CertificateRow, 'createdAt' | 'revokedAt'>

/**
 * Keeps a certificate in the place of the former ones of its source. Answers false when the domain is gone meanwhile. `createdAt`: which is the newest is
 * told by it.
 */
export async function keepCertificate(tx: Db, row: NewCertificate, createdAt: Date): Promise<boolean> {
  const [domain] = await tx.select({ id: domains.id }).from(domains).where(eq(domains.id, row.domainId)).for('key share')
  if (!domain) return false
  await tx.insert(certificates).values({ ...row, createdAt })
  await tx.delete(certificates).where(and(eq(certificates.domainId, row.domainId), eq(certificates.source, row.source), ne(certificates.id, row.id)))
  return true
}

/** Has a host name looked at with the next round: what is known of its certificate has changed. */
export async function lookSoon(tx: Db, domainId: string, now: Date): Promise<void> {
  await tx.update(domains).set({ nextCheckAt: now }).where(eq(domains.id, domainId))
}

/** What the authority has revoked is never served again. */
export async function markRevoked(db: Db, certificateId: string, at: Date): Promise<void> {
  await db.update(certificates).set({ revokedAt: at }).where(and(eq(certificates.id, certificateId), isNull(certificates.revokedAt)))
}

/** Domains whose last attempt failed and is not to be repeated yet. */
async function pausing(db: Db, now: Date): Promise<Set<string>> {
  const last = await db.selectDistinctOn([acmeOrders.domainId]).from(acmeOrders).where(isNotNull(acmeOrders.domainId)).orderBy(acmeOrders.domainId, desc(acmeOrders.placedAt), desc(acmeOrders.id))
  return new Set(last.flatMap(({ domainId, outcome, retryAfter }) => (domainId !== null && outcome === 'failed' && retryAfter !== null && retryAfter > now ? [domainId] : [])))
}

/** The certificates that are served and may be replaced by those of an authority, without those whose pause after a failure lasts; soonest end first. */
export async function renewable(db: Db, now: Date): Promise<ServedCertificate[]> {
  const waits = await pausing(db, now)
  return (await servedCertificates(db, now)).filter(({ domainId }) => !waits.has(domainId)).sort((a, b) => a.notAfter.getTime() - b.notAfter.getTime())
}

/** Host names that were asked for and have no certificate at all; without those that were given up or whose pause after a failure lasts. */
export async function unserved(db: Db, now: Date): Promise<{ id: string; serviceId: string }[]> {
  const waits = await pausing(db, now)
  const kept = db.select({ one: sql`1` }).from(certificates).where(and(eq(certificates.domainId, domains.id), isNull(certificates.revokedAt)))
  const asked = db.select({ one: sql`1` }).from(acmeOrders).where(eq(acmeOrders.domainId, domains.id))
  const rows = await db.select({ id: domains.id, serviceId: domains.serviceId }).from(domains).where(and(isNotNull(domains.ownedAt), ne(domains.state, 'failed'), exists(asked), notExists(kept))).orderBy(domains.id)
  return rows.filter(({ id }) => !waits.has(id))
}
