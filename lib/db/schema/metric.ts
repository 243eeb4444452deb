import { sql } from 'drizzle-orm'
import { customType, doublePrecision, index, integer, pgTable, primaryKey, smallint, text, timestamp, unique } from 'drizzle-orm/pg-core'

import type { Stored } from '../../domain/metric/measure'

// What was measured. New samples are rows of `metric_points` for some minutes; then they are packed into chunks of
// many steps, in the transaction that removes the rows, and what the steps of a minute and of a quarter of an hour are together is
// packed beside them. docs/decisions/metrics.md says why.

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' })

/** What is measured of what, once; samples name it by its number. */
export const metricSeries = pgTable(
  'metric_series',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    /** Measure and labels as one text, to find it by. */
    key: text('key').notNull(),
    measure: text('measure').$type<Stored>().notNull(),
    environmentId: text('environment_id').notNull(),
    serviceId: text('service_id'),
    volumeId: text('volume_id'),
    deploymentId: text('deployment_id'),
    part: text('part'),
    status: text('status'),
    route: text('route'),
    /** Of a program's own metrics: what it calls it, in what unit, and its attributes as text. */
    name: text('name'),
    unit: text('unit'),
    attributes: text('attributes'),
    /** Of latency: the upper bound in milliseconds, or `more`. */
    bucket: text('bucket'),
    /** What it cannot go beyond, as was last known; null for no limit. */
    limit: doublePrecision('limit'),
    /** Of its samples, to within an hour: where it has none it is not looked at. */
    firstAt: instant('first_at').notNull(),
    lastAt: instant('last_at').notNull(),
    /** Of counts: all that was packed of it since it began, so that a Prometheus is told a total that never falls. */
    total: doublePrecision('total').notNull().default(0),
    /** The newest of its samples that are packed; null before the first. */
    packedUntil: instant('packed_until'),
  },
  (t) => [
    unique('metric_series_key').on(t.key),
    index('metric_series_environment').on(t.environmentId, t.measure, t.lastAt),
    index('metric_series_last').on(t.lastAt),
    index('metric_series_own').on(t.environmentId, t.serviceId, t.name).where(sql`${t.name} is not null`),
  ],
)

/** Samples of the last minutes, one for each series and ten seconds. */
export const metricPoints = pgTable(
  'metric_points',
  {
    seriesId: integer('series_id').notNull(),
    at: instant('at').notNull(),
    value: doublePrecision('value').notNull(),
  },
  (t) => [primaryKey({ columns: [t.seriesId, t.at] })],
)

/** Samples of a series, packed: of 10 s for an hour, of one minute for six, of a quarter of an hour for four days. */
export const metricChunks = pgTable(
  'metric_chunks',
  {
    stepSeconds: smallint('step_seconds').notNull(),
    seriesId: integer('series_id').notNull(),
    /** Its first step begins here. */
    at: instant('at').notNull(),
    packed: bytes('packed').notNull(),
  },
  (t) => [primaryKey({ columns: [t.stepSeconds, t.seriesId, t.at] }), index('metric_chunks_age').on(t.stepSeconds, t.at)],
)
