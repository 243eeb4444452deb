import { and, asc, eq, ne, sql } from 'drizzle-orm'

import type { Source } from '../../../contract/source'
import type { Db } from '../../connection'
import { deployments } from '../../schema/deployment'
import { services } from '../../schema/desired'
import { workloads } from '../../schema/observed'

/** Where the running version of a database was last seen, and what it was given. */
export type DatabasePlace = { source: Source; desired: string; deploymentId: string | null; environmentSealed: string | null; phase: string | null; address: { host: string; port: number } | null }

/** Null when the service is gone. */
export async function databasePlace(db: Db, serviceId: string): Promise<DatabasePlace | null> {
  const [row] = await db
    .select({ source: deployments.spec, wanted: services.source, desired: services.desired, deploymentId: deployments.id, environmentSealed: deployments.environmentSealed, phase: workloads.phase, address: workloads.address })
    .from(services)
    .leftJoin(deployments, eq(deployments.id, services.activeDeploymentId))
    .leftJoin(workloads, and(eq(workloads.deploymentId, deployments.id), eq(workloads.role, 'service'), ne(workloads.phase, 'exited')))
    .where(and(eq(services.id, serviceId), ne(services.desired, 'deleted')))
    .orderBy(asc(workloads.name))
    .limit(1)
  return row ? { ...row, source: row.source?.source ?? row.wanted } : null
}

const MOST = 1_000

/** Databases of which a version runs now, with their environments. */
export async function runningDatabases(db: Db): Promise<{ serviceId: string; environmentId: string }[]> {
  return db
    .selectDistinct({ serviceId: services.id, environmentId: services.environmentId })
    .from(services)
    .innerJoin(workloads, and(eq(workloads.deploymentId, services.activeDeploymentId), eq(workloads.role, 'service'), eq(workloads.phase, 'running')))
    .where(and(eq(services.desired, 'running'), sql`${services.source} ->> 'type' = 'database'`))
    .orderBy(asc(services.id))
    .limit(MOST)
}
