import { and, asc, eq, getTableColumns, isNotNull, isNull, lt, ne, sql } from 'drizzle-orm'

import type { Db } from '../../connection'
import { deployments } from '../../schema/deployment'
import { services } from '../../schema/desired'
import { workloads } from '../../schema/observed'
import { metricScrapes } from '../../schema/otlp'

/** More replicas are not asked. */
const MOST_PLACES = 2_000

/** A replica that is to be asked for its metrics. */
export type ScrapePlace = { name: string; environmentId: string; serviceId: string; deploymentId: string; part: string; address: { host: string; port: number }; startedAt: Date | null; path: string }
export type ScrapeRow = typeof metricScrapes.$inferInsert

/** All replicas that run and say where their metrics are, as their version was deployed. */
export async function placesToScrape(db: Db): Promise<ScrapePlace[]> {
  const path = sql<string>`${deployments.spec} #>> '{settings,metricsPath}'`
  const rows = await db
    .select({ name: workloads.name, environmentId: workloads.environmentId, serviceId: workloads.serviceId, deploymentId: workloads.deploymentId, part: workloads.part, address: workloads.address, startedAt: workloads.startedAt, path })
    .from(workloads)
    .innerJoin(deployments, eq(deployments.id, workloads.deploymentId))
    .innerJoin(services, eq(services.id, workloads.serviceId))
    .where(and(eq(workloads.role, 'service'), eq(workloads.phase, 'running'), isNotNull(workloads.address), isNotNull(path), ne(services.desired, 'deleted'), isNull(services.sleepingAt)))
    .orderBy(asc(workloads.name))
    .limit(MOST_PLACES)
  return rows.map((row) => ({ ...row, address: row.address! }))
}

const EXCLUDED = Object.fromEntries(Object.entries(getTableColumns(metricScrapes)).map(([key, column]) => [key, sql.raw(`excluded."${column.name}"`)]))

/** Writes what became of asking, of services that are there, and forgets what was not asked again since `before`. */
export async function keepScrapes(db: Db, rows: readonly ScrapeRow[], before: Date): Promise<void> {
  await db.transaction(async (tx) => {
    const there = new Set(rows.length === 0 ? [] : (await tx.select({ id: services.id }).from(services).where(sql`${services.id} in (select jsonb_array_elements_text(${JSON.stringify(rows.map(({ serviceId }) => serviceId))}::text::jsonb))`).for('key share')).map(({ id }) => id))
    const kept = rows.filter(({ serviceId }) => there.has(serviceId))
    if (kept.length > 0) await tx.insert(metricScrapes).values(kept).onConflictDoUpdate({ target: metricScrapes.name, set: EXCLUDED })
    await tx.delete(metricScrapes).where(lt(metricScrapes.at, before))
  })
}
