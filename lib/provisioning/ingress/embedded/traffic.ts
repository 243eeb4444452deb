import { randomUUID } from 'node:crypto'

import { LATENCY_BOUNDS_MS, type Traffic } from '../table'
import { once } from './once'
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
  /** The head of an answer has come, this long after forwarding began. */
  answered(target: Target, head: { status: number; ms: number }): void
  /** An answer that had begun without fault broke off. */
  brokeOff(target: Target): void
  /** No answer came at all. */
  unanswered(target: Target): void
  /** To be told when a table has taken the place of another. */
  follow(): void
  read(): Traffic
}

/** How long counts of what the table no longer has are kept after nothing is open there. */
const KEPT_MS = 10 * 60_000

type Service = { lastAt: number | null; open: number; held: number; neededAt: number }
type Deployment = { requests: number; failed: number; buckets: number[]; open: number; neededAt: number }

/** Counters that begin at zero. `now` is the time in milliseconds since 1970. */
export function trafficCounters(index: () => RouteIndex, now: () => number = Date.now): Counters {
  const epoch = randomUUID()
  const services = new Map<string, Service>()
  const deployments = new Map<string, Deployment>()
  const targets = new Map<string, number>()
  let current = index()

  const service = (id: string) => found(services, id, () => ({ lastAt: null, open: 0, held: 0, neededAt: now() }))
  const deployment = (id: string) => found(deployments, id, () => ({ requests: 0, failed: 0, buckets: Array.from({ length: LATENCY_BOUNDS_MS.length + 1 }, () => 0), open: 0, neededAt: now() }))

  const sweep = () => {
    const present = new Set(current.table.routes.flatMap((route) => route.targets.map(({ deploymentId }) => deploymentId)))
    for (const [id, { open, held, neededAt }] of services) if (!current.byService(id) && open + held === 0 && now() - neededAt >= KEPT_MS) services.delete(id)
    for (const [id, { open, neededAt }] of deployments) if (!present.has(id) && open === 0 && now() - neededAt >= KEPT_MS) deployments.delete(id)
  }
  const wasNeeded = () => {
    for (const route of current.table.routes) {
      service(route.serviceId).neededAt = now()
      for (const { deploymentId } of route.targets) if (deployments.has(deploymentId)) deployment(deploymentId).neededAt = now()
    }
  }
  return {
    arrived: (id) => void (service(id).lastAt = now()),
    hold: (id) => rise(service(id), 'held', now),
    open: (id) => rise(service(id), 'open', now),
    carry(target) {
      const key = keyOf(target)
      targets.set(key, (targets.get(key) ?? 0) + 1)
      const leave = rise(deployment(target.deploymentId), 'open', now)
      return once(() => {
        leave()
        const left = targets.get(key)! - 1
        if (left > 0) targets.set(key, left)
        else targets.delete(key)
      })
    },
    answered({ deploymentId }, { status, ms }) {
      const counts = deployment(deploymentId)
      counts.requests++
      counts.buckets[bucketOf(ms)]!++
      if (status >= 500) counts.failed++
    },
    brokeOff: ({ deploymentId }) => void deployment(deploymentId).failed++,
    unanswered({ deploymentId }) {
      deployment(deploymentId).requests++
      deployment(deploymentId).failed++
    },
    follow() {
      wasNeeded()
      current = index()
      sweep()
    },
    read() {
      wasNeeded()
      sweep()
      const seen = [...deployments].filter(([id]) => id !== '')
      return {
        epoch,
        services: Object.fromEntries([...services].map(([id, { lastAt, open, held }]) => [id, { lastAt: lastAt === null ? null : new Date(lastAt).toISOString(), open, held }])),
        targets: Object.fromEntries(targets),
        deployments: Object.fromEntries(seen.map(([id, { requests, failed, buckets }]) => [id, { requests, failed, buckets: [...buckets] }])),
      }
    },
  }
}

function found<T>(entries: Map<string, T>, id: string, make: () => T): T {
  const entry = entries.get(id) ?? make()
  entries.set(id, entry)
  return entry
}

/** Counts one more of something, until the function it gives is called. */
function rise<K extends 'open' | 'held'>(counts: { [kind in K | 'neededAt']: number }, kind: K, now: () => number): () => void {
  const change = (by: number) => void (counts[kind] = counts[kind] + by)
  change(1)
  return once(() => {
    change(-1)
    counts.neededAt = now()
  })
}

function bucketOf(ms: number): number {
  const bucket = LATENCY_BOUNDS_MS.findIndex((bound) => ms <= bound)
  return bucket === -1 ? LATENCY_BOUNDS_MS.length : bucket
}
