import { z } from 'zod'

import type { Stored, Telemetry } from './telemetry'

export { LATENCY_BOUNDS_MS } from '../../domain/latency'

// The whole routing table, published each time. The proxy replaces what it has in one step; connections that are open go
// on to where they were.

const Target = z.strictObject({
  host: z.string(),
  port: z.number().int(),
  /** The deployment that runs there: what the proxy counts is kept apart by it. */
  deploymentId: z.string(),
  /** Which replica of it: what is written down of a request names it. Tables of former versions do not say. */
  replica: z.string().optional(),
})

/**
 * Requests are held until a table with targets comes, at most so long each since its arrival; after that they are answered with
 * 503. Tables that keep the hold change nothing for those who wait, but for the time they may.
 */
const Hold = z.strictObject({
  /** `sleeping`: nothing runs, and whoever asks wakes it. `replacing`: one version ends before the next one starts. */
  reason: z.enum(['sleeping', 'replacing']),
  forMs: z.number().int().positive(),
})

export const Route = z.strictObject({
  serviceId: z.string(),
  /** Name of the service, for the pages the proxy writes itself. */
  name: z.string(),
  /** Host names without port, lower case. */
  hosts: z.array(z.string()),
  /** A loopback port on which other services reach it; null for none. */
  privatePort: z.number().int().nullable(),
  /** Where requests go; empty when nothing can answer, then `unavailable` says why. */
  targets: z.array(Target),
  /** Why there is no target: shown on the 503 page. */
  unavailable: z.enum(['not_deployed', 'deploying', 'stopped', 'failed', 'crashing', 'exited', 'cron']).nullable(),
  /** Only without targets: requests wait instead of being refused. */
  hold: Hold.nullable(),
  /** False: its requests are counted, but no access lines are written. */
  accessLines: z.boolean().optional(),
})
export type Route = z.infer<typeof Route>

/** A database that is reached from outside: bytes are carried from its port as they are. */
export const TcpRoute = z.strictObject({
  serviceId: z.string(),
  port: z.number().int(),
  /** Addresses and ranges that may connect; nobody else. */
  allow: z.array(z.string()),
  /** Where it runs; empty while it does not. */
  targets: z.array(z.strictObject({ host: z.string(), port: z.number().int() })),
})
export type TcpRoute = z.infer<typeof TcpRoute>

export const RouteTable = z.strictObject({
  /** Rises with every publication; a smaller one than the present is refused. */
  version: z.number().int(),
  routes: z.array(Route),
  /** What is carried besides HTTP. Tables of former versions have none. */
  tcp: z.array(TcpRoute).optional(),
})
export type RouteTable = z.infer<typeof RouteTable>

/**
 * What a proxy has counted since it began. Services and deployments that are not in the table any more are left out ten minutes
 * after they have left it and nothing is open there.
 */
export type Traffic = {
  /** Another one after every start of the proxy: its counters began anew. */
  epoch: string
  /**
   * By service: the last arrival (ISO time; null for none since the proxy began), the requests and connections that are carried now,
   * and those that are held. Nothing is counted as both.
   */
  services: Record<string, { lastAt: string | null; open: number; held: number }>
  /**
   * Requests and upgraded connections that are open now, by `host:port` of the target; none where it is left out. A request is open
   * from the choice of its target until its answer is fully sent, so a target that the table no longer has and that is left out
   * here will hear nothing more.
   */
  targets: Record<string, number>
  /**
   * By deployment, rising: `requests` that ended with an answer or without; of them `failed`, with 5xx, or with an answer that broke
   * off or never came; and the answers per bucket of `LATENCY_BOUNDS_MS`. Times run from the beginning of forwarding, without the
   * time a request was held. A request that another target made good is counted there only, one whose client left before the answer
   * nowhere. A deployment of which nothing was counted is left out.
   */
  deployments: Record<string, { requests: number; failed: number; buckets: number[] }>
}

/** A proxy that can be told the whole table. */
export type Ingress = {
  /** Replaces the table. Resolves when the new table is in force. Throws AppError `unavailable` when the proxy cannot be reached. */
  publish(table: RouteTable, signal: AbortSignal): Promise<void>
  probe(signal: AbortSignal): Promise<{ ok: true; version: number } | { ok: false; message: string }>
  /** What it has counted. Throws AppError `unavailable` when the proxy cannot be reached. */
  traffic(signal: AbortSignal): Promise<Traffic>
  /** The portion of counts and access lines after the stored one. Throws AppError `unavailable` when the proxy cannot be reached. */
  telemetry(stored: Stored | null, signal: AbortSignal): Promise<Telemetry>
  /**
   * Ids of sleeping services that somebody waits for: at once when there are any, else when the first comes, else none after `waitMs`
   * (a proxy may cut it to a minute). A service is named by every call as long as somebody waits there, so a lost answer costs
   * nothing; whoever calls in a loop pauses after an answer that names some.
   */
  wanted(waitMs: number, signal: AbortSignal): Promise<string[]>
}
