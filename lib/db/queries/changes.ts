import { and, eq, ne, not, sql } from 'drizzle-orm'

import { PROGRESSING } from '../../domain/deployment-status'
import type { Db } from '../connection'
import { artifacts, deployments } from '../schema/deployment'
import { services } from '../schema/desired'
import type { ServiceRow } from './services'

/** What a service is deployed as: with what it was made from, frozen. */
export type Deployed = Pick<typeof deployments.$inferSelect, 'id' | 'status' | 'spec' | 'variablesSealed' | 'configRevision' | 'artifactId' | 'recipe' | 'revision'> & { serviceId: string; artifact: 'none' | 'kept' | 'removed' }

/** Services of an environment that are not being deleted, in the order they were drawn. */
export function servicesOf(db: Db, environmentId: string): Promise<ServiceRow[]> {
  return db.select().from(services).where(and(eq(services.environmentId, environmentId), ne(services.desired, 'deleted'))).orderBy(services.id)
}

/** The same, held until the transaction ends. */
export function holdServicesOf(tx: Db, environmentId: string): Promise<ServiceRow[]> {
  return tx.select().from(services).where(and(eq(services.environmentId, environmentId), ne(services.desired, 'deleted'))).orderBy(services.id).for('no key update')
}

/**
 * What each of these services counts as deployed as: the version on its way when there is one, else the one that serves,
 * else the last that was tried. Nothing for one that was never deployed.
 */
export async function deployedOf(db: Db, serviceIds: readonly string[]): Promise<Map<string, Deployed>> {
  if (serviceIds.length === 0) return new Map()
  const progressing = sql.join(PROGRESSING.map((status) => sql`${status}`), sql`, `)
  const newest = sql`(select d.id from deployments d where d.service_id = s.id order by d.number desc limit 1)`
  const underWay = sql`(select d.id from deployments d where d.id = ${newest} and d.status in (${progressing}))`
  const meant = sql`select coalesce(${underWay}, s.active_deployment_id, ${newest}) from ${services} s where s.id in ${[...serviceIds]}`
  const rows = await db
    .select({
      id: deployments.id,
      serviceId: deployments.serviceId,
      status: deployments.status,
      spec: deployments.spec,
      variablesSealed: deployments.variablesSealed,
      configRevision: deployments.configRevision,
      artifactId: deployments.artifactId,
      recipe: deployments.recipe,
      revision: deployments.revision,
      artifact: sql<Deployed['artifact']>`case when ${artifacts.id} is null then 'none' when ${artifacts.removedAt} is null then 'kept' else 'removed' end`,
    })
    .from(deployments)
    .leftJoin(artifacts, eq(artifacts.id, deployments.artifactId))
    .where(sql`${deployments.id} in (${meant})`)
  return new Map(rows.map((row) => [row.serviceId, row]))
}

/** Says that a service is set as it is deployed, unless what it refers to is not. */
export async function settle(tx: Db, serviceId: string, configRevision: number): Promise<void> {
  await tx.update(services).set({ configRevision }).where(and(eq(services.id, serviceId), not(services.referencesChanged)))
}
