import { and, eq, getTableColumns, inArray, isNotNull, or, sql } from 'drizzle-orm'

import type { Db } from '../../connection'
import { artifacts, deployments } from '../../schema/deployment'
import { environments, ports, projects, services } from '../../schema/desired'
import { workloads } from '../../schema/observed'
import { onTheirWay, type ProgressingRow } from '../on-their-way'
import * as runs from './runs'
import type { RunRow } from './runs'
import * as traffic from './traffic'
import * as volumes from './volumes'

/** Services of one environment are few; a loop over them is bounded by this. */
const MAX_SERVICES = 1_000

export type ServiceRow = typeof services.$inferSelect
export type DeploymentRow = Omit<typeof deployments.$inferSelect, 'variablesSealed'>
export type ArtifactRow = typeof artifacts.$inferSelect
export type WorkloadRow = typeof workloads.$inferSelect

export type EnvironmentRows = {
  /** Null when it no longer exists: whatever runs for it is a stray. */
  environment: { id: string; name: string; projectId: string; projectName: string; organizationId: string; linksOnly: boolean; deleted: boolean } | null
  services: ServiceRow[]
  /** Targets, active ones, those being released, and all that were last seen to have a workload. */
  deployments: DeploymentRow[]
  artifacts: ArtifactRow[]
  /** Port of each workload that has one, by its name. */
  ports: Map<string, number>
  workloads: WorkloadRow[]
  volumes: volumes.VolumeRow[]
  /** Runs that wait or are at work. */
  runs: RunRow[]
  /** When the newest scheduled run of a cron service was due, by service. */
  lastDue: Map<string, Date>
  /** The last arrival of a request that is known, by service. */
  lastRequest: Map<string, Date>
  /** Deployments that are on their way, queued ones too. */
  onTheirWay: ProgressingRow[]
}

/** Everything that is wanted in an environment, and what was last seen there: one consistent read. */
export async function load(db: Db, environmentId: string, now: Date): Promise<EnvironmentRows> {
  return db.transaction(
    async (tx) => {
      const environment = await findEnvironment(tx, environmentId)
      const serviceRows = await tx.select().from(services).where(eq(services.environmentId, environmentId)).limit(MAX_SERVICES)
      const workloadRows = await tx.select().from(workloads).where(eq(workloads.environmentId, environmentId))
      const serviceIds = serviceRows.map((row) => row.id)
      const runRows = await runs.openOf(tx, serviceIds)
      const deploymentRows = await findDeployments(tx, serviceRows, [...workloadRows, ...runRows].map((row) => row.deploymentId))
      const activeIds = new Set(serviceRows.map((row) => row.activeDeploymentId))
      const active = deploymentRows.filter((deployment) => activeIds.has(deployment.id))
      const cronIds = active.filter((deployment) => deployment.spec.settings.cron !== null).map((row) => row.serviceId)
      const sleeperIds = active.filter((deployment) => deployment.spec.settings.sleepAfterS !== null).map((row) => row.serviceId)
      const artifactIds = deploymentRows.flatMap((row) => row.artifactId ?? [])
      const artifactRows = artifactIds.length === 0 ? [] : await tx.select().from(artifacts).where(inArray(artifacts.id, artifactIds))
      return {
        environment,
        services: serviceRows,
        deployments: deploymentRows,
        artifacts: artifactRows,
        ports: await findPorts(tx, environmentId),
        workloads: workloadRows,
        volumes: await volumes.ofEnvironment(tx, environmentId),
        runs: runRows,
        lastDue: await runs.lastDueOf(tx, cronIds, now),
        lastRequest: await traffic.lastOf(tx, sleeperIds),
        onTheirWay: deploymentRows.some((row) => row.status === 'releasing') ? await onTheirWay(tx, [environmentId]) : [],
      }
    },
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  )
}

async function findEnvironment(tx: Db, id: string): Promise<EnvironmentRows['environment']> {
  const [row] = await tx
    .select({
      id: environments.id,
      name: environments.name,
      projectId: projects.id,
      projectName: projects.name,
      organizationId: projects.organizationId,
      linksOnly: environments.linksOnly,
      deleted: sql<boolean>`${environments.deletedAt} is not null or ${projects.deletedAt} is not null`,
    })
    .from(environments)
    .innerJoin(projects, eq(projects.id, environments.projectId))
    .where(eq(environments.id, id))
  return row ?? null
}

