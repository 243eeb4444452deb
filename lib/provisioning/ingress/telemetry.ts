import { z } from 'zod'

// What an ingress has seen since it was last asked, in portions. Each is numbered, and is given again, the same, until the next
// question says that it was stored: so what stores a portion and its number in one transaction stores it once, whoever asks next.

/** Where requests are counted that did not live to see an answer: their client left before. */
export const NONE = 'none'
export const STATUS_CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx', NONE] as const

const Count = z.strictObject({
  requests: z.number().int(),
  /** Of them: 5xx, also of the ingress's own pages, and answers that broke off. */
  errors: z.number().int(),
  bytesIn: z.number(),
  bytesOut: z.number(),
  /** From the arrival to the head of the answer, as `lib/domain/latency-histogram` counts. Of whoever left before it: nothing. */
  latency: z.record(z.string(), z.number().int()),
})
export type Count = z.infer<typeof Count>

export const HttpCount = Count.extend({
  /** The five seconds in which they ended begin then; milliseconds since 1970. */
  at: z.number().int(),
  serviceId: z.string(),
  /** Empty: they met no deployment. */
  deploymentId: z.string(),
  route: z.string(),
  method: z.string(),
  status: z.enum(STATUS_CLASSES),
})
export type HttpCount = z.infer<typeof HttpCount>

/** Requests that one service sent to another one's private port. `from` is empty where the caller could not be told. */
export const LinkCount = Count.extend({ at: z.number().int(), from: z.string(), to: z.string() })
export type LinkCount = z.infer<typeof LinkCount>

/**
 * How a request ended. `answered`: by a workload, wholly. `upgraded`: it was a connection of another protocol from then on. `page`:
 * the ingress answered itself, since nothing else could. `broke_off`: the workload's answer ended too early. `client_left`: the
 * client did not wait for the end; with status 499 not even for the beginning.
 */
export const OUTCOMES = ['answered', 'upgraded', 'page', 'broke_off', 'client_left'] as const
export type Outcome = (typeof OUTCOMES)[number]

export const AccessLine = z.strictObject({
  /** When it ended; milliseconds since 1970. */
  at: z.number(),
  serviceId: z.string(),
  deploymentId: z.string().nullable(),
  replica: z.string().nullable(),
  method: z.string(),
  /** Without the query, which may hold what is secret. */
  path: z.string(),
  route: z.string(),
  status: z.number().int(),
  outcome: z.enum(OUTCOMES),
  /** From the arrival to the last byte of the answer, or to the end of an upgraded connection. */
  durationMs: z.number(),
  /** To the head of the answer; null where there was none. */
  firstByteMs: z.number().nullable(),
  /** Of bodies; of upgraded connections everything after the handshake. */
  bytesIn: z.number(),
  bytesOut: z.number(),
  client: z.string(),
  requestId: z.string(),
})
export type AccessLine = z.infer<typeof AccessLine>

/** Access lines that were left out, since there were too many in too short a time, or nobody fetched them. */
export const Dropped = z.strictObject({ serviceId: z.string(), from: z.number(), until: z.number(), lines: z.number().int() })
export type Dropped = z.infer<typeof Dropped>

export const Telemetry = z.strictObject({
  /** Another one after every start of the ingress: numbers begin anew, and what was not fetched is lost. */
  epoch: z.string(),
  /** Rises from portion to portion; that of the last one when there is nothing new. */
  seq: z.number().int(),
  counts: z.array(HttpCount),
  links: z.array(LinkCount),
  lines: z.array(AccessLine),
  dropped: z.array(Dropped),
})
export type Telemetry = z.infer<typeof Telemetry>

/** The last portion that was stored. */
export type Stored = { epoch: string; seq: number }
