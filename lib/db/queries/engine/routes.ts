import { eq, sql } from 'drizzle-orm'

import type { Db } from '../../connection'
import { routePublications } from '../../schema/observed'

const ONLY = 1

/** A replica of an active deployment as it was last observed. */
export type RoutedReplica = {
  phase: 'starting' | 'running' | 'exited'
  health: 'unknown' | 'healthy' | 'unhealthy'
  address: { host: string; port: number } | null
  crashes: number
  exitCode: number | null
  byPlatform: boolean
  /** Its number. */
  part: string
}

/** What the routing table needs to know of one service. */
export type RoutedService = {
  id: string
  name: string
  hostLabel: string
  desired: 'running' | 'stopped' | 'deleted'
  privatePort: number | null
  activeId: string | null
  /** Status of the newest deployment; only of one without an active deployment. */
  latestStatus: string | null
  isSleeping: boolean
  wasWoken: boolean
  isHeld: boolean
  isCron: boolean
  restart: { policy: 'always' | 'on_failure' | 'never'; limit: number } | null
  /** How long a request may wait. */
  holdS: number
  /** Whether each request is written down. */
  accessLines: boolean
  replicas: RoutedReplica[]
}

/** What a route takes from the frozen spec of its deployment. It never changes, so who asks often remembers it. */
export type FrozenRoute = Pick<RoutedService, 'isCron' | 'restart' | 'holdS' | 'accessLines'>
const NEVER_DEPLOYED: FrozenRoute = { isCron: false, restart: null, holdS: 30, accessLines: true }

/**
 * Every service that speaks HTTP, with what its route depends on: databases are reached directly. Environments that are being deleted
 * count as deleted. `frozen` has what was read before, by deployment; what is missing is read and added, what nobody has active any
 * more is taken out.
 */
export async function routedServices(db: Db, frozen: Map<string, FrozenRoute> = new Map()): Promise<RoutedService[]> {
  // Workloads in one go: thousands of small looks cost more than one at all of them.
  const rows = [
    ...(await db.execute<Omit<RoutedService, keyof FrozenRoute>>(sql`
      select s.id, s.name, s.host_label as "hostLabel",
        case when e.deleted_at is not null or pr.deleted_at is not null then 'deleted' else s.desired end as desired,
        po.port as "privatePort", s.active_deployment_id as "activeId",
        case when s.active_deployment_id is null then (select d.status from deployments d where d.service_id = s.id order by d.number desc limit 1) end as "latestStatus",
        s.sleeping_at is not null as "isSleeping",
        s.woken_at is not null and s.woken_at >= coalesce((select a.activated_at from deployments a where a.id = s.active_deployment_id), s.woken_at) as "wasWoken",
        s.held_at is not null as "isHeld",
        coalesce(w.replicas, '[]'::jsonb) as replicas
      from services s
      join environments e on e.id = s.environment_id
      join projects pr on pr.id = e.project_id
      left join ports po on po.service_id = s.id and po.purpose = 'private'
      left join (
        select w.service_id, w.deployment_id, jsonb_agg(jsonb_build_object('phase', w.phase, 'health', w.health, 'address', w.address, 'crashes', w.crashes, 'exitCode', w.exit_code, 'byPlatform', w.exit_by_platform, 'part', w.part) order by w.name) as replicas
        from workloads w where w.role = 'service' group by w.service_id, w.deployment_id) w on w.service_id = s.id and w.deployment_id = s.active_deployment_id
      where s.source ->> 'type' <> 'database'
      order by s.id`)),
  ]
  const active = new Set(rows.flatMap(({ activeId }) => activeId ?? []))
  for (const id of frozen.keys()) if (!active.has(id)) frozen.delete(id)
  for (const { id, ...route } of await frozenRoutes(db, [...active].filter((each) => !frozen.has(each)))) frozen.set(id, route)
  return rows.map((row) => Object.assign(row, (row.activeId !== null && frozen.get(row.activeId)) || NEVER_DEPLOYED))
}

async function frozenRoutes(db: Db, ids: string[]): Promise<({ id: string } & FrozenRoute)[]> {
  if (ids.length === 0) return []
  return [
    ...(await db.execute<{ id: string } & FrozenRoute>(sql`
      select a.id,
        coalesce(a.spec #> '{settings,cron}' <> 'null'::jsonb, false) as "isCron",
        a.spec #> '{settings,restart}' as restart,
        coalesce((a.spec #>> '{settings,holdS}')::int, ${NEVER_DEPLOYED.holdS}) as "holdS",
        coalesce((a.spec #>> '{settings,accessLines}')::boolean, true) as "accessLines"
      from deployments a where a.id in (select jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb))`)),
  ]
}

/** A database that is reached from outside, with where it was last seen. */
export type ExposedDatabase = { id: string; port: number; allow: string[]; isStopped: boolean; address: { host: string; port: number } | null }

export async function exposedDatabases(db: Db): Promise<ExposedDatabase[]> {
  return [
    ...(await db.execute<ExposedDatabase>(sql`
      select s.id, po.port, s.exposure -> 'allow' as allow, s.desired <> 'running' as "isStopped",
        (select w.address from workloads w where w.service_id = s.id and w.deployment_id = s.active_deployment_id and w.role = 'service' and w.phase <> 'exited' order by w.name limit 1) as address
      from services s
      join environments e on e.id = s.environment_id
      join projects pr on pr.id = e.project_id
      join ports po on po.service_id = s.id and po.purpose = 'public'
      where s.exposure is not null and s.source ->> 'type' = 'database' and s.desired <> 'deleted' and e.deleted_at is null and pr.deleted_at is null
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
