import { sql } from 'drizzle-orm'

import type { Db } from '../db/connection'
import { enqueue } from './jobs'

/** A deployment that waits for a snapshot looks what has become of it. */
export async function wakeDeployment(tx: Db, deploymentId: string | null): Promise<void> {
  if (deploymentId === null) return
  const [waiting] = await tx.execute<{ service_id: string }>(sql`select service_id from deployments where id = ${deploymentId} and status in ('queued', 'building')`)
  if (waiting) await enqueue(tx, { task: 'run-deployment', deploymentId, serviceId: waiting.service_id })
}