async function findDeployments(tx: Db, rows: readonly ServiceRow[], seenIds: readonly string[]): Promise<DeploymentRow[]> {
  if (rows.length === 0) return []
  const ids = [...rows.flatMap((row) => [row.targetDeploymentId, row.activeDeploymentId]).filter((id) => id !== null), ...seenIds]
  const serviceIds = rows.map((row) => row.id)
  // Both halves have an index of their own; all deployments that ever were are never read.
  const isReleasing = and(sql`${deployments.status} = 'releasing'`, inArray(deployments.serviceId, serviceIds))
  return selectDeployments(tx).where(or(isReleasing, ids.length > 0 ? inArray(deployments.id, ids) : undefined))
}

/** Deployments by id, whatever their status: for workloads that were not seen before. */
export async function deploymentsById(db: Db, ids: readonly string[]): Promise<DeploymentRow[]> {
  return ids.length === 0 ? [] : selectDeployments(db).where(inArray(deployments.id, [...ids]))
}

function selectDeployments(db: Db) {
  const { variablesSealed: _, ...columns } = getTableColumns(deployments)
  return db.select(columns).from(deployments)
}

async function findPorts(tx: Db, environmentId: string): Promise<Map<string, number>> {
  const rows = await tx
    .select({ port: ports.port, workload: ports.workload })
    .from(ports)
    .innerJoin(services, eq(services.id, ports.serviceId))
    .where(and(eq(services.environmentId, environmentId), eq(ports.purpose, 'workload')))
  return new Map(rows.flatMap((row) => (row.workload === null ? [] : [[row.workload, row.port] as const])))
}

/** Environments that need a look now and then: those with services or volumes to remove, those being deleted, those with something running. */
export async function environmentsToLookAt(db: Db): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    select distinct environment_id as id from services
    union select distinct environment_id from workloads
    union select distinct environment_id from volumes where deleted_at is not null
    union select e.id from environments e join projects p on p.id = e.project_id where e.deleted_at is not null or p.deleted_at is not null`)
  return rows.map((row) => row.id)
}

/** Removes an environment that is being deleted and holds nothing any more, then its project likewise. */
export async function removeEmptyEnvironment(db: Db, environmentId: string, projectId: string): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`
      delete from environments e using projects p
      where e.id = ${environmentId} and p.id = e.project_id and (e.deleted_at is not null or p.deleted_at is not null)
        and not exists (select 1 from services s where s.environment_id = e.id)
        and not exists (select 1 from volumes v where v.environment_id = e.id)`)
    const empty = sql`not exists (select 1 from ${environments} where ${environments.projectId} = ${projects.id})`
    await tx.delete(projects).where(and(eq(projects.id, projectId), sql`${projects.deletedAt} is not null`, empty))
  })
}

/** Notes why an environment does not come to match what is wanted, or that it does; `since` stays while it lasts. */
export async function noteTrouble(db: Db, environmentId: string, message: string | null, at: Date): Promise<void> {
  if (message === null) return void (await db.update(environments).set({ trouble: null }).where(and(eq(environments.id, environmentId), isNotNull(environments.trouble))))
  const value = JSON.stringify({ since: at.toISOString(), message })
  await db
    .update(environments)
    .set({ trouble: sql`${value}::jsonb || jsonb_build_object('since', coalesce(${environments.trouble} ->> 'since', ${at.toISOString()}))` })
    .where(eq(environments.id, environmentId))
}

/** How strict the network of an environment has to be; null while nothing runs in it, or it is being deleted. */
export async function networkWish(db: Db, environmentId: string): Promise<{ linksOnly: boolean } | null> {
  const runs = sql`exists (select 1 from ${workloads} where ${workloads.environmentId} = ${environments.id} and ${workloads.phase} <> 'exited')`
  const [row] = await db.select({ linksOnly: environments.linksOnly }).from(environments).where(and(eq(environments.id, environmentId), sql`${environments.deletedAt} is null`, runs))
  return row ?? null
}
