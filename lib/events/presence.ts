import { sql } from 'drizzle-orm'

import type { Presence, PresentTab } from '../contract/live'
import type { Db } from '../db/connection'

/** Where web processes tell each other who looks at what (PostgreSQL NOTIFY): nothing of it is stored. */
export const PRESENCE_CHANNEL = 'easel_presence'

export type PresenceWord =
  /** These are here: when they come, and again every few seconds. */
  | { kind: 'here'; from: string; environmentId: string; tabs: PresentTab[] }
  /** They have moved. Whoever does not know them forgets it. */
  | { kind: 'moved'; environmentId: string; tabs: ({ key: string } & Presence)[] }
  | { kind: 'gone'; environmentId: string; keys: string[] }
  /** A process that has just begun to listen knows nobody. */
  | { kind: 'who' }

/** A notification holds 8,000 bytes at most. */
const ROOM_BYTES = 7_500

/** Tells every web process, this one too. */
export async function tellPresence(db: Db, words: readonly PresenceWord[]): Promise<void> {
  for (const word of words.flatMap(fit)) await db.execute(sql`select pg_notify(${PRESENCE_CHANNEL}, ${JSON.stringify(word)})`)
}

/** The same in several words where one would be too long. */
export function fit(word: PresenceWord): PresenceWord[] {
  if (Buffer.byteLength(JSON.stringify(word)) <= ROOM_BYTES) return [word]
  if (word.kind === 'who') return [word]
  const items: readonly unknown[] = word.kind === 'gone' ? word.keys : word.tabs
  if (items.length < 2) return []
  const half = Math.ceil(items.length / 2)
  const part = (from: number, to: number) => fit((word.kind === 'gone' ? { ...word, keys: word.keys.slice(from, to) } : { ...word, tabs: word.tabs.slice(from, to) }) as PresenceWord)
  return [...part(0, half), ...part(half, items.length)]
}
