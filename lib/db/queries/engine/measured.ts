import { and, eq, gte, isNull } from 'drizzle-orm'

import type { Db } from '../../connection'
import { workloads } from '../../schema/observed'
import { volumes } from '../../schema/volume'

const MOST = 10_000

/** How often what runs was started again, as the reconciler last saw it. */
export function restartsOfAll(db: Db) {
  const { name, environmentId, serviceId, deploymentId, part, restarts, firstSeenAt } = workloads
  return db.select({ name, environmentId, serviceId, deploymentId, part, restarts, firstSeenAt }).from(workloads).where(eq(workloads.role, 'service')).limit(MOST)
}

/** What volumes hold, of those that were measured after this time. */
export function sizesOfVolumes(db: Db, after: Date) {
  const { id, environmentId, serviceId, sizeBytes, limitMib } = volumes
  return db.select({ id, environmentId, serviceId, sizeBytes, limitMib }).from(volumes).where(and(gte(volumes.sizedAt, after), isNull(volumes.deletedAt))).limit(MOST)
}
