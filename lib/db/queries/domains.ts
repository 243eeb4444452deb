import { and, count, desc, eq, inArray, isNull, lt, ne, not, sql } from 'drizzle-orm'

import type { Db } from '../connection'
import { certificates, domains } from '../schema/domain'
import { environments, projects, services } from '../schema/desired'

export type DomainRow = typeof domains.$inferSelect
export type CertificateRow = Omit<typeof certificates.$inferSelect, 'keySealed' | 'chainPem'>
/** A host name with the host that its service has from the instance. */
export type PlacedDomain = DomainRow & { hostLabel: string }

// What is being deleted has no host names any more, although its rows are there until everything is taken down.
const isLive = and(ne(services.desired, 'deleted'), isNull(environments.deletedAt), isNull(projects.deletedAt))

export async function find(db: Db, id: string): Promise<PlacedDomain | null> {
  const [row] = await select(db).where(and(eq(domains.id, id), isLive))
  return row ? { ...row.domain, hostLabel: row.hostLabel } : null
}

/** Holds a host name until the transaction ends. Take its service first. */
export async function lock(tx: Db, id: string): Promise<DomainRow | null> {
  const [row] = await tx.select().from(domains).where(eq(domains.id, id)).for('update')
  return row ?? null
}

/** Newest first, of an environment or one service of it. `search`: a part of the name. */
export async function page(db: Db, { environmentId, serviceId, search }: { environmentId: string; serviceId?: string | undefined; search: string | null }, { before, limit }: { before: string | null; limit: number }): Promise<PlacedDomain[]> {
  const isMeant = [eq(domains.environmentId, environmentId), serviceId === undefined ? undefined : eq(domains.serviceId, serviceId), before === null ? undefined : lt(domains.id, before), search === null ? undefined : sql`position(${search} in ${domains.hostname}) > 0`]
  const rows = await select(db).where(and(...isMeant, isLive)).orderBy(desc(domains.id)).limit(limit)
  return rows.map((row) => ({ ...row.domain, hostLabel: row.hostLabel }))
}

/** All of a service, oldest first. */
export function hostNamesOf(db: Db, serviceId: string): Promise<DomainRow[]> {
  return db.select().from(domains).where(eq(domains.serviceId, serviceId)).orderBy(domains.createdAt, domains.id)
}

export async function countOf(db: Db, serviceId: string): Promise<number> {
  const [row] = await db.select({ n: count() }).from(domains).where(eq(domains.serviceId, serviceId))
  return row!.n
}

/** Certificates of these, newest first, without keys. */
export async function certificatesOf(db: Db, domainIds: readonly string[]): Promise<CertificateRow[]> {
  if (domainIds.length === 0) return []
  const { id, domainId, source, hosts, fingerprint, issuer, notBefore, notAfter, revokedAt, createdAt } = certificates
  return db.select({ id, domainId, source, hosts, fingerprint, issuer, notBefore, notAfter, revokedAt, createdAt }).from(certificates).where(inArray(domainId, [...domainIds])).orderBy(desc(createdAt), desc(id)).limit(domainIds.length * 20)
}

/** Who else has this very name, and who has proven one that it belongs to. What is being deleted counts for nothing. */
export async function othersWith(db: Db, { hostname, above, except }: { hostname: string; above: readonly string[]; except: string }): Promise<{ hostname: string; organizationId: string; serviceId: string; service: string; isProven: boolean }[]> {
  const rows = await select(db).where(and(inArray(domains.hostname, [hostname, ...above]), ne(domains.id, except), isLive, sql`(${domains.state} <> 'failed' or ${domains.ownedAt} is not null)`))
  return rows.map(({ domain, service }) => ({ hostname: domain.hostname, organizationId: domain.organizationId, serviceId: domain.serviceId, service, isProven: domain.ownedAt !== null }))
}

/** Whether a service of this organization that is being deleted has the name: then it is free for everybody. */
export async function takeFromDeleted(tx: Db, hostname: string): Promise<void> {
  const leaving = tx.select({ id: services.id }).from(services).innerJoin(environments, eq(environments.id, services.environmentId)).innerJoin(projects, eq(projects.id, environments.projectId)).where(sql`(${services.desired} = 'deleted' or ${environments.deletedAt} is not null or ${projects.deletedAt} is not null)`)
  await tx.delete(domains).where(and(eq(domains.hostname, hostname), inArray(domains.serviceId, leaving)))
}

export async function primaryOf(db: Db, serviceId: string): Promise<DomainRow | null> {
  const [row] = await db.select().from(domains).where(and(eq(domains.serviceId, serviceId), domains.isPrimary))
  return row ?? null
}

/** Names of a service whose visitors are sent on to its primary one. */
export async function namesSentToPrimary(db: Db, serviceId: string): Promise<string[]> {
  const rows = await db.select({ hostname: domains.hostname }).from(domains).where(and(eq(domains.serviceId, serviceId), domains.redirectsToPrimary, not(domains.isPrimary)))
  return rows.map(({ hostname }) => hostname)
}

/** Makes one the primary of its service; the former one is one no longer. */
export async function makePrimary(tx: Db, { serviceId, id }: { serviceId: string; id: string }): Promise<void> {
  await tx.update(domains).set({ isPrimary: false }).where(and(eq(domains.serviceId, serviceId), domains.isPrimary))
  await tx.update(domains).set({ isPrimary: true }).where(eq(domains.id, id))
}

/** Where a service has lost its primary one: the one that has answered for longest, else the oldest; never a wildcard. */
export async function appointPrimary(tx: Db, serviceId: string): Promise<void> {
  if ((await primaryOf(tx, serviceId)) !== null) return
  const [next] = await tx.select({ id: domains.id }).from(domains).where(and(eq(domains.serviceId, serviceId), sql`${domains.hostname} not like '*%'`)).orderBy(sql`${domains.activeAt} asc nulls last`, domains.id).limit(1)
  if (next) await tx.update(domains).set({ isPrimary: true }).where(eq(domains.id, next.id))
}

function select(db: Db) {
  return db
    .select({ domain: domains, hostLabel: services.hostLabel, service: services.name })
    .from(domains)
    .innerJoin(services, eq(services.id, domains.serviceId))
    .innerJoin(environments, eq(environments.id, domains.environmentId))
    .innerJoin(projects, eq(projects.id, environments.projectId))
    .$dynamic()
}
