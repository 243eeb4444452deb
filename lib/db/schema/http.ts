import { bigint, index, integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'

import type { LatencyHistogram } from '../../domain/latency-histogram'

// What of HTTP traffic is kept beside the metrics and the log lines made of it. Written by the worker that leads.

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

/** The last portion of an ingress that was stored; moved in the transaction that stores it. */
export const httpCursors = pgTable('http_cursors', {
  /** Which ingress. */
  ingress: text('ingress').primaryKey(),
  epoch: text('epoch').notNull(),
  seq: bigint('seq', { mode: 'number' }).notNull(),
})

/** The last minutes of each service and link in steps of five seconds, for figures on the canvas. */
export const httpRecent = pgTable(
  'http_recent',
  {
    environmentId: text('environment_id').notNull(),
    serviceId: text('service_id').notNull(),
    /** Empty: requests from everywhere. Otherwise those of this service alone, as far as it could be told that they were its. */
    fromId: text('from_id').notNull(),
    at: instant('at').notNull(),
    requests: integer('requests').notNull(),
    errors: integer('errors').notNull(),
    /** By `lib/domain/latency-histogram`. */
    latency: jsonb('latency').$type<LatencyHistogram>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.environmentId, t.at, t.serviceId, t.fromId] }), index('http_recent_at').on(t.at)],
)
