import { and, desc, eq, lt } from 'drizzle-orm'

import { eventList, type EventView } from '../../contract/organization'
import { events } from '../../db/schema/observed'
import { implement } from '../implement'
import { decodeCursor, pageOf } from '../paging'

export const list = implement(eventList, async (ctx, { projectId, serviceId, limit, cursor }) => {
  const before = decodeCursor(cursor, /^\d{1,18}$/)
  const rows = await ctx.db
    .select()
    .from(events)
    .where(
      and(
        eq(events.organizationId, ctx.scope.organizationId),
        ...(projectId === undefined ? [] : [eq(events.projectId, projectId)]),
        ...(serviceId === undefined ? [] : [eq(events.serviceId, serviceId)]),
        ...(before === null ? [] : [lt(events.id, BigInt(before))]),
      ),
    )
    .orderBy(desc(events.id))
    .limit(limit + 1)
  return pageOf(rows, limit, { view: eventView, key: (row) => row.id.toString() })
})

function eventView(row: typeof events.$inferSelect): EventView {
  const { type, projectId, environmentId, serviceId, deploymentId, subject, data } = row
  const actor = { kind: row.actorId === null ? ('platform' as const) : ('user' as const), name: row.actorName }
  return { id: row.id.toString(), type, at: row.at.toISOString(), actor, projectId, environmentId, serviceId, deploymentId, subject, data }
}
