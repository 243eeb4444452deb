import { and, eq, inArray } from 'drizzle-orm'

import { PROGRESSING } from '../../domain/deployment-status'
import type { OnItsWay } from '../../domain/start-order'
import type { Db } from '../connection'
import { deployments } from '../schema/deployment'
import { services } from '../schema/desired'

export type ProgressingRow = OnItsWay & { id: string; environmentId: string; name: string }

/** Deployments that are on their way in these environments, of services that are to run. */
export async function onTheirWay(db: Db, environmentIds: readonly string[]): Promise<ProgressingRow[]> {
  if (environmentIds.length === 0) return []
  const d = deployments
  const rows = await db
    .select({ id: d.id, serviceId: d.serviceId, status: d.status, trigger: d.trigger, createdAt: d.createdAt, releasedAt: d.releasedAt, reaches: d.reaches, environmentId: services.environmentId, name: services.name })
    .from(d)
    .innerJoin(services, eq(services.id, d.serviceId))
    .where(and(inArray(services.environmentId, [...environmentIds]), eq(services.desired, 'running'), inArray(d.status, [...PROGRESSING])))
  return rows.map((row) => ({ ...row, status: row.status as OnItsWay['status'] }))
}
