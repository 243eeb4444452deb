import { eq, sql, type SQL } from 'drizzle-orm'

import { CONTAINER_PORT } from '../../domain/address'
import { ENGINES } from '../../domain/engine/engines'
import type { Db } from '../connection'
import { deployments } from '../schema/deployment'
import { services } from '../schema/desired'

// Inside its container a service listens on the port that was set, on one its image says, or on the usual one: as
// `containerPort` of the domain, for queries.

const ofEngine = (source: SQL) => sql.join([sql`case ${source} ->> 'engine'`, ...Object.entries(ENGINES).map(([name, { port }]) => sql.raw(`when '${name}' then ${port}`)), sql`end`], sql` `)
const usual = sql.raw(String(CONTAINER_PORT))
const ofImage = sql`select case when a.image -> 'ports' @> '${usual}'::jsonb then ${usual} else (a.image -> 'ports' ->> 0)::int end from artifacts a`

/** Of a row of services: the port of the version that should run. */
export const containerPortOfService = sql<number>`coalesce(${ofEngine(sql`${services.source}`)}, (${services.settings} ->> 'containerPort')::int, (${ofImage}
  join deployments d on d.artifact_id = a.id where d.id = coalesce(${services.targetDeploymentId}, ${services.activeDeploymentId})), ${usual})`

/** The port a version listens on; the usual one as long as its image is not known. */
export async function containerPortOf(db: Db, deploymentId: string): Promise<number> {
  const [row] = await db
    .select({ port: sql<number>`coalesce(${ofEngine(sql`(${deployments.spec} -> 'source')`)}, (${deployments.spec} -> 'settings' ->> 'containerPort')::int, (${ofImage} where a.id = ${deployments.artifactId}), ${usual})` })
    .from(deployments)
    .where(eq(deployments.id, deploymentId))
  return row?.port ?? CONTAINER_PORT
}
