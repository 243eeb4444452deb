import { sql } from 'drizzle-orm'

import type { DeploymentStatus } from '../../domain/deployment-status'
import type { JobStatus } from '../../domain/job'
import type { Db } from '../connection'

// What the queue holds, as one organization may see it. A payload names a deployment, a service or an environment; whose
// it is, is found by join, so a job of another organization is never found here.
//
// A job that is asked for anew while it is worked on, or after it has died, loses its key to a fresh one. Should such a
// row remain, the fresh one has taken its place: it is not shown.

export type JobRow = {
  id: string
  task: string
  status: JobStatus
  attempts: number
  maxAttempts: number
  error: string | null
  createdAt: string
  runAt: string
  lockedAt: string | null
  worker: string | null
  projectId: string
  project: string
  environmentId: string
  environment: string
  serviceId: string | null
  service: string | null
  deploymentId: string | null
  number: number | null
  deploymentStatus: DeploymentStatus | null
  newest: number | null
  isGoing: boolean
}

export type JobPlace = { /** Place of its status among all. */ rank: number; id: string }

/** Of an error this much is read. */
export const ERROR_LENGTH = 10_000

const STATUS = sql`
  case when j.locked_at is not null then 'working' when j.attempts >= j.max_attempts then 'dead' when j.attempts > 0 then 'retrying'
    when t.identifier = 'look-again' then 'scheduled' else 'waiting' end`

const ownJobs = (organizationId: string) => sql`
  select j.*, t.identifier as task, ${STATUS} as status,
    p.id as project_id, p.name as project, e.id as environment_id, e.name as environment, s.id as service_id, s.name as service,
    d.id as deployment_id, d.number, d.status as deployment_status,
    p.deleted_at is not null or e.deleted_at is not null or coalesce(s.desired = 'deleted', false) as is_going
  from graphile_worker._private_jobs j
  join graphile_worker._private_tasks t on t.id = j.task_id
  left join deployments d on d.id = j.payload ->> 'deploymentId'
  left join services s on s.id = coalesce(d.service_id, j.payload ->> 'serviceId')
  join environments e on e.id = coalesce(s.environment_id, j.payload ->> 'environmentId')
  join projects p on p.id = e.project_id
  where p.organization_id = ${organizationId} and (j.key is not null or j.locked_at is not null or j.attempts < j.max_attempts)`

const RANK = sql`array_position(array['dead', 'retrying', 'working', 'waiting', 'scheduled'], own.status)`

const shown = sql`
  own.id::text, own.task, own.status, own.attempts::int, own.max_attempts::int as "maxAttempts", left(own.last_error, ${ERROR_LENGTH + 1}) as error,
  own.created_at as "createdAt", own.run_at as "runAt", own.locked_at as "lockedAt",
  (select h.name from heartbeats h where h.runner_ids ? own.locked_by limit 1) as worker,
  own.project_id as "projectId", own.project, own.environment_id as "environmentId", own.environment, own.service_id as "serviceId", own.service,
  own.deployment_id as "deploymentId", own.number, own.deployment_status as "deploymentStatus",
  case when own.deployment_id is not null then (select max(n.number) from deployments n where n.service_id = own.service_id) end as newest,
  own.is_going as "isGoing"`

/** What needs a person first, then the newest; without a state, all but what is scheduled. */
export async function page(db: Db, organizationId: string, { status, after, limit }: { status: JobStatus | null; after: JobPlace | null; limit: number }): Promise<(JobRow & { rank: number })[]> {
  const isMeant = status === null ? sql`own.status <> 'scheduled'` : sql`own.status = ${status}`
  const isAfter = after === null ? sql`true` : sql`(${RANK}, -own.id) > (${after.rank}, -${after.id}::bigint)`
  const rows = await db.execute<JobRow & { rank: number }>(sql`
    with own as (${ownJobs(organizationId)}) select ${shown}, ${RANK} as rank from own where ${isMeant} and ${isAfter} order by ${RANK}, own.id desc limit ${limit}`)
  return [...rows]
}

export async function find(db: Db, organizationId: string, id: string): Promise<JobRow | null> {
  const [row] = await db.execute<JobRow>(sql`with own as (${ownJobs(organizationId)} and j.id = ${id}::bigint) select ${shown} from own`)
  return row ?? null
}

/** The job that takes a deployment to its release. */
export async function findByKey(db: Db, organizationId: string, key: string): Promise<JobRow | null> {
  const [row] = await db.execute<JobRow>(sql`with own as (${ownJobs(organizationId)} and j.key = ${key}) select ${shown} from own`)
  return row ?? null
}

/** Holds a job until the transaction ends: no worker takes it meanwhile. Take its service before. */
export async function hold(tx: Db, id: string): Promise<void> {
  await tx.execute(sql`select 1 from graphile_worker._private_jobs where id = ${id}::bigint for update`)
}

/** Has a job that is held run now, as if it had never been tried. */
export async function runNow(tx: Db, id: string): Promise<void> {
  await tx.execute(sql`select graphile_worker.reschedule_jobs(array[${id}::bigint], run_at => now(), attempts => 0)`)
}

/** Removes a job that is held and that nobody is at. */
export async function remove(tx: Db, id: string): Promise<void> {
  await tx.execute(sql`select graphile_worker.complete_jobs(array[${id}::bigint])`)
}

export async function counts(db: Db, organizationId: string): Promise<Map<JobStatus, number>> {
  const rows = await db.execute<{ status: JobStatus; n: number }>(sql`with own as (${ownJobs(organizationId)}) select own.status, count(*)::int as n from own group by own.status`)
  return new Map(rows.map(({ status, n }) => [status, n]))
}

/** How many jobs of an organization each runner is at. */
export async function takenBy(db: Db, organizationId: string): Promise<Map<string, number>> {
  const rows = await db.execute<{ runner: string; n: number }>(sql`
    with own as (${ownJobs(organizationId)}) select own.locked_by as runner, count(*)::int as n from own where own.locked_by is not null group by own.locked_by`)
  return new Map(rows.map(({ runner, n }) => [runner, n]))
}
