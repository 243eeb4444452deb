import type { AlertView } from '../../contract/alert'
import type { FollowedLog, LinesFrame, PresenceFrame, PresentTab } from '../../contract/live'
import { paceMs } from '../../domain/pace'
import { POINT_MS } from '../../domain/http-figures'
import type { EnvironmentTraffic } from '../../contract/traffic'
import type { ServiceUse } from '../../contract/use'
import { linesAfter } from '../../db/queries/logs'
import type { Platform } from '../../operations/context'
import { logFrames } from '../stream-log'
import type { Source } from '../stream-source'
import { tailFrames } from '../tail-log'
import type { PresenceRooms } from './presence-rooms'

/** Use is measured this often. */
const USE_MS = 10_000
const TAIL = 200

/** What services use, when it was measured anew. */
export function usageFrames(read: () => Promise<ServiceUse[]>): Source {
  return repeated('uses', USE_MS, async () => ({ services: await read() }))
}

/** What comes to services and goes between them, step by step. */
export function trafficFrames(read: () => Promise<EnvironmentTraffic>): Source {
  return repeated('traffic', POINT_MS, read)
}

/** What is read again and again, when it is not what it was. */
function repeated(event: string, pauseMs: number, read: () => Promise<unknown>): Source {
  let sent = ''
  return {
    concerns: () => false,
    pauseMs: () => pauseMs,
    async next() {
      const data = await read()
      const now = JSON.stringify(data)
      if (now === sent) return []
      sent = now
      return [{ event, data }]
    },
  }
}

/** What fires in an environment: once at the beginning, also when it is nothing, then when that has changed. */
export function alertFrames(environmentId: string, read: () => Promise<AlertView[]>): Source {
  let sent: string | null = null
  return {
    concerns: (hint) => hint.kind === 'alerts' && hint.environmentId === environmentId,
    async next() {
      const alerts = await read()
      // The value of one that goes on firing is of no account here.
      const now = alerts.map(({ id, silencedUntil, flaps }) => `${id} ${silencedUntil ?? ''} ${flaps}`).join()
      if (now === sent) return []
      sent = now
      return [{ event: 'alerts', data: { alerts } }]
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
export function lineFrames(platform: Pick<Platform, 'db' | 'now'>, log: FollowedLog): Source {
  const { key } = log
  const source = sourceOf(platform, log)
  return {
    ...source,
    async next() {
      const lines = (await source.next()).map(({ data }) => data as LinesFrame['lines'][number])
      return lines.length === 0 ? [] : [{ event: 'lines', data: { log: key, lines } satisfies LinesFrame }]
    },
  }
}

function sourceOf(platform: Pick<Platform, 'db' | 'now'>, { scope, kind, ...log }: FollowedLog): Source {
  const after = log.after ?? null
  if ('environmentId' in scope) return tailFrames(platform, { asked: { ...scope, kind }, after, tail: TAIL })
  return logFrames({ after, tail: TAIL, serviceId: 'serviceId' in scope ? scope.serviceId : null }, (cursor, limit) => linesAfter(platform.db, { ...scope, ...(kind ? { kind } : {}) }, cursor, limit))
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
