import { and, desc, eq, gt, inArray, isNotNull } from 'drizzle-orm'

import { NEWS_TYPES, type FollowedLog, type LinesFrame, type NewsFrame, type PresenceFrame, type PresentTab } from '../../contract/live'
import { paceMs } from '../../domain/pace'
import type { ServiceUse } from '../../contract/use'
import type { Db } from '../../db/connection'
import { linesAfter } from '../../db/queries/logs'
import { events } from '../../db/schema/observed'
import { logFrames } from '../stream-log'
import type { Source } from '../stream-source'
import type { PresenceRooms } from './presence-rooms'

/** More that somebody missed is not told one by one: the activity page has all of it. */
const MOST_NEWS = 20
/** Use is measured this often. */
const USE_MS = 10_000
const TAIL = 200

type Where = { organizationId: string; environmentId: string }

/** What people did since; after a reconnect from the one that was told last. */
export function newsFrames(db: Db, { organizationId, environmentId }: Where, lastId: string | null): Source {
  let cursor = lastId !== null && /^\d{1,18}$/.test(lastId) ? BigInt(lastId) : null
  return {
    concerns: (hint) => (hint.kind === 'graph' || hint.kind === 'deployment') && hint.environmentId === environmentId,
    async next() {
      if (cursor === null) {
        const [newest] = await db.select({ id: events.id }).from(events).where(eq(events.organizationId, organizationId)).orderBy(desc(events.id)).limit(1)
        cursor = newest?.id ?? 0n
        return []
      }
      const rows = await db
        .select()
        .from(events)
        .where(and(eq(events.organizationId, organizationId), gt(events.id, cursor), eq(events.environmentId, environmentId), isNotNull(events.actorId), inArray(events.type, [...NEWS_TYPES])))
        .orderBy(desc(events.id))
        .limit(MOST_NEWS)
      cursor = rows[0]?.id ?? cursor
      return rows.reverse().map((row) => ({ id: row.id.toString(), event: 'news', data: newsOf(row) }))
    },
  }
}

function newsOf(row: typeof events.$inferSelect): NewsFrame {
  return { id: row.id.toString(), type: row.type as NewsFrame['type'], at: row.at.toISOString(), actor: { id: row.actorId!, name: row.actorName }, subject: row.subject, serviceId: row.serviceId }
}

/** What services use, when it was measured anew. */
export function usageFrames(read: () => Promise<ServiceUse[]>): Source {
  let sent = ''
  return {
    concerns: () => false,
    pauseMs: () => USE_MS,
    async next() {
      const services = await read()
      const now = JSON.stringify(services)
      if (now === sent) return []
      sent = now
      return [{ event: 'uses', data: { services } }]
    },
  }
}

type Looker = { environmentId: string; userId: string }

/** Who else is here and where. Nobody is told of themselves, in whichever tab. */
export function presenceFrames(rooms: PresenceRooms, { environmentId, userId }: Looker): Source {
  let sent: ReadonlyMap<string, PresentTab> | null = null
  return {
    concerns: () => false,
    listen: (wake) => rooms.onChange(environmentId, wake),
    pauseMs: () => paceMs(rooms.of(environmentId).size),
    async next() {
      const now = new Map([...rooms.of(environmentId)].filter(([, tab]) => tab.user.id !== userId))
      const before = sent
      sent = now
      if (before === null) return [frameOf({ isWhole: true, tabs: [...now.values()], gone: [] })]
      const tabs = [...now.values()].filter((tab) => before.get(tab.key) !== tab)
      const gone = [...before.keys()].filter((key) => !now.has(key))
      return tabs.length + gone.length === 0 ? [] : [frameOf({ isWhole: false, tabs, gone })]
    },
  }
}

function frameOf(data: PresenceFrame) {
  return { event: 'presence', data }
}

/** One of the logs that a tab shows. It comes last in a stream and in pieces, so that a flood of lines delays nothing else by more than one. */
export function lineFrames(db: Db, { key, scope, kind, after }: FollowedLog): Source {
  const source = logFrames({ after: after ?? null, tail: TAIL, serviceId: 'serviceId' in scope ? scope.serviceId : null }, (cursor, limit) => linesAfter(db, { ...scope, ...(kind ? { kind } : {}) }, cursor, limit))
  return {
    ...source,
    async next() {
      const lines = (await source.next()).map(({ data }) => data as LinesFrame['lines'][number])
      return lines.length === 0 ? [] : [{ event: 'lines', data: { log: key, lines } satisfies LinesFrame }]
    },
  }
}

/** One frame at the beginning, and nothing ever after. */
export function once(event: string, data: unknown): Source {
  let isSaid = false
  return {
    concerns: () => false,
    async next() {
      if (isSaid) return []
      isSaid = true
      return [{ event, data }]
    },
  }
}
