import { and, eq, getTableColumns, gt } from 'drizzle-orm'

import type { Db } from '../connection'
import { deployments } from '../schema/deployment'
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
