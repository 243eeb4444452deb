import { randomUUID } from 'node:crypto'

import type { Traffic } from '../table'
import { keyOf, type RouteIndex, type Target } from './route-index'

// What the proxy counts. Whatever goes up and comes down again is handed out as a function that takes it back, and that
// does so once however often it is called: an end may be noticed by several listeners, but is counted one time.

export type Counters = {
  /** A request for the service has come in, whatever becomes of it. */
  arrived(serviceId: string): void
  hold(serviceId: string): () => void
  /** A request or connection is carried for the service. */
  open(serviceId: string): () => void
  /** The same, at one target. */
  carry(target: Target): () => void
  /** To be told when a table has taken the place of another. */
  follow(): void
  read(): Traffic
  /** What is carried or held now, by service; those with nothing are left out. */
  active(): Record<string, number>
}

/** How long counts of what the table no longer has are kept after nothing is open there. */
const KEPT_MS = 10 * 60_000

/** `leftAt`: when it was first seen not to be in the table any more, or when the last of it ended after that. */
type Service = { lastAt: number | null; open: number; held: number; leftAt: number | null }

/** Counters that begin at zero. `now` is the time in milliseconds since 1970. */
export function trafficCounters(index: () => RouteIndex, now: () => number = Date.now): Counters {
  const epoch = randomUUID()
  const services = new Map<string, Service>()
  const targets = new Map<string, { open: number }>()

  const service = (id: string) => found(services, id, () => ({ lastAt: null, open: 0, held: 0, leftAt: null }))
  const sweep = () => {
    const current = index()
    for (const [id, counts] of services) {
      if (current.byService(id)) counts.leftAt = null
      else if (counts.leftAt === null || counts.open + counts.held > 0) counts.leftAt = now()
      else if (now() - counts.leftAt >= KEPT_MS) services.delete(id)
    }
  }
  /** Counts one more of something, until the function it gives is called. */
  const rise = (counts: Service, kind: 'open' | 'held') => {
    counts[kind]++
    let isDone = false
    return () => {
      if (isDone) return
      isDone = true
      counts[kind]--
      if (counts.leftAt !== null) counts.leftAt = now()
    }
  }
  return {
    arrived: (id) => void (service(id).lastAt = now()),
    hold: (id) => rise(service(id), 'held'),
    open: (id) => rise(service(id), 'open'),
    carry(target) {
      const key = keyOf(target)
      const counts = found(targets, key, () => ({ open: 0 }))
      counts.open++
      let isDone = false
      return () => {
        if (isDone) return
        isDone = true
        if (--counts.open === 0) targets.delete(key)
      }
    },
    follow: sweep,
    read() {
      sweep()
      for (const { serviceId } of index().table.routes) service(serviceId)
      return {
        epoch,
        services: Object.fromEntries([...services].map(([id, { lastAt, open, held }]) => [id, { lastAt: lastAt === null ? null : new Date(lastAt).toISOString(), open, held }])),
        targets: Object.fromEntries([...targets].map(([key, { open }]) => [key, open])),
      }
    },
    active: () => Object.fromEntries([...services].flatMap(([id, { open, held }]) => (open + held > 0 ? [[id, open + held]] : []))),
  }
}

function found<T>(entries: Map<string, T>, id: string, make: () => T): T {
  let entry = entries.get(id)
  if (entry === undefined) entries.set(id, (entry = make()))
  return entry
}
