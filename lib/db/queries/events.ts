import { and, desc, eq, inArray } from 'drizzle-orm'

import type { EventType } from '../../domain/event-type'
import type { Db } from '../connection'
import { events } from '../schema/observed'

const CHANGES: EventType[] = ['service.updated', 'variables.replaced']

/** Who changed what is set for a service last. */
export async function newestChangeOf(db: Db, serviceId: string): Promise<{ actorId: string | null; actorName: string } | null> {
  const [row] = await db
    .select({ actorId: events.actorId, actorName: events.actorName })
    .from(events)
    .where(and(eq(events.serviceId, serviceId), inArray(events.type, CHANGES)))
    .orderBy(desc(events.id))
    .limit(1)
  return row ?? null
}
