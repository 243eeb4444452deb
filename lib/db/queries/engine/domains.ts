import { and, asc, desc, eq, gt, inArray, isNull, lte, ne, sql } from 'drizzle-orm'

import type { CheckResult, DomainReason } from '../../../domain/domain-state'
import type { Verdict } from '../../../domain/domain-verdict'
import type { Db } from '../../connection'
import { acmeChallenges, acmeOrders, certificates, domains } from '../../schema/domain'
import { environments, projects, services } from '../../schema/desired'

export type DueDomain = typeof domains.$inferSelect & { hostLabel: string; projectId: string }
export type CertificateFact = Pick<typeof certificates.$inferSelect, 'fingerprint' | 'issuer' | 'source' | 'notBefore' | 'notAfter' | 'revokedAt'>

const isLive = and(ne(services.desired, 'deleted'), isNull(environments.deletedAt), isNull(projects.deletedAt))

/** Those that are to be looked at by now: those that somebody waits for first. */
export async function due(db: Db, at: Date, limit: number): Promise<DueDomain[]> {
  const rows = await db
    .select({ domain: domains, hostLabel: services.hostLabel, projectId: environments.projectId })
    .from(domains)
    .innerJoin(services, eq(services.id, domains.serviceId))
    .innerJoin(environments, eq(environments.id, domains.environmentId))
    .innerJoin(projects, eq(projects.id, environments.projectId))
    .where(and(lte(domains.nextCheckAt, at), isLive))
    .orderBy(asc(sql`${domains.state} = 'active'`), asc(domains.nextCheckAt))
    .limit(limit)
  return rows.map(({ domain, ...rest }) => ({ ...domain, ...rest }))
}

/** Certificates of one, newest first, without keys. */
export function certificateFacts(db: Db, domainId: string): Promise<CertificateFact[]> {
  const { fingerprint, issuer, source, notBefore, notAfter, revokedAt } = certificates
  return db.select({ fingerprint, issuer, source, notBefore, notAfter, revokedAt }).from(certificates).where(eq(certificates.domainId, domainId)).orderBy(desc(certificates.createdAt), desc(certificates.id)).limit(20)
}

/** Why the newest order of a certificate for it failed; null when it did not, or there was none. */
export async function troubleOf(db: Db, domainId: string): Promise<{ reason: DomainReason; message: string } | null> {
  const [row] = await db.select({ outcome: acmeOrders.outcome, reason: acmeOrders.reason, message: acmeOrders.message }).from(acmeOrders).where(eq(acmeOrders.domainId, domainId)).orderBy(desc(acmeOrders.placedAt)).limit(1)
  return row?.outcome === 'failed' && row.reason !== null ? { reason: row.reason, message: row.message ?? '' } : null
}

/**
 * Writes what a look has found. Answers false when the row is gone or was changed meanwhile, so that what was found is of something
 * else: then the next look, which is due already, says it.
 */
export async function writeLook(tx: Db, seen: DueDomain, { checks, verdict, at }: { checks: CheckResult[]; verdict: Verdict; at: Date }): Promise<boolean> {
  const isSame = [eq(domains.id, seen.id), eq(domains.state, seen.state), eq(domains.serviceId, seen.serviceId), seen.nextCheckAt === null ? isNull(domains.nextCheckAt) : eq(domains.nextCheckAt, seen.nextCheckAt)]
  const rows = await tx.update(domains).set({ ...verdict, checks, checkedAt: at }).where(and(...isSame)).returning({ id: domains.id })
  return rows.length === 1
}

/** What the routing table needs to know of a host name that is somebody's. */
export type ServedDomain = Pick<typeof domains.$inferSelect, 'id' | 'serviceId' | 'hostname' | 'token' | 'isPrimary' | 'redirectsToPrimary' | 'port' | 'paths' | 'rules'> & { isOwned: boolean; isActive: boolean; certificateId: string | null }

/** Every host name that was not given up, of services that are not being deleted, in one order. Its certificate is the newest that is valid. */
export async function servedDomains(db: Db, at: Date): Promise<ServedDomain[]> {
  const certificateId = sql<string | null>`(select c.id from certificates c where c.domain_id = ${domains.id} and c.revoked_at is null and c.not_before <= ${at.toISOString()}::timestamptz and c.not_after > ${at.toISOString()}::timestamptz order by c.created_at desc, c.id desc limit 1)`
  const { id, serviceId, hostname, token, isPrimary, redirectsToPrimary, port, paths, rules } = domains
  return db
    .select({ id, serviceId, hostname, token, isPrimary, redirectsToPrimary, port, paths, rules, isOwned: sql<boolean>`${domains.ownedAt} is not null`, isActive: sql<boolean>`${domains.ownedAt} is not null and ${domains.activeAt} is not null`, certificateId })
    .from(domains)
    .innerJoin(services, eq(services.id, domains.serviceId))
    .innerJoin(environments, eq(environments.id, domains.environmentId))
    .innerJoin(projects, eq(projects.id, environments.projectId))
    .where(and(ne(domains.state, 'failed'), isLive))
    .orderBy(domains.id)
}

/** What certificate authorities are to find now. */
export function openChallenges(db: Db, at: Date): Promise<Pick<typeof acmeChallenges.$inferSelect, 'id' | 'type' | 'host' | 'token' | 'keyAuthorization'>[]> {
  const { id, type, host, token, keyAuthorization, expiresAt } = acmeChallenges
  return db.select({ id, type, host, token, keyAuthorization }).from(acmeChallenges).where(gt(expiresAt, at)).orderBy(id)
}

export type KeptCertificate = { id: string; fingerprint: string; hosts: string[]; chainPem: string; keySealed: string }

/** Those of these ids, with their sealed keys. */
export async function certificatesWithKeys(db: Db, ids: readonly string[]): Promise<KeptCertificate[]> {
  if (ids.length === 0) return []
  const { id, fingerprint, hosts, chainPem, keySealed } = certificates
  return db.select({ id, fingerprint, hosts, chainPem, keySealed }).from(certificates).where(inArray(id, [...ids])).orderBy(id)
}

/** Those of TLS-ALPN-01 challenges that are open. Their id stands for what they are: they are never shown to visitors. */
export async function challengeCertificates(db: Db, at: Date): Promise<KeptCertificate[]> {
  const { id, host, certificatePem, keySealed, expiresAt } = acmeChallenges
  const rows = await db.select({ id, host, certificatePem, keySealed }).from(acmeChallenges).where(gt(expiresAt, at)).orderBy(id)
  return rows.flatMap((row) => (row.certificatePem === null || row.keySealed === null ? [] : [{ id: row.id, fingerprint: row.id, hosts: [row.host], chainPem: row.certificatePem, keySealed: row.keySealed }]))
}
