import { sql } from 'drizzle-orm'

import type { DeploymentStatus } from '../../domain/deployment-status'
import type { Db } from '../connection'

// What nobody works on although somebody should.

export type PlaceRow = { projectId: string; project: string; environmentId: string; environment: string }
export type AbandonedRow = PlaceRow & { serviceId: string; service: string; deploymentId: string; number: number; status: DeploymentStatus; since: string }

/** Deployments of an organization that wait for a job and have none that will go on, oldest first. */
export async function abandoned(db: Db, organizationId: string, { before, limit }: { before: Date; limit: number }): Promise<AbandonedRow[]> {
  const rows = await db.execute<AbandonedRow>(sql`
    select p.id as "projectId", p.name as project, e.id as "environmentId", e.name as environment, s.id as "serviceId", s.name as service,
      d.id as "deploymentId", d.number, d.status, coalesce(d.started_at, d.created_at) as since
    from deployments d
    join services s on s.id = d.service_id
    join environments e on e.id = s.environment_id
    join projects p on p.id = e.project_id
    where p.organization_id = ${organizationId} and d.status in ('queued', 'building') and s.desired <> 'deleted' and e.deleted_at is null and p.deleted_at is null
      and coalesce(d.started_at, d.created_at) < ${before.toISOString()}::timestamptz
      and not exists (select 1 from graphile_worker._private_jobs j where j.key = 'deployment:' || d.id and j.attempts < j.max_attempts)
    order by since limit ${limit}`)
  return [...rows]
}

export type UnseenRow = PlaceRow & { since: string; message: string | null; isGoing: boolean }

/** Environments of an organization that are in trouble, or with something running and last looked at before `before`, or in whose removal something has been in the way since then; longest first. */
export async function unseen(db: Db, organizationId: string, { before, limit }: { before: Date; limit: number }): Promise<UnseenRow[]> {
  const rows = await db.execute<UnseenRow>(sql`
    select p.id as "projectId", p.name as project, e.id as "environmentId", e.name as environment,
      coalesce((e.trouble ->> 'since')::timestamptz, max(w.observed_at)) as since, e.trouble ->> 'message' as message,
      e.deleted_at is not null or p.deleted_at is not null as "isGoing"
    from environments e
    left join workloads w on w.environment_id = e.id
    join projects p on p.id = e.project_id
    where p.organization_id = ${organizationId}
      and (e.deleted_at is null and p.deleted_at is null or (e.trouble ->> 'since')::timestamptz < ${before.toISOString()}::timestamptz)
    group by p.id, e.id having e.trouble is not null or max(w.observed_at) < ${before.toISOString()}::timestamptz
    order by since limit ${limit}`)
  return [...rows]
}
