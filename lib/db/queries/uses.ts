import { and, asc, eq, getTableColumns, gt, sql } from 'drizzle-orm'

import type { Db } from '../connection'
import { deployments } from '../schema/deployment'
import { services } from '../schema/desired'
import { workloadUses } from '../schema/observed'

export type UseRow = typeof workloadUses.$inferSelect & { deploymentNumber: number }

const MOST = 200

/** What runs of a service was last measured to use, after this time. */
export async function usesOf(db: Db, serviceId: string, after: Date): Promise<UseRow[]> {
  return db
    .select({ ...getTableColumns(workloadUses), deploymentNumber: deployments.number })
    .from(workloadUses)
    .innerJoin(deployments, eq(deployments.id, workloadUses.deploymentId))
    .where(and(eq(workloadUses.serviceId, serviceId), gt(workloadUses.at, after)))
    .orderBy(deployments.number, workloadUses.part)
    .limit(MOST)
}

export type ServiceUseRow = { serviceId: string; memoryBytes: number; cpuMilli: number | null }

/** What the services of an environment were last measured to use, after this time; all parts of each together. */
export async function usesOfEnvironment(db: Db, environmentId: string, after: Date): Promise<ServiceUseRow[]> {
  return db
    .select({ serviceId: workloadUses.serviceId, memoryBytes: sql<number>`sum(${workloadUses.memoryBytes})::float8`, cpuMilli: sql<number | null>`sum(${workloadUses.cpuMilli})::int` })
    .from(workloadUses)
    .innerJoin(services, eq(services.id, workloadUses.serviceId))
    .where(and(eq(services.environmentId, environmentId), gt(workloadUses.at, after)))
    .groupBy(workloadUses.serviceId)
    .orderBy(asc(workloadUses.serviceId))
}
