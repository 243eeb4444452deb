import { Agent, type ClientRequest } from 'node:http'
import type { Duplex } from 'node:stream'

import { keyOf, type RouteIndex, type Target } from './route-index'

/** Connections to workloads that are kept for the next request. */
export type Pool = {
  agent: Agent
  /** Remembers whose connection the request gets. */
  lend(upstream: ClientRequest, target: Target): void
  /** Closes idle connections to targets the table no longer has; those in use are closed when they become idle. */
  follow(): void
  close(): void
}

/** Idle connections are dropped before a Node server (5 s by default) drops them from its side. */
const IDLE_MS = 4_000

/** A pool that keeps nothing to a target the table does not have: a version that goes away is not held up by idle connections. */
export function connectionPool(index: () => RouteIndex): Pool {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 32, timeout: IDLE_MS, scheduling: 'lifo' })
  const keys = new WeakMap<Duplex, string>()
  const isWanted = (socket: Duplex) => index().hasTarget(keys.get(socket) ?? '')
  const keep = agent.keepSocketAlive.bind(agent) as (socket: Duplex) => boolean
  // Node asks here whenever a connection becomes idle. Its types say that nothing is answered; it destroys on false.
  agent.keepSocketAlive = ((socket: Duplex) => isWanted(socket) && keep(socket)) as Agent['keepSocketAlive']
  return {
    agent,
    lend: (upstream, target) => void upstream.once('socket', (socket) => keys.set(socket, keyOf(target))),
    follow() {
      for (const socket of Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? [])) if (!isWanted(socket)) socket.destroy()
    },
    close: () => agent.destroy(),
  }
}
