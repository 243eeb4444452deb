import type { Presence, PresentTab } from '../../contract/live'
import type { Database } from '../../db/connection'
import { PRESENCE_CHANNEL, tellPresence, type PresenceWord } from '../../events/presence'
import { newId } from '../../ids'
import { log } from '../../log'
import { makeRooms } from './presence-room'
import { makeSeats, type Seat } from './presence-seats'
import { makeVoice } from './presence-voice'

// Who looks at which environment, in the memory of every web process. A process says what it knows of the tabs that are
// connected to it, again every few seconds; all hear it, itself too, so that there is one way for news to come. Whoever is
// not heard of for a while is gone: nothing has to be cleaned up after a process that was killed.

/** `returnMs`: a tab that comes again within this time never left. */
const PATIENCE = { repeatMs: 4_000, forgetMs: 13_000, returnMs: 1_500 }

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

export function makePresence({ db, sql }: Pick<Database, 'db' | 'sql'>, { repeatMs, forgetMs, returnMs } = PATIENCE): PresenceRooms {
  const me = newId('request')
  const rooms = makeRooms()
  const seats = makeSeats(returnMs, ({ environmentId, tab }) => voice.gone(environmentId, tab.key))
  const voice = makeVoice({ db, me, tab: seats.tab })
  const sayAll = () => seats.all().forEach(({ environmentId, tab }) => voice.here(environmentId, tab.key))
  const clock = makeClock(repeatMs, () => {
    sayAll()
    for (const silent of rooms.silent(Date.now() - forgetMs)) rooms.hear({ kind: 'gone', ...silent })
    return !seats.isEmpty() || !rooms.isEmpty()
  })
  const hear = (word: PresenceWord) => {
    if (word.kind === 'who') return sayAll()
    clock.start()
    if (word.kind === 'here' && word.from !== me) for (const { key } of word.tabs) seats.giveUp(key)
    for (const { key, ...presence } of word.kind === 'moved' ? word.tabs : []) seats.move(key, presence)
    rooms.hear(word)
  }
  const listen = makeListening({ db, sql }, hear)
  return {
    join(seat) {
      clock.start()
      listen()
      const leave = seats.take(seat)
      voice.here(seat.environmentId, seat.tab.key)
      return leave
    },
    move: voice.moved,
    of: rooms.of,
    onChange: rooms.onChange,
    count: rooms.count,
    close() {
      voice.close()
      clock.stop()
      seats.close()
    },
  }
}

/** Does something again and again, until it says that there is no more to do. */
function makeClock(everyMs: number, work: () => boolean) {
  let timer: ReturnType<typeof setInterval> | null = null
  const stop = () => {
    if (timer) clearInterval(timer)
    timer = null
  }
  return { start: () => void (timer ??= setInterval(() => (work() ? undefined : stop()), everyMs).unref()), stop }
}

/** Begins to hear the others, once, and asks who is here. Where that fails it is tried again with the next who comes. */
function makeListening({ db, sql }: Pick<Database, 'db' | 'sql'>, hear: (word: PresenceWord) => void): () => void {
  let isListening = false
  return () => {
    if (isListening) return
    isListening = true
    sql.listen(PRESENCE_CHANNEL, (payload) => hear(JSON.parse(payload) as PresenceWord), () => void tellPresence(db, [{ kind: 'who' }]).catch(() => {})).catch((cause: unknown) => {
      isListening = false
      log.warn({ cause }, 'could not listen for who is here')
    })
  }
}
