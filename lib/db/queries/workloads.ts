import { and, asc, eq, inArray } from 'drizzle-orm'

import type { Db } from '../connection'
import { workloads } from '../schema/observed'

export type WorkloadRow = typeof workloads.$inferSelect

/** The replicas of these deployments as last seen, by deployment; jobs are no replicas. */
export async function replicasOf(db: Db, deploymentIds: readonly string[]): Promise<Map<string, WorkloadRow[]>> {
  if (deploymentIds.length === 0) return new Map()
  const isReplica = and(inArray(workloads.deploymentId, [...deploymentIds]), eq(workloads.role, 'service'))
  const rows = await db.select().from(workloads).where(isReplica).orderBy(asc(workloads.name))
  const all = new Map<string, WorkloadRow[]>()
  for (const row of rows) all.set(row.deploymentId, [...(all.get(row.deploymentId) ?? []), row])
  return all
}
