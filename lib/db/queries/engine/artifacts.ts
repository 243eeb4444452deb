import { eq, sql } from 'drizzle-orm'

import type { Recipe } from '../../../contract/recipe'
import type { Db } from '../../connection'
import { artifacts, deployments, type ArtifactImage } from '../../schema/deployment'

type NewArtifact = { id: string; serviceId: string; start: Recipe['start']; workingDirectory: string; sizeBytes: number; builtWith: Record<string, string> | null } & ({ kind?: 'folder' } | { kind: 'image'; image: ArtifactImage; targetId: string })

/** Records a build and gives it to its deployment. Repeated: no-op. */
export async function add(tx: Db, artifact: NewArtifact, deploymentId: string): Promise<void> {
  await tx.insert(artifacts).values(artifact).onConflictDoUpdate({ target: artifacts.id, set: { ...artifact, removedAt: null } })
  await tx.update(deployments).set({ artifactId: artifact.id }).where(eq(deployments.id, deploymentId))
}

export async function byId(db: Db, id: string): Promise<Pick<typeof artifacts.$inferSelect, 'id' | 'kind' | 'image' | 'targetId' | 'removedAt'> | null> {
  const [row] = await db.select({ id: artifacts.id, kind: artifacts.kind, image: artifacts.image, targetId: artifacts.targetId, removedAt: artifacts.removedAt }).from(artifacts).where(eq(artifacts.id, id))
  return row ?? null
}

/** What is kept to go back to: builds that have served, so many, and not longer than so many days; but always the last few. */
export type Retention = { count: number; days: number; least: number }

/**
 * Marks the builds of a service that nobody needs as removed, and names them: all but those of deployments that run or are
 * on their way, of those with a workload or an open run, and of those that are kept to go back to.
 */
export async function markSurplus(db: Db, serviceId: string, keep: Retention): Promise<string[]> {
  return db.transaction(async (tx) => {
    // Whoever releases a kept build again holds the service too: it comes wholly before or wholly after.
    await tx.execute(sql`select 1 from services where id = ${serviceId} for no key update`)
    return mark(tx, serviceId, keep)
  })
}

async function mark(tx: Db, serviceId: string, keep: Retention): Promise<string[]> {
  const rows = await tx.execute<{ id: string }>(sql`
    update artifacts a set removed_at = now()
    where a.service_id = ${serviceId} and a.removed_at is null
      and a.id not in (
        select d.artifact_id from deployments d
        where d.service_id = ${serviceId} and d.artifact_id is not null
          and (d.status in ('queued', 'building', 'releasing', 'active') or exists (select 1 from workloads w where w.deployment_id = d.id)
            or exists (select 1 from runs r where r.deployment_id = d.id and r.status in ('queued', 'running'))))
      and a.id not in (
        select artifact_id from (
          select d.artifact_id, max(coalesce(d.retired_at, d.activated_at)) as last,
            row_number() over (order by max(d.activated_at) desc) as place
          from deployments d
          where d.service_id = ${serviceId} and d.artifact_id is not null and d.activated_at is not null and d.status <> 'active'
          group by d.artifact_id) kept
        where place <= ${keep.least} or (place <= ${keep.count} and last > now() - make_interval(days => ${keep.days})))
    returning a.id`)
  return rows.map((row) => row.id)
}

/** Services with a build that never served and never will, and of which nothing runs any more; so many at most. */
export async function withSpentBuilds(db: Db, limit: number): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    select distinct a.service_id as id from artifacts a
    where a.removed_at is null and not exists (
      select 1 from deployments d where d.artifact_id = a.id and (d.activated_at is not null or d.status in ('queued', 'building', 'releasing') or exists (select 1 from workloads w where w.deployment_id = d.id)))
    limit ${limit}`)
  return rows.map((row) => row.id)
}

/** Which of these folders belong to a build that is kept. */
export async function kept(db: Db, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await db.select({ id: artifacts.id }).from(artifacts).where(sql`${artifacts.id} in ${[...ids]} and ${artifacts.removedAt} is null`)
  return new Set(rows.map((row) => row.id))
}

export type SpareImage = { id: string; targetId: string; names: string[] }

/** Images of removed builds with the names that only they have; of all builds when the service itself goes. */
export async function imagesToRemove(db: Db, serviceId: string, { alsoKept } = { alsoKept: false }): Promise<SpareImage[]> {
  return db.execute<SpareImage>(sql`
    select a.id, a.target_id as "targetId", array(
      select name from jsonb_array_elements_text(a.image -> 'names') name
      where not exists (
        select 1 from artifacts o
        where o.id <> a.id and o.target_id = a.target_id and o.removed_at is null and o.image -> 'names' ? name and (not ${alsoKept} or o.service_id <> ${serviceId}))
    ) as names
    from artifacts a
    where a.service_id = ${serviceId} and a.kind = 'image' and a.target_id is not null and jsonb_array_length(a.image -> 'names') > 0 and (${alsoKept} or a.removed_at is not null)`)
}

/** Whether a build on this target has this name of an image, and takes it away when it goes. */
export async function hasName(db: Db, targetId: string, name: string): Promise<boolean> {
  const rows = await db.execute(sql`select 1 from artifacts where target_id = ${targetId} and kind = 'image' and image -> 'names' ? ${name} limit 1`)
  return rows.length > 0
}

/** Nothing of it is left to be taken away. */
export async function noteImageRemoved(db: Db, id: string): Promise<void> {
  await db.execute(sql`update artifacts set image = jsonb_set(image, '{names}', '[]') where id = ${id} and removed_at is not null`)
}
