import { z } from 'zod'

export { LATENCY_BOUNDS_MS } from '../../domain/latency'

// The whole routing table, published each time. The proxy replaces what it has in one step; connections that are open go
// on to where they were.

const Target = z.strictObject({
  host: z.string(),
  port: z.number().int(),
  /** The deployment that runs there: what the proxy counts is kept apart by it. */
  deploymentId: z.string(),
})

/** Requests are held until a table with targets comes, at most so long each; after that they are answered with 503. */
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
})
export type Route = z.infer<typeof Route>

export const RouteTable = z.strictObject({
  /** Rises with every publication; a smaller one than the present is refused. */
  version: z.number().int(),
  routes: z.array(Route),
})
export type RouteTable = z.infer<typeof RouteTable>

/** What a proxy has counted since it began. */
export type Traffic = {
  /** Another one after every start of the proxy: its counters began anew. */
  epoch: string
  /** By service: the last arrival (ISO time) and the requests and connections that are open or held now. */
  services: Record<string, { lastAt: string | null; open: number; held: number }>
  /** Requests and upgraded connections that are open now, by `host:port` of the target. */
  targets: Record<string, number>
  /** By deployment, rising: answers, those with 5xx or none at all, and answers per bucket of `LATENCY_BOUNDS_MS`. */
  deployments: Record<string, { requests: number; failed: number; buckets: number[] }>
}

/** A proxy that can be told the whole table. */
export type Ingress = {
  /** Replaces the table. Resolves when the new table is in force. Throws AppError `unavailable` when the proxy cannot be reached. */
  publish(table: RouteTable, signal: AbortSignal): Promise<void>
  probe(signal: AbortSignal): Promise<{ ok: true; version: number } | { ok: false; message: string }>
  /** What it has counted. Throws AppError `unavailable` when the proxy cannot be reached. */
  traffic(signal: AbortSignal): Promise<Traffic>
  /** Ids of sleeping services that somebody waits for: at once when there are any, else after at most `waitMs`. */
  wanted(waitMs: number, signal: AbortSignal): Promise<string[]>
}
