import { and, eq, inArray } from 'drizzle-orm'

import type { Db } from '../connection'
import { stages } from '../schema/deployment'

export type StageRow = typeof stages.$inferSelect

export async function ofDeployments(db: Db, deploymentIds: readonly string[]): Promise<Map<string, StageRow[]>> {
  if (deploymentIds.length === 0) return new Map()
  const rows = await db.select().from(stages).where(inArray(stages.deploymentId, [...deploymentIds]))
  const all = new Map<string, StageRow[]>()
  for (const row of rows) all.set(row.deploymentId, [...(all.get(row.deploymentId) ?? []), row])
  return all
}

/** Ends the stages that run. */
export async function cancelRunning(tx: Db, deploymentIds: readonly string[], at: Date): Promise<void> {
  if (deploymentIds.length === 0) return
  await tx
    .update(stages)
    .set({ status: 'cancelled', finishedAt: at })
    .where(and(inArray(stages.deploymentId, [...deploymentIds]), eq(stages.status, 'running')))
}
