import type { PresentTab } from '../../contract/live'
import type { PresenceWord } from '../../events/presence'

/** Further tabs of one environment are not shown. */
const MOST_TABS = 200

type Room = { tabs: Map<string, PresentTab>; heardAt: Map<string, number>; listeners: Set<() => void> }
export type RoomWord = Exclude<PresenceWord, { kind: 'who' }>
export type Rooms = ReturnType<typeof makeRooms>

const NOBODY: ReadonlyMap<string, PresentTab> = new Map()

/** What was heard of each environment: who is there, and who wants to know. A room of nobody is none. */
export function makeRooms() {
  const rooms = new Map<string, Room>()
  const all = () => [...rooms.values()]
  return {
    hear(word: RoomWord) {
      const room = roomOf(rooms, word.environmentId)
      if (apply(room, word)) room.listeners.forEach((tell) => tell())
      dropEmpty(rooms, word.environmentId)
    },
    /** Tabs that were not heard of since. */
    silent: (since: number) => [...rooms].map(([environmentId, room]) => ({ environmentId, keys: [...room.tabs.keys()].filter((key) => (room.heardAt.get(key) ?? 0) < since) })).filter(({ keys }) => keys.length > 0),
    of: (environmentId: string) => rooms.get(environmentId)?.tabs ?? NOBODY,
    onChange(environmentId: string, listener: () => void) {
      roomOf(rooms, environmentId).listeners.add(listener)
      return () => {
        rooms.get(environmentId)?.listeners.delete(listener)
        dropEmpty(rooms, environmentId)
      }
    },
    count: () => ({ listeners: all().reduce((sum, room) => sum + room.listeners.size, 0), tabs: all().reduce((sum, room) => sum + room.tabs.size, 0) }),
    isEmpty: () => rooms.size === 0,
  }
}

/** Whether anything is different now. */
function apply(room: Room, word: RoomWord): boolean {
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
