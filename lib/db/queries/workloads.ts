import { inArray } from 'drizzle-orm'

import type { Db } from '../connection'
import { workloads } from '../schema/observed'

export type WorkloadRow = typeof workloads.$inferSelect

/** What was last seen of these deployments, by deployment. */
export async function ofDeployments(db: Db, deploymentIds: readonly string[]): Promise<Map<string, WorkloadRow>> {
  if (deploymentIds.length === 0) return new Map()
  const rows = await db.select().from(workloads).where(inArray(workloads.deploymentId, [...deploymentIds]))
  return new Map(rows.map((row) => [row.deploymentId, row]))
}
