import { and, eq, lt, sql } from 'drizzle-orm'

import type { Db } from '../../connection'
import { ports } from '../../schema/desired'

const MAX_TRIES = 20

/**
 * A free port of the range for a workload, or the one it has; null when none is left. Taken at random: a port that was
 * just given back is not at once somebody else's, while a stale route may still lead to it. Those to be avoided come last.
 */
export async function allocate(db: Db, owner: { serviceId: string; deploymentId: string; workload: string }, range: { first: number; last: number; avoid: { first: number; last: number } | null }): Promise<number | null> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const [present] = await db.select({ port: ports.port }).from(ports).where(eq(ports.workload, owner.workload))
    if (present) return present.port
    const [row] = await db.execute<{ port: number; free: number }>(sql`
      with free as (
        select p from generate_series(${range.first}::int, ${range.last}::int) p
        where not exists (select 1 from ports where ports.port = p) order by p between ${range.avoid?.first ?? 0}::int and ${range.avoid?.last ?? -1}::int, random() limit 1
      ), taken as (
        insert into ports (port, purpose, service_id, deployment_id, workload)
        select p, 'workload', ${owner.serviceId}, ${owner.deploymentId}, ${owner.workload} from free
        on conflict do nothing returning port
      )
      select (select count(*)::int from free) as free, (select port from taken) as port`)
    if (row!.port !== null) return row!.port
    if (row!.free === 0) return null
  }
  return null
}

/** The port on which others reach a service; null when it has none. */
export async function privateOf(db: Db, serviceId: string): Promise<number | null> {
  const [row] = await db.select({ port: ports.port }).from(ports).where(and(eq(ports.serviceId, serviceId), eq(ports.purpose, 'private')))
  return row?.port ?? null
}

/** Another program listens there: nobody is given this port for a while. */
export async function markForeign(db: Db, port: number): Promise<void> {
  await db.update(ports).set({ purpose: 'foreign', serviceId: null, deploymentId: null, workload: null, createdAt: sql`now()` }).where(eq(ports.port, port))
}

/** Ports found taken may be free again. */
export async function forgetForeign(db: Db, before: Date): Promise<void> {
  await db.delete(ports).where(and(eq(ports.purpose, 'foreign'), lt(ports.createdAt, before)))
}

/** Ports of deployments that have ended and of which nothing was seen running. */
export async function freeAbandoned(db: Db): Promise<void> {
  await db.execute(sql`
    delete from ports p where p.purpose = 'workload' and p.deployment_id is not null
      and not exists (select 1 from workloads w where w.name = p.workload)
      and not exists (select 1 from deployments d where d.id = p.deployment_id and d.status in ('queued', 'building', 'releasing', 'active'))`)
}
