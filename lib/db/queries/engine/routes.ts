import { eq, sql } from 'drizzle-orm'

import type { Db } from '../../connection'
import { routePublications } from '../../schema/observed'

const ONLY = 1

export type RoutedRow = {
  id: string
  name: string
  hostLabel: string
  desired: 'running' | 'stopped' | 'deleted'
  privatePort: number | null
  hasActive: boolean
  latestStatus: string | null
  phase: 'starting' | 'running' | 'exited' | null
  address: { host: string; port: number } | null
  crashes: number | null
}

/** Every service of the platform with what its route depends on. Environments that are being deleted count as deleted. */
export async function routedServices(db: Db): Promise<RoutedRow[]> {
  return [
    ...(await db.execute<RoutedRow>(sql`
      select s.id, s.name, s.host_label as "hostLabel",
        case when e.deleted_at is not null or pr.deleted_at is not null then 'deleted' else s.desired end as desired,
        po.port as "privatePort", s.active_deployment_id is not null as "hasActive", l.status as "latestStatus",
        w.phase, w.address, w.crashes
      from services s
      join environments e on e.id = s.environment_id
      join projects pr on pr.id = e.project_id
      left join ports po on po.service_id = s.id and po.purpose = 'private'
      left join workloads w on w.deployment_id = s.active_deployment_id
      left join lateral (select d.status from deployments d where d.service_id = s.id order by d.number desc limit 1) l on true
      order by s.id`)),
  ]
}

/** The publication in force, locked until the transaction ends: publishers take turns, and each sees what was committed. */
export async function lockPublication(tx: Db): Promise<{ version: number; hash: string }> {
  await tx.insert(routePublications).values({ id: ONLY, version: 0, hash: '', at: sql`now()` }).onConflictDoNothing()
  const [row] = await tx.select().from(routePublications).where(eq(routePublications.id, ONLY)).for('update')
  return row!
}

export async function recordPublication(tx: Db, publication: { version: number; hash: string }): Promise<void> {
  await tx.update(routePublications).set({ ...publication, at: sql`now()` }).where(eq(routePublications.id, ONLY))
}
