import { and, desc, eq, gt, inArray, isNotNull, sql } from 'drizzle-orm'

import { NEWS_TYPES, type NewsFrame } from '../../contract/live'
import type { Db } from '../../db/connection'
import { events } from '../../db/schema/observed'
import type { Frame, Source } from '../stream-source'

// Ids of events are given out before their transactions end, so an event may become visible after others with higher ids. What is new is
// therefore told by transactions: each look notes its horizon, the oldest transaction that ran at that moment. Whatever an older one
// wrote was seen then, if it is there at all; what it or a younger one wrote may come to light later, and is told then unless it was told
// already. Savepoints have younger numbers than the transaction they are in, and one that has written nothing gets its number later.

/** More that somebody missed is not told one by one: the activity page has all of it. */
const MOST_NEWS = 20
/** Events of one look. */
const MOST_ROWS = 500
/** So many ids before the newest are looked at again: no transaction lasts while more events than that are written elsewhere. */
const OVERLAP = 1_000n

type Where = { organizationId: string; environmentId: string }
/** Where one is: the newest event that was there, the horizon of that look, and which events at or beyond the horizon were told. */
export type NewsCursor = { newest: bigint; horizon: bigint; told: readonly bigint[] }
type Look = { newest: bigint; horizon: bigint; rows: { event: typeof events.$inferSelect; xid: bigint }[] }

/** What people did since; after a reconnect from what was told last. */
export function newsFrames(db: Db, where: Where, lastId: string | null): Source {
  let cursor = lastId === null ? null : readCursor(lastId)
  return {
    concerns: (hint) => (hint.kind === 'graph' || hint.kind === 'deployment') && hint.environmentId === where.environmentId,
    async next() {
      const before = cursor
      const found = await look(db, where, before)
      const untold = before === null ? [] : found.rows.filter(({ event }) => !before.told.includes(event.id))
      cursor = { newest: found.newest, horizon: found.horizon, told: found.rows.filter(({ xid }) => xid >= found.horizon).map(({ event }) => event.id) }
      return framesOf(untold.slice(0, MOST_NEWS).map(({ event }) => event).reverse(), { before, after: cursor })
    },
  }
}

/** Events of people that the last look cannot have seen for certain, the newest first; the first time those that the next one could not. */
async function look(db: Db, { organizationId, environmentId }: Where, before: NewsCursor | null): Promise<Look> {
  const newest = sql`(select coalesce(max(e.id), 0) from events e where e.organization_id = ${organizationId})`
  const moment = db.select({ newest: sql<string>`${newest}`.as('newest'), horizon: sql<string>`pg_snapshot_xmin(pg_current_snapshot())::text`.as('horizon'), next: sql<string>`pg_snapshot_xmax(pg_current_snapshot())::text::bigint`.as('next') }).from(sql`(select) as now`).as('moment')
  // A row has the lower half of the number of its transaction; the upper one is that of now, or the one before.
  const xid = sql<string>`(${moment.next} - ((${moment.next} - events.xmin::text::bigint) & 4294967295))`
  const floor = before === null ? sql`${moment.newest} - ${OVERLAP}` : sql`${before.newest - OVERLAP}`
  const since = before === null ? sql`${moment.horizon}::bigint` : sql`${before.horizon}::bigint`
  const rows = await db
    .select({ newest: moment.newest, horizon: moment.horizon, xid, event: events })
    .from(moment)
    .leftJoin(events, and(eq(events.organizationId, organizationId), gt(events.id, floor), eq(events.environmentId, environmentId), isNotNull(events.actorId), inArray(events.type, [...NEWS_TYPES]), sql`${xid} >= ${since}`))
    .orderBy(desc(events.id))
    .limit(MOST_ROWS)
  const [{ newest: last, horizon }] = rows as [(typeof rows)[number]]
  return { newest: BigInt(last), horizon: BigInt(horizon), rows: rows.flatMap((row) => (row.event === null ? [] : [{ event: row.event, xid: BigInt(row.xid) }])) }
}

/** Who hears only some of them before the connection is cut goes on with the others. */
function framesOf(told: readonly (typeof events.$inferSelect)[], { before, after }: { before: NewsCursor | null; after: NewsCursor }): Frame[] {
  const heard = before === null ? [] : [...before.told]
  return told.map((row, index) => {
    heard.push(row.id)
    const cursor = before === null || index === told.length - 1 ? after : { ...before, told: heard }
    return { id: writeCursor(cursor), event: 'news', data: newsOf(row) }
  })
}

function newsOf(row: typeof events.$inferSelect): NewsFrame {
  return { id: row.id.toString(), type: row.type as NewsFrame['type'], at: row.at.toISOString(), actor: { id: row.actorId!, name: row.actorName }, subject: row.subject, serviceId: row.serviceId }
}

/** A cursor as the id of a frame: `newest.horizon.told-told`. */
export function writeCursor({ newest, horizon, told }: NewsCursor): string {
  return `${newest}.${horizon}.${told.join('-')}`
}

/** Null for what is no cursor. */
export function readCursor(text: string): NewsCursor | null {
  const [, newest, horizon, told] = /^(\d{1,18})\.(\d{1,20})\.((?:\d{1,18}(?:-|$))*)$/.exec(text) ?? []
  if (newest === undefined || horizon === undefined) return null
  return { newest: BigInt(newest), horizon: BigInt(horizon), told: (told ?? '').split('-').filter((id) => id !== '').map(BigInt) }
}
