import type { Presence, PresentTab } from '../../contract/live'
import type { Database } from '../../db/connection'
import { PRESENCE_CHANNEL, tellPresence, type PresenceWord } from '../../events/presence'
import { newId } from '../../ids'
import { log } from '../../log'

// Who looks at which environment, in the memory of every web process. A process says what it knows of the tabs that are
// connected to it, again every few seconds; all hear it, itself too, so that there is one way for news to come. Whoever is
// not heard of for a while is gone: nothing has to be cleaned up after a process that was killed.

/** What comes together is told together. */
const GATHER_MS = 40
/** `returnMs`: a tab that comes again within this time never left. */
const PATIENCE = { repeatMs: 4_000, forgetMs: 13_000, returnMs: 1_500 }
/** Further tabs of one environment are not shown. */
const MOST_TABS = 200

export type Seat = { environmentId: string; tab: PresentTab }
export type PresenceRooms = {
  /** A tab is connected, until the returned function is called. */
  join(seat: Seat): () => void
  /** A tab, connected here or to another process, has moved. */
  move(environmentId: string, key: string, presence: Presence): void
  of(environmentId: string): ReadonlyMap<string, PresentTab>
  onChange(environmentId: string, listener: () => void): () => void
  /** How many listen, and how many tabs are known. */
  count(): { listeners: number; tabs: number }
  close(): void
}

type Room = { tabs: Map<string, PresentTab>; heardAt: Map<string, number>; listeners: Set<() => void> }
type Local = { environmentId: string; tab: PresentTab; connections: number; leaving: ReturnType<typeof setTimeout> | null }
type Unsaid = { here: Set<string>; moved: Map<string, Presence>; gone: Set<string> }

const NOBODY: ReadonlyMap<string, PresentTab> = new Map()

export function makePresence({ db, sql }: Pick<Database, 'db' | 'sql'>, { repeatMs, forgetMs, returnMs } = PATIENCE): PresenceRooms {
  const me = newId('request')
  const rooms = new Map<string, Room>()
  const locals = new Map<string, Local>()
  const unsaid = new Map<string, Unsaid>()
  let isListening = false
  let saying: ReturnType<typeof setTimeout> | null = null
  let repeating: ReturnType<typeof setInterval> | null = null

  const say = (environmentId: string, add: (words: Unsaid) => void) => {
    let words = unsaid.get(environmentId)
    if (!words) unsaid.set(environmentId, (words = { here: new Set(), moved: new Map(), gone: new Set() }))
    add(words)
    saying ??= setTimeout(() => void flush(), GATHER_MS)
  }
  const sayAll = () => {
    for (const { environmentId, tab } of locals.values()) say(environmentId, ({ here }) => here.add(tab.key))
  }
  const flush = async () => {
    const words = [...unsaid].flatMap(([environmentId, each]) => wordsOf(me, environmentId, each, locals))
    unsaid.clear()
    try {
      await tellPresence(db, words)
    } catch (cause) {
      // It is said again in a few seconds.
      log.warn({ cause }, 'could not say who is here')
    }
    saying = unsaid.size === 0 ? null : setTimeout(() => void flush(), GATHER_MS)
  }
  const hear = (word: PresenceWord) => {
    if (word.kind === 'who') return sayAll()
    repeating ??= setInterval(repeat, repeatMs).unref()
    if (word.kind === 'here' && word.from !== me) for (const { key } of word.tabs) forgetLeaving(locals, key)
    for (const { key, ...presence } of word.kind === 'moved' ? word.tabs : []) {
      const local = locals.get(key)
      if (local) local.tab = { ...local.tab, ...presence }
    }
    const room = roomOf(rooms, word.environmentId)
    if (apply(room, word)) room.listeners.forEach((tell) => tell())
    dropEmpty(rooms, word.environmentId)
  }
  const repeat = () => {
    sayAll()
    const before = Date.now() - forgetMs
    for (const [environmentId, room] of rooms) {
      const silent = [...room.tabs.keys()].filter((key) => (room.heardAt.get(key) ?? 0) < before)
      if (silent.length > 0) hear({ kind: 'gone', environmentId, keys: silent })
    }
    if (locals.size > 0 || rooms.size > 0 || repeating === null) return
    clearInterval(repeating)
    repeating = null
  }
  const start = () => {
    repeating ??= setInterval(repeat, repeatMs).unref()
    if (isListening) return
    isListening = true
    sql.listen(PRESENCE_CHANNEL, (payload) => hear(JSON.parse(payload) as PresenceWord), () => void tellPresence(db, [{ kind: 'who' }]).catch(() => {})).catch((cause: unknown) => {
      isListening = false
      log.warn({ cause }, 'could not listen for who is here')
    })
  }

  return {
    join({ environmentId, tab }) {
      start()
      const known = locals.get(tab.key)
      if (known?.leaving) clearTimeout(known.leaving)
      const local: Local = known ? Object.assign(known, { leaving: null, connections: known.connections + 1 }) : { environmentId, tab, connections: 1, leaving: null }
      locals.set(tab.key, local)
      say(environmentId, ({ here }) => here.add(tab.key))
      let isIn = true
      return () => {
        if (!isIn) return
        isIn = false
        local.connections--
        if (local.connections > 0) return
        local.leaving = setTimeout(() => {
          locals.delete(tab.key)
          say(environmentId, ({ gone }) => gone.add(tab.key))
        }, returnMs).unref()
      }
    },
    move: (environmentId, key, presence) => say(environmentId, ({ moved }) => moved.set(key, presence)),
    of: (environmentId) => rooms.get(environmentId)?.tabs ?? NOBODY,
    onChange(environmentId, listener) {
      roomOf(rooms, environmentId).listeners.add(listener)
      return () => {
        rooms.get(environmentId)?.listeners.delete(listener)
        dropEmpty(rooms, environmentId)
      }
    },
    count: () => ({ listeners: [...rooms.values()].reduce((sum, room) => sum + room.listeners.size, 0), tabs: [...rooms.values()].reduce((sum, room) => sum + room.tabs.size, 0) }),
    close() {
      if (saying) clearTimeout(saying)
      if (repeating) clearInterval(repeating)
      for (const local of locals.values()) if (local.leaving) clearTimeout(local.leaving)
    },
  }
}

