import { and, eq, ne, sql } from 'drizzle-orm'

import type { InspectionView } from '../../../contract/service'
import type { Db } from '../../connection'
import { services } from '../../schema/desired'

export type Inspected = Pick<typeof services.$inferSelect, 'id' | 'environmentId' | 'source' | 'settings' | 'name'>

/** What is to be inspected; null when the service is gone or going. */
export async function find(db: Db, serviceId: string): Promise<Inspected | null> {
  const [row] = await db
    .select({ id: services.id, environmentId: services.environmentId, source: services.source, settings: services.settings, name: services.name })
    .from(services)
    .where(and(eq(services.id, serviceId), ne(services.desired, 'deleted')))
  return row ?? null
}

/** Stores a result, unless source or settings have changed since it was begun. */
export async function store(tx: Db, inspected: Inspected, inspection: InspectionView): Promise<boolean> {
  const rows = await tx
    .update(services)
    .set({ inspection })
    .where(and(eq(services.id, inspected.id), sql`${services.source} = ${JSON.stringify(inspected.source)}::jsonb`, sql`${services.settings} = ${JSON.stringify(inspected.settings)}::jsonb`))
    .returning({ id: services.id })
  return rows.length === 1
}
