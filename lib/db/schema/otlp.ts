import { index, integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

import { services } from './desired'

/** By what services show that they are who they say when they send what OpenTelemetry collects. Gone with the service. */
export const otlpKeys = pgTable('otlp_keys', {
  /** The service. */
  id: text('id').primaryKey().references(() => services.id, { onDelete: 'cascade' }),
  /** What the tokens of its deployments are derived from; sealed by lib/secrets. */
  keySealed: text('key_sealed').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true, mode: 'date' }).notNull().defaultNow(),
})

/** What became of asking a replica for its metrics: the newest time, written by the worker that leads. */
export const metricScrapes = pgTable(
  'metric_scrapes',
  {
    /** The workload. */
    name: text('name').primaryKey(),
    environmentId: text('environment_id').notNull(),
    serviceId: text('service_id').notNull().references(() => services.id, { onDelete: 'cascade' }),
    part: text('part').notNull(),
    at: timestamp('at', { withTimezone: true, mode: 'date' }).notNull(),
    /** How many samples it told. */
    samples: integer('samples').notNull(),
    /** Why nothing was read; null where it was. */
    problem: text('problem'),
    /** What of it was not kept, and why; null where all was. */
    leftOut: text('left_out'),
  },
  (t) => [index('metric_scrapes_environment').on(t.environmentId), index('metric_scrapes_service').on(t.serviceId)],
)
