import { eq } from 'drizzle-orm'

import type { Db } from '../../connection'
import { deployments } from '../../schema/deployment'

/** The sealed environment that a deployment was released with; null when it was not released, or is gone. */
export async function environmentOf(db: Db, deploymentId: string): Promise<string | null> {
  const [row] = await db.select({ sealed: deployments.environmentSealed }).from(deployments).where(eq(deployments.id, deploymentId))
  return row?.sealed ?? null
}
