import type { GraphView } from '../../contract/graph'
import type { Database } from '../../db/connection'
import type { Platform } from '../../operations/context'
import { loadGraph } from '../../operations/environment/load-graph'
import { makeHints, type Hints } from '../hints'
import { database, platform } from '../platform'
import { makePresence, type PresenceRooms } from './presence-rooms'
import { shareReads } from './shared-reads'

/** What the streams of one web process share. */
export type LiveHub = { platform: Platform; hints: Hints; presence: PresenceRooms; graphOf(environmentId: string): Promise<GraphView> }

export function makeHub(platform: Platform, { db, sql }: Pick<Database, 'db' | 'sql'>): LiveHub {
  return { platform, hints: makeHints(sql), presence: makePresence({ db, sql }), graphOf: shareReads((environmentId) => loadGraph(platform, environmentId)) }
}

const HELD = Symbol.for('easel.live')

/** That of this process. */
export function liveHub(): LiveHub {
  const store = globalThis as { [HELD]?: LiveHub }
  return (store[HELD] ??= makeHub(platform(), database()))
}
