import { z } from 'zod'

// The whole routing table, published each time. The proxy replaces what it has in one step; connections that are open go
// on to where they were.

const Target = z.strictObject({ host: z.string(), port: z.number().int() })

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
  unavailable: z.enum(['not_deployed', 'deploying', 'stopped', 'failed', 'crashing']).nullable(),
})
export type Route = z.infer<typeof Route>

export const RouteTable = z.strictObject({
  /** Rises with every publication; a smaller one than the present is refused. */
  version: z.number().int(),
  routes: z.array(Route),
})
export type RouteTable = z.infer<typeof RouteTable>

/** A proxy that can be told the whole table. */
export type Ingress = {
  /** Replaces the table. Resolves when the new table is in force. Throws AppError `unavailable` when the proxy cannot be reached. */
  publish(table: RouteTable, signal: AbortSignal): Promise<void>
  probe(signal: AbortSignal): Promise<{ ok: true; version: number } | { ok: false; message: string }>
}
