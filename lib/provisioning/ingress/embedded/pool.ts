import { Agent, type ClientRequest } from 'node:http'
import type { Duplex } from 'node:stream'

import { keyOf, type RouteIndex, type Target } from './route-index'

/** Connections to workloads. */
export type Pool = {
  /** Keeps them for the next request. */
  kept: Agent
  /** Makes one for each request. It says so to nobody: told that the connection will be closed, a workload that answers before it
   *  has read a body would close it on the bytes that still come, and take its answer with it. */
  single: Agent
  /** Remembers whose connection the request gets. */
  lend(upstream: ClientRequest, target: Target): void
  /** Closes idle connections to targets the table no longer has; those in use are closed when they become idle. */
  follow(): void
  close(): void
}

/** Idle connections are dropped before a Node server (5 s by default) drops them from its side. */
const IDLE_MS = 4_000
/** Of one target. With fewer than come at once, a connection is closed and another one opened for every request; with many more, servers that have a process for each are kept busy by none. */
const MOST_IDLE = 128

/** A pool that keeps nothing to a target the table does not have: a version that goes away is not held up by idle connections. */
export function connectionPool(index: () => RouteIndex): Pool {
  const kept = new Agent({ keepAlive: true, maxFreeSockets: MOST_IDLE, timeout: IDLE_MS, scheduling: 'lifo' })
  const keys = new WeakMap<Duplex, string>()
  const isWanted = (socket: Duplex) => index().hasTarget(keys.get(socket) ?? '')
  const keep = kept.keepSocketAlive.bind(kept) as (socket: Duplex) => boolean
  // Node asks here whenever a connection becomes idle. Its types say that nothing is answered; it destroys on false.
  kept.keepSocketAlive = ((socket: Duplex) => isWanted(socket) && keep(socket)) as Agent['keepSocketAlive']
  const single = new Agent({ keepAlive: true })
  single.keepSocketAlive = (() => false) as unknown as Agent['keepSocketAlive']
  return {
    kept,
    single,
    lend: (upstream, target) => void upstream.once('socket', (socket) => keys.set(socket, keyOf(target))),
    follow() {
      for (const socket of Object.values(kept.freeSockets).flatMap((sockets) => sockets ?? [])) if (!isWanted(socket)) socket.destroy()
    },
    close() {
      kept.destroy()
      single.destroy()
    },
  }
}
