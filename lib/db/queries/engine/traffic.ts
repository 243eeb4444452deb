import { inArray, sql } from 'drizzle-orm'

import type { Db } from '../../connection'
import { serviceTraffic } from '../../schema/observed'

/** The last arrival of a request at each of these services, as far as it is known. */
export async function lastOf(db: Db, serviceIds: readonly string[]): Promise<Map<string, Date>> {
  if (serviceIds.length === 0) return new Map()
  const rows = await db.select().from(serviceTraffic).where(inArray(serviceTraffic.serviceId, [...serviceIds]))
  return new Map(rows.flatMap((row) => (row.lastAt === null ? [] : [[row.serviceId, row.lastAt] as const])))
}

/** Notes arrivals; an older one than is known changes nothing. */
export async function noteArrivals(db: Db, arrivals: readonly { serviceId: string; lastAt: Date }[]): Promise<void> {
  if (arrivals.length === 0) return
  await db
    .insert(serviceTraffic)
    .values([...arrivals])
    .onConflictDoUpdate({ target: serviceTraffic.serviceId, set: { lastAt: sql`greatest(${serviceTraffic.lastAt}, excluded.last_at)` } })
}