/** Another process has the tab by now. */
function forgetLeaving(locals: Map<string, Local>, key: string): void {
  const local = locals.get(key)
  if (!local?.leaving) return
  clearTimeout(local.leaving)
  locals.delete(key)
}

function wordsOf(from: string, environmentId: string, { here, moved, gone }: Unsaid, locals: ReadonlyMap<string, Local>): PresenceWord[] {
  const words: PresenceWord[] = []
  const tabs = [...here].flatMap((key) => locals.get(key)?.tab ?? [])
  if (tabs.length > 0) words.push({ kind: 'here', from, environmentId, tabs })
  if (moved.size > 0) words.push({ kind: 'moved', environmentId, tabs: [...moved].map(([key, presence]) => ({ key, ...presence })) })
  const left = [...gone].filter((key) => !locals.has(key))
  if (left.length > 0) words.push({ kind: 'gone', environmentId, keys: left })
  return words
}

/** Whether anything is different now. */
function apply(room: Room, word: Exclude<PresenceWord, { kind: 'who' }>): boolean {
  if (word.kind === 'gone') {
    word.keys.forEach((key) => room.heardAt.delete(key))
    return word.keys.filter((key) => room.tabs.delete(key)).length > 0
  }
  let differs = false
  for (const tab of word.tabs) {
    const known = room.tabs.get(tab.key)
    if (!known && (word.kind === 'moved' || room.tabs.size >= MOST_TABS)) continue
    room.heardAt.set(tab.key, Date.now())
    // What a process repeats may be older than what was heard meanwhile: it only tells who is here.
    if (known && word.kind === 'here') continue
    room.tabs.set(tab.key, { ...known, ...tab } as PresentTab)
    differs = true
  }
  return differs
}

function roomOf(rooms: Map<string, Room>, environmentId: string): Room {
  let room = rooms.get(environmentId)
  if (!room) rooms.set(environmentId, (room = { tabs: new Map(), heardAt: new Map(), listeners: new Set() }))
  return room
}

function dropEmpty(rooms: Map<string, Room>, environmentId: string): void {
  const room = rooms.get(environmentId)
  if (room && room.tabs.size + room.listeners.size === 0) rooms.delete(environmentId)
}
