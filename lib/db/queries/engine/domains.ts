import { and, asc, desc, eq, isNull, lte, ne, sql } from 'drizzle-orm'

import type { CheckResult } from '../../../domain/domain-state'
import type { Verdict } from '../../../domain/domain-verdict'
import type { Db } from '../../connection'
import { certificates, domains } from '../../schema/domain'
import { environments, projects, services } from '../../schema/desired'
import { servedCertificates } from './certificates'

export type DueDomain = typeof domains.$inferSelect & { hostLabel: string; projectId: string }
export type CertificateFact = Pick<typeof certificates.$inferSelect, 'fingerprint' | 'issuer' | 'source' | 'notBefore' | 'notAfter' | 'revokedAt'>

/** One that is served waits no longer than that for those that are not. */
const OVERDUE_MS = 5 * 60_000

const isLive = and(ne(services.desired, 'deleted'), isNull(environments.deletedAt), isNull(projects.deletedAt))

/** Those that are to be looked at by now: of each organization in turn, so that the many names of one keep no other waiting; those that somebody waits for first. */
export async function due(db: Db, at: Date, limit: number): Promise<DueDomain[]> {
  const rows = await db
    .select({ domain: domains, hostLabel: services.hostLabel, projectId: environments.projectId })
    .from(domains)
    .innerJoin(services, eq(services.id, domains.serviceId))
    .innerJoin(environments, eq(environments.id, domains.environmentId))
    .innerJoin(projects, eq(projects.id, environments.projectId))
    .where(and(lte(domains.nextCheckAt, at), isLive))
    .orderBy(sql`row_number() over (partition by ${domains.organizationId} order by ${domains.state} = 'active' and ${domains.nextCheckAt} > ${new Date(at.getTime() - OVERDUE_MS).toISOString()}::timestamptz, ${domains.nextCheckAt})`, asc(domains.nextCheckAt))
    .limit(limit)
  return rows.map(({ domain, ...rest }) => ({ ...domain, ...rest }))
}

/** Certificates of one, newest first, without keys. */
export function certificateFacts(db: Db, domainId: string): Promise<CertificateFact[]> {
  const { fingerprint, issuer, source, notBefore, notAfter, revokedAt } = certificates
  return db.select({ fingerprint, issuer, source, notBefore, notAfter, revokedAt }).from(certificates).where(eq(certificates.domainId, domainId)).orderBy(desc(certificates.createdAt), desc(certificates.id)).limit(20)
}

/**
 * Writes what a look has found. Answers false when the row is gone or was changed meanwhile, so that what was found is of something
 * else: then the next look, which is due already, says it.
 */
export async function writeLook(tx: Db, seen: DueDomain, { checks, verdict, at }: { checks: CheckResult[]; verdict: Verdict; at: Date }): Promise<boolean> {
  const isSame = [eq(domains.id, seen.id), eq(domains.state, seen.state), eq(domains.serviceId, seen.serviceId), seen.nextCheckAt === null ? isNull(domains.nextCheckAt) : sql`date_trunc('milliseconds', ${domains.nextCheckAt}) = ${seen.nextCheckAt.toISOString()}::timestamptz`]
  const rows = await tx.update(domains).set({ ...verdict, checks, checkedAt: at }).where(and(...isSame)).returning({ id: domains.id })
  return rows.length === 1
}

/** What the routing table needs to know of a host name that is somebody's. */
export type ServedDomain = Pick<typeof domains.$inferSelect, 'id' | 'serviceId' | 'hostname' | 'token' | 'isPrimary' | 'redirectsToPrimary' | 'port' | 'paths' | 'rules'> & { isOwned: boolean; isActive: boolean; certificateId: string | null }

/** Every host name that was not given up, of services that are not being deleted, in one order. Its certificate: see `servedCertificates`. */
export async function servedDomains(db: Db, at: Date): Promise<ServedDomain[]> {
  const { id, serviceId, hostname, token, isPrimary, redirectsToPrimary, port, paths, rules } = domains
  const rows = await db
    .select({ id, serviceId, hostname, token, isPrimary, redirectsToPrimary, port, paths, rules, isOwned: sql<boolean>`${domains.ownedAt} is not null`, isActive: sql<boolean>`${domains.ownedAt} is not null and ${domains.activeAt} is not null` })
    .from(domains)
    .innerJoin(services, eq(services.id, domains.serviceId))
    .innerJoin(environments, eq(environments.id, domains.environmentId))
    .innerJoin(projects, eq(projects.id, environments.projectId))
    .where(and(ne(domains.state, 'failed'), isLive))
    .orderBy(domains.id)
  const certificateOf = new Map((rows.some(({ isOwned }) => isOwned) ? await servedCertificates(db, at) : []).map((row) => [row.domainId, row.id]))
  return rows.map((row) => ({ ...row, certificateId: certificateOf.get(row.id) ?? null }))
}
