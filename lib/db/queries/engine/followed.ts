import { and, eq, isNull, sql } from 'drizzle-orm'

import type { Source } from '../../../contract/source'
import type { Db } from '../../connection'
import { environments, projects, services } from '../../schema/desired'

export type Followed = { id: string; organizationId: string; source: Extract<Source, { type: 'git' }>; /** The commit of its newest deployment. */ commit: string }

/** Services in one round; a loop over them is bounded by this. */
const MAX = 500

/**
 * Services that are deployed by themselves when their branch moves: not held, running, and with a newest deployment that
 * has ended or serves and of which the commit is known.
 */
export async function followed(db: Db): Promise<Followed[]> {
  const rows = await db
    .select({ id: services.id, organizationId: projects.organizationId, source: services.source, commit: sql<string>`latest.commit` })
    .from(services)
    .innerJoin(environments, eq(environments.id, services.environmentId))
    .innerJoin(projects, eq(projects.id, environments.projectId))
    .innerJoin(
      sql`lateral (select d.status, d.spec -> 'source' ->> 'url' as url, d.revision ->> 'commit' as commit from deployments d where d.service_id = ${services.id} order by d.number desc limit 1) latest`,
      sql`latest.status in ('active', 'retired', 'failed', 'cancelled') and latest.commit is not null and latest.url = ${services.source} ->> 'url'`,
    )
    .where(and(eq(services.desired, 'running'), isNull(services.hold), isNull(environments.deletedAt), isNull(projects.deletedAt), sql`${services.settings} @> '{"autoDeploy": true}'`, sql`${services.source} ->> 'type' = 'git'`))
    .orderBy(services.id)
    .limit(MAX)
  return rows as Followed[]
}

/** What a new deployment freezes, with the service held until the transaction ends; null when it may not be deployed by itself now. */
export async function holdFollowed(tx: Db, serviceId: string): Promise<typeof services.$inferSelect | null> {
  const [row] = await tx
    .select()
    .from(services)
    .where(and(eq(services.id, serviceId), eq(services.desired, 'running'), isNull(services.hold)))
    .for('no key update')
  return row ?? null
}

export type FollowedImage = { id: string; organizationId: string; environmentId: string; source: Extract<Source, { type: 'image' }>; /** The image of its newest deployment, by digest. */ digest: string }

/** As `followed`, for services that follow the tag of an image. */
export async function followedImages(db: Db): Promise<FollowedImage[]> {
  const rows = await db
    .select({ id: services.id, organizationId: projects.organizationId, environmentId: services.environmentId, source: services.source, digest: sql<string>`latest.digest` })
    .from(services)
    .innerJoin(environments, eq(environments.id, services.environmentId))
    .innerJoin(projects, eq(projects.id, environments.projectId))
    .innerJoin(
      sql`lateral (select d.status, d.spec -> 'source' ->> 'reference' as reference, a.image ->> 'digest' as digest from deployments d left join artifacts a on a.id = d.artifact_id where d.service_id = ${services.id} order by d.number desc limit 1) latest`,
      sql`latest.status in ('active', 'retired', 'failed', 'cancelled') and latest.digest is not null and latest.reference = ${services.source} ->> 'reference'`,
    )
    .where(and(eq(services.desired, 'running'), isNull(services.hold), isNull(environments.deletedAt), isNull(projects.deletedAt), sql`${services.source} ->> 'type' = 'image' and ${services.source} -> 'follow' is not null`))
    .orderBy(services.id)
    .limit(MAX)
  return rows as FollowedImage[]
}
